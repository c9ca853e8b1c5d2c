//! The whole fleet at once: what is rendered again after a change, what is not, and that the answers stay right.

mod changes;
mod watching;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use overlens::catalog::{Address, TargetId};
use overlens::edit::Operation;
use overlens::explorer::{Cancel, Explorer, OpenOptions, PairAnswer, RenderPair, RenderSide};
use overlens::report::answer::{ChangedTarget, TargetEffect, TargetState};

/// A fleet of the demo, in a folder of its own.
struct Fleet {
    _scratch: tempfile::TempDir,
    root: PathBuf,
}

impl Fleet {
    fn of(services: usize) -> Self {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path().join("fleet");
        let mut demo = Command::new(env!("CARGO_BIN_EXE_overlens"));
        demo.args(["demo", "--no-open", "--services", &services.to_string(), "--into"]).arg(&root);
        assert!(demo.output().unwrap().status.success());
        Self { _scratch: scratch, root }
    }

    /// The same files without their history.
    fn without_git(services: usize) -> Self {
        let fleet = Self::of(services);
        fs::remove_dir_all(fleet.root.join(".git")).unwrap();
        fleet
    }

    fn open(&self) -> Explorer {
        Explorer::open(&self.root, &OpenOptions::default()).unwrap()
    }

    fn open_with(&self, change: impl FnOnce(&mut OpenOptions)) -> Explorer {
        let mut options = OpenOptions::default();
        change(&mut options);
        Explorer::open(&self.root, &options).unwrap()
    }

    fn edit(&self, file: &str, change: impl FnOnce(&str) -> String) {
        let path = self.root.join(file);
        let text = fs::read_to_string(&path).unwrap();
        let new = change(&text);
        assert_ne!(text, new, "the edit of {file} changes nothing");
        fs::write(path, new).unwrap();
    }

