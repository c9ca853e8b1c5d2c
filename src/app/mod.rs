//! The state of the screens: pure. A message comes in, the model changes, work to be done comes out as data.
//!
//! Nothing here draws, reads a file, starts a thread or looks at a clock; `tui` does. Views never change the
//! model: before each frame they say how much fits ([`Model::measure`]), and then only read it.

mod choose;
pub mod command;
mod copy;
pub mod editing;
mod edits;
pub mod explain;
pub mod filter;
pub mod guard;
pub mod help;
pub mod input;
pub mod key;
pub mod keymap;
pub mod list;
pub mod message;
mod model;
mod parity;
pub mod popup;
pub mod promote;
mod run;
pub mod screens;
pub mod search;
mod update;
pub mod words;

pub use crate::report::mask;
pub use message::{About, DraftChange, Effect, Lane, Mouse, Msg, Spot, Ticket};
pub use model::{Measures, Model, Notice, Options, Phase};
pub use popup::{Popup, Side};
pub use screens::Screen;
pub use update::{start, update};
