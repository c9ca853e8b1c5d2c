//! Why a demo cannot be made, and what to do about it.

use std::path::PathBuf;

use super::MAX_SERVICES;
use crate::base::Diagnostic;

/// Why a demo cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DemoError {
    /// The folder has files in it.
    #[error("the folder `{}` is not empty", .0.display())]
    NotEmpty(PathBuf),
    /// There is something else where the folder should be.
    #[error("`{}` is a file, not a folder", .0.display())]
    NotAFolder(PathBuf),
    /// The fleet would be too small or too large.
    #[error("a demo cannot have {wanted} services")]
    Services {
        /// How many were asked for.
        wanted: usize,
    },
    /// The folder could not be read or written.
    #[error("`{}` could not be {action}: {reason}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What was tried: `read`, `created`.
        action: &'static str,
        /// What the system said.
        reason: String,
    },
    /// The repository could not be written.
    #[error("git could not {action}: {reason}")]
    Git {
        /// What was tried, as `write a commit`.
        action: &'static str,
        /// What git said.
        reason: String,
    },
    /// The demo's own data is wrong: a mistake in this program.
    #[error("the built-in demo is damaged: {0}")]
    Damaged(String),
}

impl DemoError {
    /// Wraps what git2 said while trying to do `action`.
    pub(super) fn git(action: &'static str) -> impl Fn(git2::Error) -> Self {
        move |error| Self::Git { action, reason: error.message().to_owned() }
    }
}

impl From<DemoError> for Diagnostic {
    fn from(error: DemoError) -> Self {
        let message = error.to_string();
        match error {
            DemoError::NotEmpty(path) => Self::error("demo/not-empty", message).hint(format!(
                "Name a new folder: `overlens demo --into DIR`. To look at a demo made before: `overlens {}`.",
                path.display()
            )),
            DemoError::NotAFolder(_) => Self::error("demo/not-a-folder", message)
                .hint("Name a new or an empty folder: `overlens demo --into DIR`."),
            DemoError::Services { .. } => Self::error("demo/services", message)
                .hint(format!("Write a number from 1 to {MAX_SERVICES} after `--services`.")),
            DemoError::Folder { .. } => Self::error("demo/folder", message)
                .hint("Name a folder that you may write to: `overlens demo --into DIR`."),
            DemoError::Git { .. } => Self::error("demo/git", message)
                .hint("Check that the disk has room and that nothing else writes to the folder."),
            DemoError::Damaged(_) => Self::error("demo/damaged", message)
                .hint("This is a mistake in Overlens itself: please report it."),
        }
    }
}
