//! What a change does, field by field: the same change of one field in many classes is told once.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Cause, ChangeClass, FieldChange, Member, Radius, ResourceChange, Verdict};
use crate::diff::Status;

/// One change of a field, or of a whole resource that comes or goes, wherever it happens.
///
/// Targets that differ in which of ten changes reach them are of up to a thousand classes, but these are still ten
/// changes. Equal are changes by the rule for classes: the names that a target calls its own do not count.
#[derive(Clone, Debug)]
pub struct FieldGroup {
    /// What happens in a few words: `livenessProbe.periodSeconds 10 → 15`.
    pub words: String,
    /// Whether it is something in a resource, or a whole one that comes or goes.
    pub status: Status,
    /// The kinds of the resources that it happens in.
    pub kinds: BTreeSet<String>,
    /// The full paths that it happens at; empty for whole resources.
    pub paths: BTreeSet<String>,
    /// The classes that it is a part of, the largest first.
    pub classes: Vec<Arc<ChangeClass>>,
    /// Their members.
    pub members: Vec<Member>,
    /// What people should know about it, once for each kind of verdict, the worst first.
    pub verdicts: Vec<Verdict>,
    /// Who made it, where it was met first.
    pub cause: Option<Cause>,
    likeness: String,
}

impl FieldGroup {
    fn new(status: Status, field: &FieldChange, likeness: &str) -> Self {
        Self {
            words: field.words.clone(),
            status,
            kinds: BTreeSet::new(),
            paths: BTreeSet::new(),
            classes: Vec::new(),
            members: Vec::new(),
            verdicts: Vec::new(),
            cause: field.cause.clone(),
            likeness: likeness.to_owned(),
        }
    }

    fn take(&mut self, class: &Arc<ChangeClass>, resource: &ResourceChange, field: &FieldChange) {
        self.kinds.insert(resource.identity.kind.clone());
        if !field.path.is_empty() {
            self.paths.insert(field.path.clone());
        }
        for verdict in class.verdicts.iter().filter(|verdict| is_about(verdict, resource, field)) {
            if !self.verdicts.iter().any(|known| known.code == verdict.code) {
                self.verdicts.push(verdict.clone());
            }
        }
        if !self.classes.last().is_some_and(|last| Arc::ptr_eq(last, class)) {
            self.classes.push(class.clone());
            self.members.extend(class.members.iter().cloned());
        }
    }

    /// Whether a field of a class is a place where this happens.
    #[must_use]
    pub fn has(&self, field: &FieldChange) -> bool {
        field.likeness.as_deref() == Some(self.likeness.as_str())
    }

    /// Whether both tell of the same change, also in another answer.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.likeness == other.likeness
    }
}

/// Whether a verdict falls on a field, on something in it, or on what it is in.
fn is_about(verdict: &Verdict, resource: &ResourceChange, field: &FieldChange) -> bool {
    let (own, other) = (verdict.path.as_str(), field.path.as_str());
    let (short, long) = if own.len() < other.len() { (own, other) } else { (other, own) };
    let below = long.strip_prefix(short);
    let meets = below.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
    verdict.resource == resource.identity && meets && own.is_empty() == other.is_empty()
}

impl Radius {
    /// What changes, field by field, with the fewest targets first. Names that only follow are left out.
    #[must_use]
    pub fn by_field(&self) -> Vec<FieldGroup> {
        let mut groups: Vec<FieldGroup> = Vec::new();
        let mut known: FxHashMap<&str, usize> = FxHashMap::default();
        for class in &self.classes {
            for (resource, field) in class.fields() {
                let Some(likeness) = &field.likeness else { continue };
                let place = *known.entry(likeness).or_insert_with(|| {
                    groups.push(FieldGroup::new(resource.status, field, likeness));
                    groups.len() - 1
                });
                groups[place].take(class, resource, field);
            }
        }
        for group in &mut groups {
            group.verdicts.sort_by_key(|verdict| std::cmp::Reverse(verdict.severity));
        }
        groups.sort_by_key(|group| group.members.len());
        groups
    }
}

impl ChangeClass {
    /// All fields that change, with their resources.
    pub fn fields(&self) -> impl Iterator<Item = (&ResourceChange, &FieldChange)> {
        self.resources.iter().flat_map(|resource| resource.fields.iter().map(move |field| (resource, field)))
    }
}
