//! Rows from two texts: first which lines are equal, then which lines of a replaced block belong together.

use std::ops::Range;
use std::time::Instant;

use similar::{Algorithm, DiffTag, capture_diff_slices_deadline};

use super::{Row, Text, words};

/// A block of more pairs than this is aligned by the keys of its lines instead of by likeness.
const MOST_PAIRS: usize = 4096;

/// Compares two texts line by line. After `deadline` the result is coarser.
pub(super) fn rows(left: &Text, right: &Text, deadline: Option<Instant>) -> Vec<Row> {
    if left.as_str() == right.as_str() {
        return (1..=left.len()).map(|line| Row::Equal { left: line, right: line }).collect();
    }
    // What both begin and end with needs no alignment: in a long file that is nearly all.
    let (first, last) = common_ends(left, right);
    // The ends of lines take part, so that a missing last end is a difference.
    let left_lines: Vec<&str> =
        (first + 1..=left.len() - last).map(|line| left.line_with_end(line)).collect();
    let right_lines: Vec<&str> =
        (first + 1..=right.len() - last).map(|line| right.line_with_end(line)).collect();
    let operations = capture_diff_slices_deadline(Algorithm::Patience, &left_lines, &right_lines, deadline);
    let rows = (1..=first).map(|line| Row::Equal { left: line, right: line }).collect();
    let mut builder = Builder { left, right, deadline, rows };
    let mut block = Block::default();
    let whole = |range: Range<usize>| range.start + first..range.end + first;
    for operation in operations {
        if operation.tag() == DiffTag::Equal {
            builder.finish(&mut block);
            builder.equal(whole(operation.old_range()), whole(operation.new_range()));
        } else {
            extend(&mut block.left, whole(operation.old_range()));
            extend(&mut block.right, whole(operation.new_range()));
        }
    }
    builder.finish(&mut block);
    builder.equal(left.len() - last..left.len(), right.len() - last..right.len());
    builder.rows
}

/// How many lines at the start and at the end of two texts are the same.
fn common_ends(left: &Text, right: &Text) -> (usize, usize) {
    let most = left.len().min(right.len());
    let is_same = |one: usize, other: usize| left.line_with_end(one) == right.line_with_end(other);
    let first = (1..=most).take_while(|line| is_same(*line, *line)).count();
    let from_end = |behind: &usize| is_same(left.len() - behind, right.len() - behind);
    let last = (0..most - first).take_while(from_end).count();
    (first, last)
}

/// Lines next to each other that are on one side only, counted from 0.
#[derive(Default)]
struct Block {
    left: Option<Range<usize>>,
    right: Option<Range<usize>>,
}

fn extend(range: &mut Option<Range<usize>>, more: Range<usize>) {
    if more.is_empty() {
        return;
    }
    match range {
        Some(range) => range.end = more.end,
        None => *range = Some(more),
    }
}

struct Builder<'a> {
    left: &'a Text,
    right: &'a Text,
    deadline: Option<Instant>,
    rows: Vec<Row>,
}

impl Builder<'_> {
    /// Adds the rows of a block and empties it.
    fn finish(&mut self, block: &mut Block) {
        let left = block.left.take().unwrap_or(0..0);
        let right = block.right.take().unwrap_or(0..0);
        let pairs = if left.is_empty() || right.is_empty() {
            Vec::new()
        } else {
            let left_shapes: Vec<Shape<'_>> =
                left.clone().map(|line| Shape::of(self.left.line(line + 1))).collect();
            let right_shapes: Vec<Shape<'_>> =
                right.clone().map(|line| Shape::of(self.right.line(line + 1))).collect();
            let late = self.deadline.is_some_and(|deadline| Instant::now() > deadline);
            if late || left.len() * right.len() > MOST_PAIRS {
                by_key(&left_shapes, &right_shapes, self.deadline)
            } else {
                by_likeness(&left_shapes, &right_shapes)
            }
        };
        let (mut next_left, mut next_right) = (left.start, right.start);
        for (pair_left, pair_right) in pairs {
            let (pair_left, pair_right) = (left.start + pair_left, right.start + pair_right);
            self.one_sided(next_left..pair_left, next_right..pair_right);
            self.changed(pair_left + 1, pair_right + 1);
            (next_left, next_right) = (pair_left + 1, pair_right + 1);
        }
        self.one_sided(next_left..left.end, next_right..right.end);
    }

    /// Adds rows of equal lines, counted from 0.
    fn equal(&mut self, left: Range<usize>, right: Range<usize>) {
        let pairs = left.zip(right);
        self.rows.extend(pairs.map(|(left, right)| Row::Equal { left: left + 1, right: right + 1 }));
    }

    fn one_sided(&mut self, left: Range<usize>, right: Range<usize>) {
        self.rows.extend(left.map(|line| Row::Removed { left: line + 1 }));
        self.rows.extend(right.map(|line| Row::Added { right: line + 1 }));
    }

    fn changed(&mut self, left: usize, right: usize) {
        let words = words::marks(self.left.line(left), self.right.line(right), self.deadline);
        self.rows.push(Row::Changed { left, right, words: Box::new(words), expected: false });
    }
}

