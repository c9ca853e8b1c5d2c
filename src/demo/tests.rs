//! The demo is the same everywhere, differs between its tags, and never writes over anything.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_yaml::Value;

use super::{DemoError, DemoOptions, DemoRepository, create};

fn demo(services: Option<usize>) -> (tempfile::TempDir, DemoRepository) {
    let folder = tempfile::tempdir().unwrap();
    let made = create(&folder.path().join("demo"), &DemoOptions { services }).unwrap();
    (folder, made)
}

fn yaml(path: &Path) -> Value {
    serde_yaml::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn names(path: &Path) -> Vec<String> {
    let catalog = yaml(&path.join("catalog/services.yaml"));
    let services = catalog["services"].as_sequence().unwrap();
    services.iter().map(|service| service["name"].as_str().unwrap().to_owned()).collect()
}

/// The paths at which two tags differ.
fn differing(repository: &git2::Repository, old: &str, new: &str) -> BTreeSet<String> {
    let tree = |tag: &str| repository.revparse_single(&format!("refs/tags/{tag}^{{tree}}")).unwrap();
    let (old, new) = (tree(old), tree(new));
    let diff = repository.diff_tree_to_tree(old.as_tree(), new.as_tree(), None).unwrap();
    let path = |file: git2::DiffFile<'_>| file.path().unwrap().display().to_string();
    diff.deltas().flat_map(|delta| [path(delta.old_file()), path(delta.new_file())]).collect()
}

fn text_at(repository: &git2::Repository, tag: &str, path: &str) -> String {
    let object = repository.revparse_single(&format!("refs/tags/{tag}:{path}")).unwrap();
    String::from_utf8(object.as_blob().unwrap().content().to_vec()).unwrap()
}

#[test]
fn the_same_options_give_the_same_commits() {
    let (first, second) = (demo(None), demo(None));
    assert_eq!(first.1.head, second.1.head);
    assert_eq!(first.1.commits, second.1.commits);
    assert_ne!(demo(Some(30)).1.head, first.1.head);
}

#[test]
fn the_history_runs_forward_with_four_tags_and_authors_by_role() {
    let (_folder, made) = demo(None);
    assert_eq!(
        made.tags,
        ["config-2025.10.28", "config-2025.11.06-rc1", "config-2025.11.06", "config-2025.11.08-rc1"]
    );
    let repository = git2::Repository::open(&made.path).unwrap();
    let mut walk = repository.revwalk().unwrap();
    walk.push_head().unwrap();
    let mut newer = i64::MAX;
    let mut count = 0;
    for id in walk {
        let commit = repository.find_commit(id.unwrap()).unwrap();
        assert!(commit.time().seconds() < newer, "{:?}", commit.summary());
        newer = commit.time().seconds();
        assert!(commit.author().name().unwrap().ends_with("-team"));
        assert!(commit.author().email().unwrap().ends_with("-team@example.com"));
        let subject = commit.summary().unwrap().unwrap();
        assert!(subject.len() <= 80, "too long: {subject}");
        let parent = commit.parents().next();
        assert!(parent.is_none_or(|parent| parent.tree_id() != commit.tree_id()), "empty: {subject}");
        count += 1;
    }
    assert_eq!(count, made.commits);
}

#[test]
fn releases_differ_in_archetypes_components_and_overlays() {
    let (_folder, made) = demo(None);
    let repository = git2::Repository::open(&made.path).unwrap();
    let expected = [
        (0, "archetype/api/deployment.yaml"),
        (0, "components/security-hardening/long-running.yaml"),
        (0, "components/network-policy/allow-metrics.yaml"),
        (0, "components/hpa/hpa.yaml"),
        (0, "envs/prod/default-network-policies.yaml"),
        (1, "components/security-hardening/long-running.yaml"),
        (1, "cb-base/platform-defaults.yaml"),
        (1, "components/circuit-breaker/kustomization.yaml"),
        (1, "components/mtls/peerauthentication.yaml"),
        (1, "envs/prod/kustomization.yaml"),
        (1, "regions/euw2/scheduling.yaml"),
        (2, "archetype/api/deployment.yaml"),
        (2, "archetype/listener/kustomization.yaml"),
        (2, "components/hpa/hpa.yaml"),
        (2, "components/subsets/kustomization.yaml"),
        (2, "regions/euw1/scheduling.yaml"),
    ];
    for (step, path) in expected {
        let changed = differing(&repository, &made.tags[step], &made.tags[step + 1]);
        assert!(changed.contains(&format!("kustomize/{path}")), "{}: {path}", made.tags[step]);
    }
    let breaker = "kustomize/components/circuit-breaker/kustomization.yaml";
    assert!(text_at(&repository, "config-2025.11.06-rc1", breaker).contains("patches:"));
    assert!(!text_at(&repository, "config-2025.11.06", breaker).contains("patches:"));
    let prod = "kustomize/envs/prod/kustomization.yaml";
    assert!(text_at(&repository, "config-2025.11.06-rc1", prod).contains("/cost-centre:"));
    assert!(text_at(&repository, "config-2025.11.06", prod).contains("/cost-center:"));
}

#[test]
fn the_base_of_the_broken_service_is_missing_at_its_release_only() {
    let (_folder, made) = demo(None);
    let repository = git2::Repository::open(&made.path).unwrap();
    let subsets = "kustomize/components/subsets/kustomization.yaml";
    assert!(text_at(&repository, "config-2025.11.08-rc1", subsets).contains("../../bases/canary-service"));
    assert!(repository.revparse_single("refs/tags/config-2025.11.08-rc1:kustomize/bases").is_err());
    assert!(made.path.join("kustomize/bases/canary-service/kustomization.yaml").is_file());
    assert!(!text_at(&repository, "config-2025.11.06", subsets).contains("bases"));
}

#[test]
fn the_work_tree_is_the_sample_platform_and_two_additions() {
    let (_folder, made) = demo(None);
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let added: BTreeMap<&str, &str> =
        [("catalog/services.yaml", "services.yaml"), ("catalog/region-pins.yaml", "region-pins.yaml")].into();
    let mut seen = 0;
    let mut folders = vec![project.join("catalog"), project.join("kustomize")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let file = entry.unwrap().path();
            if file.is_dir() {
                folders.push(file);
                continue;
            }
            let path = file.strip_prefix(project).unwrap().to_str().unwrap().replace('\\', "/");
            let mut wanted = fs::read_to_string(&file).unwrap();
            if let Some(name) = added.get(path.as_str()) {
                wanted += &fs::read_to_string(project.join("assets/demo/additions").join(name)).unwrap();
            }
            assert_eq!(fs::read_to_string(made.path.join(&path)).unwrap(), wanted, "{path}");
            seen += 1;
        }
    }
    assert!(seen > 80, "the sample platform was not found");
    let repository = git2::Repository::open(&made.path).unwrap();
    assert!(repository.statuses(None).unwrap().is_empty(), "the work tree is clean");
}

