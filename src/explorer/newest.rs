//! Results in full, the least recently used given up when they take more memory than they may.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

/// The newest results by number.
pub(super) struct Newest<T> {
    inner: Mutex<Inner<T>>,
    limit: usize,
}

struct Inner<T> {
    kept: FxHashMap<u64, Kept<T>>,
    /// Uses in order, some of them no longer the last one of their result.
    uses: VecDeque<(u64, u64)>,
    time: u64,
    bytes: usize,
}

struct Kept<T> {
    value: Arc<T>,
    bytes: usize,
    used: u64,
}

impl<T> Newest<T> {
    /// Keeps results of `limit` bytes together.
    pub(super) fn new(limit: usize) -> Self {
        let inner = Inner { kept: FxHashMap::default(), uses: VecDeque::new(), time: 0, bytes: 0 };
        Self { inner: Mutex::new(inner), limit }
    }

    /// A result that is still there.
    pub(super) fn get(&self, number: u64) -> Option<Arc<T>> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let value = inner.kept.get(&number)?.value.clone();
        inner.touch(number);
        Some(value)
    }

    /// Keeps a result of about so many bytes, in the place of an older one with its number.
    pub(super) fn put(&self, number: u64, value: Arc<T>, bytes: usize) {
        let mut given_up = Vec::new();
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(old) = inner.kept.insert(number, Kept { value, bytes, used: 0 }) {
            inner.bytes -= old.bytes;
            given_up.push(old.value);
        }
        inner.bytes += bytes;
        inner.touch(number);
        while inner.bytes > self.limit {
            let Some((oldest, used)) = inner.uses.pop_front() else { break };
            if inner.kept.get(&oldest).is_some_and(|kept| kept.used == used)
                && let Some(kept) = inner.kept.remove(&oldest)
            {
                inner.bytes -= kept.bytes;
                given_up.push(kept.value);
            }
        }
        // Trees are taken down without holding up the others.
        drop(inner);
        drop(given_up);
    }

    /// Gives everything up.
    pub(super) fn clear(&self) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.bytes = 0;
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
    fn touch(&mut self, number: u64) {
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

    #[test]
    fn the_least_recently_used_goes_first() {
        let newest = Newest::new(30);
        for number in 0..3 {
            newest.put(number, Arc::new(number), 10);
        }
        assert_eq!(newest.get(0).as_deref(), Some(&0));
        newest.put(3, Arc::new(3), 10);
        assert_eq!(newest.get(1), None, "0 was used later than 1");
        assert_eq!([0, 2, 3].map(|number| newest.get(number).is_some()), [true; 3]);
        assert_eq!(newest.bytes(), 30);
    }

    #[test]
    fn one_that_is_larger_than_the_limit_is_not_kept_and_use_does_not_grow_the_memory() {
        let newest = Newest::new(5);
        newest.put(1, Arc::new(()), 10);
        assert_eq!((newest.get(1), newest.bytes()), (None, 0));
        newest.put(2, Arc::new(()), 5);
        for _ in 0..10_000 {
            newest.get(2);
        }
        assert!(newest.inner.lock().unwrap().uses.len() < 200);
    }
}
