//! Following symbolic links inside a source, in the same way for every kind of source.

use super::{EntryKind, SourceError};
use crate::base::RepoPath;

/// So many links on the way to one file are a circle; the number is Linux's own.
const MOST_LINKS: usize = 40;

/// What stands at a path whose directory holds no more links.
pub(super) enum Step {
    /// Nothing.
    Missing,
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A link with this text, relative to the directory that holds it.
    Link(String),
    /// A link with an absolute text that leads to this path from the root of the source.
    RootedLink(String),
}

/// Walks down `path`, following links, and returns the path without links and what is there; `None` if nothing is.
///
/// `step` is only asked for paths whose parents are directories and no links.
///
/// # Errors
///
/// [`SourceError::LinkOutside`], [`SourceError::LinkLoop`] and what `step` returns.
pub(super) fn follow(
    path: &RepoPath,
    mut step: impl FnMut(&RepoPath) -> Result<Step, SourceError>,
) -> Result<Option<(RepoPath, EntryKind)>, SourceError> {
    let mut pending: Vec<String> = reversed(path.as_str());
    let mut reached = RepoPath::root();
    let mut kind = EntryKind::Directory;
    let mut links = 0;
    let mut last_link = (path.clone(), String::new());
    while let Some(part) = pending.pop() {
        if kind == EntryKind::File {
            return Ok(None);
        }
        // `..` comes from the text of a link only: a `RepoPath` has none.
        if part == ".." {
            let (path, target) = &last_link;
            reached = reached
                .parent()
                .ok_or_else(|| SourceError::LinkOutside { path: path.clone(), target: target.clone() })?;
            continue;
        }
        let next = reached.child(&part);
        match step(&next)? {
            Step::Missing => return Ok(None),
            Step::File => (reached, kind) = (next, EntryKind::File),
            Step::Directory => reached = next,
            link @ (Step::Link(_) | Step::RootedLink(_)) => {
                links += 1;
                if links > MOST_LINKS {
                    return Err(SourceError::LinkLoop(path.clone()));
                }
                let target = match link {
                    Step::RootedLink(target) => {
                        reached = RepoPath::root();
                        target
                    }
                    Step::Link(target) if target.starts_with('/') => {
                        return Err(SourceError::LinkOutside { path: next, target });
                    }
                    Step::Link(target) => target,
                    Step::Missing | Step::File | Step::Directory => String::new(),
                };
                pending.extend(reversed(&target));
                last_link = (next, target);
            }
        }
    }
    Ok(Some((reached, kind)))
}

/// The parts of a path, last one first; `.` and empty parts are left out.
fn reversed(text: &str) -> Vec<String> {
    text.split('/').rev().filter(|part| !part.is_empty() && *part != ".").map(str::to_owned).collect()
}