/// What a line is made of, as far as it says which other line it may be a version of.
struct Shape<'a> {
    /// Blanks before the text, dashes of list items counted as blanks.
    indent: usize,
    /// The text before the colon, if there is one.
    key: Option<&'a str>,
    /// The text without blanks and dashes around it.
    body: &'a str,
    /// The words of the line, sorted.
    words: Vec<&'a str>,
    /// Length of all words.
    weight: usize,
}

impl<'a> Shape<'a> {
    fn of(line: &'a str) -> Self {
        let mut body = line.trim_start();
        while let Some(rest) = body.strip_prefix("- ") {
            body = rest.trim_start();
        }
        let indent = line.len() - body.len();
        let body = body.trim_end();
        let key = body.split_once(": ").map(|(key, _)| key).or_else(|| body.strip_suffix(':'));
        let mut words: Vec<&str> =
            body.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect();
        words.sort_unstable();
        let weight = words.iter().map(|word| word.len()).sum();
        Self { indent, key, body, words, weight }
    }

    /// How much speaks for two lines being versions of one line; 0 if nothing does, 100 at most.
    ///
    /// In YAML the key says most: `replicas: 2` became `replicas: 3` though they share one word of two.
    fn likeness(&self, other: &Self) -> u32 {
        if self.body == other.body {
            return 90;
        }
        let shared = self.shared(other);
        if self.key.is_some() && self.key == other.key {
            let base = if self.indent == other.indent { 60 } else { 30 };
            return base + shared * 40 / 100;
        }
        if shared >= 60 { shared * 60 / 100 } else { 0 }
    }

    /// How much of the longer line's words both lines have, of 100.
    fn shared(&self, other: &Self) -> u32 {
        let (mut own, mut others, mut common) = (0, 0, 0);
        while let (Some(a), Some(b)) = (self.words.get(own), other.words.get(others)) {
            match a.cmp(b) {
                std::cmp::Ordering::Equal => {
                    common += a.len();
                    own += 1;
                    others += 1;
                }
                std::cmp::Ordering::Less => own += 1,
                std::cmp::Ordering::Greater => others += 1,
            }
        }
        let longer = self.weight.max(other.weight);
        u32::try_from((common * 100).checked_div(longer).unwrap_or(0)).unwrap_or(0)
    }
}

/// Pairs of lines, in order on both sides, with the highest likeness in sum.
fn by_likeness(left: &[Shape<'_>], right: &[Shape<'_>]) -> Vec<(usize, usize)> {
    let width = right.len() + 1;
    // `best[i * width + j]` is the highest sum for the lines from `i` and from `j` on.
    let mut best = vec![0_u32; (left.len() + 1) * width];
    let mut likeness = vec![0_u32; left.len() * right.len()];
    for i in (0..left.len()).rev() {
        for j in (0..right.len()).rev() {
            let alike = left[i].likeness(&right[j]);
            likeness[i * right.len() + j] = alike;
            let paired = if alike > 0 { best[(i + 1) * width + j + 1] + alike } else { 0 };
            best[i * width + j] = paired.max(best[(i + 1) * width + j]).max(best[i * width + j + 1]);
        }
    }
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while i < left.len() && j < right.len() {
        let alike = likeness[i * right.len() + j];
        let here = best[i * width + j];
        if alike > 0 && here == best[(i + 1) * width + j + 1] + alike {
            pairs.push((i, j));
            i += 1;
            j += 1;
        } else if here == best[(i + 1) * width + j] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

/// Pairs of lines with the same key at the same depth, in order on both sides.
fn by_key(left: &[Shape<'_>], right: &[Shape<'_>], deadline: Option<Instant>) -> Vec<(usize, usize)> {
    let keys = |shapes: &'_ [Shape<'_>]| -> Vec<(usize, String)> {
        shapes.iter().map(|shape| (shape.indent, shape.key.unwrap_or(shape.body).to_owned())).collect()
    };
    let (left, right) = (keys(left), keys(right));
    capture_diff_slices_deadline(Algorithm::Patience, &left, &right, deadline)
        .into_iter()
        .filter(|operation| operation.tag() == DiffTag::Equal)
        .flat_map(|operation| operation.old_range().zip(operation.new_range()))
        .collect()
}
