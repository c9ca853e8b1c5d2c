//! Classes of random changes are those that a slow comparison of all targets finds.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use overlens::catalog::{Address, Catalog, TargetId, image_version, resolve_setting};
use overlens::demo::{DemoOptions, create};
use overlens::explorer::{Cancel, Explorer, OpenOptions};
use overlens::report::answer::{Change, LayerChoice, TargetScope};
use proptest::prelude::*;

use super::brute::{self, Names};

/// One service of every archetype, two of the most common one.
const SERVICES: &[&str] = &[
    "account-service",
    "customer-profile",
    "payment-ledger",
    "payment-report",
    "clickstream",
    "account-migration",
];

/// An edit of the layers; numbers choose among what there is to edit.
#[derive(Clone, Debug)]
enum Edit {
    /// A number becomes another one.
    Number { file: usize, line: usize, by: u32 },
    /// A value becomes a text with names in it.
    Words { file: usize, line: usize, words: usize },
    /// A resource is no longer used.
    Drop { file: usize, line: usize },
    /// A resource more.
    Add { directory: usize, words: usize },
    /// An annotation more on everything.
    Annotate { directory: usize, words: usize },
}

const WORDS: &[&str] = &[
    "app in prod",
    "prod-account-service-euw1",
    "payment-ledger.prod.svc",
    "euw2a nonprod",
    "int-stable/euw2",
];

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let (file, line, words) = (0..1_000_usize, 0..1_000_usize, 0..WORDS.len());
    let edit = prop_oneof![
        4 => (file.clone(), line.clone(), 1..9_u32).prop_map(|(file, line, by)| Edit::Number { file, line, by }),
        2 => (file.clone(), line.clone(), words.clone()).prop_map(|(file, line, words)| Edit::Words { file, line, words }),
        1 => (file.clone(), line).prop_map(|(file, line)| Edit::Drop { file, line }),
        2 => (file.clone(), words.clone()).prop_map(|(directory, words)| Edit::Add { directory, words }),
        1 => (file, words).prop_map(|(directory, words)| Edit::Annotate { directory, words }),
    ];
    proptest::collection::vec(edit, 1..5)
}

