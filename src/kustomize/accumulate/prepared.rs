//! What a directory asks for, read once: its kustomization, and the files, patches and generators that it names.
//!
//! A component changes what is there, so what it comes to cannot be shared between targets as a sub-build is. What it
//! reads can: it is the same for every target that has the component at the same commit.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use rustc_hash::FxHashMap;

use super::cache::SubBuildKey;
use super::transformers::Configured;
use crate::base::RepoPath;
use crate::kustomize::kustomization::Kustomization;
use crate::kustomize::resource::Resource;
use crate::kustomize::session::{BuildError, Session};
use crate::vfs::{Asked, Source};

/// How many directories are kept before the table starts over.
const CAPACITY: usize = 4_096;

/// Something that was read, and what that asked of the source; `None` when the source kept no record.
#[derive(Debug)]
pub(crate) struct Kept<T> {
    value: T,
    asked: Option<Arc<[Asked]>>,
}

/// A directory with a kustomization, and what was read of it so far. Failures are not kept.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// The name of the kustomization file.
    pub(super) file: String,
    /// What it says.
    pub(super) kustomization: Arc<Kustomization>,
    /// What finding and reading the kustomization asked of the source; `None` when that kept no record.
    asked: Option<Arc<[Asked]>>,
    /// The resources in the files under `resources`; directories have none.
    pub(super) files: Vec<OnceLock<Kept<Arc<Vec<Resource>>>>>,
    /// What its own generators make.
    pub(super) generated: Vec<OnceLock<Kept<Resource>>>,
    /// The transformers of its fields, under the built-in configuration.
    pub(super) transformers: OnceLock<Kept<Arc<Vec<Configured>>>>,
}

impl Prepared {
    fn new(file: &RepoPath, kustomization: Arc<Kustomization>, asked: Option<Arc<[Asked]>>) -> Self {
        fn empty<T>(count: usize) -> Vec<OnceLock<T>> {
            std::iter::repeat_with(OnceLock::new).take(count).collect()
        }
        let generators = kustomization.config_map_generators.len() + kustomization.secret_generators.len();
        Self {
            file: file.name().to_owned(),
            asked,
            files: empty(kustomization.resources.len()),
            generated: empty(generators),
            transformers: OnceLock::new(),
            kustomization,
        }
    }
}

impl Session<'_> {
    /// What is known and can be used by this build; what it asked of the source is recorded as if this build had.
    pub(super) fn known<T: Clone>(&self, known: Option<&OnceLock<Kept<T>>>) -> Option<T> {
        let kept = known.and_then(OnceLock::get)?;
        if kept.asked.is_none() && self.source.recorded().is_some() {
            return None;
        }
        kept.asked.iter().for_each(|asked| self.source.record(asked));
        Some(kept.value.clone())
    }

    /// What is known, or what `make` makes now; that is remembered unless it took something from outside, which
    /// depends on what includes the directory.
    pub(super) fn once<T: Clone>(
        &self,
        known: Option<&OnceLock<Kept<T>>>,
        make: impl FnOnce() -> Result<T, BuildError>,
    ) -> Result<T, BuildError> {
        if let Some(value) = self.known(known) {
            return Ok(value);
        }
        let (outside, recorded) = (self.outside_uses(), self.source.recorded());
        let value = make()?;
        if let Some(known) = known.filter(|_| self.outside_uses() == outside) {
            let asked = recorded.map(|from| self.source.recorded_since(from));
            // Another build may have been quicker, with the same answer.
            let _ = known.set(Kept { value: value.clone(), asked });
        }
        Ok(value)
    }

    /// The directory of a key, read with `read` when it is not known.
    pub(super) fn prepare(
        &self,
        key: &SubBuildKey,
        read: impl Fn() -> Result<(RepoPath, Arc<Kustomization>), BuildError>,
    ) -> Result<Arc<Prepared>, BuildError> {
        let recorded = self.source.recorded();
        let made = || {
            let (file, kustomization) = read()?;
            let asked = recorded.map(|from| self.source.recorded_since(from));
            Ok::<_, BuildError>(Prepared::new(&file, kustomization, asked))
        };
        let prepared = self.prepared().get(key, made)?;
        match &prepared.asked {
            Some(asked) => self.source.record(asked),
            // It was read without a record: what this build asks is found out by asking again.
            None if recorded.is_some() => drop(read()?),
            None => {}
        }
        Ok(prepared)
    }
}

/// Directories that were read by any build of an engine.
#[derive(Debug, Default)]
pub(crate) struct PreparedCache {
    table: RwLock<FxHashMap<SubBuildKey, Arc<Prepared>>>,
}

impl PreparedCache {
    /// The directory, made with `make` when it is not known.
    fn get<E>(
        &self,
        key: &SubBuildKey,
        make: impl FnOnce() -> Result<Prepared, E>,
    ) -> Result<Arc<Prepared>, E> {
        if let Some(known) = self.table.read().unwrap_or_else(PoisonError::into_inner).get(key) {
            return Ok(Arc::clone(known));
        }
        let made = Arc::new(make()?);
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        if table.len() >= CAPACITY {
            table.clear();
        }
        Ok(Arc::clone(table.entry(key.clone()).or_insert(made)))
    }
}
