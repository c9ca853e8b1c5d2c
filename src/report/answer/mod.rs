//! Answers as plain data: what `explorer` gives, and what screens and reports show.
//!
//! Nothing here knows how it was found out or how it will look. Everything is cheap to share (`Arc`) and never
//! changes once made.

mod history;
mod overview;
mod parity;
mod preview;
mod target;

pub use history::{Bisection, Change, Run, Seen, Stop, ValueHistory, Vary};
pub use overview::{CommitSummary, Overview, TargetState};
pub use parity::{About, FieldDifference, Parity, ParityRow, ParitySide, Place, Reason, Verdict, WrittenValue};
pub use preview::{ChangedTarget, FilePreview, MovedReference, Preview, TargetEffect, WriteFailure, Written};
pub use target::{Comparison, Document, Line, LineWriter, Manifest, TargetView};
