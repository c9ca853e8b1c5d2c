//! What Overlens asks of git: refs, commits, distances, and files straight from the object database.
//!
//! Nothing here fetches, and nothing here moves a ref. git2's own types, which threads may not share, stay behind
//! [`Repository`], which they may.

pub mod between;
pub mod commits;
pub mod error;
pub mod id;
pub mod objects;
pub mod past;
pub mod refs;
pub mod repository;
pub mod status;
pub mod time;

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;

pub use commits::{CommitInfo, Distance, History};
pub use error::{GitError, OpenError, RefError};
pub use id::{CommitId, ObjectId, blob_id};
pub use objects::{Tree, TreeEntry, TreeEntryKind};
pub use refs::{Head, RefInfo, RefKind, ResolvedRef};
pub use repository::Repository;
pub use status::{Change, ChangeKind};
pub use time::CommitTime;
