//! Which resources a patch or a replacement is meant for.

pub mod labels;
pub mod selector;

pub use labels::LabelSelector;
pub(crate) use selector::SELECTOR_FIELDS;
pub use selector::{LabelTest, Pattern, Selector};
