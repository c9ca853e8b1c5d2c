//! The kustomize engine: a directory of a [`Source`](crate::vfs::Source) in, manifests with their origins out.
//!
//! [`Engine::build`] prints byte for byte what kustomize v5.8.1 prints for the same directory, or refuses with the
//! file, line and field it does not know. It has never heard of a catalog, git or a screen.

pub mod engine;
pub mod manifests;
pub mod options;
pub mod resource;
pub mod select;

pub use engine::Engine;
pub use manifests::Manifests;
pub use options::{BuildOptions, Limits, LoadRestriction};
pub use resource::{Resource, ResourceId};
