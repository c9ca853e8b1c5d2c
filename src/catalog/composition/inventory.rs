//! What the bare layers of a target build to: the resources that patches can be made for.

use crate::kustomize::{Manifests, Resource};
use crate::yaml::Node;

/// The resources of the layers, before anything of the service is applied.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// The resources, in the order of the build.
    pub items: Vec<InventoryItem>,
}

/// One resource of the layers.
#[derive(Clone, Debug)]
pub struct InventoryItem {
    /// API group; empty for the core group.
    pub group: String,
    /// API version without the group.
    pub version: String,
    /// Kind.
    pub kind: String,
    /// Name, without the hash that kustomize appends to generated ones at the very end.
    pub name: String,
    /// The resource.
    pub node: Node,
}

impl Inventory {
    /// The resources of a build.
    #[must_use]
    pub fn of(manifests: &Manifests) -> Self {
        Self { items: manifests.resources.iter().map(item).collect() }
    }

    /// The resource of a kind (in any group) and name.
    #[must_use]
    pub fn find(&self, kind: &str, name: &str) -> Option<&InventoryItem> {
        self.items.iter().find(|item| item.kind == kind && item.name == name)
    }
}

fn item(resource: &Resource) -> InventoryItem {
    let id = resource.id();
    // The hash is appended as the last rename: what the resource was called just before is what patches see.
    let before = resource.previous_ids().last().map(|previous| previous.name.as_str());
    let name = before.filter(|name| is_hashed(id.name.as_str(), name)).unwrap_or(id.name.as_str());
    InventoryItem {
        group: id.group.to_string(),
        version: id.version.to_string(),
        kind: id.kind.to_string(),
        name: name.to_owned(),
        node: resource.node().clone(),
    }
}

/// Whether `name` is `before` with a hash of kustomize behind it.
fn is_hashed(name: &str, before: &str) -> bool {
    const LENGTH: usize = 10;
    let hash = name.strip_prefix(before).and_then(|rest| rest.strip_prefix('-'));
    // Hexadecimal digits, with those that could spell words replaced by consonants.
    hash.is_some_and(|hash| hash.len() == LENGTH && hash.chars().all(|c| "bcdfghkmt2456789".contains(c)))
}

#[cfg(test)]
mod tests {
    use super::is_hashed;

    #[test]
    fn a_hash_is_told_from_another_suffix() {
        assert!(is_hashed("app-config-7bhk2m8tfc", "app-config"));
        assert!(!is_hashed("app-config", "app-config"));
        assert!(!is_hashed("app-config-production", "app-config"));
    }
}
