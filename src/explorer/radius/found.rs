//! Classes and failures while they are found: what people see before every target was looked at.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;

use super::Failure;
use crate::report::answer::{ClassSoFar, FailureGroup, Member, SoFar};
use crate::report::failures::cause;

/// Collects from several threads.
#[derive(Default)]
pub(super) struct Found(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    /// The ways in which manifests differ, numbered as they are found.
    ways: FxHashMap<Box<str>, usize>,
    causes: FxHashMap<String, usize>,
    so_far: SoFar,
}

impl Found {
    /// Takes a target whose manifests differ, and returns the number of the way in which they do. `first` tells the
    /// class when this is its first member.
    pub(super) fn differs(
        &self,
        key: String,
        member: Member,
        first: impl FnOnce(&str) -> ClassSoFar,
    ) -> usize {
        let mut inner = self.lock();
        if let Some(number) = inner.ways.get(key.as_str()).copied() {
            // A class that is just being sent to the screen is copied here, and only then.
            Arc::make_mut(&mut inner.so_far.classes[number]).members.push(member);
            return number;
        }
        let mut class = first(&key);
        class.members = vec![member];
        let number = inner.so_far.classes.len();
        inner.so_far.classes.push(Arc::new(class));
        inner.ways.insert(key.into_boxed_str(), number);
        number
    }

    /// Takes a target that newly fails.
    pub(super) fn fails(&self, problem: &Failure, member: Member) {
        let key = cause(problem, &member.target);
        let mut inner = self.lock();
        let next = inner.so_far.failures.len();
        let number = *inner.causes.entry(key).or_insert(next);
        if number == next {
            let group = FailureGroup { problem: problem.clone(), members: Vec::new(), reach: String::new() };
            inner.so_far.failures.push(group);
        }
        inner.so_far.failures[number].members.push(member);
    }

    /// The number of ways in which manifests differ.
    pub(super) fn ways(&self) -> usize {
        self.lock().ways.len()
    }

    /// What was found so far.
    pub(super) fn so_far(&self) -> SoFar {
        self.lock().so_far.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
