//! After any changes of files and refs, what was remembered and what is found afresh are the same.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use overlens::catalog::{Address, TargetId};
use overlens::explorer::Explorer;
use proptest::prelude::*;

use super::{Fleet, texts};

/// A change that a person makes.
#[derive(Clone, Debug)]
enum Change {
    /// One value of a service.
    Value(u8),
    /// A line above all services, which moves every place.
    Comment,
    /// One line of a component.
    Component(u8),
    /// A new file in an overlay, and its use.
    NewFile,
    /// A file that a component needs is gone.
    Missing,
    /// The channel moves to another commit.
    Channel(u8),
    /// Everything so far is committed, and the newest ref follows.
    Commit,
    /// A line of any file of a layer.
    Layer(prop::sample::Index, prop::sample::Index, Slip),
}

/// What becomes of a line.
#[derive(Clone, Copy, Debug)]
enum Slip {
    Gone,
    Twice,
    OtherNumber,
    OtherName,
    Remark,
    Back,
}

const SLIPS: [Slip; 6] =
    [Slip::Gone, Slip::Twice, Slip::OtherNumber, Slip::OtherName, Slip::Remark, Slip::Back];

fn of_a_layer() -> impl Strategy<Value = Change> {
    let place = any::<(prop::sample::Index, prop::sample::Index)>();
    (place, prop::sample::select(&SLIPS[..])).prop_map(|((file, line), slip)| Change::Layer(file, line, slip))
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        any::<u8>().prop_map(Change::Value),
        Just(Change::Comment),
        any::<u8>().prop_map(Change::Component),
        Just(Change::NewFile),
        Just(Change::Missing),
        any::<u8>().prop_map(Change::Channel),
        Just(Change::Commit),
    ]
}

fn make(change: &Change, step: usize, fleet: &Fleet, is_git: bool) {
    let replace = |file: &str, change: &dyn Fn(&str) -> String| {
        let path = fleet.root.join(file);
        if let Ok(text) = fs::read_to_string(&path) {
            fs::write(path, change(&text)).unwrap();
        }
    };
    let line = |text: &str, start: &str, new: String| {
        let lines = text.lines().map(|line| {
            let indent = &line[..line.len() - line.trim_start().len()];
            if line.trim_start().starts_with(start) { format!("{indent}{new}") } else { line.to_owned() }
        });
        lines.collect::<Vec<_>>().join("\n") + "\n"
    };
    match change {
        Change::Value(value) => replace("catalog/services.yaml", &|text| {
            text.replacen("prod: 500m", &format!("prod: {}m", 100 + u32::from(*value)), 1)
        }),
        Change::Comment => replace("catalog/services.yaml", &|text| format!("# step {step}\n{text}")),
        Change::Component(value) => replace("kustomize/components/hpa/hpa.yaml", &|text| {
            // A value that no service overrides.
            line(text, "averageUtilization:", format!("averageUtilization: {}", 20 + u32::from(*value)))
        }),
        Change::NewFile => {
            let folder = fleet.root.join("kustomize/envs/prod");
            let map = format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: step-{step}\n");
            fs::write(folder.join(format!("step-{step}.yaml")), map).unwrap();
            replace("kustomize/envs/prod/kustomization.yaml", &|text| match text.contains("resources:\n") {
                true => text.replacen("resources:\n", &format!("resources:\n  - step-{step}.yaml\n"), 1),
                false => format!("{text}\nresources:\n  - step-{step}.yaml\n"),
            });
        }
        Change::Missing => {
            let _ = fs::remove_file(fleet.root.join("kustomize/components/pdb/pdb.yaml"));
        }
        Change::Channel(value) => replace("catalog/channels.yaml", &|text| {
            let tags = ["refs/tags/config-2025.10.28", "refs/tags/config-2025.11.06", "refs/tags/newest"];
            line(text, "stable:", format!("stable: {}", tags[usize::from(*value) % tags.len()]))
        }),
        Change::Commit if is_git => fleet.commit("newest"),
        Change::Commit => {}
        Change::Layer(file, line, slip) => {
            let files = layer_files(&fleet.root.join("kustomize"));
            let path = file.get(&files);
            let text = fs::read_to_string(path).unwrap();
            // What a slip left of the file is put right again.
            let kept = path.with_extension("kept");
            if !kept.exists() {
                fs::write(&kept, &text).unwrap();
            }
            let new = match slip {
                Slip::Back => fs::read_to_string(&kept).unwrap(),
                _ => slipped(&text, *line, *slip),
            };
            fs::write(path, new).unwrap();
        }
    }
}

