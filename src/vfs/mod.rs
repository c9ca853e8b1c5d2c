//! Where files come from: the work tree, a git tree at a commit, memory, or a draft on top of any of these.

pub mod error;
pub mod git_tree;
mod links;
pub mod memory;
pub mod mounts;
pub mod overlay;
pub mod recorder;
pub mod snapshot;
#[cfg(test)]
mod tests;
pub mod work_tree;

use std::path::PathBuf;
use std::sync::Arc;

pub use self::error::SourceError;
pub use self::git_tree::GitTree;
pub use self::memory::{FixtureError, Memory};
pub use self::mounts::Mounts;
pub use self::overlay::Overlay;
pub use self::recorder::{Asked, Question, Record, Recorder};
pub use self::snapshot::Snapshot;
pub use self::work_tree::WorkTree;
use crate::base::{Digest, FileName, RepoPath};
use crate::git;

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

/// The bytes of a file.
#[derive(Clone, Debug)]
pub struct FileContent {
    /// The bytes.
    pub bytes: Arc<[u8]>,
    /// Identifies the bytes, for caches of what was parsed from them; `None` when only one build will read them, so that
    /// neither what was parsed is worth keeping nor an id worth working out.
    pub kept_as: Option<ContentId>,
}

impl FileContent {
    /// Content with the id that git gives a file of these bytes.
    pub fn new(bytes: impl Into<Arc<[u8]>>) -> Self {
        let bytes = bytes.into();
        Self { kept_as: Some(ContentId::of(&bytes)), bytes }
    }

    /// Content that only one build will read.
    pub fn read_once(bytes: impl Into<Arc<[u8]>>) -> Self {
        Self { bytes: bytes.into(), kept_as: None }
    }

    /// Identifies the bytes.
    #[must_use]
    pub fn id(&self) -> ContentId {
        self.kept_as.unwrap_or_else(|| ContentId::of(&self.bytes))
    }
}

/// Identifies content: equal ids mean equal bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ContentId(pub [u8; 20]);

impl ContentId {
    /// The id that git gives a file of these bytes, so that caches are shared between all kinds of sources.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(git::blob_id(bytes).0)
    }
}

/// The most that one file may hold, unless a source is told otherwise: 16 MiB.
pub const DEFAULT_LIMIT: u64 = 16 * 1024 * 1024;

/// A consistent, read-only view of a repository's files.
///
/// Everything above this module reads through a `Source`, so the same code serves the work tree, a commit,
/// and edits that are not written. Writing is not here on purpose: `edit` holds the only writer.
///
/// # Contract
///
/// One suite (`vfs/tests`) runs against every implementation:
///
/// - A symbolic link is followed when it stays inside the source, also when it is a directory on the way to the
///   path; one that leads outside (by `..` or by an absolute path) or in a circle is an error, never a missing file.
/// - A link to nothing, and a path below a file, are missing.
/// - `list` holds direct children only, sorted by name. Children that cannot be read in any case are left out:
///   links that lead nowhere or outside, submodules, pipes and devices, names that are not UTF-8.
/// - Errors name the path that was asked for, except those about a link, which name the link.
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

    /// The root of the part of this source that `path` belongs to: what is built from `path` must not reach above it.
    ///
    /// It is the root except where sources are mounted in each other; there, a file inside a mounted repository
    /// that names `../..` above its own root must be refused as it would be without the mount.
    /// [`Self::build_key`] relies on that.
    fn boundary(&self, path: &RepoPath) -> RepoPath {
        let _ = path;
        RepoPath::root()
    }

    /// What was asked so far, for a source that keeps a record: see [`Recorder`].
    fn recorded(&self) -> Option<usize> {
        None
    }

    /// What was asked since [`Self::recorded`] said `from`.
    fn recorded_since(&self, from: usize) -> Arc<[Asked]> {
        let _ = from;
        Arc::default()
    }

    /// Takes into the record what an earlier build asked, whose result is used again.
    fn record(&self, asked: &Arc<[Asked]>) {
        let _ = asked;
    }

    /// What questions of a record are answered with now, as a digest; `None` for a source that keeps no record.
    fn answers(&self, asked: &[Asked]) -> Option<Digest> {
        let _ = asked;
        None
    }

    /// How messages call a path.
    fn shown(&self, path: &RepoPath) -> String {
        self.file_name(path).path.to_string()
    }

    /// Where a path lies on disk, absolute; `None` when what this source says of it is not what the disk holds.
    fn disk_path(&self, path: &RepoPath) -> Option<PathBuf> {
        let _ = path;
        None
    }
}

impl<S: Source + ?Sized> Source for Arc<S> {
    fn read(&self, path: &RepoPath) -> Result<FileContent, SourceError> {
        (**self).read(path)
    }

    fn kind(&self, path: &RepoPath) -> Result<Option<EntryKind>, SourceError> {
        (**self).kind(path)
    }

    fn canonical(&self, path: &RepoPath) -> Result<RepoPath, SourceError> {
        (**self).canonical(path)
    }

    fn list(&self, directory: &RepoPath) -> Result<Vec<DirEntry>, SourceError> {
        (**self).list(directory)
    }

    fn file_name(&self, path: &RepoPath) -> FileName {
        (**self).file_name(path)
    }

    fn build_key(&self, directory: &RepoPath) -> Option<(ContentId, RepoPath)> {
        (**self).build_key(directory)
    }

    fn boundary(&self, path: &RepoPath) -> RepoPath {
        (**self).boundary(path)
    }

    fn recorded(&self) -> Option<usize> {
        (**self).recorded()
    }

    fn recorded_since(&self, from: usize) -> Arc<[Asked]> {
        (**self).recorded_since(from)
    }

    fn record(&self, asked: &Arc<[Asked]>) {
        (**self).record(asked);
    }

    fn answers(&self, asked: &[Asked]) -> Option<Digest> {
        (**self).answers(asked)
    }

    fn shown(&self, path: &RepoPath) -> String {
        (**self).shown(path)
    }

    fn disk_path(&self, path: &RepoPath) -> Option<PathBuf> {
        (**self).disk_path(path)
    }
}
