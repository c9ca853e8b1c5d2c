//! The files of one commit, straight from the object database, without a checkout.

use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashMap;

use super::links::{self, Step};
use super::{ContentId, DEFAULT_LIMIT, DirEntry, EntryKind, FileContent, Source, SourceError};
use crate::base::{FileName, RepoPath};
use crate::git::{CommitId, GitError, ObjectId, Repository, TreeEntry, TreeEntryKind};

/// The longest text of a link that is read; Linux allows no longer ones either.
const LONGEST_LINK: u64 = 4096;

/// A tree of a git repository.
///
/// Nothing in it ever changes, so every answer is remembered. Trees and files themselves are cached by the
/// repository, for all commits together. Submodules are an error of their own: their files are elsewhere.
#[derive(Debug)]
pub struct GitTree {
    repository: Repository,
    root: ObjectId,
    revision: Option<Arc<str>>,
    limit: u64,
    /// Directories that were reached, by their path without links.
    directories: RwLock<FxHashMap<RepoPath, ObjectId>>,
    /// Where paths lead: the path without links and what is there, or nothing.
    answers: RwLock<FxHashMap<RepoPath, Option<(RepoPath, EntryKind)>>>,
}

impl GitTree {
    /// The files of a commit.
    ///
    /// # Errors
    ///
    /// [`GitError::Missing`] when the repository has no such commit.
    pub fn at(repository: &Repository, commit: CommitId) -> Result<Self, GitError> {
        let root = repository.tree_at(commit)?;
        Ok(Self::new(repository, root, Some(commit)))
    }

    /// The files of a tree; `revision` is the commit that blame and diagnostics name.
    #[must_use]
    pub fn new(repository: &Repository, tree: ObjectId, revision: Option<CommitId>) -> Self {
        Self {
            repository: repository.clone(),
            root: tree,
            revision: revision.map(|commit| Arc::from(commit.to_string())),
            limit: DEFAULT_LIMIT,
            directories: RwLock::new(FxHashMap::from_iter([(RepoPath::root(), tree)])),
            answers: RwLock::default(),
        }
    }

    /// This source with another limit for the size of a file, in bytes.
    #[must_use]
    pub fn with_limit(self, limit: u64) -> Self {
        Self { limit, ..self }
    }

    /// The id of the root directory.
    #[must_use]
    pub fn tree(&self) -> ObjectId {
        self.root
    }

    /// The child of a directory at a path without links; `None` when it is not there.
    fn entry(&self, path: &RepoPath) -> Result<Option<TreeEntry>, SourceError> {
        let Some(parent) = path.parent() else { return Ok(None) };
        let known = self.directories.read().unwrap_or_else(PoisonError::into_inner).get(&parent).copied();
        let directory = match known {
            Some(id) => id,
            None => match self.entry(&parent)? {
                Some(entry) if entry.kind == TreeEntryKind::Directory => entry.id,
                _ => return Ok(None),
            },
        };
        let tree = self.repository.tree(directory).map_err(|error| explain(path, &error))?;
        let entry = tree.get(path.name()).cloned();
        if let Some(TreeEntry { name: _, kind: TreeEntryKind::Directory, id }) = &entry {
            self.directories.write().unwrap_or_else(PoisonError::into_inner).insert(path.clone(), *id);
        }
        Ok(entry)
    }

    fn step(&self, path: &RepoPath) -> Result<Step, SourceError> {
        let Some(entry) = self.entry(path)? else { return Ok(Step::Missing) };
        match entry.kind {
            TreeEntryKind::File => Ok(Step::File),
            TreeEntryKind::Directory => Ok(Step::Directory),
            TreeEntryKind::Submodule => Err(SourceError::Submodule(path.clone())),
            TreeEntryKind::Link => {
                let bytes =
                    self.repository.blob(entry.id, LONGEST_LINK).map_err(|error| explain(path, &error))?;
                match std::str::from_utf8(&bytes) {
                    Ok(target) => Ok(Step::Link(target.to_owned())),
                    // Not a name that a source can hold, so it leads to something else than our files.
                    Err(_) => Err(SourceError::LinkOutside {
                        path: path.clone(),
                        target: String::from_utf8_lossy(&bytes).into_owned(),
                    }),
                }
            }
        }
    }

    fn follow(&self, path: &RepoPath) -> Result<Option<(RepoPath, EntryKind)>, SourceError> {
        let known = self.answers.read().unwrap_or_else(PoisonError::into_inner).get(path).cloned();
        if let Some(answer) = known {
            return Ok(answer);
        }
        let answer = links::follow(path, |path| self.step(path))?;
        self.answers.write().unwrap_or_else(PoisonError::into_inner).insert(path.clone(), answer.clone());
        Ok(answer)
    }
}

impl Source for GitTree {
    fn read(&self, path: &RepoPath) -> Result<FileContent, SourceError> {
        let not_found = || SourceError::NotFound(path.clone());
        let (real, kind) = self.follow(path)?.ok_or_else(not_found)?;
        if kind == EntryKind::Directory {
            return Err(SourceError::IsDirectory(path.clone()));
        }
        let entry = self.entry(&real)?.ok_or_else(not_found)?;
        let bytes = self.repository.blob(entry.id, self.limit).map_err(|error| explain(path, &error))?;
        Ok(FileContent { bytes, kept_as: Some(ContentId(entry.id.0)) })
    }

    fn kind(&self, path: &RepoPath) -> Result<Option<EntryKind>, SourceError> {
        Ok(self.follow(path)?.map(|(_, kind)| kind))
    }

    fn canonical(&self, path: &RepoPath) -> Result<RepoPath, SourceError> {
        self.follow(path)?.map(|(path, _)| path).ok_or_else(|| SourceError::NotFound(path.clone()))
    }

    fn list(&self, directory: &RepoPath) -> Result<Vec<DirEntry>, SourceError> {
        let not_found = || SourceError::NotFound(directory.clone());
        let (real, kind) = self.follow(directory)?.ok_or_else(not_found)?;
        if kind == EntryKind::File {
            return Err(SourceError::NotDirectory(directory.clone()));
        }
        let id = match self.entry(&real)? {
            Some(entry) => entry.id,
            None => self.root,
        };
        let tree = self.repository.tree(id).map_err(|error| explain(directory, &error))?;
        let children = tree.entries().iter().filter_map(|entry| {
            let kind = match entry.kind {
                TreeEntryKind::File => EntryKind::File,
                TreeEntryKind::Directory => EntryKind::Directory,
                TreeEntryKind::Submodule => return None,
                TreeEntryKind::Link => self.kind(&real.child(&entry.name)).ok()??,
            };
            Some(DirEntry { name: entry.name.clone(), kind })
        });
        Ok(children.collect())
    }

    fn file_name(&self, path: &RepoPath) -> FileName {
        FileName { path: path.clone(), revision: self.revision.clone() }
    }

    /// The id of the whole tree: a build may read any file of it.
    fn build_key(&self, directory: &RepoPath) -> Option<(ContentId, RepoPath)> {
        Some((ContentId(self.root.0), directory.clone()))
    }
}

fn explain(path: &RepoPath, error: &GitError) -> SourceError {
    match error {
        GitError::TooLarge { size, limit } => {
            SourceError::TooLarge { path: path.clone(), size: *size, limit: *limit }
        }
        error => SourceError::Unreadable { path: path.clone(), reason: error.to_string() },
    }
}
