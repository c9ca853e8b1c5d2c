//! What a change does to every target, folded into classes of targets that change in the same way.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::base::{Diagnostic, Severity, Span};
use crate::catalog::{Distance, TargetId};
use crate::diff::{DiffDocument, Identity, Status};
use crate::edit::Operation;

use super::{CommitSummary, FilePreview, MovedReference};

/// A change whose effect on all targets is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// The draft that the question comes with: edited values, a moved channel or pin.
    Draft,
    /// The layers at one ref against those at another, for all targets alike.
    Layers {
        /// What is there now.
        from: LayerChoice,
        /// What would come.
        to: LayerChoice,
    },
}

/// The layers that targets are rendered with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LayerChoice {
    /// Those of each target's own ref, as the ladder says.
    Resolved,
    /// Those of one ref for all targets; `.` is the work tree with its uncommitted edits.
    At(Arc<str>),
}

/// The targets that a question is about: all, or those of some services, environments and regions.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TargetScope {
    /// Names of services; empty for all.
    pub services: Vec<String>,
    /// Names of environments; empty for all.
    pub environments: Vec<String>,
    /// Names of regions; empty for all.
    pub regions: Vec<String>,
}

impl TargetScope {
    /// Whether a target belongs to it.
    #[must_use]
    pub fn covers(&self, target: &TargetId) -> bool {
        let fits = |names: &[String], own: &str| names.is_empty() || names.iter().any(|name| name == own);
        fits(&self.services, &target.service)
            && fits(&self.environments, &target.env)
            && fits(&self.regions, &target.region)
    }
}

/// How far the rendering of all targets has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Progress {
    /// Targets that were looked at.
    pub done: usize,
    /// Targets in all.
    pub total: usize,
    /// Targets whose manifests differ, so far.
    pub changed: usize,
    /// Different ways in which they differ, so far.
    pub classes: usize,
    /// Targets that newly fail, so far.
    pub failing: usize,
}

/// What has been found while targets are still looked at. What was found stays where it is: later finds come after it.
#[derive(Clone, Debug, Default)]
pub struct SoFar {
    /// Targets that newly fail, by cause.
    pub failures: Vec<FailureGroup>,
    /// The ways in which manifests change.
    pub classes: Vec<Arc<ClassSoFar>>,
}

/// A class that may get more members.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClassSoFar {
    /// As [`ChangeClass::fingerprint`], which this class will have.
    pub fingerprint: String,
    /// What changes, in one line.
    pub summary: String,
    /// Names of the verdicts with their severities, the worst first.
    pub verdicts: Vec<(&'static str, Severity)>,
    /// The members that were found, in the order in which they were.
    pub members: Vec<Member>,
}

/// What a change does to every target.
#[derive(Clone, Debug, Default)]
pub struct Radius {
    /// What changes, in a few words: `channel stable`, `account-service hpa.minReplicas prod`, `layers of the work tree`.
    pub title: String,
    /// The ref that moves, when one and the same move explains all moved targets.
    pub moved: Option<RefRange>,
    /// The catalog files that would change.
    pub files: Vec<FilePreview>,
    /// Problems of the catalog that the change would bring.
    pub problems: Vec<Diagnostic>,
    /// Number of targets that were looked at.
    pub looked_at: usize,
    /// The ways in which manifests change, the one with most members first; their letters are A, B, C, ... in this
    /// order. [`Self::outliers_first`] is the order in which people read them.
    pub classes: Vec<Arc<ChangeClass>>,
    /// Targets that render now and would not any more, by cause, the largest group first.
    pub failures: Vec<FailureGroup>,
    /// Targets that do not render now and would.
    pub newly_render: Vec<Member>,
    /// Targets that fail before and after, for another reason.
    pub fail_differently: Vec<FailureGroup>,
    /// Targets that would come to be.
    pub appear: Vec<Member>,
    /// Targets that would be gone.
    pub disappear: Vec<Member>,
    /// Targets that would get another ref and the same manifests.
    pub same_manifests: Vec<Member>,
    /// Targets with nothing different at all.
    pub unchanged: usize,
    /// Targets that fail before and after, for the same reason.
    pub still_fail: usize,
    /// Whether all targets were looked at: false when the question was cancelled.
    pub is_complete: bool,
    /// How long it took.
    pub took: Duration,
}

impl Radius {
    /// The classes with the fewest members first: what is special comes before what is common.
    pub fn outliers_first(&self) -> impl Iterator<Item = &Arc<ChangeClass>> {
        self.classes.iter().rev()
    }

    /// Number of targets whose manifests change and render before and after.
    #[must_use]
    pub fn changed(&self) -> usize {
        self.classes.iter().map(|class| class.members.len()).sum()
    }

