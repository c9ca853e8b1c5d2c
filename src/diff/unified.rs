//! The difference as `diff -u` prints it.

use std::ops::Range;

use super::fold::{Section, fold_at_least};
use super::{Row, Style, StyledLine, TextDiff};

/// What `diff -u` prints below a last line without an end.
const NO_END: &str = "\\ No newline at end of file";

/// The difference between two texts in the form of `diff -u`, with `context` equal lines around each change.
///
/// `left_name` and `right_name` go after `---` and `+++`. Empty when the texts are equal. Changed words are marked
/// in the spans only, so the plain text can be given to `patch`.
#[must_use]
pub fn unified(diff: &TextDiff, left_name: &str, right_name: &str, context: usize) -> Vec<StyledLine> {
    if diff.rows.iter().all(Row::is_equal) {
        return Vec::new();
    }
    let mut lines = vec![
        StyledLine::new(format!("--- {left_name}"), Style::Header),
        StyledLine::new(format!("+++ {right_name}"), Style::Header),
    ];
    for hunk in hunks(&diff.rows, context) {
        lines.push(StyledLine::new(hunk_header(diff, &hunk), Style::Hunk));
        let rows = &diff.rows[hunk];
        let mut start = 0;
        while let Some(row) = rows.get(start) {
            if let Row::Equal { left, right } = row {
                let mut line = StyledLine::default();
                line.push(&format!(" {}", diff.left.line(*left)), None);
                lines.push(line);
                if *left == diff.left.len() && *right == diff.right.len() && !diff.left.ends_with_newline() {
                    lines.push(StyledLine::new(NO_END, Style::Hunk));
                }
                start += 1;
                continue;
            }
            // All lines of the left go before all lines of the right, as `diff -u` has it.
            let length = rows[start..].iter().take_while(|row| !row.is_equal()).count();
            let run = &rows[start..start + length];
            run.iter().for_each(|row| push_left(&mut lines, diff, row));
            run.iter().for_each(|row| push_right(&mut lines, diff, row));
            start += length;
        }
    }
    lines
}

/// Rows of each hunk. Unlike on the screen, a single equal row too many ends a hunk, as in `diff -u`.
fn hunks(rows: &[Row], context: usize) -> impl Iterator<Item = Range<usize>> {
    fold_at_least(rows, context, 1).into_iter().filter_map(|section| match section {
        Section::Shown(rows) => Some(rows),
        Section::Folded(_) => None,
    })
}

fn hunk_header(diff: &TextDiff, hunk: &Range<usize>) -> String {
    let (before, rows) = (&diff.rows[..hunk.start], &diff.rows[hunk.clone()]);
    let range = |side: fn(&Row) -> Option<usize>| {
        let count = rows.iter().filter_map(side).count();
        // A range without lines names the line before it.
        let first = match rows.iter().find_map(side) {
            Some(first) => first,
            None => before.iter().rev().find_map(side).unwrap_or(0),
        };
        if count == 1 { first.to_string() } else { format!("{first},{count}") }
    };
    format!("@@ -{} +{} @@", range(Row::left), range(Row::right))
}

fn push_left(lines: &mut Vec<StyledLine>, diff: &TextDiff, row: &Row) {
    let Some(number) = row.left() else { return };
    let mut line = StyledLine::new("-", Style::Removed);
    let marks = match row {
        Row::Changed { words, .. } => words.left.as_slice(),
        _ => &[],
    };
    line.push_marked(diff.left.line(number), marks, Style::Removed, Style::RemovedWord);
    lines.push(line);
    if number == diff.left.len() && !diff.left.ends_with_newline() {
        lines.push(StyledLine::new(NO_END, Style::Hunk));
    }
}

fn push_right(lines: &mut Vec<StyledLine>, diff: &TextDiff, row: &Row) {
    let Some(number) = row.right() else { return };
    let mut line = StyledLine::new("+", Style::Added);
    let marks = match row {
        Row::Changed { words, .. } => words.right.as_slice(),
        _ => &[],
    };
    line.push_marked(diff.right.line(number), marks, Style::Added, Style::AddedWord);
    lines.push(line);
    if number == diff.right.len() && !diff.right.ends_with_newline() {
        lines.push(StyledLine::new(NO_END, Style::Hunk));
    }
}
