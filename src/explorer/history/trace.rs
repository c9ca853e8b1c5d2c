//! What a build asked its source, so that another commit that gives the same answers need not be built.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashSet;

use crate::base::{FileName, RepoPath};
use crate::vfs::{ContentId, DirEntry, EntryKind, FileContent, Source, SourceError};

/// A source that remembers what it was asked and what it answered.
#[derive(Clone)]
pub(super) struct Traced {
    source: Arc<dyn Source>,
    trace: Arc<Mutex<Trace>>,
}

/// Questions with their answers.
#[derive(Clone, Default)]
pub(super) struct Trace {
    asked: FxHashSet<(u8, RepoPath)>,
    calls: Vec<Call>,
}

#[derive(Clone)]
enum Call {
    Read(RepoPath, Result<ContentId, SourceError>),
    Kind(RepoPath, Result<Option<EntryKind>, SourceError>),
    Canonical(RepoPath, Result<RepoPath, SourceError>),
    List(RepoPath, Result<Vec<DirEntry>, SourceError>),
}

impl Traced {
    /// A source of which nothing was asked yet.
    pub(super) fn new(source: Arc<dyn Source>) -> Self {
        Self { source, trace: Arc::default() }
    }

    /// What was asked so far.
    pub(super) fn trace(&self) -> Trace {
        self.trace.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, sort: u8, path: &RepoPath, call: impl FnOnce() -> Call) {
        let mut trace = self.trace.lock().unwrap_or_else(PoisonError::into_inner);
        if trace.asked.insert((sort, path.clone())) {
            trace.calls.push(call());
        }
    }
}

impl Trace {
    /// Whether a source gives the same answers.
    pub(super) fn holds(&self, source: &dyn Source) -> bool {
        self.calls.iter().all(|call| match call {
            Call::Read(path, answer) => source.read(path).map(|content| content.id()) == *answer,
            Call::Kind(path, answer) => source.kind(path) == *answer,
            Call::Canonical(path, answer) => source.canonical(path) == *answer,
            Call::List(path, answer) => source.list(path) == *answer,
        })
    }
}

impl Source for Traced {
    fn read(&self, path: &RepoPath) -> Result<FileContent, SourceError> {
        let answer = self.source.read(path);
        self.note(0, path, || {
            Call::Read(path.clone(), answer.as_ref().map(|content| content.id()).map_err(Clone::clone))
        });
        answer
    }

    fn kind(&self, path: &RepoPath) -> Result<Option<EntryKind>, SourceError> {
        let answer = self.source.kind(path);
        self.note(1, path, || Call::Kind(path.clone(), answer.clone()));
        answer
    }

    fn canonical(&self, path: &RepoPath) -> Result<RepoPath, SourceError> {
        let answer = self.source.canonical(path);
        self.note(2, path, || Call::Canonical(path.clone(), answer.clone()));
        answer
    }

    fn list(&self, directory: &RepoPath) -> Result<Vec<DirEntry>, SourceError> {
        let answer = self.source.list(directory);
        self.note(3, directory, || Call::List(directory.clone(), answer.clone()));
        answer
    }

    fn file_name(&self, path: &RepoPath) -> FileName {
        self.source.file_name(path)
    }

    /// None: a build that is shared would not ask, and the trace would miss what it depends on.
    fn build_key(&self, _: &RepoPath) -> Option<(ContentId, RepoPath)> {
        None
    }

    fn boundary(&self, path: &RepoPath) -> RepoPath {
        self.source.boundary(path)
    }
}
