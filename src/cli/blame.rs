//! `overlens blame`: the manifests with the place that wrote every line, and the history of one value.

use std::sync::Arc;

use clap::Args;

use super::build_options::{HelmArgs, LoadRestrictor};
use super::directory::Directory;
use super::output::{self, Colour, Format, Outcome};
use super::{Cli, VerbResult, platform, problem};
use crate::base::{Diagnostic, FileName};
use crate::kustomize::BuildOptions;
use crate::report::blame::{self, Blame, NameOf, Places};
use crate::report::styled;

/// Options of `overlens blame`.
#[derive(Args, Debug)]
pub struct BlameArgs {
    /// The target: `service@env/region`, with `:REF` for another ref.
    #[arg(required_unless_present = "build", conflicts_with = "build")]
    pub target: Option<String>,
    /// A directory with a kustomization, in the place of a target.
    #[arg(long, value_name = "DIR")]
    pub build: Option<String>,
    /// Print the history of the value in this line of the manifests.
    #[arg(long, value_name = "NUMBER", conflicts_with = "path")]
    pub line: Option<usize>,
    /// Print the history of a value: `Deployment/web:spec.template.spec.containers[name=app].image`.
    #[arg(long, value_name = "KIND/NAME:PATH")]
    pub path: Option<String>,
    /// Print what patches took away, and which line of which patch did.
    #[arg(long, conflicts_with_all = ["line", "path"])]
    pub removed: bool,
    /// Print the entries of kustomizations that had no effect. Exit code 1 when there are any.
    #[arg(long, conflicts_with_all = ["line", "path", "removed"])]
    pub findings: bool,
    /// Whether `--build` may read files outside the directory of a kustomization.
    #[arg(long, value_enum, default_value_t, value_name = "RULE")]
    pub load_restrictor: LoadRestrictor,
    /// Helm charts of `--build`.
    #[command(flatten)]
    pub helm: HelmArgs,
    /// The form of the answer; JSON has everything.
    #[arg(long, value_enum, default_value_t)]
    pub output: Format,
    /// When to colour.
    #[arg(long, value_enum, default_value_t)]
    pub color: Colour,
}

/// Prints blame.
///
/// # Errors
///
/// When the platform or the directory cannot be read, it does not build, or there is no such line or path.
pub(super) fn run(cli: &Cli, args: &BlameArgs) -> VerbResult {
    let Some(directory) = &args.build else {
        let (explorer, overview) = platform::open_catalog(cli).map_err(problem)?;
        let text = args.target.as_deref().unwrap_or_default();
        let address = platform::address(text, &overview).map_err(problem)?;
        let blame = explorer.blame(&address, &explorer.draft());
        let blame = blame.map_err(|failure| problem((*failure).clone()))?;
        return show(args, &blame, &|file: &FileName| file.path.to_string());
    };
    let directory = Directory::open(cli, directory, args.helm.helm(false)).map_err(problem)?;
    let options = BuildOptions { load_restriction: args.load_restrictor.into(), ..BuildOptions::default() };
    let Some(built) = directory.build(&options) else { return Ok(Outcome::Failed) };
    let places =
        Places::new(directory.engine.files().clone(), built.remarks.layers.clone(), Arc::new(|_| None));
    let blame = blame::blame(&built, places)
        .map_err(|error| problem(Diagnostic::error("kustomize/emit", error.to_string())))?;
    show(args, &blame, &|file: &FileName| directory.name(file))
}

fn show(args: &BlameArgs, blame: &Blame, name: &NameOf<'_>) -> VerbResult {
    let selected = match (args.line, &args.path) {
        (Some(number), _) => Some(blame::at_line(blame, number).map_err(problem)?),
        (None, Some(path)) => Some(blame::at_path(blame, path).map_err(problem)?),
        (None, None) => None,
    };
    match (args.output, &selected) {
        (Format::Json, Some(selected)) => output::json(&blame::selected_json(selected, name))?,
        (Format::Json, None) => output::json(&blame::json(blame, name))?,
        (Format::Text, Some(selected)) => output::data(&blame::history(selected, name))?,
        (Format::Text, None) if args.removed => output::data(&blame::removals(&blame.removals, name))?,
        (Format::Text, None) if args.findings => output::data(&blame::findings(&blame.findings, name))?,
        (Format::Text, None) => output::coloured(&styled::ansi(&blame::gutter(blame, name)), args.color)?,
    }
    let is_clean = !args.findings || blame.findings.is_empty();
    Ok(if is_clean { Outcome::Clean } else { Outcome::Different })
}
