//! The result of a build: resources in output order, and what is worth saying about them.

use std::sync::Arc;

use crate::base::Diagnostic;

use super::{LayerRoot, Removal, Resource};
use crate::yaml::{EmitError, emit};

/// What a directory builds to.
#[derive(Clone, Debug, Default)]
pub struct Manifests {
    /// The resources, in the order of the output.
    pub resources: Vec<Resource>,
    /// What is worth saying about them.
    pub remarks: Arc<Remarks>,
}

/// What is worth saying about a build, beside its resources.
#[derive(Clone, Debug, Default)]
pub struct Remarks {
    /// Deprecated fields and other things that work but deserve a word.
    pub warnings: Vec<Diagnostic>,
    /// Entries of kustomizations that had no effect, of which kustomize says nothing: patches and images that match
    /// nothing, and the like.
    pub findings: Vec<Diagnostic>,
    /// What patches took away, in the order in which they did.
    pub removals: Vec<Arc<Removal>>,
    /// The directories that took part, the built one first.
    pub layers: Vec<LayerRoot>,
}

/// What kustomize prints between two documents.
pub const SEPARATOR: &str = "---\n";

impl Manifests {
    /// The text of all resources, as kustomize prints it: documents with `---` between them, nothing for none.
    ///
    /// # Errors
    ///
    /// [`EmitError`] for values that have no printed form, such as `.nan`.
    pub fn to_yaml(&self) -> Result<String, EmitError> {
        let mut text = String::new();
        for resource in &self.resources {
            if !text.is_empty() {
                text.push_str(SEPARATOR);
            }
            emit(resource.node(), &mut text)?;
        }
        Ok(text)
    }
}
