//! Who changed a field: the line that wrote it, and the commits between the two refs that touched that line.

use std::sync::Arc;

use super::sides::{Pair, Sides};
use crate::base::Span;
use crate::diff::{FieldDifference, FieldValue, ResourceDifference};
use crate::explorer::Shared;
use crate::explorer::refs::summary;
use crate::explorer::render::Rendered;
use crate::git::CommitId;
use crate::report::answer::{Cause, CommitSummary};
use crate::report::blame::Places;
use crate::yaml::Node;

/// So many commits are named for one line.
const MOST_COMMITS: usize = 10;

/// Finds the causes of the changes of one target.
pub(super) struct Causes<'s> {
    shared: &'s Shared,
    old: Places,
    new: Places,
    /// The commits of the layers before and after, when these are two.
    commits: Option<(CommitId, CommitId)>,
}

impl<'s> Causes<'s> {
    pub(super) fn new(
        shared: &'s Shared,
        sides: &Sides,
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
        let whole = |node: &'n Node| FieldValue { node, key: node.mark };
        match (&resource.new, &resource.old) {
            (Some((_, node)), _) => self.cause(&self.new, &whole(node), false),
            (None, Some((_, node))) => self.cause(&self.old, &whole(node), true),
            (None, None) => None,
        }
    }

    fn cause(&self, places: &Places, value: &FieldValue<'_>, is_old: bool) -> Option<Cause> {
        let span = places.history(value.node, value.key).pop()?.span?;
        let commits = self.commits_of(&span);
        Some(Cause { span, is_old, commits })
    }

    /// The commits between the two refs that touched the file of a line.
    fn commits_of(&self, span: &Span) -> Vec<CommitSummary> {
        let (Some((before, after)), Some(_)) = (self.commits, &span.file.revision) else { return Vec::new() };
        let Some(repository) = &self.shared.platform.repository else { return Vec::new() };
        let between = |from, to| repository.history_between(from, to, &span.file.path).ok();
        let forward = between(before, after).filter(|history| !history.commits.is_empty());
        // Back to an older ref: the commits that are taken back.
        let Some(history) = forward.or_else(|| between(after, before)) else { return Vec::new() };
        let ids = history.commits.iter().take(MOST_COMMITS).map(|commit| commit.id.to_string());
        ids.filter_map(|id| summary(repository, &id)).collect()
    }
}
