//! The programs that Overlens may run when the user allows it: `git` and `curl` for what is remote, `helm` for charts.
//!
//! Nothing here runs unless a caller makes one of these and gives it to the engine. Programs are started directly,
//! never through a shell, without a terminal to ask questions on, and with a time limit where they use the network.

mod cache;
mod curl;
mod git;
mod helm;
mod program;
mod remotes;
mod submodules;
mod tree;

pub use cache::{Cache, cache_directory};
pub use helm::HelmProgram;
pub use remotes::UserRemotes;
