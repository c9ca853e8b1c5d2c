//! What the ladder asks of git, answered from the repository and remembered for one reading of the catalog.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::catalog::{Distance, RefProblem, RefResolver};
use crate::git::{CommitId, RefError, Repository};
use crate::report::answer::CommitSummary;

/// Looks refs up in a repository; each of them once, so that all targets of one reading agree.
pub(super) struct GitRefs {
    repository: Option<Repository>,
    known: Mutex<FxHashMap<String, Result<Arc<str>, RefProblem>>>,
    distances: Mutex<FxHashMap<(String, String), Option<Distance>>>,
}

impl GitRefs {
    /// Answers from `repository`; without one, every ref stays text.
    pub(super) fn new(repository: Option<Repository>) -> Self {
        Self { repository, known: Mutex::default(), distances: Mutex::default() }
    }

    fn look_up(&self, reference: &str) -> Result<Arc<str>, RefProblem> {
        let Some(repository) = &self.repository else {
            return Err(RefProblem::Unusable { reason: "this is not a git repository".to_owned() });
        };
        match repository.resolve(reference) {
            Ok(found) => Ok(Arc::from(found.commit.to_string())),
            Err(RefError::Placeholder { .. }) => Err(RefProblem::Placeholder),
            Err(RefError::Unknown { nearest, .. }) => Err(RefProblem::NotFound { nearest }),
            Err(error @ (RefError::Ambiguous { .. } | RefError::NotCommit { .. } | RefError::Empty | RefError::Git(_))) => {
                Err(RefProblem::Unusable { reason: error.to_string() })
            }
        }
    }
}

impl RefResolver for GitRefs {
    fn is_repository(&self) -> bool {
        self.repository.is_some()
    }

    fn resolve(&self, reference: &str) -> Result<Arc<str>, RefProblem> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = known.get(reference) {
            return answer.clone();
        }
        let answer = self.look_up(reference);
        known.insert(reference.to_owned(), answer.clone());
        answer
    }

    fn distance(&self, commit: &str, other: &str) -> Option<Distance> {
        let key = (commit.to_owned(), other.to_owned());
        let mut distances = self.distances.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = distances.get(&key) {
            return *answer;
        }
        let answer = self.repository.as_ref().and_then(|repository| {
            let (own, other) = (commit.parse().ok()?, other.parse().ok()?);
            let distance = repository.ahead_behind(own, other).ok()?;
            Some(Distance { ahead: distance.ahead, behind: distance.behind })
        });
        distances.insert(key, answer);
        answer
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
