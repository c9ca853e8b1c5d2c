//! `overlens generate`: compositions written as folders that kustomize, Argo CD and Flux can build.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::output::{self, Format};
use super::render::report_failures;
use super::{Cli, VerbResult, platform, problem};

/// Options of `overlens generate`.
#[derive(Args, Debug)]
pub struct GenerateArgs {
    /// The target: `service@env/region`, with `:REF` for another ref.
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    pub target: Option<String>,
    /// Every target.
    #[arg(long)]
    pub all: bool,
    /// Where to write (default: `tmp` in the platform).
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// The form of the answer.
    #[arg(long, value_enum, default_value_t)]
    pub output: Format,
}

/// Writes the folders. Targets that fail are named on stderr and do not keep the others from being written.
///
/// # Errors
///
/// When the platform cannot be read, the one target that was asked for has no composition, or a file is in the way
/// that Overlens did not write.
pub(super) fn run(cli: &Cli, args: &GenerateArgs) -> VerbResult {
    let (explorer, overview) = platform::open_catalog(cli).map_err(problem)?;
    let addresses = platform::addresses(args.target.as_deref(), &overview).map_err(problem)?;
    let out = args.out.as_ref().map_or_else(|| explorer.root().join("tmp"), |out| cli.directory.join(out));
    let generated = explorer.generate(&addresses, &out).map_err(problem)?;
    if args.target.is_some()
        && let Some(failure) = generated.failed.values().next()
    {
        return Err(problem((**failure).clone()));
    }
    match args.output {
        Format::Json => output::json(&json!({
            "out": out.display().to_string(),
            "targets": generated.targets.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "files_written": generated.files_written,
            "failed": generated.failed.iter().map(|(target, problem)| json!({
                "target": target.to_string(), "problem": problem.to_string(),
            })).collect::<Vec<_>>(),
        }))?,
        Format::Text => output::data(&format!(
            "{} targets in {} ({} files written), {} failed\n",
            generated.targets.len(),
            out.display(),
            generated.files_written,
            generated.failed.len(),
        ))?,
    }
    Ok(report_failures(&explorer, &generated.failed))
}
