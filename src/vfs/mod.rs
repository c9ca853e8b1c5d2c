//! Where files come from: the work tree, a git tree at a commit, memory, or a draft on top of any of these.

use std::sync::Arc;

use crate::base::{FileName, RepoPath};

/// What a path is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
}

/// A direct child of a directory.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DirEntry {
    /// Its name, without the directory.
    pub name: String,
    /// What it is, links followed.
    pub kind: EntryKind,
}

/// The bytes of a file and an id that is equal only for equal bytes.
#[derive(Clone, Debug)]
pub struct FileContent {
    /// The bytes.
    pub bytes: Arc<[u8]>,
    /// Identifies the bytes, for caches of what was parsed from them.
    pub id: ContentId,
}

/// Identifies content: equal ids mean equal bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ContentId(pub [u8; 20]);

/// Why a path could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// Nothing is there.
    #[error("`{0}` does not exist")]
    NotFound(RepoPath),
    /// A directory stands where a file was wanted.
    #[error("`{0}` is a directory")]
    IsDirectory(RepoPath),
    /// A file stands where a directory was wanted.
    #[error("`{0}` is not a directory")]
    NotDirectory(RepoPath),
    /// A symbolic link leads out of the source.
    #[error("`{path}` is a symbolic link that leads outside the repository (to `{target}`)")]
    LinkOutside {
        /// The link.
        path: RepoPath,
        /// What it says.
        target: String,
    },
    /// Symbolic links lead to each other.
    #[error("`{0}` is a symbolic link that leads back to itself")]
    LinkLoop(RepoPath),
    /// The file is larger than the limit.
    #[error("`{path}` has {size} bytes; the limit is {limit}")]
    TooLarge {
        /// The file.
        path: RepoPath,
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// The operating system or git could not read it.
    #[error("`{path}` could not be read: {reason}")]
    Unreadable {
        /// The path.
        path: RepoPath,
        /// What the system said.
        reason: String,
    },
}

/// A consistent, read-only view of a repository's files.
///
/// Everything above this module reads through a `Source`, so the same code serves the work tree, a commit,
/// and edits that are not written. Writing is not here on purpose: `edit` holds the only writer.
pub trait Source: Send + Sync {
    /// Reads a file. Symbolic links inside the source are followed.
    ///
    /// # Errors
    ///
    /// [`SourceError`]; a link that leaves the source is an error, not a missing file.
    fn read(&self, path: &RepoPath) -> Result<FileContent, SourceError>;

    /// What a path is, links followed; `Ok(None)` when nothing is there.
    ///
    /// # Errors
    ///
    /// [`SourceError`] for links that lead outside or in a circle, and for unreadable directories.
    fn kind(&self, path: &RepoPath) -> Result<Option<EntryKind>, SourceError>;

    /// The path after following every symbolic link in it; the path must exist.
    ///
    /// # Errors
    ///
    /// As [`Self::kind`], and [`SourceError::NotFound`].
    fn canonical(&self, path: &RepoPath) -> Result<RepoPath, SourceError>;

    /// The direct children of a directory, sorted by name.
    ///
    /// # Errors
    ///
    /// [`SourceError`] when it is not a directory or cannot be read.
    fn list(&self, directory: &RepoPath) -> Result<Vec<DirEntry>, SourceError>;

    /// How a file of this source is called in blame and diagnostics.
    fn file_name(&self, path: &RepoPath) -> FileName;

    /// The key under which what is built from `directory` may be shared with other builds, and the path of
    /// `directory` within it: an id of everything that such a build could read. `None` when that can change
    /// underneath (a work tree) or is not known.
    fn build_key(&self, directory: &RepoPath) -> Option<(ContentId, RepoPath)>;
}
