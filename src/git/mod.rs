//! What Overlens asks of git: refs, commits, distances, and objects straight from the database; no network.

pub mod object;

pub use object::blob_id;
