//! Adding labels to objects, their templates and their selectors.

use super::{about, set};
use crate::base::Mark;
use crate::kustomize::config::FieldSpec;
use crate::kustomize::kustomization::Pair;
use crate::kustomize::resource::{ResourceMap, Shared, metadata};
use crate::yaml::field_path::Created;
use crate::yaml::field_path::spec::CreatedKind;
use crate::yaml::{Fault, Node, Writer};

/// Pairs to set in every field that the specs lead to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pairs {
    /// The pairs, sorted by key.
    pub(crate) pairs: Vec<Pair>,
    /// The fields, which hold maps.
    pub(crate) fields: Vec<FieldSpec>,
}

impl Pairs {
    /// Sets the pairs in every resource.
    pub(crate) fn apply(&self, resources: &mut ResourceMap) -> Result<(), Fault> {
        if self.pairs.is_empty() {
            return Ok(());
        }
        for resource in resources.iter_mut() {
            let fields: Vec<&FieldSpec> =
                self.fields.iter().filter(|field| field.of.selects(resource.id())).collect();
            if fields.is_empty() {
                continue;
            }
            let mut shared = Vec::new();
            // A null there becomes a map as well, since kustomize reads back what it has put into it.
            let is_null = resource.node().get_path(&["metadata", "annotations"]).is_some_and(Node::is_null);
            let notes = (is_null || resource.has_notes())
                && fields.iter().any(|field| field.path.as_str() == "metadata/annotations");
            let set = resource.update(|node| {
                // kustomize keeps its notes in annotations, so that there are some when it has any.
                if let Some(pair) = self.pairs.first().filter(|_| notes) {
                    metadata::annotations_for_notes(node, pair.mark);
                }
                self.pairs.iter().try_for_each(|pair| {
                    let mut new = 0;
                    fields.iter().try_for_each(|field| {
                        let created = field.create.then(|| created(CreatedKind::Mapping, pair.mark));
                        let mut set = |node: &mut _| {
                            new += usize::from(set::entry(node, &pair.key, &pair.value, pair.mark)?);
                            Ok(())
                        };
                        field.path.visit_mut(node, created, &mut set).map(|_| ())
                    })?;
                    if new > 1 {
                        shared.push(Shared {
                            key: pair.key.clone(),
                            text: pair.value.clone(),
                            mark: pair.mark,
                            without_annotations: false,
                        });
                    }
                    Ok(())
                })
            });
            set.map_err(|fault| about(fault, resource))?;
            resource.shared.extend(shared);
        }
        Ok(())
    }
}

/// What to make on the way to a field.
pub(super) fn created(kind: CreatedKind, mark: Mark) -> Created {
    Created { kind, mark, writer: Writer::Transformer }
}
