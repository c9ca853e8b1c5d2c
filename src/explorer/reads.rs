//! What was read for a result, and whether other files would give the same.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::base::{Digest, Digester, RepoPath};
use crate::vfs::{Asked, ContentId, Record, Source, recorder};

/// The questions that a build asked of its layers.
pub(super) struct ReadSet {
    /// Those of its own come last.
    parts: Vec<Arc<Questions>>,
    seen: PerSource<Answers>,
}

/// Questions that many builds ask together, such as those for one directory.
struct Questions {
    asked: Arc<[Asked]>,
    seen: PerSource<Digest>,
}

/// What the newest sources that were looked at said, newest last.
struct PerSource<T>(Mutex<Vec<(ContentId, T)>>);

/// How many sources the answers of are remembered: far more than a fleet has commits at a time.
const SOURCES: usize = 64;

impl<T> Default for PerSource<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Copy> PerSource<T> {
    /// What the source with this key says: what is known of it, or what `ask` finds out.
    fn get(&self, key: &ContentId, ask: impl FnOnce() -> T) -> T {
        let known = |seen: &Vec<(ContentId, T)>| {
            seen.iter().rev().find(|(own, _)| own == key).map(|(_, answer)| *answer)
        };
        if let Some(answer) = known(&self.0.lock().unwrap_or_else(PoisonError::into_inner)) {
            return answer;
        }
        let answer = ask();
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known(&seen).is_none() {
            if seen.len() >= SOURCES {
                seen.remove(0);
            }
            seen.push((*key, answer));
        }
        answer
    }
}

impl ReadSet {
    fn new(parts: Vec<Arc<Questions>>) -> Arc<Self> {
        Arc::new(Self { parts, seen: PerSource::default() })
    }

    /// The answers of a source, as digests: equal ones mean that a build reads the same. `key` is the source's.
    fn seen(&self, key: &ContentId, source: &dyn Source) -> Answers {
        self.seen.get(key, || {
            let mut all = Digester::default();
            for part in &self.parts {
                all.digest(part.seen(key, source));
            }
            Answers { all: all.finish(), own: self.own(key, source) }
        })
    }

    /// The answers to what the build asked itself.
    fn own(&self, key: &ContentId, source: &dyn Source) -> Option<Digest> {
        self.parts.last().map(|own| own.seen(key, source))
    }
}

/// What a source answers to the questions of a build.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Answers {
    all: Digest,
    /// To those that the build asked itself, such as where directories are: the others have been asked for what many builds
    /// share.
    own: Option<Digest>,
}

/// What tells a source from all others; `None` for one that can change underneath.
fn key_of(source: &dyn Source) -> Option<ContentId> {
    source.build_key(&RepoPath::root()).map(|(key, _)| key)
}

impl Questions {
    fn new(asked: Arc<[Asked]>) -> Arc<Self> {
        Arc::new(Self { asked, seen: PerSource::default() })
    }

    /// The answers of the source with this key.
    fn seen(&self, key: &ContentId, source: &dyn Source) -> Digest {
        self.seen.get(key, || recorder::answers(&self.asked, source))
    }
}

/// So many parts and sets are kept before the table starts over; results keep those that they need.
const MOST_PARTS: usize = 20_000;

/// All sets and their parts, so that the answers to each are found out once: targets with the same layers ask the same.
#[derive(Default)]
pub(super) struct ReadTable {
    known: Mutex<Parts>,
}

#[derive(Default)]
struct Parts {
    /// What single builds asked.
    own: FxHashMap<Vec<Asked>, Arc<Questions>>,
    /// What many builds share, by where it is in memory; each part holds that.
    shared: FxHashMap<usize, Arc<Questions>>,
    /// Sets by where their parts are in memory; each set holds these.
    sets: FxHashMap<Vec<usize>, Arc<ReadSet>>,
}

impl ReadTable {
    /// The set of a record.
    pub(super) fn set(&self, record: Record) -> Arc<ReadSet> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.own.len() + known.shared.len() + known.sets.len() >= MOST_PARTS {
            *known = Parts::default();
        }
        let mut parts = Vec::with_capacity(record.shared.len() + 1);
        for asked in record.shared {
            let address = Arc::as_ptr(&asked).cast::<Asked>() as usize;
            parts.push(known.shared.entry(address).or_insert_with(|| Questions::new(asked)).clone());
        }
        let own = known.own.get(&record.own).cloned();
        parts.push(own.unwrap_or_else(|| {
            let mut asked = record.own.clone();
            asked.sort_unstable();
            asked.dedup();
            let part = Questions::new(asked.into());
            known.own.insert(record.own, part.clone());
            part
        }));
        let places = parts.iter().map(|part| Arc::as_ptr(part) as usize).collect();
        known.sets.entry(places).or_insert_with(|| ReadSet::new(parts)).clone()
    }
}

