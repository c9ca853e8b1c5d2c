//! Carrying an edit over to what came of a resource before, where none of the steps behind it has anything to do with it.
//!
//! Most edits change a value that nothing on top of the layer reads or writes. What the steps on top do to the rest of the
//! resource they have done before: the result is that of before, with the edited parts in their places.

use super::accumulate::Configured;
use super::name_reference;
use super::resource::{Resource, ResourceId};
use crate::yaml::{Difference, Node, Step, Value, Writer};

/// More parts than this are quicker built than carried over.
const MOST_PARTS: usize = 16;

/// What transformers and the references behind them make of a resource, when they made `end` of what it was before:
/// `gathered` holds it before and now, called the same. `None` when one of them may see to a part that is another one now.
pub(super) fn carried(
    gathered: (&Resource, &Resource),
    end: &Resource,
    transformers: &[Configured],
) -> Option<Resource> {
    let (old, new) = gathered;
    if !new.shares_as(old) {
        return None;
    }
    let parts = new.node().differences_from(old.node(), MOST_PARTS)?;
    if !parts.iter().all(is_content) {
        return None;
    }
    let ids: Vec<&ResourceId> =
        [old.id(), end.id()].into_iter().chain(old.previous_ids()).chain(end.previous_ids()).collect();
    let sees_to_one = |configured: &Configured| {
        let transformer = &configured.transformer;
        transformer.may_be_for(&ids) && parts.iter().any(|part| transformer.may_see_to(part))
    };
    let is_seen_to = transformers.iter().any(sees_to_one)
        || parts.iter().any(|part| name_reference::may_see_to(part, end.original_id()));
    if is_seen_to { None } else { end.with_parts(&parts) }
}

/// Whether a part is content that steps leave as it is unless they are meant for it: not what an object is called or found by,
/// and nothing that kustomize drops or rewrites on any way through it, such as nulls and values that it took notes of.
fn is_content(part: &Difference<'_>) -> bool {
    let is_below = matches!(part.path.first(), Some(Step::Key(key)) if !matches!(*key, "apiVersion" | "kind" | "metadata"));
    is_below && is_left_alone(part.old) && is_left_alone(part.new)
}

fn is_left_alone(node: &Node) -> bool {
    !node.untyped
        && !node.flow
        && node.schema.is_none()
        && !is_written_by_transformer(node)
        && match &node.value {
            Value::Scalar(_) => !node.is_null(),
            Value::Sequence(items) => !items.is_empty() && items.iter().all(is_left_alone),
            Value::Mapping(map) => {
                let is_left_alone = |entry: &crate::yaml::Entry| {
                    !entry.bare && entry.schema.is_none() && is_left_alone(&entry.value)
                };
                !map.entries.is_empty() && map.iter().all(is_left_alone)
            }
        }
}

fn is_written_by_transformer(node: &Node) -> bool {
    let mut writer = node.writer;
    let mut before = node.before.as_deref();
    while let Some(link) = before.filter(|_| writer != Writer::Transformer) {
        writer = link.writer;
        before = link.before.as_deref();
    }
    writer == Writer::Transformer
}
