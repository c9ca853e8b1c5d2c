//! Keeps an unsaved draft over a crash: one append-only file for each repository and process.
//!
//! Every line of a journal is one JSON record; a line that a crash cut off is left out when the journal is
//! read. The file is locked while its process runs, so two processes never write to the same one, and a file
//! that nobody holds was left by a crash.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::{CatalogFiles, Draft, DraftEntry};

/// The journal of this process for one repository.
#[derive(Debug)]
pub struct Journal {
    file: File,
    path: PathBuf,
    /// What the journal says so far: the entries, and how many of them count.
    kept: (Vec<DraftEntry>, usize),
}

/// Why the journal cannot be kept. The draft itself is not in danger; it only would not survive a crash.
#[derive(Debug, thiserror::Error)]
#[error("the journal `{}` cannot be kept: {reason}", path.display())]
pub struct JournalError {
    /// The file or directory.
    pub path: PathBuf,
    /// What the system said.
    #[source]
    pub reason: io::Error,
}

/// One line of a journal.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
enum Record {
    /// The first line: for whom the journal is.
    Repository {
        /// The repository's path.
        path: String,
        /// The form of the lines that follow.
        version: u32,
    },
    /// An operation was added, in the place of those that were undone.
    Add(DraftEntry),
    /// Only so many entries count; the others can be redone.
    Cursor(usize),
    /// The journal starts over.
    Clear,
}

const VERSION: u32 = 1;

/// Processes that can keep a draft of the same repository at the same time.
const MAX_PROCESSES: usize = 64;

/// Larger journals are not read back: nobody types that much.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

impl Journal {
    /// Opens a journal for a repository in the user's state directory, and brings back the draft that a crash left.
    ///
    /// # Errors
    ///
    /// [`JournalError`] when the directory or the file cannot be made, read or locked.
    pub fn open(
        state: &Path,
        repository: &Path,
        files: &CatalogFiles,
    ) -> Result<(Self, Option<Draft>), JournalError> {
        let repository = fs::canonicalize(repository).unwrap_or_else(|_| repository.to_owned());
        let folder = state.join("drafts");
        let failed = |path: &Path, reason| JournalError { path: path.to_owned(), reason };
        fs::create_dir_all(&folder).map_err(|reason| failed(&folder, reason))?;
        let name = repository_key(&repository);
        let paths: Vec<PathBuf> =
            (0..MAX_PROCESSES).map(|slot| folder.join(format!("{name}-{slot}.jsonl"))).collect();
        // A journal that a crash left comes first, wherever it lies; else the first free place.
        let existing = paths.iter().filter(|path| path.exists());
        for path in existing.chain(paths.iter()) {
            let Some(file) = lock(path).map_err(|reason| failed(path, reason))? else { continue };
            let mut journal = Self { file, path: path.clone(), kept: (Vec::new(), 0) };
            let kept = journal.read(&repository).map_err(|reason| failed(path, reason))?;
            let draft = kept.restore(files);
            journal.start(&repository, &draft).map_err(|reason| failed(path, reason))?;
            return Ok((journal, (!draft.entries().is_empty()).then_some(draft)));
        }
        let reason = io::Error::other("too many processes have this repository open");
        Err(failed(&folder, reason))
    }

    /// Brings the journal up to the draft. Call after every change of the draft.
    ///
    /// A draft without unsaved edits leaves nothing to be brought back.
    ///
    /// # Errors
    ///
    /// [`JournalError`] when the file cannot be written.
    pub fn keep(&mut self, draft: &Draft) -> Result<(), JournalError> {
        let (entries, cursor) = draft.unsaved_with_undone();
        let records = self.records_to(&entries, cursor);
        if records.is_empty() {
            return Ok(());
        }
        let result =
            if matches!(records.as_slice(), [Record::Clear]) { self.clear() } else { self.append(&records) };
        result.map_err(|reason| JournalError { path: self.path.clone(), reason })?;
        self.kept = (entries, cursor);
        Ok(())
    }

    /// Removes the journal: the draft was written or given up, and the process ends.
    ///
    /// # Errors
    ///
    /// [`JournalError`] when the file cannot be removed.
    pub fn remove(self) -> Result<(), JournalError> {
        // Removed while still locked: nobody else can have opened it as theirs.
        fs::remove_file(&self.path).map_err(|reason| JournalError { path: self.path.clone(), reason })
    }

