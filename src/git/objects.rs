//! Trees and files straight from the object database, cached for all threads.

use std::sync::{Arc, PoisonError, RwLock};

use git2::ObjectType;
use rustc_hash::FxHashMap;

use super::{CommitId, GitError, ObjectId, Repository};

/// A directory in the object database: its children, sorted by name.
///
/// Children whose names are not UTF-8 are left out.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tree {
    entries: Vec<TreeEntry>,
}

/// A child of a [`Tree`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TreeEntry {
    /// Its name, without the directory.
    pub name: String,
    /// What it is.
    pub kind: TreeEntryKind,
    /// Its object: a tree for directories, a commit of another repository for submodules, else a blob.
    pub id: ObjectId,
}

/// What a child of a [`Tree`] is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TreeEntryKind {
    /// A file, executable or not.
    File,
    /// A directory.
    Directory,
    /// A symbolic link; its text is the blob.
    Link,
    /// A commit of another repository.
    Submodule,
}

impl Tree {
    /// The children, sorted by name.
    #[must_use]
    pub fn entries(&self) -> &[TreeEntry] {
        &self.entries
    }

    /// The child called `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&TreeEntry> {
        let index = self.entries.binary_search_by(|entry| entry.name.as_str().cmp(name)).ok()?;
        self.entries.get(index)
    }
}

/// So many bytes of files are kept; when there are more, all are dropped and read again when wanted.
const MOST_BYTES: usize = 32 * 1024 * 1024;
/// Larger files are not kept.
const LARGEST_KEPT: usize = 1024 * 1024;
/// So many trees are kept, as for files.
const MOST_TREES: usize = 20_000;

/// Objects that were read. They never change, so an entry is never wrong.
#[derive(Default)]
pub(super) struct ObjectCache {
    trees: RwLock<FxHashMap<ObjectId, Arc<Tree>>>,
    blobs: RwLock<Blobs>,
}

#[derive(Default)]
struct Blobs {
    by_id: FxHashMap<ObjectId, Arc<[u8]>>,
    bytes: usize,
}

impl Repository {
    /// The root directory of a commit.
    ///
    /// # Errors
    ///
    /// [`GitError::Missing`] when there is no such commit.
    pub fn tree_at(&self, commit: CommitId) -> Result<ObjectId, GitError> {
        let handle = self.handle()?;
        let found = handle.find_commit(commit.into()).map_err(GitError::reading(commit.0))?;
        Ok(found.tree_id().into())
    }

    /// The children of a directory.
    ///
    /// # Errors
    ///
    /// [`GitError::Missing`] when there is no such tree.
    pub fn tree(&self, id: ObjectId) -> Result<Arc<Tree>, GitError> {
        let cache = &self.objects().trees;
        if let Some(tree) = cache.read().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return Ok(Arc::clone(tree));
        }
        let handle = self.handle()?;
        let found = handle.find_tree(id.into()).map_err(GitError::reading(id))?;
        let mut entries: Vec<TreeEntry> = found.iter().filter_map(|entry| entry_of(&entry)).collect();
        // git orders directories as if their names ended with a slash.
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        let tree = Arc::new(Tree { entries });
        let mut trees = cache.write().unwrap_or_else(PoisonError::into_inner);
        if trees.len() >= MOST_TREES {
            trees.clear();
        }
        trees.insert(id, Arc::clone(&tree));
        Ok(tree)
    }

    /// The bytes of a file of at most `limit` bytes.
    ///
    /// # Errors
    ///
    /// [`GitError::Missing`] and [`GitError::TooLarge`]; a larger file is not loaded.
    pub fn blob(&self, id: ObjectId, limit: u64) -> Result<Arc<[u8]>, GitError> {
        let check = |size: usize| {
            let size = size as u64;
            if size > limit { Err(GitError::TooLarge { size, limit }) } else { Ok(()) }
        };
        let cache = &self.objects().blobs;
        if let Some(bytes) = cache.read().unwrap_or_else(PoisonError::into_inner).by_id.get(&id) {
            check(bytes.len())?;
            return Ok(Arc::clone(bytes));
        }
        let handle = self.handle()?;
        let database = handle.odb().map_err(GitError::failed("open the object database"))?;
        let (size, kind) = database.read_header(id.into()).map_err(GitError::reading(id))?;
        if kind != ObjectType::Blob {
            return Err(GitError::Missing(id));
        }
        check(size)?;
        let bytes: Arc<[u8]> = database.read(id.into()).map_err(GitError::reading(id))?.data().into();
        if bytes.len() <= LARGEST_KEPT {
            let mut blobs = cache.write().unwrap_or_else(PoisonError::into_inner);
            if blobs.bytes + bytes.len() > MOST_BYTES {
                *blobs = Blobs::default();
            }
            if blobs.by_id.insert(id, Arc::clone(&bytes)).is_none() {
                blobs.bytes += bytes.len();
            }
        }
        Ok(bytes)
    }
}

fn entry_of(entry: &git2::TreeEntry<'_>) -> Option<TreeEntry> {
    let kind = match entry.kind()? {
        ObjectType::Tree => TreeEntryKind::Directory,
        ObjectType::Commit => TreeEntryKind::Submodule,
        _ if entry.filemode() == i32::from(git2::FileMode::Link) => TreeEntryKind::Link,
        _ => TreeEntryKind::File,
    };
    Some(TreeEntry { name: entry.name().ok()?.to_owned(), kind, id: entry.id().into() })
}
