//! What is wrong at a place in a node tree, before the name of the file is known.

use crate::base::{Diagnostic, FileTable, Mark};

/// A problem at a node: small enough to make deep in the tree, turned into a [`Diagnostic`] by whoever
/// holds the [`FileTable`].
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    /// Stable name such as `patch/missing-path`.
    pub code: &'static str,
    /// What is wrong, in one line.
    pub message: String,
    /// Where it is wrong; [`Mark::NONE`] when the value was made in memory.
    pub mark: Mark,
    /// Another place that explains it, and what is to be seen there.
    pub related: Option<(Mark, &'static str)>,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Fault {
    /// A problem at a place.
    pub fn new(code: &'static str, mark: Mark, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), mark, related: None, hint: None }
    }

    /// Adds a sentence that says what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds another place that explains the problem, unless that place is unknown.
    #[must_use]
    pub fn also(mut self, mark: Mark, text: &'static str) -> Self {
        self.related = (mark != Mark::NONE).then_some((mark, text));
        self
    }

    /// The problem as an error that people can be shown.
    #[must_use]
    pub fn into_diagnostic(self, files: &FileTable) -> Diagnostic {
        let mut diagnostic = Diagnostic::error(self.code, self.message).at_maybe(files.span(self.mark), "");
        if let Some((mark, text)) = self.related
            && let Some(span) = files.span(mark)
        {
            diagnostic = diagnostic.also(span, text);
        }
        match self.hint {
            Some(hint) => diagnostic.hint(hint),
            None => diagnostic,
        }
    }
}
