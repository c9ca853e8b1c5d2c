//! Time travel and history: the catalog and the refs as they were, the value over the commits, the commit that changed it.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use git2::{IndexAddOption, Oid, Signature, Time};

use overlens::catalog::{Address, Outcome, RefProblem, TargetId};
use overlens::demo::{DemoOptions, create};
use overlens::explorer::{Explorer, HistoryQuery, OpenOptions};
use overlens::report::answer::{Seen, Vary};
use overlens::report::history;

/// 2025-10-01, 12:00 UTC.
const FIRST_DAY: i64 = 1_759_320_000;

const DEPLOYMENT: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app\nspec:\n  replicas: 1\n  template:\n    spec:\n      containers:\n      - name: app\n        image: app\n";

/// A platform of one service, written commit by commit.
struct Story {
    folder: tempfile::TempDir,
    repository: git2::Repository,
    commits: Vec<Oid>,
}

impl Story {
    fn begin() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut options = git2::RepositoryInitOptions::new();
        let repository = git2::Repository::init_opts(folder.path(), options.initial_head("main")).unwrap();
        let mut story = Self { folder, repository, commits: Vec::new() };
        story.commit(&[
            ("catalog/services.yaml", &services(1)),
            ("catalog/env-pins.yaml", "envPins:\n  prod: v1\n"),
            ("catalog/regions.yaml", "regions:\n  euw1: {}\n  euw2: {}\n"),
            ("kustomize/archetype/api/kustomization.yaml", "resources: [deployment.yaml]\n"),
            ("kustomize/archetype/api/deployment.yaml", DEPLOYMENT),
            ("kustomize/envs/prod/kustomization.yaml", "kind: Component\nlabels:\n- pairs: {a: b}\n"),
            ("kustomize/regions/euw1/kustomization.yaml", "kind: Component\nlabels:\n- pairs: {a: b}\n"),
            ("kustomize/regions/euw2/kustomization.yaml", "kind: Component\nlabels:\n- pairs: {a: b}\n"),
        ]);
        story.tag("v1");
        story
    }

    /// One commit a day.
    fn commit(&mut self, files: &[(&str, &str)]) {
        for (name, text) in files {
            let file = self.folder.path().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        let day = i64::try_from(self.commits.len()).unwrap();
        let mut index = self.repository.index().unwrap();
        index.add_all(["*"], IndexAddOption::DEFAULT, None).unwrap();
        index.write().unwrap();
        let tree = self.repository.find_tree(index.write_tree().unwrap()).unwrap();
        let who = Signature::new("Mia", "mia@example.org", &Time::new(FIRST_DAY + day * 86_400, 0)).unwrap();
        let parent = self.commits.last().map(|id| self.repository.find_commit(*id).unwrap());
        let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
        let message = format!("Day {day}");
        let id = self.repository.commit(Some("HEAD"), &who, &who, &message, &tree, &parents).unwrap();
        self.commits.push(id);
    }

    fn tag(&self, name: &str) {
        let commit = self.repository.find_object(*self.commits.last().unwrap(), None).unwrap();
        self.repository.tag_lightweight(name, &commit, false).unwrap();
    }

    fn at(&self, at: &str) -> Explorer {
        let options = OpenOptions { at: Some(at.to_owned()), ..OpenOptions::default() };
        Explorer::open(self.folder.path(), &options).unwrap()
    }

    fn refused(&self, at: &str) -> String {
        let options = OpenOptions { at: Some(at.to_owned()), ..OpenOptions::default() };
        match Explorer::open(self.folder.path(), &options) {
            Ok(_) => panic!("`{at}` opens"),
            Err(problem) => format!("{}: {problem}", problem.code),
        }
    }

    fn open(&self) -> Explorer {
        Explorer::open(self.folder.path(), &OpenOptions::default()).unwrap()
    }
}

fn services(replicas: usize) -> String {
    format!(
        "services:\n  - name: web\n    type: api\n    image: web\n    tag: '1'\n    regions: [euw1, euw2]\n    enabledIn: [prod]\n    components: []\n    replicas: {replicas}\n"
    )
}

fn target() -> TargetId {
    TargetId::new("web", "prod", "euw2")
}

/// The ref that the target has, or why not.
fn reference(explorer: &Explorer) -> Result<String, RefProblem> {
    let overview = explorer.overview(&explorer.draft());
    let winner = overview.resolution(&target()).unwrap().winning().unwrap().clone();
    match winner.outcome {
        Outcome::Broken { problem } => Err(problem),
        _ => Ok(winner.reference.unwrap().to_string()),
    }
}

fn replicas(vary: Vary) -> HistoryQuery {
    HistoryQuery {
        target: target(),
        path: Some("Deployment/web:spec.replicas".to_owned()),
        vary,
        commits: true,
        tags: None,
    }
}

