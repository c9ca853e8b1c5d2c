//! Results in full, the least useful given up when they take more memory than they may: first those that have been
//! superseded, then the least recently used. Steps in between, which share most with an earlier result, go when they are
//! superseded.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

/// The newest results by number.
pub(super) struct Newest<T> {
    inner: Mutex<Inner<T>>,
    limit: usize,
}

/// About how much memory a result takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Weight {
    /// Bytes of its own.
    pub(super) own: usize,
    /// Bytes of what it shares with others, which stays as long as one of them does.
    pub(super) shared: usize,
    /// The result that this came with.
    pub(super) from: usize,
}

struct Inner<T> {
    kept: FxHashMap<usize, Kept<T>>,
    /// What results share, by the result that it came with: its bytes, and how many have it.
    shared: FxHashMap<usize, (usize, usize)>,
    /// Uses in order, some of them no longer the last one of their result.
    uses: VecDeque<(usize, u64)>,
    time: u64,
    bytes: usize,
}

struct Kept<T> {
    value: Arc<T>,
    weight: Weight,
    used: u64,
}

impl<T> Newest<T> {
    /// Keeps results of `limit` bytes together.
    pub(super) fn new(limit: usize) -> Self {
        let inner = Inner {
            kept: FxHashMap::default(),
            shared: FxHashMap::default(),
            uses: VecDeque::new(),
            time: 0,
            bytes: 0,
        };
        Self { inner: Mutex::new(inner), limit }
    }

    /// A result that is still there.
    pub(super) fn get(&self, number: usize) -> Option<Arc<T>> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let value = inner.kept.get(&number)?.value.clone();
        inner.touch(number);
        Some(value)
    }

    /// Whether a result is still there.
    pub(super) fn has(&self, number: usize) -> bool {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).kept.contains_key(&number)
    }

    /// Notices that somebody asked what a result is about, without needing it.
    pub(super) fn touch(&self, number: usize) {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).touch(number);
    }

    /// Keeps a result, in the place of an older one with its number.
    pub(super) fn put(&self, number: usize, value: Arc<T>, weight: Weight) {
        let mut given_up = Vec::new();
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.load(weight);
        if let Some(old) = inner.kept.insert(number, Kept { value, weight, used: 0 }) {
            inner.unload(old.weight);
            given_up.push(old.value);
        }
        inner.touch(number);
        while inner.bytes > self.limit {
            let Some((oldest, used)) = inner.uses.pop_front() else { break };
            if inner.kept.get(&oldest).is_some_and(|kept| kept.used == used) {
                given_up.extend(inner.remove(oldest));
            }
        }
        // Trees are taken down without holding up the others.
        drop(inner);
        drop(given_up);
    }

    /// Notices that another result has taken the place of one, which is the next to be given up. It goes at once when it came
    /// with an earlier one: whoever edits a file comes back to how it was at first rather than to a step in between, and the
    /// memory that a step gives back is there for the next, where the system would have to make it.
    pub(super) fn supersede(&self, number: usize) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let is_step = inner.kept.get(&number).is_some_and(|kept| kept.weight.from != number);
        let gone = if is_step {
            inner.remove(number)
        } else {
            inner.outdate(number);
            None
        };
        drop(inner);
        drop(gone);
    }

    /// Gives everything up.
    pub(super) fn clear(&self) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.bytes = 0;
        inner.shared.clear();
        inner.uses.clear();
        let kept = std::mem::take(&mut inner.kept);
        drop(inner);
        drop(kept);
    }

    /// How many bytes the results take, as they were estimated.
    pub(super) fn bytes(&self) -> usize {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).bytes
    }
}

impl<T> Inner<T> {
    fn load(&mut self, weight: Weight) {
        self.bytes += weight.own;
        let (bytes, holders) = self.shared.entry(weight.from).or_default();
        if *holders == 0 {
            *bytes = weight.shared;
            self.bytes += weight.shared;
        }
        *holders += 1;
    }

