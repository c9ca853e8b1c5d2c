//! Work on many targets at once: in order, on all cores, until somebody wishes that it ends.

use std::num::NonZeroUsize;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::base::Cancel;

/// The stack of a thread that builds: kustomizations may include each other a hundred deep.
const STACK: usize = 8 * 1024 * 1024;

/// Calls `work` with every number below `count`, the smallest first, on all cores. Looks at `cancel` before each.
///
/// Its threads are its own: a question that comes meanwhile does not wait for the whole fleet. `true` when all numbers
/// were worked on.
pub(super) fn for_each(count: usize, cancel: &Cancel, work: &(dyn Fn(usize) + Sync)) -> bool {
    let next = AtomicUsize::new(0);
    let take = || {
        while !cancel.is_cancelled() {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= count {
                return;
            }
            work(index);
        }
    };
    let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get).min(count);
    if threads < 2 {
        take();
    } else {
        thread::scope(|scope| {
            for number in 1..threads {
                let builder = thread::Builder::new().name(format!("fleet-{number}")).stack_size(STACK);
                // Where no thread can be had, the others do its work.
                drop(builder.spawn_scoped(scope, take));
            }
            take();
        });
    }
    !cancel.is_cancelled()
}

/// The answers of `work` to every number below `count`, found on all cores.
pub(super) fn map<T: Send + Sync>(count: usize, work: &(dyn Fn(usize) -> T + Sync)) -> Vec<T> {
    let found: Vec<OnceLock<T>> = (0..count).map(|_| OnceLock::new()).collect();
    for_each(count, &Cancel::default(), &|index| drop(found[index].set(work(index))));
    found.into_iter().filter_map(OnceLock::into_inner).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn every_number_is_worked_on_once() {
        let seen = Mutex::new(Vec::new());
        assert!(for_each(1_000, &Cancel::default(), &|index| seen.lock().unwrap().push(index)));
        let mut seen = seen.into_inner().unwrap();
        seen.sort_unstable();
        assert_eq!(seen, (0..1_000).collect::<Vec<_>>());
    }

    #[test]
    fn nothing_is_begun_after_the_wish_to_end() {
        let cancel = Cancel::default();
        let begun = AtomicUsize::new(0);
        let all = for_each(1_000_000, &cancel, &|_| {
            if begun.fetch_add(1, Ordering::SeqCst) == 10 {
                cancel.cancel();
            }
        });
        let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        assert!(!all && begun.into_inner() <= 11 + threads);
    }
}
