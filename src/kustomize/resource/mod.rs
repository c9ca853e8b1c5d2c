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
/// Cloning is cheap: both are shared until one of the clones changes them.
#[derive(Clone, Debug)]
pub struct Resource {
    node: Arc<Node>,
    about: Arc<About>,
}

/// What a build remembers about an object.
#[derive(Clone, Debug, Default)]
pub(crate) struct About {
    id: ResourceId,
    previous: Vec<ResourceId>,
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
    /// Text that replacements put where a number or boolean stands; see [`Resource::doubt`].
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
        let about = About { id: ResourceId::of(&node), ..About::default() };
        Self { node, about: Arc::new(about) }
    }

    /// What is remembered about it.
    pub(crate) fn about(&self) -> &About {
        &self.about
    }

    /// What is remembered about it, to change that: a copy is made where others share it.
    pub(crate) fn about_mut(&mut self) -> &mut About {
        Arc::make_mut(&mut self.about)
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
                let id = ResourceId { name, namespace, kind, cluster_scoped: false, ..resource.id().clone() };
                resource.add_previous_id(id);
            }
        }
        let about = resource.about_mut();
        about.prefixes = list("prefixes");
        about.suffixes = list("suffixes");
        about.needs_hash = list("needsHashSuffix") == ["enabled"];
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
        &self.about.id
    }

    /// What it was called when it was read or generated.
    #[must_use]
    pub fn original_id(&self) -> &ResourceId {
        self.previous_ids().first().unwrap_or(self.id())
    }

    /// Every identity it had before the present one, oldest first.
    ///
    /// As in kustomize these have the present group and version, and the namespace that counted at the time.
    #[must_use]
    pub fn previous_ids(&self) -> &[ResourceId] {
        &self.about.previous
    }

    /// Every identity it had and the one that it has, oldest first.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &ResourceId> {
        self.previous_ids().iter().chain([self.id()])
    }

    fn add_previous_id(&mut self, id: ResourceId) {
        self.about_mut().previous.push(id);
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
        shared::follow_all(&mut self.about, node);
        if let Some(before) = self.renamed()
            && !(before.group == self.id().group && before.version == self.id().version)
        {
            self.about_mut().keep_version();
        }
        result
    }

    /// Brings the identity up to date; returns the one before, if that was another.
    fn renamed(&mut self) -> Option<ResourceId> {
        if self.about.id.is_of(&self.node) {
            return None;
        }
        let id = ResourceId::of(&self.node);
        let about = self.about_mut();
        let before = std::mem::replace(&mut about.id, id);
        about.id.keep_scope(&before);
        Some(before)
    }

    /// Takes the tree out, to be changed while other resources are read; the identity stays. [`Self::put_node`]
    /// must follow.
    pub(crate) fn take_node(&mut self) -> Node {
        static NOTHING: LazyLock<Arc<Node>> = LazyLock::new(Arc::default);
        Arc::unwrap_or_clone(std::mem::replace(&mut self.node, Arc::clone(&NOTHING)))
    }

    /// Puts the tree back that [`Self::take_node`] took out. Returns whether the object is called something else now.
    pub(crate) fn put_node(&mut self, mut node: Node) -> bool {
        shared::follow_all(&mut self.about, &mut node);
        self.node = Arc::new(node);
        self.renamed().is_some()
    }

    /// Says that the kind lives outside namespaces, whatever the table of Kubernetes kinds says.
    pub(crate) fn set_cluster_scoped(&mut self) {
        self.about_mut().id.cluster_scoped = true;
    }

    /// Whether nothing is left of the object, as after a patch that deletes it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.node.is_null() || self.node.is_empty_collection()
    }

    /// Remembers the present identity, before a change of name, namespace or kind.
    pub fn store_previous_id(&mut self) {
        // kustomize loses count of objects without a name, and remembers nothing of them.
        if self.id().name.is_empty() {
            return;
        }
        let id = ResourceId {
            namespace: self.id().effective_namespace().into(),
            cluster_scoped: false,
            ..self.id().clone()
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
        let message = format!("the key `{}` of {} has lost its quotes", entry.key, self.id());
        let fault = Fault::new("resource/key-type", entry.mark, message);
        Some(fault.hint("kustomize writes annotations and the keys that it sets without quotes; use a key that is text without them."))
    }

    /// Why kustomize fails on the object if a replacement put text where a number or boolean stands, and nothing has
    /// changed that since.
    pub(crate) fn doubt(&self) -> Option<Fault> {
        let doubt = self.about.doubts.first()?;
        self.node.has_mistyped_scalar().then(|| Fault::clone(doubt))
    }

    /// Whether kustomize would have annotations on the object for what it remembers about it.
    pub(crate) fn has_notes(&self) -> bool {
        let About { previous, prefixes, suffixes, transformations, .. } = self.about();
        self.about.is_generated
            || self.about.needs_hash
            || self.about.origin.is_some()
            || !(previous.is_empty() && prefixes.is_empty() && suffixes.is_empty())
            || !transformations.is_empty()
    }

    /// Whether nothing is remembered about the object but its names and shared values: see [`Self::is_same`].
    pub(crate) fn is_plain(&self) -> bool {
        let About { variables, origin, transformations, doubts, .. } = self.about();
        variables.is_empty() && origin.is_none() && transformations.is_empty() && doubts.is_empty()
    }

    /// Whether anything else has the same tree in memory.
    pub(crate) fn is_shared(&self) -> bool {
        Arc::strong_count(&self.node) > 1
    }

    /// Whether a plain object is this plain one, down to where its tree is in memory.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.node, &other.node) && self.is_called_as(other) && self.shares_as(other)
    }

    /// Whether a plain object is found under the same names as this plain one, and joins others in the same way.
    pub(crate) fn is_called_as(&self, other: &Self) -> bool {
        let (own, others) = (&*self.about, &*other.about);
        Arc::ptr_eq(&self.about, &other.about)
            || (own.id == others.id
                && own.previous == others.previous
                && own.prefixes == others.prefixes
                && own.suffixes == others.suffixes
                && own.behavior == others.behavior
                && own.is_generated == others.is_generated
                && own.needs_hash == others.needs_hash)
    }

    /// Whether both have the same values shared between fields.
    pub(crate) fn shares_as(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.about, &other.about) || self.about.shared == other.about.shared
    }

    /// Whether both have the same tree, down to the places that wrote it, with the same values shared in it.
    pub(crate) fn has_tree_of(&self, other: &Self) -> bool {
        self.shares_as(other) && (Arc::ptr_eq(&self.node, &other.node) || self.node.is_same(&other.node))
    }

    /// The object with another content, of which nothing that is remembered about it tells.
    pub(crate) fn with_content(&self, node: Node) -> Self {
        Self { node: Arc::new(node), about: self.about.clone() }
    }

    /// Forgets what is remembered about the object, as kustomize does when something takes away its annotations.
    pub(crate) fn forget(&mut self) {
        let About { variables, shared, doubts, .. } = std::mem::take(self.about_mut());
        let id = ResourceId::of(&self.node);
        self.about = Arc::new(About { id, variables, shared, doubts, ..About::default() });
    }

    /// Says where it came from.
    pub(crate) fn set_origin(&mut self, origin: Option<&Arc<Origin>>) {
        if self.about.origin.is_some() || origin.is_some() {
            self.about_mut().origin = origin.cloned();
        }
    }

    /// Forgets where it came from and what changed it.
    pub(crate) fn forget_origin(&mut self) {
        if self.about.origin.is_some() || !self.about.transformations.is_empty() {
            let about = self.about_mut();
            about.origin = None;
            about.transformations.clear();
        }
    }

    /// Gives every field a value of its own.
    pub(crate) fn share_nothing(&mut self) {
        if !self.about.shared.is_empty() {
            self.about_mut().shared.clear();
        }
    }

    /// Whether neither the object nor what is remembered about it has changed, but for the label with which a validator
    /// may leave its mark.
    pub(crate) fn is_unchanged_since(&self, before: &Self) -> bool {
        let is_same =
            self.node == before.node || metadata::without_mark_of_validator(&self.node) == *before.node;
        is_same
            && self.about.previous == before.about.previous
            && self.about.prefixes == before.about.prefixes
            && self.about.suffixes == before.about.suffixes
            && self.about.behavior == before.about.behavior
            && self.about.needs_hash == before.about.needs_hash
    }

    /// Remembers a name prefix, for telling apart objects that had the same name.
    pub(crate) fn add_prefix(&mut self, prefix: &str) {
        if !prefix.is_empty() {
            self.about_mut().prefixes.extend(prefix.split(',').map(CompactString::from));
            self.note();
        }
    }

    /// Remembers a name suffix, for telling apart objects that had the same name.
    pub(crate) fn add_suffix(&mut self, suffix: &str) {
        if !suffix.is_empty() {
            self.about_mut().suffixes.extend(suffix.split(',').map(CompactString::from));
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
        agree(&self.about.prefixes, &other.about.prefixes)
            && agree(&self.about.suffixes, &other.about.suffixes)
    }

    /// Takes over what the build remembers about `other`, which this object replaces.
    pub(crate) fn inherit(&mut self, other: &Self) {
        let (own, others) = (self.about_mut(), other.about());
        own.previous = others.previous.clone();
        own.keep_version();
        own.prefixes = others.prefixes.clone();
        own.suffixes = others.suffixes.clone();
        own.behavior = others.behavior;
        own.is_generated = others.is_generated;
        own.needs_hash &= others.needs_hash;
        own.variables = others.variables.clone();
        if own.transformations.is_empty() {
            own.transformations = others.transformations.clone();
        }
    }
}

impl About {
    /// Gives every earlier identity the present group and version.
    fn keep_version(&mut self) {
        for id in &mut self.previous {
            id.group = self.id.group.clone();
            id.version = self.id.version.clone();
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
