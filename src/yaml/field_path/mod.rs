//! Paths to fields, in the two notations of kustomize, and walking a node tree along them.
//!
//! - [`SpecPath`]: `spec/template/metadata/labels`, as field specs of transformers write it. Lists are
//!   crossed without being named.
//! - [`PathMatcher`]: `spec.template.spec.containers.[name=nginx].image`, as replacements write it for
//!   targets; [`lookup()`] follows the same notation to one place, as replacements do for their source.

pub mod lookup;
pub mod matcher;
pub mod spec;
pub mod split;

pub use lookup::lookup;
pub use matcher::PathMatcher;
pub use spec::{Created, SpecPath};
pub use split::{split, split_bracketed};

#[cfg(test)]
mod tests;
