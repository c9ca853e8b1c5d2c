//! The difference in two columns of text.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::fold::{Section, fold};
use super::{Row, Style, StyledLine, TextDiff};

/// Narrower columns than this are of no use; the text gets wider than asked instead.
const LEAST_COLUMN: usize = 20;

/// The difference between two texts in two columns, together at most `width` cells wide, with `context` equal
/// lines around each change.
///
/// Each half has a line number, a sign (`-`, `+`, `~`) and the text; long lines go on in the next row. Tabs are
/// shown as blanks and other control characters as `�`, so that the columns hold. Empty when the texts are equal.
#[must_use]
pub fn side_by_side(diff: &TextDiff, width: usize, context: usize) -> Vec<StyledLine> {
    if diff.rows.iter().all(Row::is_equal) {
        return Vec::new();
    }
    let numbers = diff.left.len().max(diff.right.len()).to_string().len();
    // Number, blank, sign, blank on each half, and ` │ ` between them.
    let column = (width.saturating_sub(2 * (numbers + 3) + 3) / 2).max(LEAST_COLUMN);
    let layout = Layout { numbers, column };
    let mut lines = Vec::new();
    for section in fold(&diff.rows, context) {
        match section {
            Section::Folded(rows) => {
                lines.push(StyledLine::new(format!("⋯ {} equal lines", rows.len()), Style::Hunk));
            }
            Section::Shown(rows) => {
                for row in &diff.rows[rows] {
                    layout.push(&mut lines, diff, row);
                }
            }
        }
    }
    lines
}

struct Layout {
    /// Cells of a line number.
    numbers: usize,
    /// Cells of the text of one half.
    column: usize,
}

/// One half of a row.
struct Half<'a> {
    number: Option<usize>,
    sign: char,
    text: &'a str,
    marks: &'a [Range<usize>],
    styles: Option<(Style, Style)>,
}

impl Layout {
    fn push(&self, lines: &mut Vec<StyledLine>, diff: &TextDiff, row: &Row) {
        let no_marks: &[Range<usize>] = &[];
        let (left_marks, right_marks) = match row {
            Row::Changed { words, .. } => (words.left.as_slice(), words.right.as_slice()),
            _ => (no_marks, no_marks),
        };
        let sign = row.sign();
        let different = !row.is_equal();
        let left = Half {
            number: row.left(),
            sign: row.left().map_or(' ', |_| sign),
            text: row.left().map_or("", |line| diff.left.line(line)),
            marks: left_marks,
            styles: different.then_some((Style::Removed, Style::RemovedWord)),
        };
        let right = Half {
            number: row.right(),
            sign: row.right().map_or(' ', |_| sign),
            text: row.right().map_or("", |line| diff.right.line(line)),
            marks: right_marks,
            styles: different.then_some((Style::Added, Style::AddedWord)),
        };
        let (left_parts, right_parts) = (self.wrap(&left), self.wrap(&right));
        for index in 0..left_parts.len().max(right_parts.len()) {
            let mut line = StyledLine::default();
            self.push_half(&mut line, &left, left_parts.get(index), index == 0, true);
            line.push(" │ ", Some(Style::Gutter));
            self.push_half(&mut line, &right, right_parts.get(index), index == 0, false);
            let end = line.text.trim_end().len();
            line.text.truncate(end);
            line.spans.retain_mut(|(range, _)| {
                range.end = range.end.min(end);
                range.start < range.end
            });
            lines.push(line);
        }
    }

    fn push_half(
        &self,
        line: &mut StyledLine,
        half: &Half<'_>,
        part: Option<&StyledLine>,
        first: bool,
        pad: bool,
    ) {
        let number = half.number.filter(|_| first).map_or_else(String::new, |number| number.to_string());
        line.push(&format!("{number:>width$} ", width = self.numbers), Some(Style::Gutter));
        let sign = if first { half.sign } else { ' ' };
        line.push(&format!("{sign} "), half.styles.map(|(style, _)| style).filter(|_| sign != ' '));
        let Some(part) = part else {
            if pad {
                line.push(&" ".repeat(self.column), None);
            }
            return;
        };
        let mut from = 0;
        for (range, style) in &part.spans {
            line.push(&part.text[from..range.start], None);
            line.push(&part.text[range.clone()], Some(*style));
            from = range.end;
        }
        line.push(&part.text[from..], None);
        if pad {
            line.push(&" ".repeat(self.column.saturating_sub(part.text.width())), None);
        }
    }

    /// The text of a half, cut into pieces that fit the column; at least one.
    fn wrap(&self, half: &Half<'_>) -> Vec<StyledLine> {
        let mut parts = vec![StyledLine::default()];
        let mut used = 0;
        for (start, grapheme) in half.text.grapheme_indices(true) {
            let shown = printable(grapheme);
            let width = shown.width();
            if used + width > self.column {
                parts.push(StyledLine::default());
                used = 0;
            }
            used += width;
            let marked = half.marks.iter().any(|mark| mark.contains(&start));
            let style = half.styles.map(|(style, word)| if marked { word } else { style });
            if let Some(part) = parts.last_mut() {
                part.push(shown, style);
            }
        }
        parts
    }
}

/// A character as it may be printed without disturbing the columns or the terminal.
fn printable(grapheme: &str) -> &str {
    match grapheme {
        "\t" => "    ",
        // The end of a line in a file with carriage returns: shown as a sign of its own.
        "\r" => "␍",
        text if text.chars().any(char::is_control) => "�",
        text => text,
    }
}
