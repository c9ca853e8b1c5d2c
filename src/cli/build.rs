//! `overlens build`: one directory, as `kustomize build` prints it.

use std::path::{Path, PathBuf};

use clap::Args;

use super::build_options::{FunctionArgs, HelmArgs, LoadRestrictor, Reorder};
use super::directory::Directory;
use super::output::{self, Outcome};
use super::{Cli, VerbResult, problem, resource_files};
use crate::base::Diagnostic;
use crate::base::pages::use_small_pages;
use crate::kustomize::{BuildOptions, Manifests, OutputOrder};

/// Options of `overlens build`; where kustomize has the option, it has the same name.
#[derive(Args, Debug)]
pub struct BuildArgs {
    /// The directory with the kustomization, or the address of one in a remote repository.
    #[arg(value_name = "DIR", default_value = ".")]
    pub root: String,
    /// Write the manifests to a file, or each resource to a file of its own when PATH is a directory.
    #[arg(short, long, value_name = "PATH")]
    pub output: Option<PathBuf>,
    /// Whether files outside the directory of a kustomization may be read.
    #[arg(long, value_enum, default_value_t, value_name = "RULE")]
    pub load_restrictor: LoadRestrictor,
    /// Order of the output where the kustomization has no `sortOptions`. Deprecated in kustomize.
    #[arg(long, value_enum, value_name = "ORDER")]
    pub reorder: Option<Reorder>,
    /// Give every resource the label `app.kubernetes.io/managed-by`. Deprecated in kustomize.
    #[arg(long)]
    pub enable_managedby_label: bool,
    /// Also name the entries that had no effect, on stderr: patches and images that match nothing, and the like.
    #[arg(long)]
    pub findings: bool,
    /// Helm charts.
    #[command(flatten)]
    pub helm: HelmArgs,
    /// Functions.
    #[command(flatten)]
    pub functions: FunctionArgs,
}

/// Prints the manifests of a directory.
///
/// # Errors
///
/// When the directory does not build, or the output cannot be written.
pub(super) fn run(cli: &Cli, args: &BuildArgs) -> VerbResult {
    if let Some(at) = &cli.at {
        return Err(problem(
            Diagnostic::error("build/at", format!("`build` reads the files as they are, not at `{at}`"))
                .hint("Leave `--at` away, or render a target at the ref: `overlens render service@env/region:REF`."),
        ));
    }
    // One build fills little of each large page.
    use_small_pages();
    let helm = args.helm.helm(args.functions.enable_alpha_plugins);
    let directory = Directory::open(cli, &args.root, helm).map_err(problem)?;
    let options = BuildOptions {
        load_restriction: args.load_restrictor.into(),
        order: args.reorder.map_or(OutputOrder::Legacy, OutputOrder::from),
        managed_by_label: args.enable_managedby_label || wants_managed_by_label(),
    };
    let Some(built) = directory.build(&options) else { return Ok(Outcome::Failed) };
    let findings = if args.findings { built.remarks.findings.as_slice() } else { &[] };
    for said in built.remarks.warnings.iter().chain(findings) {
        directory.show(said);
    }
    match args.output.as_ref().map(|path| cli.directory.join(path)) {
        Some(folder) if folder.is_dir() => write_each(&folder, &built)?,
        Some(file) => std::fs::write(&file, text(&built)?).map_err(|error| unwritable(&file, &error))?,
        None => output::exact(&text(&built)?)?,
    }
    Ok(Outcome::Clean)
}

/// Whether the environment asks for the label, as kustomize reads it.
fn wants_managed_by_label() -> bool {
    std::env::var_os("KUSTOMIZE_ENABLE_MANAGEDBY_LABEL").is_some_and(|value| value == "on")
}

fn text(built: &Manifests) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
    built.to_yaml().map_err(|error| problem(Diagnostic::error("kustomize/emit", error.to_string())))
}

/// Writes each resource to a file of its own. Every file is known to be printable before the first is written.
fn write_each(folder: &Path, built: &Manifests) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    for (name, text) in resource_files::files(built).map_err(problem)? {
        let file = folder.join(name);
        std::fs::write(&file, text).map_err(|error| unwritable(&file, &error))?;
    }
    Ok(())
}

fn unwritable(file: &Path, error: &std::io::Error) -> Box<dyn std::error::Error + Send + Sync> {
    let message = format!("`{}` cannot be written: {error}", file.display());
    problem(Diagnostic::error("build/output", message).hint("Name another file, or an existing directory."))
}
