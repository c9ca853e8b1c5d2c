//! What patches of layers did to resources of layers: most targets of a fleet begin alike.
//!
//! A base that many targets share is one tree in memory, and so is what the first patch of the first component makes of
//! it. As long as targets have the same components in the same order, each patch meets a tree that it has met before.

use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashMap;

use super::{Effect, Patch};
use crate::kustomize::resource::Resource;

/// How many are kept before the table starts over.
const CAPACITY: usize = 8_192;

/// One patch and one tree, told by where they are in memory; whoever holds the key holds both.
type Key = (usize, usize, usize);

/// Patches that were applied before, and what they did.
#[derive(Debug, Default)]
pub(crate) struct KnownPatches {
    table: RwLock<FxHashMap<Key, Arc<Known>>>,
}

#[derive(Debug)]
struct Known {
    before: Resource,
    patch: Patch,
    after: Resource,
    effect: Effect,
}

impl KnownPatches {
    /// What one of the documents of a patch made of just this resource before, and what that took.
    pub(super) fn get(
        &self,
        patch: &Patch,
        document: usize,
        before: &Resource,
    ) -> Option<(Resource, Effect)> {
        let known = {
            let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
            table.get(&key(patch, document, before)).cloned()?
        };
        let is_same = known.before.is_same(before) && known.patch.does_as(patch);
        is_same.then(|| (known.after.clone(), known.effect.clone()))
    }

    /// Remembers what one of the documents of a patch did.
    pub(super) fn put(
        &self,
        patch: &Patch,
        document: usize,
        before: Resource,
        after: &Resource,
        effect: &Effect,
    ) {
        let key = key(patch, document, &before);
        let (after, effect) = (after.clone(), effect.clone());
        let known = Arc::new(Known { before, patch: patch.clone(), after, effect });
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        if table.len() >= CAPACITY {
            table.clear();
        }
        table.insert(key, known);
    }
}

fn key(patch: &Patch, document: usize, before: &Resource) -> Key {
    (Arc::as_ptr(&patch.parsed) as usize, document, std::ptr::from_ref(before.node()) as usize)
}
