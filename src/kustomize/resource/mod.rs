//! A Kubernetes object on its way through a build, and how it is identified.

mod id;

pub use id::ResourceId;

use std::sync::Arc;

use compact_str::CompactString;

use crate::base::Mark;
use crate::yaml::Node;

/// A Kubernetes object with what the build remembers about it.
///
/// Cloning is cheap: the tree is shared until one of the clones changes it.
#[derive(Clone, Debug)]
pub struct Resource {
    node: Arc<Node>,
    id: ResourceId,
    /// Every identity it had before, oldest first.
    previous: Vec<ResourceId>,
}

impl Resource {
    /// The object itself.
    #[must_use]
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// What it is called now.
    #[must_use]
    pub fn id(&self) -> &ResourceId {
        &self.id
    }

    /// What it was called when it was read or generated.
    #[must_use]
    pub fn original_id(&self) -> &ResourceId {
        self.previous.first().unwrap_or(&self.id)
    }

    /// Every identity it had before the present one, oldest first.
    #[must_use]
    pub fn previous_ids(&self) -> &[ResourceId] {
        &self.previous
    }

    /// Where the object begins: its first line in the file that holds it, or the entry that generated it.
    #[must_use]
    pub fn mark(&self) -> Mark {
        self.node.mark
    }
}
