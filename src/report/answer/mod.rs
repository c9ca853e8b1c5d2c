//! Answers as plain data: what `explorer` gives, and what screens and reports show.
//!
//! Nothing here knows how it was found out or how it will look. Everything is cheap to share (`Arc`) and never
//! changes once made.

mod fields;
mod history;
mod overview;
mod parity;
mod preview;
mod radius;
mod target;

pub use fields::FieldGroup;
pub use history::{Bisection, Run, Seen, Stop, ValueChange, ValueHistory, Vary};
pub use overview::{CommitSummary, Overview, TargetState};
pub use parity::{
    FieldDifference, Parity, ParityQuery, ParityRow, ParitySide, ParityVerdict, Place, Reason, Topic,
    WrittenValue,
};
pub use preview::{ChangedTarget, FilePreview, MovedReference, Preview, TargetEffect, WriteFailure, Written};
pub use radius::{
    CandidateRef, Candidates, Cause, Change, ChangeClass, ClassSoFar, FailureGroup, FieldChange, LayerChoice,
    LinePlaces, Member, MemberChange, Movable, Progress, Radius, RefRange, ResourceChange, SoFar,
    TargetScope, Verdict,
};
pub use target::{Comparison, Document, Line, LineWriter, Manifest, TargetView};
