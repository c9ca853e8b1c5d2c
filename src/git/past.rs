//! Refs as they were at a moment: what a branch stood at then, and which tags and commits were not there yet.
//!
//! git remembers where refs are, not where they were. What can be known:
//!
//! - A *tag* was there from its own date on (a tag without a message: from the date of its commit).
//! - A *branch* stood where its reflog says. News from elsewhere (a clone, fetch or pull) reaches the reflog later than
//!   it happened, so the commits that it brought count from their own dates. Without a reflog, or before its first
//!   entry, the branch stood at its newest commit of that time, along first parents.
//! - A *commit* was there from its date on.

use git2::ErrorCode;

use super::{
    CommitId, CommitInfo, CommitTime, GitError, RefError, RefInfo, RefKind, Repository, ResolvedRef,
};

/// How the reflog calls what brings news from elsewhere.
const NEWS: &[&str] = &["clone", "fetch", "pull"];

impl Repository {
    /// The same repository with its refs as they were at a moment, in seconds since 1970: [`Self::resolve`],
    /// [`Self::tags`] and [`Self::branches`] answer as they would have answered then. Files and commits can all be read.
    #[must_use]
    pub fn as_of(&self, moment: i64) -> Self {
        let mut past = self.clone();
        past.moment = Some(moment);
        past
    }

    /// The moment of [`Self::as_of`].
    #[must_use]
    pub fn moment(&self) -> Option<i64> {
        self.moment
    }

    /// What a text led to at a moment.
    pub(super) fn resolve_at(&self, text: &str, moment: i64) -> Result<ResolvedRef, RefError> {
        if let Some((base, steps)) = expression(text) {
            let base = self.resolve_at(base, moment)?;
            let handle = self.handle()?;
            let unknown =
                |_| RefError::Unknown { text: text.to_owned(), nearest: None, shallow: handle.is_shallow() };
            let object = handle.revparse_single(&format!("{}{steps}", base.commit)).map_err(unknown)?;
            let commit = object.peel_to_commit().map_err(GitError::failed("follow a ref"))?;
            let commit = commit.id().into();
            return Ok(ResolvedRef { text: text.to_owned(), name: None, kind: RefKind::Other, commit });
        }
        let found = self.resolve_now(text)?;
        let later = |created| RefError::Later { text: text.to_owned(), created };
        match (&found.name, found.kind) {
            (Some(name), RefKind::Tag) => {
                let created = self.made(name, found.commit)?;
                if created.seconds > moment { Err(later(created)) } else { Ok(found) }
            }
            (Some(name), _) => match self.stood_at(name, found.commit, moment)? {
                Ok(commit) => Ok(ResolvedRef { commit, ..found }),
                Err(first) => Err(later(first)),
            },
            (None, _) => {
                let created = self.commit(found.commit)?.time;
                if created.seconds > moment { Err(later(created)) } else { Ok(found) }
            }
        }
    }

    /// When a tag was made: its own date if it has one, else that of its commit.
    ///
    /// # Errors
    ///
    /// [`GitError`] when it cannot be read.
    pub fn made(&self, full_name: &str, commit: CommitId) -> Result<CommitTime, GitError> {
        let handle = self.handle()?;
        let tagged = handle.find_reference(full_name).ok().and_then(|reference| reference.peel_to_tag().ok());
        match tagged.and_then(|tag| tag.tagger().map(|tagger| tagger.when())) {
            Some(time) => Ok(time.into()),
            None => Ok(self.commit(commit)?.time),
        }
    }

    /// Where a ref that stands at `tip` now stood at a moment; the date of its first commit when that is later.
    ///
    /// # Errors
    ///
    /// [`GitError`] when the history cannot be read.
    pub fn stood_at(
        &self,
        full_name: &str,
        tip: CommitId,
        moment: i64,
    ) -> Result<Result<CommitId, CommitTime>, GitError> {
        let entries = self.reflog(full_name)?;
        let Some(place) = entries.iter().position(|entry| entry.time <= moment) else {
            // Before the first entry: the branch came from somewhere, and its commits have dates.
            let first = entries.last().and_then(|oldest| oldest.before).unwrap_or(tip);
            return self.newest_before(first, moment);
        };
        let stood = entries[place].after;
        let next = place.checked_sub(1).and_then(|next| entries.get(next)).filter(|next| next.is_news);
        if let Some(next) = next
            && let Ok(known) = self.newest_before(next.after, moment)?
            && self.is_ancestor(stood, known)?
        {
            return Ok(Ok(known));
        }
        Ok(Ok(stood))
    }

    /// Whether the first commit is the second or one of its ancestors.
    ///
    /// # Errors
    ///
    /// [`GitError`] when one of them is not there.
    pub fn is_ancestor(&self, ancestor: CommitId, of: CommitId) -> Result<bool, GitError> {
        if ancestor == of {
            return Ok(true);
        }
        let handle = self.handle()?;
        handle
            .graph_descendant_of(of.into(), ancestor.into())
            .map_err(GitError::failed("compare two commits"))
    }

