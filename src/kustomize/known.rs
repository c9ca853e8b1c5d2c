//! What steps that many builds share did to resources that many builds share: most targets of a fleet begin alike.
//!
//! A base that many targets share is one tree in memory, and so is what the first patch of the first component makes of
//! it. As long as targets have the same components in the same order, each step meets a tree that it has met before.

use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashMap;

use super::patch::{Effect, Patch};
use super::resource::Resource;
use super::transform::labels::Pairs;
use crate::yaml::Fault;

/// How many uses are remembered before older ones begin to go: the targets of a fleet that begin alike stand together.
const CAPACITY: usize = 2_048;

/// A step that many builds do.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step<'s> {
    /// One of the documents of a patch, under the description of Kubernetes that is built in.
    Patch(&'s Patch, usize),
    /// Labels or annotations.
    Pairs(&'s Arc<Pairs>),
}

/// A step and a tree, told by where they are in memory; whoever holds the key holds both.
type Key = (usize, usize, usize);

/// Steps that were done before, and what they did.
#[derive(Debug, Default)]
pub(crate) struct KnownSteps {
    table: RwLock<Table>,
}

/// What was used since the newer half was last begun, and what was used in the time before that.
#[derive(Debug, Default)]
struct Table {
    newer: FxHashMap<Key, Arc<Known>>,
    older: FxHashMap<Key, Arc<Known>>,
}

#[derive(Debug)]
struct Known {
    step: Kept,
    before: Resource,
    after: Resource,
    effect: Effect,
}

#[derive(Debug)]
enum Kept {
    Patch(Box<Patch>),
    Pairs(Arc<Pairs>),
}

impl KnownSteps {
    /// Does a step to a resource with `apply`, or what that came to before.
    ///
    /// # Errors
    ///
    /// Those of `apply`, which are not remembered.
    pub(crate) fn apply(
        &self,
        step: Step<'_>,
        resource: &mut Resource,
        apply: impl FnOnce(&mut Resource) -> Result<Effect, Fault>,
    ) -> Result<Effect, Fault> {
        // A tree that nobody else has is met only here, as that of an object which is made for one target.
        if !resource.is_plain() || !resource.is_shared() {
            return apply(resource);
        }
        let key = step.key(resource);
        if let Some(known) = self.get(key)
            && known.before.is_same(resource)
            && known.step.is(step)
        {
            *resource = known.after.clone();
            return Ok(known.effect.clone());
        }
        let before = resource.clone();
        let effect = apply(resource)?;
        let known = Known { step: step.kept(), before, after: resource.clone(), effect: effect.clone() };
        self.put(key, Arc::new(known));
        Ok(effect)
    }

    fn get(&self, key: Key) -> Option<Arc<Known>> {
        let known = {
            let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
            match table.newer.get(&key) {
                Some(known) => return Some(known.clone()),
                None => table.older.get(&key)?.clone(),
            }
        };
        self.put(key, known.clone());
        Some(known)
    }

    fn put(&self, key: Key, known: Arc<Known>) {
        let gone = self.table.write().unwrap_or_else(PoisonError::into_inner).put(key, known);
        // Trees are taken down without holding up the others.
        drop(gone);
    }
}

impl Table {
    /// Returns what has not been used for a long time.
    fn put(&mut self, key: Key, known: Arc<Known>) -> FxHashMap<Key, Arc<Known>> {
        let mut gone = FxHashMap::default();
        if self.newer.len() >= CAPACITY {
            gone = std::mem::replace(&mut self.older, std::mem::take(&mut self.newer));
        }
        self.newer.insert(key, known);
        gone
    }
}

impl Step<'_> {
    fn key(self, before: &Resource) -> Key {
        let (step, document) = match self {
            Self::Patch(patch, document) => (patch.address(), document),
            Self::Pairs(pairs) => (Arc::as_ptr(pairs) as usize, 0),
        };
        (step, document, std::ptr::from_ref(before.node()) as usize)
    }

    fn kept(self) -> Kept {
        match self {
            Self::Patch(patch, _) => Kept::Patch(Box::new(patch.without_target())),
            Self::Pairs(pairs) => Kept::Pairs(pairs.clone()),
        }
    }
}

impl Kept {
    fn is(&self, step: Step<'_>) -> bool {
        match (self, step) {
            (Self::Patch(own), Step::Patch(patch, _)) => own.does_as(patch),
            (Self::Pairs(own), Step::Pairs(pairs)) => Arc::ptr_eq(own, pairs),
            (Self::Patch(_), Step::Pairs(_)) | (Self::Pairs(_), Step::Patch(..)) => false,
        }
    }
}
