//! A Kubernetes object on its way through a build, and how it is identified.
//!
//! kustomize keeps what it remembers about an object in annotations of the object. Here these are fields, with
//! the same effects: they never reach the output, and nothing that a patch does to annotations can lose them.

mod id;
mod index;
mod map;
pub(crate) mod metadata;
mod read;
mod scope;
mod shared;

pub(crate) use id::NOT_A_NAMESPACE;
pub use id::ResourceId;
pub use map::{AppendError, ResourceMap};
pub(crate) use read::{check, resources_of};
pub(crate) use shared::Shared;

use std::sync::{Arc, LazyLock};

use compact_str::CompactString;

use super::build_metadata::Origin;
use crate::base::Mark;
use crate::yaml::{Fault, Node};

/// A Kubernetes object with what the build remembers about it.
///
/// Cloning is cheap: the tree is shared until one of the clones changes it.
#[derive(Clone, Debug)]
pub struct Resource {
    node: Arc<Node>,
    id: ResourceId,
    previous: Option<Arc<Vec<ResourceId>>>,
    prefixes: Vec<CompactString>,
    suffixes: Vec<CompactString>,
    /// How a generated object joins one that is already there.
    pub(crate) behavior: Behavior,
    /// Whether a generator made it.
    pub(crate) is_generated: bool,
    /// Whether a hash of the content is to be added to the name.
    pub(crate) needs_hash: bool,
    /// Names of the vars that read a field of this object.
    pub(crate) variables: Vec<CompactString>,
    /// Where it came from, when the kustomization asks for origin annotations.
    pub(crate) origin: Option<Arc<Origin>>,
    /// What changed it, when the kustomization asks for transformer annotations.
    pub(crate) transformations: Vec<Arc<Origin>>,
    /// Values that stand in several fields at once.
    pub(crate) shared: Vec<Shared>,
    /// Text that replacements put where a number or boolean stands; see [`Self::doubt`].
    pub(crate) doubts: Vec<Arc<Fault>>,
}

/// How a generated object joins one with the same identity.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Behavior {
    /// Not said: it must be new.
    #[default]
    Unspecified,
    /// It must be new.
    Create,
    /// It takes the place of the old one.
    Replace,
    /// Its data is added to the old one's.
    Merge,
}

impl Resource {
    /// A resource from its tree.
    #[must_use]
    pub fn new(node: impl Into<Arc<Node>>) -> Self {
        let node = node.into();
        Self {
            id: ResourceId::of(&node),
            node,
            previous: None,
            prefixes: Vec::new(),
            suffixes: Vec::new(),
            behavior: Behavior::Unspecified,
            is_generated: false,
            needs_hash: false,
            variables: Vec::new(),
            origin: None,
            transformations: Vec::new(),
            shared: Vec::new(),
            doubts: Vec::new(),
        }
    }

