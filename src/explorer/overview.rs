//! Reads the catalog with a draft applied and climbs the ladder for every target.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Platform;
use super::refs::{GitRefs, summary};
use crate::catalog;
use crate::git::Repository;
use crate::report::answer::{CommitSummary, Overview};
use crate::vfs::Source;

/// The platform as `source` describes it.
pub(super) fn overview(platform: &Platform, source: &dyn Source) -> Overview {
    let (catalog, mut diagnostics) = catalog::load(source);
    let repository = platform.repository.as_ref();
    let resolutions = catalog::resolve_all(&catalog, &GitRefs(repository));
    diagnostics.extend(resolution_problems(&resolutions));
    Overview {
        name: platform.name(),
        branch: platform.branch(),
        is_repository: repository.is_some(),
        catalog_from: platform.catalog_from.clone(),
        commits: repository.map(|repository| commits(repository, &resolutions)).unwrap_or_default(),
        references: repository.map(references).unwrap_or_default(),
        catalog: Arc::new(catalog),
        resolutions: resolutions.into_iter().map(Arc::new).collect(),
        diagnostics,
    }
}

/// Problems of refs, each of them once although many targets share it.
fn resolution_problems(resolutions: &[catalog::Resolution]) -> Vec<crate::base::Diagnostic> {
    let mut seen: Vec<&crate::base::Diagnostic> = Vec::new();
    let mut places = BTreeSet::new();
    for problem in resolutions.iter().flat_map(|resolution| &resolution.diagnostics) {
        if places.insert(problem.to_string()) {
            seen.push(problem);
        }
    }
    seen.into_iter().cloned().collect()
}

fn commits(
    repository: &Repository,
    resolutions: &[catalog::Resolution],
) -> BTreeMap<Arc<str>, CommitSummary> {
    let ids: BTreeSet<&Arc<str>> = resolutions
        .iter()
        .flat_map(|resolution| &resolution.candidates)
        .filter_map(|candidate| candidate.commit.as_ref())
        .collect();
    ids.into_iter().filter_map(|id| Some((id.clone(), summary(repository, id)?))).collect()
}

/// Refs that a pin may be set to: tags, newest first, then branches.
fn references(repository: &Repository) -> Vec<Arc<str>> {
    let tags = repository.tags().unwrap_or_default();
    let branches = repository.branches().unwrap_or_default();
    tags.into_iter().chain(branches).map(|info| Arc::from(info.full_name)).collect()
}
