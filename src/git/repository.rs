//! A repository that many threads may ask at once.

use std::fmt;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use git2::{ErrorCode, RepositoryOpenFlags};

use super::commits::CommitCache;
use super::objects::ObjectCache;
use super::{GitError, OpenError};

/// A git repository, opened for reading.
///
/// Cheap to clone, and usable from several threads: a handle of git2 may be moved but not shared, so every
/// question borrows one from a pool, which grows to as many handles as there are threads that ask at the same
/// time. Objects are cached for all of them.
///
/// Refs are read afresh for every question, so what another program does to them is seen.
#[derive(Clone)]
pub struct Repository {
    shared: Arc<Shared>,
    /// The moment at which refs are looked at, in seconds since 1970; `None` for now.
    pub(super) moment: Option<i64>,
}

struct Shared {
    git_dir: PathBuf,
    work_dir: Option<PathBuf>,
    idle: Mutex<Vec<git2::Repository>>,
    objects: ObjectCache,
    commits: CommitCache,
}

/// A handle on loan from the pool.
pub(super) struct Handle<'a> {
    /// `None` only while it is given back.
    handle: Option<git2::Repository>,
    pool: &'a Mutex<Vec<git2::Repository>>,
}

impl Repository {
    /// Opens the repository that `path` lies in: there or in a directory above. Work trees made by
    /// `git worktree`, bare and shallow repositories are fine.
    ///
    /// # Errors
    ///
    /// [`OpenError`]
    pub fn discover(path: &Path) -> Result<Self, OpenError> {
        Self::with_flags(path, RepositoryOpenFlags::empty())
    }

    /// Opens the repository at `path`, which is its work tree's root, its `.git` or a bare repository.
    ///
    /// # Errors
    ///
    /// [`OpenError`]
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        Self::with_flags(path, RepositoryOpenFlags::NO_SEARCH)
    }

    fn with_flags(path: &Path, flags: RepositoryOpenFlags) -> Result<Self, OpenError> {
        let no_ceiling: [&Path; 0] = [];
        let first = git2::Repository::open_ext(path, flags, no_ceiling)
            .map_err(|error| explain_open(path, &error))?;
        let git_dir = first.path().to_path_buf();
        // libgit2 ends directories with a slash; without it two spellings of one directory are equal.
        let work_dir = first.workdir().map(|path| path.components().collect());
        Ok(Self {
            shared: Arc::new(Shared {
                git_dir,
                work_dir,
                idle: Mutex::new(vec![first]),
                objects: ObjectCache::default(),
                commits: CommitCache::default(),
            }),
            moment: None,
        })
    }

    /// The directory of the checked-out files; `None` for a bare repository.
    #[must_use]
    pub fn work_dir(&self) -> Option<&Path> {
        self.shared.work_dir.as_deref()
    }

    /// The directory of git's own files; of this work tree, if there are several.
    #[must_use]
    pub fn git_dir(&self) -> &Path {
        &self.shared.git_dir
    }

    /// Whether part of the history was left out when the repository was cloned.
    #[must_use]
    pub fn is_shallow(&self) -> bool {
        self.handle().is_ok_and(|handle| handle.is_shallow())
    }

    pub(super) fn handle(&self) -> Result<Handle<'_>, GitError> {
        let pool = &self.shared.idle;
        let idle = pool.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let handle = match idle {
            Some(handle) => handle,
            None => git2::Repository::open(&self.shared.git_dir)
                .map_err(|error| explain_open(&self.shared.git_dir, &error))?,
        };
        Ok(Handle { handle: Some(handle), pool })
    }

    pub(super) fn objects(&self) -> &ObjectCache {
        &self.shared.objects
    }

    pub(super) fn commits(&self) -> &CommitCache {
        &self.shared.commits
    }
}

impl fmt::Debug for Repository {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Repository({})", self.shared.git_dir.display())
    }
}

impl Deref for Handle<'_> {
    type Target = git2::Repository;

    fn deref(&self) -> &git2::Repository {
        self.handle.as_ref().expect("a handle is only given back when it is dropped")
    }
}

impl Drop for Handle<'_> {
    fn drop(&mut self) {
        let mut idle = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        idle.extend(self.handle.take());
    }
}

/// What libgit2 says about formats it cannot read, and what that means.
const UNSUPPORTED: &[(&str, &str)] = &[
    ("partialclone", "a partial clone (`--filter`)"),
    ("refstorage", "reftable refs"),
    ("object format", "SHA-256 objects"),
    ("objectformat", "SHA-256 objects"),
    ("unsupported extension", "an extension of git's format"),
    ("unsupported repository version", "a newer version of git's format"),
];

fn explain_open(path: &Path, error: &git2::Error) -> OpenError {
    let path = path.to_path_buf();
    match error.code() {
        ErrorCode::NotFound => return OpenError::NotRepository(path),
        // libgit2 names the directory that git's setting must hold, which may lie above `path`.
        ErrorCode::Owner => {
            let named = error.message().split('\'').nth(1).map(|text| text.trim_end_matches('/'));
            return OpenError::NotOwned(named.map_or(path, PathBuf::from));
        }
        _ => {}
    }
    let message = error.message();
    let feature = UNSUPPORTED.iter().find(|(sign, _)| message.contains(sign)).map(|(_, feature)| *feature);
    match feature {
        Some(feature) => OpenError::Unsupported { path, feature },
        None => OpenError::Failed { path, reason: message.to_owned() },
    }
}