/// Results by what was asked for, each with what was read for it: an answer holds wherever the files say the same.
pub(super) struct ByContent<T> {
    known: Mutex<FxHashMap<Digest, Entries<T>>>,
}

/// The one that was found to hold last comes last.
type Entries<T> = Arc<[Arc<Entry<T>>]>;

struct Entry<T> {
    read: Arc<ReadSet>,
    seen: Answers,
    value: Arc<T>,
    /// The newest source over which it was found to hold.
    holds_over: Mutex<ContentId>,
}

impl<T> Entry<T> {
    /// Whether the result holds over the source with this key, which gives these `answers` to what was read for it.
    fn holds(&self, key: &ContentId, answers: impl FnOnce() -> Answers) -> bool {
        let is_known = *self.holds_over.lock().unwrap_or_else(PoisonError::into_inner) == *key;
        let holds = is_known || answers() == self.seen;
        if holds && !is_known {
            *self.holds_over.lock().unwrap_or_else(PoisonError::into_inner) = *key;
        }
        holds
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
    /// The result for a question over a source, if it was found before over files that say the same; and the one that was
    /// found to hold last, if that is another one.
    pub(super) fn get(
        &self,
        key: Digest,
        source: &dyn Source,
        usable: impl Fn(&T) -> bool,
    ) -> Option<(Arc<T>, Option<Arc<T>>)> {
        let entries = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&key)?.clone();
        let source_key = key_of(source)?;
        // Results that go on from each other read the same.
        let mut last: Option<(&Arc<ReadSet>, Answers)> = None;
        let place = entries.iter().rposition(|entry| {
            let answers = || match last {
                Some((known, answers)) if Arc::ptr_eq(known, &entry.read) => answers,
                _ => last.insert((&entry.read, entry.read.seen(&source_key, source))).1,
            };
            usable(&entry.value) && entry.holds(&source_key, answers)
        })?;
        let found = &entries[place];
        let instead_of = entries.last().filter(|last| !Arc::ptr_eq(&last.value, &found.value));
        if place + 1 < entries.len() {
            // What holds is what the next change is made to, also where an earlier one was taken back.
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(now) = known.get_mut(&key).filter(|now| Arc::ptr_eq(now, &entries)) {
                let others = entries.iter().filter(|entry| !Arc::ptr_eq(entry, found));
                *now = others.chain([found]).cloned().collect();
            }
        }
        Some((found.value.clone(), instead_of.map(|last| last.value.clone())))
    }

    /// The newest usable result for a question, whatever its source says by now.
    pub(super) fn newest(&self, key: Digest, usable: impl Fn(&T) -> bool) -> Option<Arc<T>> {
        Some(self.newest_entry(key, usable)?.value.clone())
    }

    fn newest_entry(&self, key: Digest, usable: impl Fn(&T) -> bool) -> Option<Arc<Entry<T>>> {
        let entries = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&key)?.clone();
        entries.iter().rev().find(|entry| usable(&entry.value)).cloned()
    }

    /// The newest usable result for a question and what was read for it, if nothing but the content of files that other
    /// builds read, too, has changed since.
    pub(super) fn before(
        &self,
        key: Digest,
        source: &dyn Source,
        usable: impl Fn(&T) -> bool,
    ) -> Option<(Arc<T>, Arc<ReadSet>)> {
        let newest = self.newest_entry(key, usable)?;
        let holds = newest.read.own(&key_of(source)?, source) == newest.seen.own;
        holds.then(|| (newest.value.clone(), newest.read.clone()))
    }

    /// Remembers a result and what was read for it.
    pub(super) fn put(&self, key: Digest, read: Arc<ReadSet>, source: &dyn Source, value: Arc<T>) {
        let Some(source_key) = key_of(source) else { return };
        let seen = read.seen(&source_key, source);
        let entry = Arc::new(Entry { read, seen, value, holds_over: Mutex::new(source_key) });
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let entries = known.entry(key).or_insert_with(|| Arc::new([]));
        let first = (entries.len() + 1).saturating_sub(STATES);
        let kept = entries.iter().skip(first).cloned();
        *entries = kept.chain([entry]).collect();
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
