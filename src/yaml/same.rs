//! Whether two trees are the same down to the places that wrote them, which equality leaves aside.

use std::sync::Arc;

use super::{Entry, Node, Overwritten, Value};

impl Node {
    /// Whether a tree is this one: the same values, written at the same places by the same writers over the same other
    /// values. Where they share memory nothing is compared.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.is_written_as(other)
            && match (&self.value, &other.value) {
                (Value::Scalar(own), Value::Scalar(other)) => own == other,
                (Value::Sequence(own), Value::Sequence(other)) => {
                    own.is_same(other)
                        || (own.len() == other.len()
                            && own.iter().zip(other.iter()).all(|(own, other)| own.is_same(other)))
                }
                (Value::Mapping(own), Value::Mapping(other)) => {
                    let (own, other) = (&own.entries, &other.entries);
                    own.is_same(other)
                        || (own.len() == other.len()
                            && own.iter().zip(other.iter()).all(|(own, other)| own.is_same(other)))
                }
                _ => false,
            }
    }

    /// Whether what is known of a tree beside its value is the same: where it was written, by what and over what.
    pub(super) fn is_written_as(&self, other: &Self) -> bool {
        self.mark == other.mark
            && self.writer == other.writer
            && self.untyped == other.untyped
            && self.flow == other.flow
            && self.schema == other.schema
            && is_same_history(self.before.as_ref(), other.before.as_ref())
    }
}

impl Entry {
    /// As [`Node::is_same`].
    fn is_same(&self, other: &Self) -> bool {
        self.mark == other.mark && self.has_key_of(other) && self.value.is_same(&other.value)
    }

    /// Whether the key is the same, wherever it is written.
    pub(super) fn has_key_of(&self, other: &Self) -> bool {
        self.key == other.key && self.bare == other.bare && self.schema == other.schema
    }
}

fn is_same_history(one: Option<&Arc<Overwritten>>, other: Option<&Arc<Overwritten>>) -> bool {
    match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => {
            Arc::ptr_eq(one, other)
                || (one.text == other.text
                    && one.mark == other.mark
                    && one.writer == other.writer
                    && is_same_history(one.before.as_ref(), other.before.as_ref()))
        }
        _ => false,
    }
}
