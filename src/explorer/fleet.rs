//! Work on many targets at once: in order, on all cores, until somebody wishes that it ends.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};
use std::thread;

use crate::base::Cancel;

/// The stack of a thread that builds: kustomizations may include each other a hundred deep.
const STACK: usize = 8 * 1024 * 1024;

/// How many threads work at once. Asked once: the answer is in several files of the system.
static CORES: LazyLock<usize> =
    LazyLock::new(|| thread::available_parallelism().map_or(1, NonZeroUsize::get));

/// How many numbers in a row one thread takes at most. Targets that stand together, such as those of a service, begin alike:
/// threads that had one of them each would do the same at the same time.
const LONGEST_RUN: usize = 12;

/// Calls `work` with every number below `count`, the smallest first as far as that goes, on all cores. Looks at `cancel` before each.
///
/// Its threads are its own: a question that comes meanwhile does not wait for the whole fleet. `true` when all numbers
/// were worked on.
pub(super) fn for_each(count: usize, cancel: &Cancel, work: &(dyn Fn(usize) + Sync)) -> bool {
    let threads = (*CORES).min(count);
    let next = AtomicUsize::new(0);
    // What is left is shared out in ever smaller runs, so that all end at about the same time.
    let run_at = |start: usize| start..start + ((count - start) / (threads * 8)).clamp(1, LONGEST_RUN);
    let take = || {
        let begin = |start| (start < count).then(|| run_at(start).end);
        while let Ok(start) = next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, begin) {
            for index in run_at(start) {
                if cancel.is_cancelled() {
                    return;
                }
                work(index);
            }
        }
    };
    let helpers = helpers(threads.saturating_sub(1));
    together(&helpers, &take);
    give_back(helpers);
    !cancel.is_cancelled()
}

/// A thread that waits for work. A new one for each question would have no memory yet: for short questions that takes longer
/// than the work.
type Helper = rayon::ThreadPool;

/// Those that nobody uses at the moment.
static IDLE: Mutex<Vec<Helper>> = Mutex::new(Vec::new());

/// How many may be idle: enough for two questions at once.
fn most_idle() -> usize {
    2 * *CORES
}

/// So many helpers; fewer where no thread can be had.
fn helpers(count: usize) -> Vec<Helper> {
    let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
    let kept = idle.len().saturating_sub(count);
    let mut helpers = idle.split_off(kept);
    drop(idle);
    let new = || {
        let builder = rayon::ThreadPoolBuilder::new().num_threads(1).stack_size(STACK);
        builder.thread_name(|_| "fleet".to_owned()).build().ok()
    };
    helpers.extend((helpers.len()..count).map_while(|_| new()));
    helpers
}

fn give_back(helpers: Vec<Helper>) {
    let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
    idle.extend(helpers);
    let too_many = idle.len().saturating_sub(most_idle());
    let ended: Vec<Helper> = idle.drain(..too_many).collect();
    drop(idle);
    drop(ended);
}

/// Does the same work here and in every helper, until all are done.
fn together(helpers: &[Helper], work: &(dyn Fn() + Sync)) {
    match helpers.split_first() {
        None => work(),
        Some((helper, others)) => helper.in_place_scope(|scope| {
            scope.spawn(|_| work());
            together(others, work);
        }),
    }
}

/// Does two things at the same time: the first here, the second in a helper.
pub(super) fn join<A, B: Send>(here: impl FnOnce() -> A, there: impl FnOnce() -> B + Send) -> (A, B) {
    let helpers = helpers(1);
    let both = match helpers.first() {
        None => (here(), there()),
        Some(helper) => {
            let mut second = None;
            let first = helper.in_place_scope(|scope| {
                scope.spawn(|_| second = Some(there()));
                here()
            });
            // What panics there panics here.
            let Some(second) = second else { unreachable!("the scope ends when both are done") };
            (first, second)
        }
    };
    give_back(helpers);
    both
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
        for count in [0, 1, 2, 13, 100, 1_000] {
            let seen = Mutex::new(Vec::new());
            assert!(for_each(count, &Cancel::default(), &|index| seen.lock().unwrap().push(index)));
            let mut seen = seen.into_inner().unwrap();
            seen.sort_unstable();
            assert_eq!(seen, (0..count).collect::<Vec<_>>());
        }
    }

    #[test]
    fn questions_within_questions_and_beside_each_other_all_come_to_an_end() {
        let done = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for_each(8, &Cancel::default(), &|_| {
                        for_each(8, &Cancel::default(), &|_| {
                            done.fetch_add(1, Ordering::Relaxed);
                        });
                    });
                });
            }
        });
        assert_eq!(done.into_inner(), 4 * 8 * 8);
        assert!(IDLE.lock().unwrap().len() <= most_idle());
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
        assert!(!all && begun.into_inner() <= 11 + *CORES);
    }
}
