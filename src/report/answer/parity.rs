//! Two regions held against each other: what a failover would find, service by service.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use super::CommitSummary;
use crate::base::Span;
use crate::catalog::TargetId;
use crate::report::mask::{MASK, is_secret_value};

/// Which targets are held against each other.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ParityQuery {
    /// The region that serves; by default the one with that role, else the first of the catalog.
    pub primary: Option<String>,
    /// The region that takes over; by default the one with that role, else the second of the catalog.
    pub secondary: Option<String>,
    /// Only these environments; all when empty.
    pub environments: Vec<String>,
    /// Only these services; all when empty.
    pub services: Vec<String>,
}

/// How a service of one environment compares in two regions. The worst comes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ParityVerdict {
    /// It does not render in one of the regions, or in both.
    Failed,
    /// It runs in one of the regions only.
    Missing,
    /// It differs in what nobody wrote for the region: another ref.
    Skew,
    /// It differs only as it is meant to, and is pinned to something older than its channel.
    StalePin,
    /// It differs only in what region layers and overrides for the region say.
    Expected,
    /// It differs in the names of the regions only.
    Same,
}

impl ParityVerdict {
    /// All verdicts, the worst first.
    pub const ALL: [Self; 6] =
        [Self::Failed, Self::Missing, Self::Skew, Self::StalePin, Self::Expected, Self::Same];

    /// The words for people and options.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Missing => "missing",
            Self::Skew => "skew",
            Self::StalePin => "stale-pin",
            Self::Expected => "expected",
            Self::Same => "same",
        }
    }
}

/// The board: every service and environment with what differs between two regions.
#[derive(Clone, Debug, Serialize)]
pub struct Parity {
    /// The region that serves.
    pub primary: Arc<str>,
    /// The region that takes over.
    pub secondary: Arc<str>,
    /// Where the catalog was read from, and the moment of the refs.
    pub catalog: String,
    /// One row for each service and environment, the worst first, else in the order of the catalog.
    pub rows: Vec<ParityRow>,
}

impl Parity {
    /// Number of rows with a verdict.
    #[must_use]
    pub fn count(&self, verdict: ParityVerdict) -> usize {
        self.rows.iter().filter(|row| row.verdict == verdict).count()
    }
}

/// A service in one environment.
#[derive(Clone, Debug, Serialize)]
pub struct ParityRow {
    /// How it compares.
    pub verdict: ParityVerdict,
    /// The service.
    pub service: Arc<str>,
    /// The environment.
    pub env: Arc<str>,
    /// What it is in the primary region, if it runs there.
    pub primary: Option<ParitySide>,
    /// What it is in the secondary region, if it runs there.
    pub secondary: Option<ParitySide>,
    /// Why it has this verdict, the gravest first.
    pub reasons: Vec<Reason>,
    /// Every value that differs, except for the names of the regions.
    pub differences: Vec<FieldDifference>,
}

/// A target of the board.
#[derive(Clone, Debug, Serialize)]
pub struct ParitySide {
    /// The target.
    pub target: TargetId,
    /// The ref that it uses, as written.
    #[serde(rename = "ref")]
    pub reference: Option<Arc<str>>,
    /// Its commit.
    pub commit: Option<CommitSummary>,
    /// The rule that decides the ref.
    pub rule: Option<&'static str>,
    /// Where that is written.
    pub place: Option<Place>,
}

/// Something that differs, in words.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Reason {
    /// What it is about.
    pub topic: Topic,
    /// Whether it is meant to be.
    pub expected: bool,
    /// The sentence.
    pub text: String,
    /// The lines that cause it, the most important first.
    pub places: Vec<Place>,
}

/// What a reason is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// It does not render.
    Failure,
    /// It is not there.
    Missing,
    /// The ref.
    Ref,
    /// A pin behind its channel.
    StalePin,
    /// An image.
    Image,
    /// Numbers of replicas.
    Replicas,
    /// Requests and limits of cpu and memory.
    Resources,
    /// What a component brings.
    Component,
    /// Anything else in the manifests.
    Manifests,
}

impl Topic {
    /// The word before the sentence.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Failure => "failure",
            Self::Missing => "missing",
            Self::Ref => "ref",
            Self::StalePin => "stale pin",
            Self::Image => "image",
            Self::Replicas => "replicas",
            Self::Resources => "resources",
            Self::Component => "component",
            Self::Manifests => "manifests",
        }
    }
}

/// A value that differs between the regions.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FieldDifference {
    /// What it is about.
    pub topic: Topic,
    /// Whether it is meant to be: written by a region layer, or by an override for the region.
    pub expected: bool,
    /// `Kind/name` in the secondary region, or in the primary where only that has it.
    pub resource: String,
    /// The path of the value; empty for a whole resource.
    pub path: String,
    /// The value in the primary region.
    pub primary: Option<WrittenValue>,
    /// The value in the secondary region.
    pub secondary: Option<WrittenValue>,
}

impl FieldDifference {
    /// The line that causes it: that of the secondary region, else of the primary.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        let own = self.secondary.as_ref().and_then(|value| value.place.as_ref());
        own.or_else(|| self.primary.as_ref().and_then(|value| value.place.as_ref()))
    }

    /// The difference as it may be shown: without the values of a Secret.
    #[must_use]
    pub fn masked(mut self) -> Self {
        let kind = self.resource.split('/').next().unwrap_or_default();
        if is_secret_value(kind, &self.path) {
            for written in self.primary.iter_mut().chain(&mut self.secondary) {
                MASK.clone_into(&mut written.value);
            }
        }
        self
    }
}

/// A value and the line that wrote it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct WrittenValue {
    /// The value in one line.
    pub value: String,
    /// Where it is written.
    pub place: Option<Place>,
}

/// A line of a file, at a commit if it was read from one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line, counted from 1; 0 for the whole file.
    pub line: u32,
    /// Full id of the commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<Arc<str>>,
}

impl From<&Span> for Place {
    fn from(span: &Span) -> Self {
        Self { file: span.file.path.to_string(), line: span.line, revision: span.file.revision.clone() }
    }
}

/// `file:line`.
impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.file)?;
        if self.line > 0 { write!(formatter, ":{}", self.line) } else { Ok(()) }
    }
}
