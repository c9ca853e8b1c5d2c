//! The difference between two texts, such as a file before and after an edit.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Counts, Row, Text, align};

/// A comparison is exact if it can be made in this time, else coarser.
pub const TIMEOUT: Duration = Duration::from_millis(200);

/// Two texts and how their lines correspond.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TextDiff {
    /// The text on the left.
    pub left: Text,
    /// The text on the right.
    pub right: Text,
    /// Every line of both texts, in order.
    pub rows: Vec<Row>,
    /// How many lines differ.
    pub counts: Counts,
}

impl TextDiff {
    pub(super) fn new(left: Text, right: Text, deadline: Option<Instant>) -> Self {
        let rows = align::rows(&left, &right, deadline);
        Self { counts: Counts::of(&rows), left, right, rows }
    }

    /// Whether the texts are the same, byte for byte.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        self.left.as_str() == self.right.as_str()
    }

    /// Indexes of the rows where a difference begins: for "next" and "previous".
    #[must_use]
    pub fn starts(&self) -> Vec<usize> {
        let before = std::iter::once(true).chain(self.rows.iter().map(Row::is_equal));
        self.rows
            .iter()
            .zip(before)
            .enumerate()
            .filter(|(_, (row, equal_before))| !row.is_equal() && *equal_before)
            .map(|(index, _)| index)
            .collect()
    }
}

/// Compares two texts line by line, at most for [`TIMEOUT`].
pub fn text(old: impl Into<Arc<str>>, new: impl Into<Arc<str>>) -> TextDiff {
    TextDiff::new(Text::new(old), Text::new(new), Some(Instant::now() + TIMEOUT))
}
