//! Which words of two lines differ.

use std::ops::Range;
use std::time::Instant;

use similar::{Algorithm, DiffTag, capture_diff_slices_deadline};

use super::WordMarks;

/// A line with more words than this is compared by its beginning and its end only.
const MOST_WORDS: usize = 1000;

/// When less than this part of the shorter line's words is shared, single shared words are chance.
const CHANCE: f64 = 0.2;

/// The words that differ between two lines. No marks when only the ends of the lines differ.
pub(super) fn marks(left: &str, right: &str, deadline: Option<Instant>) -> WordMarks {
    let (left_words, right_words) = (words(left), words(right));
    if left_words.len() > MOST_WORDS || right_words.len() > MOST_WORDS {
        return middle(left, right, &left_words, &right_words);
    }
    let texts = |line: &str, words: &[Range<usize>]| -> Vec<String> {
        words.iter().map(|word| line[word.clone()].to_owned()).collect()
    };
    let (left_texts, right_texts) = (texts(left, &left_words), texts(right, &right_words));
    let operations = capture_diff_slices_deadline(Algorithm::Myers, &left_texts, &right_texts, deadline);
    let mut marks = WordMarks::default();
    let mut shared = 0;
    for operation in operations {
        if operation.tag() == DiffTag::Equal {
            shared += left_words[operation.old_range()]
                .iter()
                .filter(|word| left[(*word).clone()].contains(is_word))
                .map(Range::len)
                .sum::<usize>();
            continue;
        }
        mark(&mut marks.left, left, &left_words[operation.old_range()]);
        mark(&mut marks.right, right, &right_words[operation.new_range()]);
    }
    let shorter = word_bytes(left, &left_words).min(word_bytes(right, &right_words));
    if shorter > 0 && (shared as f64) < (shorter as f64) * CHANCE {
        return middle(left, right, &left_words, &right_words);
    }
    marks
}

/// Marks everything between the words that both lines begin with and those that both end with.
fn middle(left: &str, right: &str, left_words: &[Range<usize>], right_words: &[Range<usize>]) -> WordMarks {
    let equal = |pair: &(&Range<usize>, &Range<usize>)| left[pair.0.clone()] == right[pair.1.clone()];
    let first = left_words.iter().zip(right_words).take_while(equal).count();
    let (left_rest, right_rest) = (&left_words[first..], &right_words[first..]);
    let last = left_rest.iter().rev().zip(right_rest.iter().rev()).take_while(equal).count();
    let mut marks = WordMarks::default();
    mark(&mut marks.left, left, &left_rest[..left_rest.len() - last]);
    mark(&mut marks.right, right, &right_rest[..right_rest.len() - last]);
    marks
}

/// Adds the words as one range, joined with the range before it when only blanks are between them.
fn mark(marks: &mut Vec<Range<usize>>, line: &str, words: &[Range<usize>]) {
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return };
    let range = first.start..last.end;
    match marks.last_mut() {
        Some(before) if line[before.end..range.start].trim().is_empty() => before.end = range.end,
        _ => marks.push(range),
    }
}

/// Cuts a line into words, runs of blanks, and single other characters.
fn words(line: &str) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut before = Class::Other;
    for (start, character) in line.char_indices() {
        let class = Class::of(character);
        let end = start + character.len_utf8();
        match words.last_mut() {
            Some(word) if class == before && class != Class::Other => word.end = end,
            _ => words.push(start..end),
        }
        before = class;
    }
    words
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Word,
    Blank,
    Other,
}

impl Class {
    fn of(character: char) -> Self {
        if is_word(character) {
            Self::Word
        } else if character.is_whitespace() {
            Self::Blank
        } else {
            Self::Other
        }
    }
}

/// Everything beyond ASCII belongs to a word, so that an accent never parts from its letter.
fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_' || (!character.is_ascii() && !character.is_whitespace())
}

fn word_bytes(line: &str, words: &[Range<usize>]) -> usize {
    words.iter().filter(|word| line[(*word).clone()].contains(is_word)).map(Range::len).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(left: &str, right: &str, marked_left: &[&str], marked_right: &[&str]) {
        let marks = marks(left, right, None);
        let texts = |line: &str, ranges: &[Range<usize>]| -> Vec<String> {
            ranges.iter().map(|range| line[range.clone()].to_owned()).collect()
        };
        assert_eq!(texts(left, &marks.left), marked_left, "{left} | {right}");
        assert_eq!(texts(right, &marks.right), marked_right, "{left} | {right}");
    }

    #[test]
    fn the_words_that_differ_are_marked() {
        check("replicas: 2", "replicas: 3", &["2"], &["3"]);
        check("  image: repo/app:1.2.3", "  image: repo/app:1.4.3", &["2"], &["4"]);
        check("name: app", "name: app-next", &[], &["-next"]);
        check("  a: 1", "a: 1", &["  "], &[]);
        check("host: a.int-stable.example", "host: a.prod.example", &["int-stable"], &["prod"]);
        check("same", "same", &[], &[]);
        check("", "x", &[], &["x"]);
    }

    #[test]
    fn lines_that_share_words_by_chance_are_marked_as_a_whole() {
        check(
            "- the quick brown fox a",
            "- some a lazy dogs bark",
            &["the quick brown fox a"],
            &["some a lazy dogs bark"],
        );
    }

    #[test]
    fn marks_never_part_an_accent_from_its_letter() {
        check("name: e\u{301}t", "name: e\u{300}t", &["e\u{301}t"], &["e\u{300}t"]);
    }

    #[test]
    fn very_long_lines_are_compared_by_their_ends() {
        let left = format!("{} x {}", "a ".repeat(2000), "b ".repeat(2000));
        let right = left.replace('x', "y");
        check(&left, &right, &["x"], &["y"]);
    }
}
