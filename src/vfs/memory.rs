//! Files held in memory: compositions, embedded platforms and tests.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::links::{self, Step};
use super::{ContentId, DirEntry, EntryKind, FileContent, Source, SourceError};
use crate::base::{FileName, PathError, RepoPath};

/// A fixed set of files and links.
#[derive(Debug, Default)]
pub struct Memory {
    /// Every entry; the directories that hold them are among them.
    entries: BTreeMap<RepoPath, Entry>,
    /// Whether a path may lead elsewhere than to the entry under it: over a link, or nowhere as it is below a file.
    is_tangled: bool,
    id: OnceLock<ContentId>,
}

#[derive(Debug)]
enum Entry {
    File(FileContent),
    Directory,
    Link(String),
}

/// Why a text is not a set of files.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FixtureError {
    /// Text stands before the first `#- path` line.
    #[error("line {0}: text before the first `#- path` line")]
    NoHeader(usize),
    /// The path of a header is not a path inside the source.
    #[error("line {line}: {reason}")]
    Path {
        /// The line of the header, counted from 1.
        line: usize,
        /// What is wrong with the path.
        reason: PathError,
    },
}

impl Memory {
    /// A source of these files. A later file replaces an earlier one of the same path.
    pub fn new<Bytes: AsRef<[u8]>>(files: impl IntoIterator<Item = (RepoPath, Bytes)>) -> Self {
        Self::of(files.into_iter().map(|(path, bytes)| (path, FileContent::new(bytes.as_ref()))))
    }

    /// A source of files that only one build will read.
    pub fn read_once<Bytes: AsRef<[u8]>>(files: impl IntoIterator<Item = (RepoPath, Bytes)>) -> Self {
        Self::of(files.into_iter().map(|(path, bytes)| (path, FileContent::read_once(bytes.as_ref()))))
    }

    fn of(files: impl Iterator<Item = (RepoPath, FileContent)>) -> Self {
        let mut memory = Self::default();
        for (path, content) in files {
            memory.insert(&path, Entry::File(content));
        }
        memory
    }

    /// This source with a symbolic link, whose text is relative to the directory that holds it.
    #[must_use]
    pub fn with_link(mut self, path: &RepoPath, target: impl Into<String>) -> Self {
        self.insert(path, Entry::Link(target.into()));
        self
    }

    /// Reads several files from one text: a line `#- path` starts a file, `#- path -> target` is a symbolic link.
    ///
    /// Lines before the first header must be empty. Headers are YAML comments, so a whole fixture can be
    /// edited as YAML.
    ///
    /// # Errors
    ///
    /// [`FixtureError`] with the line that is wrong.
    pub fn fixture(text: &str) -> Result<Self, FixtureError> {
        let mut memory = Self::default();
        let mut file: Option<(RepoPath, String)> = None;
        for (index, line) in text.split_inclusive('\n').enumerate() {
            if let Some(header) = line.strip_prefix("#- ") {
                memory.insert_file(file.take());
                let (path, target) = match header.trim().split_once(" -> ") {
                    Some((path, target)) => (path, Some(target)),
                    None => (header.trim(), None),
                };
                let path =
                    RepoPath::parse(path).map_err(|reason| FixtureError::Path { line: index + 1, reason })?;
                match target {
                    Some(target) => memory.insert(&path, Entry::Link(target.to_owned())),
                    None => file = Some((path, String::new())),
                }
            } else if let Some((_, content)) = &mut file {
                content.push_str(line);
            } else if !line.trim().is_empty() {
                return Err(FixtureError::NoHeader(index + 1));
            }
        }
        memory.insert_file(file);
        Ok(memory)
    }

    /// The paths of all files, sorted; links are left out.
    pub fn files(&self) -> impl Iterator<Item = &RepoPath> {
        self.entries.iter().filter(|(_, entry)| matches!(entry, Entry::File(_))).map(|(path, _)| path)
    }

