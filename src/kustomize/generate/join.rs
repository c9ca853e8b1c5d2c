//! Joining a generated object with the one that is there, for `behavior: merge` and `behavior: replace`.

use crate::base::Mark;
use crate::kustomize::resource::{Resource, metadata};
use crate::yaml::merge::set_string;
use crate::yaml::{Mapping, Node, Value, Writer};

/// Puts `new` in the place of `old`: name, namespace and what the build remembers come from the old one; labels and
/// annotations of both count, the new ones more.
pub(crate) fn join(new: &mut Resource, old: &Resource) {
    new.inherit(old);
    new.update(|node| {
        let Some(metadata) = node.get_mut("metadata").and_then(Node::as_mapping_mut) else { return };
        for key in ["labels", "annotations"] {
            merge_strings(metadata, key, old.node().get_path(&["metadata", key]), metadata::text);
        }
    });
    if let Some(name) = old.node().get_path(&["metadata", "name"]) {
        new.set_name(name.clone());
    }
    new.set_namespace(old.node().get_path(&["metadata", "namespace"]).cloned());
}

/// Adds the data of the old resource where the new one has none of that key.
pub(crate) fn join_data(new: &mut Resource, old: &Resource) {
    new.update(|node| {
        let Some(object) = node.as_mapping_mut() else { return };
        for key in ["data", "binaryData"] {
            merge_strings(object, key, old.node().get(key), metadata::text_unless_null);
        }
    });
}

/// Makes `map[key]` hold the entries of `olds` and its own, as the strings that `text` says they are; its own replace old
/// ones.
fn merge_strings(map: &mut Mapping, key: &'static str, olds: Option<&Node>, text: fn(&Node) -> &str) {
    let own = map.remove(key);
    let (mark, writer) =
        own.as_ref().or(olds).map_or((Mark::NONE, Writer::Generator), |node| (node.mark, node.writer));
    let mut merged = Mapping::default();
    for entry in olds.and_then(Node::as_mapping).into_iter().flatten() {
        merged.set(entry.key.clone(), as_string(entry.value.clone(), text));
    }
    for entry in own.as_ref().and_then(Node::as_mapping).into_iter().flatten() {
        metadata::set_or_overwrite(&mut merged, &entry.key, as_string(entry.value.clone(), text));
    }
    if !merged.is_empty() {
        merged.entries.sort_by(|left, right| left.key.cmp(&right.key));
        map.set(key, Node::from(merged).written(mark, writer));
    }
}

fn as_string(mut node: Node, text: fn(&Node) -> &str) -> Node {
    node.value = Value::Scalar(set_string(text(&node)));
    node
}
