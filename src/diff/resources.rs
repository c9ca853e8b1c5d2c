//! Which resources of two renders differ, as node trees: the quick look that needs no text.

use std::collections::VecDeque;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::fields::{FieldDifference, FieldValue, field_differences};
use super::{Document, Identity, Status, pair};
use crate::yaml::{Node, emit};

/// A resource that differs.
#[derive(Clone, Debug)]
pub struct ResourceDifference<'n> {
    /// What it was called; `None` when it is new.
    pub old: Option<(Identity, &'n Node)>,
    /// What it is called; `None` when it is gone.
    pub new: Option<(Identity, &'n Node)>,
    /// The fields that differ; none for a resource of one side only.
    pub fields: Vec<FieldDifference<'n>>,
}

impl ResourceDifference<'_> {
    /// Whether it is added, removed or changed.
    #[must_use]
    pub fn status(&self) -> Status {
        match (&self.old, &self.new) {
            (None, _) => Status::Added,
            (_, None) => Status::Removed,
            _ => Status::Changed,
        }
    }

    /// What it is called: on the new side, or on the old one where the new does not have it.
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        self.new.as_ref().or(self.old.as_ref()).map(|(identity, _)| identity)
    }
}

impl Identity {
    /// What a resource is called.
    #[must_use]
    pub fn of(node: &Node) -> Self {
        let Key { api_version, kind, namespace, name } = Key::of(node);
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        Self {
            group: group.to_owned(),
            version: version.to_owned(),
            kind: kind.to_owned(),
            namespace: namespace.map(str::to_owned),
            name: name.to_owned(),
        }
    }
}

/// What resources are found by, borrowed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key<'n> {
    api_version: &'n str,
    kind: &'n str,
    namespace: Option<&'n str>,
    name: &'n str,
}

impl<'n> Key<'n> {
    fn of(node: &'n Node) -> Self {
        let text = |path: &[&str]| node.get_path(path).and_then(Node::as_text);
        Self {
            api_version: text(&["apiVersion"]).unwrap_or_default(),
            kind: text(&["kind"]).unwrap_or_default(),
            namespace: text(&["metadata", "namespace"]),
            name: text(&["metadata", "name"]).unwrap_or_default(),
        }
    }
}

/// How two renders differ.
#[derive(Clone, Debug, Default)]
pub struct RenderDifference<'n> {
    /// The resources that differ: in the order of the old render, new ones last.
    pub resources: Vec<ResourceDifference<'n>>,
    /// Whether resources that both have come in another order.
    pub is_reordered: bool,
}

impl RenderDifference<'_> {
    /// Whether maps or lists are part of the difference, as a whole: not only single values.
    #[must_use]
    pub fn has_maps(&self) -> bool {
        let is_single =
            |value: Option<FieldValue<'_>>| value.is_none_or(|value| value.node.as_scalar().is_some());
        self.resources.iter().any(|resource| {
            resource.fields.is_empty()
                || !resource.fields.iter().all(|field| is_single(field.old) && is_single(field.new))
        })
    }

    /// Whether both print the same.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        self.resources.is_empty() && !self.is_reordered
    }
}

/// How two renders differ. Resources are paired as [`compare`](super::compare) pairs them when no names are expected
/// to differ.
#[must_use]
pub fn render_difference<'n>(old: &[&'n Node], new: &[&'n Node]) -> RenderDifference<'n> {
    render_difference_of(old, new, |_, _| false)
}

/// As [`render_difference`]. `prints_same` may say of a place in the old render and one in the new that they print the same,
/// which saves a look at both.
#[must_use]
pub fn render_difference_of<'n>(
    old: &[&'n Node],
    new: &[&'n Node],
    prints_same: impl Fn(usize, usize) -> bool,
) -> RenderDifference<'n> {
    let pairs = pairs(old, new);
    let is_reordered = !pairs.iter().filter_map(|(own, other)| own.and(*other)).is_sorted();
    RenderDifference { resources: differing(old, new, pairs, prints_same), is_reordered }
}

/// As [`render_difference_of`], where both have resources of the same names in the same order.
#[must_use]
pub fn render_difference_in_order<'n>(
    old: &[&'n Node],
    new: &[&'n Node],
    prints_same: impl Fn(usize, usize) -> bool,
) -> RenderDifference<'n> {
    let pairs = (0..old.len().min(new.len())).map(|place| (Some(place), Some(place)));
    RenderDifference { resources: differing(old, new, pairs, prints_same), is_reordered: false }
}

/// The pairs that differ.
fn differing<'n>(
    old: &[&'n Node],
    new: &[&'n Node],
    pairs: impl IntoIterator<Item = (Option<usize>, Option<usize>)>,
    prints_same: impl Fn(usize, usize) -> bool,
) -> Vec<ResourceDifference<'n>> {
    let mut found = Vec::new();
    for (own, other) in pairs {
        if own.zip(other).is_some_and(|(own, other)| prints_same(own, other)) {
            continue;
        }
        let (own, other) = (own.map(|at| old[at]), other.map(|at| new[at]));
        let fields = match (own, other) {
            (Some(own), Some(other)) => field_differences(own, other),
            _ => Vec::new(),
        };
        if own.is_some() && other.is_some() && fields.is_empty() {
            continue;
        }
        let named = |node: &'n Node| (Identity::of(node), node);
        found.push(ResourceDifference { old: own.map(named), new: other.map(named), fields });
    }
    found
}

/// Places of resources that are compared with each other.
fn pairs(old: &[&Node], new: &[&Node]) -> Vec<(Option<usize>, Option<usize>)> {
    let mut by_key: FxHashMap<Key<'_>, VecDeque<usize>> = FxHashMap::default();
    for (place, node) in new.iter().enumerate() {
        by_key.entry(Key::of(node)).or_default().push_back(place);
    }
    let mut partner: Vec<Option<usize>> = Vec::with_capacity(old.len());
    let mut is_taken = vec![false; new.len()];
    for node in old {
        let found = by_key.get_mut(&Key::of(node)).and_then(VecDeque::pop_front);
        if let Some(place) = found {
            is_taken[place] = true;
        }
        partner.push(found);
    }
    let left: Vec<usize> = (0..old.len()).filter(|place| partner[*place].is_none()).collect();
    let right: Vec<usize> = (0..new.len()).filter(|place| !is_taken[*place]).collect();
    if !left.is_empty() && !right.is_empty() {
        let documents = |places: &[usize], nodes: &[&Node]| -> Vec<Document> {
            places.iter().map(|place| document(nodes[*place])).collect()
        };
        for pair in pair::pair(&documents(&left, old), &documents(&right, new), &[]).pairs {
            if let (Some(own), Some(other)) = (pair.left, pair.right) {
                partner[left[own]] = Some(right[other]);
                is_taken[right[other]] = true;
            }
        }
    }
    let only_new = (0..new.len()).filter(|place| !is_taken[*place]).map(|place| (None, Some(place)));
    let mut pairs: Vec<_> = partner.iter().enumerate().map(|(own, other)| (Some(own), *other)).collect();
    pairs.extend(only_new);
    pairs
}

fn document(node: &Node) -> Document {
    let mut text = String::new();
    // A value that cannot be printed fails the build before anything is compared.
    let _ = emit(node, &mut text);
    Document { identity: Identity::of(node), text: Arc::from(text) }
}
