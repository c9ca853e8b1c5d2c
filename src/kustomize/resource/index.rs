//! Where the resources of a large build are found by identity and by name, without a look at each of them.

use std::hash::BuildHasher;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::{Resource, ResourceId};

/// How many resources are looked at one by one: fewer than this are not worth an index.
const FEW: usize = 48;

/// Places by what identifies the resources there, now or earlier.
///
/// It holds hashes, so what it answers has to be looked at. Places that no longer fit may be in there, places that fit
/// are never missing.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// `None` as long as nobody asked.
    places: Option<FxHashMap<u64, Vec<u32>>>,
}

/// A copy is made to be changed, so it begins without an index.
impl Clone for Index {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// A hash of what makes two identities the same object.
pub(super) fn identity(id: &ResourceId) -> u64 {
    FxBuildHasher.hash_one((&*id.group, &*id.version, &*id.kind, &*id.name, id.effective_namespace()))
}

fn name(text: &str) -> u64 {
    FxBuildHasher.hash_one(("name", text))
}

impl Index {
    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.places = None;
    }

    /// Takes in the resource at a place, with all identities that it has and had.
    pub(super) fn add(&mut self, place: usize, resource: &Resource) {
        let (Some(places), Ok(place)) = (&mut self.places, u32::try_from(place)) else { return };
        for id in resource.previous_ids().iter().chain(std::iter::once(resource.id())) {
            for key in [identity(id), name(&id.name)] {
                let known = places.entry(key).or_default();
                if !known.contains(&place) {
                    known.push(place);
                }
            }
        }
    }

    /// The places of `list` where a resource may be, or may have been, the object with this identity, in order.
    pub(super) fn holders(&mut self, list: &[Resource], id: &ResourceId) -> Vec<usize> {
        self.places_of(list, || identity(id))
    }

    /// The places of `list` where a resource may have, or may have had, this name, in order.
    pub(super) fn named(&mut self, list: &[Resource], text: &str) -> Vec<usize> {
        self.places_of(list, || name(text))
    }

    fn places_of(&mut self, list: &[Resource], key: impl FnOnce() -> u64) -> Vec<usize> {
        if list.len() < FEW {
            return (0..list.len()).collect();
        }
        if self.places.is_none() {
            let mut places = FxHashMap::default();
            places.reserve(list.len() * 2);
            self.places = Some(places);
            list.iter().enumerate().for_each(|(place, resource)| self.add(place, resource));
        }
        let found = self.places.as_ref().and_then(|places| places.get(&key()));
        let mut found: Vec<usize> = found.into_iter().flatten().map(|place| *place as usize).collect();
        found.sort_unstable();
        found
    }
}
