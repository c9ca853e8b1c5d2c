//! What can go wrong with git, and what to do about it.

use std::path::PathBuf;

use super::{CommitTime, ObjectId};
use crate::base::Diagnostic;

/// Why a repository does not open.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// There is no repository at or above the directory.
    #[error("`{}` is not in a git repository", .0.display())]
    NotRepository(PathBuf),
    /// The repository belongs to another user of the system, and git's settings do not trust it.
    #[error("the repository `{}` belongs to another user", .0.display())]
    NotOwned(PathBuf),
    /// The repository uses a format that this program cannot read.
    #[error("the repository `{}` uses {feature}, which is not supported", path.display())]
    Unsupported {
        /// The repository.
        path: PathBuf,
        /// What it uses, as words.
        feature: &'static str,
    },
    /// Anything else.
    #[error("the repository `{}` could not be opened: {reason}", path.display())]
    Failed {
        /// The repository.
        path: PathBuf,
        /// What git said.
        reason: String,
    },
}

/// Why a question about a repository has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GitError {
    /// The repository could not be opened once more for another thread.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The object is not in the repository.
    #[error("the object `{0}` is not in the repository")]
    Missing(ObjectId),
    /// The file is larger than the caller allows.
    #[error("the file has {size} bytes; the limit is {limit}")]
    TooLarge {
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// Anything else.
    #[error("git could not {action}: {reason}")]
    Failed {
        /// What was tried, as `read the tags`.
        action: &'static str,
        /// What git said.
        reason: String,
    },
}

/// Why a text names no commit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefError {
    /// The text is a template that nobody filled in, such as `refs/tags/<CONFIG_TAG>`.
    #[error("the ref `{text}` still has the placeholder `{placeholder}` in it")]
    Placeholder {
        /// The ref as written.
        text: String,
        /// The part that should have been replaced.
        placeholder: String,
    },
    /// No ref and no commit is called this.
    #[error("the ref `{text}` is not in the repository")]
    Unknown {
        /// The ref as written.
        text: String,
        /// The existing ref with the nearest spelling, written in the same way.
        nearest: Option<String>,
        /// Whether the repository is a shallow clone, where refs and commits may be left out.
        shallow: bool,
    },
    /// Several things are called this.
    #[error("the ref `{text}` could be {}", candidates.join(" or "))]
    Ambiguous {
        /// The ref as written.
        text: String,
        /// What it could be: full names of refs, or a sentence about ids.
        candidates: Vec<String>,
    },
    /// The ref exists and leads to something else than a commit.
    #[error("the ref `{text}` leads to a {kind}, not to a commit")]
    NotCommit {
        /// The ref as written.
        text: String,
        /// `tree` or `blob`.
        kind: &'static str,
    },
    /// It was not there yet at the moment of [`Repository::as_of`](super::Repository::as_of).
    #[error("`{text}` was created later, on {}", created.iso_minute())]
    Later {
        /// The ref as written.
        text: String,
        /// When it was made; for a branch, the date of its oldest commit.
        created: CommitTime,
    },
    /// The text is empty.
    #[error("the ref is empty")]
    Empty,
    /// The repository could not be asked.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl GitError {
    /// Wraps what git2 said while trying to do `action`.
    pub(super) fn failed(action: &'static str) -> impl Fn(git2::Error) -> Self {
        move |error| Self::Failed { action, reason: error.message().to_owned() }
    }

    /// As [`Self::failed`], for something that reads the object `id`.
    pub(super) fn reading(id: ObjectId) -> impl Fn(git2::Error) -> Self {
        move |error| match error.code() {
            git2::ErrorCode::NotFound => Self::Missing(id),
            _ => Self::failed("read an object")(error),
        }
    }
}

impl From<OpenError> for Diagnostic {
    fn from(error: OpenError) -> Self {
        let message = error.to_string();
        match error {
            OpenError::NotRepository(_) => Self::error("git/not-a-repository", message)
                .hint("Open a directory inside a git repository, or run `git init` there."),
            OpenError::NotOwned(path) => Self::error("git/not-owned", message).hint(format!(
                "If you trust it, run `git config --global --add safe.directory {}`.",
                path.display()
            )),
            OpenError::Unsupported { .. } => Self::error("git/unsupported", message)
                .hint("Clone it again in git's default format and without `--filter`, and open that clone."),
            OpenError::Failed { .. } => Self::error("git/open", message)
                .hint("Run `git status` there: it often says more about what is wrong."),
        }
    }
}

impl From<GitError> for Diagnostic {
    fn from(error: GitError) -> Self {
        let message = error.to_string();
        match error {
            GitError::Open(error) => error.into(),
            GitError::Missing(_) => Self::error("git/missing-object", message)
                .hint("If this is a shallow clone, run `git fetch --unshallow`; else run `git fsck`."),
            GitError::TooLarge { .. } => Self::error("git/too-large", message),
            GitError::Failed { .. } => Self::error("git/failed", message)
                .hint("Run `git fsck` to see whether the repository is whole."),
        }
    }
}

impl From<RefError> for Diagnostic {
    fn from(error: RefError) -> Self {
        let message = error.to_string();
        match error {
            RefError::Placeholder { placeholder, .. } => Self::error("ref/placeholder", message)
                .hint(format!("Replace `{placeholder}` by a tag, a branch or a commit.")),
            RefError::Unknown { nearest, shallow, .. } => {
                let mut diagnostic = Self::error("ref/unknown", message);
                if let Some(near) = nearest {
                    diagnostic = diagnostic.hint(format!("Did you mean `{near}`?"));
                }
                diagnostic.hint(if shallow {
                    "This clone is shallow: run `git fetch --unshallow --tags` if the ref exists elsewhere."
                } else {
                    "Run `git fetch --tags` if the ref exists elsewhere."
                })
            }
            RefError::Ambiguous { .. } => Self::error("ref/ambiguous", message)
                .hint("Write the full name of the ref or the full commit id."),
            RefError::NotCommit { .. } => Self::error("ref/not-a-commit", message)
                .hint("Name a branch, a tag of a commit, or a commit id."),
            RefError::Later { .. } => Self::error("ref/created-later", message).hint(
                "Choose a later moment for `--at`, or add `--refs-now` to look refs up as they are now.",
            ),
            RefError::Empty => Self::error("ref/empty", message).hint("Name a tag, a branch or a commit."),
            RefError::Git(error) => error.into(),
        }
    }
}
