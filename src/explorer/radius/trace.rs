//! Which commit between two brought a line, or took it: the line is followed through every version of its file.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::base::{FileName, RepoPath, Span};
use crate::diff::{self, Row};
use crate::explorer::Shared;
use crate::explorer::refs::summary;
use crate::git::{CommitId, CommitInfo, Repository};
use crate::report::answer::CommitSummary;

/// So many commits are named for one line when it cannot be told which of them it was.
const MOST_COMMITS: usize = 10;

/// A line is followed through so many versions of its file.
const MOST_VERSIONS: usize = 100;

/// A line between two commits: is it one of the old state?
type Question = ((CommitId, CommitId), RepoPath, u32, bool);

/// Commits that were found; many fields and classes ask about the same lines.
#[derive(Default)]
pub(super) struct Traces {
    known: Mutex<FxHashMap<Question, Arc<[CommitSummary]>>>,
    /// How the lines of a file's version before and after a commit belong together.
    steps: Mutex<FxHashMap<(CommitId, RepoPath), Step>>,
}

/// The lines of two versions of a file, side by side.
type Step = Arc<Vec<Row>>;

impl Shared {
    /// The commit that brought the line of a span, or took it for a line of the old state. Where that cannot be told,
    /// all commits that touched the file, newest first. Between a new ref and an older one these are the commits that
    /// are taken back.
    pub(super) fn trace(
        &self,
        traces: &Traces,
        (before, after): (CommitId, CommitId),
        span: &Span,
        is_old: bool,
    ) -> Arc<[CommitSummary]> {
        let question = ((before, after), span.file.path.clone(), span.line, is_old);
        if let Some(known) = traces.known.lock().unwrap_or_else(PoisonError::into_inner).get(&question) {
            return known.clone();
        }
        let found = self.find(traces, (before, after), span, is_old).unwrap_or_default();
        traces.known.lock().unwrap_or_else(PoisonError::into_inner).insert(question, found.clone());
        found
    }

    fn find(
        &self,
        traces: &Traces,
        (before, after): (CommitId, CommitId),
        span: &Span,
        is_old: bool,
    ) -> Option<Arc<[CommitSummary]>> {
        let repository = self.platform.repository.as_ref()?;
        let path = &span.file.path;
        let forward = repository.history_between(before, after, path).ok()?;
        let is_forward = !forward.commits.is_empty();
        let history =
            if is_forward { forward } else { repository.history_between(after, before, path).ok()? };
        // On the way back, what the old state has is what the newer commit had.
        let is_older_end = is_old == is_forward;
        let found = self.culprit(repository, traces, &history.commits, span, is_older_end);
        let ids: Vec<CommitId> = match found {
            Some(culprit) => vec![culprit],
            None => history.commits.iter().take(MOST_COMMITS).map(|commit| commit.id).collect(),
        };
        Some(ids.iter().filter_map(|id| summary(repository, &id.to_string())).collect())
    }

    /// The commit among those that touched a file (newest first) that took a line of the version before them all
    /// (`is_older_end`), or brought a line of the version after them.
    fn culprit(
        &self,
        repository: &Repository,
        traces: &Traces,
        commits: &[Arc<CommitInfo>],
        span: &Span,
        is_older_end: bool,
    ) -> Option<CommitId> {
        let mut line = usize::try_from(span.line).ok().filter(|line| *line > 0)?;
        let newest_first = commits.iter().map(|commit| commit.id);
        let order: Vec<CommitId> = match is_older_end {
            true => newest_first.rev().take(MOST_VERSIONS).collect(),
            false => newest_first.take(MOST_VERSIONS).collect(),
        };
        for commit in order {
            let step = self.step(repository, traces, commit, &span.file.path)?;
            // The other version's line; nothing when this commit has made or unmade ours.
            let other = step.iter().find_map(|row| match row {
                Row::Equal { left, right } if is_older_end => (*left == line).then_some(*right),
                Row::Equal { left, right } => (*right == line).then_some(*left),
                Row::Removed { .. } | Row::Added { .. } | Row::Changed { .. } => None,
            });
            match other {
                Some(other) => line = other,
                None => return Some(commit),
            }
        }
        None
    }

    /// A file's version before a commit beside the one after it.
    fn step(
        &self,
        repository: &Repository,
        traces: &Traces,
        commit: CommitId,
        path: &RepoPath,
    ) -> Option<Step> {
        let key = (commit, path.clone());
        if let Some(known) = traces.steps.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Some(known.clone());
        }
        let text = |commit: CommitId| {
            let file = FileName { path: path.clone(), revision: Some(Arc::from(commit.to_string())) };
            self.source_text(&Span { file, line: 0, column: 0 }).unwrap_or_default()
        };
        let before = repository.parent(commit).ok()?.map(text).unwrap_or_default();
        let rows = Arc::new(diff::text(before, text(commit)).rows);
        traces.steps.lock().unwrap_or_else(PoisonError::into_inner).insert(key, rows.clone());
        Some(rows)
    }
}
