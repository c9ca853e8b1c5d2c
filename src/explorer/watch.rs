//! Watching a long question: how far it has come, and calling it off.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::report::answer::Progress;

/// Calls a question off. Clones share the decision.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Calls the question off: it ends soon, with what it has found.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was called off.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Is told how far a question has come; may be called from several threads.
pub type OnProgress<'a> = &'a (dyn Fn(Progress) + Sync);
