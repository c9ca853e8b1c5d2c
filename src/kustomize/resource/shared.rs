//! Labels and annotations that kustomize keeps in one place for several fields, so that a change of one changes all.
//!
//! When kustomize adds a label it makes one value and hangs it into every field that lacks the label. Whatever later
//! changes it in one of these fields, another `labels` entry without selectors or a patch of `metadata.labels`,
//! changes it in the selector and the template as well. Fields that had the label before keep values of their own.

use std::sync::Arc;

use compact_str::CompactString;

use super::About;
use crate::base::Mark;
use crate::yaml::{Node, Value, Writer};

/// A value that stands in several fields of one object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Shared {
    /// The key in every one of the fields.
    pub(crate) key: CompactString,
    /// The text that all fields have.
    pub(crate) text: CompactString,
    /// The place that asked for the value; by it the fields are found again.
    pub(crate) mark: Mark,
    /// Whether `metadata.annotations` has been written anew since, with values of its own.
    pub(crate) without_annotations: bool,
}

/// Gives the fields of every shared value what one of them got.
pub(super) fn follow_all(about: &mut Arc<About>, node: &mut Node) {
    // Nearly every change leaves them alone, which takes one look at the object to see.
    if !about.shared.is_empty() && has_changed(&about.shared, node) {
        Arc::make_mut(about).shared.iter_mut().for_each(|shared| shared.follow(node));
    }
}

/// Whether a field in the tree has another text than the fields that it shares a value with.
fn has_changed(all: &[Shared], node: &Node) -> bool {
    match &node.value {
        Value::Scalar(_) => false,
        Value::Sequence(items) => items.iter().any(|item| has_changed(all, item)),
        Value::Mapping(map) => map.iter().any(|entry| match &entry.value.value {
            Value::Scalar(scalar) => {
                let value = &entry.value;
                // A value of its own is known by its writer.
                (value.writer == Writer::Transformer || value.before.is_some())
                    && all.iter().any(|shared| {
                        shared.key == entry.key && shared.text != scalar.text && shared.made(value)
                    })
            }
            Value::Sequence(_) | Value::Mapping(_) => has_changed(all, &entry.value),
        }),
    }
}

impl Shared {
    /// Gives all fields the value that one of them got.
    fn follow(&mut self, node: &mut Node) {
        let mut changed = None;
        self.visit(node, &mut Vec::new(), &mut |path, member| {
            let last = changed
                .as_ref()
                .is_none_or(|(other, _): &(Vec<CompactString>, Node)| path > other.as_slice());
            if last && member.as_scalar().is_some_and(|scalar| scalar.text != self.text) {
                changed = Some((path.to_vec(), member.clone()));
            }
        });
        let Some((_, new)) = changed else { return };
        self.visit(node, &mut Vec::new(), &mut |_, member| {
            if member.value != new.value {
                member.overwrite(new.value.clone(), new.mark, new.writer);
            }
        });
        if let Some(scalar) = new.as_scalar() {
            self.text = scalar.text.clone();
        }
    }

    /// Calls `found` with every field that shares the value, and its path.
    fn visit(
        &self,
        node: &mut Node,
        path: &mut Vec<CompactString>,
        found: &mut impl FnMut(&[CompactString], &mut Node),
    ) {
        match &mut node.value {
            Value::Scalar(_) => {}
            Value::Sequence(items) => items.iter_mut().for_each(|item| self.visit(item, path, found)),
            Value::Mapping(map) => {
                for entry in &mut map.entries {
                    if self.without_annotations && entry.key == "annotations" && *path == ["metadata"] {
                        continue;
                    }
                    path.push(entry.key.clone());
                    if entry.key == self.key && self.made(&entry.value) {
                        found(path, &mut entry.value);
                    } else {
                        self.visit(&mut entry.value, path, found);
                    }
                    path.pop();
                }
            }
        }
    }

    /// Whether a value began as this one.
    fn made(&self, node: &Node) -> bool {
        let mut first = (node.mark, node.writer);
        let mut before = node.before.as_deref();
        while let Some(link) = before {
            first = (link.mark, link.writer);
            before = link.before.as_deref();
        }
        first == (self.mark, Writer::Transformer) && node.as_scalar().is_some()
    }
}
