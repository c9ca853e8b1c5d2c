//! The work tree: what a disk has that memory has not.

use std::fs;
use std::os::unix;
use std::path::Path;

use super::{FILES, LINKS, contract, path};
use crate::vfs::{Source, SourceError, WorkTree};

fn write(root: &Path, name: &str, text: &str) {
    let file = root.join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

fn directory_of_contract() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in FILES {
        write(directory.path(), name, text);
    }
    fs::create_dir_all(directory.path().join("links")).unwrap();
    for (name, target) in LINKS {
        unix::fs::symlink(target, directory.path().join(name)).unwrap();
    }
    directory
}

#[test]
fn the_work_tree_keeps_the_contract() {
    let directory = directory_of_contract();
    contract::check(&WorkTree::open(directory.path()).unwrap());
}

#[test]
fn an_absolute_link_into_the_tree_is_followed_however_the_root_is_called() {
    let directory = directory_of_contract();
    let root = directory.path().join("a");
    let alias = directory.path().join("alias");
    unix::fs::symlink(&root, &alias).unwrap();
    unix::fs::symlink(root.join("one.yaml"), root.join("by-name")).unwrap();
    unix::fs::symlink(alias.join("deep"), root.join("by-alias")).unwrap();
    unix::fs::symlink(root.join("../top.yaml"), root.join("out")).unwrap();
    let source = WorkTree::open(&alias).unwrap();
    assert_eq!(source.canonical(&path("by-name")), Ok(path("one.yaml")));
    assert_eq!(source.canonical(&path("by-alias/two.yaml")), Ok(path("deep/two.yaml")));
    assert!(matches!(source.read(&path("out")), Err(SourceError::LinkOutside { .. })));
}

#[test]
fn a_file_over_the_limit_is_refused_with_its_size() {
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), "big.yaml", "0123456789");
    let source = WorkTree::open(directory.path()).unwrap();
    assert!(source.clone().with_limit(10).read(&path("big.yaml")).is_ok());
    let refused = source.with_limit(9).read(&path("big.yaml")).unwrap_err();
    assert_eq!(refused, SourceError::TooLarge { path: path("big.yaml"), size: 10, limit: 9 });
}

#[test]
fn what_is_no_file_is_refused_without_waiting_for_it() {
    let directory = tempfile::tempdir().unwrap();
    let _listener = unix::net::UnixListener::bind(directory.path().join("socket")).unwrap();
    unix::fs::symlink("socket", directory.path().join("link")).unwrap();
    let source = WorkTree::open(directory.path()).unwrap();
    assert_eq!(source.read(&path("socket")).unwrap_err(), SourceError::Special(path("socket")));
    assert_eq!(source.read(&path("link")).unwrap_err(), SourceError::Special(path("socket")));
    assert_eq!(contract::names(&source, ""), Vec::<String>::new());
}

#[test]
fn a_root_that_is_no_directory_does_not_open() {
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), "file", "");
    assert!(WorkTree::open(&directory.path().join("file")).is_err());
    assert!(WorkTree::open(&directory.path().join("nothing")).is_err());
}

#[test]
fn a_change_on_disk_is_seen_by_the_next_read() {
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), "a.yaml", "1");
    let source = WorkTree::open(directory.path()).unwrap();
    let before = source.read(&path("a.yaml")).unwrap();
    write(directory.path(), "a.yaml", "2");
    assert_ne!(source.read(&path("a.yaml")).unwrap().id(), before.id());
    assert_eq!(source.build_key(&path("")), None);
}
