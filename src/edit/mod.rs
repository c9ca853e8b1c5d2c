//! Editing a platform: operations in the user's words, the draft that holds them, and the only writer.
//!
//! Everything is pure (text in, text out) except `write`, which puts a draft on the disk, and `journal`,
//! which keeps an unsaved draft over a crash.

mod apply;
pub mod change;
mod disk;
pub mod draft;
pub mod error;
mod excerpt;
pub mod files;
pub mod journal;
pub mod merge;
pub mod operation;
pub mod rebase;
pub mod scope;
pub mod words;
pub mod write;

#[cfg(test)]
mod tests;

pub use change::{FileChange, LineChange};
pub use draft::{Draft, DraftEntry};
pub use error::DraftError;
pub use files::CatalogFiles;
pub use journal::{Journal, JournalError};
pub use operation::Operation;
pub use rebase::{Conflict, RebaseError, rebase};
pub use scope::{Scope, ScopeError};
pub use words::{ValuePath, WordsError};
pub use write::{ChangedFile, Mode, WriteError, Written, write};
