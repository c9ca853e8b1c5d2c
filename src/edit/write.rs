//! The only writer of the user's files: all checked first, each replaced at once, undone if one fails.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::base::{Diagnostic, RepoPath, Span};

use super::FileChange;
use super::disk::{Disk, SystemDisk};

/// What [`write()`] may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// Check and write.
    Write,
    /// Check everything, write nothing.
    CheckOnly,
    /// The session was started with `--readonly`: refuse.
    ReadOnly,
}

/// What was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written {
    /// The files, in the order in which they were written; none after [`Mode::CheckOnly`].
    pub files: Vec<RepoPath>,
}

/// A file that is not what it was when it was loaded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChangedFile {
    /// The file.
    pub path: RepoPath,
    /// The text as it was loaded; `None` when the file was not there.
    pub loaded: Option<Arc<str>>,
    /// The text on disk; `None` when the file is gone.
    pub on_disk: Option<Arc<str>>,
}

/// Why nothing, or not everything, was written.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum WriteError {
    /// The session is read-only.
    #[error("this session is read-only")]
    ReadOnlySession,
    /// Somebody else has changed files since they were loaded. Nothing was written.
    #[error("{} changed on disk since it was loaded", names(.0.iter().map(|file| &file.path)))]
    Changed(Vec<ChangedFile>),
    /// A path leads out of the root through a symbolic link. Nothing was written.
    #[error("`{path}` is a symbolic link that leads outside the repository (to `{target}`)")]
    LinkOutside {
        /// The file.
        path: RepoPath,
        /// Where it leads.
        target: PathBuf,
    },
    /// A file or its directory may not be written. Nothing was written.
    #[error("`{path}` cannot be written: {reason}")]
    NotWritable {
        /// The file.
        path: RepoPath,
        /// What stands in the way.
        reason: String,
    },
    /// The disk failed while files were written.
    #[error("`{path}` could not be written: {reason}{}", outcome(restored, left))]
    Failed {
        /// The file that failed.
        path: RepoPath,
        /// What the system said.
        reason: String,
        /// Files that had been written and were changed back.
        restored: Vec<RepoPath>,
        /// Files that had been written and could not be changed back: they hold the new text.
        left: Vec<RepoPath>,
    },
}

fn names<'a>(paths: impl Iterator<Item = &'a RepoPath>) -> String {
    paths.map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ")
}

fn outcome(restored: &[RepoPath], left: &[RepoPath]) -> String {
    match (restored.is_empty(), left.is_empty()) {
        (true, true) => "; nothing was changed".to_owned(),
        (false, true) => format!("; {} changed back, nothing was changed", names(restored.iter())),
        (true, false) => format!("; already written: {}", names(left.iter())),
        (false, false) => {
            format!("; changed back: {}; already written: {}", names(restored.iter()), names(left.iter()))
        }
    }
}

impl WriteError {
    /// The error as a problem to be shown.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        let (code, path, hint) = match self {
            Self::ReadOnlySession => ("write/read-only", None, "Start again without `--readonly`."),
            Self::Changed(files) => (
                "write/changed",
                files.first().map(|file| &file.path),
                "Load the files again; the draft is applied to the new text.",
            ),
            Self::LinkOutside { path, .. } => {
                ("write/link-outside", Some(path), "Edit the file that the link leads to, in its own place.")
            }
            Self::NotWritable { path, .. } => {
                ("write/not-writable", Some(path), "Change the permissions; the draft is kept until then.")
            }
            Self::Failed { path, .. } => (
                "write/failed",
                Some(path),
                "Look for space on the disk and its permissions; the draft is kept.",
            ),
        };
        let place = path.map(|path| Span::of_file(path.clone()));
        Diagnostic::error(code, self.to_string()).at_maybe(place, "").hint(hint)
    }
}

/// A change that passed all checks.
struct Checked<'a> {
    change: &'a FileChange,
    /// The file to be replaced, links followed.
    target: PathBuf,
}

