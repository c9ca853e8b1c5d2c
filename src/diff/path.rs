//! The path of a field as data and as people write it: `spec.containers[name=app].image`.

use std::fmt;

use compact_str::CompactString;

/// One step of a path.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PathStep {
    /// A key of a map.
    Key(CompactString),
    /// The item of a list whose `name` this is.
    Name(CompactString),
    /// An item of a list whose items have no names, counted from 0.
    Index(usize),
}

/// The steps from the top of a resource to a field.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct FieldPath(pub Vec<PathStep>);

impl FieldPath {
    /// The last key; `None` for the resource itself. Items of lists are skipped.
    #[must_use]
    pub fn last_key(&self) -> Option<&str> {
        self.keys().last()
    }

    /// The keys of the path without items of lists.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.iter().filter_map(|step| match step {
            PathStep::Key(key) => Some(key.as_str()),
            PathStep::Name(_) | PathStep::Index(_) => None,
        })
    }
}

/// As `blame` reads it.
impl fmt::Display for FieldPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut path = String::new();
        for step in &self.0 {
            match step {
                PathStep::Key(key) => push_key(&mut path, key),
                PathStep::Name(name) => path.extend(["[name=", name, "]"]),
                PathStep::Index(index) => path.push_str(&format!("[{index}]")),
            }
        }
        formatter.write_str(&path)
    }
}

/// Adds a key to the text of a path: behind a dot, or in brackets when it has dots or brackets of its own.
pub fn push_key(path: &mut String, key: &str) {
    let is_plain = !key.is_empty() && !key.contains(['.', '[', ']', ':', '\\']);
    match (is_plain, path.is_empty()) {
        (true, true) => path.push_str(key),
        (true, false) => path.extend([".", key]),
        (false, _) => path.extend(["[", key, "]"]),
    }
}
