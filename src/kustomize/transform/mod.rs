//! The built-in transformers: each changes the resources of one kustomization in one way.
//!
//! A value that a transformer sets carries the place in the kustomization that asked for it.

pub(crate) mod images;
pub(crate) mod labels;
pub(crate) mod namespace;
pub(crate) mod prefix;
pub(crate) mod replicas;
mod set;
pub(crate) mod value_add;

use std::sync::Arc;

use super::config::FieldSpec;
use super::hash;
use super::patch::{Patch, Shortfall};
use super::replacement::Replacement;
use super::resource::{Resource, ResourceId, ResourceMap, metadata};
use super::session::Session;
use crate::base::{Diagnostic, FileTable};
use crate::yaml::difference::Difference;
use crate::yaml::{Fault, Node, Scalar, Value, Writer};

/// A transformer that is ready to run.
#[derive(Clone, Debug)]
pub(crate) enum Transformer {
    /// Adds labels or annotations.
    Pairs(Arc<labels::Pairs>),
    /// Sets the namespace.
    Namespace(namespace::Namespace),
    /// Adds a prefix or a suffix to names.
    Affix(prefix::Affix),
    /// Changes images.
    Images(images::Images),
    /// Sets numbers of replicas.
    Replicas(replicas::Replicas),
    /// Writes one value into many fields.
    ValueAdd(value_add::ValueAdd),
    /// Applies a patch.
    Patch(Box<Patch>),
    /// Copies values into fields.
    Replacements(Vec<Replacement>),
    /// Adds hashes to the names of generated objects.
    Hash,
}

/// What a transformer found out about itself, in short.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Outline {
    /// Nothing that anybody has to know.
    Nothing,
    /// Whether an entry of images fits.
    Images(images::Found),
    /// What a patch did not do.
    Patch(Shortfall),
}

impl Transformer {
    /// Changes the resources, and says what it found out about itself; `is_shared` says that other builds run the same one.
    ///
    /// # Errors
    ///
    /// The [`Fault`] of the transformer.
    pub(crate) fn apply(
        &self,
        resources: &mut ResourceMap,
        session: &Session<'_>,
        is_shared: bool,
    ) -> Result<Outline, Fault> {
        let known = session.known_steps().filter(|_| is_shared);
        match self {
            Self::Pairs(pairs) => labels::apply(pairs, resources, known)?,
            Self::Namespace(namespace) => namespace.apply(resources)?,
            Self::Affix(affix) => affix.apply(resources)?,
            Self::Images(images) => return images.apply(resources).map(Outline::Images),
            Self::Replicas(replicas) => replicas.apply(resources)?,
            Self::ValueAdd(value) => value.apply(resources)?,
            Self::Patch(patch) => {
                let mut effect = session.with_schema(|schema| patch.apply(resources, schema, known))?;
                let removed = std::mem::take(&mut effect.removed);
                session.note(|notes| notes.removals.extend(removed.into_iter().map(Arc::new)));
                return Ok(effect.shortfall(patch).map_or(Outline::Nothing, Outline::Patch));
            }
            Self::Replacements(replacements) => {
                for replacement in replacements {
                    let unused = replacement.apply(resources, &session.limits().yaml)?;
                    session.found(unused.into_iter().map(|target| target.finding(session.files())));
                }
            }
            Self::Hash => add_hashes(resources)?,
        }
        Ok(Outline::Nothing)
    }

    /// What is worth saying of what it found out about itself.
    pub(crate) fn findings(&self, outline: &Outline, files: &FileTable) -> Vec<Diagnostic> {
        match (self, outline) {
            (Self::Images(images), Outline::Images(found)) => {
                images.finding(*found, files).into_iter().collect()
            }
            (Self::Patch(patch), Outline::Patch(shortfall)) => patch.findings(shortfall, files),
            _ => Vec::new(),
        }
    }

    /// Whether it may be meant for one of the objects that have, or had, some identities.
    pub(crate) fn may_be_for(&self, ids: &[&ResourceId]) -> bool {
        match self {
            Self::Patch(patch) => patch.may_be_for(|| ids.iter().copied()),
            _ => true,
        }
    }

    /// Whether it may look at a part of an object that it is meant for, or change it; of those that copy values, or write them
    /// anywhere, it is not known that they do not.
    pub(crate) fn may_see_to(&self, part: &Difference<'_>) -> bool {
        let is_in = |fields: &[FieldSpec]| fields.iter().any(|field| field.path.meets(part));
        match self {
            Self::Patch(patch) => patch.may_see_to(part),
            Self::Pairs(pairs) => is_in(&pairs.fields),
            Self::Namespace(namespace) => is_in(&namespace.fields) || part.keys().next() == Some("subjects"),
            Self::Affix(affix) => is_in(&affix.fields),
            Self::Images(images) => images.may_see_to(part),
            Self::Replicas(replicas) => is_in(&replicas.fields),
            Self::ValueAdd(_) | Self::Replacements(_) | Self::Hash => true,
        }
    }

    /// Whether it may give an object another name, namespace, kind or version; only of patches it is known that they do not.
    pub(crate) fn may_rename(&self) -> bool {
        !matches!(self, Self::Patch(patch) if !patch.may_rename())
    }

    /// Whether the content of an object may decide what it is called afterwards.
    pub(crate) fn may_rename_by_content(&self) -> bool {
        match self {
            Self::Patch(patch) => patch.may_rename_by_content(),
            Self::ValueAdd(_) | Self::Replacements(_) | Self::Hash => true,
            Self::Pairs(_) | Self::Namespace(_) | Self::Affix(_) | Self::Images(_) | Self::Replicas(_) => {
                false
            }
        }
    }
}

/// Adds hashes of the content to the names of generated objects.
///
/// # Errors
///
/// A [`Fault`] when a content has no hash.
pub(crate) fn add_hashes(resources: &mut ResourceMap) -> Result<(), Fault> {
    for resource in resources.iter_mut().filter(|resource| resource.about().needs_hash) {
        if let Some(doubt) = resource.doubt() {
            return Err(doubt);
        }
        let hash = hash::of(resource)?;
        let name = format!("{}-{hash}", resource.id().name);
        let mark = resource.mark();
        resource.store_previous_id();
        resource.update(|node| {
            let value =
                Node::from(Value::Scalar(Scalar::plain(name.as_str()))).written(mark, Writer::Generator);
            metadata::set_metadata_field(node, "name", value);
        });
    }
    Ok(())
}

/// Says in a fault which resource it is about.
fn about(fault: Fault, resource: &Resource) -> Fault {
    Fault { message: format!("{} (in {})", fault.message, resource.id()), ..fault }
}
