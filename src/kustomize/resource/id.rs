//! The identity of a resource: group, version, kind, name and namespace, and how identities are compared.

use std::fmt;

use compact_str::CompactString;

use super::metadata;
use super::scope;
use crate::yaml::Node;

/// The namespace in which kustomize puts objects that have none because their kind has none.
pub(crate) const NOT_A_NAMESPACE: &str = "_non_namespaceable_";

/// Identifies a resource within a build.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct ResourceId {
    /// API group; empty for the core group.
    pub group: CompactString,
    /// API version without the group.
    pub version: CompactString,
    /// Kind.
    pub kind: CompactString,
    /// Name; empty when the object has only a `generateName`.
    pub name: CompactString,
    /// Namespace as written; empty when there is none.
    pub namespace: CompactString,
    /// Whether the kind is known to live outside namespaces.
    pub cluster_scoped: bool,
}

impl ResourceId {
    /// The identity that an object's own fields give it.
    #[must_use]
    pub fn of(node: &Node) -> Self {
        let (group, version) = split_api_version(metadata::top_field(node, "apiVersion"));
        let kind = metadata::top_field(node, "kind");
        Self {
            group: group.into(),
            version: version.into(),
            kind: kind.into(),
            name: metadata::field(node, "name").into(),
            namespace: metadata::field(node, "namespace").into(),
            cluster_scoped: scope::is_cluster_scoped(group, version, kind),
        }
    }

    /// Takes over from the identity before that the kind lives outside namespaces, if it is still the same kind.
    pub(super) fn keep_scope(&mut self, before: &Self) {
        self.cluster_scoped |= before.cluster_scoped
            && before.kind == self.kind
            && before.group == self.group
            && before.version == self.version;
    }

    /// The `apiVersion` field: `group/version`, or the version alone in the core group.
    #[must_use]
    pub fn api_version(&self) -> CompactString {
        if self.group.is_empty() {
            self.version.clone()
        } else {
            compact_str::format_compact!("{}/{}", self.group, self.version)
        }
    }

    /// The namespace that counts when identities are compared: never empty, `default` when none is written.
    #[must_use]
    pub fn effective_namespace(&self) -> &str {
        if self.cluster_scoped {
            NOT_A_NAMESPACE
        } else if self.namespace.is_empty() {
            "default"
        } else {
            &self.namespace
        }
    }

    /// Whether both name the same object: equal group, version, kind, name and effective namespace.
    #[must_use]
    pub fn same_object(&self, other: &Self) -> bool {
        self.same_kind_and_name(other) && self.same_namespace(other)
    }

    /// Whether group, version, kind and name are equal.
    #[must_use]
    pub fn same_kind_and_name(&self, other: &Self) -> bool {
        self.name == other.name && self.same_kind(other)
    }

    /// Whether group, version and kind are equal.
    #[must_use]
    pub fn same_kind(&self, other: &Self) -> bool {
        self.kind == other.kind && self.group == other.group && self.version == other.version
    }

    /// Whether both live in the same effective namespace.
    #[must_use]
    pub fn same_namespace(&self, other: &Self) -> bool {
        self.effective_namespace() == other.effective_namespace()
    }
}

/// `Kind namespace/name`, with the group where there is one: `Deployment.apps shop/web`.
impl fmt::Display for ResourceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.kind)?;
        if !self.group.is_empty() {
            write!(formatter, ".{}", self.group)?;
        }
        formatter.write_str(" ")?;
        if !self.namespace.is_empty() {
            write!(formatter, "{}/", self.namespace)?;
        }
        formatter.write_str(&self.name)
    }
}

/// Group and version of an `apiVersion`; the core group is empty.
pub(crate) fn split_api_version(text: &str) -> (&str, &str) {
    text.split_once('/').unwrap_or(("", text))
}
