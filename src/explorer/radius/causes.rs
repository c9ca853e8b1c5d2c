//! Who changed a field: the line that wrote it, and the commits between the two refs that touched that line.

use std::sync::Arc;

use super::sides::{Pair, Sides};
use super::trace::Traces;
use crate::base::Span;
use crate::diff::{FieldDifference, FieldPath, FieldValue, ResourceDifference};
use crate::explorer::Shared;
use crate::explorer::rendered::Rendered;
use crate::git::CommitId;
use crate::report::answer::{Cause, CommitSummary};
use crate::report::blame::Places;

/// Finds the causes of the changes of one target.
pub(super) struct Causes<'s> {
    shared: &'s Shared,
    old: Places,
    new: Places,
    /// The commits of the layers before and after, when these are two.
    commits: Option<(CommitId, CommitId)>,
    traces: &'s Traces,
}

impl<'s> Causes<'s> {
    pub(super) fn new(
        shared: &'s Shared,
        sides: &'s Sides,
        pair: &Pair<'_>,
        old: &Arc<Rendered>,
        new: &Arc<Rendered>,
    ) -> Self {
        let commit = |id: Option<&str>| id.and_then(|id| id.parse::<CommitId>().ok());
        let before = pair.before.and_then(|resolution| commit(sides.before.commit_of(resolution)));
        let after = pair.after.and_then(|resolution| commit(sides.after.commit_of(resolution)));
        Self {
            shared,
            old: old.places(),
            new: new.places(),
            commits: before.zip(after).filter(|(before, after)| before != after),
            traces: &sides.traces,
        }
    }

    /// Who changed a field: the new line, or the old one where there is no new value.
    pub(super) fn of_field(&self, field: &FieldDifference<'_>) -> Option<Cause> {
        match (&field.new, &field.old) {
            (Some(new), _) => self.cause(&self.new, new, false),
            (None, Some(old)) => self.cause(&self.old, old, true),
            (None, None) => None,
        }
    }

    /// Who brought or took a whole resource.
    pub(super) fn of_resource<'n>(&self, resource: &ResourceDifference<'n>) -> Option<Cause> {
        match (&resource.new, &resource.old) {
            (Some((_, node)), _) => self.cause(&self.new, &FieldValue::whole(node), false),
            (None, Some((_, node))) => self.cause(&self.old, &FieldValue::whole(node), true),
            (None, None) => None,
        }
    }

    /// Who changed what lies at, above or below a path; the whole resource when no field does.
    pub(super) fn of_path(&self, resource: &ResourceDifference<'_>, path: &FieldPath) -> Option<Cause> {
        let meets =
            |field: &&FieldDifference<'_>| field.path.0.iter().zip(&path.0).all(|(own, other)| own == other);
        match resource.fields.iter().find(meets).filter(|_| !path.0.is_empty()) {
            Some(field) => self.of_field(field),
            None => self.of_resource(resource),
        }
    }

    fn cause(&self, places: &Places, value: &FieldValue<'_>, is_old: bool) -> Option<Cause> {
        let span = places.history(value.node, value.key).pop()?.span?;
        let commits = self.commits_of(&span, is_old);
        Some(Cause { span, is_old, commits })
    }

    /// The commits between the two refs that brought or took a line.
    fn commits_of(&self, span: &Span, is_old: bool) -> Vec<CommitSummary> {
        match (self.commits, &span.file.revision) {
            (Some(ends), Some(_)) => self.shared.trace(self.traces, ends, span, is_old).to_vec(),
            _ => Vec::new(),
        }
    }
}