#[test]
fn at_a_moment_catalog_and_refs_are_those_of_then() {
    let mut story = Story::begin();
    story.commit(&[("catalog/env-pins.yaml", "envPins:\n  prod: v2\n")]);
    story.commit(&[("README.md", "two\n")]);
    story.tag("v2");
    assert_eq!(reference(&story.at("2025-10-01T13:00:00Z")), Ok("v1".to_owned()));
    // The catalog of the second day names a tag that came on the third.
    let second = reference(&story.at("2025-10-02T13:00:00Z"));
    let Err(RefProblem::CreatedLater { created }) = second else { panic!("{second:?}") };
    assert!(created.starts_with("2025-10-03 12:00"), "{created}");
    assert_eq!(reference(&story.at("2025-10-03T13:00:00Z")), Ok("v2".to_owned()));
    // A tag means the moment at which it was made.
    assert_eq!(reference(&story.at("v1")), Ok("v1".to_owned()));
    // A branch stands there now.
    assert_eq!(reference(&story.at("main")), Ok("v2".to_owned()));
    let options =
        OpenOptions { at: Some(story.commits[1].to_string()), refs_now: true, ..OpenOptions::default() };
    let then = Explorer::open(story.folder.path(), &options).unwrap();
    assert_eq!(reference(&then), Ok("v2".to_owned()));
    assert!(then.overview(&then.draft()).catalog_from.ends_with("refs as they are now"));
    assert!(!then.is_writable());
}

#[test]
fn a_moment_that_cannot_be_shown_is_refused_with_the_reason() {
    let story = Story::begin();
    for (text, said) in [
        ("2025-09-30T12:00:00Z", "open/before-history: `2025-09-30T12:00:00Z` is"),
        ("2025-13-01", "open/date: `2025-13-01` is no ref"),
        ("9999-01-01", "open/date: `9999-01-01` has not come yet"),
        ("nonsense", "ref/unknown"),
    ] {
        let problem = story.refused(text);
        assert!(problem.starts_with(said), "{problem}");
    }
}

#[test]
fn a_ref_that_could_be_a_date_is_taken_as_a_ref_and_said() {
    let mut story = Story::begin();
    story.commit(&[("catalog/env-pins.yaml", "envPins:\n  prod: main\n")]);
    let first = story.repository.find_commit(story.commits[0]).unwrap();
    story.repository.branch("2025-10-02", &first, false).unwrap();
    let explorer = story.at("2025-10-02");
    assert_eq!(reference(&explorer), Ok("v1".to_owned()));
    let overview = explorer.overview(&explorer.draft());
    let note = overview.diagnostics.iter().find(|problem| problem.code == "open/ref-or-date").unwrap();
    assert!(note.hints[0].contains("2025-10-02T"), "{note:?}");
}

#[test]
fn bisect_finds_the_commit_and_steps_over_what_does_not_render() {
    let mut story = Story::begin();
    // Day 1 to 60: the replicas change on days 20 and 40; days 28 to 33 do not render; the rest is noise.
    for day in 1..=60_usize {
        let note = format!("{day}\n");
        let broken = if day < 33 {
            "resources: [deployment.yaml, gone.yaml]\n"
        } else {
            "resources: [deployment.yaml]\n"
        };
        let files: Vec<(&str, String)> = match day {
            20 => vec![("catalog/services.yaml", services(2))],
            28 | 33 => vec![("kustomize/archetype/api/kustomization.yaml", broken.to_owned())],
            30 => vec![("catalog/services.yaml", services(3))],
            40 => vec![("catalog/services.yaml", services(5))],
            day if day % 3 == 0 => vec![("kustomize/archetype/other/note.txt", note)],
            _ => vec![("README.md", note)],
        };
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        story.commit(&files);
    }
    let explorer = story.open();
    let range = |from: usize, to: usize| format!("{}..{}", story.commits[from], story.commits[to]);
    let subjects = |found: &overlens::report::answer::Bisection| -> Vec<(String, String)> {
        let value = |seen: &Seen| seen.in_words();
        found
            .changes
            .iter()
            .map(|change| {
                let words = format!("{} -> {}", value(&change.before), value(&change.after));
                (change.commit.subject.clone(), words)
            })
            .collect()
    };
    let query = replicas(Vary::Both);

    let found = explorer.bisect(&query, &range(0, 27), false).unwrap();
    assert_eq!(subjects(&found), [("Day 20".to_owned(), "1 -> 2".to_owned())]);
    assert!(found.rendered <= 3 && !found.flips, "{found:?}");
    let writer = found.changes[0].after.writer().unwrap().span.clone().unwrap();
    assert_eq!((writer.file.path.to_string().as_str(), writer.line), ("catalog/services.yaml", 9));

    let all = explorer.bisect(&query, &range(0, 60), true).unwrap();
    let expected = [("Day 20", "1 -> 2"), ("Day 33", "2 -> 3"), ("Day 40", "3 -> 5")];
    let expected: Vec<(String, String)> =
        expected.iter().map(|(day, words)| ((*day).to_owned(), (*words).to_owned())).collect();
    assert_eq!(subjects(&all), expected);
    assert_eq!(all.skipped.len(), 5);
    assert_eq!(all.changes[1].unclear.len(), 5);

    // Between day 25 and 35 only the broken days are candidates.
    let unclear = explorer.bisect(&query, &range(25, 35), false).unwrap();
    assert_eq!(subjects(&unclear), [expected[1].clone()]);
    assert_eq!(unclear.changes[0].unclear.len(), 5);
    assert!(history::bisection(&unclear).contains("or one before it that does not render"));

    let flips = explorer.bisect(&query, &range(0, 60), false).unwrap();
    assert!(flips.flips, "a third value was met: {}", history::bisection(&flips));
    let same = explorer.bisect(&query, &range(41, 60), false).unwrap();
    assert!(same.changes.is_empty());
}

