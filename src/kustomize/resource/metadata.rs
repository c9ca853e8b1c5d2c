//! Reading and writing the metadata of an object.

use compact_str::CompactString;

use super::{INTERNAL, Resource};
use crate::yaml::merge::set_string;
use crate::yaml::{Mapping, Node, Scalar, Style, Tag, Value, Writer};

/// The text of a field at the top of an object; empty when it is absent or no scalar.
pub(crate) fn top_field<'a>(node: &'a Node, key: &str) -> &'a str {
    node.get(key).map_or("", text)
}

/// The text of a field of `metadata`; empty when it is absent, null or no scalar.
pub(crate) fn field<'a>(node: &'a Node, key: &str) -> &'a str {
    node.get("metadata")
        .and_then(|metadata| metadata.get(key))
        .filter(|node| !node.is_null())
        .map_or("", text)
}

/// The text of a scalar of any type; empty for collections.
pub(crate) fn text(node: &Node) -> &str {
    node.as_scalar().map_or("", |scalar| scalar.text.as_str())
}

/// The text of a scalar; empty for null and for collections.
pub(crate) fn text_unless_null(node: &Node) -> &str {
    if node.is_null() { "" } else { text(node) }
}

impl Resource {
    /// The `apiVersion` as written.
    #[must_use]
    pub fn api_version(&self) -> &str {
        top_field(self.node(), "apiVersion")
    }

    /// The labels or annotations of the object, in the order of the text.
    fn metadata_map(&self, key: &str) -> impl Iterator<Item = (&str, &str)> {
        self.node()
            .get("metadata")
            .and_then(|metadata| metadata.get(key))
            .and_then(Node::as_mapping)
            .into_iter()
            .flat_map(Mapping::iter)
            .map(|entry| (entry.key.as_str(), text(&entry.value)))
    }

    /// The labels of the object.
    pub fn labels(&self) -> impl Iterator<Item = (&str, &str)> {
        self.metadata_map("labels")
    }

    /// The annotations of the object.
    pub fn annotations(&self) -> impl Iterator<Item = (&str, &str)> {
        self.metadata_map("annotations")
    }

    /// The value of an annotation.
    #[must_use]
    pub fn annotation(&self, key: &str) -> Option<&str> {
        self.annotations().find(|(name, _)| *name == key).map(|(_, value)| value)
    }

    /// Whether it is marked as configuration for local tools, which kustomize does not print.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.annotation("config.kubernetes.io/local-config").is_some_and(|value| value != "false")
    }
}

/// Puts a field into `metadata`, which is made if it is missing.
pub(crate) fn set_metadata_field(node: &mut Node, key: &str, value: Node) {
    if let Some(metadata) = metadata_mut(node, &value) {
        set_or_overwrite(metadata, key, value);
    }
}

/// The `metadata` of an object, made with the author of `value` if it is missing.
pub(crate) fn metadata_mut<'a>(node: &'a mut Node, value: &Node) -> Option<&'a mut Mapping> {
    let (mark, writer) = (value.mark, value.writer);
    let object = node.as_mapping_mut()?;
    let metadata = object.get_or_insert_with("metadata", || Node::mapping().written(mark, writer));
    if metadata.is_null() {
        metadata.value = Value::Mapping(Mapping::default());
    }
    metadata.as_mapping_mut()
}

/// Makes sure that there is `metadata`, as kustomize does when it takes its notes away; lists may be without.
pub(crate) fn make_metadata(node: &mut Node) {
    let mark = node.mark;
    if let Some(object) = node.as_mapping_mut() {
        object.get_or_insert_with("metadata", || Node::mapping().written(mark, Writer::Resource));
    }
}

/// Puts `value` under a key and remembers what it replaces; an equal value changes nothing.
pub(crate) fn set_or_overwrite(map: &mut Mapping, key: &str, value: Node) {
    match map.get_mut(key) {
        Some(old) if old.value == value.value => {}
        Some(old) => old.replace_with(value),
        None => {
            map.set(CompactString::from(key), value);
        }
    }
}

/// The object as kustomize compares it with what it was before a validator looked at it: without the label
/// `validated-by`.
pub(super) fn without_mark_of_validator(node: &Node) -> Node {
    let mut node = node.clone();
    let labels = node.get_mut("metadata").and_then(|metadata| metadata.get_mut("labels"));
    if labels.and_then(Node::as_mapping_mut).is_some_and(|labels| labels.remove("validated-by").is_some()) {
        normalise_map(&mut node, "labels");
    }
    node
}

/// Whether a label or annotation stays as it is when kustomize writes the map back.
pub(crate) fn is_normal(value: &Node) -> bool {
    value.as_scalar().is_some_and(|scalar| scalar.tag == Tag::Str && scalar.style != Style::Folded)
}

/// Gives an object a map of annotations in the place of none, without saying who made it.
pub(crate) fn annotations_for_notes(node: &mut Node) {
    let Some(metadata) = node.get_mut("metadata").and_then(Node::as_mapping_mut) else { return };
    metadata.remove("annotations");
    metadata.set("annotations", Node::mapping());
}

/// The annotations that kustomize and its functions take for their own, as text.
pub(crate) fn own_annotations(node: &Node) -> Vec<(CompactString, Node)> {
    const OLD: [&str; 3] = ["config.kubernetes.io/path", "config.kubernetes.io/index", "config.k8s.io/id"];
    let annotations = node.get_path(&["metadata", "annotations"]).and_then(Node::as_mapping);
    let is_own = |key: &str| key.starts_with(INTERNAL) || OLD.contains(&key);
    let own = annotations.into_iter().flatten().filter(|entry| is_own(&entry.key));
    own.map(|entry| {
        let value = Value::Scalar(set_string(text_unless_null(&entry.value)));
        (entry.key.clone(), Node { value, ..entry.value.clone() })
    })
    .collect()
}

/// Puts annotations back that something may have taken away.
pub(crate) fn restore_annotations(node: &mut Node, kept: Vec<(CompactString, Node)>) {
    let Some((_, first)) = kept.first() else { return };
    let Some(metadata) = metadata_mut(node, &first.clone()) else { return };
    let annotations = metadata.get_or_insert_with("annotations", Node::mapping);
    let Some(annotations) = annotations.as_mapping_mut() else { return };
    for (key, value) in kept {
        set_or_overwrite(annotations, &key, value);
    }
}

/// What kustomize makes of a map of labels or annotations whenever it writes it back: every value a string,
/// collections empty strings, no text in folded style, and no map at all when it is empty.
pub(crate) fn normalise_map(node: &mut Node, key: &str) {
    let Some(metadata) = node.get_mut("metadata").and_then(Node::as_mapping_mut) else { return };
    let Some(values) = metadata.get_mut(key) else { return };
    match values.as_mapping_mut() {
        Some(map) if !map.is_empty() => {
            for entry in &mut map.entries {
                entry.bare = true;
                if !is_normal(&entry.value) {
                    let text = CompactString::from(text(&entry.value));
                    entry.value.value = Value::Scalar(Scalar { text, tag: Tag::Str, style: Style::Double });
                }
            }
            values.flow = false;
        }
        _ => {
            metadata.remove(key);
        }
    }
}
