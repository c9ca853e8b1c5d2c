//! Patches: the entries of `patches`, `patchesStrategicMerge` and `patchesJson6902`, read and applied.

mod apply;
mod finding;
mod inline;
mod read;

use super::notes::Removal;
use super::resource::Resource;
use super::select::Selector;
use crate::base::Mark;
use crate::yaml::json_patch::JsonPatch;

/// One entry, ready to be applied.
#[derive(Clone, Debug)]
pub(crate) struct Patch {
    body: Body,
    target: Option<Selector>,
    /// `options.allowNameChange`
    allow_name_change: bool,
    /// `options.allowKindChange`
    allow_kind_change: bool,
    /// Keys of the patch that are no text, which kustomize lets pass when the resource has them as text.
    odd_keys: OddKeys,
    /// The field of the kustomization that holds the entry; each has rules of its own.
    field: Field,
    /// Where the entry stands in the kustomization.
    mark: Mark,
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

#[cfg(test)]
mod tests;
