//! Text with style spans as data: the front ends choose colours, or none.

use std::ops::Range;

/// A line of text and how its parts are to be shown.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StyledLine {
    /// The text, without a line end.
    pub text: String,
    /// Parts of the text and their style, in order and not overlapping; what is in no part is plain.
    pub spans: Vec<(Range<usize>, Style)>,
}

/// What a part of a line is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Style {
    /// `--- a`, `+++ b` and the title of a resource.
    Header,
    /// `@@ -1,7 +1,7 @@` and folded lines.
    Hunk,
    /// Line numbers, borders.
    Gutter,
    /// A removed line, or the left of a changed one.
    Removed,
    /// A word that is removed from a line.
    RemovedWord,
    /// An added line, or the right of a changed one.
    Added,
    /// A word that is added to a line.
    AddedWord,
}

impl StyledLine {
    /// A line in one style.
    pub fn new(text: impl Into<String>, style: Style) -> Self {
        let mut line = Self::default();
        line.push(&text.into(), Some(style));
        line
    }

    /// Adds text in one style, or plain.
    pub fn push(&mut self, text: &str, style: Option<Style>) {
        let start = self.text.len();
        self.text.push_str(text);
        let Some(style) = style.filter(|_| !text.is_empty()) else { return };
        match self.spans.last_mut() {
            Some((range, last)) if *last == style && range.end == start => range.end = self.text.len(),
            _ => self.spans.push((start..self.text.len(), style)),
        }
    }

    /// Adds text in one style with parts of it in another.
    pub fn push_marked(&mut self, text: &str, marks: &[Range<usize>], style: Style, marked: Style) {
        let mut from = 0;
        for mark in marks {
            self.push(&text[from..mark.start], Some(style));
            self.push(&text[mark.clone()], Some(marked));
            from = mark.end;
        }
        self.push(&text[from..], Some(style));
    }
}

/// The lines as plain text, each with an end.
#[must_use]
pub fn plain(lines: &[StyledLine]) -> String {
    lines.iter().flat_map(|line| [line.text.as_str(), "\n"]).collect()
}
