//! A [`ParseError`] on its way out of the parser.

use crate::base::Mark;
use crate::yaml::{ParseError, ParseErrorKind};

/// A problem, one pointer wide, so that deep recursion does not pay for a rare case.
#[derive(Debug)]
pub(super) struct Failure(Box<ParseError>);

impl Failure {
    pub(super) fn new(kind: ParseErrorKind, mark: Mark, message: impl Into<String>) -> Self {
        Self(Box::new(ParseError::new(kind, mark, message)))
    }

    #[must_use]
    pub(super) fn also(self, mark: Mark, text: impl Into<String>) -> Self {
        Self(Box::new(self.0.also(mark, text)))
    }

    #[must_use]
    pub(super) fn hint(self, hint: impl Into<String>) -> Self {
        Self(Box::new(self.0.hint(hint)))
    }
}

impl From<Failure> for ParseError {
    fn from(failure: Failure) -> Self {
        *failure.0
    }
}