    /// Number of targets that newly fail.
    #[must_use]
    pub fn newly_fail(&self) -> usize {
        self.failures.iter().map(|group| group.members.len()).sum()
    }

    /// Whether anything happens to any target's manifests. A moved ref with the same manifests does not count.
    #[must_use]
    pub fn changes_anything(&self) -> bool {
        !self.classes.is_empty()
            || !self.failures.is_empty()
            || !self.fail_differently.is_empty()
            || !self.newly_render.is_empty()
            || !self.appear.is_empty()
            || !self.disappear.is_empty()
    }

    /// The class with this letter, in either case.
    #[must_use]
    pub fn class(&self, letter: &str) -> Option<&Arc<ChangeClass>> {
        self.classes.iter().find(|class| class.letter.eq_ignore_ascii_case(letter))
    }

    /// The class of a target; `None` when its manifests stay the same or do not render.
    #[must_use]
    pub fn class_of(&self, target: &TargetId) -> Option<&Arc<ChangeClass>> {
        self.classes.iter().find(|class| class.members.iter().any(|member| member.target == *target))
    }

    /// All verdicts, each once, with the class it falls on; the worst first.
    #[must_use]
    pub fn verdicts(&self) -> Vec<(&Arc<ChangeClass>, &Verdict)> {
        let all = self.classes.iter().flat_map(|class| class.verdicts.iter().map(move |own| (class, own)));
        let mut all: Vec<_> = all.collect();
        all.sort_by_key(|(_, verdict)| std::cmp::Reverse(verdict.severity));
        all
    }
}

/// Targets whose resources change in the same way once the names that differ by target are left out: those of
/// service, namespace, environment, region, image and domains, and the hashes in generated names.
#[derive(Clone, Debug)]
pub struct ChangeClass {
    /// `A` for the largest class, then `B`, ..., `Z`, `AA`, ...
    pub letter: String,
    /// What changes, in one line: `Deployment: livenessProbe.periodSeconds 10 → 15`.
    pub summary: String,
    /// Who its members are, in a few words: `payment-report@prod/euw2`, `api, all environments`.
    pub reach: String,
    /// The members, in the order of the catalog. The first one stands for all: what follows is said of it.
    pub members: Vec<Member>,
    /// The resources that change.
    pub resources: Vec<ResourceChange>,
    /// Before and after, all resources.
    pub difference: Arc<DiffDocument>,
    /// Who wrote the lines of it that differ.
    pub places: Arc<LinePlaces>,
    /// What people should know before they let it through, the worst first. The same verdicts fall on every member.
    pub verdicts: Vec<Verdict>,
    /// Stands for the change itself: equal for the same change in another run, so that a review can be remembered.
    pub fingerprint: String,
}

impl ChangeClass {
    /// The target that stands for all members.
    #[must_use]
    pub fn representative(&self) -> Option<&TargetId> {
        self.members.first().map(|member| &member.target)
    }

    /// The worst severity of its verdicts.
    #[must_use]
    pub fn severity(&self) -> Option<Severity> {
        self.verdicts.iter().map(|verdict| verdict.severity).max()
    }
}

/// A target that a change reaches.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// The target.
    pub target: TargetId,
    /// Its ref before and after, when that changes.
    pub references: Option<MovedReference>,
}

/// One member before and after, opened.
#[derive(Clone, Debug)]
pub struct MemberChange {
    /// The member.
    pub member: Member,
    /// The resources that change.
    pub resources: Vec<ResourceChange>,
    /// Before and after, all resources.
    pub difference: Arc<DiffDocument>,
    /// Who wrote the lines of it that differ.
    pub places: Arc<LinePlaces>,
}

/// The places that the differing lines of a difference come from: by number of the resource and of the row in it. For a line
/// that only the old state has, where it was.
pub type LinePlaces = BTreeMap<(usize, usize), Span>;

/// One resource that changes.
#[derive(Clone, Debug)]
pub struct ResourceChange {
    /// What it is called: after the change, or before it where it is gone.
    pub identity: Identity,
    /// What it was called, if that differs.
    pub before: Option<Identity>,
    /// Whether it is added, removed or changed.
    pub status: Status,
    /// Its fields that change; for an added or removed resource one without a path.
    pub fields: Vec<FieldChange>,
}

/// One field that changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FieldChange {
    /// Its path in the resource, as `blame` reads it: `spec.template.spec.containers[name=app].image`. Empty for the
    /// whole resource.
    pub path: String,
    /// The old value in one line, masked in Secrets; `None` when there was none.
    pub old: Option<String>,
    /// The new value in one line, masked in Secrets; `None` when there is none any more.
    pub new: Option<String>,
    /// Who changed it.
    pub cause: Option<Cause>,
    /// What happens in a few words: `livenessProbe.periodSeconds 10 → 15`, `NetworkPolicy allow-dns removed`.
    pub words: String,
    /// Equal for equal changes of other resources, targets and classes; `None` for a name that only follows the change of
    /// what it names.
    pub likeness: Option<String>,
}

