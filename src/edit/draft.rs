//! Unsaved edits: an ordered list of operations that can be undone and redone, also across writes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::RepoPath;
use crate::vfs::{Source, SourceError};
use crate::yaml::edit::EditError;

use super::merge::merge;
use super::{CatalogFiles, DraftError, FileChange, Operation};

/// The edits of a session, in the order in which they were made.
///
/// A draft holds no text: [`Self::changes`] applies the operations to the files of a source every time. Only for
/// files that were written it remembers the text from before, so that an undo brings back the very bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Draft {
    files: CatalogFiles,
    entries: Vec<DraftEntry>,
    /// Entries before it count; the others were undone and can be redone.
    cursor: usize,
    /// Where undo stops: what was written on top of somebody else's change is not taken back.
    floor: usize,
    /// The cursor at the last write.
    saved: usize,
    /// Whether entries that were written have been replaced by others since.
    diverged: bool,
    written: BTreeMap<RepoPath, Written>,
}

/// One operation of a draft.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct DraftEntry {
    /// The operation.
    #[serde(flatten)]
    pub operation: Operation,
    /// The text of the value before the operation; `None` when there was none.
    pub before: Option<String>,
}

/// The texts of a file around the last write.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Written {
    /// The text before the operations from `from` on; `None` when the file did not exist.
    base: Option<Arc<str>>,
    from: usize,
    /// The text that was written.
    text: Arc<str>,
}

impl DraftEntry {
    /// The entry in one line: `account-service hpa.minReplicas prod 4 → 6`.
    #[must_use]
    pub fn describe(&self) -> String {
        let before = self.before.as_deref().map_or_else(|| "none".to_owned(), one_line);
        let after = self.operation.value_text().map_or_else(|| "removed".to_owned(), |text| one_line(&text));
        format!("{} {before} → {after}", self.operation)
    }
}

fn one_line(text: &str) -> String {
    const WIDTH: usize = 48;
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if joined.chars().count() <= WIDTH {
        return joined;
    }
    let shortened: String = joined.chars().take(WIDTH - 1).collect();
    format!("{shortened}…")
}

impl Draft {
    /// A draft without edits.
    #[must_use]
    pub fn new(files: CatalogFiles) -> Self {
        Self {
            files,
            entries: Vec::new(),
            cursor: 0,
            floor: 0,
            saved: 0,
            diverged: false,
            written: BTreeMap::new(),
        }
    }

    /// The catalog files that the operations change.
    #[must_use]
    pub fn catalog_files(&self) -> &CatalogFiles {
        &self.files
    }

    /// The entries that count, oldest first.
    #[must_use]
    pub fn entries(&self) -> &[DraftEntry] {
        &self.entries[..self.cursor]
    }

    /// The entries that count and are not written yet; after an undo across a write all that count.
    #[must_use]
    pub fn unsaved_entries(&self) -> &[DraftEntry] {
        let saved = if self.is_ahead() { self.saved } else { self.floor };
        &self.entries[saved.min(self.cursor)..self.cursor]
    }

    /// What a journal keeps: the unsaved entries with those that were undone, and how many of them count.
    pub(super) fn unsaved_with_undone(&self) -> (Vec<DraftEntry>, usize) {
        if !self.is_unsaved() {
            return (Vec::new(), 0);
        }
        let start = self.cursor - self.unsaved_entries().len();
        (self.entries[start..].to_vec(), self.cursor - start)
    }

    /// Whether everything that was written still counts.
    fn is_ahead(&self) -> bool {
        !self.diverged && self.cursor >= self.saved
    }

    /// Whether writing would change anything that was not written yet.
    #[must_use]
    pub fn is_unsaved(&self) -> bool {
        self.diverged || self.cursor != self.saved
    }

