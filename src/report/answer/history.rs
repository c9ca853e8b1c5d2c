//! What a target was at the commits of its history: the value over the tags, and the commit that changed it.

use std::sync::Arc;

use super::CommitSummary;
use crate::base::Diagnostic;
use crate::catalog::TargetId;
use crate::report::blame::Writing;

/// What changes from one commit to the next.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Vary {
    /// Catalog and layers are both those of the commit: what the commit holds, whoever uses it.
    #[default]
    Both,
    /// The layers are those of the commit, the catalog is the open one: what `service@env/region:REF` renders.
    Layers,
    /// The catalog is that of the commit, and its pins choose the layers, with the refs of that time: what was in force.
    Catalog,
}

/// What a target is at one commit, as far as was asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Seen {
    /// The value in one line, and what wrote it last.
    Value {
        /// The text of a scalar, or a collection as JSON.
        text: String,
        /// What wrote it.
        writer: Option<Box<Writing>>,
    },
    /// The whole manifests, when no path was asked for.
    Manifests(Arc<str>),
    /// The target renders, and has nothing at the path.
    NoValue,
    /// The catalog has no such target.
    NoTarget,
    /// The target does not render.
    Fails(Arc<Diagnostic>),
}

impl Seen {
    /// Whether two commits are alike in what was asked for. Two failures are alike, whatever their reasons.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Value { text, .. }, Self::Value { text: other, .. }) => text == other,
            (Self::Manifests(text), Self::Manifests(other)) => text == other,
            (own, other) => std::mem::discriminant(own) == std::mem::discriminant(other),
        }
    }

    /// In one short line; manifests by their number of lines.
    #[must_use]
    pub fn in_words(&self) -> String {
        match self {
            Self::Value { text, .. } => text.clone(),
            Self::Manifests(text) => format!("{} lines", text.lines().count()),
            Self::NoValue => "(not there)".to_owned(),
            Self::NoTarget => "(no such target)".to_owned(),
            Self::Fails(_) => "(does not render)".to_owned(),
        }
    }

    /// What wrote the value.
    #[must_use]
    pub fn writer(&self) -> Option<&Writing> {
        match self {
            Self::Value { writer, .. } => writer.as_deref(),
            _ => None,
        }
    }
}

/// One commit of a history.
#[derive(Clone, Debug)]
pub struct Stop {
    /// The tag that leads there, without `refs/tags/`.
    pub tag: Option<Arc<str>>,
    /// The commit.
    pub commit: CommitSummary,
    /// What the target is there.
    pub seen: Seen,
}

/// Neighbouring commits that are alike.
#[derive(Clone, Debug)]
pub struct Run {
    /// The commits, newest first; never empty.
    pub stops: Vec<Stop>,
    /// Lines of the manifests that came and went since the run before, when whole manifests are compared.
    pub lines: Option<(usize, usize)>,
}

/// A target over its history, newest run first.
#[derive(Clone, Debug)]
pub struct ValueHistory {
    /// The target.
    pub target: TargetId,
    /// The value, as `Kind/name:path`; `None` for the whole manifests.
    pub path: Option<String>,
    /// What was varied.
    pub vary: Vary,
    /// Whether the commits were looked at, not the tags.
    pub by_commits: bool,
    /// The runs.
    pub runs: Vec<Run>,
    /// Number of tags or commits looked at.
    pub looked_at: usize,
    /// How many of them had to be rendered; the others touch nothing that the target reads.
    pub rendered: usize,
}

/// A commit that changed what a target renders.
#[derive(Clone, Debug)]
pub struct ValueChange {
    /// The commit.
    pub commit: CommitSummary,
    /// What was there before.
    pub before: Seen,
    /// What is there since.
    pub after: Seen,
    /// Commits just before it that do not render: one of them may have changed it already.
    pub unclear: Vec<CommitSummary>,
}

/// The commits that changed a value between two commits.
#[derive(Clone, Debug)]
pub struct Bisection {
    /// The target.
    pub target: TargetId,
    /// The value, as `Kind/name:path`; `None` for the whole manifests.
    pub path: Option<String>,
    /// What was varied.
    pub vary: Vary,
    /// The older end.
    pub from: Stop,
    /// The newer end.
    pub to: Stop,
    /// The changes, oldest first. Without `--all` there is one.
    pub changes: Vec<ValueChange>,
    /// Commits that do not render, with the reason: they were skipped.
    pub skipped: Vec<(CommitSummary, Arc<Diagnostic>)>,
    /// Whether a third value was met on the way: then there are more changes than the one that was looked for.
    pub flips: bool,
    /// Whether every commit was looked at.
    pub all: bool,
    /// Number of commits between the ends, the newer end included.
    pub commits: usize,
    /// How many targets were rendered to find out.
    pub rendered: usize,
}
