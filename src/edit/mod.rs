//! Editing a platform: operations in the user's words, the draft that holds them, and the only writer.
//!
//! Everything is pure (text in, text out) except `write`, which puts a draft on the disk, and `journal`,
//! which keeps an unsaved draft over a crash.

pub mod change;
pub mod files;
pub mod operation;
pub mod scope;

pub use change::{FileChange, LineChange};
pub use files::CatalogFiles;
pub use operation::Operation;
pub use scope::{Scope, ScopeError};
