//! Reads the catalog with a draft applied and climbs the ladder for every target.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::Platform;
use super::layers::LayerSources;
use super::refs::{GitRefs, summary};
use super::snapshot::Before;
use crate::base::Diagnostic;
use crate::catalog::{self, RefAnswers, Resolution, Revision, TargetId};
use crate::git::Repository;
use crate::report::answer::{CommitSummary, Overview};
use crate::vfs::Source;

/// The platform as `source` describes it; `before` is another state of it for which git gave the same `answers`.
pub(super) fn overview(
    platform: &Platform,
    layers: &LayerSources,
    source: &dyn Source,
    answers: &RefAnswers,
    before: Option<&Before>,
) -> Overview {
    let (before, is_of_now) =
        (before.map(|before| &*before.overview), before.is_some_and(|before| before.is_of_now));
    let (catalog, mut diagnostics) = platform.loader.load(source);
    let repository = platform.repository.as_ref();
    let known = before.map(|before| (&*before.catalog, before.resolutions.as_slice()));
    let refs = GitRefs(repository);
    let resolutions = catalog::resolve_again(&catalog, &answers.over(&refs), known);
    diagnostics.extend(platform.notes.iter().cloned());
    let found = resolutions.iter().flat_map(|resolution| &resolution.diagnostics);
    diagnostics.extend(one_for_each_place(found));
    let mut layers_at = |revision: &Revision| {
        layers.at(platform, revision, &catalog.settings).ok().map(|layered| layered.layers)
    };
    let missing = catalog::missing_layers(&catalog, &resolutions, &mut layers_at);
    diagnostics.extend(one_for_each_place(missing.iter().map(|(_, problem)| problem)));
    diagnostics.splice(0..0, platform.damage());
    Overview {
        name: platform.name(),
        branch: platform.branch(),
        is_repository: repository.is_some(),
        catalog_from: platform.catalog_from.clone(),
        commits: repository.map(|repository| commits(repository, &resolutions, before)).unwrap_or_default(),
        references: match before.filter(|_| is_of_now) {
            Some(before) => before.references.clone(),
            None => repository.map(references).unwrap_or_default(),
        },
        catalog: Arc::new(catalog),
        places: places(&resolutions, before),
        resolutions,
        diagnostics,
    }
}

/// Problems, one for each place although many targets share it.
fn one_for_each_place<'a>(problems: impl Iterator<Item = &'a Diagnostic>) -> Vec<Diagnostic> {
    let mut order: Vec<&'a Diagnostic> = Vec::new();
    let mut counts: BTreeMap<(&'static str, String), usize> = BTreeMap::new();
    let key = |problem: &Diagnostic| {
        let place =
            problem.primary.as_ref().map_or_else(|| problem.message.clone(), |label| label.span.to_string());
        (problem.code, place)
    };
    for problem in problems {
        let count = counts.entry(key(problem)).or_default();
        *count += 1;
        if *count == 1 {
            order.push(problem);
        }
    }
    let counted = |problem: &Diagnostic| {
        let mut problem = problem.clone();
        let others = counts.get(&key(&problem)).map_or(0, |count| count - 1);
        if others > 0 {
            problem.message = format!("{} (and {others} more)", problem.message);
        }
        problem
    };
    order.into_iter().map(counted).collect()
}

/// The position of every target.
fn places(resolutions: &[Arc<Resolution>], before: Option<&Overview>) -> Arc<BTreeMap<TargetId, usize>> {
    let same_targets = |before: &&Overview| {
        let pairs = before.resolutions.iter().zip(resolutions);
        before.resolutions.len() == resolutions.len()
            && pairs.into_iter().all(|(one, other)| Arc::ptr_eq(one, other) || one.target == other.target)
    };
    match before.filter(same_targets) {
        Some(before) => before.places.clone(),
        None => {
            let targets = resolutions.iter().map(|resolution| resolution.target.clone());
            Arc::new(targets.enumerate().map(|(at, target)| (target, at)).collect())
        }
    }
}

fn commits(
    repository: &Repository,
    resolutions: &[Arc<Resolution>],
    before: Option<&Overview>,
) -> BTreeMap<Arc<str>, CommitSummary> {
    // Many targets share a commit, and most of them its very name.
    let mut seen = FxHashSet::default();
    let ids: BTreeSet<&Arc<str>> = resolutions
        .iter()
        .flat_map(|resolution| &resolution.candidates)
        .filter_map(|candidate| candidate.commit.as_ref())
        .filter(|id| seen.insert(Arc::as_ptr(id)))
        .collect();
    let of_commit = |id: &Arc<str>| match before.and_then(|before| before.commits.get(id)) {
        Some(known) => Some(known.clone()),
        None => summary(repository, id),
    };
    ids.into_iter().filter_map(|id| Some((id.clone(), of_commit(id)?))).collect()
}

/// Refs that a pin may be set to: tags, newest first, then branches.
fn references(repository: &Repository) -> Vec<Arc<str>> {
    let tags = repository.tags().unwrap_or_default();
    let branches = repository.branches().unwrap_or_default();
    tags.into_iter().chain(branches).map(|info| Arc::from(info.full_name)).collect()
}
