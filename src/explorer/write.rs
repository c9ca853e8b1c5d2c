//! Puts a draft on the disk, through the one writer.

use super::Shared;
use crate::base::{Diagnostic, Span};
use crate::edit::{self, Draft, FileChange, RebaseError, WriteError};
use crate::report::answer::{WriteFailure, Written};

impl Shared {
    /// Writes a draft; a file that somebody else changed gets the draft's edits on its new text, unless they meet.
    pub(super) fn write(&self, draft: &mut Draft) -> Result<Written, WriteFailure> {
        if !self.platform.is_work_tree {
            return Err(failure(
                Diagnostic::error(
                    "edit/not-work-tree",
                    format!("the catalog is that of `{}`", self.platform.catalog_from),
                )
                .hint("Open the platform without `--at` to edit it."),
            ));
        }
        let loaded = self.platform.catalog();
        let changes = draft.changes_to_write(&*loaded).map_err(|error| failure(error.diagnostic()))?;
        match self.put(draft, &changes) {
            Ok(()) => Ok(written(&changes, false)),
            Err(WriteError::Changed(_)) => {
                let now = self.platform.fresh_catalog();
                let rebased =
                    edit::rebase(draft, &*loaded, &*now).map_err(|error| failure(conflict(&error)))?;
                self.put(draft, &rebased).map_err(|error| failure(error.diagnostic()))?;
                Ok(written(&rebased, true))
            }
            Err(error) => Err(failure(error.diagnostic())),
        }
    }

    fn put(&self, draft: &mut Draft, changes: &[FileChange]) -> Result<(), WriteError> {
        edit::write(&self.platform.root, changes, edit::Mode::Write)?;
        draft.mark_written(changes);
        Ok(())
    }
}

/// What stands where, for a draft that meets somebody else's change.
fn conflict(error: &RebaseError) -> Diagnostic {
    let conflicts = match error {
        RebaseError::Draft(error) => return error.diagnostic(),
        RebaseError::Conflicts(conflicts) => conflicts,
    };
    let shown = |value: &Option<String>| value.as_deref().unwrap_or("(nothing)").to_owned();
    let mut problem = Diagnostic::error("edit/conflict", error.to_string());
    for conflict in conflicts {
        let mut span = Span::of_file(conflict.path.clone());
        span.line = conflict.line.unwrap_or(0);
        let (base, theirs, ours) = (shown(&conflict.base), shown(&conflict.theirs), shown(&conflict.ours));
        let text =
            format!("{}: was {base}, is now {theirs}, the draft says {ours}", conflict.entry.operation);
        problem = match problem.primary {
            None => problem.at(span, text),
            Some(_) => problem.also(span, text),
        };
    }
    problem.hint(
        "Nothing was written. Reload, look at the new values, and edit again where the draft should win.",
    )
}

fn failure(problem: Diagnostic) -> WriteFailure {
    WriteFailure { problem }
}

fn written(changes: &[FileChange], rebased: bool) -> Written {
    let files = changes
        .iter()
        .map(|change| {
            (
                change.path.clone(),
                change.lines.iter().flat_map(|lines| lines.new.clone()).map(|line| line as usize).collect(),
            )
        })
        .collect();
    Written { files, rebased }
}
