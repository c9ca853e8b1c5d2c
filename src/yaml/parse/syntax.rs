//! What the scanner complains about, in words that say what to do.

use crate::base::{FileId, Mark};
use crate::yaml::{ParseError, ParseErrorKind};

/// A scanner's mark as a place in the file.
pub(super) fn mark(mark: libyaml_safer::Mark, file: FileId, lines_before: u32) -> Mark {
    let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX - 1);
    Mark { file, line: lines_before.saturating_add(small(mark.line) + 1), column: small(mark.column) + 1 }
}

/// A scanner's or parser's error as ours.
pub(super) fn explain(error: &libyaml_safer::Error, file: FileId, lines_before: u32) -> ParseError {
    let place = error.problem_mark().or(error.context_mark()).map(|found| mark(found, file, lines_before));
    let kind = match error.kind() {
        libyaml_safer::ErrorKind::Reader | libyaml_safer::ErrorKind::Io => ParseErrorKind::Encoding,
        _ => ParseErrorKind::Syntax,
    };
    ParseError::new(kind, place.unwrap_or(Mark { file, line: 0, column: 0 }), error.problem())
}
