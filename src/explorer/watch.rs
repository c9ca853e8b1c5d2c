//! Watching a long question: how far it has come.

use crate::report::answer::Progress;

/// Is told how far a question has come; may be called from several threads.
pub type OnProgress<'a> = &'a (dyn Fn(Progress) + Sync);