fn slipped(text: &str, at: prop::sample::Index, slip: Slip) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if lines.is_empty() {
        return text.to_owned();
    }
    let at = at.index(lines.len());
    match slip {
        Slip::Gone => drop(lines.remove(at)),
        Slip::Twice => lines.insert(at, lines[at].clone()),
        Slip::OtherNumber => lines[at] = lines[at].replace(|digit: char| digit.is_ascii_digit(), "7"),
        Slip::OtherName => lines[at] = lines[at].replace("app", "other"),
        Slip::Remark => lines.insert(at, "# a remark".to_owned()),
        Slip::Back => {}
    }
    lines.join("\n") + "\n"
}

/// The files of all layers, in order.
fn layer_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            found.extend(layer_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push(path);
        }
    }
    found
}

/// Everything that people see of a target beside its text: what wrote each line, what was taken away, what has no effect.
fn histories(explorer: &Explorer) -> BTreeMap<TargetId, Result<String, String>> {
    let draft = explorer.draft();
    let of = |target: &TargetId| {
        let address = Address { target: target.clone(), reference: None };
        let blame = explorer.blame(&address, &draft).map_err(|problem| problem.to_string())?;
        Ok(format!("{:?}\n{:?}\n{:?}", blame.lines, blame.removals, blame.findings))
    };
    let overview = explorer.overview(&draft);
    let targets = overview.resolutions.iter().map(|resolution| resolution.target.clone());
    targets.map(|target| (target.clone(), of(&target))).collect()
}

fn stays_right(changes: &[Change], fleet: &Fleet, is_git: bool) -> Result<(), TestCaseError> {
    if is_git {
        fleet.commit("newest");
    }
    let explorer = fleet.open_with(|options| options.memory = 2_000_000);
    let _ = texts(&explorer);
    for (step, change) in changes.iter().enumerate() {
        make(change, step, fleet, is_git);
        explorer.reload();
        let fresh = fleet.open();
        prop_assert_eq!(texts(&explorer), texts(&fresh), "after {:?}", change);
        prop_assert_eq!(explorer.states(&explorer.draft()), fresh.states(&fresh.draft()));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn in_a_directory_without_git(changes in prop::collection::vec(change(), 1..5)) {
        stays_right(&changes, &Fleet::without_git(5), false)?;
    }

    #[test]
    fn in_a_repository(changes in prop::collection::vec(change(), 1..6)) {
        stays_right(&changes, &Fleet::of(5), true)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn of_any_layer_where_only_what_changed_is_built(changes in prop::collection::vec(of_a_layer(), 10)) {
        let fleet = Fleet::without_git(5);
        let explorer = fleet.open();
        let _ = texts(&explorer);
        for (step, change) in changes.iter().enumerate() {
            make(change, step, &fleet, false);
            explorer.reload();
            let fresh = fleet.open_with(|options| options.memory = 2_000_000);
            prop_assert_eq!(texts(&explorer), texts(&fresh), "after {:?}", change);
            prop_assert_eq!(histories(&explorer), histories(&fresh), "after {:?}", change);
        }
    }
}

#[test]
fn one_line_of_a_component_renders_only_the_targets_that_use_it_again() {
    let fleet = Fleet::without_git(12);
    let explorer = fleet.open();
    let before = texts(&explorer);
    let (built, gathered) = (explorer.remembered().built, explorer.remembered().gathered);
    make(&Change::Component(7), 0, &fleet, false);
    explorer.reload();
    let after = texts(&explorer);
    let changed = before.iter().filter(|(target, text)| after[*target] != **text).count();
    assert!(changed > 0 && changed < after.len(), "{changed} of {}", after.len());
    // Some of those that use it come to the same as before, and nobody can know that without looking.
    let rendered = explorer.remembered().built - built;
    assert!((changed..after.len()).contains(&rendered), "{rendered} of {} for {changed}", after.len());
    // And of these only the resource in which the line is.
    assert_eq!(explorer.remembered().built_in_part, rendered);
    // Layers are gone through as long as there is one that nobody has read since.
    let gathered = explorer.remembered().gathered - gathered;
    assert!(gathered > 0 && gathered * 2 < rendered, "{gathered} of {rendered}");
}

#[test]
fn of_a_line_in_any_kind_of_layer_only_what_it_touches_is_gone_through_again() {
    let fleet = Fleet::without_git(30);
    let explorer = fleet.open();
    let _ = texts(&explorer);
    for (file, old, new) in [
        ("archetype/api/deployment.yaml", "maxSurge: 25%", "maxSurge: 30%"),
        ("components/topology/spread-over-hosts.yaml", "weight: 100", "weight: 90"),
        ("components/serviceaccount-rbac/role.yaml", "[get, create, update]", "[get, update]"),
        ("envs/prod/limit-range.yaml", "cpu:", "cpu: # a remark"),
        ("regions/euw1/scheduling.yaml", "value: general", "value: special"),
    ] {
        let path = fleet.root.join("kustomize").join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(old), "{file}");
        fs::write(&path, text.replace(old, new)).unwrap();
        let before = explorer.remembered();
        explorer.reload();
        let after = texts(&explorer);
        let now = explorer.remembered();
        let (built, gathered) = (now.built - before.built, now.gathered - before.gathered);
        assert_eq!(now.built_in_part - before.built_in_part, built, "{file}");
        // Until builds have read all layers over these files, they are gone through as a whole.
        assert!(built > 0 && gathered * 2 < built, "{file}: {gathered} of {built}");
        assert_eq!(after, texts(&fleet.open()), "{file}");
    }
}

#[test]
fn after_a_file_that_was_broken_for_a_moment_it_goes_on_from_what_there_was_before() {
    let fleet = Fleet::without_git(30);
    let explorer = fleet.open();
    let _ = texts(&explorer);
    let path = fleet.root.join("kustomize/components/hpa/hpa.yaml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, "spec: [half").unwrap();
    explorer.reload();
    assert!(texts(&explorer).values().any(Result::is_err));
    fs::write(&path, text.replace("averageUtilization: 70", "averageUtilization: 60")).unwrap();
    let before = explorer.remembered();
    explorer.reload();
    let after = texts(&explorer);
    let now = explorer.remembered();
    let (built, gathered) = (now.built - before.built, now.gathered - before.gathered);
    assert_eq!(now.built_in_part - before.built_in_part, built);
    assert!(built > 0 && gathered * 2 < built, "{gathered} of {built}");
    assert_eq!(after, texts(&fleet.open()));
}

#[test]
fn a_target_is_asked_anew_where_its_layers_its_service_or_a_patch_file_beside_the_catalog_change() {
    let fleet = Fleet::without_git(12);
    let patch = |replicas: u32| {
        let text = format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: app}}\nspec: {{revisionHistoryLimit: {replicas}}}\n"
        );
        fs::write(fleet.root.join("catalog/history.yaml"), text).unwrap();
    };
    patch(3);
    let explorer = fleet.open();
    let mut before = texts(&explorer);
    let mut follows = |what: &str| {
        explorer.reload();
        let now = texts(&explorer);
        assert_eq!(now, texts(&fleet.open()), "{what}");
        assert_ne!(now, before, "{what}");
        before = now;
    };
    let services = "catalog/services.yaml";
    let name = "  - name: account-service\n";
    fleet
        .edit(services, |text| text.replace(name, &format!("{name}    patches: [{{path: history.yaml}}]\n")));
    follows("the service reads a patch file");
    patch(4);
    follows("the patch file says something else");
    let hpa = fleet.root.join("kustomize/components/hpa");
    fs::rename(&hpa, hpa.with_file_name("scaling")).unwrap();
    follows("a component has gone");
    fs::rename(hpa.with_file_name("scaling"), &hpa).unwrap();
    patch(5);
    follows("it is there again");
    fs::write(fleet.root.join("overlens.yaml"), "namespaceTemplate: \"own-{service}-{env}\"\n").unwrap();
    follows("all namespaces without a template of their own are called otherwise");
}