    /// What has to be added so that the journal says the same as a draft.
    fn records_to(&self, entries: &[DraftEntry], cursor: usize) -> Vec<Record> {
        let (kept, kept_cursor) = (&self.kept.0, self.kept.1);
        if entries == kept {
            return if cursor == kept_cursor { Vec::new() } else { vec![Record::Cursor(cursor)] };
        }
        if entries.is_empty() {
            return vec![Record::Clear];
        }
        let shared = entries.iter().zip(kept).take_while(|(new, old)| new == old).count();
        let mut records = Vec::new();
        if shared == 0 && !kept.is_empty() {
            records.push(Record::Clear);
        } else if shared != kept_cursor {
            records.push(Record::Cursor(shared));
        }
        records.extend(entries[shared..].iter().cloned().map(Record::Add));
        if cursor != entries.len() {
            records.push(Record::Cursor(cursor));
        }
        records
    }

    fn append(&mut self, records: &[Record]) -> io::Result<()> {
        let mut lines = String::new();
        for record in records {
            lines.push_str(&serde_json::to_string(record)?);
            lines.push('\n');
        }
        self.file.seek(SeekFrom::End(0))?;
        self.file.write_all(lines.as_bytes())?;
        self.file.sync_data()
    }

    /// Forgets all entries but keeps the first line and the lock.
    fn clear(&mut self) -> io::Result<()> {
        let first = self.first_line()?;
        self.file.set_len(first.len() as u64)?;
        self.file.sync_data()
    }

    fn first_line(&mut self) -> io::Result<String> {
        let text = self.text()?;
        Ok(text.split_inclusive('\n').next().unwrap_or("").to_owned())
    }

    fn text(&mut self) -> io::Result<String> {
        let mut bytes = Vec::new();
        self.file.seek(SeekFrom::Start(0))?;
        (&self.file).take(MAX_BYTES).read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Writes the file anew with what it is to hold, so that a damaged tail is gone.
    fn start(&mut self, repository: &Path, draft: &Draft) -> io::Result<()> {
        let (entries, cursor) = draft.unsaved_with_undone();
        let first = Record::Repository { path: repository.display().to_string(), version: VERSION };
        let mut records = vec![first];
        records.extend(entries.iter().cloned().map(Record::Add));
        if cursor != entries.len() {
            records.push(Record::Cursor(cursor));
        }
        let mut lines = String::new();
        for record in &records {
            lines.push_str(&serde_json::to_string(record)?);
            lines.push('\n');
        }
        if self.text()? != lines {
            self.file.set_len(0)?;
            self.file.seek(SeekFrom::Start(0))?;
            self.file.write_all(lines.as_bytes())?;
            self.file.sync_data()?;
        }
        self.kept = (entries, cursor);
        Ok(())
    }

    /// Reads what a crash left, up to the first line that makes no sense.
    fn read(&mut self, repository: &Path) -> io::Result<Kept> {
        let mut kept = Kept::default();
        let text = self.text()?;
        for (position, line) in text.lines().enumerate() {
            let Ok(record) = serde_json::from_str::<Record>(line) else { break };
            match (position, record) {
                (0, Record::Repository { path, version })
                    if version == VERSION && path == repository.display().to_string() => {}
                (0, _) | (_, Record::Repository { .. }) => break,
                (_, Record::Add(entry)) => {
                    kept.entries.truncate(kept.cursor);
                    kept.entries.push(entry);
                    kept.cursor += 1;
                }
                (_, Record::Cursor(cursor)) => kept.cursor = cursor.min(kept.entries.len()),
                (_, Record::Clear) => kept = Kept::default(),
            }
        }
        Ok(kept)
    }
}

/// What a journal says.
#[derive(Default)]
struct Kept {
    entries: Vec<DraftEntry>,
    cursor: usize,
}

impl Kept {
    fn restore(self, files: &CatalogFiles) -> Draft {
        let undone = self.entries.len() - self.cursor;
        let mut draft = Draft::new(files.clone());
        for entry in self.entries {
            draft.add(entry);
        }
        for _ in 0..undone {
            draft.undo();
        }
        draft
    }
}

/// Opens and locks a file that nobody else has locked.
fn lock(path: &Path) -> io::Result<Option<File>> {
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(error),
    }
    // Its owner may have removed the file between opening and locking; then the lock is on nothing.
    Ok(is_same_file(&file, path)?.then_some(file))
}

#[cfg(unix)]
fn is_same_file(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let open = file.metadata()?;
    match fs::metadata(path) {
        Ok(on_disk) => Ok((open.dev(), open.ino()) == (on_disk.dev(), on_disk.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(not(unix))]
fn is_same_file(_file: &File, path: &Path) -> io::Result<bool> {
    path.try_exists()
}

/// A name for a repository that is safe as a file name.
fn repository_key(repository: &Path) -> String {
    let digest = Sha256::digest(repository.as_os_str().as_encoded_bytes());
    digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
