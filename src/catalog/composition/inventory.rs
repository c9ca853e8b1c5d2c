//! What the layers of a target gather: the resources that patches can be made for.

use compact_str::CompactString;

use crate::kustomize::{Gathered, Resource};
use crate::yaml::Node;

/// The resources of the layers, before anything of the service is applied.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// The resources, in the order of the manifests.
    pub items: Vec<InventoryItem>,
}

/// One resource of the layers.
#[derive(Clone, Debug)]
pub struct InventoryItem {
    /// API group; empty for the core group.
    pub group: CompactString,
    /// API version without the group.
    pub version: CompactString,
    /// Kind.
    pub kind: CompactString,
    /// Name, without the hash that kustomize appends to generated ones at the very end.
    pub name: CompactString,
    /// The resource.
    pub node: Node,
}

impl Inventory {
    /// The resources that were gathered.
    #[must_use]
    pub fn of(gathered: &Gathered) -> Self {
        Self { items: gathered.resources().into_iter().map(item).collect() }
    }

    /// The resource of a kind (in any group) and name.
    #[must_use]
    pub fn find(&self, kind: &str, name: &str) -> Option<&InventoryItem> {
        self.items.iter().find(|item| item.kind == kind && item.name == name)
    }
}

fn item(resource: &Resource) -> InventoryItem {
    let id = resource.id();
    InventoryItem {
        group: id.group.clone(),
        version: id.version.clone(),
        kind: id.kind.clone(),
        name: id.name.clone(),
        node: resource.node().clone(),
    }
}
