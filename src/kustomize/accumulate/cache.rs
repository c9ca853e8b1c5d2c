//! Sub-builds that do not depend on what includes them, shared by all builds of an engine.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::Accumulated;
use crate::base::{Diagnostic, FileId, RepoPath};
use crate::kustomize::notes::Notes;
use crate::kustomize::options::LoadRestriction;
use crate::vfs::{Asked, ContentId};

/// How many sub-builds are kept before the table starts over.
const CAPACITY: usize = 4_096;

/// Everything that a sub-build depends on.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct SubBuildKey {
    /// Identifies every file that it could read.
    pub(super) content: ContentId,
    /// Where its directory stands among these.
    pub(super) path: RepoPath,
    /// The directory under the name that blame shows.
    pub(super) file: FileId,
    /// What it was allowed to read.
    pub(super) restriction: LoadRestriction,
}

/// A sub-build and what it took.
#[derive(Debug)]
pub(super) struct SubBuild {
    /// What it came to.
    pub(super) accumulated: Accumulated,
    /// Every directory that it went through, for finding cycles.
    pub(super) roots: Vec<RepoPath>,
    /// What it had to say.
    pub(super) warnings: Vec<Diagnostic>,
    /// What it noticed.
    pub(super) notes: Notes,
    /// How many kustomizations it read.
    pub(super) kustomizations: usize,
    /// What it asked of its source; `None` when that kept no record.
    pub(super) asked: Option<Arc<[Asked]>>,
}

/// Sub-builds of every build of an engine.
#[derive(Debug, Default)]
pub(crate) struct SubBuildCache {
    table: Mutex<FxHashMap<SubBuildKey, Arc<SubBuild>>>,
}

impl SubBuildCache {
    /// A sub-build that was done before.
    pub(super) fn get(&self, key: &SubBuildKey) -> Option<Arc<SubBuild>> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    /// Keeps a sub-build.
    pub(super) fn put(&self, key: SubBuildKey, sub_build: SubBuild) {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        if table.len() >= CAPACITY {
            table.clear();
        }
        table.insert(key, Arc::new(sub_build));
    }
}
