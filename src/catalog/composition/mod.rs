//! The kustomization that the catalog implies for a target.

mod layers;

pub use layers::{LayerKind, LayerRole, LayerUse};
