//! Strategic merge: laying a patch over an object, as kustomize does it.
//!
//! Maps merge key by key, `null` deletes, lists whose type has merge keys merge item by item with the items of
//! the patch in front, all other lists are replaced, and `$patch: delete|replace|merge` in a map or a list says
//! what to do with it. Where kustomize surprises, this surprises alike:
//!
//! - The whole object is walked, not only what the patch names, so that empty values (`key:`) vanish and
//!   items of merging lists that have no key disturb their neighbours.
//! - A number written over a quoted text becomes text: the quotes belong to the place.
//! - `$patch: replace` on an item of a list, and on the whole object, has no effect.
//! - `$setElementOrder`, `$retainKeys` and `$deleteFromPrimitiveList` mean nothing and stay in the result.

mod directive;
mod list;
mod rules;
mod scalars;
mod walk;

pub use rules::{NoTypes, ObjectType, Types};
pub use scalars::set_string;

use crate::base::Mark;
use crate::yaml::{Fault, Node};

/// What became of an object under a patch.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Merged {
    /// The patch deletes the whole object (`$patch: delete`).
    pub deleted: bool,
    /// How many values the patch set to something that they were not, added, or took away.
    pub changes: usize,
    /// What it took away, in the order of the walk.
    pub removed: Vec<Removed>,
}

/// A value that a patch took away.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Removed {
    /// The keys that lead to it, and `[key=value]` for items of lists.
    pub path: Vec<String>,
    /// The value, with its own history.
    pub node: Node,
    /// The place in the patch that asks for it.
    pub by: Mark,
}

/// Lays `patch` over `node`.
///
/// Values that come from the patch keep its places and writer (set both before), and remember what they replace.
///
/// # Errors
///
/// A [`Fault`] when the two have different shapes at one place, or for an unknown `$patch` directive.
pub fn merge<T: Types>(node: &mut Node, mut patch: Node, types: &T) -> Result<Merged, Fault> {
    let mut merger = walk::Merger::new(types);
    let outcome = merger.walk(Some(node), Some(&mut patch), None)?;
    let mut merged = merger.finish();
    merged.deleted = outcome == walk::Outcome::Cleared;
    Ok(merged)
}

#[cfg(test)]
mod tests;
