//! Where the parser stands in the text, and the small steps that it takes.

use super::failure::Failure;
use crate::base::{FileId, Mark};
use crate::yaml::ParseErrorKind;

/// A place in the text of one document.
///
/// Invariant: `text` is UTF-8 without control characters other than tab and line feed, so 0 stands for its end.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    /// Lines before this one.
    pub(super) line: u32,
    line_start: usize,
    /// Whether every character is one byte.
    ascii: bool,
    file: FileId,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str, file: FileId, lines_before: u32) -> Self {
        Self { text, at: 0, line: lines_before, line_start: 0, ascii: text.is_ascii(), file }
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
        matches!(self.byte_at(ahead), b' ' | b'\t' | b'\n' | 0)
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

    /// Steps over the line break here.
    #[inline]
    pub(super) fn next_line(&mut self) {
        self.at += 1;
        self.line += 1;
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
        self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
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
