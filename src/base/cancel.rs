//! A wish that work ends, shared by those who ask and those who work, and how long one piece of work may take.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Tells work in progress that nobody wants its answer any more. Clones share the wish.
#[derive(Clone, Debug, Default)]
pub struct Cancel {
    wished: Arc<AtomicBool>,
}

impl Cancel {
    /// Ends the work as soon as it looks. Cannot be taken back.
    pub fn cancel(&self) {
        self.wished.store(true, Ordering::Release);
    }

    /// Whether the work should end.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.wished.load(Ordering::Acquire)
    }
}

/// Why a piece of work was ended before it was done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stopped {
    /// Nobody wants the answer.
    Cancelled,
    /// It took longer than it may.
    OutOfTime,
}

/// When one piece of work has to end: on a wish, or at a moment.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    /// The wish.
    pub cancel: Cancel,
    /// The moment; `None` for as long as it takes.
    pub deadline: Option<Instant>,
}

impl Stop {
    /// Why the work has to end now; `None` when it may go on.
    #[must_use]
    pub fn why(&self) -> Option<Stopped> {
        if self.cancel.is_cancelled() {
            return Some(Stopped::Cancelled);
        }
        self.deadline.filter(|deadline| Instant::now() >= *deadline).map(|_| Stopped::OutOfTime)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_reaches_every_clone_and_comes_before_the_time() {
        let cancel = Cancel::default();
        let stop = Stop { cancel: cancel.clone(), deadline: Some(Instant::now()) };
        assert_eq!(stop.why(), Some(Stopped::OutOfTime));
        cancel.cancel();
        assert_eq!(stop.why(), Some(Stopped::Cancelled));
        assert_eq!(Stop::default().why(), None);
    }
}
