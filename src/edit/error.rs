//! Why a draft cannot be applied, with the operation, the place and what to do.

use crate::base::{Diagnostic, RepoPath, Span};
use crate::vfs::SourceError;
use crate::yaml::edit::EditError;

use super::merge::Overlap;

/// Why a draft cannot be applied to the files of a source.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DraftError {
    /// An operation does not fit the text.
    #[error("{operation}: {path}: {error}")]
    Edit {
        /// What the operation is about.
        operation: String,
        /// The file.
        path: RepoPath,
        /// Why it does not fit.
        error: EditError,
    },
    /// A file could not be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A file is not UTF-8 text.
    #[error("`{0}` is not UTF-8 text")]
    NotText(RepoPath),
    /// Somebody else changed the lines that an undo would change back.
    #[error("`{path}` was changed by somebody else in the lines that are to be changed back")]
    Overlap {
        /// The file.
        path: RepoPath,
        /// The lines.
        overlap: Overlap,
    },
}

impl DraftError {
    /// The error as a problem to be shown.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        match self {
            Self::Edit { operation, path, error } => {
                let mut problem = error.diagnostic(path);
                problem.message = format!("{operation}: {}", problem.message);
                problem
            }
            Self::Source(error) => Diagnostic::error("edit/unreadable", error.to_string()),
            Self::NotText(path) => Diagnostic::error("edit/unreadable", self.to_string())
                .at(Span::of_file(path.clone()), "")
                .hint("Save the file as UTF-8 in an editor first."),
            Self::Overlap { path, overlap } => {
                let mut span = Span::of_file(path.clone());
                span.line = overlap.0.start;
                Diagnostic::error("edit/conflict", self.to_string())
                    .at(span, "")
                    .hint("Redo the step, or make the change by hand.")
            }
        }
    }
}
