//! Patches: the entries of `patches`, `patchesStrategicMerge` and `patchesJson6902`, read and applied.

mod apply;
mod finding;
mod read;

pub(crate) use finding::Shortfall;

use std::sync::Arc;

use super::notes::Removal;
use super::resource::{Resource, ResourceId};
use super::select::Selector;
use crate::base::Mark;
use crate::yaml::difference::{Difference, Step};
use crate::yaml::json_patch::JsonPatch;
use crate::yaml::{Entry, Node, Value};

/// One entry, ready to be applied.
#[derive(Clone, Debug)]
pub(crate) struct Patch {
    parsed: Arc<Parsed>,
    target: Option<Selector>,
    /// `options.allowNameChange`
    allow_name_change: bool,
    /// `options.allowKindChange`
    allow_kind_change: bool,
    /// The field of the kustomization that holds the entry; each has rules of its own.
    field: Field,
    /// Where the entry stands in the kustomization.
    mark: Mark,
    /// Whether all that it says stands there, too.
    is_inline: bool,
}

/// The text of a patch, read.
#[derive(Clone, Debug)]
pub(crate) struct Parsed {
    body: Body,
    /// Keys of the patch that are no text, which kustomize lets pass when the resource has them as text.
    odd_keys: OddKeys,
}

/// What is to be done.
#[derive(Clone, Debug)]
enum Body {
    /// Strategic merge patches, of which there may be none.
    Strategic(Vec<Resource>),
    /// Operations.
    Json(JsonPatch),
}

/// Where patches stand in a kustomization.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Field {
    Patches,
    StrategicMerge,
    Json6902,
}

/// What a patch did.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Effect {
    /// How many resources it was applied to. None is no error when the patch has a target.
    pub(crate) targets: usize,
    /// How many values it changed in all of them.
    pub(crate) changes: usize,
    /// What it took away.
    pub(crate) removed: Vec<Removal>,
    /// Strategic merge patches that set nothing that was not so before.
    pub(crate) idle: Vec<Mark>,
}

/// Keys of patches that fail only when they get into the output.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct OddKeys {
    /// Keys that are no text.
    untyped: Vec<Mark>,
    /// Keys that stand twice in their map.
    twice: Vec<Mark>,
}

impl OddKeys {
    fn is_empty(&self) -> bool {
        self.untyped.is_empty() && self.twice.is_empty()
    }

    fn extend(&mut self, other: Self) {
        self.untyped.extend(other.untyped);
        self.twice.extend(other.twice);
    }
}

impl Patch {
    /// The same for whatever it is applied to.
    pub(super) fn without_target(&self) -> Self {
        Self { parsed: Arc::clone(&self.parsed), target: None, ..*self }
    }

    /// Whether this entry and the one in its place in the same kustomization, read another time, say the same.
    pub(super) fn says_as(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.parsed, &other.parsed)
            || (self.is_inline && other.is_inline)
            || self.parsed.is_same(&other.parsed)
    }

    /// Whether labels or annotations decide which resources it is meant for.
    pub(super) fn selects_by_content(&self) -> bool {
        self.target.as_ref().is_some_and(Selector::looks_at_content)
    }

    /// Whether it may be meant for a resource that has, or had, these identities.
    pub(super) fn may_be_for<'i, I: Iterator<Item = &'i ResourceId>>(&self, ids: impl Fn() -> I) -> bool {
        match (&self.target, &self.parsed.body) {
            (Some(target), _) => target.may_select(ids),
            (None, Body::Strategic(patches)) => {
                patches.iter().any(|patch| ids().any(|id| id.same_object(patch.original_id())))
            }
            (None, Body::Json(_)) => true,
        }
    }

    /// Whether it may give a resource another name, namespace, kind or version.
    pub(super) fn may_rename(&self) -> bool {
        let renames = match &self.parsed.body {
            Body::Strategic(_) => false,
            Body::Json(patch) => patch.paths().any(|path| !is_beside_identity(path)),
        };
        renames || self.allow_name_change || self.allow_kind_change
    }

    /// Whether the content of a resource may decide if it gets another name, namespace, kind or version, or which.
    pub(super) fn may_rename_by_content(&self) -> bool {
        let copies = match &self.parsed.body {
            Body::Strategic(_) => false,
            Body::Json(patch) => patch.sources().next().is_some(),
        };
        self.may_rename() && (copies || self.selects_by_content())
    }

    /// Whether it may look at a part of a resource that it is meant for, or change it.
    pub(super) fn may_see_to(&self, part: &Difference<'_>) -> bool {
        match &self.parsed.body {
            Body::Strategic(patches) => patches.iter().any(|patch| says_of(patch.node(), &part.path)),
            Body::Json(patch) => patch.may_see_to(part),
        }
    }

    /// Whether it brings whatever it is applied to into the form that JSON gives it.
    pub(super) fn is_json(&self) -> bool {
        matches!(self.parsed.body, Body::Json(_))
    }

    /// Where in memory stands what it says.
    pub(super) fn address(&self) -> usize {
        Arc::as_ptr(&self.parsed) as usize
    }

    /// Whether `other`, which says the same, does the same to a resource that it is meant for.
    pub(super) fn does_as(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.parsed, &other.parsed)
            && self.allow_name_change == other.allow_name_change
            && self.allow_kind_change == other.allow_kind_change
            && self.field == other.field
    }
}

impl Parsed {
    /// Whether another text says the same, at the same places.
    fn is_same(&self, other: &Self) -> bool {
        let are_same = |(own, other): (&Resource, &Resource)| own.node().is_same(other.node());
        let is_same = match (&self.body, &other.body) {
            (Body::Strategic(own), Body::Strategic(other)) => {
                own.len() == other.len() && own.iter().zip(other).all(are_same)
            }
            (Body::Json(own), Body::Json(other)) => own.is_same(other),
            _ => false,
        };
        is_same && self.odd_keys == other.odd_keys
    }
}

impl Effect {
    /// Counts what was done to one more resource.
    fn add(&mut self, other: Self) {
        self.targets += other.targets;
        self.changes += other.changes;
        self.removed.extend(other.removed);
        self.idle.extend(other.idle);
    }
}

/// Whether a strategic merge patch may say something of what a path leads to. Which items of lists belong together is not
/// asked: a list on the way counts.
fn says_of(patch: &Node, path: &[Step<'_>]) -> bool {
    let (Value::Mapping(map), Some((Step::Key(key), rest))) = (&patch.value, path.split_first()) else {
        return true;
    };
    let is_directive = |entry: &Entry| entry.key.starts_with('$');
    map.iter().any(is_directive) || map.get(key).is_some_and(|value| says_of(value, rest))
}

/// Whether what stands at a JSON pointer has no say in what an object is called.
fn is_beside_identity(path: &str) -> bool {
    let mut keys = path.split('/');
    let is_pointer = keys.next() == Some("");
    is_pointer
        && match keys.next() {
            None | Some("" | "apiVersion" | "kind") => false,
            Some("metadata") => !matches!(keys.next(), None | Some("" | "name" | "namespace")),
            Some(_) => true,
        }
}

#[cfg(test)]
mod tests;
