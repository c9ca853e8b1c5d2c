//! Setting the number of replicas of the workloads with a name.

use super::labels::created;
use super::{about, set};
use crate::kustomize::config::FieldSpecs;
use crate::kustomize::kustomization::ReplicaEntry;
use crate::kustomize::resource::ResourceMap;
use crate::yaml::field_path::spec::CreatedKind;
use crate::yaml::{Fault, Node, Tag};

/// A number of replicas to set.
#[derive(Clone, Debug)]
pub(crate) struct Replicas {
    /// What the kustomization asks for.
    pub(crate) entry: ReplicaEntry,
    /// The fields that hold the number.
    pub(crate) fields: FieldSpecs,
}

impl Replicas {
    /// Sets the number in every workload that has, or ever had, the name.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when there is no such workload.
    pub(crate) fn apply(&self, resources: &mut ResourceMap) -> Result<(), Fault> {
        let mut found = false;
        let text = self.entry.count.to_string();
        let mark = self.entry.count_mark;
        for field in &*self.fields {
            let matching = resources.matching_any_id(|id| id.name == self.entry.name && field.of.selects(id));
            for index in matching {
                found = true;
                let Some(resource) = resources.get_mut(index) else { continue };
                if !field.of.selects(resource.id()) {
                    continue;
                }
                let created = field.create.then(|| created(CreatedKind::Scalar(Tag::Int), mark));
                let mut set = |node: &mut Node| set::scalar(node, &text, Some(Tag::Int), mark);
                let set = resource.update(|node| field.path.visit_mut(node, created, &mut set));
                set.map_err(|fault| about(fault, resource))?;
            }
        }
        if found {
            return Ok(());
        }
        let mut kinds: Vec<&str> = self.fields.iter().map(|field| field.of.kind.as_str()).collect();
        kinds.dedup();
        let message =
            format!("`replicas` names `{}`, but there is no such {}", self.entry.name, kinds.join(", "));
        Err(Fault::new("transform/replicas-target", self.entry.mark, message)
            .hint("Name a workload as its own file or an earlier layer names it."))
    }
}