    /// A commit and its first parents, newest first.
    ///
    /// # Errors
    ///
    /// [`GitError`] when the commit is not there. A shallow clone ends where its history was cut.
    pub fn first_parents(&self, from: CommitId) -> Result<Vec<CommitId>, GitError> {
        let handle = self.handle()?;
        let mut commit = handle.find_commit(from.into()).map_err(GitError::reading(from.0))?;
        let mut chain = vec![from];
        while let Ok(parent) = commit.parent(0) {
            chain.push(parent.id().into());
            commit = parent;
        }
        Ok(chain)
    }

    /// The commits from `from` (not included) to `to` (included) along first parents, oldest first. Where `from` came
    /// in through a merge, they begin after the last commit that `from` has too.
    ///
    /// # Errors
    ///
    /// [`GitError`] when a commit is not there. `from` must be an ancestor of `to`.
    pub fn between(&self, from: CommitId, to: CommitId) -> Result<Vec<CommitId>, GitError> {
        let mut chain = self.first_parents(to)?;
        let mut end = chain.iter().position(|commit| *commit == from);
        if end.is_none() {
            // Once a commit is an ancestor of `from`, all before it are.
            let (mut low, mut high) = (0, chain.len());
            while low < high {
                let middle = low.midpoint(high);
                if self.is_ancestor(chain[middle], from)? { high = middle } else { low = middle + 1 }
            }
            end = Some(low);
        }
        chain.truncate(end.unwrap_or(chain.len()));
        chain.reverse();
        Ok(chain)
    }

    /// The newest commit along first parents that is not younger than a moment; else the date of the oldest one.
    fn newest_before(&self, from: CommitId, moment: i64) -> Result<Result<CommitId, CommitTime>, GitError> {
        let handle = self.handle()?;
        let mut commit = handle.find_commit(from.into()).map_err(GitError::reading(from.0))?;
        while commit.time().seconds() > moment {
            match commit.parent(0) {
                Ok(parent) => commit = parent,
                Err(_) => return Ok(Err(commit.time().into())),
            }
        }
        Ok(Ok(commit.id().into()))
    }

    /// The moves of a ref that this clone remembers, newest first; none for a ref without a reflog.
    fn reflog(&self, full_name: &str) -> Result<Vec<Move>, GitError> {
        let handle = self.handle()?;
        let log = match handle.reflog(full_name) {
            Ok(log) => log,
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(GitError::failed("read a reflog")(error)),
        };
        let commit = |id: git2::Oid| (!id.is_zero()).then(|| CommitId::from(id));
        let there = |id: CommitId| handle.find_commit(id.into()).is_ok();
        let entries = log.iter().filter_map(|entry| {
            let message = entry.message_bytes().unwrap_or_default();
            Some(Move {
                time: entry.committer().when().seconds(),
                before: commit(entry.id_old()).filter(|id| there(*id)),
                // What git has thrown away since cannot be shown.
                after: commit(entry.id_new()).filter(|id| there(*id))?,
                is_news: NEWS.iter().any(|word| message.starts_with(word.as_bytes())),
            })
        });
        Ok(entries.collect())
    }

    /// A list of refs as it was at the moment of [`Self::as_of`].
    pub(super) fn as_they_were(&self, infos: Vec<RefInfo>) -> Result<Vec<RefInfo>, GitError> {
        let Some(moment) = self.moment else { return Ok(infos) };
        let mut then = Vec::new();
        for info in infos {
            if info.kind == RefKind::Tag {
                then.extend((info.time.seconds <= moment).then_some(info));
            } else if let Ok(commit) = self.stood_at(&info.full_name, info.commit, moment)? {
                let CommitInfo { time, .. } = *self.commit(commit)?;
                then.push(RefInfo { commit, time, ..info });
            }
        }
        Ok(then)
    }
}

/// One entry of a reflog.
struct Move {
    /// When, in seconds since 1970.
    time: i64,
    /// Where the ref stood before; `None` when it is new.
    before: Option<CommitId>,
    /// Where it stood from then on.
    after: CommitId,
    /// Whether it came from elsewhere.
    is_news: bool,
}

