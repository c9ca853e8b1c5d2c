//! What `overlens generate` writes: the files of targets and of the layers that they reach, as a plan.
//!
//! The plan is data. Whoever carries it out writes [`GeneratePlan::writes`] in order, then removes
//! [`GeneratePlan::removals`]; nothing of somebody else is among them.

mod ownership;
mod reach;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use ownership::RECORD;

use self::ownership::Record;
use super::composition::{Composition, LayerUse, layers_directory};
use super::resolution::Revision;
use crate::base::{Diagnostic, RepoPath, Span};
use crate::vfs::{ContentId, Source, SourceError};

/// A file to be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlannedFile {
    /// Where, seen from the directory that holds all targets.
    pub path: RepoPath,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
}

/// What is to be done on disk.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct GeneratePlan {
    /// Files that are new or change; the record of ownership is the last one.
    pub writes: Vec<PlannedFile>,
    /// Files of earlier runs that the targets do not have any more.
    pub removals: Vec<RepoPath>,
    /// Number of files that are already as they should be.
    pub unchanged: usize,
}

/// The files that targets need.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    files: BTreeMap<RepoPath, Arc<[u8]>>,
    /// Directories whose files of earlier runs go when they are not wanted any more.
    directories: BTreeSet<RepoPath>,
    /// Layers whose files are among [`Self::files`].
    layers: BTreeSet<RepoPath>,
}

impl Wanted {
    /// Adds the files of a target.
    pub fn add_target(&mut self, composition: &Composition) {
        self.directories.insert(composition.directory.clone());
        for file in &composition.files {
            self.files.insert(file.path.clone(), Arc::from(file.text.as_bytes()));
        }
    }

    /// Adds the files that layers reach in the source of their revision: their kustomizations and whatever these
    /// name, bases included. Layers that were added before cost nothing.
    ///
    /// # Errors
    ///
    /// A file that is named cannot be read.
    pub fn add_layers(
        &mut self,
        layers: &[LayerUse],
        revision: &Revision,
        source: &dyn Source,
    ) -> Result<(), Diagnostic> {
        let root = layers_directory(revision);
        for layer in layers {
            let place = root.join(layer.path.as_str()).unwrap_or_else(|_| root.clone());
            if self.layers.insert(place) {
                for (path, bytes) in reach::files(source, &layer.path)? {
                    if let Ok(path) = root.join(path.as_str()) {
                        self.files.insert(path, bytes);
                    }
                }
            }
        }
        Ok(())
    }

    /// Number of files.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether nothing is wanted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Compares with what is on disk: `disk` is the directory that holds all targets (empty if it is not there).
    ///
    /// A file is overwritten or removed only if its record says that it was generated and it has not been changed
    /// since. A file that already has the wanted bytes is fine whoever wrote it.
    ///
    /// # Errors
    ///
    /// One diagnostic for each file that stands in the way. Then nothing must be written at all.
    pub fn plan(&self, disk: &dyn Source) -> Result<GeneratePlan, Vec<Diagnostic>> {
        let record = Record::read(disk).map_err(|problem| vec![problem])?;
        let mut next = record.clone();
        let mut plan = GeneratePlan::default();
        let mut problems = Vec::new();
        for (path, bytes) in &self.files {
            match in_the_way(path, bytes, &record, disk) {
                Ok(true) => plan.unchanged += 1,
                Ok(false) => plan.writes.push(PlannedFile { path: path.clone(), bytes: bytes.clone() }),
                Err(problem) => problems.push(problem),
            }
            next.files.insert(path.clone(), ContentId::of(bytes));
        }
        for (path, id) in &record.files {
            let stale = !self.files.contains_key(path)
                && self.directories.iter().any(|directory| path.is_within(directory));
            if !stale {
                continue;
            }
            next.files.remove(path);
            match disk.read(path) {
                Ok(content) if content.id() == *id => plan.removals.push(path.clone()),
                Ok(_) => problems.push(changed(path, disk, "would be removed")),
                Err(SourceError::NotFound(_)) => {}
                Err(error) => problems.push(unreadable(path, &error, disk)),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        if next != record {
            let bytes = Arc::from(next.text().as_bytes());
            plan.writes.push(PlannedFile { path: RepoPath::root().child(RECORD), bytes });
        }
        Ok(plan)
    }
}

/// Whether the file is already as wanted; an error if somebody else's file is in its place.
fn in_the_way(path: &RepoPath, bytes: &[u8], record: &Record, disk: &dyn Source) -> Result<bool, Diagnostic> {
    let present = match disk.read(path) {
        Ok(present) => present,
        // A file where a directory is needed is in the way too, and found when its own path is looked at.
        Err(SourceError::NotFound(_)) => return blocked_above(path, disk).map_or(Ok(false), Err),
        Err(error) => return Err(unreadable(path, &error, disk)),
    };
    if *present.bytes == *bytes {
        return Ok(true);
    }
    match record.files.get(path) {
        Some(id) if *id == present.id() => Ok(false),
        Some(_) => Err(changed(path, disk, "would be overwritten")),
        None => Err(Diagnostic::error(
            "generate/foreign-file",
            format!("`{path}` would be overwritten, and it was not generated"),
        )
        .at(Span { file: disk.file_name(path), line: 0, column: 0 }, "")
        .hint("Move it away, or choose another directory with `--out`. Nothing was written.")),
    }
}

/// A file that stands where one of the directories above a wanted file has to be.
fn blocked_above(path: &RepoPath, disk: &dyn Source) -> Option<Diagnostic> {
    let mut above = path.parent();
    while let Some(directory) = above.filter(|directory| !directory.is_root()) {
        if let Ok(Some(crate::vfs::EntryKind::File)) = disk.kind(&directory) {
            let message = format!("`{directory}` is a file, and a directory is needed there");
            return Some(
                Diagnostic::error("generate/foreign-file", message)
                    .at(Span { file: disk.file_name(&directory), line: 0, column: 0 }, "")
                    .hint("Move it away, or choose another directory with `--out`. Nothing was written."),
            );
        }
        above = directory.parent();
    }
    None
}

fn changed(path: &RepoPath, disk: &dyn Source, what: &str) -> Diagnostic {
    Diagnostic::error("generate/changed-file", format!("`{path}` {what}, and it was changed after it was generated"))
        .at(Span { file: disk.file_name(path), line: 0, column: 0 }, "")
        .hint("Put the change into the catalog or a layer and remove the file, or choose another directory with `--out`. Nothing was written.")
}

fn unreadable(path: &RepoPath, error: &SourceError, disk: &dyn Source) -> Diagnostic {
    Diagnostic::error(
        "generate/unreadable",
        format!("it cannot be told whether `{path}` was generated: {error}"),
    )
    .at(Span { file: disk.file_name(path), line: 0, column: 0 }, "")
    .hint("Move it away, or choose another directory with `--out`. Nothing was written.")
}