    /// Adds an operation, and says what stood there before. Undone entries are forgotten.
    ///
    /// # Errors
    ///
    /// [`DraftError`] when the operation does not fit the text that the draft makes of `source`; the draft stays
    /// as it was.
    pub fn push(&mut self, operation: Operation, source: &dyn Source) -> Result<&DraftEntry, DraftError> {
        let path = operation.file(&self.files).clone();
        let text = self.text_of(&path, source, Operation::apply)?.1;
        let failed = |error| DraftError::Edit { operation: operation.to_string(), path: path.clone(), error };
        let before = operation.try_on(&text).map_err(failed)?;
        Ok(self.add(DraftEntry { operation, before }))
    }

    /// As [`Self::push`], but takes the place of the newest entry if that one is unsaved and sets the same value:
    /// for a value that is being typed.
    ///
    /// # Errors
    ///
    /// As [`Self::push`].
    pub fn amend(&mut self, operation: Operation, source: &dyn Source) -> Result<&DraftEntry, DraftError> {
        let same = (self.diverged || self.cursor > self.saved)
            && self.unsaved_entries().last().is_some_and(|last| last.operation.same_place(&operation));
        if !same {
            return self.push(operation, source);
        }
        let mut without = self.clone();
        without.cursor -= 1;
        without.push(operation, source)?;
        *self = without;
        Ok(&self.entries[self.cursor - 1])
    }

    /// Adds an entry as it was kept in a journal.
    pub(super) fn add(&mut self, entry: DraftEntry) -> &DraftEntry {
        self.diverged |= self.cursor < self.saved;
        self.entries.truncate(self.cursor);
        self.entries.push(entry);
        self.cursor += 1;
        &self.entries[self.cursor - 1]
    }

    /// Takes the newest entry back; `None` when there is none (any more).
    pub fn undo(&mut self) -> Option<&DraftEntry> {
        if self.cursor <= self.floor {
            return None;
        }
        self.cursor -= 1;
        self.entries.get(self.cursor)
    }

    /// Brings the entry back that was undone last.
    pub fn redo(&mut self) -> Option<&DraftEntry> {
        let entry = self.entries.get(self.cursor)?;
        self.cursor += 1;
        Some(entry)
    }

    /// Whether [`Self::undo`] and [`Self::redo`] would do anything.
    #[must_use]
    pub fn can_undo_and_redo(&self) -> (bool, bool) {
        (self.cursor > self.floor, self.cursor < self.entries.len())
    }

    /// Forgets one unsaved entry, by its position in [`Self::unsaved_entries`]. Undone entries are forgotten too.
    ///
    /// # Errors
    ///
    /// [`DraftError`] when a later entry does not fit without it; the draft stays as it was.
    pub fn discard(&mut self, position: usize, source: &dyn Source) -> Result<(), DraftError> {
        let first = self.cursor - self.unsaved_entries().len();
        let at = first + position;
        if at >= self.cursor {
            return Ok(());
        }
        let mut without = self.clone();
        without.entries.truncate(self.cursor);
        without.entries.remove(at);
        without.cursor -= 1;
        without.diverged |= at < self.saved;
        without.changes(source)?;
        *self = without;
        Ok(())
    }

    /// Forgets all unsaved entries: the draft is again as it was written last.
    pub fn discard_unsaved(&mut self) {
        if self.diverged {
            // What was written can no longer be told from what came later: start over from the written text.
            self.entries.clear();
            (self.cursor, self.floor, self.saved, self.diverged) = (0, 0, 0, false);
            self.written.clear();
            return;
        }
        self.cursor = self.saved.min(self.entries.len());
        self.entries.truncate(self.cursor);
    }

    /// What the draft does to the files of a source, sorted by path; files that stay as they are are left out.
    ///
    /// # Errors
    ///
    /// [`DraftError`] naming the first operation that does not fit.
    pub fn changes(&self, source: &dyn Source) -> Result<Vec<FileChange>, DraftError> {
        self.changes_by(source, Operation::apply)
    }

    /// As [`Self::changes`], for the disk: each text was read as a whole before and after every operation.
    ///
    /// # Errors
    ///
    /// As [`Self::changes`].
    pub fn changes_to_write(&self, source: &dyn Source) -> Result<Vec<FileChange>, DraftError> {
        self.changes_by(source, Operation::apply_to_all)
    }

