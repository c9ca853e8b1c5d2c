//! The files that one build can reach: those of its source, and the remote repositories that it came across.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use super::Fetched;
use crate::base::{Digest, FileName, RepoPath};
use crate::vfs::{Asked, ContentId, DirEntry, EntryKind, FileContent, Source, SourceError};

/// A source, and beside its root the trees of remote repositories, each under its label.
///
/// Trees are added while a build runs. Paths never lead from one tree into another: a build asks
/// [`Source::boundary`] before it follows one.
pub(crate) struct Reach<'a> {
    own: &'a dyn Source,
    /// Made with the first tree, so that a build without remote bases pays nothing.
    trees: OnceLock<RwLock<BTreeMap<String, Arc<dyn Source>>>>,
}

impl<'a> Reach<'a> {
    /// Only the source.
    pub(crate) fn new(own: &'a dyn Source) -> Self {
        Self { own, trees: OnceLock::new() }
    }

    /// Adds the tree of a repository and says where its root is.
    pub(crate) fn add(&self, fetched: Fetched) -> RepoPath {
        let root = RepoPath::root().child(&fetched.label);
        let trees = self.trees.get_or_init(RwLock::default);
        trees.write().unwrap_or_else(PoisonError::into_inner).insert(fetched.label, fetched.source);
        root
    }

    /// The tree that a path lies in, with its root and the path as the tree knows it; `None` for the source itself.
    fn tree(&self, path: &RepoPath) -> Option<(Arc<dyn Source>, RepoPath, RepoPath)> {
        let trees = self.trees.get()?;
        let root = RepoPath::root().child(path.parts().next()?);
        let tree = trees.read().unwrap_or_else(PoisonError::into_inner).get(root.as_str()).cloned()?;
        let inner = path.below(&root)?;
        Some((tree, root, inner))
    }

    fn ask<T>(
        &self,
        path: &RepoPath,
        ask: impl Fn(&dyn Source, &RepoPath) -> Result<T, SourceError>,
    ) -> Result<T, SourceError> {
        match self.tree(path) {
            None => ask(self.own, path),
            Some((tree, root, inner)) => {
                ask(&*tree, &inner).map_err(|error| error.moved(|inner| outer(&root, inner)))
            }
        }
    }
}

fn outer(root: &RepoPath, inner: &RepoPath) -> RepoPath {
    inner.parts().fold(root.clone(), |path, part| path.child(part))
}

impl Source for Reach<'_> {
    fn read(&self, path: &RepoPath) -> Result<FileContent, SourceError> {
        self.ask(path, |source, path| source.read(path))
    }

    fn kind(&self, path: &RepoPath) -> Result<Option<EntryKind>, SourceError> {
        self.ask(path, |source, path| source.kind(path))
    }

    fn canonical(&self, path: &RepoPath) -> Result<RepoPath, SourceError> {
        match self.tree(path) {
            None => self.own.canonical(path),
            Some((tree, root, inner)) => match tree.canonical(&inner) {
                Ok(inner) => Ok(outer(&root, &inner)),
                Err(error) => Err(error.moved(|inner| outer(&root, inner))),
            },
        }
    }

    fn list(&self, directory: &RepoPath) -> Result<Vec<DirEntry>, SourceError> {
        self.ask(directory, |source, path| source.list(path))
    }

    fn file_name(&self, path: &RepoPath) -> FileName {
        match self.tree(path) {
            None => self.own.file_name(path),
            Some((tree, _, inner)) => tree.file_name(&inner),
        }
    }

    fn build_key(&self, directory: &RepoPath) -> Option<(ContentId, RepoPath)> {
        match self.tree(directory) {
            None => self.own.build_key(directory),
            Some((tree, _, inner)) => tree.build_key(&inner),
        }
    }

    fn boundary(&self, path: &RepoPath) -> RepoPath {
        match self.tree(path) {
            None => self.own.boundary(path),
            Some((tree, root, inner)) => outer(&root, &tree.boundary(&inner)),
        }
    }

    fn shown(&self, path: &RepoPath) -> String {
        match self.tree(path) {
            None => self.own.shown(path),
            Some((tree, _, inner)) => tree.shown(&inner),
        }
    }

    fn recorded(&self) -> Option<usize> {
        self.own.recorded()
    }

    fn recorded_since(&self, from: usize) -> Arc<[Asked]> {
        self.own.recorded_since(from)
    }

    fn record(&self, asked: &Arc<[Asked]>) {
        self.own.record(asked);
    }

    fn answers(&self, asked: &[Asked]) -> Option<Digest> {
        self.own.answers(asked)
    }

    fn disk_path(&self, path: &RepoPath) -> Option<PathBuf> {
        match self.tree(path) {
            None => self.own.disk_path(path),
            Some((tree, _, inner)) => tree.disk_path(&inner),
        }
    }
}
