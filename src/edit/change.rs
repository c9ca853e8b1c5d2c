//! What a draft does to one file: the old text, the new text, and the lines that differ.

use std::ops::Range;
use std::sync::Arc;

use similar::{Algorithm, DiffTag};

use crate::base::RepoPath;

/// The change of one file, not written yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileChange {
    /// The file.
    pub path: RepoPath,
    /// The text that the change was made from; `None` when the file does not exist yet.
    pub old: Option<Arc<str>>,
    /// The text to be written.
    pub new: Arc<str>,
    /// The lines that differ, from the top down.
    pub lines: Vec<LineChange>,
}

/// Neighbouring lines that were replaced by others; one of the two ranges may be empty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LineChange {
    /// The lines of the old text, counted from 1, the end not included.
    pub old: Range<u32>,
    /// The lines of the new text, counted from 1, the end not included.
    pub new: Range<u32>,
}

impl FileChange {
    /// The change from one text to another; `None` when they are equal.
    #[must_use]
    pub fn between(path: RepoPath, old: Option<Arc<str>>, new: Arc<str>) -> Option<Self> {
        if old.as_deref() == Some(&*new) {
            return None;
        }
        let lines = changed_lines(old.as_deref().unwrap_or(""), &new);
        Some(Self { path, old, new, lines })
    }

    /// The old and the new lines of one of [`Self::lines`], line ends left out.
    #[must_use]
    pub fn texts(&self, change: &LineChange) -> (Vec<&str>, Vec<&str>) {
        let pick = |text, range: &Range<u32>| {
            let lines: std::str::Lines<'_> = str::lines(text);
            lines.skip(range.start.saturating_sub(1) as usize).take(range.len()).collect()
        };
        (pick(self.old.as_deref().unwrap_or(""), &change.old), pick(&self.new, &change.new))
    }
}

/// The lines in which two texts differ.
#[must_use]
pub fn changed_lines(old: &str, new: &str) -> Vec<LineChange> {
    let above = same_lines(old, new);
    let first = memchr::memchr_iter(b'\n', &old.as_bytes()[..above]).count();
    let (old, new) = (&old[above..], &new[above..]);
    let below = same_lines_below(old, new);
    let old_lines: Vec<&str> = old[..old.len() - below].split_inclusive('\n').collect();
    let new_lines: Vec<&str> = new[..new.len() - below].split_inclusive('\n').collect();
    let number = |index: usize| u32::try_from(first + index + 1).unwrap_or(u32::MAX);
    similar::capture_diff_slices(Algorithm::Myers, &old_lines, &new_lines)
        .iter()
        .filter(|operation| operation.tag() != DiffTag::Equal)
        .map(|operation| {
            let (old, new) = (operation.old_range(), operation.new_range());
            LineChange { old: number(old.start)..number(old.end), new: number(new.start)..number(new.end) }
        })
        .collect()
}

/// The bytes of the lines from the top that two texts share.
fn same_lines(old: &str, new: &str) -> usize {
    let (old, new) = (old.as_bytes(), new.as_bytes());
    let blocks = old.chunks_exact(BLOCK).zip(new.chunks_exact(BLOCK)).take_while(|(old, new)| old == new);
    let start = blocks.count() * BLOCK;
    let rest = old[start..].iter().zip(&new[start..]).take_while(|(old, new)| old == new).count();
    memchr::memrchr(b'\n', &old[..start + rest]).map_or(0, |end| end + 1)
}

/// The bytes of the whole lines at the bottom that two texts share.
fn same_lines_below(old: &str, new: &str) -> usize {
    let (old, new) = (old.as_bytes(), new.as_bytes());
    let blocks = old.rchunks_exact(BLOCK).zip(new.rchunks_exact(BLOCK)).take_while(|(old, new)| old == new);
    let end = blocks.count() * BLOCK;
    let rest = old[..old.len() - end].iter().rev().zip(new[..new.len() - end].iter().rev());
    let same = end + rest.take_while(|(old, new)| old == new).count();
    let is_whole = |text: &[u8]| same == text.len() || text[text.len() - same - 1] == b'\n';
    if is_whole(old) && is_whole(new) {
        return same;
    }
    // The first of the same bytes are the end of a line that is different.
    let tail = &old[old.len() - same..];
    memchr::memchr(b'\n', tail).map_or(0, |end| same - end - 1)
}

/// How many bytes are compared at once.
const BLOCK: usize = 256;

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_changes_turn_one_text_into_the_other(lines in vec(0..4_u8, 0..600), edits in vec(edit(), 0..4), ends in any::<(bool, bool)>()) {
            let mut other = lines.clone();
            for (place, line) in edits {
                let place = place.index(other.len() + 1);
                match line {
                    Some(line) => other.insert(place, line),
                    None if place < other.len() => drop(other.remove(place)),
                    None => {}
                }
            }
            let (old, new) = (text(&lines, ends.0), text(&other, ends.1));
            let mut turned = String::new();
            let mut next = 1;
            let pick = |text: &str, lines: Range<u32>| -> String {
                let lines = (lines.start as usize - 1)..(lines.end as usize - 1);
                text.split_inclusive('\n').skip(lines.start).take(lines.len()).collect()
            };
            for change in changed_lines(&old, &new) {
                turned += &pick(&old, next..change.old.start);
                turned += &pick(&new, change.new);
                next = change.old.end;
            }
            turned += &pick(&old, next..u32::MAX);
            prop_assert_eq!(turned, new);
        }
    }

    fn edit() -> impl Strategy<Value = (prop::sample::Index, Option<u8>)> {
        any::<(prop::sample::Index, Option<u8>)>()
    }

    /// A line for each number, with or without an end of the last one.
    fn text(lines: &[u8], has_end: bool) -> String {
        let mut text: String = lines.iter().map(|line| format!("line {line}\n")).collect();
        if !has_end {
            text.pop();
        }
        text
    }

    #[test]
    fn a_change_names_the_lines_of_both_texts() {
        let path = RepoPath::parse("a.yaml").unwrap();
        let change = FileChange::between(
            path.clone(),
            Some("a: 1\nb: 2\nc: 3\n".into()),
            "a: 1\nb: 4\nc: 3\nd: 5\n".into(),
        )
        .unwrap();
        assert_eq!(change.lines, [LineChange { old: 2..3, new: 2..3 }, LineChange { old: 4..4, new: 4..5 },]);
        assert_eq!(change.texts(&change.lines[0]), (vec!["b: 2"], vec!["b: 4"]));
        assert_eq!(change.texts(&change.lines[1]), (vec![], vec!["d: 5"]));
        assert_eq!(FileChange::between(path, Some("x".into()), "x".into()), None);
    }
}
