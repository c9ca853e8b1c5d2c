//! Trees of a git repository: what a commit has that a directory has not.

use std::os::unix::fs::symlink;
use std::sync::Arc;
use std::thread;

use git2::IndexEntry;

use super::{FILES, LINKS, contract, path};
use crate::git::CommitId;
use crate::git::fixture::Fixture;
use crate::vfs::{ContentId, EntryKind, GitTree, Source, SourceError};

fn commit_of_contract() -> (Fixture, CommitId) {
    let fixture = Fixture::empty();
    std::fs::create_dir_all(fixture.path().join("links")).unwrap();
    for (name, target) in LINKS {
        symlink(target, fixture.path().join(name)).unwrap();
    }
    let commit = fixture.commit(0, "Contract", FILES);
    (fixture, commit)
}

#[test]
fn a_git_tree_keeps_the_contract() {
    let (fixture, commit) = commit_of_contract();
    let source = GitTree::at(&fixture.open(), commit).unwrap();
    contract::check(&source);
    // Once more, now from what it remembers.
    contract::check(&source);
}

#[test]
fn a_commit_is_read_as_it_was_whatever_is_checked_out() {
    let fixture = Fixture::empty();
    let old = fixture.commit(0, "Old", &[("a.yaml", "old\n")]);
    let new = fixture.commit(1, "New", &[("a.yaml", "new\n")]);
    fixture.write("a.yaml", "not committed\n");
    let repository = fixture.open();
    let read = |commit| {
        let content = GitTree::at(&repository, commit).unwrap().read(&path("a.yaml")).unwrap();
        String::from_utf8(content.bytes.to_vec()).unwrap()
    };
    assert_eq!((read(old).as_str(), read(new).as_str()), ("old\n", "new\n"));
}

#[test]
fn names_carry_the_commit_and_build_keys_the_tree() {
    let fixture = Fixture::empty();
    let first = fixture.commit(0, "First", &[("a/x.yaml", "1\n")]);
    let tree = fixture.inner.find_commit(first.into()).unwrap().tree_id();
    let again = fixture.commit_tree(1, "Nothing changed", tree);
    let other = fixture.commit(2, "Other", &[("b.yaml", "1\n")]);
    let repository = fixture.open();
    let source = |commit| GitTree::at(&repository, commit).unwrap();
    let key = |commit| source(commit).build_key(&path("a")).unwrap();
    assert_eq!(key(first), key(again));
    assert_ne!(key(first), key(other));
    let name = source(again).file_name(&path("a/x.yaml"));
    assert_eq!((name.path, name.revision), (path("a/x.yaml"), Some(Arc::from(again.to_string()))));
}

#[test]
fn a_submodule_is_named_as_such_and_not_listed() {
    let fixture = Fixture::empty();
    let commit = fixture.commit(0, "First", &[("top.yaml", "1\n")]);
    let mut index = fixture.inner.index().unwrap();
    let zero = git2::IndexTime::new(0, 0);
    index
        .add(&IndexEntry {
            ctime: zero,
            mtime: zero,
            dev: 0,
            ino: 0,
            mode: 0o160_000,
            uid: 0,
            gid: 0,
            file_size: 0,
            id: commit.into(),
            flags: 0,
            flags_extended: 0,
            path: b"vendor/base".to_vec(),
        })
        .unwrap();
    let tree = index.write_tree().unwrap();
    let commit = fixture.commit_tree(1, "A submodule", tree);
    let source = GitTree::at(&fixture.open(), commit).unwrap();
    let error = SourceError::Submodule(path("vendor/base"));
    assert_eq!(source.kind(&path("vendor/base")), Err(error.clone()));
    assert_eq!(source.read(&path("vendor/base/kustomization.yaml")).unwrap_err(), error);
    assert_eq!(source.list(&path("vendor")), Ok(vec![]));
}

#[test]
fn a_file_over_the_limit_is_refused_and_executables_are_files() {
    let fixture = Fixture::empty();
    fixture.write("run.sh", "#!/bin/sh\n");
    let file = fixture.path().join("run.sh");
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let commit = fixture.commit(0, "Script", &[]);
    let source = GitTree::at(&fixture.open(), commit).unwrap().with_limit(5);
    assert_eq!(source.kind(&path("run.sh")), Ok(Some(EntryKind::File)));
    let refused = source.read(&path("run.sh")).unwrap_err();
    assert_eq!(refused, SourceError::TooLarge { path: path("run.sh"), size: 10, limit: 5 });
}

#[test]
fn many_threads_read_one_tree() {
    let (fixture, commit) = commit_of_contract();
    let source = GitTree::at(&fixture.open(), commit).unwrap();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for (name, text) in FILES {
                    let content = source.read(&path(name)).unwrap();
                    assert_eq!(content.id(), ContentId::of(text.as_bytes()));
                }
            });
        }
    });
}
