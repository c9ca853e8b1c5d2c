//! What every service of a catalog says, as digests, found out when first asked for.

use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use crate::base::Digest;
use crate::catalog::{Catalog, Service, fingerprint};
use crate::vfs::Source;

/// Catalogs that are looked at by turns: the files as they are, and some states of the draft.
const CATALOGS: usize = 8;

/// A catalog and the fingerprint of each of its targets, made when it is asked for.
type OfCatalog = (Weak<Catalog>, Arc<[OnceLock<Digest>]>);

/// The digests of the newest catalogs.
#[derive(Default)]
pub(super) struct Fingerprints {
    known: Mutex<Vec<OfCatalog>>,
}

impl Fingerprints {
    /// The digest of a service; `source` is that of the catalog.
    pub(super) fn of(&self, catalog: &Arc<Catalog>, service: &Service, source: &dyn Source) -> Digest {
        let made = || fingerprint(catalog, service, source);
        match self.table(catalog).get(service.index) {
            Some(place) => *place.get_or_init(made),
            None => made(),
        }
    }

    fn table(&self, catalog: &Arc<Catalog>) -> Arc<[OnceLock<Digest>]> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        // A weak reference keeps the place from being used again, so equal places mean the same catalog.
        if let Some((_, table)) = known.iter().find(|(own, _)| own.as_ptr() == Arc::as_ptr(catalog)) {
            return table.clone();
        }
        if known.len() >= CATALOGS {
            known.remove(0);
        }
        let table: Arc<[OnceLock<Digest>]> = catalog.services.iter().map(|_| OnceLock::new()).collect();
        known.push((Arc::downgrade(catalog), table.clone()));
        table
    }
}
