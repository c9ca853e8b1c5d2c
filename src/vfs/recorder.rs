//! A source that keeps a record of what was asked of it, so that a later change is known to matter or not.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::{ContentId, DirEntry, EntryKind, FileContent, Source, SourceError};
use crate::base::{Digest, Digester, FileName, RepoPath};

/// What can be asked about a path.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Question {
    /// The bytes of a file.
    Read,
    /// Whether something is there, and what.
    Kind,
    /// Where links lead.
    Canonical,
    /// The children of a directory.
    List,
}

/// One question, answered or refused.
pub type Asked = (Question, RepoPath);

/// Everything that a build asked.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Record {
    /// What it asked itself, in order; one question may stand there several times.
    pub own: Vec<Asked>,
    /// What other builds had asked, whose results it used; each set once.
    pub shared: Vec<Arc<[Asked]>>,
}

impl Record {
    /// Whether nothing was asked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.own.is_empty() && self.shared.is_empty()
    }

    /// Adds what another build asked.
    pub fn extend(&mut self, other: Self) {
        self.own.extend(other.own);
        other.shared.into_iter().for_each(|set| self.share(set));
    }

    fn share(&mut self, set: Arc<[Asked]>) {
        if !self.shared.iter().any(|known| Arc::ptr_eq(known, &set)) {
            self.shared.push(set);
        }
    }
}

#[derive(Debug)]
enum Noted {
    Own(Asked),
    Shared(Arc<[Asked]>),
}

/// Another source, and the questions about what lies below one of its directories.
///
/// What was asked and not there is part of the record: a file that appears there changes the answer. The record names
/// paths as seen from that directory, so it can be asked again ([`answers`]) of the files of another commit.
pub struct Recorder<'a> {
    below: &'a dyn Source,
    directory: RepoPath,
    noted: Mutex<Vec<Noted>>,
}

impl<'a> Recorder<'a> {
    /// Records what is asked of `below` about `directory` and what lies in it.
    #[must_use]
    pub fn new(below: &'a dyn Source, directory: RepoPath) -> Self {
        Self { below, directory, noted: Mutex::default() }
    }

    /// Everything that was asked.
    #[must_use]
    pub fn into_record(self) -> Record {
        let mut record = Record::default();
        for noted in self.noted.into_inner().unwrap_or_else(PoisonError::into_inner) {
            match noted {
                Noted::Own(asked) => record.own.push(asked),
                Noted::Shared(set) => record.share(set),
            }
        }
        record
    }

    fn note(&self, question: Question, path: &RepoPath) {
        if let Some(inner) = path.below(&self.directory) {
            self.lock().push(Noted::Own((question, inner)));
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Noted>> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The answers of a source to questions, as one digest. An error counts by its text.
#[must_use]
pub fn answers(asked: &[Asked], source: &dyn Source) -> Digest {
    let mut all = Digester::default();
    for (question, path) in asked {
        let refused = match question {
            Question::Read => source.read(path).map(|content| {
                all.number(1).part(content.id().0);
            }),
            Question::Kind => source.kind(path).map(|kind| {
                all.number(match kind {
                    None => 2,
                    Some(EntryKind::File) => 3,
                    Some(EntryKind::Directory) => 4,
                });
            }),
            Question::Canonical => source.canonical(path).map(|real| {
                all.number(5).part(real.as_str());
            }),
            Question::List => source.list(path).map(|entries| {
                all.number(6).number(entries.len());
                for entry in entries {
                    all.part(&entry.name).number(usize::from(entry.kind == EntryKind::Directory));
                }
            }),
        };
        if let Err(error) = refused {
            all.number(7).part(error.to_string());
        }
    }
    all.finish()
}

impl Source for Recorder<'_> {
    fn read(&self, path: &RepoPath) -> Result<FileContent, SourceError> {
        self.note(Question::Read, path);
        self.below.read(path)
    }

    fn kind(&self, path: &RepoPath) -> Result<Option<EntryKind>, SourceError> {
        self.note(Question::Kind, path);
        self.below.kind(path)
    }

    fn canonical(&self, path: &RepoPath) -> Result<RepoPath, SourceError> {
        self.note(Question::Canonical, path);
        self.below.canonical(path)
    }

    fn list(&self, directory: &RepoPath) -> Result<Vec<DirEntry>, SourceError> {
        self.note(Question::List, directory);
        self.below.list(directory)
    }

    fn file_name(&self, path: &RepoPath) -> FileName {
        self.below.file_name(path)
    }

    fn build_key(&self, directory: &RepoPath) -> Option<(ContentId, RepoPath)> {
        self.below.build_key(directory)
    }

    fn boundary(&self, path: &RepoPath) -> RepoPath {
        self.below.boundary(path)
    }

    fn shown(&self, path: &RepoPath) -> String {
        self.below.shown(path)
    }

    fn disk_path(&self, path: &RepoPath) -> Option<PathBuf> {
        self.below.disk_path(path)
    }

    fn recorded(&self) -> Option<usize> {
        Some(self.lock().len())
    }

    fn recorded_since(&self, from: usize) -> Arc<[Asked]> {
        let noted = self.lock();
        let mut since: Vec<Asked> = Vec::new();
        for noted in &noted[from.min(noted.len())..] {
            match noted {
                Noted::Own(asked) => since.push(asked.clone()),
                Noted::Shared(set) => since.extend_from_slice(set),
            }
        }
        since.sort_unstable();
        since.dedup();
        since.into()
    }

    fn record(&self, asked: &Arc<[Asked]>) {
        self.lock().push(Noted::Shared(asked.clone()));
    }

    fn answers(&self, asked: &[Asked]) -> Option<Digest> {
        let outer = |(question, inner): &Asked| {
            let path = inner.parts().fold(self.directory.clone(), |path, part| path.child(part));
            (*question, path)
        };
        let asked: Vec<Asked> = asked.iter().map(outer).collect();
        Some(answers(&asked, self.below))
    }
}