/// Files below a directory whose names fit.
fn files(root: &Path, fits: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if fits(&path.file_name().unwrap().to_string_lossy()) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn is_resource(name: &str) -> bool {
    name.ends_with(".yaml") && name != "kustomization.yaml"
}

/// Replaces one of the lines that fit; nothing happens when none does.
fn replace_line(file: &Path, pick: usize, change: impl Fn(&str) -> Option<String>) {
    let text = fs::read_to_string(file).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let fitting: Vec<(usize, String)> =
        lines.iter().enumerate().filter_map(|(at, line)| Some((at, change(line)?))).collect();
    if fitting.is_empty() {
        return;
    }
    let (at, new) = &fitting[pick % fitting.len()];
    let mut lines: Vec<String> = lines.into_iter().map(str::to_owned).collect();
    lines[*at].clone_from(new);
    fs::write(file, lines.join("\n") + "\n").unwrap();
}

fn apply(edit: &Edit, layers: &Path) {
    let pick = |files: Vec<PathBuf>, number: usize| files[number % files.len()].clone();
    let kustomizations = || files(layers, |name| name == "kustomization.yaml");
    match edit {
        Edit::Number { file, line, by } => {
            replace_line(&pick(files(layers, is_resource), *file), *line, |line| {
                let (key, value) = line.split_once(": ")?;
                let number: u32 = value.parse().ok()?;
                Some(format!("{key}: {}", number + by))
            });
        }
        Edit::Words { file, line, words } => {
            replace_line(&pick(files(layers, is_resource), *file), *line, |line| {
                let (key, value) = line.split_once(": ")?;
                let is_free = !["apiVersion", "kind", "name", "namespace"]
                    .contains(&key.trim_start_matches([' ', '-']));
                let is_plain = value.chars().all(|letter| letter.is_ascii_alphabetic());
                (is_free && is_plain).then(|| format!("{key}: \"{}\"", WORDS[*words]))
            });
        }
        Edit::Drop { file, line } => {
            replace_line(&pick(kustomizations(), *file), *line, |line| {
                line.trim_start().strip_prefix("- ").is_some_and(is_resource).then(String::new)
            });
        }
        Edit::Add { directory, words } => {
            let kustomization = pick(kustomizations(), *directory);
            let text = fs::read_to_string(&kustomization).unwrap();
            let added = text.replacen("\nresources:\n", "\nresources:\n  - extra.yaml\n", 1);
            if added == text || !text.contains("\nresources:\n  - ") {
                return;
            }
            fs::write(&kustomization, added).unwrap();
            let extra = format!(
                "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: extra\n  labels:\n    kind: extra\ndata:\n  note: \"{}\"\n",
                WORDS[*words],
            );
            fs::write(kustomization.with_file_name("extra.yaml"), extra).unwrap();
        }
        Edit::Annotate { directory, words } => {
            let kustomization = pick(kustomizations(), *directory);
            let text = fs::read_to_string(&kustomization).unwrap();
            if !text.contains("commonAnnotations:") {
                let more = format!("{text}commonAnnotations:\n  example.com/note: \"{}\"\n", WORDS[*words]);
                fs::write(&kustomization, more).unwrap();
            }
        }
    }
}

/// What a target calls its own, by the catalog.
fn names(catalog: &Catalog, target: &TargetId) -> Names {
    let service = catalog.service(&target.service).unwrap();
    let setting = |key: &str| resolve_setting(service, key, &target.env, &target.region);
    let template =
        service.namespace_template.as_ref().map_or(&catalog.settings.namespace_template, |own| &own.value);
    let namespace = template
        .replace("{env}", &target.env)
        .replace("{service}", &target.service)
        .replace("{region}", &target.region);
    let mut names = Names::default();
    let mut add = |name: &str, role: &str| names.names.push((name.to_owned(), format!("‹{role}›")));
    add(&namespace, "namespace");
    if let Some(image) = setting("image").and_then(|image| image.text().cloned()) {
        let version = image_version(catalog, service, target);
        let (tag, digest) = version.map(|own| (own.tag, own.digest)).unwrap_or_default();
        let (tag, digest) = (tag.map(|own| own.value), digest.map(|own| own.value));
        for full in [
            tag.as_ref().map(|tag| format!("{image}:{tag}")),
            digest.as_ref().map(|digest| format!("{image}@{digest}")),
            tag.as_ref().zip(digest.as_ref()).map(|(tag, digest)| format!("{image}:{tag}@{digest}")),
        ] {
            full.into_iter().for_each(|full| add(&full, "image"));
        }
        add(&image, if tag.is_none() && digest.is_none() { "image" } else { "image name" });
    }
    for (place, domain) in setting("domains").iter().flat_map(|domains| domains.items()).enumerate() {
        add(domain.text().unwrap(), &format!("domain {place}"));
    }
    add(&target.service, "service");
    add(&target.env, "env");
    add(&target.region, "region");
    let labels = setting("labels");
    let label = |key: &str| labels.as_ref()?.get(key)?.text().map(ToString::to_string);
    for key in ["team", "tier", "pci"] {
        names.labels.extend(label(key).map(|value| (key.to_owned(), value)));
    }
    if label("tier").is_none() {
        names.labels.push(("tier".to_owned(), service.archetype.as_ref().unwrap().value.to_string()));
    }
    names
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, max_shrink_iters: 20, ..ProptestConfig::default() })]

    #[test]
    fn targets_are_of_one_class_exactly_when_a_slow_comparison_says_so(edits in edits()) {
        let folder = tempfile::tempdir().unwrap();
        let made = create(&folder.path().join("demo"), &DemoOptions::default()).unwrap();
        for edit in &edits {
            apply(edit, &made.path.join("kustomize"));
        }
        let explorer = Explorer::open(&made.path, &OpenOptions::default()).unwrap();
        let draft = explorer.draft();
        let overview = explorer.overview(&draft);
        let scope = TargetScope { services: SERVICES.iter().map(|name| (*name).to_owned()).collect(), ..TargetScope::default() };
        let layers = |reference: &str| LayerChoice::At(reference.into());
        let change = Change::Layers { from: layers("HEAD"), to: layers(".") };
        let radius = explorer.radius(&change, &draft, &scope, &|_, _| {}, &Cancel::default()).unwrap();

        let mut expected: BTreeMap<String, BTreeSet<TargetId>> = BTreeMap::new();
        let mut failing = BTreeSet::new();
        for resolution in overview.resolutions.iter().filter(|own| scope.covers(&own.target)) {
            let target = &resolution.target;
            let render = |reference: &str| {
                explorer.render(&Address { target: target.clone(), reference: Some(reference.into()) }, &draft)
            };
            match (render("HEAD"), render(".")) {
                (Ok(before), Ok(after)) if before == after => {}
                (Ok(before), Ok(after)) => {
                    let key = brute::change(&before, &after, &names(&overview.catalog, target));
                    expected.entry(key.unwrap_or_default()).or_default().insert(target.clone());
                }
                (Ok(_), Err(_)) => {
                    failing.insert(target.clone());
                }
                _ => {}
            }
        }
        let found: BTreeSet<BTreeSet<TargetId>> = radius
            .classes
            .iter()
            .map(|class| class.members.iter().map(|member| member.target.clone()).collect())
            .collect();
        prop_assert_eq!(found, expected.into_values().collect::<BTreeSet<_>>());
        let newly: BTreeSet<TargetId> =
            radius.failures.iter().flat_map(|group| &group.members).map(|member| member.target.clone()).collect();
        prop_assert_eq!(newly, failing);
        let sizes: Vec<usize> = radius.classes.iter().map(|class| class.members.len()).collect();
        prop_assert!(sizes.is_sorted_by(|a, b| a >= b), "{:?}", sizes);
    }
}
