//! The children of a collection. Clones share them until one of the clones changes.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// A growable list whose clones share the memory. Reading is free; the first change of a shared list copies it, one level
/// deep: what its items hold stays shared.
///
/// A tree that is used by many builds is copied as far as each of them changes it, and no further. Look before you
/// change: `iter_mut` over a tree of which nothing changes copies all of it.
#[derive(Clone, Debug)]
pub struct Items<T>(Arc<Vec<T>>);

impl<T> Items<T> {
    /// Whether both are the same memory, and so equal.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl<T: Clone> Items<T> {
    /// Adds an item at the end. What is shared is copied with room for it, so that it is not copied twice.
    pub fn push(&mut self, item: T) {
        match Arc::get_mut(&mut self.0) {
            Some(own) => own.push(item),
            None => {
                let mut own = Vec::with_capacity(self.0.len() + 1);
                own.extend_from_slice(&self.0);
                own.push(item);
                self.0 = Arc::new(own);
            }
        }
    }
}

impl<T> Default for Items<T> {
    fn default() -> Self {
        Self(Arc::new(Vec::new()))
    }
}

impl<T: PartialEq> PartialEq for Items<T> {
    fn eq(&self, other: &Self) -> bool {
        self.is_same(other) || self.0 == other.0
    }
}

impl<T: Eq> Eq for Items<T> {}

impl<T> Deref for Items<T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        &self.0
    }
}

impl<T: Clone> DerefMut for Items<T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        Arc::make_mut(&mut self.0)
    }
}

impl<T> From<Vec<T>> for Items<T> {
    fn from(items: Vec<T>) -> Self {
        Self(Arc::new(items))
    }
}

impl<T> FromIterator<T> for Items<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self::from(Vec::from_iter(items))
    }
}

impl<T: Clone> IntoIterator for Items<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        Arc::unwrap_or_clone(self.0).into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Items<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<'a, T: Clone> IntoIterator for &'a mut Items<T> {
    type Item = &'a mut T;
    type IntoIter = std::slice::IterMut<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}
