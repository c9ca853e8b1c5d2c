//! JSON patches (RFC 6902), as kustomize reads and applies them.
//!
//! kustomize writes the object as JSON, patches that, and reads it back. So after a patch the whole object is in
//! normal form: numbers are floating-point numbers, dates are strings, and quotes are gone where they are not
//! needed. Its library also lets some things pass that the standard forbids, and so does this one: `replace`
//! makes a key that is missing, negative indices count from the end, and the first part of a path is ignored
//! when the path does not begin with a slash.

mod apply;
mod normal;
mod read;

pub(crate) use apply::decode;
pub(crate) use normal::can_be_plain;
pub use normal::{is_normal_form, to_normal_form};

use crate::base::Mark;
use crate::yaml::Node;

/// A list of operations.
#[derive(Clone, Debug)]
pub struct JsonPatch {
    operations: Vec<Operation>,
    /// Written as JSON, where a number is what its text is.
    is_json: bool,
}

/// One operation. What is wrong with it shows when it is applied, as in kustomize.
#[derive(Clone, Debug)]
struct Operation {
    /// `op`; `unknown` when it is missing or no text.
    name: String,
    path: Option<String>,
    from: Option<String>,
    /// `None` when there is no `value`.
    value: Option<Node>,
    /// Where the operation begins.
    mark: Mark,
}

/// What a patch did to an object.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Applied {
    /// How many operations changed something.
    pub changes: usize,
    /// What was taken away, with the pointer to it and the place of the operation.
    pub removed: Vec<(String, Node, Mark)>,
}

#[cfg(test)]
mod tests;
