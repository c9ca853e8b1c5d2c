//! The result of a build: resources in output order, and what is worth saying about them.

use crate::base::Diagnostic;

use super::Resource;

/// What a directory builds to.
#[derive(Clone, Debug, Default)]
pub struct Manifests {
    /// The resources, in the order of the output.
    pub resources: Vec<Resource>,
    /// Deprecated fields and other things that work but deserve a word.
    pub warnings: Vec<Diagnostic>,
}
