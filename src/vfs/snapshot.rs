//! The answers of another source, remembered: a view that holds still while files change underneath.

use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashMap;

use super::{ContentId, DirEntry, EntryKind, FileContent, Source, SourceError};
use crate::base::{FileName, RepoPath};

/// Another source as it was when each file was first asked for.
///
/// Made for a work tree: one generation of renders sees every file in one state and reads it once, and its builds
/// can be shared, because nothing they could read changes any more. To see later changes, make a new one.
pub struct Snapshot {
    below: Arc<dyn Source>,
    id: ContentId,
    files: Answers<FileContent>,
    kinds: Answers<Option<EntryKind>>,
    paths: Answers<RepoPath>,
    lists: Answers<Vec<DirEntry>>,
}

type Answers<T> = RwLock<FxHashMap<RepoPath, Result<T, SourceError>>>;

/// Gives every snapshot of this process another number.
static NEXT: AtomicU64 = AtomicU64::new(0);

impl Snapshot {
    /// A view of `below` that knows nothing yet.
    #[must_use]
    pub fn new(below: Arc<dyn Source>) -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self {
            below,
            // Not the bytes of anything: no file, tree or set of changes is hashed with this beginning.
            id: ContentId::of(format!("snapshot\0{number}").as_bytes()),
            files: RwLock::default(),
            kinds: RwLock::default(),
            paths: RwLock::default(),
            lists: RwLock::default(),
        }
    }
}

/// The answer that is known, or the one that `ask` gives now. If two threads ask at once, both get the first answer.
fn remember<K: Clone + Eq + Hash, T: Clone>(
    answers: &RwLock<FxHashMap<K, T>>,
    key: &K,
    ask: impl FnOnce() -> T,
) -> T {
    if let Some(known) = answers.read().unwrap_or_else(PoisonError::into_inner).get(key) {
        return known.clone();
    }
    let answer = ask();
    let mut answers = answers.write().unwrap_or_else(PoisonError::into_inner);
    answers.entry(key.clone()).or_insert(answer).clone()
}

impl Source for Snapshot {
    fn read(&self, path: &RepoPath) -> Result<FileContent, SourceError> {
        remember(&self.files, path, || self.below.read(path))
    }

    fn kind(&self, path: &RepoPath) -> Result<Option<EntryKind>, SourceError> {
        remember(&self.kinds, path, || self.below.kind(path))
    }

    fn canonical(&self, path: &RepoPath) -> Result<RepoPath, SourceError> {
        remember(&self.paths, path, || self.below.canonical(path))
    }

    fn list(&self, directory: &RepoPath) -> Result<Vec<DirEntry>, SourceError> {
        remember(&self.lists, directory, || self.below.list(directory))
    }

    fn file_name(&self, path: &RepoPath) -> FileName {
        self.below.file_name(path)
    }

    fn build_key(&self, directory: &RepoPath) -> Option<(ContentId, RepoPath)> {
        self.below.build_key(directory).or_else(|| Some((self.id, directory.clone())))
    }

    fn boundary(&self, path: &RepoPath) -> RepoPath {
        self.below.boundary(path)
    }
}
