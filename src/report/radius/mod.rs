//! What a change does to all targets, as text for a terminal, as JSON and as Markdown for a merge request.

mod candidates;
mod fields;
mod json;
mod markdown;
mod text;
mod words;
mod wrap;

pub use candidates::{candidates_json, candidates_text};
pub use fields::{field_text, kinds};
pub use json::json;
pub use markdown::markdown;
pub use text::{class_text, member_text, text};
pub use words::{headline, quiet, range};
