//! Commits: who, when, what; how far two are apart; which ones touched a path.

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use git2::Sort;
use rustc_hash::FxHashMap;

use super::between::{Ends, Range};
use super::{CommitId, CommitTime, GitError, ObjectId, Repository};
use crate::base::RepoPath;

/// What people want to know about a commit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CommitInfo {
    /// Its id.
    pub id: CommitId,
    /// Name of the author.
    pub author: String,
    /// Address of the author.
    pub email: String,
    /// When it was committed (not when its first version was written: a rebase counts).
    pub time: CommitTime,
    /// First paragraph of the message, on one line.
    pub subject: String,
}

/// How far two commits are apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Distance {
    /// Commits that only the first one has.
    pub ahead: usize,
    /// Commits that only the second one has.
    pub behind: usize,
}

/// Commits that changed a path, newest first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct History {
    /// The commits.
    pub commits: Vec<Arc<CommitInfo>>,
    /// Whether there are no older ones: false when the limit or the end of patience came first.
    pub complete: bool,
}

/// So many commits are looked at for one history, so that it takes a second at most.
const MOST_VISITED: usize = 20_000;

/// Commits that were read and distances that were counted. They never change.
#[derive(Default)]
pub(super) struct CommitCache {
    infos: RwLock<FxHashMap<CommitId, Arc<CommitInfo>>>,
    distances: RwLock<FxHashMap<(CommitId, CommitId), Distance>>,
    pub(super) ranges: RwLock<FxHashMap<Ends, Arc<Range>>>,
    pub(super) touched: RwLock<FxHashMap<(Ends, RepoPath), Arc<History>>>,
}

impl Repository {
    /// Author, date and subject of a commit.
    ///
    /// # Errors
    ///
    /// [`GitError::Missing`] when there is no such commit.
    pub fn commit(&self, id: CommitId) -> Result<Arc<CommitInfo>, GitError> {
        let cache = &self.commits().infos;
        if let Some(info) = cache.read().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return Ok(Arc::clone(info));
        }
        let handle = self.handle()?;
        let commit = handle.find_commit(id.into()).map_err(GitError::reading(id.0))?;
        let info = Arc::new(info_of(&commit));
        cache.write().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::clone(&info));
        Ok(info)
    }

    /// How many commits `own` has that `other` has not, and the other way round.
    ///
    /// In a shallow clone only the commits that are there count.
    ///
    /// # Errors
    ///
    /// [`GitError`] when one of the commits is not there.
    pub fn ahead_behind(&self, own: CommitId, other: CommitId) -> Result<Distance, GitError> {
        if own == other {
            return Ok(Distance::default());
        }
        let cache = &self.commits().distances;
        if let Some(distance) = cache.read().unwrap_or_else(PoisonError::into_inner).get(&(own, other)) {
            return Ok(*distance);
        }
        let handle = self.handle()?;
        let (ahead, behind) = handle
            .graph_ahead_behind(own.into(), other.into())
            .map_err(GitError::failed("count the commits between two commits"))?;
        let distance = Distance { ahead, behind };
        cache.write().unwrap_or_else(PoisonError::into_inner).insert((own, other), distance);
        Ok(distance)
    }

    /// The newest commits, at most `limit`, that changed the file or directory `path`, as seen from `from`.
    ///
    /// A merge counts when its result differs from all of its parents. Renames are not followed. The root
    /// path gives all commits.
    ///
    /// # Errors
    ///
    /// [`GitError`] when the history cannot be read.
    pub fn history(&self, from: CommitId, path: &RepoPath, limit: usize) -> Result<History, GitError> {
        let handle = self.handle()?;
        let failed = GitError::failed("read the history");
        let mut walk = handle.revwalk().map_err(&failed)?;
        walk.set_sorting(Sort::TOPOLOGICAL | Sort::TIME).map_err(&failed)?;
        walk.push(from.into()).map_err(&failed)?;
        let mut seen: FxHashMap<git2::Oid, Option<ObjectId>> = FxHashMap::default();
        let mut history = History { commits: Vec::new(), complete: true };
        for (visited, id) in walk.enumerate() {
            let id = id.map_err(&failed)?;
            if history.commits.len() >= limit || visited >= MOST_VISITED {
                history.complete = false;
                break;
            }
            let commit = handle.find_commit(id).map_err(&failed)?;
            let own = content_at(&mut seen, &commit, path).map_err(&failed)?;
            let mut differs = true;
            let mut parents = 0;
            // A shallow clone names parents that it does not have: there the history begins.
            for parent in commit.parents() {
                parents += 1;
                differs &= content_at(&mut seen, &parent, path).map_err(&failed)? != own;
            }
            if if parents == 0 { own.is_some() } else { differs } {
                history.commits.push(Arc::new(info_of(&commit)));
            }
        }
        Ok(history)
    }
}

/// The object at `path` in a commit; the whole tree for the root.
pub(super) fn content_at(
    seen: &mut FxHashMap<git2::Oid, Option<ObjectId>>,
    commit: &git2::Commit<'_>,
    path: &RepoPath,
) -> Result<Option<ObjectId>, git2::Error> {
    if let Some(known) = seen.get(&commit.id()) {
        return Ok(*known);
    }
    let content = if path.is_root() {
        // Every commit counts for the root, also one that changes nothing.
        Some(commit.id().into())
    } else {
        match commit.tree()?.get_path(Path::new(path.as_str())) {
            Ok(entry) => Some(entry.id().into()),
            Err(error) if error.code() == git2::ErrorCode::NotFound => None,
            Err(error) => return Err(error),
        }
    };
    seen.insert(commit.id(), content);
    Ok(content)
}

pub(super) fn info_of(commit: &git2::Commit<'_>) -> CommitInfo {
    let author = commit.author();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    CommitInfo {
        id: commit.id().into(),
        author: text(author.name_bytes()),
        email: text(author.email_bytes()),
        time: commit.time().into(),
        subject: text(commit.summary_bytes().unwrap_or_default()),
    }
}
