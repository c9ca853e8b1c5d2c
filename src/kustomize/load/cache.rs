//! What was parsed, by file and content: a file that did not change is parsed once.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::LoadedFile;
use crate::base::FileId;
use crate::kustomize::kustomization::Kustomization;
use crate::kustomize::resource::Resource;
use crate::vfs::ContentId;

/// How many entries a table holds before it starts over. Far above what one repository needs; keeps a program
/// that runs for days from growing.
const CAPACITY: usize = 50_000;

type Key = (FileId, ContentId);

/// Parsed files of every build of an engine.
#[derive(Debug, Default)]
pub(crate) struct ParseCache {
    kustomizations: Table<Kustomization>,
    resources: Table<Vec<Resource>>,
}

/// One kind of parsed file.
#[derive(Debug)]
struct Table<T>(Mutex<FxHashMap<Key, Arc<T>>>);

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Table<T> {
    /// The parsed file; a failure is not kept.
    fn get<E>(&self, file: &LoadedFile, make: impl FnOnce() -> Result<T, E>) -> Result<Arc<T>, E> {
        let key = (file.file, file.content);
        if let Some(known) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(Arc::clone(known));
        }
        // Parsed outside the lock: two builds may do the same work once, none waits for another.
        let made = Arc::new(make()?);
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if table.len() >= CAPACITY {
            table.clear();
        }
        table.insert(key, Arc::clone(&made));
        Ok(made)
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
}
