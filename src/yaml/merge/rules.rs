//! What a merge has to know about types, so that this module needs no knowledge of Kubernetes.

use compact_str::CompactString;

use crate::yaml::SchemaComment;

/// A source of types. The merge asks it for the type of an object, and the types for their parts.
pub trait Types {
    /// A type; cheap to copy.
    type Type: ObjectType;

    /// The type of an object with these two fields, if it is known.
    fn of_object(&self, api_version: &str, kind: &str) -> Option<Self::Type>;

    /// The type that a comment describes; `None` when it is no schema, or an empty one.
    fn of_comment(&self, comment: SchemaComment) -> Option<Self::Type>;
}

/// What is known about the type of one value.
pub trait ObjectType: Copy {
    /// The type of a field of a map.
    fn field(&self, key: &str) -> Option<Self>;

    /// The type of the items of a list.
    fn items(&self) -> Option<Self>;

    /// The keys by which lists of this type merge item by item: none for a list whose items are compared
    /// themselves. `None` for lists that are replaced as a whole.
    fn merge_keys(&self) -> Option<&[CompactString]>;
}

/// Knows no types: every list is replaced.
#[derive(Clone, Copy, Debug)]
pub struct NoTypes;

impl Types for NoTypes {
    type Type = Self;

    fn of_object(&self, _: &str, _: &str) -> Option<Self> {
        None
    }

    fn of_comment(&self, _: SchemaComment) -> Option<Self> {
        None
    }
}

impl ObjectType for NoTypes {
    fn field(&self, _: &str) -> Option<Self> {
        None
    }

    fn items(&self) -> Option<Self> {
        None
    }

    fn merge_keys(&self) -> Option<&[CompactString]> {
        None
    }
}
