//! The layers of every revision: read once for each commit, shared by all targets that resolve to it.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::{Failure, Platform};
use crate::base::Diagnostic;
use crate::catalog::{Layers, Revision, Settings};
use crate::git::CommitId;
use crate::vfs::{GitTree, Source};

/// The layers of a revision, and the files that they are read from.
#[derive(Clone)]
pub(super) struct Layered {
    /// The files of the whole repository.
    pub source: Arc<dyn Source>,
    /// Which layers there are.
    pub layers: Arc<Layers>,
}

/// Layers by revision.
#[derive(Default)]
pub(super) struct LayerSources {
    known: Mutex<FxHashMap<Revision, (Settings, Layered)>>,
    /// Those of the work tree before they were forgotten: mostly they are the same again, and then stay the same memory.
    former: Mutex<Option<Arc<Layers>>>,
}

impl LayerSources {
    /// Whether the layers of a revision were read before; refs by name are never among them.
    pub(super) fn are_known(&self, revision: &Revision) -> bool {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).contains_key(revision)
    }

    /// Forgets the layers of the work tree.
    pub(super) fn forget_work_tree(&self) {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(&Revision::WorkTree);
        if let Some((_, layered)) = known {
            *self.former.lock().unwrap_or_else(PoisonError::into_inner) = Some(layered.layers);
        }
    }

    /// The layers of a revision, where the platform's settings say they lie.
    ///
    /// # Errors
    ///
    /// When the commit is not in the repository (any more).
    pub(super) fn at(
        &self,
        platform: &Platform,
        revision: &Revision,
        settings: &Settings,
    ) -> Result<Layered, Failure> {
        // Asked for every target: only what is handed out is cloned.
        if let Some((own, layered)) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(revision)
            && own == settings
        {
            return Ok(layered.clone());
        }
        let source = source(platform, revision).map_err(Arc::new)?;
        let layers = Layers::read(&*source, revision.clone(), settings, &platform.prefix);
        let former = self.former.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let layers = former.filter(|former| **former == layers).unwrap_or_else(|| Arc::new(layers));
        let layered = Layered { source, layers };
        let entry = (settings.clone(), layered.clone());
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(revision.clone(), entry);
        Ok(layered)
    }
}

/// The files of the whole repository at a revision.
fn source(platform: &Platform, revision: &Revision) -> Result<Arc<dyn Source>, Diagnostic> {
    let Revision::Commit(id) = revision else {
        return Ok(platform.work_tree());
    };
    let missing = || Diagnostic::error("git/missing", format!("the commit `{id}` is not in the repository"));
    let repository = platform.repository.as_ref().ok_or_else(missing)?;
    let commit: CommitId = id.parse().map_err(|_| missing())?;
    Ok(Arc::new(GitTree::at(repository, commit)?.with_limit(platform.file_bytes)))
}
