//! The files of a remote repository, submodules included, under names that say where they are from.

use std::sync::{Arc, PoisonError, RwLock};

use crate::base::{FileName, RepoPath};
use crate::vfs::{ContentId, DirEntry, EntryKind, FileContent, GitTree, Mounts, Source, SourceError};

/// Fetches the files of the submodule at a path.
pub(super) type FetchSubmodule = dyn Fn(&RepoPath) -> Result<Arc<dyn Source>, SourceError> + Send + Sync;

/// A git tree whose files are called `host/organisation/repository/path` at their commit.
///
/// Submodules are fetched when one of their files is wanted.
pub(super) struct RemoteTree {
    tree: Arc<GitTree>,
    /// The tree with the submodules that were fetched so far.
    files: RwLock<Mounts>,
    /// What comes before the path of each file.
    name: RepoPath,
    submodules: Option<Box<FetchSubmodule>>,
}

impl RemoteTree {
    /// The files of a tree; `submodules` fetches those of submodules, which are refused without it.
    pub(super) fn new(tree: GitTree, name: RepoPath, submodules: Option<Box<FetchSubmodule>>) -> Self {
        let tree = Arc::new(tree);
        let files = RwLock::new(Mounts::new(tree.clone()));
        Self { tree, files, name, submodules }
    }

    /// The name that stands for a URL: without scheme, user and `.git`, as one writes it in a browser.
    pub(super) fn name_of(url: &str) -> RepoPath {
        let text = url.split_once("://").map_or(url, |(_, rest)| rest);
        let text = match text.split_once('@') {
            Some((user, rest)) if !user.contains('/') => rest,
            _ => text,
        };
        let text = text.strip_suffix(".git").unwrap_or(text).replace(':', "/");
        RepoPath::parse(text.trim_start_matches('/')).unwrap_or_else(|_| RepoPath::root())
    }

    fn ask<T>(&self, ask: impl Fn(&Mounts) -> Result<T, SourceError>) -> Result<T, SourceError> {
        loop {
            let answer = ask(&self.files.read().unwrap_or_else(PoisonError::into_inner));
            let (Err(SourceError::Submodule(path)), Some(fetch)) = (&answer, &self.submodules) else {
                return answer;
            };
            let fetched = fetch(path)?;
            let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
            *files = files.clone().with(path.clone(), fetched);
        }
    }
}

impl Source for RemoteTree {
    fn read(&self, path: &RepoPath) -> Result<FileContent, SourceError> {
        self.ask(|files| files.read(path))
    }

    fn kind(&self, path: &RepoPath) -> Result<Option<EntryKind>, SourceError> {
        self.ask(|files| files.kind(path))
    }

    fn canonical(&self, path: &RepoPath) -> Result<RepoPath, SourceError> {
        self.ask(|files| files.canonical(path))
    }

    fn list(&self, directory: &RepoPath) -> Result<Vec<DirEntry>, SourceError> {
        self.ask(|files| files.list(directory))
    }

    fn file_name(&self, path: &RepoPath) -> FileName {
        let inner = self.files.read().unwrap_or_else(PoisonError::into_inner).file_name(path);
        let path = path.parts().fold(self.name.clone(), |name, part| name.child(part));
        FileName { path, revision: inner.revision }
    }

    /// The key of the tree: it names the commits of its submodules too.
    fn build_key(&self, directory: &RepoPath) -> Option<(ContentId, RepoPath)> {
        self.tree.build_key(directory)
    }
}
