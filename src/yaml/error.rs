//! Why a text is not YAML that kustomize reads, with the place and what to do.

use std::fmt;

use crate::base::{Diagnostic, FileTable, Mark};

/// What kind of problem it is; [`ParseErrorKind::code`] is its stable name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ParseErrorKind {
    /// The text is not YAML.
    Syntax,
    /// The bytes are not text.
    Encoding,
    /// A key stands twice in one map.
    DuplicateKey,
    /// A key is not a string.
    KeyType,
    /// An alias without an anchor, or an anchor that contains itself.
    Alias,
    /// A merge key `<<` with something that cannot be merged.
    Merge,
    /// An explicit tag that does not fit its value.
    Tag,
    /// One of the [`Limits`](super::Limits).
    Limit,
}

impl ParseErrorKind {
    /// The stable name of the diagnostic.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Syntax => "yaml/syntax",
            Self::Encoding => "yaml/encoding",
            Self::DuplicateKey => "yaml/duplicate-key",
            Self::KeyType => "yaml/key-type",
            Self::Alias => "yaml/alias",
            Self::Merge => "yaml/merge",
            Self::Tag => "yaml/tag",
            Self::Limit => "yaml/limit",
        }
    }
}

/// Why a text could not be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParseError {
    /// What kind of problem it is.
    pub kind: ParseErrorKind,
    /// What is wrong, in one line.
    pub message: String,
    /// Where it is wrong.
    pub mark: Mark,
    /// Another place that explains it, and what is to be seen there.
    pub related: Option<(Mark, String)>,
    /// A sentence that says what to do.
    pub hint: Option<String>,
}

impl ParseError {
    /// A problem at a place.
    pub fn new(kind: ParseErrorKind, mark: Mark, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), mark, related: None, hint: None }
    }

    /// Adds a place that explains the problem.
    #[must_use]
    pub fn also(mut self, mark: Mark, text: impl Into<String>) -> Self {
        self.related = Some((mark, text.into()));
        self
    }

    /// The same problem at another place, for text that is itself a part of a file.
    #[must_use]
    pub fn moved_to(mut self, mark: Mark) -> Self {
        self.mark = mark;
        self
    }

    /// Adds a sentence that says what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The problem with the name of its file, ready to be shown.
    #[must_use]
    pub fn diagnostic(&self, files: &FileTable) -> Diagnostic {
        let mut diagnostic =
            Diagnostic::error(self.kind.code(), self.message.clone()).at_maybe(files.span(self.mark), "");
        if let Some((mark, text)) = &self.related
            && let Some(span) = files.span(*mark)
        {
            diagnostic = diagnostic.also(span, text.clone());
        }
        if let Some(hint) = &self.hint {
            diagnostic = diagnostic.hint(hint.clone());
        }
        diagnostic
    }
}

/// `line:column: message`, in one line.
impl fmt::Display for ParseError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.mark.line > 0 {
            write!(formatter, "{}:", self.mark.line)?;
            if self.mark.column > 0 {
                write!(formatter, "{}:", self.mark.column)?;
            }
            formatter.write_str(" ")?;
        }
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for ParseError {}
