//! What the ladder asks of git, answered from the repository.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::catalog::{Distance, RefProblem, RefResolver};
use crate::git::{CommitId, RefError, Repository};
use crate::report::answer::CommitSummary;

/// Looks refs up in a repository; without one, every ref stays text.
pub(super) struct GitRefs<'a>(pub Option<&'a Repository>);

impl RefResolver for GitRefs<'_> {
    fn is_repository(&self) -> bool {
        self.0.is_some()
    }

    fn resolve(&self, reference: &str) -> Result<Arc<str>, RefProblem> {
        let Some(repository) = self.0 else {
            return Err(RefProblem::Unusable { reason: "this is not a git repository".to_owned() });
        };
        repository.resolve(reference).map(|found| Arc::from(found.commit.to_string())).map_err(|error| {
            match error {
                RefError::Placeholder { .. } => RefProblem::Placeholder,
                RefError::Unknown { nearest, .. } => RefProblem::NotFound { nearest },
                RefError::Later { created, .. } => RefProblem::CreatedLater { created: created.iso_minute() },
                RefError::Ambiguous { .. }
                | RefError::NotCommit { .. }
                | RefError::Empty
                | RefError::Git(_) => RefProblem::Unusable { reason: error.to_string() },
            }
        })
    }

    fn distance(&self, commit: &str, other: &str) -> Option<Distance> {
        let (own, other) = (commit.parse().ok()?, other.parse().ok()?);
        let distance = self.0?.ahead_behind(own, other).ok()?;
        Some(Distance { ahead: distance.ahead, behind: distance.behind })
    }
}

/// What a repository answered, so that the same is not asked of it for every state of a draft, and so that it can be found
/// out whether it still says the same.
#[derive(Default)]
pub(super) struct RefAnswers {
    resolved: Mutex<FxHashMap<String, Result<Arc<str>, RefProblem>>>,
    distances: Mutex<FxHashMap<(String, String), Option<Distance>>>,
}

impl RefAnswers {
    /// Answers what is known, and asks `refs` for the rest.
    pub(super) fn over<'a>(&'a self, refs: &'a dyn RefResolver) -> impl RefResolver + 'a {
        Remembering { refs, answers: self }
    }

    /// Whether `refs` answers the same to all that was asked.
    pub(super) fn still_hold(&self, refs: &dyn RefResolver) -> bool {
        let resolved = self.resolved.lock().unwrap_or_else(PoisonError::into_inner);
        let distances = self.distances.lock().unwrap_or_else(PoisonError::into_inner);
        resolved.iter().all(|(text, answer)| refs.resolve(text) == *answer)
            && distances.iter().all(|((own, other), answer)| refs.distance(own, other) == *answer)
    }
}

struct Remembering<'a> {
    refs: &'a dyn RefResolver,
    answers: &'a RefAnswers,
}

impl RefResolver for Remembering<'_> {
    fn is_repository(&self) -> bool {
        self.refs.is_repository()
    }

    fn resolve(&self, reference: &str) -> Result<Arc<str>, RefProblem> {
        let mut known = self.answers.resolved.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = known.get(reference) {
            return answer.clone();
        }
        let answer = self.refs.resolve(reference);
        known.insert(reference.to_owned(), answer.clone());
        answer
    }

    fn distance(&self, commit: &str, other: &str) -> Option<Distance> {
        let pair = (commit.to_owned(), other.to_owned());
        let mut known = self.answers.distances.lock().unwrap_or_else(PoisonError::into_inner);
        *known.entry(pair).or_insert_with(|| self.refs.distance(commit, other))
    }
}

/// What people recognise a commit by; `None` when the repository does not have it.
pub(super) fn summary(repository: &Repository, id: &str) -> Option<CommitSummary> {
    let commit: CommitId = id.parse().ok()?;
    let info = repository.commit(commit).ok()?;
    Some(CommitSummary {
        id: Arc::from(id),
        short: commit.short(),
        author: info.author.clone(),
        date: info.time.iso_date(),
        time: info.time.seconds,
        subject: info.subject.clone(),
    })
}