#[test]
fn no_layer_uses_a_field_that_kustomize_warns_about() {
    let deprecated = ["bases:", "commonLabels:", "patchesJson6902:", "patchesStrategicMerge:", "vars:"];
    let mut states = vec![super::files::newest()];
    states.extend(
        super::history::commits(&DemoOptions::default()).unwrap().into_iter().map(|commit| commit.files),
    );
    for files in states {
        for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with("/kustomization.yaml")) {
            let text = std::str::from_utf8(bytes).unwrap();
            let found = text.lines().find(|line| deprecated.iter().any(|field| line.starts_with(field)));
            assert_eq!(found, None, "{path}");
        }
    }
}

#[test]
fn the_demo_has_something_to_find() {
    let (_folder, made) = demo(None);
    let catalog = made.path.join("catalog");
    let pins = yaml(&catalog.join("region-pins.yaml"));
    assert_eq!(pins["regionPins"]["euw2"]["int-stable"].as_str(), Some("refs/tags/<CONFIG_TAG>"));
    let channels = yaml(&catalog.join("channels.yaml"));
    let env_pins = yaml(&catalog.join("env-pins.yaml"));
    assert_ne!(channels["channels"]["stable"], env_pins["envPins"]["prod"], "a shadowed pin");
    assert_ne!(pins["regionPins"]["euw2"]["prod"], env_pins["envPins"]["prod"], "a DR skew");
    assert_eq!(names(&made.path).last().map(String::as_str), Some("checkout-api"));
    assert_eq!(made.services, names(&made.path).len());
}

#[test]
fn a_folder_with_something_in_it_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(".hidden"), "mine").unwrap();
    let refused = create(folder.path(), &DemoOptions::default()).unwrap_err();
    assert_eq!(refused, DemoError::NotEmpty(folder.path().to_owned()));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);

    let file = folder.path().join(".hidden");
    assert_eq!(create(&file, &DemoOptions::default()).unwrap_err(), DemoError::NotAFolder(file.clone()));
    assert_eq!(fs::read_to_string(file).unwrap(), "mine");
}

#[test]
fn an_empty_folder_and_a_new_one_below_new_ones_will_do() {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("a/b/c");
    assert_eq!(create(&deep, &DemoOptions::default()).unwrap().path, deep);
    let empty = folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    assert!(create(&empty, &DemoOptions::default()).is_ok());
}

#[test]
fn a_fleet_has_as_many_services_as_wanted_each_everywhere() {
    for wanted in [1, 7, 20, 21, 22, 500] {
        let (_folder, made) = demo(Some(wanted));
        let names = names(&made.path);
        assert_eq!((names.len(), made.services), (wanted, wanted));
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), wanted, "names are unique");
        let catalog = yaml(&made.path.join("catalog/services.yaml"));
        for service in catalog["services"].as_sequence().unwrap() {
            assert_eq!(service["enabledIn"].as_sequence().unwrap().len(), 3);
            assert_eq!(service["regions"].as_sequence().unwrap().len(), 2);
        }
    }
}

#[test]
fn the_largest_fleet_has_unique_names_and_only_components_that_exist() {
    let (_folder, made) = demo(Some(super::MAX_SERVICES));
    let names = names(&made.path);
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), super::MAX_SERVICES);
    let catalog = yaml(&made.path.join("catalog/services.yaml"));
    let mut shapes = BTreeSet::new();
    for service in catalog["services"].as_sequence().unwrap() {
        let archetype = service["type"].as_str().unwrap();
        assert!(made.path.join("kustomize/archetype").join(archetype).is_dir());
        let mut components = Vec::new();
        for component in service.get("components").and_then(Value::as_sequence).into_iter().flatten() {
            let component = component.as_str().unwrap();
            assert!(made.path.join("kustomize/components").join(component).is_dir(), "{component}");
            components.push(component);
        }
        shapes.insert((archetype, components));
        let name = service["name"].as_str().unwrap();
        assert!(name.len() <= 63 - "pre-stable--euw1".len(), "{name} makes too long a namespace");
    }
    assert!(shapes.len() > 500, "only {} shapes", shapes.len());
}

#[test]
fn a_fleet_that_is_too_small_or_too_large_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for wanted in [0, super::MAX_SERVICES + 1] {
        let options = DemoOptions { services: Some(wanted) };
        assert_eq!(create(&folder.path().join("x"), &options).unwrap_err(), DemoError::Services { wanted });
    }
    assert!(!folder.path().join("x").exists());
}
