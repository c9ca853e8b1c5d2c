//! `overlens build`: one directory, as `kustomize build` prints it.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::output::{self, Outcome};
use super::{Cli, VerbResult, problem};
use crate::base::{Diagnostic, RepoPath, Span};
use crate::kustomize::{BuildOptions, Engine, LoadRestriction, Manifests};
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
    /// Also name the entries that had no effect, on stderr: patches and images that match nothing, and the like.
    #[arg(long)]
    pub findings: bool,
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
    if let Some(at) = &cli.at {
        return Err(problem(
            Diagnostic::error("build/at", format!("`build` reads the files as they are, not at `{at}`"))
                .hint("Leave `--at` away, or render a target at the ref: `overlens render service@env/region:REF`."),
        ));
    }
    let directory = Directory::open(&cli.directory.join(&args.root)).map_err(problem)?;
    let Some(built) = directory.build(args.load_restrictor) else { return Ok(Outcome::Failed) };
    let findings = if args.findings { built.findings.as_slice() } else { &[] };
    for said in built.warnings.iter().chain(findings) {
        directory.show(said);
    }
    let text =
        built.to_yaml().map_err(|error| problem(Diagnostic::error("kustomize/emit", error.to_string())))?;
    match &args.output {
        Some(file) => std::fs::write(cli.directory.join(file), text)?,
        None => output::exact(&text)?,
    }
    Ok(Outcome::Clean)
}

/// A directory that is built, seen from the whole file system, because a base may lie anywhere.
pub(super) struct Directory {
    source: WorkTree,
    /// Where it lies.
    pub(super) path: RepoPath,
    /// What builds it.
    pub(super) engine: Engine,
}

impl Directory {
    /// A directory by its path.
    ///
    /// # Errors
    ///
    /// When it cannot be opened.
    pub(super) fn open(directory: &Path) -> Result<Self, Diagnostic> {
        let unusable = |reason: String| {
            let message = format!("`{}` cannot be built: {reason}", directory.display());
            Diagnostic::error("build/directory", message)
                .hint("Name a directory that holds a kustomization.yaml.")
        };
        let absolute = std::fs::canonicalize(directory).map_err(|error| unusable(error.to_string()))?;
        let top = absolute.ancestors().last().unwrap_or(&absolute).to_path_buf();
        let source = WorkTree::open(&top).map_err(|error| unusable(error.to_string()))?;
        let inner = absolute.strip_prefix(&top).ok().and_then(Path::to_str);
        let path = inner.and_then(|inner| RepoPath::parse(inner).ok());
        path.map(|path| Self { source, path, engine: Engine::default() })
            .ok_or_else(|| unusable("its name is not UTF-8".to_owned()))
    }

    /// Builds it; `None` when that fails, once stderr says why.
    pub(super) fn build(&self, load_restrictor: LoadRestrictor) -> Option<Manifests> {
        let load_restriction = match load_restrictor {
            LoadRestrictor::RootOnly => LoadRestriction::RootOnly,
            LoadRestrictor::None => LoadRestriction::None,
        };
        let options = BuildOptions { load_restriction, ..BuildOptions::default() };
        match self.engine.build(&self.source, &self.path, &options) {
            Ok(built) => Some(built),
            Err(found) => {
                self.show(&found);
                None
            }
        }
    }

    /// Draws a problem on stderr.
    pub(super) fn show(&self, found: &Diagnostic) {
        let mut found = found.clone();
        for label in found.primary.iter_mut().chain(&mut found.related) {
            shorten(&mut label.span, &self.path);
        }
        let text_of = |span: &Span| {
            let name = span.file.path.to_string();
            let place = self.path.join(&name).unwrap_or_else(|_| span.file.path.clone());
            String::from_utf8(self.source.read(&place).ok()?.bytes.to_vec()).ok()
        };
        output::problem(&found, &text_of);
    }
}

/// Shows a file below the built directory as seen from there.
fn shorten(span: &mut Span, directory: &RepoPath) {
    if let Some(inner) = span.file.path.below(directory) {
        span.file.path = inner;
    }
}
