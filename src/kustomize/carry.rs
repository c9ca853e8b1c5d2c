//! Carrying an edit over to what came of a resource before, where none of the steps behind it has anything to do with it.
//!
//! Most edits change a value that nothing on top of the layer reads or writes. What the steps on top do to the rest of the
//! resource they have done before: the result is that of before, with the edited parts in their places.

use super::accumulate::Configured;
use super::name_reference;
use super::resource::{Resource, ResourceId};
use super::transform::Transformer;
use crate::yaml::difference::{Difference, Step};
use crate::yaml::json_patch::{is_normal_form, to_normal_form};
use crate::yaml::{Entry, Node, Value};

/// Of more parts than this no way is looked at: most of them are lines that moved, and steps have to do with some of these.
const MOST_PARTS: usize = 16;

/// What transformers and the references behind them make of a resource, when they made `end` of what it was before:
/// `gathered` holds it before and now, called the same. `None` when one of them may see to a part that is another one now.
pub(super) fn carry(
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
    let ids: Vec<&ResourceId> = old.ids().chain(end.ids()).collect();
    let mut may_be_json = false;
    for Configured { transformer, .. } in transformers {
        if transformer.may_be_for(&ids) {
            if parts.iter().any(|part| transformer.may_see_to(part)) {
                return None;
            }
            may_be_json |= matches!(transformer, Transformer::Patch(patch) if patch.is_json());
        }
    }
    if name_reference::may_see_to(&parts, end.original_id()) {
        return None;
    }
    let mut node = end.node().clone();
    parts.iter().try_for_each(|part| put(part, &mut node, may_be_json))?;
    Some(end.with_content(node))
}

/// Puts the new part where the old one came out. `None` when that is not there as it went in, or, where it may have come
/// through JSON, as it comes out of that.
fn put(part: &Difference<'_>, end: &mut Node, may_be_json: bool) -> Option<()> {
    let (last, way) = part.path.split_last()?;
    let around = way.iter().try_fold(end, |node, step| match (&mut node.value, step) {
        (Value::Mapping(map), Step::Key(key)) => map.get_mut(key),
        (Value::Sequence(items), Step::Item(place)) => items.get_mut(*place),
        _ => None,
    })?;
    let place = match (&mut around.value, last, part.key_marks) {
        (Value::Mapping(map), Step::Key(key), Some((old, new))) => {
            let place = map.position(key)?;
            let entry = &mut map.entries[place];
            if entry.mark != old {
                return None;
            }
            entry.mark = new;
            &mut entry.value
        }
        (Value::Sequence(items), Step::Item(place), _) => items.get_mut(*place)?,
        _ => return None,
    };
    // An old part that came out in another form shows that it came through JSON. Of one that did not, it is not known.
    let is_unchanged = place.is_same(part.old);
    *place = match may_be_json && !is_normal_form(part.new) {
        false if is_unchanged => part.new.clone(),
        _ if may_be_json && !is_unchanged && place.is_same(&as_json(part.old)?) => as_json(part.new)?,
        _ => return None,
    };
    Some(())
}

fn as_json(part: &Node) -> Option<Node> {
    let mut part = part.clone();
    to_normal_form(&mut part).ok()?;
    Some(part)
}

/// Whether a part is content that steps leave as it is unless they are meant for it: not what an object is called or found by,
/// and nothing that kustomize drops or rewrites on any way through it, such as nulls and values that it took notes of.
fn is_content(part: &Difference<'_>) -> bool {
    let is_below = matches!(part.path.first(), Some(Step::Key(key)) if !matches!(*key, "apiVersion" | "kind" | "metadata"));
    is_below && is_left_alone(part.old) && is_left_alone(part.new)
}

fn is_left_alone(node: &Node) -> bool {
    !node.untyped
        && node.schema.is_none()
        && match &node.value {
            Value::Scalar(_) => !node.is_null(),
            Value::Sequence(items) => !items.is_empty() && items.iter().all(is_left_alone),
            Value::Mapping(map) => {
                let is_left_alone =
                    |entry: &Entry| !entry.bare && entry.schema.is_none() && is_left_alone(&entry.value);
                !map.entries.is_empty() && map.iter().all(is_left_alone)
            }
        }
}