/// Writes the changes of a draft to the files below `root`.
///
/// Every file is checked first: it must hold the text that was loaded, lie inside the root (links are followed
/// and kept), and be writable. Then each file is replaced by a complete new one with the same permissions, so
/// that a crash leaves either the old or the new text. When one fails, those before it are changed back.
///
/// # Errors
///
/// [`WriteError`], which says exactly what was written. In all cases but [`WriteError::Failed`] nothing was.
pub fn write(root: &Path, changes: &[FileChange], mode: Mode) -> Result<Written, WriteError> {
    write_with(&SystemDisk, root, changes, mode)
}

/// [`write()`] over a disk that tests can make fail.
fn write_with(
    disk: &dyn Disk,
    root: &Path,
    changes: &[FileChange],
    mode: Mode,
) -> Result<Written, WriteError> {
    if mode == Mode::ReadOnly {
        return Err(WriteError::ReadOnlySession);
    }
    let checked = check(disk, root, changes)?;
    let mut files = Vec::new();
    if mode == Mode::CheckOnly {
        return Ok(Written { files });
    }
    for (position, file) in checked.iter().enumerate() {
        if let Err(error) = replace(disk, file) {
            let (restored, left) = roll_back(disk, &checked[..position]);
            let path = file.change.path.clone();
            return Err(WriteError::Failed { path, reason: error.to_string(), restored, left });
        }
        files.push(file.change.path.clone());
    }
    Ok(Written { files })
}

/// Replaces one file, unless somebody was faster.
fn replace(disk: &dyn Disk, file: &Checked<'_>) -> io::Result<()> {
    if !holds(disk, &file.target, file.change.old.as_deref()) {
        return Err(io::Error::other("somebody else changed it just now"));
    }
    disk.replace(&file.target, file.change.new.as_bytes())
}

fn holds(disk: &dyn Disk, target: &Path, text: Option<&str>) -> bool {
    disk.read(target).is_ok_and(|bytes| bytes.as_deref() == text.map(str::as_bytes))
}

fn roll_back(disk: &dyn Disk, done: &[Checked<'_>]) -> (Vec<RepoPath>, Vec<RepoPath>) {
    let (mut restored, mut left) = (Vec::new(), Vec::new());
    for file in done.iter().rev() {
        let result = match &file.change.old {
            _ if !holds(disk, &file.target, Some(&file.change.new)) => Err(io::ErrorKind::Other.into()),
            Some(old) => disk.replace(&file.target, old.as_bytes()),
            None => disk.remove(&file.target),
        };
        let list = if result.is_ok() { &mut restored } else { &mut left };
        list.push(file.change.path.clone());
    }
    (restored, left)
}

fn check<'a>(
    disk: &dyn Disk,
    root: &Path,
    changes: &'a [FileChange],
) -> Result<Vec<Checked<'a>>, WriteError> {
    let not_writable = |path: &RepoPath, error: &dyn std::fmt::Display| WriteError::NotWritable {
        path: path.clone(),
        reason: error.to_string(),
    };
    let real_root = disk.real_path(root).map_err(|error| not_writable(&RepoPath::root(), &error))?;
    let mut checked = Vec::new();
    let mut changed = Vec::new();
    for change in changes {
        let path = &change.path;
        let target = disk.target(&root.join(path.as_str())).map_err(|error| not_writable(path, &error))?;
        if !target.starts_with(&real_root) {
            return Err(WriteError::LinkOutside { path: path.clone(), target });
        }
        let on_disk = disk.read(&target).map_err(|error| not_writable(path, &error))?;
        if on_disk.as_deref() != change.old.as_deref().map(str::as_bytes) {
            let on_disk = on_disk.map(|bytes| Arc::from(String::from_utf8_lossy(&bytes)));
            changed.push(ChangedFile { path: path.clone(), loaded: change.old.clone(), on_disk });
            continue;
        }
        disk.check_writable(&target).map_err(|error| not_writable(path, &error))?;
        checked.push(Checked { change, target });
    }
    if changed.is_empty() { Ok(checked) } else { Err(WriteError::Changed(changed)) }
}

#[cfg(test)]
mod tests;
