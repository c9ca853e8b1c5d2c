//! Keeps the unsaved draft on disk while the screen is open, off its thread, so that a crash loses nothing.

use std::path::PathBuf;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use crate::edit::{Draft, DraftEntry, Journal, JournalError};
use crate::explorer::Explorer;

/// The journal of this session, once the platform is open.
pub(super) type Slot = Arc<Mutex<Option<Journal>>>;

/// Opens the journal of a platform, and brings back the draft that a crash left.
///
/// # Errors
///
/// When the user's state directory cannot be used: edits work, but do not survive a crash.
pub(super) fn open(slot: &Slot, explorer: &Explorer) -> Result<Option<Draft>, JournalError> {
    let Some(folder) = state_folder() else { return Ok(None) };
    let (journal, draft) = Journal::open(&folder, explorer.root(), explorer.draft().catalog_files())?;
    *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(journal);
    Ok(draft)
}

fn state_folder() -> Option<PathBuf> {
    use etcetera::BaseStrategy;
    let strategy = etcetera::choose_base_strategy().ok()?;
    Some(strategy.state_dir().unwrap_or_else(|| strategy.data_dir()).join("overlens"))
}

/// Writes every change of the draft to the journal.
pub(super) struct Keeper {
    slot: Slot,
    sender: Option<Sender<Draft>>,
    thread: Option<JoinHandle<()>>,
    last: Vec<DraftEntry>,
}

impl Keeper {
    /// Starts the thread that writes.
    pub(super) fn start(slot: Slot) -> Self {
        let (sender, drafts) = mpsc::channel::<Draft>();
        let own = slot.clone();
        let thread = std::thread::Builder::new().name("journal".to_owned()).spawn(move || {
            while let Ok(mut newest) = drafts.recv() {
                while let Ok(newer) = drafts.try_recv() {
                    newest = newer;
                }
                if let Some(journal) = own.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
                    // A disk that is full or gone must not stop the editing; the draft itself is on screen.
                    drop(journal.keep(&newest));
                }
            }
        });
        Self { slot, sender: Some(sender), thread: thread.ok(), last: Vec::new() }
    }

    /// Passes the draft on if it has changed.
    pub(super) fn keep(&mut self, draft: &Draft) {
        let entries = if draft.is_unsaved() { draft.entries() } else { &[] };
        if entries != self.last {
            self.last = entries.to_vec();
            if let Some(sender) = &self.sender {
                drop(sender.send(draft.clone()));
            }
        }
    }

    /// The person has quit, and knows what becomes of the draft: nothing is to be brought back.
    pub(super) fn finish(mut self) {
        self.sender = None;
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
        if let Some(journal) = self.slot.lock().unwrap_or_else(PoisonError::into_inner).take() {
            drop(journal.remove());
        }
    }
}
