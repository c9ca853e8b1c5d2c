//! Views that hold still.

use std::fs;
use std::sync::Arc;

use super::{contract, memory_of_contract, path};
use crate::vfs::{Snapshot, Source, WorkTree};

#[test]
fn a_snapshot_keeps_the_contract() {
    let snapshot = Snapshot::new(Arc::new(memory_of_contract()));
    contract::check(&snapshot);
    contract::check(&snapshot);
}

#[test]
fn a_file_stays_as_it_was_when_it_was_first_read() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("a.yaml");
    fs::write(&file, "1").unwrap();
    let disk: Arc<dyn Source> = Arc::new(WorkTree::open(directory.path()).unwrap());
    let snapshot = Snapshot::new(Arc::clone(&disk));
    let first = snapshot.read(&path("a.yaml")).unwrap();
    fs::write(&file, "2").unwrap();
    assert_eq!(snapshot.read(&path("a.yaml")).unwrap().id(), first.id());
    let later = Snapshot::new(disk);
    assert_ne!(later.read(&path("a.yaml")).unwrap().id(), first.id());
    assert_ne!(snapshot.build_key(&path("a")), later.build_key(&path("a")));
    assert_eq!(snapshot.build_key(&path("a")), snapshot.build_key(&path("a")));
}
