//! A draft: files edited, added and removed on top of any other source.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{ContentId, DirEntry, EntryKind, FileContent, Source, SourceError};
use crate::base::{FileName, RepoPath};

/// Another source with changes on top.
///
/// A path that goes through links of the source below changes the file that they lead to, as writing to disk would.
/// The draft itself holds no links; a link below that leads nowhere stays so, also when its target is added here.
#[derive(Clone)]
pub struct Overlay {
    below: Arc<dyn Source>,
    /// The new content by path without links; `None` for a file that is removed.
    changes: BTreeMap<RepoPath, Option<FileContent>>,
    /// Directories that exist because a file was added in them.
    directories: BTreeSet<RepoPath>,
}

impl Overlay {
    /// A draft without changes.
    #[must_use]
    pub fn new(below: Arc<dyn Source>) -> Self {
        Self { below, changes: BTreeMap::new(), directories: BTreeSet::new() }
    }

    /// Sets the content of a file, which need not exist yet; directories above it are made.
    ///
    /// # Errors
    ///
    /// [`SourceError`] when a directory stands there, when a file stands in the place of a directory above it, or
    /// when a link on the way leads outside.
    pub fn write(&mut self, path: &RepoPath, bytes: impl Into<Arc<[u8]>>) -> Result<(), SourceError> {
        let place = self.place(path)?;
        if self.kind(&place)? == Some(EntryKind::Directory) {
            return Err(SourceError::IsDirectory(path.clone()));
        }
        let mut missing = Vec::new();
        let mut above = place.parent();
        while let Some(directory) = above {
            above = directory.parent();
            match self.kind(&directory)? {
                Some(EntryKind::Directory) => break,
                Some(EntryKind::File) => return Err(SourceError::NotDirectory(directory)),
                None => missing.push(directory),
            }
        }
        self.directories.extend(missing);
        self.changes.insert(place, Some(FileContent::new(bytes)));
        Ok(())
    }

    /// Removes a file.
    ///
    /// # Errors
    ///
    /// [`SourceError`] when no file is there.
    pub fn remove(&mut self, path: &RepoPath) -> Result<(), SourceError> {
        let place = self.place(path)?;
        match self.kind(&place)? {
            None => Err(SourceError::NotFound(path.clone())),
            Some(EntryKind::Directory) => Err(SourceError::IsDirectory(path.clone())),
            Some(EntryKind::File) => {
                self.changes.insert(place, None);
                Ok(())
            }
        }
    }

    /// What was changed, sorted by path: the new content, or `None` for a removed file.
    pub fn changes(&self) -> impl Iterator<Item = (&RepoPath, Option<&FileContent>)> {
        self.changes.iter().map(|(path, content)| (path, content.as_ref()))
    }

    /// The path without the links of the source below, as far as it exists there.
    fn place(&self, path: &RepoPath) -> Result<RepoPath, SourceError> {
        match self.below.canonical(path) {
            Err(SourceError::NotFound(_)) => match path.parent() {
                Some(parent) => Ok(self.place(&parent)?.child(path.name())),
                None => Ok(RepoPath::root()),
            },
            found => found,
        }
    }

    /// What the draft alone says about a path without links; `None` if nothing.
    fn own_kind(&self, place: &RepoPath) -> Option<Option<EntryKind>> {
        if self.directories.contains(place) {
            return Some(Some(EntryKind::Directory));
        }
        self.changes.get(place).map(|content| content.as_ref().map(|_| EntryKind::File))
    }
}

impl Source for Overlay {
    fn read(&self, path: &RepoPath) -> Result<FileContent, SourceError> {
        if self.changes.is_empty() {
            return self.below.read(path);
        }
        let place = self.place(path)?;
        match (self.own_kind(&place), self.changes.get(&place)) {
            (Some(Some(EntryKind::Directory)), _) => Err(SourceError::IsDirectory(path.clone())),
            (_, Some(Some(content))) => Ok(content.clone()),
            (_, Some(None)) => Err(SourceError::NotFound(path.clone())),
            (_, None) => self.below.read(path),
        }
    }

    fn kind(&self, path: &RepoPath) -> Result<Option<EntryKind>, SourceError> {
        if self.changes.is_empty() {
            return self.below.kind(path);
        }
        match self.own_kind(&self.place(path)?) {
            Some(kind) => Ok(kind),
            None => self.below.kind(path),
        }
    }

    fn canonical(&self, path: &RepoPath) -> Result<RepoPath, SourceError> {
        if self.changes.is_empty() {
            return self.below.canonical(path);
        }
        let place = self.place(path)?;
        match self.own_kind(&place) {
            Some(Some(_)) => Ok(place),
            Some(None) => Err(SourceError::NotFound(path.clone())),
            None => self.below.canonical(path),
        }
    }

    fn list(&self, directory: &RepoPath) -> Result<Vec<DirEntry>, SourceError> {
        if self.changes.is_empty() {
            return self.below.list(directory);
        }
        let place = self.place(directory)?;
        let own = self.own_kind(&place);
        match own {
            Some(Some(EntryKind::File)) => return Err(SourceError::NotDirectory(directory.clone())),
            Some(None) => return Err(SourceError::NotFound(directory.clone())),
            Some(Some(EntryKind::Directory)) | None => {}
        }
        let below = match self.below.list(&place) {
            // The directory is the draft's own; below there may be a file that the draft removed, or nothing.
            Err(SourceError::NotFound(_) | SourceError::NotDirectory(_)) if own.is_some() => Vec::new(),
            listed => listed.map_err(|error| error.moved(|_| directory.clone()))?,
        };
        let mut children: BTreeMap<String, EntryKind> = BTreeMap::new();
        for entry in below {
            // Asked again, because a link may lead to a file that the draft removed.
            if let Ok(Some(kind)) = self.kind(&place.child(&entry.name)) {
                children.insert(entry.name, kind);
            }
        }
        let is_child = |path: &&RepoPath| path.parent().as_ref() == Some(&place);
        for added in self.directories.iter().filter(is_child) {
            children.insert(added.name().to_owned(), EntryKind::Directory);
        }
        for (changed, content) in self.changes.iter().filter(|(path, _)| is_child(path)) {
            if content.is_some() {
                children.insert(changed.name().to_owned(), EntryKind::File);
            }
        }
        Ok(children.into_iter().map(|(name, kind)| DirEntry { name, kind }).collect())
    }

    /// A changed file belongs to no commit.
    fn file_name(&self, path: &RepoPath) -> FileName {
        let name = self.below.file_name(path);
        let changed = self.place(path).is_ok_and(|place| self.changes.contains_key(&place));
        if changed { FileName { revision: None, ..name } } else { name }
    }

    fn build_key(&self, directory: &RepoPath) -> Option<(ContentId, RepoPath)> {
        let (below, inner) = self.below.build_key(directory)?;
        if self.changes.is_empty() {
            return Some((below, inner));
        }
        // The paths of the changes are those of this source, so the directory as seen here belongs to the id.
        let mut all = below.0.to_vec();
        all.extend_from_slice(directory.as_str().as_bytes());
        for (path, content) in &self.changes {
            all.push(0);
            all.extend_from_slice(path.as_str().as_bytes());
            all.push(0);
            all.extend(content.iter().flat_map(|content| content.id().0));
        }
        Some((ContentId::of(&all), inner))
    }

    fn boundary(&self, path: &RepoPath) -> RepoPath {
        self.below.boundary(path)
    }
}
