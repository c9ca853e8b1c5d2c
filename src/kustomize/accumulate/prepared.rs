//! What a directory asks for, read once: its kustomization, and the files, patches and generators that it names.
//!
//! A component changes what is there, so what it comes to cannot be shared between targets as a sub-build is. What it
//! reads can: it is the same for every target that has the component at the same commit.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use super::cache::{Answered, Generations, Place, SubBuildKey};
use super::transformers::Configured;
use crate::base::RepoPath;
use crate::kustomize::kustomization::Kustomization;
use crate::kustomize::resource::Resource;
use crate::kustomize::session::{BuildError, Session};
use crate::vfs::Source;

/// Something that was read, and what that asked of the source; `None` when the source kept no record.
#[derive(Clone, Debug)]
pub(crate) struct Kept<T> {
    pub(super) value: T,
    pub(super) asked: Option<Answered>,
}

/// A directory with a kustomization, and what was read of it so far. Failures are not kept.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// The directory.
    pub(super) place: Place,
    /// The name of the kustomization file.
    pub(super) file: String,
    /// What it says.
    pub(super) kustomization: Arc<Kustomization>,
    /// What finding and reading the kustomization asked of the source; `None` when that kept no record.
    asked: Option<Answered>,
    /// The resources in the files under `resources`; directories have none.
    pub(super) files: Vec<OnceLock<Kept<Arc<Vec<Resource>>>>>,
    /// What its own generators make.
    pub(super) generated: Vec<OnceLock<Kept<Resource>>>,
    /// The transformers of its fields, under the built-in configuration.
    pub(super) transformers: OnceLock<Kept<Arc<Vec<Configured>>>>,
}

impl Prepared {
    fn new(
        place: &Place,
        file: &RepoPath,
        kustomization: Arc<Kustomization>,
        asked: Option<Answered>,
    ) -> Self {
        fn empty<T>(count: usize) -> Vec<OnceLock<T>> {
            std::iter::repeat_with(OnceLock::new).take(count).collect()
        }
        let generators = kustomization.config_map_generators.len() + kustomization.secret_generators.len();
        Self {
            place: place.clone(),
            file: file.name().to_owned(),
            asked,
            files: empty(kustomization.resources.len()),
            generated: empty(generators),
            transformers: OnceLock::new(),
            kustomization,
        }
    }

    /// Whether this is the same kustomization as another one, found and read in the same way.
    pub(super) fn asks_as(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.kustomization, &other.kustomization)
            && self.asked.as_ref().is_some_and(|asked| asked.asks_as(other.asked.as_ref()))
    }
}

impl Session<'_> {
    /// What is known and can be used by this build; what it asked of the source is recorded as if this build had.
    pub(super) fn known<T: Clone>(&self, known: Option<&OnceLock<Kept<T>>>) -> Option<T> {
        let kept = known.and_then(OnceLock::get)?;
        if kept.asked.is_none() && self.source.recorded().is_some() {
            return None;
        }
        kept.asked.iter().for_each(|known| self.source.record(&known.asked));
        Some(kept.value.clone())
    }

    /// What is known, or what `make` makes now; that is remembered unless it took something from outside, which
    /// depends on what includes the directory.
    pub(super) fn once<T: Clone>(
        &self,
        known: Option<&OnceLock<Kept<T>>>,
        make: impl FnOnce() -> Result<T, BuildError>,
    ) -> Result<T, BuildError> {
        match self.known(known) {
            Some(value) => Ok(value),
            None => self.make_once(known, self.source.recorded(), make),
        }
    }

    /// What `make` makes, remembered as by [`Self::once`] with what was asked of the source since it had `recorded` so
    /// much.
    pub(super) fn make_once<T: Clone>(
        &self,
        known: Option<&OnceLock<Kept<T>>>,
        recorded: Option<usize>,
        make: impl FnOnce() -> Result<T, BuildError>,
    ) -> Result<T, BuildError> {
        let outside = self.outside_uses();
        let value = make()?;
        if let Some(known) = known.filter(|_| self.outside_uses() == outside) {
            let asked = self.answered_since(recorded);
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
            Ok::<_, BuildError>(Prepared::new(
                &key.place,
                &file,
                kustomization,
                self.answered_since(recorded),
            ))
        };
        let prepared = self.prepared().get(key, |former| self.as_it_is_now(former), made)?;
        match &prepared.asked {
            Some(known) => self.source.record(&known.asked),
            // It was read without a record: what this build asks is found out by asking again.
            None if recorded.is_some() => drop(read()?),
            None => {}
        }
        Ok(prepared)
    }

    /// What was read of a directory before, as far as this build would read the same; `None` when the kustomization is
    /// another one.
    fn as_it_is_now(&self, former: &Prepared) -> Option<Prepared> {
        let holds = |asked: &Option<Answered>| self.still_answers(asked.as_ref());
        fn carried<T: Clone>(
            known: &[OnceLock<Kept<T>>],
            holds: impl Fn(&Option<Answered>) -> bool,
        ) -> Vec<OnceLock<Kept<T>>> {
            let carry = |known: &OnceLock<Kept<T>>| {
                known
                    .get()
                    .filter(|kept| holds(&kept.asked))
                    .cloned()
                    .map_or_else(OnceLock::new, OnceLock::from)
            };
            known.iter().map(carry).collect()
        }
        holds(&former.asked).then(|| Prepared {
            place: former.place.clone(),
            file: former.file.clone(),
            kustomization: former.kustomization.clone(),
            asked: former.asked.clone(),
            files: carried(&former.files, holds),
            generated: carried(&former.generated, holds),
            transformers: carried(std::slice::from_ref(&former.transformers), holds)
                .pop()
                .unwrap_or_default(),
        })
    }
}

/// Directories that were read by any build of an engine.
#[derive(Debug, Default)]
pub(crate) struct PreparedCache {
    table: RwLock<Generations<Prepared>>,
}

impl PreparedCache {
    /// The directory, if it was read over these files before.
    pub(super) fn known(&self, key: &SubBuildKey) -> Option<Arc<Prepared>> {
        self.table.read().unwrap_or_else(PoisonError::into_inner).known.get(key).cloned()
    }

    /// The directory; when it is not known, what `carry` takes over from before some files changed, or what `make` reads.
    fn get<E>(
        &self,
        key: &SubBuildKey,
        carry: impl FnOnce(&Prepared) -> Option<Prepared>,
        make: impl FnOnce() -> Result<Prepared, E>,
    ) -> Result<Arc<Prepared>, E> {
        let former = {
            let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(known) = table.known.get(key) {
                return Ok(Arc::clone(known));
            }
            table.newest.get(&key.place).cloned()
        };
        let made = match former.and_then(|former| carry(&former)) {
            Some(carried) => carried,
            None => make()?,
        };
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        // Another build may have been quicker.
        if let Some(known) = table.known.get(key) {
            return Ok(Arc::clone(known));
        }
        let made = Arc::new(made);
        table.put(key.clone(), made.clone());
        Ok(made)
    }
}
