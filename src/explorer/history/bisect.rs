//! The commit that changed a value: a binary search along first parents that steps over what does not render.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::look::Looker;
use super::{HistoryQuery, broken, summary_of};
use crate::base::Diagnostic;
use crate::explorer::{Failure, Shared};
use crate::git::{CommitId, Repository};
use crate::report::answer::{Bisection, Overview, Seen, Stop, ValueChange};

/// The commits of a range with what has been seen of them.
struct Range<'a> {
    looker: Looker<'a>,
    /// The older end and every commit after it, oldest first.
    commits: Vec<CommitId>,
    seen: BTreeMap<usize, Seen>,
}

impl Shared {
    /// The commit between two refs that changed what a target renders; with `all` every such commit.
    pub(in crate::explorer) fn bisect(
        &self,
        overview: &Overview,
        query: &HistoryQuery,
        range: &str,
        all: bool,
    ) -> Result<Bisection, Failure> {
        let repository = self.historic()?;
        let (from, to) = ends(repository, range)?;
        let mut commits = vec![from];
        commits.extend(repository.between(from, to).map_err(broken)?);
        let path = query.path.as_deref();
        let looker = Looker::new(self, repository, overview, &query.target, path, query.vary);
        let mut range = Range { looker, commits, seen: BTreeMap::new() };
        let last = range.commits.len() - 1;
        let (first_seen, last_seen) = (range.end(0)?, range.end(last)?);
        let is_anywhere = [&first_seen, &last_seen].iter().any(|seen| matches!(seen, Seen::Value { .. }));
        let mut changes = Vec::new();
        if all {
            for place in 0..=last {
                range.look(place)?;
            }
            changes = range.changes(repository)?;
        } else if !first_seen.is_like(&last_seen) {
            changes.push(range.search(repository, &first_seen, last)?);
        }
        if changes.is_empty()
            && !is_anywhere
            && let Some(nowhere) = range.looker.nowhere.take()
        {
            return Err(Arc::new(nowhere));
        }
        let flips = match changes.as_slice() {
            [only] => {
                let known = [&first_seen, &last_seen, &only.after];
                let third = |seen: &Seen| {
                    !matches!(seen, Seen::Fails(_)) && known[..2].iter().all(|end| !seen.is_like(end))
                };
                range.seen.values().any(third) || !only.after.is_like(&last_seen)
            }
            changes => changes.len() > 1,
        };
        let stop = |commit: CommitId, seen| {
            summary_of(repository, commit).map(|commit| Stop { tag: None, commit, seen })
        };
        let mut skipped = Vec::new();
        for (place, seen) in &range.seen {
            if let Seen::Fails(problem) = seen {
                skipped.push((summary_of(repository, range.commits[*place])?, problem.clone()));
            }
        }
        Ok(Bisection {
            target: query.target.clone(),
            path: query.path.clone(),
            vary: query.vary,
            from: stop(from, first_seen)?,
            to: stop(to, last_seen)?,
            changes,
            skipped,
            flips,
            all,
            commits: last,
            rendered: range.looker.rendered,
        })
    }
}

impl Range<'_> {
    fn look(&mut self, place: usize) -> Result<Seen, Failure> {
        if let Some(seen) = self.seen.get(&place) {
            return Ok(seen.clone());
        }
        let seen = self.looker.look(self.commits[place])?;
        self.seen.insert(place, seen.clone());
        Ok(seen)
    }

    /// What is seen at an end, which must render.
    fn end(&mut self, place: usize) -> Result<Seen, Failure> {
        match self.look(place)? {
            Seen::Fails(problem) => {
                let message = format!(
                    "the target does not render at the {} end, {}: {}",
                    if place == 0 { "older" } else { "newer" },
                    self.commits[place].short(),
                    problem.message
                );
                Err(Arc::new(
                    Diagnostic::error("bisect/end", message)
                        .at_maybe(problem.primary.as_ref().map(|label| label.span.clone()), "")
                        .hint("Choose an end at which it renders."),
                ))
            }
            seen => Ok(seen),
        }
    }

    /// The first commit that is not like the older end, with the one before it.
    fn search(&mut self, repository: &Repository, first: &Seen, last: usize) -> Result<ValueChange, Failure> {
        let (mut low, mut high) = (0, last);
        while let Some(middle) = self.nearest_to_middle(low, high)? {
            if self.look(middle)?.is_like(first) { low = middle } else { high = middle }
        }
        self.change(repository, low, high)
    }

    /// The commit nearest to the middle between two that renders; `None` when there is none.
    fn nearest_to_middle(&mut self, low: usize, high: usize) -> Result<Option<usize>, Failure> {
        let middle = low.midpoint(high);
        let after = middle..high;
        let before = (low + 1..middle).rev();
        let mut candidates: Vec<usize> = after.chain(before).filter(|place| *place > low).collect();
        candidates.sort_by_key(|place| place.abs_diff(middle));
        for place in candidates {
            if !matches!(self.look(place)?, Seen::Fails(_)) {
                return Ok(Some(place));
            }
        }
        Ok(None)
    }

    /// Every change of a range that was looked at as a whole.
    fn changes(&mut self, repository: &Repository) -> Result<Vec<ValueChange>, Failure> {
        let renders: Vec<usize> = self
            .seen
            .iter()
            .filter(|(_, seen)| !matches!(seen, Seen::Fails(_)))
            .map(|(place, _)| *place)
            .collect();
        let mut changes = Vec::new();
        for pair in renders.windows(2) {
            if !self.seen[&pair[0]].is_like(&self.seen[&pair[1]]) {
                changes.push(self.change(repository, pair[0], pair[1])?);
            }
        }
        Ok(changes)
    }

    fn change(&mut self, repository: &Repository, low: usize, high: usize) -> Result<ValueChange, Failure> {
        let unclear: Result<Vec<_>, Failure> =
            (low + 1..high).map(|place| summary_of(repository, self.commits[place])).collect();
        Ok(ValueChange {
            commit: summary_of(repository, self.commits[high])?,
            before: self.look(low)?,
            after: self.look(high)?,
            unclear: unclear?,
        })
    }
}

/// The two ends of `A..B`; without `B` it is `HEAD`.
fn ends(repository: &Repository, range: &str) -> Result<(CommitId, CommitId), Failure> {
    let form = || {
        Arc::new(
            Diagnostic::error("bisect/range", format!("`{range}` is not a range of commits"))
                .hint("Write `OLDER..NEWER`, such as `config-2025.10.28..main`; without NEWER it is HEAD."),
        )
    };
    let (older, newer) = range.split_once("..").ok_or_else(form)?;
    let newer = if newer.is_empty() { "HEAD" } else { newer };
    if older.is_empty() || newer.starts_with('.') {
        return Err(form());
    }
    let find = |text: &str| repository.resolve(text).map_err(|error| Arc::new(Diagnostic::from(error)));
    let (from, to) = (find(older)?.commit, find(newer)?.commit);
    if from == to {
        return Err(Arc::new(
            Diagnostic::error("bisect/range", format!("`{older}` and `{newer}` are the same commit"))
                .hint("Choose two different ends."),
        ));
    }
    if !repository.is_ancestor(from, to).map_err(broken)? {
        let problem = Diagnostic::error("bisect/range", format!("`{older}` is not an ancestor of `{newer}`"));
        let swapped = repository.is_ancestor(to, from).map_err(broken)?;
        return Err(Arc::new(match swapped {
            true => problem.hint(format!("Write the older end first: `{newer}..{older}`.")),
            false => problem.hint("Choose an older end that the newer one was made from."),
        }));
    }
    Ok((from, to))
}
