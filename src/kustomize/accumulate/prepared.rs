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

/// How many directories are kept before the table starts over.
const CAPACITY: usize = 4_096;

/// A directory with a kustomization, and what was read of it so far. Failures are not kept.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// The name of the kustomization file.
    pub(super) file: String,
    /// What it says.
    pub(super) kustomization: Arc<Kustomization>,
    /// The resources in the files under `resources`; directories have none.
    pub(super) files: Vec<OnceLock<Arc<Vec<Resource>>>>,
    /// What its own generators make.
    pub(super) generated: Vec<OnceLock<Resource>>,
    /// The transformers of its fields, under the built-in configuration.
    pub(super) transformers: OnceLock<Arc<Vec<Configured>>>,
}

impl Prepared {
    fn new(file: &RepoPath, kustomization: Arc<Kustomization>) -> Self {
        fn empty<T>(count: usize) -> Vec<OnceLock<T>> {
            std::iter::repeat_with(OnceLock::new).take(count).collect()
        }
        let generators = kustomization.config_map_generators.len() + kustomization.secret_generators.len();
        Self {
            file: file.name().to_owned(),
            files: empty(kustomization.resources.len()),
            generated: empty(generators),
            transformers: OnceLock::new(),
            kustomization,
        }
    }
}

impl Session<'_> {
    /// What is known, or what `make` makes now; that is remembered unless it took something from outside, which
    /// depends on what includes the directory.
    pub(super) fn once<T: Clone>(
        &self,
        known: Option<&OnceLock<T>>,
        make: impl FnOnce() -> Result<T, BuildError>,
    ) -> Result<T, BuildError> {
        if let Some(known) = known.and_then(OnceLock::get) {
            return Ok(known.clone());
        }
        let outside = self.outside_uses();
        let made = make()?;
        if let Some(known) = known.filter(|_| self.outside_uses() == outside) {
            // Another build may have been quicker, with the same answer.
            let _ = known.set(made.clone());
        }
        Ok(made)
    }
}

/// Directories that were read by any build of an engine.
#[derive(Debug, Default)]
pub(crate) struct PreparedCache {
    table: RwLock<FxHashMap<SubBuildKey, Arc<Prepared>>>,
}

impl PreparedCache {
    /// The directory, read with `read` when it is not known: the path of its kustomization, and what that says.
    pub(super) fn get<E>(
        &self,
        key: &SubBuildKey,
        read: impl FnOnce() -> Result<(RepoPath, Arc<Kustomization>), E>,
    ) -> Result<Arc<Prepared>, E> {
        if let Some(known) = self.table.read().unwrap_or_else(PoisonError::into_inner).get(key) {
            return Ok(Arc::clone(known));
        }
        let (file, kustomization) = read()?;
        let made = Arc::new(Prepared::new(&file, kustomization));
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        if table.len() >= CAPACITY {
            table.clear();
        }
        Ok(Arc::clone(table.entry(key.clone()).or_insert(made)))
    }
}