    fn unload(&mut self, weight: Weight) {
        self.bytes -= weight.own;
        if let Some((bytes, holders)) = self.shared.get_mut(&weight.from) {
            *holders -= 1;
            if *holders == 0 {
                self.bytes -= *bytes;
                self.shared.remove(&weight.from);
            }
        }
    }

    fn remove(&mut self, number: usize) -> Option<Arc<T>> {
        let kept = self.kept.remove(&number)?;
        self.unload(kept.weight);
        Some(kept.value)
    }

    fn outdate(&mut self, number: usize) {
        self.time += 1;
        if let Some(kept) = self.kept.get_mut(&number) {
            kept.used = self.time;
            self.uses.push_front((number, self.time));
        }
    }

    fn touch(&mut self, number: usize) {
        self.time += 1;
        let time = self.time;
        if let Some(kept) = self.kept.get_mut(&number) {
            kept.used = time;
            self.uses.push_back((number, time));
        }
        if self.uses.len() > 4 * self.kept.len() + 64 {
            let kept = &self.kept;
            self.uses.retain(|(number, used)| kept.get(number).is_some_and(|kept| kept.used == *used));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alone(number: usize, own: usize) -> Weight {
        Weight { own, shared: 0, from: number }
    }

    #[test]
    fn the_least_recently_used_goes_first() {
        let newest = Newest::new(30);
        for number in 0..3 {
            newest.put(number, Arc::new(number), alone(number, 10));
        }
        assert_eq!(newest.get(0).as_deref(), Some(&0));
        newest.put(3, Arc::new(3), alone(3, 10));
        assert_eq!(newest.get(1), None, "0 was used later than 1");
        assert_eq!([0, 2, 3].map(|number| newest.get(number).is_some()), [true; 3]);
        assert_eq!(newest.bytes(), 30);
    }

    #[test]
    fn what_is_shared_counts_once_and_as_long_as_somebody_has_it() {
        let newest = Newest::new(100);
        let shares = |own| Weight { own, shared: 60, from: 0 };
        newest.put(0, Arc::new(0), shares(10));
        newest.put(1, Arc::new(1), shares(10));
        assert_eq!(newest.bytes(), 80);
        newest.put(2, Arc::new(2), alone(2, 25));
        assert_eq!(newest.get(0), None);
        assert_eq!(newest.bytes(), 95, "the second still has what came with the first");
        newest.put(3, Arc::new(3), alone(3, 10));
        assert_eq!((newest.get(1), newest.bytes()), (None, 35));
        newest.clear();
        assert_eq!(newest.bytes(), 0);
    }

    #[test]
    fn one_that_was_superseded_goes_before_all_others_unless_somebody_wants_it() {
        let newest = Newest::new(30);
        for number in 0..3 {
            newest.put(number, Arc::new(number), alone(number, 10));
        }
        newest.supersede(2);
        newest.supersede(1);
        newest.touch(1);
        newest.put(3, Arc::new(3), alone(3, 10));
        assert_eq!([0, 1, 2, 3].map(|number| newest.get(number).is_some()), [true, true, false, true]);
        assert_eq!(newest.bytes(), 30);
    }

    #[test]
    fn a_step_that_was_superseded_goes_at_once_and_the_result_that_it_came_with_stays() {
        let newest = Newest::new(100);
        for number in 0..3 {
            newest.put(number, Arc::new(number), Weight { own: 10, shared: 20, from: 0 });
        }
        newest.supersede(0);
        newest.supersede(1);
        assert_eq!([0, 1, 2].map(|number| newest.get(number).is_some()), [true, false, true]);
        assert_eq!(newest.bytes(), 40);
    }

    #[test]
    fn one_that_is_larger_than_the_limit_is_not_kept_and_use_does_not_grow_the_memory() {
        let newest = Newest::new(5);
        newest.put(1, Arc::new(()), alone(1, 10));
        assert_eq!((newest.get(1), newest.bytes()), (None, 0));
        newest.put(2, Arc::new(()), alone(2, 5));
        for _ in 0..10_000 {
            newest.get(2);
        }
        assert!(newest.inner.lock().unwrap().uses.len() < 200);
    }
}
