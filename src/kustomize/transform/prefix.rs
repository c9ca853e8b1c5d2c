//! Adding a prefix or a suffix to names.

use super::labels::created;
use super::{about, set};
use crate::base::Mark;
use crate::kustomize::ResourceId;
use crate::kustomize::config::FieldSpecs;
use crate::kustomize::resource::ResourceMap;
use crate::yaml::field_path::spec::CreatedKind;
use crate::yaml::{Fault, Node, Tag};

/// On which side text is added.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Side {
    /// Before the name.
    Prefix,
    /// After the name.
    Suffix,
}

/// Text to add to names.
#[derive(Clone, Debug)]
pub(crate) struct Affix {
    /// The text; adding nothing still counts as a layer that names passed through.
    pub(crate) text: String,
    /// The line that asks for it.
    pub(crate) mark: Mark,
    /// On which side.
    pub(crate) side: Side,
    /// The names.
    pub(crate) fields: FieldSpecs,
}

impl Affix {
    /// Adds the text to the names of every resource whose kind allows it.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when a field that should hold a name is no single value.
    pub(crate) fn apply(&self, resources: &mut ResourceMap) -> Result<(), Fault> {
        for resource in resources.iter_mut() {
            let original = resource.original_id().clone();
            if keeps_its_name(&original) {
                continue;
            }
            for field in self.fields.iter().filter(|field| field.of.selects(&original)) {
                if field.path.as_str() == "metadata/name" {
                    match self.side {
                        Side::Prefix => resource.add_prefix(&self.text),
                        Side::Suffix => resource.add_suffix(&self.text),
                    }
                    if !self.text.is_empty() {
                        resource.store_previous_id();
                    }
                }
                if !field.of.selects(resource.id()) {
                    continue;
                }
                let created = field.create.then(|| created(CreatedKind::Scalar(Tag::Str), self.mark));
                let mut add = |node: &mut Node| self.add(node);
                let added = resource.update(|node| field.path.visit_mut(node, created, &mut add));
                added.map_err(|fault| about(fault, resource))?;
            }
        }
        Ok(())
    }

    fn add(&self, node: &mut Node) -> Result<(), Fault> {
        let old = node.as_scalar().map_or("", |scalar| scalar.text.as_str());
        let new = match self.side {
            Side::Prefix => format!("{}{old}", self.text),
            Side::Suffix => format!("{old}{}", self.text),
        };
        set::scalar(node, &new, None, self.mark)
    }
}

/// Kinds whose names mean something outside, so that they are left alone.
fn keeps_its_name(id: &ResourceId) -> bool {
    match id.kind.as_str() {
        "CustomResourceDefinition" | "Namespace" => true,
        "APIService" => id.group == "apiregistration.k8s.io",
        _ => false,
    }
}
