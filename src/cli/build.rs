//! `overlens build`: one directory, as `kustomize build` prints it.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::output::{self, Outcome};
use super::{Cli, VerbResult, problem};
use crate::base::{Diagnostic, RepoPath, Span};
use crate::kustomize::{BuildOptions, Engine, LoadRestriction};
use crate::vfs::{Source, WorkTree};

/// Options of `overlens build`; where kustomize has the option, it has the same name.
#[derive(Args, Debug)]
pub struct BuildArgs {
    /// The directory with the kustomization.
    #[arg(value_name = "DIR", default_value = ".")]
    pub root: PathBuf,
    /// Write the manifests to a file instead of stdout.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Whether files outside the directory of a kustomization may be read.
    #[arg(long, value_enum, default_value_t, value_name = "RULE")]
    pub load_restrictor: LoadRestrictor,
}

/// Which files a kustomization may read; directories may lie anywhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum LoadRestrictor {
    /// Only files in its own directory and below.
    #[default]
    #[value(name = "LoadRestrictionsRootOnly")]
    RootOnly,
    /// Any file.
    #[value(name = "LoadRestrictionsNone")]
    None,
}

/// Prints the manifests of a directory.
///
/// # Errors
///
/// When the directory does not build, or the output cannot be written.
pub(super) fn run(cli: &Cli, args: &BuildArgs) -> VerbResult {
    let directory = cli.directory.join(&args.root);
    let (source, path) = open(&directory).map_err(problem)?;
    let options = BuildOptions {
        load_restriction: match args.load_restrictor {
            LoadRestrictor::RootOnly => LoadRestriction::RootOnly,
            LoadRestrictor::None => LoadRestriction::None,
        },
        ..BuildOptions::default()
    };
    let shown = |mut found: Diagnostic| {
        for label in found.primary.iter_mut().chain(&mut found.related) {
            shorten(&mut label.span, &path);
        }
        found
    };
    let text_of = |span: &Span| {
        let place = path.join(&span.file.path.to_string()).unwrap_or_else(|_| span.file.path.clone());
        String::from_utf8(source.read(&place).ok()?.bytes.to_vec()).ok()
    };
    let built = match Engine::default().build(&source, &path, &options) {
        Ok(built) => built,
        Err(found) => {
            output::problem(&shown(found), &text_of);
            return Ok(Outcome::Failed);
        }
    };
    for warning in built.warnings.clone() {
        output::problem(&shown(warning), &text_of);
    }
    let text =
        built.to_yaml().map_err(|error| problem(Diagnostic::error("kustomize/emit", error.to_string())))?;
    match &args.output {
        Some(file) => std::fs::write(cli.directory.join(file), text)?,
        None => output::exact(&text)?,
    }
    Ok(Outcome::Clean)
}

/// The whole file system as a source, because a base may lie anywhere, and the directory in it.
fn open(directory: &Path) -> Result<(WorkTree, RepoPath), Diagnostic> {
    let unusable = |reason: String| {
        Diagnostic::error("build/directory", format!("`{}` cannot be built: {reason}", directory.display()))
            .hint("Name a directory that holds a kustomization.yaml.")
    };
    let absolute = std::fs::canonicalize(directory).map_err(|error| unusable(error.to_string()))?;
    let top = absolute.ancestors().last().unwrap_or(&absolute).to_path_buf();
    let source = WorkTree::open(&top).map_err(|error| unusable(error.to_string()))?;
    let inner = absolute.strip_prefix(&top).ok().and_then(Path::to_str);
    let path = inner.and_then(|inner| RepoPath::parse(inner).ok());
    path.map(|path| (source, path)).ok_or_else(|| unusable("its name is not UTF-8".to_owned()))
}

/// Shows a file below the built directory as seen from there.
fn shorten(span: &mut Span, directory: &RepoPath) {
    if let Some(inner) = span.file.path.below(directory) {
        span.file.path = inner;
    }
}
