//! `overlens render`: the manifests of a target, or of all.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use clap::{Args, ValueEnum};
use serde_json::json;

use super::output::{self, Outcome};
use super::{Cli, VerbResult, platform, problem};
use crate::base::{Cancel, Diagnostic};
use crate::catalog::{Address, TargetId};
use crate::explorer::Explorer;
use crate::report::failures;

/// Options of `overlens render`.
#[derive(Args, Debug)]
pub struct RenderArgs {
    /// The target: `service@env/region`, with `:REF` for another ref.
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    pub target: Option<String>,
    /// Every target, in the order of the catalog.
    #[arg(long)]
    pub all: bool,
    /// The form of the manifests.
    #[arg(long, value_enum, default_value_t)]
    pub output: Form,
}

/// The form in which manifests are printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum Form {
    /// As kustomize prints them.
    #[default]
    #[value(alias = "text")]
    Yaml,
    /// One JSON value: for each target its address, ref, commit and resources.
    Json,
    /// Only the counts and the failures.
    None,
}

/// Prints manifests. Targets that fail are named on stderr and do not hide the others.
///
/// # Errors
///
/// When the platform cannot be read, or the one target that was asked for does not render.
pub(super) fn run(cli: &Cli, args: &RenderArgs) -> VerbResult {
    let (explorer, overview) = platform::open_catalog(cli).map_err(problem)?;
    let addresses = platform::addresses(args.target.as_deref(), &overview).map_err(problem)?;
    match args.output {
        Form::None => counts(&explorer, &addresses),
        Form::Yaml => manifests(&explorer, &addresses),
        Form::Json => json_values(&explorer, &addresses),
    }
}

fn manifests(explorer: &Explorer, addresses: &[Address]) -> VerbResult {
    let draft = explorer.draft();
    if let [address] = addresses {
        output::exact(&explorer.render(address, &draft).map_err(|failure| problem((*failure).clone()))?)?;
        return Ok(Outcome::Clean);
    }
    let mut failed = BTreeMap::new();
    let mut first = true;
    // Some at a time, so that a large fleet is not kept in memory before its first line is printed.
    for some in addresses.chunks(AT_A_TIME) {
        for (address, rendered) in some.iter().zip(explorer.render_many(some, &draft)) {
            match rendered {
                Ok(text) if text.is_empty() => {}
                Ok(text) => {
                    output::exact(&format!("{}# {address}\n{text}", if first { "" } else { "---\n" }))?;
                    first = false;
                }
                Err(failure) => {
                    failed.insert(address.target.clone(), failure);
                }
            }
        }
    }
    Ok(report_failures(explorer, &failed))
}

/// How many targets are rendered together before they are printed.
const AT_A_TIME: usize = 512;

fn counts(explorer: &Explorer, addresses: &[Address]) -> VerbResult {
    let failed = Mutex::new(BTreeMap::new());
    let (lines, bytes) = (AtomicUsize::new(0), AtomicUsize::new(0));
    explorer.render_each(
        addresses,
        &explorer.draft(),
        &Cancel::default(),
        &|index, rendered| match rendered {
            Ok(rendered) => {
                lines.fetch_add(rendered.lines(), Ordering::Relaxed);
                bytes.fetch_add(rendered.bytes(), Ordering::Relaxed);
            }
            Err(failure) => {
                let target = addresses[index].target.clone();
                failed.lock().unwrap_or_else(PoisonError::into_inner).insert(target, failure);
            }
        },
    );
    let failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    let (lines, bytes) = (lines.into_inner(), bytes.into_inner());
    let ready = addresses.len() - failed.len();
    output::data(&format!("{ready} rendered ({lines} lines, {bytes} bytes), {} failed\n", failed.len()))?;
    Ok(report_failures(explorer, &failed))
}

fn json_values(explorer: &Explorer, addresses: &[Address]) -> VerbResult {
    let draft = explorer.draft();
    let mut values = Vec::new();
    let mut failed = BTreeMap::new();
    for address in addresses {
        let view = explorer.target(address, &draft);
        let commit = view.commit.as_ref().map(|commit| commit.id.to_string());
        let reference = address.reference.as_deref().or(view.resolution.reference());
        let mut value = json!({ "target": address.target.to_string(), "ref": reference, "commit": commit });
        let findings = view.findings.iter().map(|finding| {
            json!({
                "code": finding.code,
                "severity": finding.severity,
                "message": finding.message,
                "at": finding.primary.as_ref().map(|label| label.span.to_string()),
            })
        });
        value["findings"] = findings.collect();
        match explorer.resources_json(address, &draft) {
            Ok(resources) => value["resources"] = resources,
            Err(failure) => {
                value["problem"] = json!(failure.to_string());
                failed.insert(address.target.clone(), failure);
            }
        }
        values.push(value);
    }
    output::json(&values)?;
    Ok(report_failures(explorer, &failed))
}

/// So many targets that fail for one reason are named.
const NAMED: usize = 12;

/// Names the targets that failed, grouped by cause, on stderr.
pub(super) fn report_failures(
    explorer: &Explorer,
    failed: &BTreeMap<TargetId, std::sync::Arc<Diagnostic>>,
) -> Outcome {
    if failed.is_empty() {
        return Outcome::Clean;
    }
    for group in failures::group(failed) {
        output::problem(group.problem, &|span| explorer.source_text(span));
        let named = group.targets.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
        let others = match group.targets.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        output::say(&format!("  fails: {named}{others}\n"));
    }
    Outcome::Different
}
