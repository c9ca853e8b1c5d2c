//! Lossless edits of YAML source text: a value changes, every other byte stays.
//!
//! Every edit is one splice of the text, found through the byte positions of the parser's events. The
//! result is always read again and compared with what was wanted: equal except at the route, or the edit is
//! refused and nothing changes.

mod error;
mod route;
mod value;

pub use error::{EditError, EditProblem};
pub use route::{Route, RouteError, Step};
pub use value::EditValue;
