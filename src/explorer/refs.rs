//! What the ladder asks of git, answered from the repository.

use std::sync::Arc;

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
