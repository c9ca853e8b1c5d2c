//! What was parsed, by file and content: a file that did not change is parsed once.

use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashMap;

use super::LoadedFile;
use crate::base::FileId;
use crate::kustomize::kustomization::Kustomization;
use crate::kustomize::patch::Parsed;
use crate::kustomize::resource::Resource;
use crate::vfs::ContentId;

/// How many bytes of text a table holds before what was not asked for lately goes. What is parsed takes about ten
/// times as much memory. Far above what the layers of one repository need. Compositions are not kept at all: each is
/// built once.
const GENERATION: usize = 4 * 1024 * 1024;

type Key = (FileId, ContentId);

/// Parsed files of every build of an engine.
#[derive(Debug, Default)]
pub(crate) struct ParseCache {
    kustomizations: Table<Kustomization>,
    resources: Table<Vec<Resource>>,
    patches: Table<Parsed>,
}

/// One kind of parsed file.
#[derive(Debug)]
struct Table<T>(RwLock<Generations<T>>);

/// What was asked for lately, and what was asked for before that and will go unless somebody asks again.
#[derive(Debug)]
struct Generations<T> {
    young: FxHashMap<Key, (Arc<T>, usize)>,
    old: FxHashMap<Key, (Arc<T>, usize)>,
    /// Bytes of text behind the young ones.
    bytes: usize,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        let generations = Generations { young: FxHashMap::default(), old: FxHashMap::default(), bytes: 0 };
        Self(RwLock::new(generations))
    }
}

impl<T> Generations<T> {
    fn insert(&mut self, key: Key, parsed: Arc<T>, bytes: usize) {
        if self.bytes + bytes > GENERATION {
            self.old = std::mem::take(&mut self.young);
            self.bytes = 0;
        }
        if self.young.insert(key, (parsed, bytes)).is_none() {
            self.bytes += bytes;
        }
    }
}

impl<T> Table<T> {
    /// The parsed file; a failure is not kept.
    fn get<E>(&self, file: &LoadedFile, make: impl FnOnce() -> Result<T, E>) -> Result<Arc<T>, E> {
        let Some(id) = file.kept_as else { return make().map(Arc::new) };
        let key = (file.file, id);
        let (known, is_old) = {
            let table = self.0.read().unwrap_or_else(PoisonError::into_inner);
            match table.young.get(&key) {
                Some((known, _)) => (Some(Arc::clone(known)), false),
                None => (table.old.get(&key).map(|(known, _)| Arc::clone(known)), true),
            }
        };
        // Parsed outside the lock: two builds may do the same work once, none waits for another.
        let parsed = match known {
            Some(known) if !is_old => return Ok(known),
            Some(known) => known,
            None => Arc::new(make()?),
        };
        let mut table = self.0.write().unwrap_or_else(PoisonError::into_inner);
        table.insert(key, Arc::clone(&parsed), file.bytes.len());
        Ok(parsed)
    }
}

impl ParseCache {
    /// A parsed kustomization.
    pub(crate) fn kustomization<E>(
        &self,
        file: &LoadedFile,
        make: impl FnOnce() -> Result<Kustomization, E>,
    ) -> Result<Arc<Kustomization>, E> {
        self.kustomizations.get(file, make)
    }

    /// The resources of a file.
    pub(crate) fn resources<E>(
        &self,
        file: &LoadedFile,
        make: impl FnOnce() -> Result<Vec<Resource>, E>,
    ) -> Result<Arc<Vec<Resource>>, E> {
        self.resources.get(file, make)
    }

    /// The patch in a file of `patches`.
    pub(crate) fn patch<E>(
        &self,
        file: &LoadedFile,
        make: impl FnOnce() -> Result<Parsed, E>,
    ) -> Result<Arc<Parsed>, E> {
        self.patches.get(file, make)
    }
}
