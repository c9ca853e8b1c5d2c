//! A draft on files that somebody else has changed: applied again, or a conflict that shows all three values.

use crate::base::RepoPath;
use crate::vfs::Source;

use super::draft::read;
use super::{Draft, DraftEntry, DraftError, FileChange};

/// A value that the draft sets and that somebody else has set to something else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Conflict {
    /// The operation of the draft.
    pub entry: DraftEntry,
    /// The file.
    pub path: RepoPath,
    /// The line of the value in the file as it is now.
    pub line: Option<u32>,
    /// The value as it was when the draft was made; `None` when there was none.
    pub base: Option<String>,
    /// The value as it is now; `None` when there is none.
    pub theirs: Option<String>,
    /// The value of the draft; `None` when the draft takes it away.
    pub ours: Option<String>,
}

/// Why a draft cannot simply be applied to files that have changed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RebaseError {
    /// The same values were changed to something else.
    #[error("{} of the draft's values were changed by somebody else", .0.len())]
    Conflicts(Vec<Conflict>),
    /// The draft does not fit the files any more.
    #[error(transparent)]
    Draft(#[from] DraftError),
}

/// Applies a draft that was made on `loaded` to the files as they are now.
///
/// # Errors
///
/// [`RebaseError`] when somebody else has changed one of the draft's values to something else than the draft, or
/// an operation does not fit any more (its service is gone, a file is half written).
pub fn rebase(draft: &Draft, loaded: &dyn Source, now: &dyn Source) -> Result<Vec<FileChange>, RebaseError> {
    let entries = draft.unsaved_entries();
    let mut conflicts = Vec::new();
    for (position, entry) in entries.iter().enumerate() {
        // Of several entries for one value the last one counts.
        if entries[position + 1..].iter().any(|later| later.operation.same_place(&entry.operation)) {
            continue;
        }
        conflicts.extend(conflict(draft, entry, loaded, now)?);
    }
    if conflicts.is_empty() {
        Ok(draft.changes_to_write(now)?)
    } else {
        Err(RebaseError::Conflicts(conflicts))
    }
}

fn conflict(
    draft: &Draft,
    entry: &DraftEntry,
    loaded: &dyn Source,
    now: &dyn Source,
) -> Result<Option<Conflict>, DraftError> {
    let operation = &entry.operation;
    let path = operation.file(draft.catalog_files());
    let (old, new) = (read(path, loaded)?.unwrap_or_default(), read(path, now)?.unwrap_or_default());
    if old == new {
        return Ok(None);
    }
    let failed = |error| DraftError::Edit { operation: operation.to_string(), path: path.clone(), error };
    let base = operation.current(&old).map_err(failed)?;
    let theirs = operation.current(&new).map_err(failed)?;
    // What they wrote may be what the draft wants, whatever the quotes.
    let wanted = operation.apply(&new).map_err(failed)?;
    if base == theirs || *wanted == *new {
        return Ok(None);
    }
    let ours = operation.current(&wanted).map_err(failed)?;
    let line = operation.line(&new).map_err(failed)?;
    Ok(Some(Conflict { entry: entry.clone(), path: path.clone(), line, base, theirs, ours }))
}
