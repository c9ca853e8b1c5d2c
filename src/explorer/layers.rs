//! The sources that layers are read from: one for each commit, shared by all targets that resolve to it.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::Platform;
use crate::base::Diagnostic;
use crate::catalog::Revision;
use crate::git::CommitId;
use crate::vfs::{GitTree, Source};

/// Sources by commit.
#[derive(Default)]
pub(super) struct LayerSources {
    trees: Mutex<FxHashMap<CommitId, Arc<GitTree>>>,
}

impl LayerSources {
    /// The files of the whole repository at a revision.
    ///
    /// # Errors
    ///
    /// When the commit is not in the repository (any more).
    pub(super) fn at(&self, platform: &Platform, revision: &Revision) -> Result<Arc<dyn Source>, Diagnostic> {
        let Revision::Commit(id) = revision else {
            return Ok(platform.work_tree.clone());
        };
        let missing =
            || Diagnostic::error("git/missing", format!("the commit `{id}` is not in the repository"));
        let repository = platform.repository.as_ref().ok_or_else(missing)?;
        let commit: CommitId = id.parse().map_err(|_| missing())?;
        let mut trees = self.trees.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tree) = trees.get(&commit) {
            return Ok(tree.clone());
        }
        let tree = Arc::new(GitTree::at(repository, commit)?);
        trees.insert(commit, tree.clone());
        Ok(tree)
    }
}
