//! Lines of two texts, side by side.

use std::ops::Range;
use std::sync::Arc;

/// A text and where its lines begin. Lines are counted from 1, as in blame and in editors.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Text {
    text: Arc<str>,
    starts: Vec<usize>,
}

impl Text {
    /// Finds the lines of a text.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let ends = memchr::memchr_iter(b'\n', text.as_bytes()).map(|end| end + 1);
        let starts = std::iter::once(0).chain(ends).filter(|start| *start < text.len()).collect();
        Self { starts, text }
    }

    /// The whole text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Number of lines.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether there are no lines.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// A line without its end; empty when there is no such line. A `\r` before the end belongs to the line.
    #[must_use]
    pub fn line(&self, number: usize) -> &str {
        let line = self.line_with_end(number);
        line.strip_suffix('\n').unwrap_or(line)
    }

    /// A line with its end, which the last line may lack.
    #[must_use]
    pub fn line_with_end(&self, number: usize) -> &str {
        let Some(start) = number.checked_sub(1).and_then(|index| self.starts.get(index)) else { return "" };
        let end = self.starts.get(number).copied().unwrap_or(self.text.len());
        &self.text[*start..end]
    }

    /// Whether the last line has an end; true for the empty text.
    #[must_use]
    pub fn ends_with_newline(&self) -> bool {
        self.text.is_empty() || self.text.ends_with('\n')
    }
}

/// One row of a comparison. Lines are counted from 1.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Row {
    /// The same line on both sides.
    Equal {
        /// Line on the left.
        left: usize,
        /// Line on the right.
        right: usize,
    },
    /// A line that only the left has.
    Removed {
        /// Line on the left.
        left: usize,
    },
    /// A line that only the right has.
    Added {
        /// Line on the right.
        right: usize,
    },
    /// A line whose text differs.
    Changed {
        /// Line on the left.
        left: usize,
        /// Line on the right.
        right: usize,
        /// The words that differ.
        words: Box<WordMarks>,
        /// Whether the difference is only one that [`DiffDocument::renames`](super::DiffDocument) foretells, such
        /// as the namespace of the other environment.
        expected: bool,
    },
}

/// The parts of a changed line that differ, as bytes of the line without its end.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WordMarks {
    /// In the left line.
    pub left: Vec<Range<usize>>,
    /// In the right line.
    pub right: Vec<Range<usize>>,
}

impl Row {
    /// The line on the left.
    #[must_use]
    pub fn left(&self) -> Option<usize> {
        match self {
            Self::Equal { left, .. } | Self::Removed { left } | Self::Changed { left, .. } => Some(*left),
            Self::Added { .. } => None,
        }
    }

    /// The line on the right.
    #[must_use]
    pub fn right(&self) -> Option<usize> {
        match self {
            Self::Equal { right, .. } | Self::Added { right } | Self::Changed { right, .. } => Some(*right),
            Self::Removed { .. } => None,
        }
    }

    /// Whether both sides are the same.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        matches!(self, Self::Equal { .. })
    }

    /// The sign in the gutter: difference is never told by colour alone.
    #[must_use]
    pub fn sign(&self) -> char {
        match self {
            Self::Equal { .. } => ' ',
            Self::Removed { .. } => '-',
            Self::Added { .. } => '+',
            Self::Changed { .. } => '~',
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_from_one_and_keep_carriage_returns() {
        let text = Text::new("a\r\n\nb");
        assert_eq!(text.len(), 3);
        assert_eq!(
            [text.line(0), text.line(1), text.line(2), text.line(3), text.line(4)],
            ["", "a\r", "", "b", ""]
        );
        assert_eq!(text.line_with_end(1), "a\r\n");
        assert!(!text.ends_with_newline());
        assert_eq!(Text::new("").len(), 0);
        assert_eq!(Text::new("\n").len(), 1);
    }
}
