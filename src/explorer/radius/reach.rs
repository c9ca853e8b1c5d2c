//! Who is meant, in a few words: `payment-report@prod/euw2`, `api, streaming`, `12 services in prod`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::sides::{Pair, Sides};
use crate::catalog::TargetId;

/// More services than this are counted, not named.
const MOST_NAMED: usize = 2;

/// What is known about all targets of the question.
pub(super) struct Words {
    all: Vec<TargetId>,
    /// Of all targets.
    envs: BTreeSet<Arc<str>>,
    /// Of all targets.
    regions: BTreeSet<Arc<str>>,
    archetypes: BTreeMap<Arc<str>, Arc<str>>,
}

impl Words {
    pub(super) fn of(sides: &Sides, pairs: &[Pair<'_>]) -> Self {
        let catalog = &sides.after.overview.catalog;
        let archetypes = catalog.usable_services().filter_map(|service| {
            Some((service.name.value.clone(), service.archetype.as_ref()?.value.clone()))
        });
        let targets = || pairs.iter().map(|pair| &pair.target);
        Self {
            all: targets().cloned().collect(),
            envs: names(env_of, targets()),
            regions: names(region_of, targets()),
            archetypes: archetypes.collect(),
        }
    }

    /// Names targets as a group.
    pub(super) fn of_targets<'t>(&self, targets: impl Iterator<Item = &'t TargetId>) -> String {
        let targets: BTreeSet<&TargetId> = targets.collect();
        match targets.first() {
            None => return String::new(),
            Some(only) if targets.len() == 1 => return only.to_string(),
            Some(_) if targets.len() == self.all.len() => return "all targets".to_owned(),
            Some(_) => {}
        }
        let own = |name| names(name, targets.iter().copied());
        let (services, envs, regions) = (own(service_of), own(env_of), own(region_of));
        let place = match (self.envs == envs, self.regions == regions) {
            (true, true) => String::new(),
            (false, true) => format!(" in {}", list(&envs)),
            (true, false) => format!(" in {}", list(&regions)),
            (false, false) => format!(" in {}/{}", list(&envs), list(&regions)),
        };
        let who = if services.len() <= MOST_NAMED {
            list(&services)
        } else {
            self.archetypes_of(&targets, &envs, &regions)
                .unwrap_or_else(|| format!("{} services", services.len()))
        };
        format!("{who}{place}")
    }

    /// The archetypes of targets, when the targets are all of these archetypes in these environments and regions.
    fn archetypes_of(
        &self,
        targets: &BTreeSet<&TargetId>,
        envs: &BTreeSet<Arc<str>>,
        regions: &BTreeSet<Arc<str>>,
    ) -> Option<String> {
        let archetype = |target: &TargetId| self.archetypes.get(&target.service).cloned();
        let own: BTreeSet<Arc<str>> =
            targets.iter().map(|target| archetype(target)).collect::<Option<_>>()?;
        let all = self.all.iter().filter(|target| {
            envs.contains(&target.env)
                && regions.contains(&target.region)
                && archetype(target).is_some_and(|archetype| own.contains(&archetype))
        });
        (all.count() == targets.len()).then(|| list(&own))
    }
}

fn names<'t>(
    name: fn(&TargetId) -> &Arc<str>,
    targets: impl Iterator<Item = &'t TargetId>,
) -> BTreeSet<Arc<str>> {
    let mut names = BTreeSet::new();
    for name in targets.map(name) {
        // Targets of a service, an environment or a region stand together or come again and again.
        if !names.contains(name) {
            names.insert(name.clone());
        }
    }
    names
}

fn service_of(target: &TargetId) -> &Arc<str> {
    &target.service
}

fn env_of(target: &TargetId) -> &Arc<str> {
    &target.env
}

fn region_of(target: &TargetId) -> &Arc<str> {
    &target.region
}

fn list(names: &BTreeSet<Arc<str>>) -> String {
    names.iter().map(|name| &**name).collect::<Vec<_>>().join(", ")
}
