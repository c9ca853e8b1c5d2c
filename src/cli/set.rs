//! `overlens set`: a value of a service, with the change of the file and the number of targets that it reaches.

use clap::Args;
use serde::Serialize;

use super::output::{self, Colour, Format, Outcome};
use super::{Cli, VerbResult, platform, problem};
use crate::base::Diagnostic;
use crate::base::nearest::nearest;
use crate::catalog::{Catalog, find_service};
use crate::edit::{Operation, Scope};
use crate::explorer::Explorer;
use crate::report::answer::{ChangedTarget, Preview, TargetEffect};
use crate::report::styled;

/// Options of `overlens set`.
#[derive(Args, Debug)]
pub struct SetArgs {
    /// The service.
    pub service: String,
    /// The value: `hpa.minReplicas`, for an environment `hpa.minReplicas@prod`, for one region `hpa.minReplicas@prod/euw2`.
    pub path: String,
    /// The new value, as it would stand in the file.
    #[arg(allow_hyphen_values = true)]
    pub value: String,
    /// How the change is shown, and whether it is written.
    #[command(flatten)]
    pub change: ChangeArgs,
}

/// What every verb that edits understands.
#[derive(Args, Debug)]
pub struct ChangeArgs {
    /// Write the change.
    #[arg(long)]
    pub write: bool,
    /// The form of the answer.
    #[arg(long, value_enum, default_value_t)]
    pub output: Format,
}

/// The answer as JSON.
#[derive(Serialize)]
struct Report {
    files: Vec<FileReport>,
    targets_changed: usize,
    targets: Vec<TargetReport>,
    written: bool,
}

#[derive(Serialize)]
struct FileReport {
    path: String,
    diff: String,
}

#[derive(Serialize)]
struct TargetReport {
    target: String,
    effect: &'static str,
    resources: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// Shows the change, and writes it with `--write`.
///
/// # Errors
///
/// When there is no such service or value, the new value has the wrong type, or the file cannot be written.
pub(super) fn run(cli: &Cli, args: &SetArgs) -> VerbResult {
    let (explorer, overview) = platform::open_catalog(cli).map_err(problem)?;
    let operation = operation(&args.service, &args.path, &args.value, &overview.catalog).map_err(problem)?;
    change(cli, &explorer, operation, &args.change)
}

/// The operation that was asked for, with every name checked.
///
/// # Errors
///
/// When there is no such service, value, environment or region, or the value has the wrong type.
pub(super) fn operation(
    service: &str,
    path: &str,
    value: &str,
    catalog: &Catalog,
) -> Result<Operation, Diagnostic> {
    find_service(service, catalog)?;
    let operation = Operation::set(service, path, value).map_err(|error| error.diagnostic())?;
    if let Operation::SetServiceValue { scope, .. } = &operation {
        known_scope(scope, catalog)?;
    }
    Ok(operation)
}

/// Checks that the environment and region of a scope exist.
fn known_scope(scope: &Scope, catalog: &Catalog) -> Result<(), Diagnostic> {
    let environments = catalog.environments.iter().map(|environment| &*environment.value);
    let regions = catalog.regions.iter().map(|region| &*region.name.value);
    match scope {
        Scope::Defaults => Ok(()),
        Scope::Environment(environment) => known("environment", environment, environments),
        Scope::Region { environment, region } => {
            known("environment", environment, environments)?;
            known("region", region, regions)
        }
    }
}

/// Checks that a name exists.
///
/// # Errors
///
/// When it does not, with the nearest spelling or all names.
pub(super) fn known<'a>(
    what: &str,
    name: &str,
    names: impl Iterator<Item = &'a str> + Clone,
) -> Result<(), Diagnostic> {
    if names.clone().any(|known| known == name) {
        return Ok(());
    }
    let hint = match nearest(name, names.clone()) {
        Some(meant) => format!("Did you mean `{meant}`?"),
        None => format!("There are: {}.", names.collect::<Vec<_>>().join(", ")),
    };
    Err(Diagnostic::error("edit/unknown-name", format!("no {what} is called `{name}`")).hint(hint))
}

