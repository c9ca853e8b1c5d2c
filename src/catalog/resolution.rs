//! Which ref a target uses and why: the ladder of candidates with their outcomes.

use std::sync::Arc;

use super::TargetId;
use crate::base::{Diagnostic, Span};

/// A rule of the ladder: a place in the catalog that can say which ref a target uses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Rule {
    /// `channel` of the service, looked up in `channels.yaml`.
    ServiceChannel,
    /// `regionPins.<region>.<env>` of `region-pins.yaml`.
    RegionPin,
    /// `envPins.<env>` of `env-pins.yaml`.
    EnvPin,
    /// `defaultChannel.<env>` of `env-pins.yaml`, looked up in `channels.yaml`.
    DefaultChannel,
}

/// What became of a candidate.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(tag = "outcome", rename_all = "lowercase")]
pub enum Outcome {
    /// It decides the ref.
    Won,
    /// It names a ref, but an earlier rule decides.
    Shadowed {
        /// The rule that decides.
        by: Rule,
    },
    /// The catalog says nothing here.
    Absent,
    /// It names something that cannot be used. As the first candidate that is there it still decides: the target fails.
    Broken {
        /// Why it cannot be used.
        problem: RefProblem,
    },
}

/// Why the text of a candidate does not lead to a commit.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(tag = "problem", rename_all = "kebab-case")]
pub enum RefProblem {
    /// `channels.yaml` has no such channel.
    UnknownChannel {
        /// The channel that was probably meant.
        nearest: Option<String>,
    },
    /// The repository has no such ref or commit.
    NotFound {
        /// The ref that was probably meant.
        nearest: Option<String>,
    },
    /// The ref was not there yet at the moment that is looked at.
    CreatedLater {
        /// When it was made, in words.
        created: String,
    },
    /// The text still holds a placeholder such as `<CONFIG_TAG>`.
    Placeholder,
    /// Git cannot use it: it is ambiguous, or does not lead to a commit.
    Unusable {
        /// What git said.
        reason: String,
    },
}

/// One rule of the ladder, applied to a target.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
    /// The rule.
    pub rule: Rule,
    /// The channel that the rule goes through, if it does and one is named.
    pub channel: Option<Arc<str>>,
    /// The ref as written, if the rule says one (for a channel: what the channel stands for).
    pub reference: Option<Arc<str>>,
    /// Full id of the commit that the ref leads to.
    pub commit: Option<Arc<str>>,
    /// Where the pin, or the use of the channel, is written.
    pub span: Option<Span>,
    /// What can be said about the text of the ref, broken or not: also of shadowed candidates.
    pub problem: Option<RefProblem>,
    /// Where the channel is defined.
    pub definition: Option<Span>,
    /// The key that this rule reads, such as `regionPins.euw2.prod`.
    pub key: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// What the layers of a target are read from.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Revision {
    /// The tree of a commit, by its full id.
    Commit(Arc<str>),
    /// The files as they are: the pseudo-ref `.`, or a directory that is no git repository.
    WorkTree,
}

/// The answer for one target.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Resolution {
    /// The target.
    pub target: TargetId,
    /// Every rule in the order of the ladder, absent ones included.
    pub candidates: Vec<Candidate>,
    /// Index of the candidate that decides, broken or not; `None` when every rule is absent.
    pub winner: Option<usize>,
    /// What to read the layers from; `None` when the winner is broken or there is none (see [`Self::diagnostics`]).
    pub revision: Option<Revision>,
    /// Short words on what people should know at a glance.
    pub badges: Vec<Badge>,
    /// Errors and warnings about the refs of this target.
    pub diagnostics: Vec<Diagnostic>,
}

/// A short word on what people should know about a target at a glance.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Badge {
    /// A pin names another commit than the winner, and does not count.
    ShadowedPin,
    /// The regions of this service and environment run different commits.
    Skew,
    /// The deciding ref cannot be used, or nothing says a ref.
    BrokenRef,
    /// Neither tag nor digest of the image is known.
    UnresolvedImage,
    /// The target does not render.
    Failed,
}

/// How far two commits are apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, serde::Serialize)]
pub struct Distance {
    /// Commits that only the first has.
    pub ahead: usize,
    /// Commits that only the second has.
    pub behind: usize,
}

/// What the ladder needs to know about a repository.
pub trait RefResolver {
    /// Whether there is a repository at all. Without one, refs are shown but the files as they are get rendered.
    fn is_repository(&self) -> bool;

    /// The full id of the commit that a ref, short name or commit id leads to.
    ///
    /// # Errors
    ///
    /// [`RefProblem`], never [`RefProblem::UnknownChannel`].
    fn resolve(&self, reference: &str) -> Result<Arc<str>, RefProblem>;

    /// How far `commit` is ahead of and behind `other`; `None` when they share no history or it cannot be told.
    fn distance(&self, commit: &str, other: &str) -> Option<Distance>;
}

impl Badge {
    /// The word as it stands in reports, filters and JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::ShadowedPin => "shadowed-pin",
            Self::Skew => "skew",
            Self::BrokenRef => "broken-ref",
            Self::UnresolvedImage => "unresolved-image",
            Self::Failed => "failed",
        }
    }
}

impl Rule {
    /// Every rule, in the order that holds where `overlens.yaml` says nothing.
    pub const ALL: [Self; 4] = [Self::ServiceChannel, Self::RegionPin, Self::EnvPin, Self::DefaultChannel];

    /// The name in `overlens.yaml` and in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ServiceChannel => "serviceChannel",
            Self::RegionPin => "regionPin",
            Self::EnvPin => "envPin",
            Self::DefaultChannel => "defaultChannel",
        }
    }

    /// The name for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::ServiceChannel => "service channel",
            Self::RegionPin => "region pin",
            Self::EnvPin => "env pin",
            Self::DefaultChannel => "default channel",
        }
    }
}

impl Resolution {
    /// The candidate that decides.
    #[must_use]
    pub fn winning(&self) -> Option<&Candidate> {
        self.winner.and_then(|index| self.candidates.get(index))
    }

    /// The ref that the target uses, as written.
    #[must_use]
    pub fn reference(&self) -> Option<&str> {
        self.winning()?.reference.as_deref()
    }

    /// The commit that the target uses, in full; `None` for the work tree and broken refs.
    #[must_use]
    pub fn commit(&self) -> Option<&str> {
        match &self.revision {
            Some(Revision::Commit(commit)) => Some(commit),
            _ => None,
        }
    }
}
