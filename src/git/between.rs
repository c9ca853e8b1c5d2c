//! What lies between two commits: the commits themselves, and which of them touched a file.

use std::sync::{Arc, PoisonError};

use git2::Sort;
use rustc_hash::FxHashMap;

use super::commits::{content_at, info_of};
use super::{CommitId, CommitInfo, GitError, History, ObjectId, Repository};
use crate::base::RepoPath;

/// So many commits between two are looked at, so that a question about a very old ref takes a moment, not minutes.
const MOST_BETWEEN: usize = 5_000;

/// The commits that one commit has and another has not.
#[derive(Debug, Default)]
pub(super) struct Range {
    ids: Vec<git2::Oid>,
    complete: bool,
}

/// Two commits; the second one is the newer.
pub(super) type Ends = (CommitId, CommitId);

impl Repository {
    /// The commits that `to` has and `from` has not, newest first, at most `limit`.
    ///
    /// # Errors
    ///
    /// [`GitError`] when one of the commits is not there.
    pub fn commits_between(
        &self,
        from: CommitId,
        to: CommitId,
        limit: usize,
    ) -> Result<Vec<Arc<CommitInfo>>, GitError> {
        let range = self.range(from, to)?;
        range.ids.iter().take(limit).map(|id| self.commit((*id).into())).collect()
    }

    /// The commits that `to` has and `from` has not and that changed the file or directory `path`, newest first.
    ///
    /// A merge counts when its result differs from all of its parents. Renames are not followed. Asked twice, the
    /// answer comes from memory.
    ///
    /// # Errors
    ///
    /// [`GitError`] when the history cannot be read.
    pub fn history_between(
        &self,
        from: CommitId,
        to: CommitId,
        path: &RepoPath,
    ) -> Result<Arc<History>, GitError> {
        let key = ((from, to), path.clone());
        let cache = &self.commits().touched;
        if let Some(known) = cache.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(Arc::clone(known));
        }
        let range = self.range(from, to)?;
        let handle = self.handle()?;
        let failed = GitError::failed("read the history");
        let mut seen: FxHashMap<git2::Oid, Option<ObjectId>> = FxHashMap::default();
        let mut history = History { commits: Vec::new(), complete: range.complete };
        for id in &range.ids {
            let commit = handle.find_commit(*id).map_err(&failed)?;
            let own = content_at(&mut seen, &commit, path).map_err(&failed)?;
            let mut differs = true;
            let mut parents = 0;
            for parent in commit.parents() {
                parents += 1;
                differs &= content_at(&mut seen, &parent, path).map_err(&failed)? != own;
            }
            if if parents == 0 { own.is_some() } else { differs } {
                history.commits.push(Arc::new(info_of(&commit)));
            }
        }
        let history = Arc::new(history);
        cache.write().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&history));
        Ok(history)
    }

    /// The first parent of a commit; `None` for one without, or where a shallow clone ends.
    ///
    /// # Errors
    ///
    /// [`GitError`] when there is no such commit.
    pub fn parent(&self, id: CommitId) -> Result<Option<CommitId>, GitError> {
        let handle = self.handle()?;
        let commit = handle.find_commit(id.into()).map_err(GitError::reading(id.0))?;
        Ok(commit.parents().next().map(|parent| parent.id().into()))
    }

    fn range(&self, from: CommitId, to: CommitId) -> Result<Arc<Range>, GitError> {
        let cache = &self.commits().ranges;
        if let Some(known) = cache.read().unwrap_or_else(PoisonError::into_inner).get(&(from, to)) {
            return Ok(Arc::clone(known));
        }
        let handle = self.handle()?;
        let failed = GitError::failed("list the commits between two commits");
        let mut walk = handle.revwalk().map_err(&failed)?;
        walk.set_sorting(Sort::TOPOLOGICAL | Sort::TIME).map_err(&failed)?;
        walk.push(to.into()).map_err(&failed)?;
        walk.hide(from.into()).map_err(&failed)?;
        let mut range = Range { ids: Vec::new(), complete: true };
        for id in walk {
            if range.ids.len() == MOST_BETWEEN {
                range.complete = false;
                break;
            }
            range.ids.push(id.map_err(&failed)?);
        }
        let range = Arc::new(range);
        cache.write().unwrap_or_else(PoisonError::into_inner).insert((from, to), Arc::clone(&range));
        Ok(range)
    }
}
