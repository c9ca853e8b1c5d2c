//! Watching real files: what arrives, and what a half-written file does to what is shown.

use std::fs;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use overlens::explorer::{Explorer, Watch};

use super::{Fleet, some_component};

/// Far longer than any event takes: only a watch that does not work waits so long.
const PATIENCE: Duration = Duration::from_secs(60);

fn watched(explorer: &Explorer) -> (Watch, Receiver<()>) {
    let (sender, changes) = channel();
    let watch = explorer.watch(Box::new(move || {
        let _ = sender.send(());
    }));
    (watch.unwrap(), changes)
}

#[test]
fn changes_of_layers_catalog_and_refs_arrive() {
    let fleet = Fleet::of(2);
    let explorer = fleet.open();
    let (_watch, changes) = watched(&explorer);
    fleet.edit(&some_component(&fleet.root), |text| format!("# changed\n{text}"));
    changes.recv_timeout(PATIENCE).unwrap();
    fleet.edit("catalog/channels.yaml", |text| format!("# changed\n{text}"));
    changes.recv_timeout(PATIENCE).unwrap();
    fleet.git(&["tag", "a-new-one"]);
    changes.recv_timeout(PATIENCE).unwrap();
}

#[test]
fn a_watch_that_is_dropped_says_nothing_more() {
    let fleet = Fleet::of(1);
    let explorer = fleet.open();
    let (watch, changes) = watched(&explorer);
    drop(watch);
    fleet.edit("catalog/channels.yaml", |text| format!("# changed\n{text}"));
    assert!(changes.recv().is_err(), "the sender is gone with the watch");
}

#[test]
fn a_half_written_catalog_stays_as_it_was_beside_the_line_that_is_wrong() {
    let fleet = Fleet::of(6);
    let explorer = fleet.open();
    let (_watch, changes) = watched(&explorer);
    let services = || {
        let overview = explorer.overview(&explorer.draft());
        let problems: Vec<String> = overview.diagnostics.iter().map(ToString::to_string).collect();
        (overview.catalog.services.len(), problems)
    };
    let (count, problems_before) = services();
    let path = fleet.root.join("catalog/services.yaml");
    let whole = fs::read_to_string(&path).unwrap();

    let half = &whole[..whole.find("pre-stable: [accounts").unwrap() + "pre-stable: [accou".len()];
    let line = half.lines().count();
    fs::write(&path, half).unwrap();
    changes.recv_timeout(PATIENCE).unwrap();
    explorer.reload();
    let (shown, problems) = services();
    assert_eq!(shown, count, "the services are still there");
    let said = problems.iter().find(|problem| !problems_before.contains(problem)).unwrap();
    let place: usize = said.split(':').nth(1).and_then(|line| line.parse().ok()).unwrap();
    assert!(said.starts_with("catalog/services.yaml:") && place.abs_diff(line) <= 1, "{said}, cut at {line}");

    fs::write(&path, "").unwrap();
    changes.recv_timeout(PATIENCE).unwrap();
    explorer.reload();
    assert_eq!(services().0, count, "an empty file is one that is about to be written");

    fs::write(&path, &whole).unwrap();
    changes.recv_timeout(PATIENCE).unwrap();
    explorer.reload();
    assert_eq!(services(), (count, problems_before), "nothing of it stays");
}
