//! What a draft would do: to the text of the catalog files, to the refs, and to the manifests.

use std::sync::Arc;

use crate::base::{Diagnostic, RepoPath};
use crate::catalog::TargetId;
use crate::diff::{self, DiffDocument, Row, StyledLine, TextDiff};

use super::Comparison;

/// The effect of a draft that is not written.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// The files that would change.
    pub files: Vec<FilePreview>,
    /// The targets that would change, in the order of the catalog.
    pub targets: Vec<ChangedTarget>,
    /// Number of targets that were looked at.
    pub looked_at: usize,
    /// The target that the person is looking at, before and after.
    pub focus: Option<Arc<Comparison>>,
    /// Problems that the draft would bring.
    pub problems: Vec<Diagnostic>,
}

/// One catalog file before and after.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FilePreview {
    /// The file.
    pub path: RepoPath,
    /// The old text beside the new.
    pub diff: TextDiff,
}

impl FilePreview {
    /// The change as `diff -u` would print it.
    #[must_use]
    pub fn unified(&self) -> Vec<StyledLine> {
        diff::unified(&self.diff, &format!("a/{}", self.path), &format!("b/{}", self.path), 3)
    }

    /// The lines that change, counted from 1: of the new text, and for removed lines of the old one.
    #[must_use]
    pub fn changed_lines(&self) -> Vec<usize> {
        self.diff
            .rows
            .iter()
            .filter_map(|row| match row {
                Row::Equal { .. } => None,
                Row::Removed { left } => Some(*left),
                Row::Added { right } | Row::Changed { right, .. } => Some(*right),
            })
            .collect()
    }
}

/// A target that a draft changes.
#[derive(Clone, Debug)]
pub struct ChangedTarget {
    /// The target.
    pub target: TargetId,
    /// The ref before and after, when it changes.
    pub references: Option<MovedReference>,
    /// What happens to its manifests.
    pub effect: TargetEffect,
}

/// The ref before and after; `None` where nothing says one.
pub type MovedReference = (Option<Arc<str>>, Option<Arc<str>>);

/// What happens to the manifests of a target.
#[derive(Clone, Debug)]
pub enum TargetEffect {
    /// They differ.
    Differs(Arc<DiffDocument>),
    /// The ref changes and the manifests stay the same.
    SameManifests,
    /// It renders now and would not any more.
    NewlyFails(Arc<Diagnostic>),
    /// It does not render now and would.
    NewlyRenders,
    /// It does not render before or after, for another reason.
    FailsDifferently(Arc<Diagnostic>),
    /// It would come to be.
    Appears,
    /// It would be gone.
    Disappears,
}

/// Files that were written.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Written {
    /// Each file with the lines that changed, counted from 1.
    pub files: Vec<(RepoPath, Vec<usize>)>,
    /// Whether somebody else had changed a file meanwhile and the draft was applied to the new text.
    pub rebased: bool,
}

/// Why a draft was not written. Nothing is lost: the draft is as it was.
#[derive(Clone, PartialEq, Debug)]
pub struct WriteFailure {
    /// What is wrong and what to do.
    pub problem: Diagnostic,
}
