//! What is known about Kubernetes types: how their lists merge and which kinds live in namespaces.
//!
//! kustomize merges with the description of Kubernetes 1.21 that it carries, whatever the cluster; so does
//! [`Schema::kubernetes`]. [`Schema::parse`] reads a description of one's own.

mod comment;
mod openapi;
mod table;

use std::sync::LazyLock;

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use crate::yaml::SchemaComment;
use crate::yaml::merge::{ObjectType, Types};

/// The types of resources and how their lists merge.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    types: Vec<Shape>,
    /// Types by `apiVersion/Kind`.
    resources: FxHashMap<CompactString, TypeId>,
    /// Whether a kind lives in namespaces, by `apiVersion/Kind`.
    namespaced: FxHashMap<CompactString, bool>,
    /// Types by the names of their definitions, for descriptions that refer to them.
    named: FxHashMap<CompactString, TypeId>,
}

/// Where a type stands in [`Schema::types`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct TypeId(u32);

#[derive(Clone, Debug)]
enum Shape {
    /// Known to be there, with nothing known about its inside.
    Opaque,
    /// A map with the keys that are known, sorted, and the type of all others.
    Map { fields: Vec<(CompactString, TypeId)>, others: Option<TypeId> },
    /// A list; `merge` has the keys by which it merges.
    List { items: Option<TypeId>, merge: Option<Vec<CompactString>> },
    /// Stands for another type, as `$ref` does.
    Same(TypeId),
    /// Stands for a definition of the schema that a comment is used with.
    Definition(CompactString),
}

/// A type of a [`Schema`].
#[derive(Clone, Copy, Debug)]
pub struct TypeRef<'s> {
    schema: &'s Schema,
    id: TypeId,
    /// Where definitions are looked up that a comment names.
    definitions: &'s Schema,
}

/// How many references a type may stand behind; more means that they lead in a circle.
const MAX_REFERENCES: usize = 64;

impl Schema {
    /// The description of Kubernetes that kustomize 5.8 has built in.
    #[must_use]
    pub fn kubernetes() -> &'static Self {
        static KUBERNETES: LazyLock<Schema> = LazyLock::new(table::read);
        &KUBERNETES
    }

    /// The type of a kind of resource.
    #[must_use]
    pub fn resource(&self, api_version: &str, kind: &str) -> Option<TypeRef<'_>> {
        self.resources.get(&resource_key(api_version, kind)).and_then(|id| self.resolve(*id, self))
    }

    /// Whether a kind lives in namespaces; `None` when the kind is not known.
    #[must_use]
    pub fn is_namespaced(&self, api_version: &str, kind: &str) -> Option<bool> {
        self.namespaced.get(&resource_key(api_version, kind)).copied()
    }

    /// The type behind all references; `None` when they lead in a circle or nowhere.
    fn resolve<'s>(&'s self, id: TypeId, definitions: &'s Self) -> Option<TypeRef<'s>> {
        let (mut schema, mut id) = (self, id);
        for _ in 0..MAX_REFERENCES {
            match schema.types.get(id.0 as usize)? {
                Shape::Same(next) => id = *next,
                Shape::Definition(name) => {
                    id = *definitions.named.get(name)?;
                    schema = definitions;
                }
                Shape::Opaque | Shape::Map { .. } | Shape::List { .. } => {
                    return Some(TypeRef { schema, id, definitions });
                }
            }
        }
        None
    }

    fn add(&mut self, shape: Shape) -> TypeId {
        self.types.push(shape);
        // Nobody describes four thousand million types; the last one would then be found for the others.
        TypeId(u32::try_from(self.types.len() - 1).unwrap_or(u32::MAX))
    }
}

fn resource_key(api_version: &str, kind: &str) -> CompactString {
    compact_str::format_compact!("{api_version}/{kind}")
}

impl<'s> TypeRef<'s> {
    /// The type of a field of a map.
    #[must_use]
    pub fn field(self, key: &str) -> Option<Self> {
        let Shape::Map { fields, others } = self.shape() else { return None };
        let id = match fields.binary_search_by(|(name, _)| name.as_str().cmp(key)) {
            Ok(at) => fields[at].1,
            Err(_) => (*others)?,
        };
        self.schema.resolve(id, self.definitions)
    }

    /// The type of the items of a list.
    #[must_use]
    pub fn items(self) -> Option<Self> {
        let Shape::List { items, .. } = self.shape() else { return None };
        self.schema.resolve((*items)?, self.definitions)
    }

    /// The keys by which a list merges item by item; empty when the items themselves are compared. `None` for
    /// lists that a patch replaces, and for everything else.
    #[must_use]
    pub fn merge_keys(self) -> Option<&'s [CompactString]> {
        match self.shape() {
            Shape::List { merge, .. } => merge.as_deref(),
            Shape::Opaque | Shape::Map { .. } | Shape::Same(_) | Shape::Definition(_) => None,
        }
    }

    fn shape(self) -> &'s Shape {
        &self.schema.types[self.id.0 as usize]
    }
}

impl<'s> Types for &'s Schema {
    type Type = TypeRef<'s>;

    fn of_object(&self, api_version: &str, kind: &str) -> Option<TypeRef<'s>> {
        self.resource(api_version, kind)
    }

    fn of_comment(&self, comment: SchemaComment) -> Option<TypeRef<'s>> {
        Some(comment::schema_of(comment)?.resolve_in(self))
    }
}

impl ObjectType for TypeRef<'_> {
    fn field(&self, key: &str) -> Option<Self> {
        Self::field(*self, key)
    }

    fn items(&self) -> Option<Self> {
        Self::items(*self)
    }

    fn merge_keys(&self) -> Option<&[CompactString]> {
        Self::merge_keys(*self)
    }
}

#[cfg(test)]
mod tests;