/// Cuts `main~2` into `main` and `~2`.
fn expression(text: &str) -> Option<(&str, &str)> {
    let at = text.find(['~', '^'])?;
    let (base, steps) = text.split_at(at);
    (!text.contains("..") && !text.contains(':')).then_some((if base == "@" { "HEAD" } else { base }, steps))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::fixture::{Fixture, signature};

    /// Noon of a day after 2025-10-01, as the fixtures date their commits.
    fn noon(day: i64) -> i64 {
        1_759_320_000 + day * 86_400
    }

    fn commit_at(repository: &Repository, text: &str, moment: i64) -> Option<CommitId> {
        match repository.as_of(moment).resolve(text) {
            Ok(found) => Some(found.commit),
            Err(RefError::Later { .. }) => None,
            Err(error) => panic!("{text}: {error}"),
        }
    }

    #[test]
    fn a_tag_is_there_from_its_own_date_on_and_a_commit_from_its() {
        let fixture = Fixture::empty();
        let first = fixture.commit(0, "first", &[("a", "1")]);
        fixture.annotated_tag("late", first, 5);
        let second = fixture.commit(2, "second", &[("a", "2")]);
        fixture.tag("plain", second);
        let repository = fixture.open();
        for (text, day, expected) in [
            ("late", 4, None),
            ("late", 5, Some(first)),
            ("refs/tags/plain", 1, None),
            ("plain", 2, Some(second)),
            ("plain~1", 2, Some(first)),
            (second.to_string().as_str(), 1, None),
            (first.to_string().as_str(), 1, Some(first)),
        ] {
            assert_eq!(commit_at(&repository, text, noon(day)), expected, "{text} on day {day}");
        }
        let names = |day| -> Vec<String> {
            repository.as_of(noon(day)).tags().unwrap().into_iter().map(|tag| tag.name).collect()
        };
        assert_eq!(names(3), ["plain"]);
        assert_eq!(names(5), ["late", "plain"]);
    }

    #[test]
    fn a_branch_without_a_reflog_stands_at_its_newest_commit_of_the_time() {
        let fixture = Fixture::empty();
        let ids: Vec<CommitId> =
            (0..4).map(|day| fixture.commit(day, "more", &[("a", &day.to_string())])).collect();
        fixture.inner.reflog_delete("refs/heads/main").unwrap();
        let repository = fixture.open();
        assert_eq!(commit_at(&repository, "main", noon(2) + 60), Some(ids[2]));
        assert_eq!(commit_at(&repository, "main~1", noon(2) + 60), Some(ids[1]));
        assert_eq!(commit_at(&repository, "main", noon(9)), Some(ids[3]));
        assert_eq!(commit_at(&repository, "main", noon(0) - 1), None);
        let branches = repository.as_of(noon(1)).branches().unwrap();
        assert_eq!(branches.iter().map(|branch| branch.commit).collect::<Vec<_>>(), [ids[1]]);
    }

    /// Writes a reflog: for each move the commit, the day and the message.
    fn reflog(fixture: &Fixture, moves: &[(CommitId, i64, &str)]) {
        fixture.inner.reflog_delete("refs/heads/main").unwrap();
        let mut log = fixture.inner.reflog("refs/heads/main").unwrap();
        for (commit, day, message) in moves {
            log.append((*commit).into(), &signature(*day), Some(message)).unwrap();
        }
        log.write().unwrap();
    }

    #[test]
    fn a_commit_that_was_taken_back_is_found_in_the_reflog() {
        let fixture = Fixture::empty();
        let first = fixture.commit(0, "first", &[("a", "1")]);
        let bad = fixture.commit(1, "bad", &[("a", "2")]);
        fixture.set_ref("refs/heads/main", first);
        let moves =
            [(first, 0, "commit: first"), (bad, 1, "commit: bad"), (first, 3, "reset: moving to first")];
        reflog(&fixture, &moves);
        let repository = fixture.open();
        assert_eq!(commit_at(&repository, "main", noon(2)), Some(bad));
        assert_eq!(commit_at(&repository, "main", noon(3)), Some(first));
    }

    #[test]
    fn what_a_pull_brought_counts_from_the_date_of_its_commits() {
        let fixture = Fixture::empty();
        let ids: Vec<CommitId> =
            (0..4).map(|day| fixture.commit(day, "more", &[("a", &day.to_string())])).collect();
        reflog(&fixture, &[(ids[0], 0, "clone: from elsewhere"), (ids[3], 8, "pull: Fast-forward")]);
        let repository = fixture.open();
        assert_eq!(commit_at(&repository, "main", noon(2)), Some(ids[2]));
        // A merge made here happened when the reflog says.
        reflog(&fixture, &[(ids[0], 0, "clone: from elsewhere"), (ids[3], 8, "merge topic: Fast-forward")]);
        assert_eq!(commit_at(&fixture.open(), "main", noon(2)), Some(ids[0]));
    }

    #[test]
    fn commits_between_two_follow_first_parents() {
        let fixture = Fixture::empty();
        let ids: Vec<CommitId> =
            (0..5).map(|day| fixture.commit(day, "more", &[("a", &day.to_string())])).collect();
        let repository = fixture.open();
        assert_eq!(repository.between(ids[1], ids[4]).unwrap(), ids[2..]);
        assert_eq!(repository.between(ids[4], ids[4]).unwrap(), []);
        assert!(repository.is_ancestor(ids[0], ids[4]).unwrap());
        assert!(!repository.is_ancestor(ids[4], ids[0]).unwrap());
    }
}
