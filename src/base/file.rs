//! Places in files: small copyable marks for every node, and full spans for what people read.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashMap;

use super::RepoPath;

/// A file known to a [`FileTable`]; only that table can name it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FileId(u32);

impl FileId {
    /// Stands for "no file": text that was made in memory.
    pub const NONE: Self = Self(0);
}

/// The name of a file and the commit it was read from.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct FileName {
    /// Path from the root of its source.
    pub path: RepoPath,
    /// Full id of the commit whose tree the file was read from; `None` for the work tree or memory.
    pub revision: Option<Arc<str>>,
}

/// Gives every file name a small number, so that a node can carry its place in twelve bytes.
///
/// Shared by all builds of one engine; entries are only ever added.
#[derive(Debug)]
pub struct FileTable {
    inner: RwLock<TableInner>,
}

#[derive(Debug)]
struct TableInner {
    names: Vec<FileName>,
    ids: FxHashMap<FileName, FileId>,
}

impl Default for FileTable {
    fn default() -> Self {
        let nothing = FileName { path: RepoPath::root(), revision: None };
        Self { inner: RwLock::new(TableInner { names: vec![nothing], ids: FxHashMap::default() }) }
    }
}

impl FileTable {
    /// The number of a file; the same name always gets the same number.
    pub fn id(&self, name: &FileName) -> FileId {
        let known = self.inner.read().unwrap_or_else(PoisonError::into_inner).ids.get(name).copied();
        known.unwrap_or_else(|| {
            let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
            if let Some(id) = inner.ids.get(name) {
                return *id;
            }
            let id = FileId(u32::try_from(inner.names.len()).unwrap_or(0));
            inner.names.push(name.clone());
            inner.ids.insert(name.clone(), id);
            id
        })
    }

    /// The name behind a number; `None` for [`FileId::NONE`] and for numbers of another table.
    pub fn name(&self, id: FileId) -> Option<FileName> {
        if id == FileId::NONE {
            return None;
        }
        self.inner.read().unwrap_or_else(PoisonError::into_inner).names.get(id.0 as usize).cloned()
    }

    /// A mark as a span that can be shown; `None` when the mark names no file.
    pub fn span(&self, mark: Mark) -> Option<Span> {
        self.name(mark.file).map(|file| Span { file, line: mark.line, column: mark.column })
    }
}

/// A place in a file: what a YAML node remembers about where it was written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Mark {
    /// The file, or [`FileId::NONE`].
    pub file: FileId,
    /// Line, counted from 1; 0 when unknown.
    pub line: u32,
    /// Column in characters, counted from 1; 0 when unknown.
    pub column: u32,
}

impl Mark {
    /// Stands for "made in memory".
    pub const NONE: Self = Self { file: FileId::NONE, line: 0, column: 0 };
}

/// A place in a named file, as shown to people.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Span {
    /// The file.
    pub file: FileName,
    /// Line, counted from 1; 0 means the whole file.
    pub line: u32,
    /// Column in characters, counted from 1; 0 means the whole line.
    pub column: u32,
}

impl Span {
    /// The whole of a file in the work tree.
    #[must_use]
    pub fn of_file(path: RepoPath) -> Self {
        Self { file: FileName { path, revision: None }, line: 0, column: 0 }
    }
}

/// `path:line:column`, as far as they are known; the revision is left out.
impl fmt::Display for Span {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.file.path)?;
        if self.line > 0 {
            write!(formatter, ":{}", self.line)?;
            if self.column > 0 {
                write!(formatter, ":{}", self.column)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_number_and_a_number_its_name() {
        let table = FileTable::default();
        let name = |path: &str| FileName { path: RepoPath::parse(path).unwrap(), revision: None };
        let first = table.id(&name("a.yaml"));
        let second = table.id(&name("b.yaml"));
        assert_ne!(first, second);
        assert_eq!(table.id(&name("a.yaml")), first);
        assert_eq!(table.name(second), Some(name("b.yaml")));
        assert_eq!(table.name(FileId::NONE), None);
    }
}
