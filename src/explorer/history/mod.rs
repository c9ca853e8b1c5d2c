//! A target over its history: the value at every tag or commit, and the commit that changed it.

mod bisect;
mod look;
mod trace;

use std::sync::Arc;

use super::refs::summary;
use super::{Failure, Shared};
use crate::base::Diagnostic;
use crate::catalog::TargetId;
use crate::diff;
use crate::git::{CommitId, GitError, Repository};
use crate::report::answer::{CommitSummary, Overview, Run, Seen, Stop, ValueHistory, Vary};
use look::Looker;

/// What a history is asked about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HistoryQuery {
    /// The target.
    pub target: TargetId,
    /// The value, as `Kind/name:path`; `None` for the whole manifests.
    pub path: Option<String>,
    /// What changes from commit to commit.
    pub vary: Vary,
    /// Every commit along first parents that touches what the target reads, not the tags.
    pub commits: bool,
    /// Only tags of these names; `*` stands for any text.
    pub tags: Option<String>,
}

impl Shared {
    /// A target over the tags, or over the commits.
    pub(super) fn history(&self, overview: &Overview, query: &HistoryQuery) -> Result<ValueHistory, Failure> {
        let repository = self.historic()?;
        let places = match query.commits {
            true => commits(repository)?,
            false => tags(repository, query.tags.as_deref())?,
        };
        let path = query.path.as_deref();
        let mut looker = Looker::new(self, repository, overview, &query.target, path, query.vary);
        let mut runs: Vec<Run> = Vec::new();
        let looked_at = places.len();
        // From the oldest on, so that each commit is compared with what it came from.
        for (tag, commit) in places.into_iter().rev() {
            let seen = looker.look(commit)?;
            let stop = Stop { tag, commit: summary_of(repository, commit)?, seen };
            match runs.last_mut() {
                Some(run) if run.stops[0].seen.is_like(&stop.seen) => run.stops.insert(0, stop),
                last => {
                    let lines = last.and_then(|run| lines(&run.stops[0].seen, &stop.seen));
                    runs.push(Run { stops: vec![stop], lines });
                }
            }
        }
        let is_anywhere = runs.iter().any(|run| matches!(run.stops[0].seen, Seen::Value { .. }));
        if let Some(nowhere) = looker.nowhere.take().filter(|_| !is_anywhere) {
            return Err(Arc::new(nowhere));
        }
        let rendered = looker.rendered;
        runs.reverse();
        Ok(ValueHistory {
            target: query.target.clone(),
            path: query.path.clone(),
            vary: query.vary,
            by_commits: query.commits,
            runs,
            looked_at,
            rendered,
        })
    }

    /// The repository, which a history needs.
    fn historic(&self) -> Result<&Repository, Failure> {
        self.platform.repository.as_ref().ok_or_else(|| {
            let message = format!(
                "`{}` is not in a git repository, so it has no history",
                self.platform.root.display()
            );
            Arc::new(Diagnostic::error("history/no-repository", message).hint("Run it in a git repository."))
        })
    }
}

/// Lines that only one of two manifests has: those that came, and those that went.
fn lines(before: &Seen, after: &Seen) -> Option<(usize, usize)> {
    let (Seen::Manifests(before), Seen::Manifests(after)) = (before, after) else { return None };
    let counts = diff::text(before.clone(), after.clone()).counts;
    Some((counts.added + counts.changed, counts.removed + counts.changed))
}

/// A commit, and the tag that leads there.
type Place = (Option<Arc<str>>, CommitId);

/// The tags, newest first.
fn tags(repository: &Repository, wanted: Option<&str>) -> Result<Vec<Place>, Failure> {
    let mut tags = repository.tags().map_err(broken)?;
    tags.retain(|tag| wanted.is_none_or(|wanted| fits(&tag.name, wanted)));
    // Several tags may have one commit, or be made long after it: the commits are what is compared.
    let mut dated: Vec<(i64, Place)> = Vec::new();
    for tag in tags {
        let time = repository.commit(tag.commit).map_err(broken)?.time.seconds;
        dated.push((time, (Some(Arc::from(tag.name)), tag.commit)));
    }
    dated.sort_by_key(|(time, _)| std::cmp::Reverse(*time));
    let places: Vec<Place> = dated.into_iter().map(|(_, place)| place).collect();
    if places.is_empty() {
        let what = wanted.map_or_else(|| "no tags".to_owned(), |wanted| format!("no tag like `{wanted}`"));
        return Err(Arc::new(
            Diagnostic::error("history/no-tags", format!("the repository has {what}"))
                .hint("Run `git fetch --tags`, or add `--commits` to look at the commits."),
        ));
    }
    Ok(places)
}

/// The commits along first parents, newest first.
fn commits(repository: &Repository) -> Result<Vec<Place>, Failure> {
    let here = match (repository.moment(), repository.head().map_err(broken)?.commit()) {
        (Some(_), Some(_)) => repository.resolve("HEAD").ok().map(|found| found.commit),
        (_, head) => head,
    };
    let here = here.ok_or_else(|| {
        Arc::new(
            Diagnostic::error("open/no-commits", "the repository has no commits, so it has no past")
                .hint("Commit something first."),
        )
    })?;
    let chain = repository.first_parents(here).map_err(broken)?;
    Ok(chain.into_iter().map(|commit| (None, commit)).collect())
}

/// Whether a name fits a pattern in which `*` stands for any text.
fn fits(name: &str, pattern: &str) -> bool {
    match pattern.split_once('*') {
        None => name == pattern,
        Some((start, rest)) => name.strip_prefix(start).is_some_and(|name| {
            let mut ends = name.char_indices().map(|(at, _)| at).chain([name.len()]);
            ends.any(|at| fits(&name[at..], rest))
        }),
    }
}

/// What people recognise a commit by.
fn summary_of(repository: &Repository, commit: CommitId) -> Result<CommitSummary, Failure> {
    summary(repository, &commit.to_string()).ok_or_else(|| broken(GitError::Missing(commit.0)))
}

fn broken(error: GitError) -> Failure {
    Arc::new(error.into())
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_star_stands_for_any_text() {
        assert!(fits("config-2025.11.06", "config-*") && fits("v1", "v1") && fits("a-rc1", "*-rc*"));
        assert!(!fits("app-1", "config-*") && !fits("v10", "v1"));
    }
}
