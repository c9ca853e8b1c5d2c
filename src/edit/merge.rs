//! Two changes of one text put together, line by line.

use std::ops::Range;

use similar::{Algorithm, DiffTag};

/// The lines (counted from 1, the end not included) of the common text that both sides changed differently.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Overlap(pub Range<u32>);

/// A run of lines of the common text and what one side has in its place.
#[derive(Clone, PartialEq, Eq)]
struct Hunk<'t> {
    range: Range<usize>,
    lines: Vec<&'t str>,
}

/// The text with the changes of both sides.
///
/// # Errors
///
/// [`Overlap`] when both changed the same lines, or lines that touch each other, in different ways.
pub fn merge(common: &str, ours: &str, theirs: &str) -> Result<String, Overlap> {
    let lines: Vec<&str> = common.split_inclusive('\n').collect();
    let ours: Vec<&str> = ours.split_inclusive('\n').collect();
    let theirs: Vec<&str> = theirs.split_inclusive('\n').collect();
    let mut hunks = hunks(&lines, &ours);
    for hunk in self::hunks(&lines, &theirs) {
        if hunks.contains(&hunk) {
            continue;
        }
        let touches =
            |other: &&Hunk<'_>| other.range.start <= hunk.range.end && hunk.range.start <= other.range.end;
        if let Some(other) = hunks.iter().find(touches) {
            let number = |line: usize| u32::try_from(line + 1).unwrap_or(u32::MAX);
            let start = other.range.start.min(hunk.range.start);
            let end = other.range.end.max(hunk.range.end).max(start + 1);
            return Err(Overlap(number(start)..number(end)));
        }
        hunks.push(hunk);
    }
    hunks.sort_by_key(|hunk| hunk.range.start);
    let mut merged = String::with_capacity(common.len() + 256);
    let mut at = 0;
    for hunk in hunks {
        merged.extend(lines[at..hunk.range.start].iter().copied());
        merged.extend(hunk.lines);
        at = hunk.range.end;
    }
    merged.extend(lines[at..].iter().copied());
    Ok(merged)
}

fn hunks<'t>(common: &[&str], side: &[&'t str]) -> Vec<Hunk<'t>> {
    similar::capture_diff_slices(Algorithm::Myers, common, side)
        .iter()
        .filter(|operation| operation.tag() != DiffTag::Equal)
        .map(|operation| Hunk { range: operation.old_range(), lines: side[operation.new_range()].to_vec() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_in_different_lines_are_put_together() {
        let merged = merge("a\nb\nc\nd\n", "a\nB\nc\nd\n", "a\nb\nc\nD\ne\n").unwrap();
        assert_eq!(merged, "a\nB\nc\nD\ne\n");
        assert_eq!(merge("a\n", "b\n", "b\n").unwrap(), "b\n");
    }

    #[test]
    fn different_changes_of_the_same_line_are_not() {
        assert_eq!(merge("a\nb\nc\n", "a\nB\nc\n", "a\nX\nc\n"), Err(Overlap(2..3)));
        assert_eq!(merge("a\nb\n", "a\nb\nx\n", "a\nb\ny\n"), Err(Overlap(3..4)));
    }
}
