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
pub mod class;
pub mod document;
pub mod fields;
pub mod fold;
pub mod own_names;
mod pair;
pub mod path;
pub mod phrase;
pub mod resources;
pub mod row;
pub mod side_by_side;
pub mod styled;
pub mod summary;
pub mod text;
pub mod unified;
mod words;

#[cfg(test)]
mod tests;

pub use class::{class_key, field_key, resource_key};
pub use document::{DiffDocument, Document, Identity, Pairing, ResourceDiff, Side, Status, compare};
pub use fields::{FieldDifference, FieldValue, field_differences};
pub use fold::{Section, fold};
pub use own_names::{OwnNames, State};
pub use path::{FieldPath, PathStep};
pub use phrase::phrase;
pub use resources::{
    RenderDifference, ResourceDifference, render_difference, render_difference_in_order, render_difference_of,
};
pub use row::{Row, Text, WordMarks};
pub use side_by_side::side_by_side;
pub use styled::{Style, StyledLine};
pub use summary::{Counts, Totals};
pub use text::{TextDiff, text};
pub use unified::unified;
