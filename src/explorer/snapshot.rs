//! Catalog and refs as a draft sees them, read once for each state of the draft.

use std::sync::{Arc, Mutex, PoisonError};

use super::{Failure, Shared};
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
}

impl Snapshots {
    /// Forgets everything.
    pub(super) fn clear(&self) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.overviews.clear();
        known.generation += 1;
    }

    fn get(&self, changes: &[FileChange]) -> Option<Arc<Overview>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.overviews.iter().find(|(own, _)| own == changes).map(|(_, overview)| overview.clone())
    }

    /// The generation, and the newest of its states: whatever is asked next is probably much like it.
    fn newest(&self) -> (usize, Option<Arc<Overview>>) {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        (known.generation, known.overviews.last().map(|(_, overview)| overview.clone()))
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
        let (generation, before) = self.snapshots.newest();
        let source = self.draft_source(&changes);
        let overview =
            Arc::new(super::overview::overview(&self.platform, &self.layers, &*source, before.as_deref()));
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
