//! What every service of a catalog says, as digests, found out when first asked for.

use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use crate::base::Digest;
use crate::catalog::{Catalog, LockedImage, Service, Settings, fingerprint};
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
    /// The fingerprint of each service, made when it is asked for.
    services: Vec<OnceLock<Digest>>,
    frame: usize,
}

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
        let services = catalog.services.iter().map(|_| OnceLock::new()).collect();
        let of = Arc::new(OfCatalog { services, frame: known.frames });
        known.catalogs.push((Arc::downgrade(catalog), of.clone()));
        of
    }
}

impl OfCatalog {
    /// The digest of a service of this catalog; `source` is that of the catalog.
    pub(super) fn fingerprint(&self, catalog: &Catalog, service: &Service, source: &dyn Source) -> Digest {
        let made = || fingerprint(catalog, service, source);
        match self.services.get(service.index) {
            // It is made twice rather than waited for: those who ask for the targets of a service ask at the same time.
            Some(place) => place.get().copied().unwrap_or_else(|| {
                let digest = made();
                *place.get_or_init(|| digest)
            }),
            None => made(),
        }
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
