//! What every source must do, checked on the same files for all of them.

use super::path;
use crate::vfs::{ContentId, EntryKind, Source, SourceError};

/// Checks a source that holds exactly `FILES` and `LINKS` at its root.
#[track_caller]
pub(super) fn check(source: &dyn Source) {
    files_are_read(source);
    directories_are_listed_in_order(source);
    links_inside_are_followed(source);
    links_outside_are_errors(source);
    what_is_not_there_is_missing(source);
}

#[track_caller]
fn files_are_read(source: &dyn Source) {
    let content = source.read(&path("a/deep/two.yaml")).unwrap();
    assert_eq!(&*content.bytes, b"two: 2\n");
    assert_eq!(content.id(), ContentId::of(b"two: 2\n"));
    assert_eq!(&*source.read(&path("empty.yaml")).unwrap().bytes, b"");
    assert_eq!(&*source.read(&path("top.yaml")).unwrap().bytes, "top: ä\n".as_bytes());
    assert_eq!(source.kind(&path("a/one.yaml")), Ok(Some(EntryKind::File)));
    assert_eq!(source.kind(&path("a")), Ok(Some(EntryKind::Directory)));
    assert_eq!(source.kind(&path("")), Ok(Some(EntryKind::Directory)));
    assert_eq!(source.canonical(&path("a/one.yaml")), Ok(path("a/one.yaml")));
    assert_eq!(source.canonical(&path("")), Ok(path("")));
    assert_eq!(source.read(&path("a")).unwrap_err(), SourceError::IsDirectory(path("a")));
    assert_eq!(source.read(&path("")).unwrap_err(), SourceError::IsDirectory(path("")));
}

#[track_caller]
fn directories_are_listed_in_order(source: &dyn Source) {
    assert_eq!(names(source, ""), ["a/", "a-b/", "empty.yaml", "links/", "top.yaml"]);
    assert_eq!(names(source, "a"), ["deep/", "one.yaml"]);
    assert_eq!(names(source, "links/dir"), ["deep/", "one.yaml"]);
    assert_eq!(names(source, "links"), ["chain", "dir/", "file", "physical", "through"]);
    assert_eq!(source.list(&path("top.yaml")), Err(SourceError::NotDirectory(path("top.yaml"))));
    assert_eq!(source.list(&path("nothing")), Err(SourceError::NotFound(path("nothing"))));
}

#[track_caller]
fn links_inside_are_followed(source: &dyn Source) {
    for (link, target, text) in [
        ("links/file", "a/one.yaml", "one: 1\n"),
        ("links/chain", "a/one.yaml", "one: 1\n"),
        ("links/dir/one.yaml", "a/one.yaml", "one: 1\n"),
        ("links/dir/deep/two.yaml", "a/deep/two.yaml", "two: 2\n"),
        ("links/through", "a/deep/two.yaml", "two: 2\n"),
        ("links/physical", "top.yaml", "top: ä\n"),
    ] {
        assert_eq!(source.canonical(&path(link)), Ok(path(target)), "{link}");
        assert_eq!(&*source.read(&path(link)).unwrap().bytes, text.as_bytes(), "{link}");
        assert_eq!(source.kind(&path(link)), Ok(Some(EntryKind::File)), "{link}");
    }
    assert_eq!(source.kind(&path("links/dir")), Ok(Some(EntryKind::Directory)));
    assert_eq!(source.canonical(&path("links/dir/deep")), Ok(path("a/deep")));
}

#[track_caller]
fn links_outside_are_errors(source: &dyn Source) {
    let outside =
        |link: &str, target: &str| SourceError::LinkOutside { path: path(link), target: target.to_owned() };
    for (asked, error) in [
        ("links/out", outside("links/out", "../../secret")),
        ("links/out/below", outside("links/out", "../../secret")),
        ("links/absolute", outside("links/absolute", "/etc/passwd")),
        ("links/first", SourceError::LinkLoop(path("links/first"))),
        ("links/second", SourceError::LinkLoop(path("links/second"))),
        ("links/self", SourceError::LinkLoop(path("links/self"))),
    ] {
        assert_eq!(source.read(&path(asked)).unwrap_err(), error);
        assert_eq!(source.kind(&path(asked)).unwrap_err(), error);
        assert_eq!(source.canonical(&path(asked)).unwrap_err(), error);
        assert_eq!(source.list(&path(asked)).unwrap_err(), error);
    }
}

#[track_caller]
fn what_is_not_there_is_missing(source: &dyn Source) {
    for missing in ["nothing", "a/nothing.yaml", "nothing/below", "top.yaml/below", "links/nowhere"] {
        let missing = path(missing);
        assert_eq!(source.kind(&missing), Ok(None));
        assert_eq!(source.read(&missing).unwrap_err(), SourceError::NotFound(missing.clone()));
        assert_eq!(source.canonical(&missing), Err(SourceError::NotFound(missing.clone())));
        assert_eq!(source.list(&missing), Err(SourceError::NotFound(missing.clone())));
    }
}

/// The names in a directory, directories with a slash.
pub(super) fn names(source: &dyn Source, directory: &str) -> Vec<String> {
    let entries = source.list(&path(directory)).unwrap();
    entries
        .into_iter()
        .map(|entry| match entry.kind {
            EntryKind::File => entry.name,
            EntryKind::Directory => entry.name + "/",
        })
        .collect()
}
