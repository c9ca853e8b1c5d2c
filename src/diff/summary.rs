//! How much differs, in numbers.

use std::fmt;
use std::iter::Sum;
use std::ops::AddAssign;

use super::{Row, Status};

/// How many lines differ. Shown as `+6 -4 ~9`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, serde::Serialize)]
pub struct Counts {
    /// Lines that only the right has.
    pub added: usize,
    /// Lines that only the left has.
    pub removed: usize,
    /// Lines whose text differs.
    pub changed: usize,
    /// Those of the changed lines whose difference was foretold, such as the other environment's namespace.
    pub expected: usize,
}

impl Counts {
    /// Counts rows.
    #[must_use]
    pub fn of(rows: &[Row]) -> Self {
        let mut counts = Self::default();
        for row in rows {
            match row {
                Row::Equal { .. } => {}
                Row::Removed { .. } => counts.removed += 1,
                Row::Added { .. } => counts.added += 1,
                Row::Changed { expected, .. } => {
                    counts.changed += 1;
                    counts.expected += usize::from(*expected);
                }
            }
        }
        counts
    }

    /// Lines that differ in any way.
    #[must_use]
    pub fn total(self) -> usize {
        self.added + self.removed + self.changed
    }

    /// Whether anything differs that was not foretold.
    #[must_use]
    pub fn is_surprising(self) -> bool {
        self.total() > self.expected
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.added += other.added;
        self.removed += other.removed;
        self.changed += other.changed;
        self.expected += other.expected;
    }
}

impl Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |mut sum, counts| {
            sum += counts;
            sum
        })
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "+{} -{} ~{}", self.added, self.removed, self.changed)
    }
}

/// How many resources differ, and how many lines of them.
///
/// Shown as `4 of 7 resources differ, +6 -4 ~9`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, serde::Serialize)]
pub struct Totals {
    /// Resources that only the right has.
    pub added: usize,
    /// Resources that only the left has.
    pub removed: usize,
    /// Resources that differ.
    pub changed: usize,
    /// Resources that are the same on both sides.
    pub equal: usize,
    /// Lines of all resources.
    pub lines: Counts,
}

impl Totals {
    pub(super) fn count(&mut self, status: Status, lines: Counts) {
        match status {
            Status::Added => self.added += 1,
            Status::Removed => self.removed += 1,
            Status::Changed => self.changed += 1,
            Status::Equal => self.equal += 1,
        }
        self.lines += lines;
    }

    /// Resources that differ in any way.
    #[must_use]
    pub fn different(self) -> usize {
        self.added + self.removed + self.changed
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (different, all) = (self.different(), self.different() + self.equal);
        let noun = if all == 1 { "resource" } else { "resources" };
        if different == 0 {
            return write!(formatter, "{all} {noun}, no difference");
        }
        let verb = if different == 1 { "differs" } else { "differ" };
        write!(formatter, "{different} of {all} {noun} {verb}, {}", self.lines)
    }
}