#[test]
fn a_range_that_cannot_be_walked_is_refused() {
    let mut story = Story::begin();
    story.commit(&[("README.md", "one\n")]);
    let explorer = story.open();
    let refused = |range: &str| explorer.bisect(&replicas(Vary::Both), range, false).unwrap_err();
    assert_eq!(refused("main").code, "bisect/range");
    assert_eq!(refused("main..main").code, "bisect/range");
    assert!(refused("main..v1").hints[0].contains("v1..main"));
    assert_eq!(refused("v9..").code, "ref/unknown");
    let typo = HistoryQuery { path: Some("Deployment/web:spec.replcas".to_owned()), ..replicas(Vary::Both) };
    assert_eq!(explorer.history(&typo).unwrap_err().code, "blame/no-value");
}

#[test]
fn a_target_that_is_not_there_yet_and_one_that_does_not_render_say_so() {
    let mut story = Story::begin();
    story.commit(&[("catalog/services.yaml", "services: [\n")]);
    story.commit(&[("catalog/services.yaml", &services(1).replace("name: web", "name: other"))]);
    story.commit(&[("catalog/services.yaml", &services(4))]);
    let found = story.open().history(&replicas(Vary::Both)).unwrap();
    let seen: Vec<String> = found.runs.iter().map(|run| run.stops[0].seen.in_words()).collect();
    assert_eq!(seen, ["4", "(no such target)", "(does not render)", "1"]);
}

/// Both ways of rendering the past must agree: stepping through the commits, and opening each of them.
#[test]
fn the_history_of_what_was_in_force_is_what_each_commit_opens_to() {
    let folder = tempfile::tempdir().unwrap();
    let made = create(&folder.path().join("demo"), &DemoOptions { services: None }).unwrap();
    let explorer = Explorer::open(&made.path, &OpenOptions::default()).unwrap();
    let target = TargetId::new("payment-ledger", "prod", "euw2");
    let query =
        |vary, commits| HistoryQuery { target: target.clone(), path: None, vary, commits, tags: None };

    let in_force = explorer.history(&query(Vary::Catalog, true)).unwrap();
    assert_eq!(in_force.looked_at, made.commits);
    assert!(in_force.rendered < made.commits / 2, "{} of {}", in_force.rendered, made.commits);
    // The ends of each run: between them nothing that the target reads has changed.
    for stop in in_force.runs.iter().flat_map(|run| [&run.stops[0], &run.stops[run.stops.len() - 1]]) {
        let text = render_at(&made.path, &stop.commit.id, &target);
        match (&stop.seen, text) {
            (Seen::Manifests(seen), Ok(text)) => assert_eq!(**seen, *text, "{}", stop.commit.subject),
            (Seen::NoTarget, Err(code)) => assert_eq!(code, "address/unknown-target"),
            (seen, text) => panic!("{}: {} and {text:?}", stop.commit.subject, seen.in_words()),
        }
    }

    let layers = explorer.history(&query(Vary::Layers, false)).unwrap();
    assert_eq!(layers.looked_at, made.tags.len());
    for stop in layers.runs.iter().flat_map(|run| &run.stops) {
        let address = Address { target: target.clone(), reference: stop.tag.clone() };
        let text = explorer.render(&address, &explorer.draft()).unwrap();
        assert!(matches!(&stop.seen, Seen::Manifests(seen) if **seen == *text), "{:?}", stop.tag);
    }
}

fn render_at(path: &Path, commit: &str, target: &TargetId) -> Result<Arc<str>, &'static str> {
    let options = OpenOptions { at: Some(commit.to_owned()), ..OpenOptions::default() };
    let explorer = Explorer::open(path, &options).unwrap();
    let address = Address { target: target.clone(), reference: None };
    let text = explorer.render(&address, &explorer.draft());
    text.map(|text| Arc::from(&*text)).map_err(|problem| problem.code)
}
