//! Where the parser stands in the text, and the small steps that it takes.

use super::failure::Failure;
use crate::base::{FileId, Mark};
use crate::yaml::ParseErrorKind;

/// Stands in the text for U+2028, which ends a line and yet is kept where lines are joined.
pub(super) const LINE_SEPARATOR: u8 = 0x0b;

/// Stands in the text for U+2029, which does the same.
pub(super) const PARAGRAPH_SEPARATOR: u8 = 0x0c;

/// Whether a byte ends a line.
#[inline]
pub(super) fn is_break(byte: u8) -> bool {
    matches!(byte, b'\n' | LINE_SEPARATOR | PARAGRAPH_SEPARATOR)
}

/// A place in the text of one document.
///
/// Invariant: `text` is UTF-8 without control characters other than tab, line feed and those that stand for the two
/// separators, so 0 stands for its end.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    /// Lines before this one.
    pub(super) line: u32,
    line_start: usize,
    /// Whether every character is one byte.
    ascii: bool,
    /// Whether lines end with anything but a line feed.
    pub(super) odd_breaks: bool,
    file: FileId,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str, file: FileId, lines_before: u32) -> Self {
        Self {
            text,
            at: 0,
            line: lines_before,
            line_start: 0,
            ascii: text.is_ascii(),
            odd_breaks: false,
            file,
        }
    }

    /// As [`Self::new`] for a text whose lines may end with U+2028 and U+2029.
    pub(super) fn with_odd_breaks(self, odd_breaks: bool) -> Self {
        Self { odd_breaks, ..self }
    }

    /// The byte `ahead` bytes from here; 0 behind the end.
    #[inline]
    pub(super) fn byte_at(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }

    /// The byte here; 0 at the end.
    #[inline]
    pub(super) fn byte(&self) -> u8 {
        self.byte_at(0)
    }

    /// Whether a space, tab, line break or the end is `ahead` bytes from here.
    #[inline]
    pub(super) fn is_blank_or_end(&self, ahead: usize) -> bool {
        matches!(self.byte_at(ahead), b' ' | b'\t'..=PARAGRAPH_SEPARATOR | 0)
    }

    /// Characters before this place in its line.
    #[inline]
    pub(super) fn column(&self) -> usize {
        let bytes = self.at - self.line_start;
        if self.ascii {
            return bytes;
        }
        let line = &self.text.as_bytes()[self.line_start..self.at];
        bytes - line.iter().filter(|byte| (**byte & 0xc0) == 0x80).count()
    }

    /// The column as the signed number that indentation is counted in.
    #[inline]
    pub(super) fn indentation(&self) -> i32 {
        i32::try_from(self.column()).unwrap_or(i32::MAX)
    }

    /// This place for people: counted from 1.
    #[inline]
    pub(super) fn mark(&self) -> Mark {
        let column = u32::try_from(self.column()).unwrap_or(u32::MAX - 1);
        Mark { file: self.file, line: self.line.saturating_add(1), column: column + 1 }
    }

    /// Steps over bytes that are not line breaks.
    #[inline]
    pub(super) fn advance(&mut self, bytes: usize) {
        self.at += bytes;
    }

    /// Steps over the line break here. The separators do not count as lines for people: editors show them as one.
    #[inline]
    pub(super) fn next_line(&mut self) {
        self.line += u32::from(self.byte() == b'\n');
        self.at += 1;
        self.line_start = self.at;
    }

    pub(super) fn skip_spaces(&mut self) {
        while self.byte() == b' ' {
            self.at += 1;
        }
    }

    /// Skips spaces and tabs.
    pub(super) fn skip_blanks(&mut self) {
        while matches!(self.byte(), b' ' | b'\t') {
            self.at += 1;
        }
    }

    /// Goes to the end of the line.
    pub(super) fn skip_line_rest(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        let end = if self.odd_breaks {
            memchr::memchr3(b'\n', LINE_SEPARATOR, PARAGRAPH_SEPARATOR, rest)
        } else {
            memchr::memchr(b'\n', rest)
        };
        self.at += end.unwrap_or(rest.len());
    }

    /// Whether another place is on the same line.
    #[inline]
    pub(super) fn is_on_line_of(&self, other: &Self) -> bool {
        self.line_start == other.line_start
    }

    /// Whether the line starts here with `---` or `...` as a word of its own.
    pub(super) fn document_marker(&self) -> Option<u8> {
        let first = self.byte();
        let is_marker = matches!(first, b'-' | b'.')
            && self.at == self.line_start
            && self.byte_at(1) == first
            && self.byte_at(2) == first
            && self.is_blank_or_end(3);
        is_marker.then_some(first)
    }

    pub(super) fn is_line_start(&self) -> bool {
        self.at == self.line_start
    }

    /// The character here, for messages.
    pub(super) fn character(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    /// A syntax error at this place.
    pub(super) fn error(&self, message: impl Into<String>) -> Failure {
        Failure::new(ParseErrorKind::Syntax, self.mark(), message)
    }
}
