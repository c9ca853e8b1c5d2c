//! What a journal brings back after a crash, and how several processes share a state directory.

use std::fs;
use std::path::PathBuf;

use crate::base::RepoPath;
use crate::edit::{CatalogFiles, Draft, DraftEntry, FileChange, Operation};

use super::Journal;

struct Place {
    folder: tempfile::TempDir,
    files: CatalogFiles,
}

impl Place {
    fn new() -> Self {
        let files = CatalogFiles::in_directory(&RepoPath::root().child("catalog"));
        Self { folder: tempfile::tempdir().unwrap(), files }
    }

    fn open(&self) -> (Journal, Option<Draft>) {
        Journal::open(&self.folder.path().join("state"), self.folder.path(), &self.files).unwrap()
    }

    fn draft(&self, channels: &[&str]) -> Draft {
        let mut draft = Draft::new(self.files.clone());
        for channel in channels {
            draft.add(entry(channel));
        }
        draft
    }

    fn journals(&self) -> Vec<PathBuf> {
        let mut paths: Vec<PathBuf> = fs::read_dir(self.folder.path().join("state/drafts"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        paths.sort();
        paths
    }
}

fn entry(channel: &str) -> DraftEntry {
    let operation = Operation::SetChannel { channel: channel.to_owned(), reference: "v2".to_owned() };
    DraftEntry { operation, before: Some("v1".to_owned()) }
}

fn channels(draft: Option<&Draft>) -> Vec<String> {
    draft.map_or_else(Vec::new, |draft| {
        draft.entries().iter().map(|entry| entry.operation.to_string()).collect()
    })
}

#[test]
fn an_unsaved_draft_comes_back_after_a_crash() {
    let place = Place::new();
    let (mut journal, nothing) = place.open();
    assert_eq!(nothing, None);
    let mut draft = place.draft(&["a", "b"]);
    journal.keep(&draft).unwrap();
    draft.add(entry("c"));
    draft.undo();
    journal.keep(&draft).unwrap();
    drop(journal);

    let (_journal, mut back) = place.open();
    assert_eq!(back.as_ref(), Some(&draft));
    back.as_mut().unwrap().redo();
    assert_eq!(channels(back.as_ref()), ["channel a", "channel b", "channel c"]);
}

#[test]
fn replaced_and_discarded_edits_do_not_come_back() {
    let place = Place::new();
    let (mut journal, _) = place.open();
    for names in [&["a", "b", "c"][..], &["a", "x"], &["y"], &["y", "z"]] {
        journal.keep(&place.draft(names)).unwrap();
    }
    drop(journal);
    let (mut journal, back) = place.open();
    assert_eq!(channels(back.as_ref()), ["channel y", "channel z"]);
    journal.keep(&place.draft(&[])).unwrap();
    drop(journal);
    assert_eq!(place.open().1, None);
}

#[test]
fn a_draft_that_was_written_leaves_nothing() {
    let place = Place::new();
    let (mut journal, _) = place.open();
    let mut draft = place.draft(&["a"]);
    journal.keep(&draft).unwrap();
    let path = place.files.channels.clone();
    draft.mark_written(&[FileChange::between(path, Some("a".into()), "b".into()).unwrap()]);
    journal.keep(&draft).unwrap();
    drop(journal);
    let (journal, back) = place.open();
    assert_eq!(back, None);
    journal.remove().unwrap();
    assert_eq!(place.journals(), Vec::<PathBuf>::new());
}

#[test]
fn a_line_that_was_cut_off_is_left_out() {
    let place = Place::new();
    let (mut journal, _) = place.open();
    journal.keep(&place.draft(&["a", "b"])).unwrap();
    drop(journal);
    let path = &place.journals()[0];
    let text = fs::read_to_string(path).unwrap();
    for end in (0..text.len()).rev() {
        fs::write(path, &text[..end]).unwrap();
        let (journal, back) = place.open();
        let whole_lines = text[..end].matches('\n').count() + usize::from(text[end..].starts_with('\n'));
        assert_eq!(channels(back.as_ref()).len(), whole_lines.saturating_sub(1), "cut at {end}");
        drop(journal);
    }
    fs::write(path, b"\xff\xfe{]").unwrap();
    assert_eq!(place.open().1, None);
}

#[test]
fn two_processes_keep_drafts_of_their_own() {
    let place = Place::new();
    let (mut first, _) = place.open();
    first.keep(&place.draft(&["a"])).unwrap();
    let (mut second, nothing) = place.open();
    assert_eq!(nothing, None, "the draft of a running process was taken");
    second.keep(&place.draft(&["b"])).unwrap();
    assert_eq!(place.journals().len(), 2);
    drop(first);
    drop(second);
    let (first, one) = place.open();
    let (_second, other) = place.open();
    assert_eq!(
        (channels(one.as_ref()), channels(other.as_ref())),
        (vec!["channel a".into()], vec!["channel b".into()])
    );
    first.remove().unwrap();
    assert_eq!(place.journals().len(), 1);
}

#[test]
fn another_repository_has_another_journal() {
    let place = Place::new();
    let (mut journal, _) = place.open();
    journal.keep(&place.draft(&["a"])).unwrap();
    drop(journal);
    let elsewhere = tempfile::tempdir().unwrap();
    let state = place.folder.path().join("state");
    assert_eq!(Journal::open(&state, elsewhere.path(), &place.files).unwrap().1, None);
}
