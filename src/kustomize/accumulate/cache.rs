//! Sub-builds that do not depend on what includes them, shared by all builds of an engine.

use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashMap;

use super::Accumulated;
use crate::base::{Diagnostic, Digest, FileId, RepoPath};
use crate::kustomize::notes::Notes;
use crate::kustomize::options::LoadRestriction;
use crate::kustomize::session::Session;
use crate::vfs::{Asked, ContentId, Source};

/// How many sub-builds are kept before the table starts over.
const CAPACITY: usize = 4_096;

/// Everything that a sub-build depends on.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct SubBuildKey {
    /// Identifies every file that it could read.
    pub(super) content: ContentId,
    /// Where it is built, and how.
    pub(super) place: Place,
}

/// A directory under its name, and what may be read for it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Place {
    /// Where the directory stands among the files.
    pub(super) path: RepoPath,
    /// The directory under the name that blame shows.
    pub(super) file: FileId,
    /// What it was allowed to read.
    pub(super) restriction: LoadRestriction,
}

/// A sub-build and what it took.
#[derive(Debug)]
pub(super) struct SubBuild {
    /// The directory.
    pub(super) place: Place,
    /// What it came to.
    pub(super) accumulated: Accumulated,
    /// Every directory that it went through, for finding cycles.
    pub(super) roots: Vec<RepoPath>,
    /// What it had to say.
    pub(super) warnings: Vec<Diagnostic>,
    /// What it noticed.
    pub(super) notes: Notes,
    /// How many kustomizations it read.
    pub(super) kustomizations: usize,
    /// What it asked of its source; `None` when that kept no record.
    pub(super) asked: Option<Answered>,
}

/// Questions to a source, and its answers in short: where another source answers the same, the same comes of it.
#[derive(Clone, Debug)]
pub(super) struct Answered {
    /// The questions.
    pub(super) asked: Arc<[Asked]>,
    answers: Digest,
}

impl Answered {
    /// Whether the same was asked another time, whatever the answers were.
    pub(super) fn asks_as(&self, other: Option<&Self>) -> bool {
        other.is_some_and(|other| Arc::ptr_eq(&self.asked, &other.asked) || self.asked == other.asked)
    }
}

impl SubBuild {
    /// Whether another one went through the same directories and had the same to say, whatever the resources are.
    pub(super) fn says_as(&self, other: &Self) -> bool {
        self.roots == other.roots
            && self.warnings == other.warnings
            && self.notes.is_same(&other.notes)
            && self.kustomizations == other.kustomizations
    }
}

impl Session<'_> {
    /// What was asked since the source said that it had `recorded` so much; `None` when it keeps no record.
    pub(super) fn answered_since(&self, recorded: Option<usize>) -> Option<Answered> {
        let asked = self.source.recorded_since(recorded?);
        Some(Answered { answers: self.source.answers(&asked)?, asked })
    }

    /// Whether the source answers the same, as files do that did not change.
    pub(super) fn still_answers(&self, answered: Option<&Answered>) -> bool {
        answered.is_some_and(|known| self.source.answers(&known.asked) == Some(known.answers))
    }
}

/// Sub-builds of every build of an engine.
#[derive(Debug, Default)]
pub(crate) struct SubBuildCache {
    table: RwLock<Generations<SubBuild>>,
}

impl SubBuildCache {
    /// A sub-build that was done before, also over other files if `holds` says that it would come to the same over these.
    pub(super) fn get(
        &self,
        key: &SubBuildKey,
        holds: impl FnOnce(&SubBuild) -> bool,
    ) -> Option<Arc<SubBuild>> {
        let (known, newest) = {
            let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
            (table.known.get(key).cloned(), table.newest.get(&key.place).cloned())
        };
        if known.is_some() {
            return known;
        }
        let newest = newest.filter(|newest| holds(newest))?;
        self.table.write().unwrap_or_else(PoisonError::into_inner).put(key.clone(), newest.clone());
        Some(newest)
    }

    /// A sub-build that was done over these files before.
    pub(super) fn known(&self, key: &SubBuildKey) -> Option<Arc<SubBuild>> {
        self.table.read().unwrap_or_else(PoisonError::into_inner).known.get(key).cloned()
    }

    /// Keeps a sub-build.
    pub(super) fn put(&self, key: SubBuildKey, sub_build: SubBuild) -> Arc<SubBuild> {
        let sub_build = Arc::new(sub_build);
        self.table.write().unwrap_or_else(PoisonError::into_inner).put(key, sub_build.clone());
        sub_build
    }
}

/// Things by what they depend on, and the newest for each place: after a change of some files most of them are the same
/// over the others.
#[derive(Debug)]
pub(super) struct Generations<T> {
    pub(super) known: FxHashMap<SubBuildKey, Arc<T>>,
    pub(super) newest: FxHashMap<Place, Arc<T>>,
}

impl<T> Default for Generations<T> {
    fn default() -> Self {
        Self { known: FxHashMap::default(), newest: FxHashMap::default() }
    }
}

impl<T> Generations<T> {
    /// Keeps something; when there is too much, the table starts over.
    pub(super) fn put(&mut self, key: SubBuildKey, value: Arc<T>) {
        if self.known.len() >= CAPACITY {
            *self = Self::default();
        }
        self.newest.insert(key.place.clone(), value.clone());
        self.known.insert(key, value);
    }
}
