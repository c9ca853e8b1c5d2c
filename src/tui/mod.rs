//! The screen: takes the terminal, draws the model, runs the work that it asks for, and gives the terminal back.

pub mod answers;
mod journal;
mod keys;
pub mod paint;
pub mod picture;
mod run;
pub mod still;
mod terminal;
pub mod theme;
pub mod views;
mod workers;

pub use run::{TuiOptions, run};
pub use still::still;
pub use workers::Opener;
