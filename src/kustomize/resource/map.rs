//! The resources of a build in the order in which they were read, with identities kept unique.

use rustc_hash::FxHashSet;

use super::{Resource, ResourceId};

/// The resources of a build, in order.
///
/// Invariant of the append functions: no two resources have the same identity (see
/// [`ResourceId::same_object`]).
#[derive(Clone, Debug, Default)]
pub struct ResourceMap {
    list: Vec<Resource>,
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
    pub fn get(&self, index: usize) -> Option<&Resource> {
        self.list.get(index)
    }

    /// The resource at a place in the order, to change it.
    pub fn get_mut(&mut self, index: usize) -> Option<&mut Resource> {
        self.list.get_mut(index)
    }

    /// Adds a resource at the end.
    ///
    /// # Errors
    ///
    /// [`AppendError`] when its identity is already there.
    pub fn append(&mut self, resource: Resource) -> Result<(), AppendError> {
        if let Some(existing) = self.list.iter().find(|other| other.id().same_object(resource.id())) {
            return Err(AppendError { added: Box::new(resource), existing: Box::new(existing.clone()) });
        }
        self.list.push(resource);
        Ok(())
    }

    /// Adds resources at the end, in order.
    ///
    /// # Errors
    ///
    /// [`AppendError`] for the first whose identity is already there.
    pub fn append_all(&mut self, resources: impl IntoIterator<Item = Resource>) -> Result<(), AppendError> {
        let start = self.list.len();
        self.list.extend(resources);
        match self.duplicate() {
            None => Ok(()),
            Some((first, second)) => {
                let existing = Box::new(self.list[first].clone());
                let added = Box::new(self.list[second].clone());
                self.list.truncate(start);
                Err(AppendError { added, existing })
            }
        }
    }

    /// The places of two resources with the same identity, if there are any: the first pair in order.
    #[must_use]
    pub fn duplicate(&self) -> Option<(usize, usize)> {
        let mut seen = FxHashSet::default();
        seen.reserve(self.list.len());
        let second = self.list.iter().position(|resource| !seen.insert(key(resource.id())))?;
        let first = self.list.iter().position(|other| other.id().same_object(self.list[second].id()))?;
        Some((first, second))
    }

    /// The places of the resources that have, or ever had, an identity that `matches`.
    pub fn matching_any_id(&self, matches: impl Fn(&ResourceId) -> bool) -> Vec<usize> {
        let fits = |resource: &Resource| {
            !resource.is_empty() && (matches(resource.id()) || resource.previous_ids().iter().any(&matches))
        };
        self.list.iter().enumerate().filter(|(_, resource)| fits(resource)).map(|(index, _)| index).collect()
    }

    /// Puts a resource in the place of another one.
    pub(crate) fn replace(&mut self, index: usize, resource: Resource) {
        self.list[index] = resource;
    }

    /// Takes out the resources of which nothing is left.
    pub fn drop_empty(&mut self) {
        self.list.retain(|resource| !resource.is_empty());
    }

    /// Takes out the resources that `keep` refuses.
    pub fn retain(&mut self, keep: impl FnMut(&Resource) -> bool) {
        self.list.retain(keep);
    }

    /// The resources, in order.
    #[must_use]
    pub fn into_vec(self) -> Vec<Resource> {
        self.list
    }
}

/// Resources that are known to have different identities.
impl From<Vec<Resource>> for ResourceMap {
    fn from(list: Vec<Resource>) -> Self {
        Self { list }
    }
}

impl<'a> IntoIterator for &'a ResourceMap {
    type Item = &'a Resource;
    type IntoIter = std::slice::Iter<'a, Resource>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}
