//! The merge key `<<`.

use super::failure::Failure;
use compact_str::CompactString;
use rustc_hash::FxHashSet;

use super::tree::Budget;
use crate::base::Mark;
use crate::yaml::{Mapping, Node, ParseErrorKind, Value};

/// The map with the entries that `<<: value` adds: its own keys first, and they win; of several maps in a list
/// the earlier wins.
pub(super) fn apply(
    mut own: Mapping,
    value: Node,
    mark: Mark,
    budget: &mut Budget,
) -> Result<Mapping, Failure> {
    let maps = match value.value {
        Value::Mapping(map) => vec![map],
        Value::Sequence(items) => {
            items.into_iter().map(|item| into_map(item, mark)).collect::<Result<_, _>>()?
        }
        Value::Scalar(_) => return Err(refusal(mark)),
    };
    let mut known: FxHashSet<CompactString> = own.iter().map(|entry| entry.key.clone()).collect();
    for entry in maps.into_iter().flat_map(|map| map.entries) {
        if known.insert(entry.key.clone()) {
            budget.spend_copy(&entry.value, mark)?;
            own.entries.push(entry);
        }
    }
    Ok(own)
}

fn into_map(item: Node, mark: Mark) -> Result<Mapping, Failure> {
    match item.value {
        Value::Mapping(map) => Ok(map),
        Value::Scalar(_) | Value::Sequence(_) => Err(refusal(mark)),
    }
}

fn refusal(mark: Mark) -> Failure {
    Failure::new(ParseErrorKind::Merge, mark, "the merge key `<<` takes a map or a list of maps")
        .hint("Point it to an anchored map: `<<: *name`.")
}
