//! What was read for a result, and whether other files would give the same.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::base::{Digest, RepoPath};
use crate::vfs::{Asked, ContentId, Source, recorder};

/// The questions that a build asked of its layers. Many targets share one set.
pub(super) struct ReadSet {
    asked: Vec<Asked>,
    /// The answers of the sources that were looked at, newest last.
    seen: Mutex<Vec<(ContentId, Digest)>>,
}

/// How many sources a set remembers the answers of: far more than a fleet has commits at a time.
const SOURCES: usize = 64;

impl ReadSet {
    /// The answers of a source, as a digest: equal digests mean that a build reads the same. `None` for a source that
    /// can change underneath.
    pub(super) fn seen(&self, source: &dyn Source) -> Option<Digest> {
        let (key, _) = source.build_key(&RepoPath::root())?;
        let known = |seen: &Vec<(ContentId, Digest)>| {
            seen.iter().rev().find(|(own, _)| *own == key).map(|(_, digest)| *digest)
        };
        if let Some(digest) = known(&self.seen.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Some(digest);
        }
        let digest = recorder::answers(&self.asked, source);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if known(&seen).is_none() {
            if seen.len() >= SOURCES {
                seen.remove(0);
            }
            seen.push((key, digest));
        }
        Some(digest)
    }
}

/// So many records are kept before the table starts over; results keep the sets that they need.
const MOST_RECORDS: usize = 20_000;

/// The sets by the records that they were made of, so that equal ones are one.
#[derive(Default)]
pub(super) struct ReadTable {
    known: Mutex<FxHashMap<Vec<Asked>, Arc<ReadSet>>>,
}

impl ReadTable {
    /// The set of a record.
    pub(super) fn set(&self, record: Vec<Asked>) -> Arc<ReadSet> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(set) = known.get(&record) {
            return set.clone();
        }
        if known.len() >= MOST_RECORDS {
            known.clear();
        }
        let mut asked = record.clone();
        asked.sort_unstable();
        asked.dedup();
        let set = Arc::new(ReadSet { asked, seen: Mutex::default() });
        known.insert(record, set.clone());
        set
    }
}

/// Results by what was asked for, each with what was read for it: an answer holds wherever the files say the same.
pub(super) struct ByContent<T> {
    known: Mutex<FxHashMap<Digest, Arc<[Entry<T>]>>>,
}

struct Entry<T> {
    read: Arc<ReadSet>,
    seen: Digest,
    value: Arc<T>,
}

impl<T> Clone for Entry<T> {
    fn clone(&self) -> Self {
        Self { read: self.read.clone(), seen: self.seen, value: self.value.clone() }
    }
}

impl<T> Default for ByContent<T> {
    fn default() -> Self {
        Self { known: Mutex::default() }
    }
}

/// How many states of its files one question remembers the result of.
const STATES: usize = 12;

impl<T> ByContent<T> {
    /// The result for a question over a source, if it was found before over files that say the same.
    pub(super) fn get(
        &self,
        key: Digest,
        source: &dyn Source,
        usable: impl Fn(&T) -> bool,
    ) -> Option<(Arc<T>, Arc<ReadSet>)> {
        let entries = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&key)?.clone();
        let found = entries
            .iter()
            .rev()
            .find(|entry| usable(&entry.value) && entry.read.seen(source) == Some(entry.seen))?;
        Some((found.value.clone(), found.read.clone()))
    }

    /// Remembers a result and what was read for it.
    pub(super) fn put(&self, key: Digest, read: Arc<ReadSet>, source: &dyn Source, value: Arc<T>) {
        let Some(seen) = read.seen(source) else { return };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let entries = known.entry(key).or_insert_with(|| Arc::new([]));
        let first = (entries.len() + 1).saturating_sub(STATES);
        let kept = entries.iter().skip(first).cloned();
        *entries = kept.chain([Entry { read, seen, value }]).collect();
    }

    /// Forgets the results that `keep` refuses.
    pub(super) fn retain(&self, keep: impl Fn(&T) -> bool) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, entries| {
            if entries.iter().any(|entry| !keep(&entry.value)) {
                *entries = entries.iter().filter(|entry| keep(&entry.value)).cloned().collect();
            }
            !entries.is_empty()
        });
    }

    /// How many questions have a result.
    pub(super) fn len(&self) -> usize {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}
