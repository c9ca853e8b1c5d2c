//! Repositories made for tests, with fixed people and dates.

use std::fs;
use std::path::Path;

use git2::{IndexAddOption, Oid, Signature, Time};
use tempfile::TempDir;

use super::{CommitId, Repository};

/// A repository in a temporary directory.
pub(crate) struct Fixture {
    pub(crate) directory: TempDir,
    pub(crate) inner: git2::Repository,
}

/// 2025-10-01, 12:00 UTC.
const FIRST_DAY: i64 = 1_759_320_000;

/// Mia, in Berlin, on a day after 2025-10-01.
pub(crate) fn signature(day: i64) -> Signature<'static> {
    Signature::new("Mia Weber", "mia@example.org", &Time::new(FIRST_DAY + day * 86_400, 120)).unwrap()
}

impl Fixture {
    /// A repository without commits; its branch will be `main`.
    pub(crate) fn empty() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut options = git2::RepositoryInitOptions::new();
        let inner = git2::Repository::init_opts(directory.path(), options.initial_head("main")).unwrap();
        Self { directory, inner }
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn open(&self) -> Repository {
        Repository::open(self.path()).unwrap()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let file = self.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    /// Writes the files and commits everything on the branch that is checked out.
    pub(crate) fn commit(&self, day: i64, message: &str, files: &[(&str, &str)]) -> CommitId {
        for (name, text) in files {
            self.write(name, text);
        }
        let mut index = self.inner.index().unwrap();
        index.add_all(["*"], IndexAddOption::DEFAULT, None).unwrap();
        index.update_all(["*"], None).unwrap();
        index.write().unwrap();
        self.commit_tree(day, message, index.write_tree().unwrap())
    }

    /// Commits a tree that is already in the object database.
    pub(crate) fn commit_tree(&self, day: i64, message: &str, tree: Oid) -> CommitId {
        let parent = self.inner.head().ok().map(|head| head.peel_to_commit().unwrap());
        let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
        let (tree, who) = (self.inner.find_tree(tree).unwrap(), signature(day));
        self.inner.commit(Some("HEAD"), &who, &who, message, &tree, &parents).unwrap().into()
    }

    /// A tag without a message.
    pub(crate) fn tag(&self, name: &str, commit: CommitId) {
        self.set_ref(&format!("refs/tags/{name}"), commit);
    }

    /// A tag with a message, made on `day`.
    pub(crate) fn annotated_tag(&self, name: &str, commit: CommitId, day: i64) -> Oid {
        let object = self.inner.find_object(commit.into(), None).unwrap();
        self.inner.tag(name, &object, &signature(day), "a release", false).unwrap()
    }

    pub(crate) fn set_ref(&self, full_name: &str, commit: CommitId) {
        self.inner.reference(full_name, commit.into(), true, "test").unwrap();
    }
}
