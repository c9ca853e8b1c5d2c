//! The kustomize engine: a directory of a [`Source`](crate::vfs::Source) in, manifests with their origins out.
//!
//! [`Engine::build`] prints byte for byte what kustomize v5.8.1 prints for the same directory, or refuses with the
//! file, line and field it does not know. It has never heard of a catalog, git or a screen.

mod accumulate;
mod again;
pub mod build_metadata;
mod carry;
pub mod config;
pub mod engine;
mod gathered;
mod generate;
mod hash;
pub mod helm;
mod known;
pub mod kustomization;
pub mod limits;
mod load;
pub mod manifests;
mod name_reference;
pub mod notes;
pub mod options;
mod order;
pub mod outside;
mod patch;
mod plugin;
mod replacement;
pub mod resource;
pub mod select;
mod session;
mod transform;

#[cfg(test)]
mod tests;
mod vars;

pub use again::{Again, GatheredAgain, Workings};
pub use engine::Engine;
pub use gathered::Gathered;
pub use limits::Limits;
pub use manifests::{Manifests, Remarks, SEPARATOR};
pub use notes::{LayerKind, LayerRoot, Removal};
pub use options::{BuildOptions, LoadRestriction, OutputOrder};
pub use outside::Outside;
pub use resource::{Resource, ResourceId, ResourceMap};
