//! Catalog and refs as a draft sees them, read once for each state of the draft.

use std::sync::{Arc, Mutex, PoisonError};

use super::refs::GitRefs;
use super::{Failure, Shared};
use crate::catalog::{RefAnswers, RefResolver};
use crate::edit::{Draft, FileChange};
use crate::report::answer::Overview;
use crate::vfs::{Overlay, Source};

/// How many states are remembered: the files as they are, the draft before the last key press, and the draft now.
const REMEMBERED: usize = 4;

/// The newest overviews, by the text of the files that the draft changes.
#[derive(Default)]
pub(super) struct Snapshots {
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    overviews: Vec<(Vec<FileChange>, Arc<Overview>)>,
    /// How often everything was forgotten: what was begun before that is no longer true.
    generation: usize,
    /// What git said to all of these.
    answers: Arc<RefAnswers>,
    /// The newest state before everything was forgotten, and what git said then: mostly it says the same now.
    former: Option<(Arc<Overview>, Arc<RefAnswers>)>,
}

/// A state that the next one is probably much like.
pub(super) struct Before {
    /// The state.
    pub(super) overview: Arc<Overview>,
    /// Whether nothing was forgotten since; if not, at least the refs that it asked for are the same now.
    pub(super) is_of_now: bool,
}

impl Snapshots {
    /// Forgets everything.
    pub(super) fn clear(&self) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let answers = std::mem::take(&mut known.answers);
        if let Some((_, newest)) = known.overviews.pop() {
            known.former = Some((newest, answers));
        }
        known.overviews.clear();
        known.generation += 1;
    }

    fn get(&self, changes: &[FileChange]) -> Option<Arc<Overview>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.overviews.iter().find(|(own, _)| own == changes).map(|(_, overview)| overview.clone())
    }

    /// The generation, the state that the next one is probably much like, and what git says at present.
    fn newest(&self, refs: &dyn RefResolver) -> (usize, Option<Before>, Arc<RefAnswers>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = known.overviews.last().map(|(_, overview)| overview.clone());
        if let Some(overview) = newest {
            let before = Before { overview, is_of_now: true };
            return (known.generation, Some(before), known.answers.clone());
        }
        let (generation, former) = (known.generation, known.former.take());
        drop(known);
        let former = former.filter(|(_, answers)| answers.still_hold(refs));
        let Some((overview, answers)) = former else {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            return (generation, None, known.answers.clone());
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.generation == generation {
            known.answers = answers.clone();
        }
        (generation, Some(Before { overview, is_of_now: false }), answers)
    }

    /// Keeps a state, unless everything was forgotten since its generation.
    fn put(&self, generation: usize, changes: Vec<FileChange>, overview: Arc<Overview>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.generation != generation {
            return;
        }
        let known = &mut known.overviews;
        known.retain(|(own, _)| *own != changes);
        // The files as they are stay; of the drafts, the oldest goes.
        if known.len() >= REMEMBERED {
            let oldest = known.iter().position(|(own, _)| !own.is_empty()).unwrap_or(0);
            known.remove(oldest);
        }
        known.push((changes, overview));
    }
}

impl Shared {
    /// Catalog and refs with the draft applied. A draft that does not apply is left out: [`Shared::changes`] says why.
    pub(super) fn overview(&self, draft: &Draft) -> Arc<Overview> {
        self.snapshot(self.changes(draft).unwrap_or_default())
    }

    /// Catalog and refs with changes on top of the files as they are.
    pub(super) fn snapshot(&self, changes: Vec<FileChange>) -> Arc<Overview> {
        if let Some(known) = self.snapshots.get(&changes) {
            return known;
        }
        let refs = GitRefs(self.platform.repository.as_ref());
        let (generation, before, answers) = self.snapshots.newest(&refs);
        let source = self.draft_source(&changes);
        let overview =
            super::overview::overview(&self.platform, &self.layers, &*source, &answers, before.as_ref());
        let overview = Arc::new(overview);
        self.snapshots.put(generation, changes, overview.clone());
        overview
    }

    /// The files that a draft changes.
    ///
    /// # Errors
    ///
    /// When an operation does not apply to the text of the files.
    pub(super) fn changes(&self, draft: &Draft) -> Result<Vec<FileChange>, Failure> {
        draft.changes(&*self.platform.catalog()).map_err(|error| Arc::new(error.diagnostic()))
    }

    /// The platform's files with changes on top.
    fn draft_source(&self, changes: &[FileChange]) -> Arc<dyn Source> {
        if changes.is_empty() {
            return self.platform.catalog();
        }
        let mut overlay = Overlay::new(self.platform.catalog());
        for change in changes {
            // A file that the draft changes was read a moment ago, so its place is free; if that has changed since,
            // the next question reads the files afresh and says so.
            let _ = overlay.write(&change.path, change.new.as_bytes());
        }
        Arc::new(overlay)
    }
}
