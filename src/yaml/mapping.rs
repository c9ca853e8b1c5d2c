//! Reading and changing the entries of a map.

use compact_str::CompactString;

use super::{Entry, Mapping, Node};

/// A map is a list of entries: real maps have few keys, and a scan of those beats a hash.
impl Mapping {
    /// The entries in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Entry> {
        self.entries.iter()
    }

    /// Number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are no entries.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Where a key stands.
    #[must_use]
    pub fn position(&self, key: &str) -> Option<usize> {
        self.entries.iter().position(|entry| entry.key == key)
    }

    /// Whether a key is there.
    #[must_use]
    pub fn contains(&self, key: &str) -> bool {
        self.position(key).is_some()
    }

    /// The entry of a key.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The value of a key, to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        let at = self.position(key)?;
        Some(&mut self.entries[at].value)
    }

    /// Puts a value under a key: in the key's old place, or at the end. Returns the old value.
    ///
    /// No history is kept; use [`Node::overwrite`] on the value for that. A new key gets the value's mark.
    pub fn set(&mut self, key: impl Into<CompactString> + AsRef<str>, value: Node) -> Option<Node> {
        if let Some(old) = self.get_mut(key.as_ref()) {
            return Some(std::mem::replace(old, value));
        }
        self.entries.push(Entry::made(key, value.mark, value));
        None
    }

    /// Takes an entry out; the others keep their order.
    pub fn remove(&mut self, key: &str) -> Option<Node> {
        self.position(key).map(|index| self.entries.remove(index).value)
    }

    /// The value of a key, made by `make` at the end of the map if it is absent.
    pub fn get_or_insert_with(
        &mut self,
        key: impl Into<CompactString> + AsRef<str>,
        make: impl FnOnce() -> Node,
    ) -> &mut Node {
        let index = self.position(key.as_ref()).unwrap_or_else(|| {
            let value = make();
            self.entries.push(Entry::made(key, value.mark, value));
            self.entries.len() - 1
        });
        &mut self.entries[index].value
    }
}

impl<'a> IntoIterator for &'a Mapping {
    type Item = &'a Entry;
    type IntoIter = std::slice::Iter<'a, Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.iter()
    }
}

impl FromIterator<Entry> for Mapping {
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Self {
        Self { entries: entries.into_iter().collect() }
    }
}
