//! A directory that is built on its own: where it lies, what builds it, and how its files are called.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Cli, output};
use crate::base::{Diagnostic, FileName, RepoPath, Span};
use crate::kustomize::outside::{Helm, RepositoryAddress};
use crate::kustomize::{BuildOptions, Engine, Manifests, Outside};
use crate::vfs::{ContentId, DirEntry, EntryKind, FileContent, Source, SourceError, WorkTree};

/// A directory that is built, seen from the whole file system, because a base may lie anywhere.
pub(super) struct Directory {
    source: OnDisk,
    place: Place,
    outside: Outside,
    /// What builds it.
    pub(super) engine: Engine,
}

/// Where the directory is.
enum Place {
    /// On disk.
    Local(RepoPath),
    /// In a remote repository.
    Remote(RepositoryAddress),
}

impl Directory {
    /// A directory by its path or the address of a remote repository, as `kustomize build` takes it.
    ///
    /// # Errors
    ///
    /// When it cannot be opened, or an option of the command line is wrong.
    pub(super) fn open(cli: &Cli, text: &str, helm: Option<Arc<dyn Helm>>) -> Result<Self, Diagnostic> {
        let outside = Outside { remotes: cli.reach.remotes(&cli.directory)?, helm };
        let limits = cli.reach.limits()?;
        let remote = RepositoryAddress::parse(text);
        let directory = if remote.is_some() { cli.directory.clone() } else { cli.directory.join(text) };
        let unusable = |reason: String| {
            let message = format!("`{text}` cannot be built: {reason}");
            Diagnostic::error("build/directory", message)
                .hint("Name a directory that holds a kustomization.yaml.")
        };
        let absolute = std::fs::canonicalize(&directory).map_err(|error| unusable(error.to_string()))?;
        let top = absolute.ancestors().last().unwrap_or(&absolute).to_path_buf();
        let files = WorkTree::open(&top).map_err(|error| unusable(error.to_string()))?;
        let current = std::env::current_dir().and_then(std::fs::canonicalize).ok();
        let source = OnDisk { files: files.with_limit(limits.file_bytes as u64), top: top.clone(), current };
        let place = match remote {
            Some(address) => Place::Remote(address),
            None => {
                let inner = absolute.strip_prefix(&top).ok().and_then(Path::to_str);
                let path = inner.and_then(|inner| RepoPath::parse(inner).ok());
                Place::Local(path.ok_or_else(|| unusable("its name is not UTF-8".to_owned()))?)
            }
        };
        let engine = Engine::reaching(limits, outside.clone());
        Ok(Self { source, place, outside, engine })
    }

    /// Builds it; `None` when that fails, once stderr says why.
    pub(super) fn build(&self, options: &BuildOptions) -> Option<Manifests> {
        let built = match &self.place {
            Place::Local(path) => self.engine.build(&self.source, path, options),
            Place::Remote(address) => self.engine.build_remote(address, options),
        };
        built.inspect_err(|found| self.show(found)).ok()
    }

    /// Draws a problem on stderr.
    pub(super) fn show(&self, found: &Diagnostic) {
        let text_of = |span: &Span| match (&span.file.revision, &self.outside.remotes) {
            (None, _) => String::from_utf8(self.source.read(&span.file.path).ok()?.bytes.to_vec()).ok(),
            (Some(_), Some(remotes)) => remotes.text(&span.file),
            (Some(_), None) => None,
        };
        output::problem_with_names(found, &text_of, &|file| match file.revision {
            None => self.source.shown(&file.path),
            Some(_) => file.path.to_string(),
        });
    }

    /// How blame calls a file: as seen from the directory, and remote files by their repository.
    pub(super) fn name(&self, file: &FileName) -> String {
        match &self.place {
            Place::Local(path) if file.revision.is_none() => file.path.relative_to(path),
            Place::Local(_) | Place::Remote(_) => file.path.to_string(),
        }
    }
}

/// The whole file system, with paths shown as people can open them.
struct OnDisk {
    files: WorkTree,
    top: PathBuf,
    current: Option<PathBuf>,
}

impl Source for OnDisk {
    fn read(&self, path: &RepoPath) -> Result<FileContent, SourceError> {
        // One build and no more: what is parsed belongs to it, and is changed in its place.
        self.files.bytes(path).map(FileContent::read_once)
    }

    fn kind(&self, path: &RepoPath) -> Result<Option<EntryKind>, SourceError> {
        self.files.kind(path)
    }

    fn canonical(&self, path: &RepoPath) -> Result<RepoPath, SourceError> {
        self.files.canonical(path)
    }

    fn list(&self, directory: &RepoPath) -> Result<Vec<DirEntry>, SourceError> {
        self.files.list(directory)
    }

    fn file_name(&self, path: &RepoPath) -> FileName {
        self.files.file_name(path)
    }

    fn build_key(&self, directory: &RepoPath) -> Option<(ContentId, RepoPath)> {
        self.files.build_key(directory)
    }

    /// From the current directory for what lies there, else from the root of the file system.
    fn shown(&self, path: &RepoPath) -> String {
        let absolute = self.top.join(path.as_str());
        let inner = self.current.as_ref().and_then(|current| absolute.strip_prefix(current).ok());
        match inner {
            Some(inner) if inner.as_os_str().is_empty() => ".".to_owned(),
            Some(inner) => inner.display().to_string(),
            None => absolute.display().to_string(),
        }
    }

    fn disk_path(&self, path: &RepoPath) -> Option<PathBuf> {
        self.files.disk_path(path)
    }
}