    fn insert_file(&mut self, file: Option<(RepoPath, String)>) {
        if let Some((path, content)) = file {
            self.insert(&path, Entry::File(FileContent::new(content.into_bytes())));
        }
    }

    /// Adds an entry and the directories above it; what stood in the way of a directory is replaced.
    fn insert(&mut self, path: &RepoPath, entry: Entry) {
        let mut above = path.parent();
        while let Some(directory) = above.filter(|directory| !directory.is_root()) {
            above = directory.parent();
            let slot = self.entries.entry(directory).or_insert(Entry::Directory);
            if matches!(slot, Entry::File(_)) {
                *slot = Entry::Directory;
            }
        }
        self.is_tangled |= matches!(entry, Entry::Link(_));
        let before = self.entries.insert(path.clone(), entry);
        self.is_tangled |= matches!(before, Some(Entry::Directory));
    }

    fn follow(&self, path: &RepoPath) -> Result<Option<(RepoPath, EntryKind)>, SourceError> {
        if !self.is_tangled && !path.is_root() {
            let is_directory = self.entries.get(path).map(|entry| matches!(entry, Entry::Directory));
            let kind = |is_directory| if is_directory { EntryKind::Directory } else { EntryKind::File };
            return Ok(is_directory.map(|is_directory| (path.clone(), kind(is_directory))));
        }
        links::follow(path, |path| {
            Ok(match self.entries.get(path) {
                None => Step::Missing,
                Some(Entry::File(_)) => Step::File,
                Some(Entry::Directory) => Step::Directory,
                Some(Entry::Link(target)) => Step::Link(target.clone()),
            })
        })
    }
}

impl Source for Memory {
    fn read(&self, path: &RepoPath) -> Result<FileContent, SourceError> {
        match self.entries.get(&self.canonical(path)?) {
            Some(Entry::File(content)) => Ok(content.clone()),
            _ => Err(SourceError::IsDirectory(path.clone())),
        }
    }

    fn kind(&self, path: &RepoPath) -> Result<Option<EntryKind>, SourceError> {
        Ok(self.follow(path)?.map(|(_, kind)| kind))
    }

    fn canonical(&self, path: &RepoPath) -> Result<RepoPath, SourceError> {
        self.follow(path)?.map(|(path, _)| path).ok_or_else(|| SourceError::NotFound(path.clone()))
    }

    fn list(&self, directory: &RepoPath) -> Result<Vec<DirEntry>, SourceError> {
        let Some((real, kind)) = self.follow(directory)? else {
            return Err(SourceError::NotFound(directory.clone()));
        };
        if kind == EntryKind::File {
            return Err(SourceError::NotDirectory(directory.clone()));
        }
        // `BTreeMap` order is not name order (`a-b` sorts before `a/x`), and a directory's children are not
        // next to each other, so all entries below are looked at: a memory source is small.
        let below = self.entries.keys().filter(|path| path.parent().as_ref() == Some(&real));
        let mut children: Vec<DirEntry> = below
            .filter_map(|path| {
                let kind = self.kind(path).ok()??;
                Some(DirEntry { name: path.name().to_owned(), kind })
            })
            .collect();
        children.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(children)
    }

    fn file_name(&self, path: &RepoPath) -> FileName {
        FileName { path: path.clone(), revision: None }
    }

    fn build_key(&self, directory: &RepoPath) -> Option<(ContentId, RepoPath)> {
        let id = self.id.get_or_init(|| {
            let mut all = Vec::new();
            for (path, entry) in &self.entries {
                all.extend_from_slice(path.as_str().as_bytes());
                match entry {
                    Entry::File(content) => {
                        all.extend_from_slice(b"\0f");
                        all.extend_from_slice(&content.id().0);
                    }
                    Entry::Directory => all.extend_from_slice(b"\0d"),
                    Entry::Link(target) => {
                        all.extend_from_slice(b"\0l");
                        all.extend_from_slice(target.as_bytes());
                        all.push(0);
                    }
                }
            }
            ContentId::of(&all)
        });
        Some((*id, directory.clone()))
    }
}
