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

/// What stands between documents.
const SEPARATOR: &str = "---\n";

/// Printed manifests.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Documents {
    /// The text of all.
    pub text: String,
    /// Where each document ends in the text.
    pub ends: Vec<usize>,
}

/// Printed manifests that somebody else keeps.
#[derive(Clone, Copy, Debug)]
pub struct Printed<'t> {
    /// As of [`Documents`].
    pub text: &'t str,
    /// As of [`Documents`].
    pub ends: &'t [usize],
}

impl Documents {
    /// The same, borrowed.
    #[must_use]
    pub fn printed(&self) -> Printed<'_> {
        Printed { text: &self.text, ends: &self.ends }
    }

    fn add(&mut self, print: impl FnOnce(&mut String) -> Result<(), EmitError>) -> Result<(), EmitError> {
        if !self.text.is_empty() {
            self.text.push_str(SEPARATOR);
        }
        print(&mut self.text)?;
        self.ends.push(self.text.len());
        Ok(())
    }
}

impl<'t> Printed<'t> {
    /// The text of the resource at a place.
    #[must_use]
    pub fn document(self, place: usize) -> Option<&'t str> {
        let start = match place.checked_sub(1) {
            None => 0,
            Some(before) => match self.ends.get(before)? {
                0 => 0,
                end => end + SEPARATOR.len(),
            },
        };
        self.text.get(start..*self.ends.get(place)?)
    }
}

impl Manifests {
    /// The text of all resources, as kustomize prints it: documents with `---` between them, nothing for none.
    ///
    /// # Errors
    ///
    /// [`EmitError`] for values that have no printed form, such as `.nan`.
    pub fn to_yaml(&self) -> Result<String, EmitError> {
        self.to_documents().map(|documents| documents.text)
    }

    /// As [`Self::to_yaml`], with the places of the resources in the text.
    ///
    /// # Errors
    ///
    /// As [`Self::to_yaml`].
    pub fn to_documents(&self) -> Result<Documents, EmitError> {
        let mut documents = Documents::default();
        for resource in &self.resources {
            documents.add(|text| emit(resource.node(), text))?;
        }
        Ok(documents)
    }

    /// As [`Self::to_documents`]; only the resources at the places `changed` are others than those of `before`, whose text
    /// serves for the rest.
    ///
    /// # Errors
    ///
    /// As [`Self::to_yaml`].
    pub fn to_documents_after(&self, before: Printed<'_>, changed: &[usize]) -> Result<Documents, EmitError> {
        let mut documents = Documents::default();
        documents.text.reserve(before.text.len() + before.text.len() / 16);
        for (place, resource) in self.resources.iter().enumerate() {
            match before.document(place).filter(|_| !changed.contains(&place)) {
                Some(same) => documents.add(|text| {
                    text.push_str(same);
                    Ok(())
                })?,
                None => documents.add(|text| emit(resource.node(), text))?,
            }
        }
        Ok(documents)
    }
}
