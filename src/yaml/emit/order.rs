//! The order of keys: numbers in names count as numbers, letters come after everything else.

use std::cmp::Ordering;
use std::sync::LazyLock;

use regex::Regex;

use crate::yaml::Entry;

/// Compares two keys as go-yaml v2 does.
#[must_use]
pub fn compare_keys(left: &str, right: &str) -> Ordering {
    if left.is_ascii() && right.is_ascii() {
        return compare(left.as_bytes(), right.as_bytes());
    }
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    compare(&left, &right)
}

/// What the comparison asks of a character; bytes serve for ASCII.
trait Symbol: Copy + Ord {
    fn is_letter(self) -> bool;
    fn is_digit(self) -> bool;
    /// The distance from `0`.
    fn digit(self) -> i64;
    fn is_zero(self) -> bool {
        self.digit() == 0
    }
}

impl Symbol for u8 {
    fn is_letter(self) -> bool {
        self.is_ascii_alphabetic()
    }

    fn is_digit(self) -> bool {
        self.is_ascii_digit()
    }

    fn digit(self) -> i64 {
        i64::from(self) - i64::from(b'0')
    }
}

static LETTER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^\p{L}$").expect("the pattern is valid"));
static DIGIT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^\p{Nd}$").expect("the pattern is valid"));

impl Symbol for char {
    fn is_letter(self) -> bool {
        if self.is_ascii() {
            self.is_ascii_alphabetic()
        } else {
            LETTER.is_match(self.encode_utf8(&mut [0; 4]))
        }
    }

    fn is_digit(self) -> bool {
        if self.is_ascii() { self.is_ascii_digit() } else { DIGIT.is_match(self.encode_utf8(&mut [0; 4])) }
    }

    fn digit(self) -> i64 {
        i64::from(u32::from(self)) - i64::from(b'0')
    }
}

fn compare<S: Symbol>(left: &[S], right: &[S]) -> Ordering {
    let Some(at) = left.iter().zip(right).position(|(a, b)| a != b) else {
        return left.len().cmp(&right.len());
    };
    let (a, b) = (left[at], right[at]);
    match (a.is_letter(), b.is_letter()) {
        (true, true) => return a.cmp(&b),
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    // Zeros within a longer number (`10` and `1`) count; leading zeros do not.
    let within_number = (a.is_zero() || b.is_zero())
        && left[..at].iter().rev().take_while(|symbol| symbol.is_digit()).any(|digit| !digit.is_zero());
    let start = i64::from(within_number);
    let (left_number, left_digits) = number(start, &left[at..]);
    let (right_number, right_digits) = number(start, &right[at..]);
    left_number.cmp(&right_number).then(left_digits.cmp(&right_digits)).then(a.cmp(&b))
}

/// The number at the start of the symbols and how many digits it has; too large ones wrap around.
fn number<S: Symbol>(start: i64, symbols: &[S]) -> (i64, usize) {
    let digits = symbols.iter().take_while(|symbol| symbol.is_digit());
    digits.fold((start, 0), |(value, count), symbol| {
        (value.wrapping_mul(10).wrapping_add(symbol.digit()), count + 1)
    })
}

/// Whether [`sort`] would leave these entries where they are.
pub(super) fn is_sorted(entries: &[Entry]) -> bool {
    entries.windows(2).all(|pair| compare_keys(&pair[1].key, &pair[0].key) != Ordering::Less)
}

/// Sorts entries by [`compare_keys`]. For some odd keys that order goes in a circle, which the library's sort
/// may answer with a panic; this one does not.
pub(super) fn sort(entries: &mut [&Entry]) {
    const FEW: usize = 24;
    if entries.len() > FEW {
        let (left, right) = entries.split_at_mut(entries.len() / 2);
        sort(left);
        sort(right);
        if compare_keys(&left[left.len() - 1].key, &right[0].key) != Ordering::Greater {
            return;
        }
        let merged = merge(left, right);
        entries.copy_from_slice(&merged);
        return;
    }
    for sorted in 1..entries.len() {
        let mut at = sorted;
        while at > 0 && compare_keys(&entries[at].key, &entries[at - 1].key) == Ordering::Less {
            entries.swap(at, at - 1);
            at -= 1;
        }
    }
}

fn merge<'n>(mut left: &[&'n Entry], mut right: &[&'n Entry]) -> Vec<&'n Entry> {
    let mut merged = Vec::with_capacity(left.len() + right.len());
    while let ([a, left_rest @ ..], [b, right_rest @ ..]) = (left, right) {
        if compare_keys(&b.key, &a.key) == Ordering::Less {
            merged.push(*b);
            right = right_rest;
        } else {
            merged.push(*a);
            left = left_rest;
        }
    }
    merged.extend_from_slice(left);
    merged.extend_from_slice(right);
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_natural_order() {
        let sorted = [
            "", "-", "_", "1", "2", "10", "A", "a", "a-b", "a_b", "a0", "a1", "a1b", "a2", "a10", "a100",
            "ab", "b", "k1", "k01", "k2",
        ];
        for pair in sorted.windows(2) {
            assert_eq!(compare_keys(pair[0], pair[1]), Ordering::Less, "{pair:?}");
            assert_eq!(compare_keys(pair[1], pair[0]), Ordering::Greater, "{pair:?}");
        }
    }
}
