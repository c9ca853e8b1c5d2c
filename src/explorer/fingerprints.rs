//! What every service of a catalog says, as digests, found out when first asked for.

use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use super::Failure;
use crate::base::Digest;
use crate::catalog::{Catalog, Layers, LockedImage, Service, Settings, TargetId, fingerprint, patch_files};
use crate::vfs::Source;

/// Catalogs that are looked at by turns: the files as they are, and some states of the draft.
const CATALOGS: usize = 8;

/// The digests of the newest catalogs.
#[derive(Default)]
pub(super) struct Fingerprints {
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    catalogs: Vec<(Weak<Catalog>, Arc<OfCatalog>)>,
    /// How many frames there were.
    frames: usize,
    newest_frame: Option<(Settings, Vec<LockedImage>)>,
}

/// What is known of one catalog.
pub(super) struct OfCatalog {
    services: Vec<Arc<OfService>>,
    frame: usize,
}

/// What is known of one service, found out when it is asked for.
struct OfService {
    service: Arc<Service>,
    fingerprint: OnceLock<Digest>,
    keys: Mutex<Vec<Key>>,
}

/// What a target asks, but for the content of its layers, where these are its layers.
struct Key {
    layers: Arc<Layers>,
    env: Arc<str>,
    region: Arc<str>,
    key: Digest,
}

/// How many keys of one service are remembered: of all its targets at the refs that are looked at.
const KEYS: usize = 96;

/// What a catalog says of a service, word for word and line for line: with equal ones, compositions have the same places.
#[derive(Clone, Debug)]
pub(super) struct Said {
    service: Arc<Service>,
    /// A number for whatever else compositions take from the catalog.
    frame: usize,
}

impl PartialEq for Said {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.service, &other.service) && self.frame == other.frame
    }
}

impl Fingerprints {
    /// What is known of a catalog.
    pub(super) fn of(&self, catalog: &Arc<Catalog>) -> Arc<OfCatalog> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        // A weak reference keeps the place from being used again, so equal places mean the same catalog.
        if let Some((_, of)) = known.catalogs.iter().find(|(own, _)| own.as_ptr() == Arc::as_ptr(catalog)) {
            return of.clone();
        }
        if known.catalogs.len() >= CATALOGS {
            known.catalogs.remove(0);
        }
        let is_same = known.newest_frame.as_ref().is_some_and(|(settings, images)| {
            *settings == catalog.settings && *images == catalog.locked_images
        });
        if !is_same {
            known.frames += 1;
            known.newest_frame = Some((catalog.settings.clone(), catalog.locked_images.clone()));
        }
        let former = known.catalogs.last().filter(|(_, former)| former.frame == known.frames);
        let services = catalog.services.iter().map(|service| {
            let same = former.and_then(|(_, former)| former.services.get(service.index));
            match same.filter(|same| Arc::ptr_eq(&same.service, service) && !reads_files(service)) {
                Some(same) => same.clone(),
                None => Arc::new(OfService::new(service)),
            }
        });
        let of = Arc::new(OfCatalog { services: services.collect(), frame: known.frames });
        known.catalogs.push((Arc::downgrade(catalog), of.clone()));
        of
    }
}

/// Whether what a service says depends on files beside the catalog.
fn reads_files(service: &Service) -> bool {
    patch_files(service).next().is_some()
}

impl OfService {
    fn new(service: &Arc<Service>) -> Self {
        Self { service: service.clone(), fingerprint: OnceLock::new(), keys: Mutex::default() }
    }
}

impl OfCatalog {
    /// The digest of a service of this catalog; `source` is that of the catalog.
    pub(super) fn fingerprint(&self, catalog: &Catalog, service: &Service, source: &dyn Source) -> Digest {
        let made = || fingerprint(catalog, service, source);
        match self.services.get(service.index) {
            // It is made twice rather than waited for: those who ask for the targets of a service ask at the same time.
            Some(of) => of.fingerprint.get().copied().unwrap_or_else(|| {
                let digest = made();
                *of.fingerprint.get_or_init(|| digest)
            }),
            None => made(),
        }
    }

    /// The key of a target of a service with these layers: the one that is known, or the one that is `made` now.
    ///
    /// # Errors
    ///
    /// Those of `made`, which are not remembered.
    pub(super) fn key(
        &self,
        service: &Service,
        target: &TargetId,
        layers: &Arc<Layers>,
        made: impl FnOnce() -> Result<Digest, Failure>,
    ) -> Result<Digest, Failure> {
        let Some(of) = self.services.get(service.index) else { return made() };
        let keys = of.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let is_it = |key: &&Key| {
            Arc::ptr_eq(&key.layers, layers) && key.env == target.env && key.region == target.region
        };
        if let Some(known) = keys.iter().find(is_it) {
            return Ok(known.key);
        }
        drop(keys);
        let key = made()?;
        let mut keys = of.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.len() >= KEYS {
            keys.remove(0);
        }
        keys.push(Key {
            layers: layers.clone(),
            env: target.env.clone(),
            region: target.region.clone(),
            key,
        });
        Ok(key)
    }

    /// Whether compositions take the same from another catalog, but for the services.
    pub(super) fn has_frame_of(&self, other: &Self) -> bool {
        self.frame == other.frame
    }

    /// What this catalog says of a service.
    pub(super) fn said(&self, service: &Arc<Service>) -> Said {
        Said { service: service.clone(), frame: self.frame }
    }
}
