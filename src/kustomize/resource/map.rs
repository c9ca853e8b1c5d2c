//! The resources of a build in the order in which they were read, with identities kept unique.

use rustc_hash::FxHashSet;

use super::index::{Index, identity};
use super::{Resource, ResourceId};

/// The resources of a build, in order.
///
/// Invariant of the append functions: no two resources have the same identity (see
/// [`ResourceId::same_object`]).
#[derive(Clone, Debug, Default)]
pub struct ResourceMap {
    list: Vec<Resource>,
    /// Whether something may have given two resources the same identity since this was last found out.
    may_repeat: bool,
    /// Whether something may have left nothing of a resource since the empty ones were taken out.
    may_be_empty: bool,
    /// Where resources are found by their identities; gone whenever these may have changed.
    index: Index,
    /// Whether other resources of the build are elsewhere, so that what is not here may still be there.
    is_part: bool,
}

/// A resource could not be added because one with its identity is already there.
#[derive(Debug)]
pub struct AppendError {
    /// The one that was to be added.
    pub added: Box<Resource>,
    /// The one that is there.
    pub existing: Box<Resource>,
}

/// What makes two identities the same object.
type Key<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str);

fn key(id: &ResourceId) -> Key<'_> {
    (&id.group, &id.version, &id.kind, &id.name, id.effective_namespace())
}