    fn git(&self, arguments: &[&str]) {
        let who = ["-c", "user.name=Mia", "-c", "user.email=mia@example.org", "-c", "commit.gpgsign=false"];
        let done = Command::new("git").arg("-C").arg(&self.root).args(who).args(arguments).output().unwrap();
        assert!(done.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    }

    fn commit(&self, tag: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", tag]);
        self.git(&["tag", "-f", tag]);
    }
}

/// What every target comes to: its text, or the message of its problem.
fn texts(explorer: &Explorer) -> BTreeMap<TargetId, Result<String, String>> {
    let draft = explorer.draft();
    let overview = explorer.overview(&draft);
    let targets = overview.resolutions.iter().map(|resolution| resolution.target.clone());
    let addresses: Vec<Address> = targets.map(|target| Address { target, reference: None }).collect();
    let rendered = explorer.render_many(&addresses, &draft);
    let word =
        |result: Result<String, overlens::explorer::Failure>| result.map_err(|problem| problem.to_string());
    addresses.into_iter().map(|address| address.target).zip(rendered.into_iter().map(word)).collect()
}

fn some_component(root: &Path) -> String {
    let hpa = "kustomize/components/hpa/hpa.yaml";
    assert!(root.join(hpa).is_file());
    hpa.to_owned()
}

#[test]
fn a_target_of_the_fleet_has_the_bytes_of_a_fresh_render() {
    let fleet = Fleet::of(24);
    let all = texts(&fleet.open());
    for (target, text) in all.iter().step_by(7) {
        let fresh = fleet.open();
        let address = Address { target: target.clone(), reference: None };
        let alone = fresh.render(&address, &fresh.draft()).map_err(|problem| problem.to_string());
        assert_eq!(alone, *text, "{target}");
    }
    assert!(all.values().filter(|text| text.is_ok()).count() > 80);
}

#[test]
fn a_result_that_was_given_up_is_the_same_again_and_its_state_is_known_without_it() {
    let fleet = Fleet::of(12);
    let roomy = fleet.open();
    let tight = fleet.open_with(|options| options.memory = 300_000);
    assert_eq!(roomy.states(&roomy.draft()), tight.states(&tight.draft()));
    let remembered = tight.remembered();
    assert!(remembered.bytes <= 300_000 && remembered.built > 60, "{remembered:?}");
    assert!(roomy.remembered().bytes > 300_000);
    let _ = tight.states(&tight.draft());
    assert_eq!(tight.remembered().built, remembered.built, "states need no manifests");
    assert_eq!(texts(&roomy), texts(&tight));
}

#[test]
fn a_channel_over_commits_that_touch_no_layer_builds_nothing_again() {
    let fleet = Fleet::of(12);
    fleet.commit("one");
    for tag in ["two", "three", "four"] {
        fs::write(fleet.root.join("notes.txt"), tag).unwrap();
        fleet.commit(tag);
    }
    let explorer = fleet.open();
    let draft = explorer.draft();
    let before = explorer.overview(&draft);
    let at = |reference: &str| {
        let mut pairs = Vec::new();
        for resolution in &before.resolutions {
            let side = |reference: &str| {
                let address =
                    Address { target: resolution.target.clone(), reference: Some(reference.into()) };
                Some(RenderSide { overview: before.clone(), address })
            };
            pairs.push(RenderPair { before: side("one"), after: side(reference) });
        }
        pairs
    };
    explorer.render_pairs(&at("one"), &Cancel::default(), &|_, _| {});
    let built = explorer.remembered().built;
    for tag in ["two", "three", "four"] {
        let same = AtomicUsize::new(0);
        let pairs = at(tag);
        explorer.render_pairs(&pairs, &Cancel::default(), &|_, answer| {
            same.fetch_add(usize::from(matches!(answer, PairAnswer::Same(_))), Ordering::SeqCst);
        });
        assert!(same.into_inner() > 60);
    }
    assert_eq!(explorer.remembered().built, built);
    // What is looked at names the commit that was asked for, not the one that was built.
    let target = before.resolutions[0].target.clone();
    let view = explorer.target(&Address { target, reference: Some("four".into()) }, &draft);
    let own = view.commit.as_ref().unwrap().id.clone();
    let manifest = view.manifest.as_ref().unwrap();
    let commits: Vec<_> =
        manifest.lines.iter().filter_map(|line| line.writer.as_ref()?.span.file.revision.clone()).collect();
    assert!(!commits.is_empty() && commits.iter().all(|commit| *commit == own));
    // So do the history of every line, what was taken away, and the composition.
    let fresh = fleet.open();
    let seen = |explorer: &Explorer, address: &Address| {
        let blame = explorer.blame(address, &draft).map_err(|problem| problem.to_string())?;
        let view = explorer.target(address, &draft);
        let layers = &view.layers;
        Ok::<_, String>(format!("{:?}\n{:?}\n{:?}\n{layers:?}", blame.lines, blame.removals, blame.findings))
    };
    for resolution in &before.resolutions {
        let address = Address { target: resolution.target.clone(), reference: Some("four".into()) };
        assert_eq!(seen(&explorer, &address), seen(&fresh, &address), "{}", resolution.target);
    }
    assert_eq!(explorer.remembered().built, built);
}

#[test]
fn an_override_of_one_service_renders_only_its_own_targets_again() {
    let fleet = Fleet::of(12);
    let explorer = fleet.open();
    let _ = explorer.states(&explorer.draft());
    let built = explorer.remembered().built;
    let mut draft = explorer.draft();
    let operation = Operation::set("account-service", "hpa.minReplicas@prod", "5").unwrap();
    draft.push(operation, &*explorer.catalog_source()).unwrap();
    let preview = explorer.preview(&draft, None).unwrap();
    assert_eq!(preview.targets.len(), 2, "prod in two regions");
    assert!(explorer.remembered().built <= built + 6);
}

#[test]
fn a_preview_says_when_a_target_fails_for_another_reason() {
    let fleet = Fleet::of(12);
    let services = fleet.root.join("catalog/services.yaml");
    let text = fs::read_to_string(&services).unwrap();
    fs::write(&services, text.replacen("channel: stable", "channel: nowhere", 1)).unwrap();
    let explorer = fleet.open();
    let mut draft = explorer.draft();
    let operation = Operation::SetServiceChannel {
        service: "account-service".to_owned(),
        channel: Some("neither".to_owned()),
    };
    draft.push(operation, &*explorer.catalog_source()).unwrap();
    let preview = explorer.preview(&draft, None).unwrap();
    assert_eq!(preview.targets.len(), 6, "all of the service");
    let differs = |changed: &ChangedTarget| match &changed.effect {
        TargetEffect::FailsDifferently(problem) => problem.message.contains("neither"),
        _ => false,
    };
    assert!(preview.targets.iter().all(differs), "{:?}", preview.targets);
}

#[test]
fn after_the_wish_to_end_no_answer_comes() {
    let fleet = Fleet::of(12);
    let explorer = fleet.open();
    let draft = explorer.draft();
    let targets: Vec<TargetId> =
        explorer.overview(&draft).resolutions.iter().map(|resolution| resolution.target.clone()).collect();
    let cancel = Cancel::default();
    let said = Mutex::new(Vec::new());
    let is_done = explorer.states_of(&targets, &draft, &cancel, &|target, _, _| {
        let mut said = said.lock().unwrap();
        said.push(target.clone());
        if said.len() == 5 {
            cancel.cancel();
        }
    });
    assert!(!is_done && said.lock().unwrap().len() < 10);
    // Nothing half done is remembered.
    assert_eq!(texts(&explorer), texts(&fleet.open()));
}

#[test]
fn a_target_that_takes_too_long_is_a_finding_and_all_of_them_one_group() {
    let fleet = Fleet::of(3);
    let explorer = fleet.open_with(|options| options.budget = Duration::ZERO);
    let states = explorer.states(&explorer.draft());
    let slow = |state: &TargetState| matches!(state, TargetState::Failed(problem) if problem.code == "render/budget");
    let failed: BTreeMap<_, _> = states
        .iter()
        .filter(|(_, state)| slow(state))
        .map(|(target, state)| match state {
            TargetState::Failed(problem) => (target.clone(), problem.clone()),
            _ => unreachable!("only failed ones are left"),
        })
        .collect();
    assert!(failed.len() >= 12, "{states:?}");
    assert_eq!(overlens::report::failures::group(&failed).len(), 1);
}

#[test]
fn a_ref_whose_commit_is_pruned_away_is_a_problem_of_its_targets() {
    let fleet = Fleet::of(24);
    fleet.edit("catalog/channels.yaml", |text| text.replace("refs/tags/config-2025.11.06", "refs/tags/gone"));
    fleet.git(&["checkout", "-q", "-b", "aside"]);
    fleet.edit(&some_component(&fleet.root), |text| text.replace("maxReplicas: ", "maxReplicas: 1"));
    fleet.commit("gone");
    fleet.git(&["checkout", "-q", "-f", "-"]);
    fleet.edit("catalog/channels.yaml", |text| text.replace("refs/tags/config-2025.11.06", "refs/tags/gone"));
    let explorer = fleet.open();
    let overview = explorer.overview(&explorer.draft());
    let on_channel =
        overview.resolutions.iter().filter(|resolution| resolution.reference() == Some("refs/tags/gone"));
    assert!(on_channel.count() > 4);
    // The catalog is read; now the commit goes away underneath.
    fleet.git(&["tag", "-d", "gone"]);
    fleet.git(&["branch", "-q", "-D", "aside"]);
    fleet.git(&["reflog", "expire", "--expire=now", "--all"]);
    fleet.git(&["gc", "-q", "--prune=now"]);
    let states = explorer.states(&explorer.draft());
    let is_there = |state: &TargetState| matches!(state, TargetState::Ready { .. });
    assert!(states.values().any(is_there), "what does not use the ref is as it was: {states:?}");
    explorer.reload();
    let states = explorer.states(&explorer.draft());
    let gone = |state: &&TargetState| matches!(state, TargetState::Failed(problem) if problem.code == "catalog/ref-not-found");
    assert!(states.values().filter(gone).count() > 4, "{states:?}");
    assert!(states.values().any(is_there), "{states:?}");
}

#[test]
fn what_is_known_of_a_text_in_short_is_what_the_text_is() {
    let fleet = Fleet::of(30);
    let explorer = fleet.open();
    let draft = explorer.draft();
    let overview = explorer.overview(&draft);
    let targets = overview.resolutions.iter().map(|resolution| resolution.target.clone());
    let addresses: Vec<_> = targets.map(|target| Address { target, reference: None }).collect();
    let digests = Mutex::new(BTreeMap::new());
    explorer.render_each(&addresses, &draft, &Cancel::default(), &|_, rendered| {
        let Ok(rendered) = rendered else { return };
        let text = rendered.text().unwrap();
        assert_eq!((rendered.bytes(), rendered.lines()), (text.len(), text.lines().count()));
        let digest = *digests.lock().unwrap().entry(text).or_insert(rendered.digest());
        assert_eq!(rendered.digest(), digest, "equal texts have equal digests");
    });
    let digests = digests.into_inner().unwrap();
    assert!(digests.len() > 100);
    let different: BTreeSet<_> = digests.values().collect();
    assert_eq!(different.len(), digests.len(), "other texts have other digests");
}