    fn changes_by(&self, source: &dyn Source, apply: Apply) -> Result<Vec<FileChange>, DraftError> {
        let mut paths: BTreeSet<&RepoPath> = self.written.keys().collect();
        paths.extend(self.entries().iter().map(|entry| entry.operation.file(&self.files)));
        let mut changes = Vec::new();
        for path in paths {
            let (old, new) = self.text_of(path, source, apply)?;
            if old.is_none() && new.is_empty() {
                continue;
            }
            changes.extend(FileChange::between(path.clone(), old, new));
        }
        Ok(changes)
    }

    /// Remembers that these changes were written, so that an undo from here on changes them back.
    pub fn mark_written(&mut self, changes: &[FileChange]) {
        for change in changes {
            let chain = self.written.get(&change.path);
            let continues = match chain {
                Some(written) => change.old.as_ref() == Some(&written.text),
                None => true,
            };
            let written = match chain {
                Some(written) if continues => Written { text: change.new.clone(), ..written.clone() },
                None => Written { base: change.old.clone(), from: self.floor, text: change.new.clone() },
                Some(_) => {
                    // Somebody else's change lies in between: undo must not reach back over it.
                    self.floor =
                        if self.diverged || self.cursor < self.saved { self.cursor } else { self.saved };
                    Written { base: change.old.clone(), from: self.floor, text: change.new.clone() }
                }
            };
            self.written.insert(change.path.clone(), written);
        }
        self.saved = self.cursor;
        self.diverged = false;
    }

    /// The text of a file in a source (`None` when it is not there) and with the draft on top.
    fn text_of(
        &self,
        path: &RepoPath,
        source: &dyn Source,
        apply: Apply,
    ) -> Result<(Option<Arc<str>>, Arc<str>), DraftError> {
        let apply = |text, from| self.apply(path, text, from, apply);
        let current = read(path, source)?;
        let text = current.clone().unwrap_or_default();
        let Some(written) = self.written.get(path) else {
            // Entries up to the last write that changed nothing in this file are done with.
            let from = if self.is_ahead() { self.saved } else { self.floor };
            return Ok((current, apply(text, from)?));
        };
        let base = || written.base.clone().unwrap_or_default();
        if *text == *written.text {
            return Ok((current, apply(base(), written.from)?));
        }
        // Somebody else has changed the file since it was written.
        if self.is_ahead() {
            return Ok((current, apply(text, self.saved)?));
        }
        let ours = apply(base(), written.from)?;
        let merged = merge(&written.text, &ours, &text)
            .map_err(|overlap| DraftError::Overlap { path: path.clone(), overlap })?;
        Ok((current, merged.into()))
    }

    /// A text with the entries from `from` to the cursor applied.
    fn apply(
        &self,
        path: &RepoPath,
        text: Arc<str>,
        from: usize,
        apply: Apply,
    ) -> Result<Arc<str>, DraftError> {
        let mut text = text;
        for entry in &self.entries[from.min(self.cursor)..self.cursor] {
            if entry.operation.file(&self.files) == path {
                let operation = &entry.operation;
                text = apply(operation, &text).map(Arc::from).map_err(|error| DraftError::Edit {
                    operation: operation.to_string(),
                    path: path.clone(),
                    error,
                })?;
            }
        }
        Ok(text)
    }
}

/// One of the two ways to apply an operation to a text.
type Apply = fn(&Operation, &str) -> Result<String, EditError>;

/// The text of a file; `None` when it is not there.
pub(super) fn read(path: &RepoPath, source: &dyn Source) -> Result<Option<Arc<str>>, DraftError> {
    match source.read(path) {
        Ok(content) => {
            let text = std::str::from_utf8(&content.bytes).map_err(|_| DraftError::NotText(path.clone()))?;
            Ok(Some(Arc::from(text)))
        }
        Err(SourceError::NotFound(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