/// The line that makes a field what it becomes, and the commits that brought it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cause {
    /// The line of a layer at the new ref, or of the catalog; for what is removed, the old line.
    pub span: Span,
    /// Whether the line is one of the old state, because the new one has none.
    pub is_old: bool,
    /// The commits between the two refs that touched the line, or where that cannot be told its file, newest first.
    pub commits: Vec<CommitSummary>,
}

/// What people should know about a change before they let it through.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verdict {
    /// Stable name, such as `immutable-field`; see docs/promotion.md.
    pub code: &'static str,
    /// How bad it is: an error is a change that the cluster refuses or that needs deleting and creating again.
    pub severity: Severity,
    /// The resource.
    pub resource: Identity,
    /// The field; empty for the whole resource.
    pub path: String,
    /// The old value in one line.
    pub old: Option<String>,
    /// The new value in one line.
    pub new: Option<String>,
    /// What it means, in one line.
    pub words: String,
    /// Who changed it.
    pub cause: Option<Cause>,
}

/// Targets that fail for one cause.
#[derive(Clone, Debug)]
pub struct FailureGroup {
    /// The cause, as the first of them says it.
    pub problem: Arc<Diagnostic>,
    /// The targets, in the order of the catalog.
    pub members: Vec<Member>,
    /// Who they are, in a few words.
    pub reach: String,
}

/// From one commit to another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RefRange {
    /// The ref before, as written; `None` when nothing said one.
    pub from: Option<Arc<str>>,
    /// The ref after, as written; `None` when nothing says one.
    pub to: Option<Arc<str>>,
    /// The commit before; `None` for the work tree and for refs that lead to none.
    pub from_commit: Option<CommitSummary>,
    /// The commit after.
    pub to_commit: Option<CommitSummary>,
    /// How far the new commit is from the old one.
    pub distance: Option<Distance>,
    /// The commits that the new one has and the old one has not, newest first. Not more than some hundred.
    pub commits: Vec<CommitSummary>,
}

impl RefRange {
    /// Number of different authors of [`Self::commits`].
    #[must_use]
    pub fn authors(&self) -> usize {
        let authors: std::collections::BTreeSet<&str> =
            self.commits.iter().map(|commit| commit.author.as_str()).collect();
        authors.len()
    }
}

/// A channel or a pin: what a promotion moves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Movable {
    /// A channel.
    Channel(String),
    /// The pin of an environment.
    EnvironmentPin(String),
    /// The pin of an environment in one region.
    RegionPin {
        /// The region.
        region: String,
        /// The environment.
        environment: String,
    },
}

impl Movable {
    /// The edit that moves it to a ref.
    #[must_use]
    pub fn to(&self, reference: &str) -> Operation {
        let reference = reference.to_owned();
        match self.clone() {
            Self::Channel(channel) => Operation::SetChannel { channel, reference },
            Self::EnvironmentPin(environment) => Operation::SetEnvironmentPin { environment, reference },
            Self::RegionPin { region, environment } => {
                Operation::SetRegionPin { region, environment, reference }
            }
        }
    }
}

/// `channel stable`, `env pin prod`, `region pin euw2/prod`.
impl std::fmt::Display for Movable {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Channel(channel) => write!(formatter, "channel {channel}"),
            Self::EnvironmentPin(environment) => write!(formatter, "env pin {environment}"),
            Self::RegionPin { region, environment } => write!(formatter, "region pin {region}/{environment}"),
        }
    }
}

/// The refs that a channel or pin could be moved to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidates {
    /// What is to be moved.
    pub movable: Movable,
    /// The ref that is written there now.
    pub current: Option<Arc<str>>,
    /// Its commit.
    pub current_commit: Option<CommitSummary>,
    /// Where it is written.
    pub span: Option<Span>,
    /// Tags and branches, newest first.
    pub refs: Vec<CandidateRef>,
}

/// A ref that a channel or pin could be moved to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CandidateRef {
    /// The ref as it would be written: full or short like the present one.
    pub reference: Arc<str>,
    /// Its short name.
    pub name: Arc<str>,
    /// Whether it is a tag; else it is a branch.
    pub is_tag: bool,
    /// Its commit.
    pub commit: CommitSummary,
    /// How far its commit is from the present one; `None` when that cannot be told.
    pub distance: Option<Distance>,
    /// Whether it is what is written now.
    pub is_current: bool,
}
