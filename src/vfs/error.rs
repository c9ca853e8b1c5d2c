//! Why a path of a source could not be read, and what to do about it.

use crate::base::{Diagnostic, RepoPath, Span};

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
    /// The path is a git submodule or lies in one.
    #[error("`{0}` is a git submodule; its files are not part of this repository")]
    Submodule(RepoPath),
    /// Neither a file nor a directory: a pipe, a socket or a device, which are never read.
    #[error("`{0}` is neither a file nor a directory")]
    Special(RepoPath),
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

impl SourceError {
    /// The path that the error is about.
    #[must_use]
    pub fn path(&self) -> &RepoPath {
        match self {
            Self::NotFound(path)
            | Self::IsDirectory(path)
            | Self::NotDirectory(path)
            | Self::LinkLoop(path)
            | Self::Submodule(path)
            | Self::Special(path)
            | Self::LinkOutside { path, target: _ }
            | Self::TooLarge { path, size: _, limit: _ }
            | Self::Unreadable { path, reason: _ } => path,
        }
    }

    /// The same error about another path: what a source says of itself, as seen from a source that holds it.
    #[must_use]
    pub(crate) fn moved(mut self, change: impl FnOnce(&RepoPath) -> RepoPath) -> Self {
        match &mut self {
            Self::NotFound(path)
            | Self::IsDirectory(path)
            | Self::NotDirectory(path)
            | Self::LinkLoop(path)
            | Self::Submodule(path)
            | Self::Special(path)
            | Self::LinkOutside { path, target: _ }
            | Self::TooLarge { path, size: _, limit: _ }
            | Self::Unreadable { path, reason: _ } => *path = change(path),
        }
        self
    }
}

impl From<SourceError> for Diagnostic {
    fn from(error: SourceError) -> Self {
        let (code, hint) = match &error {
            SourceError::NotFound(_) => {
                ("file/not-found", "Check the spelling; paths are seen from the repository's root.")
            }
            SourceError::IsDirectory(_) => ("file/is-directory", "Name a file inside the directory."),
            SourceError::NotDirectory(_) => ("file/not-directory", "Name a directory."),
            SourceError::LinkOutside { .. } => (
                "file/link-outside",
                "Replace the link by the file, or let it lead to a file of the repository.",
            ),
            SourceError::LinkLoop(_) => ("file/link-loop", "Let one of the links lead to a file."),
            SourceError::Submodule(_) => (
                "file/submodule",
                "Copy the files that are needed into this repository, or open the submodule itself.",
            ),
            SourceError::Special(_) => ("file/special", "Replace it by a regular file."),
            SourceError::TooLarge { .. } => ("file/too-large", "Split the file, or leave it out."),
            SourceError::Unreadable { .. } => ("file/unreadable", "Check the permissions of the file."),
        };
        let span = Span::of_file(error.path().clone());
        Self::error(code, error.to_string()).at(span, "").hint(hint)
    }
}
