//! Comparing the result of an edit with what was wanted: equal except at the route.

use crate::yaml::scalar::tag_of_plain;
use crate::yaml::{Style, Tag};

use super::EditValue;
use super::tree::{Content, Node, NodeId, Tree};

/// What an edit is meant to do to the tree.
#[derive(Clone, Copy, Debug)]
pub(super) enum Intent<'a> {
    /// A value is replaced.
    Replace { node: NodeId, value: &'a EditValue },
    /// A list or map (or an empty value that becomes one) gets a new child at a position.
    Insert { container: Option<NodeId>, at: usize, key: Option<&'a str>, value: &'a EditValue },
    /// A list or map loses a child.
    Remove { container: NodeId, at: usize },
    /// A value becomes a map with the old value under a key.
    Nest { node: NodeId, key: &'a str },
}

/// Whether `new` is `old` after the intent, and nothing else.
pub(super) fn holds(old: &Tree<'_>, new: &Tree<'_>, intent: Intent<'_>) -> bool {
    let check = Check { old, new, intent };
    match (old.root, new.root, intent) {
        (None, Some(new_root), Intent::Insert { container: None, key, value, .. }) => {
            check.only_child(new_root, key, value)
        }
        (Some(old_root), Some(new_root), _) => check.same(old_root, new_root),
        _ => false,
    }
}

struct Check<'a> {
    old: &'a Tree<'a>,
    new: &'a Tree<'a>,
    intent: Intent<'a>,
}

impl Check<'_> {
    fn same(&self, old: NodeId, new: NodeId) -> bool {
        match self.intent {
            Intent::Replace { node, value } if node == old => {
                let (old, new) = (self.old.node(old), self.new.node(new));
                self.same_anchor(old, new) && self.is(value, new)
            }
            Intent::Nest { node, key } if node == old => {
                let Content::Mapping { entries, .. } = &self.new.node(new).content else { return false };
                let [entry] = entries.as_slice() else { return false };
                self.new.key_text(entry) == Some(key) && self.same_node(old, entry.value)
            }
            Intent::Insert { container: Some(container), key, value, .. }
                if container == old && self.old.is_null(old) =>
            {
                self.same_anchor(self.old.node(old), self.new.node(new)) && self.only_child(new, key, value)
            }
            _ => self.same_node(old, new),
        }
    }

    fn same_node(&self, old: NodeId, new: NodeId) -> bool {
        let (old_node, new_node) = (self.old.node(old), self.new.node(new));
        self.same_anchor(old_node, new_node)
            && old_node.tag == new_node.tag
            && match (&old_node.content, &new_node.content) {
                (Content::Scalar { text: a, style: x }, Content::Scalar { text: b, style: y }) => {
                    a == b && x == y
                }
                (Content::Alias(a), Content::Alias(b)) => {
                    self.old.anchors[*a].name == self.new.anchors[*b].name
                }
                (Content::Sequence { .. }, Content::Sequence { .. })
                | (Content::Mapping { .. }, Content::Mapping { .. }) => self.same_children(old, new),
                _ => false,
            }
    }

    fn same_anchor(&self, old: &Node, new: &Node) -> bool {
        let name = |tree: &Tree<'_>, node: &Node| node.anchor.map(|anchor| tree.anchors[anchor].name.clone());
        name(self.old, old) == name(self.new, new)
    }

    fn same_children(&self, old: NodeId, new: NodeId) -> bool {
        let mut old_children = pairs(self.old, old);
        let mut new_children = pairs(self.new, new);
        match self.intent {
            Intent::Remove { container, at } if container == old && at < old_children.len() => {
                old_children.remove(at);
            }
            Intent::Insert { container: Some(container), at, key, value }
                if container == old && at < new_children.len() =>
            {
                let (new_key, new_value) = new_children.remove(at);
                if !self.has_key(new_key, key) || !self.is(value, self.new.node(new_value)) {
                    return false;
                }
            }
            _ => {}
        }
        old_children.len() == new_children.len()
            && old_children.into_iter().zip(new_children).all(|((old_key, old), (new_key, new))| {
                let same_key = match (old_key, new_key) {
                    (Some(old_key), Some(new_key)) => self.same_node(old_key, new_key),
                    (old_key, new_key) => old_key == new_key,
                };
                same_key && self.same(old, new)
            })
    }

    fn only_child(&self, new: NodeId, key: Option<&str>, value: &EditValue) -> bool {
        match pairs(self.new, new).as_slice() {
            [(new_key, new_value)] => {
                self.has_key(*new_key, key) && self.is(value, self.new.node(*new_value))
            }
            _ => false,
        }
    }

    fn has_key(&self, node: Option<NodeId>, wanted: Option<&str>) -> bool {
        match (node.map(|node| self.new.node(node)), wanted) {
            (None, None) => true,
            (Some(node), Some(wanted)) => self.is(&EditValue::text(wanted), node),
            _ => false,
        }
    }

    /// Whether a new node is a wanted value, whatever its style.
    fn is(&self, value: &EditValue, node: &Node) -> bool {
        let scalar = |wanted: &str, tag: Tag| match &node.content {
            Content::Scalar { text, style } => {
                let plain = *style == Style::Plain && node.tag.is_none();
                let found = if plain { tag_of_plain(text) } else { Tag::Str };
                text == wanted && found == tag
            }
            _ => false,
        };
        let children = || match &node.content {
            Content::Sequence { items, .. } => items.iter().map(|item| (None, item.value)).collect(),
            Content::Mapping { entries, .. } => {
                entries.iter().map(|entry| (Some(entry.key), entry.value)).collect()
            }
            Content::Scalar { .. } | Content::Alias(_) => Vec::new(),
        };
        match value {
            EditValue::Null => scalar("null", Tag::Null),
            EditValue::Plain(text) => scalar(text, tag_of_plain(text)),
            EditValue::Text(text) => scalar(text, Tag::Str),
            EditValue::Sequence(items) => {
                let found: Vec<(Option<NodeId>, NodeId)> = children();
                matches!(node.content, Content::Sequence { .. })
                    && found.len() == items.len()
                    && items.iter().zip(found).all(|(item, (_, found))| self.is(item, self.new.node(found)))
            }
            EditValue::Mapping(entries) => {
                let found: Vec<(Option<NodeId>, NodeId)> = children();
                matches!(node.content, Content::Mapping { .. })
                    && found.len() == entries.len()
                    && entries.iter().zip(found).all(|((key, value), (found_key, found))| {
                        self.has_key(found_key, Some(key)) && self.is(value, self.new.node(found))
                    })
            }
        }
    }
}

/// The keys (of maps) and values inside of a list or map.
fn pairs(tree: &Tree<'_>, id: NodeId) -> Vec<(Option<NodeId>, NodeId)> {
    match &tree.node(id).content {
        Content::Sequence { items, .. } => items.iter().map(|item| (None, item.value)).collect(),
        Content::Mapping { entries, .. } => {
            entries.iter().map(|entry| (Some(entry.key), entry.value)).collect()
        }
        Content::Scalar { .. } | Content::Alias(_) => Vec::new(),
    }
}

/// Whether a value already is what it is to become, so that nothing needs to be written.
pub(super) fn is_already(tree: &Tree<'_>, node: NodeId, value: &EditValue) -> bool {
    if *value == EditValue::Null {
        return tree.is_null(node);
    }
    let intent = Intent::Replace { node, value };
    Check { old: tree, new: tree, intent }.is(value, tree.node(node))
}
