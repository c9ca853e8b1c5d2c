//! The refs that a channel or pin could be moved to, and what lies between two refs.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::sides::{Pair, Sides};
use crate::base::{Diagnostic, nearest::nearest};
use crate::catalog::{Catalog, Distance, Pin, RefResolver, Spanned};
use crate::explorer::refs::{GitRefs, summary};
use crate::explorer::{Failure, Shared};
use crate::git::{CommitId, RefInfo, RefKind, Repository};
use crate::report::answer::{
    CandidateRef, Candidates, CommitSummary, Movable, MovedReference, Overview, RefRange,
};

/// So many commits between two refs are listed.
const MOST_LISTED: usize = 500;

impl Shared {
    /// The refs that a channel or pin could be moved to.
    ///
    /// # Errors
    ///
    /// When there is no such channel, environment or region, or no git repository.
    pub(in crate::explorer) fn candidates(
        &self,
        overview: &Overview,
        movable: &Movable,
    ) -> Result<Candidates, Failure> {
        let written = written(&overview.catalog, movable).map_err(Arc::new)?;
        let Some(repository) = &self.platform.repository else {
            let problem =
                Diagnostic::error("ref/no-repository", "there are no refs: this is not a git repository");
            return Err(Arc::new(problem.hint("Open a clone of the platform's repository.")));
        };
        let refs = GitRefs(Some(repository));
        let current = written.as_ref().map(|written| written.value.clone());
        // A pin that is not there yet: what the targets use now would have to be asked for each.
        let commit = current.as_ref().and_then(|reference| refs.resolve(reference).ok());
        let tags = repository.tags().unwrap_or_default();
        let branches = repository.branches().unwrap_or_default();
        let mut infos: Vec<RefInfo> = tags.into_iter().chain(branches).collect();
        infos.sort_by(|a, b| b.time.seconds.cmp(&a.time.seconds).then_with(|| b.name.cmp(&a.name)));
        let is_full = current.as_ref().is_none_or(|current| current.starts_with("refs/"));
        let candidate = |info: RefInfo| {
            let id = info.commit.to_string();
            let reference: Arc<str> = Arc::from(if is_full { info.full_name.as_str() } else { &info.name });
            Some(CandidateRef {
                name: Arc::from(info.name),
                is_tag: info.kind == RefKind::Tag,
                distance: commit.as_ref().and_then(|commit| refs.distance(&id, commit)),
                is_current: current.as_deref().is_some_and(|own| own == info.full_name || own == &*reference),
                commit: summary(repository, &id)?,
                reference,
            })
        };
        Ok(Candidates {
            movable: movable.clone(),
            current_commit: commit.as_ref().and_then(|commit| summary(repository, commit)),
            span: written.map(|written| written.span),
            refs: infos.into_iter().filter_map(candidate).collect(),
            current,
        })
    }

    /// The move that all moved targets share, with the commits between.
    pub(super) fn common_move(&self, sides: &Sides, pairs: &[Pair<'_>]) -> Option<RefRange> {
        if let (Some(from), Some(to)) = (&sides.before.reference, &sides.after.reference) {
            let commits = (sides.before.fixed_commit(), sides.after.fixed_commit());
            return Some(self.ref_range((Some(from.clone()), Some(to.clone())), commits));
        }
        let moves = pairs.iter().filter_map(|pair| {
            let references = sides.moved(pair)?;
            let (old, new) = (pair.before?, pair.after?);
            Some((references, (sides.before.commit_of(old), sides.after.commit_of(new))))
        });
        let moves: BTreeSet<_> = moves.collect();
        let mut moves = moves.into_iter();
        let ((from, to), commits) = moves.next()?;
        if moves.next().is_some() {
            return None;
        }
        Some(self.ref_range((from, to), commits))
    }

    fn ref_range(
        &self,
        (from, to): MovedReference,
        (from_commit, to_commit): (Option<&str>, Option<&str>),
    ) -> RefRange {
        let repository = self.platform.repository.as_ref();
        let known = |id: Option<&str>| summary(repository?, id?);
        let ids = || Some((from_commit?.parse().ok()?, to_commit?.parse().ok()?));
        let between = repository.zip(ids());
        RefRange {
            from,
            to,
            from_commit: known(from_commit),
            to_commit: known(to_commit),
            distance: between.and_then(|(repository, ends)| distance(repository, ends)),
            commits: between.map(|(repository, ends)| commits(repository, ends)).unwrap_or_default(),
        }
    }
}

fn distance(repository: &Repository, (from, to): (CommitId, CommitId)) -> Option<Distance> {
    let distance = repository.ahead_behind(to, from).ok()?;
    Some(Distance { ahead: distance.ahead, behind: distance.behind })
}

fn commits(repository: &Repository, (from, to): (CommitId, CommitId)) -> Vec<CommitSummary> {
    let commits = repository.commits_between(from, to, MOST_LISTED).unwrap_or_default();
    commits.iter().filter_map(|commit| summary(repository, &commit.id.to_string())).collect()
}

/// The ref that a channel or pin has now; `None` for a pin that is not there.
///
/// # Errors
///
/// When there is no such channel, environment or region.
fn written(catalog: &Catalog, movable: &Movable) -> Result<Option<Spanned<Arc<str>>>, Diagnostic> {
    let environments = || catalog.environments.iter().map(|environment| &*environment.value);
    let pin = |pins: &[Pin], environment: &str, region: Option<&str>| {
        let found = pins.iter().find(|pin| &*pin.env == environment && pin.region.as_deref() == region);
        found.map(|pin| pin.value.clone())
    };
    match movable {
        Movable::Channel(name) => {
            known("channel", name, catalog.channels.iter().map(|channel| &*channel.name.value))?;
            Ok(catalog.channel(name).map(|channel| channel.reference.clone()))
        }
        Movable::EnvironmentPin(environment) => {
            known("environment", environment, environments())?;
            Ok(pin(&catalog.env_pins, environment, None))
        }
        Movable::RegionPin { region, environment } => {
            known("region", region, catalog.regions.iter().map(|region| &*region.name.value))?;
            known("environment", environment, environments())?;
            Ok(pin(&catalog.region_pins, environment, Some(region)))
        }
    }
}

fn known<'a>(what: &str, name: &str, names: impl Iterator<Item = &'a str> + Clone) -> Result<(), Diagnostic> {
    if names.clone().any(|known| known == name) {
        return Ok(());
    }
    let hint = match nearest(name, names.clone()) {
        Some(meant) => format!("Did you mean `{meant}`?"),
        None => format!("There are: {}.", names.collect::<Vec<_>>().join(", ")),
    };
    Err(Diagnostic::error("edit/unknown-name", format!("no {what} is called `{name}`")).hint(hint))
}