#[test]
fn a_state_in_between_goes_with_the_next_edit_and_is_built_in_part_when_it_comes_back() {
    let fleet = Fleet::without_git(30);
    let explorer = fleet.open();
    let _ = texts(&explorer);
    let path = fleet.root.join("kustomize/components/hpa/hpa.yaml");
    let text = fs::read_to_string(&path).unwrap();
    let follows = |utilization: &str| {
        let new = format!("averageUtilization: {utilization}");
        fs::write(&path, text.replace("averageUtilization: 70", &new)).unwrap();
        let before = explorer.remembered();
        explorer.reload();
        assert_eq!(texts(&explorer), texts(&fleet.open()), "at {utilization}");
        let now = explorer.remembered();
        assert_eq!(now.built - before.built, now.built_in_part - before.built_in_part, "at {utilization}");
        (now.built - before.built, now.gathered - before.gathered, now.bytes)
    };
    let (built, _, bytes) = follows("60");
    assert!(built > 0);
    let (built, gathered, later) = follows("50");
    assert!(built > 0 && gathered * 2 < built, "{gathered} of {built}");
    // The first state stays for the way back, the one in between has made room.
    assert!(later < bytes + bytes / 50, "{bytes} then {later}");
    let (built, gathered, _) = follows("60");
    assert!(built > 0 && gathered * 2 < built, "{gathered} of {built}");
    assert_eq!(follows("70").0, 0, "the first state is still there");
}
