//! The identity of a resource: group, version, kind, name and namespace, and how identities are compared.

use std::fmt;

use compact_str::CompactString;

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
        self.same_kind(other)
            && self.name == other.name
            && self.effective_namespace() == other.effective_namespace()
    }

    /// Whether group, version and kind are equal.
    #[must_use]
    pub fn same_kind(&self, other: &Self) -> bool {
        self.kind == other.kind && self.group == other.group && self.version == other.version
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
