//! Joining configurations: what is there stays, what is new is added, and a contradiction is an error.

use std::sync::Arc;

use super::{FieldSpec, FieldSpecs, KindPattern, NameReference, TransformerConfig};
use crate::kustomize::order;

/// Two field specs for the same field disagree on `create`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Conflict {
    /// The path of the field.
    pub path: String,
}

impl TransformerConfig {
    /// Adds what `other` has and this one has not.
    ///
    /// # Errors
    ///
    /// A [`Conflict`] when they disagree on whether a field is to be made.
    pub fn merged(self: &Arc<Self>, other: &Arc<Self>) -> Result<Arc<Self>, Conflict> {
        if Arc::ptr_eq(self, other) {
            return Ok(Arc::clone(self));
        }
        let mut merged = Self::clone(self);
        for (own, others) in merged.lists_mut().into_iter().zip(other.lists()) {
            merge_all(own, others)?;
        }
        for reference in &other.name_references {
            merge_reference(&mut merged.name_references, reference)?;
        }
        merged.sort();
        Ok(Arc::new(merged))
    }

    fn lists(&self) -> [&FieldSpecs; 10] {
        [
            &self.name_prefix,
            &self.name_suffix,
            &self.namespace,
            &self.common_labels,
            &self.labels,
            &self.template_labels,
            &self.common_annotations,
            &self.var_references,
            &self.images,
            &self.replicas,
        ]
    }

    fn lists_mut(&mut self) -> [&mut Vec<FieldSpec>; 10] {
        [
            Arc::make_mut(&mut self.name_prefix),
            Arc::make_mut(&mut self.name_suffix),
            Arc::make_mut(&mut self.namespace),
            Arc::make_mut(&mut self.common_labels),
            Arc::make_mut(&mut self.labels),
            Arc::make_mut(&mut self.template_labels),
            Arc::make_mut(&mut self.common_annotations),
            Arc::make_mut(&mut self.var_references),
            Arc::make_mut(&mut self.images),
            Arc::make_mut(&mut self.replicas),
        ]
    }

    /// Puts every list into kustomize's order of kinds.
    pub(super) fn sort(&mut self) {
        for list in self.lists_mut() {
            list.sort_by(|left, right| compare(&left.of, &right.of));
        }
        self.name_references.sort_by(|left, right| compare(&left.target, &right.target));
    }
}

fn compare(left: &KindPattern, right: &KindPattern) -> std::cmp::Ordering {
    let key = |of: &KindPattern| {
        (order::built_in_rank(&of.kind), order::kind_key(&of.group, &of.version, &of.kind))
    };
    key(left).cmp(&key(right))
}

/// Adds field specs that are not there yet.
pub(crate) fn merge_all(own: &mut Vec<FieldSpec>, others: &[FieldSpec]) -> Result<(), Conflict> {
    others.iter().try_for_each(|spec| merge_one(own, spec))
}

/// Adds a field spec unless it is there.
pub(crate) fn merge_one(own: &mut Vec<FieldSpec>, spec: &FieldSpec) -> Result<(), Conflict> {
    match own.iter().find(|other| other.same_field(spec)) {
        None => own.push(spec.clone()),
        Some(other) if other.create == spec.create => {}
        Some(_) => return Err(Conflict { path: spec.path.as_str().to_owned() }),
    }
    Ok(())
}

pub(super) fn merge_reference(
    own: &mut Vec<NameReference>,
    reference: &NameReference,
) -> Result<(), Conflict> {
    match own.iter_mut().find(|other| other.target == reference.target) {
        Some(other) => merge_all(&mut other.referrers, &reference.referrers),
        None => {
            own.push(reference.clone());
            Ok(())
        }
    }
}
