//! Joining a generated object with the one that is there, for `behavior: merge` and `behavior: replace`.

use crate::base::Mark;
use crate::kustomize::resource::{Resource, metadata};
use crate::yaml::merge::set_string;
use crate::yaml::{Mapping, Node, Scalar, Style, Value, Writer};

/// Puts `new` in the place of `old`: name, namespace and what the build remembers come from the old one; labels and
/// annotations of both count, the new ones more.
pub(crate) fn join(new: &mut Resource, old: &Resource) {
    new.inherit(old);
    new.update(|node| {
        let Some(metadata) = node.get_mut("metadata").and_then(Node::as_mapping_mut) else { return };
        for key in ["labels", "annotations"] {
            merge_strings(metadata, key, old.node().get_path(&["metadata", key]), metadata::text);
        }
        for key in ["name", "namespace"] {
            match old.node().get_path(&["metadata", key]).filter(|value| !value.is_null()) {
                Some(value) => take_over(metadata, key, value.clone()),
                None if key == "namespace" => drop(metadata.remove(key)),
                None => {}
            }
        }
    });
}

/// Puts the text of a field into the same field of the new object, whose quotes decide what it is.
fn take_over(map: &mut Mapping, key: &'static str, mut value: Node) {
    let text = metadata::text(&value);
    let scalar = match map.get(key).and_then(Node::as_scalar) {
        Some(own) if own.style != Style::Plain => Scalar { text: text.into(), ..own.clone() },
        Some(_) => Scalar::plain(text),
        None => set_string(text),
    };
    value.untyped = scalar.style == Style::Plain;
    value.value = Value::Scalar(scalar);
    match map.get_mut(key) {
        Some(own) => own.replace_with(value),
        None => {
            map.set(key, value);
        }
    }
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

/// Makes `map[key]` hold the entries of `olds` and its own, as the strings that `text` reads; its own replace old ones.
fn merge_strings(map: &mut Mapping, key: &'static str, olds: Option<&Node>, text: fn(&Node) -> &str) {
    let as_string = |mut node: Node| {
        node.value = Value::Scalar(set_string(text(&node)));
        node
    };
    let own = map.remove(key);
    let (mark, writer) =
        own.as_ref().or(olds).map_or((Mark::NONE, Writer::Generator), |node| (node.mark, node.writer));
    let mut merged = Mapping::default();
    for entry in olds.and_then(Node::as_mapping).into_iter().flatten() {
        merged.set(entry.key.clone(), as_string(entry.value.clone()));
    }
    for entry in own.as_ref().and_then(Node::as_mapping).into_iter().flatten() {
        metadata::set_or_overwrite(&mut merged, &entry.key, as_string(entry.value.clone()));
    }
    if !merged.is_empty() {
        merged.entries.sort_by(|left, right| left.key.cmp(&right.key));
        map.set(key, Node::from(merged).written(mark, writer));
    }
}
