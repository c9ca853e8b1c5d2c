//! Files on disk below one directory, read as they are at the moment of reading.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::links::{self, Step};
use super::{ContentId, DEFAULT_LIMIT, DirEntry, EntryKind, FileContent, Source, SourceError};
use crate::base::{FileName, RepoPath};

/// A directory on disk and what lies below it.
///
/// Nothing is remembered between two calls: wrap it where one answer must hold for a while. Links are checked step
/// by step before a file is opened; somebody who swaps directories for links between the check and the opening
/// could still lead outside, which is accepted, for such a person can write to the tree anyway.
#[derive(Clone, Debug)]
pub struct WorkTree {
    /// The directory as it was given and without links: absolute links may be written either way.
    given: PathBuf,
    root: PathBuf,
    limit: u64,
}

impl WorkTree {
    /// The directory `root` on disk.
    ///
    /// # Errors
    ///
    /// What the system says when `root` is not there, is not a directory or cannot be entered.
    pub fn open(root: &Path) -> io::Result<Self> {
        let given = std::path::absolute(root)?;
        let root = fs::canonicalize(&given)?;
        if !fs::metadata(&root)?.is_dir() {
            return Err(io::Error::from(io::ErrorKind::NotADirectory));
        }
        Ok(Self { given, root, limit: DEFAULT_LIMIT })
    }

    /// This source with another limit for the size of a file, in bytes.
    #[must_use]
    pub fn with_limit(self, limit: u64) -> Self {
        Self { limit, ..self }
    }

    /// The directory on disk, absolute and without links.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where a path of this source lies on disk; links in it are not followed.
    #[must_use]
    pub fn on_disk(&self, path: &RepoPath) -> PathBuf {
        self.root.join(path.as_str())
    }

    fn step(&self, path: &RepoPath) -> Result<Step, SourceError> {
        let on_disk = self.on_disk(path);
        let metadata = match fs::symlink_metadata(&on_disk) {
            Ok(metadata) => metadata,
            Err(error) if is_missing(&error) => return Ok(Step::Missing),
            Err(error) => return Err(unreadable(path, &error)),
        };
        if !metadata.is_symlink() {
            return match entry_kind(&metadata) {
                Some(EntryKind::File) => Ok(Step::File),
                Some(EntryKind::Directory) => Ok(Step::Directory),
                None => Err(SourceError::Special(path.clone())),
            };
        }
        let target = fs::read_link(&on_disk).map_err(|error| unreadable(path, &error))?;
        let inside = [&self.root, &self.given].into_iter().find_map(|root| target.strip_prefix(root).ok());
        let (text, rooted) = match inside {
            Some(inside) => (inside, true),
            None => (target.as_path(), false),
        };
        // A target that is not UTF-8 cannot be named inside a source, so it leads to something else than our files.
        let Some(text) = text.to_str() else {
            let target = target.to_string_lossy().into_owned();
            return Err(SourceError::LinkOutside { path: path.clone(), target });
        };
        Ok(if rooted { Step::RootedLink(text.to_owned()) } else { Step::Link(text.to_owned()) })
    }

    fn follow(&self, path: &RepoPath) -> Result<Option<(RepoPath, EntryKind)>, SourceError> {
        links::follow(path, |path| self.step(path))
    }

    /// The bytes of a file, as [`Source::read`] gives them but without their id.
    ///
    /// # Errors
    ///
    /// As [`Source::read`].
    pub fn bytes(&self, path: &RepoPath) -> Result<Vec<u8>, SourceError> {
        let Some((real, kind)) = self.follow(path)? else {
            return Err(SourceError::NotFound(path.clone()));
        };
        if kind == EntryKind::Directory {
            return Err(SourceError::IsDirectory(path.clone()));
        }
        let fail = |error: io::Error| {
            if is_missing(&error) { SourceError::NotFound(path.clone()) } else { unreadable(path, &error) }
        };
        let mut file = File::open(self.on_disk(&real)).map_err(fail)?;
        let metadata = file.metadata().map_err(fail)?;
        if !metadata.is_file() {
            return Err(SourceError::Special(path.clone()));
        }
        let too_large = |size| SourceError::TooLarge { path: path.clone(), size, limit: self.limit };
        if metadata.len() > self.limit {
            return Err(too_large(metadata.len()));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0) + 1);
        // The file may grow while it is read; one byte over the limit is enough to know.
        file.by_ref().take(self.limit.saturating_add(1)).read_to_end(&mut bytes).map_err(fail)?;
        if bytes.len() as u64 > self.limit {
            return Err(too_large(bytes.len() as u64));
        }
        Ok(bytes)
    }
}

impl Source for WorkTree {
    fn read(&self, path: &RepoPath) -> Result<FileContent, SourceError> {
        self.bytes(path).map(FileContent::new)
    }

    fn kind(&self, path: &RepoPath) -> Result<Option<EntryKind>, SourceError> {
        Ok(self.follow(path)?.map(|(_, kind)| kind))
    }

    fn canonical(&self, path: &RepoPath) -> Result<RepoPath, SourceError> {
        self.follow(path)?.map(|(path, _)| path).ok_or_else(|| SourceError::NotFound(path.clone()))
    }

    fn list(&self, directory: &RepoPath) -> Result<Vec<DirEntry>, SourceError> {
        let Some((real, kind)) = self.follow(directory)? else {
            return Err(SourceError::NotFound(directory.clone()));
        };
        if kind == EntryKind::File {
            return Err(SourceError::NotDirectory(directory.clone()));
        }
        let mut children = Vec::new();
        for entry in fs::read_dir(self.on_disk(&real)).map_err(|error| unreadable(directory, &error))? {
            let entry = entry.map_err(|error| unreadable(directory, &error))?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let file_type = entry.file_type().map_err(|error| unreadable(directory, &error))?;
            let kind = if file_type.is_dir() {
                Some(EntryKind::Directory)
            } else if file_type.is_file() {
                Some(EntryKind::File)
            } else {
                self.kind(&real.child(&name)).unwrap_or(None)
            };
            children.extend(kind.map(|kind| DirEntry { name, kind }));
        }
        children.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(children)
    }

    fn file_name(&self, path: &RepoPath) -> FileName {
        FileName { path: path.clone(), revision: None }
    }

    /// `None`: the files can change at any moment.
    fn build_key(&self, _directory: &RepoPath) -> Option<(ContentId, RepoPath)> {
        None
    }

    fn disk_path(&self, path: &RepoPath) -> Option<PathBuf> {
        Some(self.on_disk(path))
    }
}

fn entry_kind(metadata: &Metadata) -> Option<EntryKind> {
    if metadata.is_dir() {
        Some(EntryKind::Directory)
    } else if metadata.is_file() {
        Some(EntryKind::File)
    } else {
        None
    }
}

/// Whether nothing is there; a name that the file system cannot even hold is not there either.
fn is_missing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::InvalidFilename
    )
}

fn unreadable(path: &RepoPath, error: &io::Error) -> SourceError {
    SourceError::Unreadable { path: path.clone(), reason: error.to_string() }
}
