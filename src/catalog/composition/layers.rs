//! The layers of a platform: which there are, and under which field of a kustomization each belongs.

use crate::base::{RepoPath, Span};

/// Under which field of a kustomization a layer belongs, by its own `kind`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LayerKind {
    /// `kind: Kustomization` (or none): under `resources`.
    Resource,
    /// `kind: Component`: under `components`.
    Component,
}

/// The part that a layer has in a target.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LayerRole {
    /// What every target has: `cb-base`.
    Base,
    /// The shape of the workload.
    Archetype,
    /// An optional feature.
    Component,
    /// The overlay of the environment.
    Environment,
    /// The overlay of the region.
    Region,
}

/// One layer of a target.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LayerUse {
    /// Its directory, from the root of the repository at the resolved ref.
    pub path: RepoPath,
    /// Its part in the target.
    pub role: LayerRole,
    /// Under which field it belongs.
    pub kind: LayerKind,
    /// The line of the catalog that asks for it; `None` for the base, which nobody has to ask for.
    pub span: Option<Span>,
}