impl ResourceMap {
    /// The resources in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Resource> {
        self.list.iter()
    }

    /// The resources in order, to change them.
    ///
    /// A change of identity is not checked here; see [`Self::duplicate`].
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, Resource> {
        self.forget();
        self.list.iter_mut()
    }

    /// The resources as a slice.
    #[must_use]
    pub fn as_slice(&self) -> &[Resource] {
        &self.list
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The resource at a place in the order.
    #[must_use]
    pub fn get(&self, place: usize) -> Option<&Resource> {
        self.list.get(place)
    }

    /// The resource at a place in the order, to change it.
    pub fn get_mut(&mut self, place: usize) -> Option<&mut Resource> {
        self.forget();
        self.list.get_mut(place)
    }

    /// Changes the resource at a place. Unlike after [`Self::get_mut`] what is known of all others stays known, so
    /// that many changes of single resources cost no look at all of them.
    pub(crate) fn change<R>(&mut self, place: usize, change: impl FnOnce(&mut Resource) -> R) -> Option<R> {
        let resource = self.list.get_mut(place)?;
        let (before, earlier) = (identity(resource.id()), resource.previous_ids().len());
        let result = change(resource);
        let is_same = identity(resource.id()) == before;
        self.may_repeat |= !is_same;
        self.may_be_empty |= resource.is_empty();
        if !is_same || resource.previous_ids().len() != earlier {
            self.index.add(place, resource);
        }
        Some(result)
    }

    /// Anything may be different from now on.
    fn forget(&mut self) {
        self.may_repeat = true;
        self.may_be_empty = true;
        self.index.clear();
    }

    /// Adds a resource at the end.
    ///
    /// # Errors
    ///
    /// [`AppendError`] when its identity is already there.
    pub fn append(&mut self, resource: Resource) -> Result<(), AppendError> {
        let existing =
            self.index.holders(&self.list, resource.id()).into_iter().find(|place| {
                self.list.get(*place).is_some_and(|other| other.id().same_object(resource.id()))
            });
        if let Some(place) = existing {
            let existing = Box::new(self.list[place].clone());
            return Err(AppendError { added: Box::new(resource), existing });
        }
        self.push(resource);
        Ok(())
    }

    fn push(&mut self, resource: Resource) {
        self.may_be_empty |= resource.is_empty();
        self.index.add(self.list.len(), &resource);
        self.list.push(resource);
    }

    /// Adds resources at the end, in order.
    ///
    /// # Errors
    ///
    /// [`AppendError`] for the first whose identity is already there.
    pub fn append_all(&mut self, resources: impl IntoIterator<Item = Resource>) -> Result<(), AppendError> {
        let start = self.list.len();
        if self.duplicate().is_none() {
            for resource in resources {
                if let Err(error) = self.append(resource) {
                    self.list.truncate(start);
                    self.forget();
                    return Err(error);
                }
            }
            return Ok(());
        }
        // Two that were there before are the same: that comes first.
        self.list.extend(resources);
        self.forget();
        let Some((first, second)) = self.duplicate() else { return Ok(()) };
        let existing = Box::new(self.list[first].clone());
        let added = Box::new(self.list[second].clone());
        self.list.truncate(start);
        Err(AppendError { added, existing })
    }

    /// The places of two resources with the same identity, if there are any: the first pair in order.
    #[must_use]
    pub fn duplicate(&mut self) -> Option<(usize, usize)> {
        let found = self.find_duplicate();
        self.may_repeat = found.is_some();
        found
    }

    /// As [`Self::duplicate`], without remembering that there are none.
    #[must_use]
    pub fn find_duplicate(&self) -> Option<(usize, usize)> {
        if !self.may_repeat {
            return None;
        }
        let mut seen = FxHashSet::default();
        seen.reserve(self.list.len());
        let second = self.list.iter().position(|resource| !seen.insert(key(resource.id())))?;
        let first = self.list.iter().position(|other| other.id().same_object(self.list[second].id()))?;
        Some((first, second))
    }

    /// The places of the resources that have, or ever had, an identity that `matches`.
    pub fn matching_any_id(&self, matches: impl Fn(&ResourceId) -> bool) -> Vec<usize> {
        (0..self.list.len()).filter(|place| self.had_id(*place, &matches)).collect()
    }

    /// The places of the resources that are, or ever were, the same object as `id`.
    pub(crate) fn holders(&mut self, id: &ResourceId) -> Vec<usize> {
        let mut places = self.index.holders(&self.list, id);
        places.retain(|place| self.had_id(*place, &|other: &ResourceId| other.same_object(id)));
        places
    }

    /// The places where a resource with this name may stand, be it its present name or one that it had; every place
    /// when these are few enough to look at them all.
    pub(crate) fn perhaps_named(&mut self, name: &str) -> Vec<usize> {
        self.index.named(&self.list, name)
    }

    fn had_id(&self, place: usize, matches: &impl Fn(&ResourceId) -> bool) -> bool {
        let resource = &self.list[place];
        !resource.is_empty() && (matches(resource.id()) || resource.previous_ids().iter().any(matches))
    }

    /// Puts a resource in the place of another one.
    pub(crate) fn replace(&mut self, place: usize, resource: Resource) {
        if let Some(old) = self.list.get_mut(place) {
            *old = resource;
            self.may_repeat = true;
            self.may_be_empty = true;
            self.index.add(place, &self.list[place]);
        }
    }

    /// Takes out the resources of which nothing is left.
    pub fn drop_empty(&mut self) {
        if self.may_be_empty {
            self.retain(|resource| !resource.is_empty());
            self.may_be_empty = false;
        }
    }

    /// Takes out the resources that `keep` refuses.
    pub fn retain(&mut self, keep: impl FnMut(&Resource) -> bool) {
        let before = self.list.len();
        self.list.retain(keep);
        if self.list.len() != before {
            self.index.clear();
        }
    }

    /// Says whether other resources of the build are elsewhere.
    pub(crate) fn set_part(&mut self, is_part: bool) {
        self.is_part = is_part;
    }

    /// Whether other resources of the build are elsewhere.
    pub(crate) fn is_part(&self) -> bool {
        self.is_part
    }

    /// The resources, in order.
    #[must_use]
    pub fn into_vec(self) -> Vec<Resource> {
        self.list
    }
}

impl From<Vec<Resource>> for ResourceMap {
    fn from(list: Vec<Resource>) -> Self {
        Self { list, may_repeat: true, may_be_empty: true, index: Index::default(), is_part: false }
    }
}

impl<'a> IntoIterator for &'a ResourceMap {
    type Item = &'a Resource;
    type IntoIter = std::slice::Iter<'a, Resource>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}
