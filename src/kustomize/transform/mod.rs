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

use super::hash;
use super::patch::{Patch, Shortfall};
use super::replacement::Replacement;
use super::resource::{Resource, ResourceMap, metadata};
use super::session::Session;
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
    /// Whether an entry of images fits.
    Images(images::Found),
    /// What a patch did not do, if it did not do something.
    Patch(Option<Shortfall>),
}

impl Transformer {
    /// Changes the resources.
    ///
    /// # Errors
    ///
    /// The [`Fault`] of the transformer.
    /// `is_shared` says that other builds run the same one.
    pub(crate) fn apply(
        &self,
        resources: &mut ResourceMap,
        session: &Session<'_>,
        is_shared: bool,
    ) -> Result<(), Fault> {
        let known = session.known_steps().filter(|_| is_shared);
        match self {
            Self::Pairs(pairs) => labels::apply(pairs, resources, known),
            Self::Namespace(namespace) => namespace.apply(resources),
            Self::Affix(affix) => affix.apply(resources),
            Self::Images(images) => {
                let found = images.apply(resources)?;
                session.found_with(|| Outline::Images(found), |files| images.finding(found, files));
                Ok(())
            }
            Self::Replicas(replicas) => replicas.apply(resources),
            Self::ValueAdd(value) => value.apply(resources),
            Self::Patch(patch) => {
                let mut effect = session.with_schema(|schema| patch.apply(resources, schema, known))?;
                let removed = std::mem::take(&mut effect.removed);
                session.note(|notes| notes.removals.extend(removed.into_iter().map(Arc::new)));
                let shortfall = effect.shortfall(patch);
                let outline = || Outline::Patch(shortfall.clone());
                session.found_with(outline, |files| {
                    shortfall.as_ref().map_or_else(Vec::new, |shortfall| patch.findings(shortfall, files))
                });
                Ok(())
            }
            Self::Replacements(replacements) => replacements.iter().try_for_each(|replacement| {
                let unused = replacement.apply(resources, &session.limits().yaml)?;
                session.found(unused.into_iter().map(|target| target.finding(session.files())));
                Ok(())
            }),
            Self::Hash => add_hashes(resources),
        }
    }
}

/// Adds hashes of the content to the names of generated objects.
///
/// # Errors
///
/// A [`Fault`] when a content has no hash.
pub(crate) fn add_hashes(resources: &mut ResourceMap) -> Result<(), Fault> {
    for resource in resources.iter_mut().filter(|resource| resource.needs_hash) {
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
