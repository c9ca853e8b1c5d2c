//! The description of Kubernetes that `openapi` chooses.
//!
//! As in kustomize the first choice counts for the rest of the build: that of the directory that is built, or else of
//! the first kustomization that is read and has one. case: openapi/first-choice-counts

use std::sync::Arc;

use super::Layer;
use crate::kustomize::session::{BuildError, BuiltIn, Session};
use crate::schema::Schema;
use crate::yaml::Fault;

/// The description that is built in.
const BUILT_IN: &str = "v1.21.2";

impl Session<'_> {
    /// Takes the choice of a kustomization, unless there is one already.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or is no description, when the version is not built in, and for both at once.
    pub(crate) fn choose_schema(&self, layer: &Layer<'_>) -> Result<(), BuildError> {
        let choice = &layer.kustomization.openapi;
        let file = match &choice.path {
            Some(path) => Some((path, self.load(layer, &path.value, path.mark)?)),
            None => None,
        };
        if self.schema.borrow().is_some() {
            return Ok(());
        }
        let refuse = |fault| self.refuse(fault);
        match (file, &choice.version) {
            (None, None) => {}
            (Some((path, _)), Some(version)) => {
                let fault =
                    Fault::new("openapi/both", version.mark, "`openapi` has both `version` and `path`");
                return Err(refuse(fault.also(path.mark, "the path").hint("Keep one of them.")));
            }
            (Some((_, file)), None) => {
                let documents = self.parse(&file)?;
                let Some(document) = documents.first() else {
                    let fault = Fault::new("openapi/empty", file.mark(), "the OpenAPI description is empty");
                    return Err(refuse(fault));
                };
                // What was needed of the built-in description before this line stays known.
                let schema = match self.built_in_schema() {
                    BuiltIn::NotNeeded => Schema::parse(document),
                    BuiltIn::ForScopes => Schema::parse_onto(document, Schema::kubernetes().clone(), true),
                    BuiltIn::ForMerging => Schema::parse_onto(document, Schema::kubernetes().clone(), false),
                };
                let schema = schema.map_err(refuse)?;
                *self.schema.borrow_mut() = Some(Some(Arc::new(schema)));
            }
            (None, Some(version)) if version.value == BUILT_IN => *self.schema.borrow_mut() = Some(None),
            (None, Some(version)) => {
                let message = format!("the OpenAPI version `{}` is not built in", version.value);
                let fault = Fault::new("openapi/version", version.mark, message);
                return Err(refuse(
                    fault.hint(format!("Only `{BUILT_IN}` is; name a file with `path` for others.")),
                ));
            }
        }
        Ok(())
    }
}
