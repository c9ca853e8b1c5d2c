//! Drafts on top of another source.

use std::sync::Arc;

use super::{contract, memory_of_contract, path};
use crate::vfs::{EntryKind, Memory, Overlay, Source, SourceError};

fn over(fixture: &str) -> Overlay {
    Overlay::new(Arc::new(Memory::fixture(fixture).unwrap()))
}

fn text(source: &dyn Source, name: &str) -> String {
    String::from_utf8(source.read(&path(name)).unwrap().bytes.to_vec()).unwrap()
}

#[test]
fn a_draft_without_changes_keeps_the_contract_and_the_build_key() {
    let below = memory_of_contract();
    let key = below.build_key(&path("a"));
    let draft = Overlay::new(Arc::new(below));
    contract::check(&draft);
    assert_eq!(draft.build_key(&path("a")), key);
}

#[test]
fn a_draft_that_makes_the_files_of_the_contract_keeps_it() {
    let other = Memory::fixture(
        "
#- a/one.yaml
another text
#- a/superfluous.yaml
#- links/file -> ../a/one.yaml
#- links/dir -> ../a
#- links/chain -> ./file
#- links/through -> dir/deep/two.yaml
#- links/physical -> dir/../top.yaml
#- links/nowhere -> missing.yaml
#- links/out -> ../../secret
#- links/absolute -> /etc/passwd
#- links/first -> second
#- links/second -> first
#- links/self -> self/x
#- top.yaml
another text
#- a/deep/two.yaml
another text
",
    )
    .unwrap();
    let mut draft = Overlay::new(Arc::new(other));
    draft.write(&path("links/file"), *b"one: 1\n").unwrap();
    draft.write(&path("links/dir/deep/two.yaml"), *b"two: 2\n").unwrap();
    draft.write(&path("top.yaml"), "top: ä\n".as_bytes()).unwrap();
    draft.write(&path("a-b/x.yaml"), *b"x\n").unwrap();
    draft.write(&path("empty.yaml"), *b"").unwrap();
    draft.remove(&path("links/dir/superfluous.yaml")).unwrap();
    contract::check(&draft);
}

#[test]
fn changes_are_seen_in_reads_and_lists_and_below_stays_as_it_was() {
    let below: Arc<dyn Source> = Arc::new(Memory::fixture("#- a/x\nold\n#- a/y\n").unwrap());
    let mut draft = Overlay::new(Arc::clone(&below));
    draft.write(&path("a/x"), *b"new\n").unwrap();
    draft.write(&path("b/c/z"), *b"added\n").unwrap();
    draft.remove(&path("a/y")).unwrap();
    assert_eq!(text(&draft, "a/x"), "new\n");
    assert_eq!(text(&draft, "b/c/z"), "added\n");
    assert_eq!(draft.read(&path("a/y")).unwrap_err(), SourceError::NotFound(path("a/y")));
    assert_eq!(contract::names(&draft, ""), ["a/", "b/"]);
    assert_eq!(contract::names(&draft, "a"), ["x"]);
    assert_eq!(contract::names(&draft, "b"), ["c/"]);
    assert_eq!(draft.canonical(&path("b/c")), Ok(path("b/c")));
    assert_eq!(text(&*below, "a/x"), "old\n");
    let changed: Vec<(&str, bool)> =
        draft.changes().map(|(path, content)| (path.as_str(), content.is_some())).collect();
    assert_eq!(changed, [("a/x", true), ("a/y", false), ("b/c/z", true)]);
}

#[test]
fn a_file_gives_way_to_a_directory_only_after_it_is_removed() {
    let mut draft = over("#- a\nfile\n#- d/x\n");
    assert_eq!(draft.write(&path("a/b"), *b""), Err(SourceError::NotDirectory(path("a"))));
    assert_eq!(draft.write(&path("d"), *b""), Err(SourceError::IsDirectory(path("d"))));
    assert_eq!(draft.remove(&path("d")), Err(SourceError::IsDirectory(path("d"))));
    assert_eq!(draft.remove(&path("nothing")), Err(SourceError::NotFound(path("nothing"))));
    draft.remove(&path("a")).unwrap();
    draft.write(&path("a/b"), *b"now\n").unwrap();
    assert_eq!(draft.kind(&path("a")), Ok(Some(EntryKind::Directory)));
    assert_eq!(contract::names(&draft, "a"), ["b"]);
    assert_eq!(draft.read(&path("a")).unwrap_err(), SourceError::IsDirectory(path("a")));
}

#[test]
fn a_draft_cannot_write_through_a_link_that_leads_outside() {
    let mut draft = over("#- out -> ../../etc\n");
    assert!(matches!(draft.write(&path("out/passwd"), *b""), Err(SourceError::LinkOutside { .. })));
}

#[test]
fn equal_changes_on_equal_files_have_equal_build_keys() {
    let key = |change: &str| {
        let mut draft = over("#- a/x\n1\n");
        draft.write(&path("a/x"), change.as_bytes()).unwrap();
        draft.build_key(&path("a")).unwrap()
    };
    assert_eq!(key("2"), key("2"));
    assert_ne!(key("2"), key("3"));
    assert_ne!(Some(key("2")), over("#- a/x\n1\n").build_key(&path("a")));
}
