//! Adding labels to objects, their templates and their selectors.

use std::sync::Arc;

use super::{about, set};
use crate::base::Mark;
use crate::kustomize::config::{FieldSpec, FieldSpecs};
use crate::kustomize::known::{KnownSteps, Step};
use crate::kustomize::kustomization::Pair;
use crate::kustomize::patch::Effect;
use crate::kustomize::resource::{Resource, ResourceMap, Shared};
use crate::yaml::field_path::Created;
use crate::yaml::field_path::spec::CreatedKind;
use crate::yaml::{Fault, Node, Writer};

/// Pairs to set in every field that the specs lead to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pairs {
    /// The pairs, sorted by key.
    pub(crate) pairs: Vec<Pair>,
    /// The fields, which hold maps.
    pub(crate) fields: FieldSpecs,
}

/// Sets pairs in every resource. What that did to one of them before is looked up in `known`, which is for pairs that many
/// builds share.
///
/// # Errors
///
/// A [`Fault`] when a field is no map.
pub(crate) fn apply(
    pairs: &Arc<Pairs>,
    resources: &mut ResourceMap,
    known: Option<&KnownSteps>,
) -> Result<(), Fault> {
    if pairs.pairs.is_empty() {
        return Ok(());
    }
    for place in 0..resources.len() {
        let set = |resource: &mut Resource| pairs.set(resource).map(|()| Effect::default());
        let done = resources.change(place, |resource| match known {
            Some(known) => known.apply(Step::Pairs(pairs), resource, set),
            None => set(resource),
        });
        done.transpose()?;
    }
    Ok(())
}

impl Pairs {
    /// Sets the pairs in one resource.
    ///
    /// # Errors
    ///
    /// As [`apply`].
    pub(crate) fn set(&self, resource: &mut Resource) -> Result<(), Fault> {
        let fields: Vec<&FieldSpec> =
            self.fields.iter().filter(|field| field.of.selects(resource.id())).collect();
        if fields.is_empty() {
            return Ok(());
        }
        // A null there becomes a map as well, since kustomize reads back what it has put into it.
        let is_null = resource.node().get_path(&["metadata", "annotations"]).is_some_and(Node::is_null);
        if is_null && fields.iter().any(|field| field.path.as_str() == "metadata/annotations") {
            resource.note();
        }
        // How many fields were without the pair.
        let mut new = vec![0_usize; self.pairs.len()];
        // One way to a field serves all pairs, unless a way leads through another field: kustomize sets them one by one.
        let is_through = |field: &&FieldSpec| fields.iter().any(|other| field.path.goes_through(&other.path));
        let together = if fields.iter().any(is_through) { 1 } else { self.pairs.len() };
        let set = resource.update(|node| {
            let groups = self.pairs.chunks(together).zip(new.chunks_mut(together));
            for (pairs, new) in groups {
                for field in &fields {
                    let created = field.create.then(|| created(CreatedKind::Mapping, pairs[0].mark));
                    let mut set = |node: &mut _| {
                        pairs.iter().zip(&mut *new).try_for_each(|(pair, new)| {
                            *new += usize::from(set::entry(node, &pair.key, &pair.value, pair.mark)?);
                            Ok(())
                        })
                    };
                    field.path.visit_mut(node, created, &mut set)?;
                }
            }
            Ok(())
        });
        set.map_err(|fault| about(fault, resource))?;
        let several = self.pairs.iter().zip(new).filter(|(_, new)| *new > 1);
        for (pair, _) in several {
            resource.about_mut().shared.push(Shared {
                key: pair.key.clone(),
                text: pair.value.clone(),
                mark: pair.mark,
                without_annotations: false,
            });
        }
        Ok(())
    }
}

/// What to make on the way to a field.
pub(super) fn created(kind: CreatedKind, mark: Mark) -> Created {
    Created { kind, mark, writer: Writer::Transformer }
}