    /// A resource from its tree, with what internal annotations of kustomize in it say: functions pass these on.
    fn read(node: Node) -> Self {
        let mut resource = Self::new(node);
        let internal: Vec<(String, String)> = resource
            .annotations()
            .filter_map(|(key, value)| Some((key.strip_prefix(INTERNAL)?.to_owned(), value.to_owned())))
            .collect();
        if internal.is_empty() {
            return resource;
        }
        let list = |key: &str| -> Vec<CompactString> {
            let value = internal.iter().find(|(name, _)| name == key);
            value.map_or_else(Vec::new, |(_, value)| value.split(',').map(CompactString::from).collect())
        };
        let (names, namespaces, kinds) =
            (list("previousNames"), list("previousNamespaces"), list("previousKinds"));
        if names.len() == namespaces.len() && names.len() == kinds.len() {
            for ((name, namespace), kind) in names.into_iter().zip(namespaces).zip(kinds) {
                let id = ResourceId { name, namespace, kind, cluster_scoped: false, ..resource.id.clone() };
                resource.add_previous_id(id);
            }
        }
        resource.prefixes = list("prefixes");
        resource.suffixes = list("suffixes");
        resource.needs_hash = list("needsHashSuffix") == ["enabled"];
        resource
    }

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
        self.previous_ids().first().unwrap_or(&self.id)
    }

    /// Every identity it had before the present one, oldest first.
    ///
    /// As in kustomize these have the present group and version, and the namespace that counted at the time.
    #[must_use]
    pub fn previous_ids(&self) -> &[ResourceId] {
        self.previous.as_ref().map_or(&[], |previous| previous.as_slice())
    }

    fn add_previous_id(&mut self, id: ResourceId) {
        Arc::make_mut(self.previous.get_or_insert_default()).push(id);
    }

    /// Gives every earlier identity the present group and version.
    fn keep_version(&mut self) {
        for id in self.previous.iter_mut().flat_map(Arc::make_mut) {
            id.group = self.id.group.clone();
            id.version = self.id.version.clone();
        }
    }

    /// Where the object begins: its first line in the file that holds it, or the entry that generated it.
    #[must_use]
    pub fn mark(&self) -> Mark {
        self.node.mark
    }

    /// Changes the object and brings the identity up to date.
    pub fn update<R>(&mut self, change: impl FnOnce(&mut Node) -> R) -> R {
        let node = Arc::make_mut(&mut self.node);
        let result = change(node);
        shared::follow_all(&mut self.shared, node);
        if self.id.is_of(&self.node) {
            return result;
        }
        let before = std::mem::replace(&mut self.id, ResourceId::of(&self.node));
        self.id.keep_scope(&before);
        if before.group != self.id.group || before.version != self.id.version {
            self.keep_version();
        }
        result
    }

    /// Takes the tree out, to be changed while other resources are read; the identity stays. [`Self::put_node`]
    /// must follow.
    pub(crate) fn take_node(&mut self) -> Node {
        static NOTHING: LazyLock<Arc<Node>> = LazyLock::new(Arc::default);
        Arc::unwrap_or_clone(std::mem::replace(&mut self.node, Arc::clone(&NOTHING)))
    }

    /// Puts the tree back that [`Self::take_node`] took out. Returns whether the object is called something else now.
    pub(crate) fn put_node(&mut self, mut node: Node) -> bool {
        shared::follow_all(&mut self.shared, &mut node);
        self.node = Arc::new(node);
        let is_renamed = !self.id.is_of(&self.node);
        if is_renamed {
            let before = std::mem::replace(&mut self.id, ResourceId::of(&self.node));
            self.id.keep_scope(&before);
        }
        is_renamed
    }

    /// Says that the kind lives outside namespaces, whatever the table of Kubernetes kinds says.
    pub(crate) fn set_cluster_scoped(&mut self) {
        self.id.cluster_scoped = true;
    }

    /// Whether nothing is left of the object, as after a patch that deletes it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.node.is_null() || self.node.is_empty_collection()
    }

    /// Remembers the present identity, before a change of name, namespace or kind.
    pub fn store_previous_id(&mut self) {
        // kustomize loses count of objects without a name, and remembers nothing of them.
        if self.id.name.is_empty() {
            return;
        }
        let id = ResourceId {
            namespace: self.id.effective_namespace().into(),
            cluster_scoped: false,
            ..self.id.clone()
        };
        self.add_previous_id(id);
        self.note();
    }

    /// Makes sure that there is a map of annotations, as in kustomize once something is noted about the object. Text
    /// that a replacement put in the place of all annotations gets lost.
    pub(crate) fn note(&mut self) {
        let annotations = self.node.get_path(&["metadata", "annotations"]);
        if annotations.is_none_or(|annotations| annotations.as_scalar().is_some()) {
            self.update(metadata::annotations_for_notes);
        }
    }

    /// Why kustomize fails on the object if a key in it has lost the quotes that make it text.
    pub(crate) fn lost_quotes(&self) -> Option<Fault> {
        let entry = self.node.entry_without_quotes()?;
        let message = format!("the key `{}` of {} has lost its quotes", entry.key, self.id);
        let fault = Fault::new("resource/key-type", entry.mark, message);
        Some(fault.hint("kustomize writes annotations and the keys that it sets without quotes; use a key that is text without them."))
    }

    /// Why kustomize fails on the object if a replacement put text where a number or boolean stands, and nothing has
    /// changed that since.
    pub(crate) fn doubt(&self) -> Option<Fault> {
        let doubt = self.doubts.first()?;
        self.node.has_mistyped_scalar().then(|| Fault::clone(doubt))
    }

    /// Whether kustomize would have annotations on the object for what it remembers about it.
    pub(crate) fn has_notes(&self) -> bool {
        self.is_generated
            || self.needs_hash
            || self.origin.is_some()
            || self.previous.is_some()
            || !self.prefixes.is_empty()
            || !self.suffixes.is_empty()
            || !self.transformations.is_empty()
    }

    /// Whether nothing is remembered about the object but its names and shared values: see [`Self::is_same`].
    pub(crate) fn is_plain(&self) -> bool {
        self.variables.is_empty()
            && self.origin.is_none()
            && self.transformations.is_empty()
            && self.doubts.is_empty()
    }

    /// Whether anything else has the same tree in memory.
    pub(crate) fn is_shared(&self) -> bool {
        Arc::strong_count(&self.node) > 1
    }

    /// Whether a plain object is this plain one, down to where its tree is in memory.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.node, &other.node) && self.is_called_as(other) && self.shared == other.shared
    }

    /// Whether a plain object is found under the same names as this plain one, and joins others in the same way.
    pub(crate) fn is_called_as(&self, other: &Self) -> bool {
        self.id == other.id
            && self.previous == other.previous
            && self.prefixes == other.prefixes
            && self.suffixes == other.suffixes
            && self.behavior == other.behavior
            && self.is_generated == other.is_generated
            && self.needs_hash == other.needs_hash
    }

    /// Whether both have the same tree, down to the places that wrote it, with the same values shared in it.
    pub(crate) fn has_tree_of(&self, other: &Self) -> bool {
        self.shared == other.shared
            && (Arc::ptr_eq(&self.node, &other.node) || self.node.is_same(&other.node))
    }

    /// Forgets what is remembered about the object, as kustomize does when something takes away its annotations.
    pub(crate) fn forget(&mut self) {
        let node = Arc::clone(&self.node);
        let (variables, shared) = (std::mem::take(&mut self.variables), std::mem::take(&mut self.shared));
        let doubts = std::mem::take(&mut self.doubts);
        *self = Self { variables, shared, doubts, ..Self::new(node) };
    }

    /// Whether neither the object nor what is remembered about it has changed, but for the label with which a validator
    /// may leave its mark.
    pub(crate) fn is_unchanged_since(&self, before: &Self) -> bool {
        let is_same =
            self.node == before.node || metadata::without_mark_of_validator(&self.node) == *before.node;
        is_same
            && self.previous == before.previous
            && self.prefixes == before.prefixes
            && self.suffixes == before.suffixes
            && self.behavior == before.behavior
            && self.needs_hash == before.needs_hash
    }

    /// Remembers a name prefix, for telling apart objects that had the same name.
    pub(crate) fn add_prefix(&mut self, prefix: &str) {
        if !prefix.is_empty() {
            self.prefixes.extend(prefix.split(',').map(CompactString::from));
            self.note();
        }
    }

    /// Remembers a name suffix, for telling apart objects that had the same name.
    pub(crate) fn add_suffix(&mut self, suffix: &str) {
        if !suffix.is_empty() {
            self.suffixes.extend(suffix.split(',').map(CompactString::from));
            self.note();
        }
    }

    /// Whether this object and `other` got their prefixes and suffixes in the same layers.
    ///
    /// With `allow_empty` one that has none agrees with everything.
    pub(crate) fn same_prefixes_and_suffixes(&self, other: &Self, allow_empty: bool) -> bool {
        let agree = |own: &[CompactString], others: &[CompactString]| {
            (allow_empty && (own.is_empty() || others.is_empty())) || same_ending(own, others)
        };
        agree(&self.prefixes, &other.prefixes) && agree(&self.suffixes, &other.suffixes)
    }

    /// Takes over what the build remembers about `other`, which this object replaces.
    pub(crate) fn inherit(&mut self, other: &Self) {
        self.previous = other.previous.clone();
        self.keep_version();
        self.prefixes = other.prefixes.clone();
        self.suffixes = other.suffixes.clone();
        self.behavior = other.behavior;
        self.is_generated = other.is_generated;
        self.needs_hash &= other.needs_hash;
        self.variables = other.variables.clone();
        if self.transformations.is_empty() {
            self.transformations = other.transformations.clone();
        }
    }
}

/// The start of the annotations that kustomize uses while it builds.
const INTERNAL: &str = "internal.config.kubernetes.io/";

/// Whether the shorter list is the end of the longer one; an empty list only ends an empty one.
fn same_ending(left: &[CompactString], right: &[CompactString]) -> bool {
    let (short, long) = if left.len() <= right.len() { (left, right) } else { (right, left) };
    if short.is_empty() { long.is_empty() } else { long.ends_with(short) }
}
