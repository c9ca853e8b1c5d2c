//! The built-in demo as the catalog sees it: no mistakes but the intended ones, and each of those where people look.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use overlens::catalog::{self, Badge, Catalog, Distance, RefProblem, RefResolver, Resolution};
use overlens::demo::{DemoOptions, DemoRepository, create};
use overlens::git::{RefError, Repository};
use overlens::vfs::{GitTree, WorkTree};
use overlens::yaml::Limits;

struct Refs(Repository);

impl RefResolver for Refs {
    fn is_repository(&self) -> bool {
        true
    }

    fn resolve(&self, reference: &str) -> Result<Arc<str>, RefProblem> {
        self.0.resolve(reference).map(|found| Arc::from(found.commit.to_string())).map_err(
            |error| match error {
                RefError::Placeholder { .. } => RefProblem::Placeholder,
                other => RefProblem::Unusable { reason: other.to_string() },
            },
        )
    }

    fn distance(&self, _: &str, _: &str) -> Option<Distance> {
        None
    }
}

fn demo(services: Option<usize>) -> (tempfile::TempDir, DemoRepository, Catalog) {
    let folder = tempfile::tempdir().unwrap();
    let made = create(&folder.path().join("demo"), &DemoOptions { services }).unwrap();
    let (catalog, problems) = catalog::load(&WorkTree::open(&made.path).unwrap(), &Limits::default());
    assert!(problems.is_empty(), "{problems:#?}");
    (folder, made, catalog)
}

fn resolutions(path: &Path, catalog: &Catalog) -> BTreeMap<String, Arc<Resolution>> {
    let refs = Refs(Repository::open(path).unwrap());
    let all = catalog::resolve_all(catalog, &refs);
    all.into_iter().map(|resolution| (resolution.target.to_string(), resolution)).collect()
}

fn with_badge(all: &BTreeMap<String, Arc<Resolution>>, badge: Badge) -> Vec<&str> {
    all.iter().filter(|(_, one)| one.badges.contains(&badge)).map(|(name, _)| name.as_str()).collect()
}

#[test]
fn the_sample_platform_has_no_mistakes() {
    let (catalog, problems) =
        catalog::load(&WorkTree::open(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap(), &Limits::default());
    assert!(problems.is_empty(), "{problems:#?}");
    assert_eq!(catalog.services.len(), 20);
    assert_eq!(catalog.targets().len(), 98);
    let envs: Vec<&str> = catalog.environments.iter().map(|env| &*env.value).collect();
    assert_eq!(envs, ["int-stable", "pre-stable", "prod"]);
}

#[test]
fn every_release_has_a_catalog_without_mistakes() {
    let (_folder, made, _) = demo(None);
    let repository = Repository::open(&made.path).unwrap();
    for tag in &made.tags {
        let commit = repository.resolve(&format!("refs/tags/{tag}")).unwrap().commit;
        let (catalog, problems) =
            catalog::load(&GitTree::at(&repository, commit).unwrap(), &Limits::default());
        assert!(problems.is_empty(), "{tag}: {problems:#?}");
        assert!(catalog.services.len() >= 11, "{tag}");
    }
}

#[test]
fn the_demo_shows_what_people_look_for() {
    let (_folder, made, catalog) = demo(None);
    let all = resolutions(&made.path, &catalog);
    assert_eq!(all.len(), 104);

    let broken = with_badge(&all, Badge::BrokenRef);
    assert_eq!(broken, ["order-api@int-stable/euw2", "payment-ledger@int-stable/euw2"], "a placeholder");

    let shadowed = with_badge(&all, Badge::ShadowedPin);
    assert!(shadowed.contains(&"payment-gateway@prod/euw1"), "its channel hides the pin of prod");
    assert!(!shadowed.contains(&"payment-ledger@prod/euw1"), "it follows the pin");
    assert!(!shadowed.iter().any(|target| target.contains("@int-stable/euw1")), "nothing is pinned there");

    let skewed = with_badge(&all, Badge::Skew);
    assert!(skewed.contains(&"payment-ledger@prod/euw1") && skewed.contains(&"payment-ledger@prod/euw2"));
    assert!(!skewed.iter().any(|target| target.starts_with("payment-gateway@")), "{skewed:?}");
}

#[test]
fn a_fleet_loads_without_mistakes_and_every_target_has_a_ref() {
    for (services, targets) in [(3, 18), (300, 1_800)] {
        let (_folder, made, catalog) = demo(Some(services));
        let all = resolutions(&made.path, &catalog);
        assert_eq!(all.len(), targets);
        assert_eq!(with_badge(&all, Badge::BrokenRef), Vec::<&str>::new());
    }
}
