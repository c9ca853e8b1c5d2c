//! The children of a collection. Clones share them until one of the clones changes.

use std::fmt::{self, Debug};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// A growable list whose clones share the memory. Reading is free; the first change of a shared list copies it, one level
/// deep: what its items hold stays shared.
///
/// A tree that is used by many builds is copied as far as each of them changes it, and no further. Look before you
/// change: `iter_mut` over a tree of which nothing changes copies all of it.
///
/// What was found out of the items and everything below them is remembered beside them (see [`Fact`]), so that a look at
/// a whole tree costs no more than a look at what changed since the last one.
#[derive(Clone)]
pub struct Items<T>(Arc<Shared<T>>);

struct Shared<T> {
    items: Vec<T>,
    /// The facts that hold, a bit for each. Whoever changes an item, or anything below one, comes by here and clears them.
    facts: AtomicU8,
}

/// Something that holds for items and for everything below them, until something in there changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fact {
    /// They have the form that a way over JSON gives them.
    NormalForm = 1,
    /// No key of a map has lost quotes that it needs.
    Quoted = 2,
    /// They are entries in the order in which they are printed; of what is below them this says nothing.
    Sorted = 4,
    /// There is no list of containers.
    NoContainers = 8,
}

impl<T> Items<T> {
    /// Whether both are the same memory, and so equal.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Whether a fact holds: what is known of it, or what `holds` finds out. What holds is remembered, what does not is
    /// looked at again.
    pub fn has(&self, fact: Fact, holds: impl FnOnce(&[T]) -> bool) -> bool {
        // A fact says nothing of other memory, so the order of loads and stores does not matter.
        if self.0.facts.load(Ordering::Relaxed) & fact as u8 != 0 {
            return true;
        }
        let holds = holds(&self.0.items);
        if holds {
            self.0.facts.fetch_or(fact as u8, Ordering::Relaxed);
        }
        holds
    }
}

impl<T> Shared<T> {
    fn new(items: Vec<T>) -> Self {
        Self { items, facts: AtomicU8::new(0) }
    }

    /// The items, to change them.
    fn change(&mut self) -> &mut Vec<T> {
        *self.facts.get_mut() = 0;
        &mut self.items
    }
}

/// A copy is made to be changed, so it begins without facts.
impl<T: Clone> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self::new(self.items.clone())
    }
}

impl<T: Clone> Items<T> {
    /// Adds an item at the end. What is shared is copied with room for it and for some more, as labels come several at a
    /// time, so that it is not copied twice.
    pub fn push(&mut self, item: T) {
        match Arc::get_mut(&mut self.0) {
            Some(own) => own.change().push(item),
            None => {
                let mut own = Vec::with_capacity(self.len() + 4);
                own.extend_from_slice(self);
                own.push(item);
                *self = Self::from(own);
            }
        }
    }
}

impl<T: Debug> Debug for Items<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.items.fmt(formatter)
    }
}

impl<T> Default for Items<T> {
    fn default() -> Self {
        Self::from(Vec::new())
    }
}

impl<T: PartialEq> PartialEq for Items<T> {
    fn eq(&self, other: &Self) -> bool {
        self.is_same(other) || self.0.items == other.0.items
    }
}

impl<T: Eq> Eq for Items<T> {}

impl<T> Deref for Items<T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        &self.0.items
    }
}

impl<T: Clone> DerefMut for Items<T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        Arc::make_mut(&mut self.0).change()
    }
}

impl<T> From<Vec<T>> for Items<T> {
    fn from(items: Vec<T>) -> Self {
        Self(Arc::new(Shared::new(items)))
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
        Arc::unwrap_or_clone(self.0).items.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Items<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.items.iter()
    }
}

impl<'a, T: Clone> IntoIterator for &'a mut Items<T> {
    type Item = &'a mut T;
    type IntoIter = std::slice::IterMut<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}
