//! How two renders, or two versions of a file, differ: as data for the screen, for `diff -u` text and for reports.
//!
//! ```text
//! two lists of resources -> pairs (which is compared with which) -> rows (lines side by side)
//!                                                                   -> folded, unified or side-by-side text
//! ```
//!
//! Nothing here knows a terminal: text comes with style spans as data, and all ranges are bytes of the text
//! they belong to, at borders of characters. Nothing hangs: a difference that takes too long to find exactly
//! is shown as a larger one.

mod align;
pub mod document;
pub mod fold;
mod pair;
pub mod row;
pub mod side_by_side;
pub mod styled;
pub mod summary;
pub mod text;
pub mod unified;
mod words;

#[cfg(test)]
mod tests;

pub use document::{DiffDocument, Document, Identity, Pairing, ResourceDiff, Side, Status, compare};
pub use fold::{Section, fold};
pub use row::{Row, Text, WordMarks};
pub use side_by_side::side_by_side;
pub use styled::{Style, StyledLine};
pub use summary::{Counts, Totals};
pub use text::{TextDiff, text};
pub use unified::unified;