/// Shows what an operation changes, and writes it when asked to.
pub(super) fn change(cli: &Cli, explorer: &Explorer, operation: Operation, args: &ChangeArgs) -> VerbResult {
    let mut draft = explorer.draft();
    draft.push(operation, &*explorer.catalog_source()).map_err(|error| problem(error.diagnostic()))?;
    let preview = explorer.preview(&draft, None).map_err(|failure| problem((*failure).clone()))?;
    if args.output == Format::Text {
        let lines: Vec<_> =
            preview.files.iter().flat_map(crate::report::answer::FilePreview::unified).collect();
        output::coloured(&styled::ansi(&lines), Colour::Auto)?;
        output::data(&summary(&preview))?;
        platform::show_problems(explorer, &preview.problems);
    }
    let mut written = false;
    if args.write && !preview.files.is_empty() {
        refuse_readonly(cli).map_err(problem)?;
        explorer.write(&mut draft).map_err(|failure| problem(failure.problem))?;
        written = true;
    }
    match args.output {
        Format::Json => output::json(&report(&preview, written))?,
        Format::Text if written => {
            let files: Vec<String> = preview.files.iter().map(|file| file.path.to_string()).collect();
            output::data(&format!("written: {}\n", files.join(", ")))?;
        }
        Format::Text if preview.files.is_empty() => {
            output::data("nothing to change: the value is already there\n")?;
        }
        Format::Text => output::data("not written; add --write to write it\n")?,
    }
    Ok(Outcome::Clean)
}

/// Refuses to write where the person asked for that.
///
/// # Errors
///
/// With `--readonly`.
pub(super) fn refuse_readonly(cli: &Cli) -> Result<(), Diagnostic> {
    if cli.screen.readonly {
        return Err(Diagnostic::error("edit/readonly", "nothing is written with --readonly")
            .hint("Leave `--readonly` or `--write` away."));
    }
    Ok(())
}

/// How many targets change, and how.
fn summary(preview: &Preview) -> String {
    let mut text = format!("{} of {} targets change\n", preview.targets.len(), preview.looked_at);
    for target in &preview.targets {
        text.push_str(&format!("  {}  {}\n", target.target, in_words(target)));
    }
    text
}

fn in_words(target: &ChangedTarget) -> String {
    match &target.effect {
        TargetEffect::Differs(document) => {
            let names: Vec<String> =
                document.different().map(|resource| resource.identity.to_string()).collect();
            names.join(", ")
        }
        TargetEffect::SameManifests => "another ref, the same manifests".to_owned(),
        TargetEffect::NewlyFails(problem) => format!("would fail: {problem}"),
        TargetEffect::NewlyRenders => "would render again".to_owned(),
        TargetEffect::FailsDifferently(problem) => format!("still fails: {problem}"),
        TargetEffect::Appears => "would appear".to_owned(),
        TargetEffect::Disappears => "would disappear".to_owned(),
    }
}

fn report(preview: &Preview, written: bool) -> Report {
    let files = preview.files.iter().map(|file| FileReport {
        path: file.path.to_string(),
        diff: crate::diff::styled::plain(&file.unified()),
    });
    let targets = preview.targets.iter().map(|target| {
        let (effect, problem) = match &target.effect {
            TargetEffect::Differs(_) => ("differs", None),
            TargetEffect::SameManifests => ("same-manifests", None),
            TargetEffect::NewlyFails(problem) => ("newly-fails", Some(problem.to_string())),
            TargetEffect::NewlyRenders => ("newly-renders", None),
            TargetEffect::FailsDifferently(problem) => ("fails-differently", Some(problem.to_string())),
            TargetEffect::Appears => ("appears", None),
            TargetEffect::Disappears => ("disappears", None),
        };
        let resources = match &target.effect {
            TargetEffect::Differs(document) => {
                document.different().map(|resource| resource.identity.to_string()).collect()
            }
            _ => Vec::new(),
        };
        TargetReport { target: target.target.to_string(), effect, resources, problem }
    });
    Report {
        files: files.collect(),
        targets_changed: preview.targets.len(),
        targets: targets.collect(),
        written,
    }
}
