//! The two states that a change is between: catalog and layers before, and after.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::trace::Traces;
use crate::catalog::{Address, Resolution, Revision, TargetId};
use crate::check::Policies;
use crate::edit::{Draft, FileChange};
use crate::explorer::{Failure, Shared};
use crate::report::answer::{Change, LayerChoice, MovedReference, Overview};

/// One of the two states.
pub(super) struct Side {
    /// Catalog and refs.
    pub(super) overview: Arc<Overview>,
    /// The ref of the layers of all targets, as written; `None` for each target's own.
    pub(super) reference: Option<Arc<str>>,
    /// What that ref leads to: a commit, or `.`.
    fixed: Option<Arc<str>>,
}

/// Both states, and the files of the catalog that make the difference.
pub(super) struct Sides {
    pub(super) before: Side,
    pub(super) after: Side,
    pub(super) changes: Vec<FileChange>,
    /// What the platform wants to be told of.
    pub(super) policies: Policies,
    /// Commits that were found for lines.
    pub(super) traces: Traces,
}

impl Side {
    /// The address of a target in this state.
    pub(super) fn address(&self, target: &TargetId) -> Address {
        Address { target: target.clone(), reference: self.fixed.clone() }
    }

    /// The ref of a target in this state, as written.
    pub(super) fn reference_of(&self, resolution: &Resolution) -> Option<Arc<str>> {
        self.reference.clone().or_else(|| resolution.reference().map(Arc::from))
    }

    /// The commit of the layers of all targets; `None` for each target's own, and for the work tree.
    pub(super) fn fixed_commit(&self) -> Option<&str> {
        self.fixed.as_deref().filter(|commit| *commit != ".")
    }

    /// The commit of a target's layers in this state; `None` for the work tree and broken refs.
    pub(super) fn commit_of<'s>(&'s self, resolution: &'s Resolution) -> Option<&'s str> {
        match self.fixed.as_deref() {
            Some(".") => None,
            Some(commit) => Some(commit),
            None => resolution.commit(),
        }
    }
}

/// A target of either side with the answers of the ladder.
pub(super) struct Pair<'s> {
    pub(super) target: TargetId,
    pub(super) before: Option<&'s Resolution>,
    pub(super) after: Option<&'s Resolution>,
}

impl Sides {
    /// Every target of either side, in the order of the catalog afterwards, lost ones last.
    pub(super) fn pairs(&self) -> Vec<Pair<'_>> {
        let (before, after) = (&self.before.overview, &self.after.overview);
        let mut old: BTreeMap<&TargetId, &Resolution> =
            before.resolutions.iter().map(|resolution| (&resolution.target, &**resolution)).collect();
        let mut pairs: Vec<Pair<'_>> = after
            .resolutions
            .iter()
            .map(|new| Pair {
                target: new.target.clone(),
                before: old.remove(&new.target),
                after: Some(&**new),
            })
            .collect();
        let lost =
            |(target, old): (&TargetId, _)| Pair { target: target.clone(), before: Some(old), after: None };
        pairs.extend(old.into_iter().map(lost));
        pairs
    }

    /// The ref of a target before and after, when it moves. Where the question itself names both refs, nothing moves.
    pub(super) fn moved(&self, pair: &Pair<'_>) -> Option<MovedReference> {
        if self.before.reference.is_some() && self.after.reference.is_some() {
            return None;
        }
        let (old, new) = (pair.before?, pair.after?);
        let references = (self.before.reference_of(old), self.after.reference_of(new));
        let commits = (self.before.commit_of(old), self.after.commit_of(new));
        (references.0 != references.1 || commits.0 != commits.1).then_some(references)
    }
}

impl Shared {
    /// The two states of a change.
    ///
    /// # Errors
    ///
    /// When the draft does not apply, or a ref leads to no commit.
    pub(super) fn sides(&self, change: &Change, draft: &Draft) -> Result<Sides, Failure> {
        let changes = self.changes(draft)?;
        let (before, after, changes) = match change {
            Change::Draft => (
                Side { overview: self.snapshot(Vec::new()), reference: None, fixed: None },
                Side { overview: self.snapshot(changes.clone()), reference: None, fixed: None },
                changes,
            ),
            Change::Layers { from, to } => {
                let overview = self.snapshot(changes);
                (self.side(from, &overview)?, self.side(to, &overview)?, Vec::new())
            }
        };
        let policies = Policies::read(after.overview.catalog.policies.as_ref());
        Ok(Sides { before, after, changes, policies, traces: Traces::default() })
    }

    fn side(&self, layers: &LayerChoice, overview: &Arc<Overview>) -> Result<Side, Failure> {
        let LayerChoice::At(reference) = layers else {
            return Ok(Side { overview: overview.clone(), reference: None, fixed: None });
        };
        let fixed = self.fixed(reference, overview)?;
        Ok(Side { overview: overview.clone(), reference: Some(reference.clone()), fixed: Some(fixed) })
    }
    /// The commit that a ref leads to; `.` for the work tree.
    ///
    /// # Errors
    ///
    /// When it leads to none.
    pub(in crate::explorer) fn fixed(
        &self,
        reference: &str,
        overview: &Overview,
    ) -> Result<Arc<str>, Failure> {
        let any = Address { target: TargetId::new("", "", ""), reference: Some(Arc::from(reference)) };
        Ok(match self.revision(overview, &any)? {
            Revision::Commit(commit) => commit,
            Revision::WorkTree => Arc::from("."),
        })
    }
}
