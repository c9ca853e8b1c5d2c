//! The one interface that both front ends use: open a platform, ask questions, apply a draft.
//!
//! Every question takes the draft it is asked about, so answers about unsaved edits and about the files as
//! they are come from the same code. Answers are shared (`Arc`) and remembered; asking twice costs nothing.
//! Everything here may be called from several threads.

mod layers;
mod overview;
mod platform;
mod refs;

pub use platform::OpenOptions;

use platform::Platform;
