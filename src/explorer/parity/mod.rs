//! The board of two regions: which services differ between them in more than they are meant to.

mod differences;
mod pair;

use std::sync::Arc;

use super::{Shared, fleet};
use crate::base::Diagnostic;
use crate::base::nearest::nearest;
use crate::catalog::{Catalog, RegionRole, TargetId, find_service};
use crate::report::answer::{Overview, Parity, ParityQuery};

impl Shared {
    /// The board.
    ///
    /// # Errors
    ///
    /// When a region, environment or service does not exist, or there are no two regions.
    pub(super) fn parity(&self, overview: &Overview, query: &ParityQuery) -> Result<Parity, Diagnostic> {
        let catalog = &overview.catalog;
        let (primary, secondary) = regions(catalog, query)?;
        for name in &query.environments {
            known("environment", name, catalog.environments.iter().map(|env| &*env.value))?;
        }
        for name in &query.services {
            find_service(name, catalog)?;
        }
        let wanted = |own: &str, names: &[String]| names.is_empty() || names.iter().any(|name| name == own);
        let mut pairs = Vec::new();
        for service in catalog.usable_services() {
            let targets = catalog.targets_of(service);
            for env in catalog.environments.iter().map(|env| &env.value) {
                if !wanted(&service.name.value, &query.services) || !wanted(env, &query.environments) {
                    continue;
                }
                let here = |region: &Arc<str>| {
                    let target = TargetId::new(service.name.value.clone(), env.clone(), region.clone());
                    targets.contains(&target).then_some(target)
                };
                let pair = (here(&primary), here(&secondary));
                if pair.0.is_some() || pair.1.is_some() {
                    pairs.push((service, pair));
                }
            }
        }
        let regions = pair::Regions { primary: &primary, secondary: &secondary };
        let mut rows = fleet::map(pairs.len(), &|number| {
            let (service, pair) = &pairs[number];
            self.parity_row(overview, service, pair, &regions)
        });
        rows.sort_by_key(|row| row.verdict);
        Ok(Parity { primary, secondary, catalog: overview.catalog_from.clone(), rows })
    }
}

/// The two regions that are meant.
fn regions(catalog: &Catalog, query: &ParityQuery) -> Result<(Arc<str>, Arc<str>), Diagnostic> {
    let names = || catalog.regions.iter().map(|region| &*region.name.value);
    for name in query.primary.iter().chain(&query.secondary) {
        known("region", name, names())?;
    }
    let with_role = |role| catalog.regions.iter().find(|region| region.role == Some(role));
    let role = |role| with_role(role).map(|region| region.name.value.clone());
    let other_than = |taken: &str| names().find(|name| *name != taken).map(Arc::from);
    let named = |name: &Option<String>| name.as_deref().map(Arc::<str>::from);
    let second = named(&query.secondary);
    let first = named(&query.primary)
        .or_else(|| role(RegionRole::Primary).filter(|name| second.as_ref() != Some(name)))
        .or_else(|| other_than(second.as_deref().unwrap_or("")));
    let second = second
        .or_else(|| role(RegionRole::Secondary).filter(|name| first.as_ref() != Some(name)))
        .or_else(|| other_than(first.as_deref().unwrap_or("")));
    match (first, second) {
        (Some(first), Some(second)) if first != second => Ok((first, second)),
        (Some(first), _) if query.primary.is_some() && query.primary == query.secondary => {
            Err(Diagnostic::error("parity/one-region", format!("`{first}` cannot be compared with itself"))
                .hint("Name two different regions."))
        }
        _ => Err(Diagnostic::error("parity/one-region", "the catalog has no two regions to compare")
            .hint("`overlens diff` compares any two targets.")),
    }
}

/// Checks that a name exists.
fn known<'a>(what: &str, name: &str, names: impl Iterator<Item = &'a str> + Clone) -> Result<(), Diagnostic> {
    if names.clone().any(|known| known == name) {
        return Ok(());
    }
    let problem = Diagnostic::error("parity/unknown-name", format!("no {what} is called `{name}`"));
    Err(problem.hint(match nearest(name, names.clone()) {
        Some(meant) => format!("Did you mean `{meant}`?"),
        None => format!("There are: {}.", names.collect::<Vec<_>>().join(", ")),
    }))
}
