//! Answers as plain data: what `explorer` gives, and what screens and reports show.
//!
//! Nothing here knows how it was found out or how it will look. Everything is cheap to share (`Arc`) and never
//! changes once made.

mod overview;
mod preview;
mod radius;
mod target;

pub use overview::{CommitSummary, Overview, TargetState};
pub use preview::{ChangedTarget, FilePreview, MovedReference, Preview, TargetEffect, WriteFailure, Written};
pub use radius::{
    CandidateRef, Candidates, Cause, Change, ChangeClass, FailureGroup, FieldChange, LayerChoice, Member,
    MemberChange, Movable, Progress, Radius, RefRange, ResourceChange, TargetScope, Verdict,
};
pub use target::{Comparison, Document, Line, LineWriter, Manifest, TargetView};
