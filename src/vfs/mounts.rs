//! Several sources in one: each stands at a path of its own.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::{ContentId, DirEntry, EntryKind, FileContent, Source, SourceError};
use crate::base::{FileName, RepoPath};

/// A source at the root, and others at paths inside it, as file systems are mounted.
///
/// Used to render a composition: its kustomization in memory at the root, the layers of each commit at
/// `.layers/<commit>`. What the root has at or below the path of a mount is hidden. A mounted source keeps its own
/// names in blame and its own build keys, so that builds are shared however it is mounted. Links never
/// lead from one source into another: one that leads out of a mounted source leads outside.
#[derive(Clone)]
pub struct Mounts {
    root: Arc<dyn Source>,
    mounts: BTreeMap<RepoPath, Arc<dyn Source>>,
}

/// Where a path leads.
struct Place<'a> {
    source: &'a Arc<dyn Source>,
    /// Where the source is mounted.
    prefix: RepoPath,
    /// The path as the source knows it.
    inner: RepoPath,
}

impl Mounts {
    /// Only the root.
    #[must_use]
    pub fn new(root: Arc<dyn Source>) -> Self {
        Self { root, mounts: BTreeMap::new() }
    }

    /// Adds a source at `prefix`, instead of the one that may already be there; at the root it replaces the root.
    #[must_use]
    pub fn with(mut self, prefix: RepoPath, source: Arc<dyn Source>) -> Self {
        if prefix.is_root() {
            self.root = source;
        } else {
            self.mounts.insert(prefix, source);
        }
        self
    }

    fn place(&self, path: &RepoPath) -> Place<'_> {
        let mut directory = Some(path.clone());
        while let Some(prefix) = directory {
            if let Some((inner, source)) = path.below(&prefix).zip(self.mounts.get(&prefix)) {
                return Place { source, prefix, inner };
            }
            directory = prefix.parent();
        }
        Place { source: &self.root, prefix: RepoPath::root(), inner: path.clone() }
    }

    /// Whether a mount lies below a directory, which makes it one whatever the source there says.
    fn leads_to_mount(&self, path: &RepoPath) -> bool {
        self.mounts.keys().any(|prefix| prefix != path && prefix.is_within(path))
    }
}

impl Place<'_> {
    fn outer(&self, inner: &RepoPath) -> RepoPath {
        inner.parts().fold(self.prefix.clone(), |path, part| path.child(part))
    }

    fn explain(&self, error: SourceError) -> SourceError {
        error.moved(|inner| self.outer(inner))
    }
}

impl Source for Mounts {
    fn read(&self, path: &RepoPath) -> Result<FileContent, SourceError> {
        if self.leads_to_mount(path) {
            return Err(SourceError::IsDirectory(path.clone()));
        }
        let place = self.place(path);
        place.source.read(&place.inner).map_err(|error| place.explain(error))
    }

    fn kind(&self, path: &RepoPath) -> Result<Option<EntryKind>, SourceError> {
        if self.leads_to_mount(path) {
            return Ok(Some(EntryKind::Directory));
        }
        let place = self.place(path);
        place.source.kind(&place.inner).map_err(|error| place.explain(error))
    }

    fn canonical(&self, path: &RepoPath) -> Result<RepoPath, SourceError> {
        if self.leads_to_mount(path) {
            return Ok(path.clone());
        }
        let place = self.place(path);
        let inner = place.source.canonical(&place.inner).map_err(|error| place.explain(error))?;
        Ok(place.outer(&inner))
    }

    fn list(&self, directory: &RepoPath) -> Result<Vec<DirEntry>, SourceError> {
        let place = self.place(directory);
        let listed = place.source.list(&place.inner).map_err(|error| place.explain(error));
        if !self.leads_to_mount(directory) {
            return listed;
        }
        // The source itself may have nothing here, or something that the mounts hide.
        let mut children: BTreeMap<String, EntryKind> =
            listed.unwrap_or_default().into_iter().map(|entry| (entry.name, entry.kind)).collect();
        for prefix in self.mounts.keys() {
            if let Some(below) = prefix.below(directory)
                && let Some(first) = below.parts().next()
            {
                children.insert(first.to_owned(), EntryKind::Directory);
            }
        }
        Ok(children.into_iter().map(|(name, kind)| DirEntry { name, kind }).collect())
    }

    /// The name that the mounted source gives its file: a layer's file is called as in its own repository.
    fn file_name(&self, path: &RepoPath) -> FileName {
        let place = self.place(path);
        place.source.file_name(&place.inner)
    }

    /// The key of the mounted source. `None` where a build may read from several sources: at the root, and in a
    /// source with another one inside.
    fn build_key(&self, directory: &RepoPath) -> Option<(ContentId, RepoPath)> {
        let place = self.place(directory);
        if self.leads_to_mount(&place.prefix) {
            return None;
        }
        place.source.build_key(&place.inner)
    }

    fn boundary(&self, path: &RepoPath) -> RepoPath {
        let place = self.place(path);
        place.outer(&place.source.boundary(&place.inner))
    }

    fn disk_path(&self, path: &RepoPath) -> Option<PathBuf> {
        let place = self.place(path);
        place.source.disk_path(&place.inner).filter(|_| !self.leads_to_mount(path))
    }
}
