//! What is changed in the work tree and not committed.

use git2::{Status, StatusOptions};

use super::{GitError, Repository};
use crate::base::RepoPath;

/// A path whose file is not as in the last commit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// The path from the root of the work tree.
    pub path: RepoPath,
    /// What happened to it.
    pub kind: ChangeKind,
}

/// What happened to a file since the last commit, staged or not.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ChangeKind {
    /// git does not know the file.
    Untracked,
    /// The file is new and staged.
    Added,
    /// The content, the mode or the kind of the file is another.
    Modified,
    /// The file is gone.
    Deleted,
    /// A merge left the file in conflict.
    Conflicted,
}

impl Repository {
    /// Changes below any of `paths`, sorted by path; all changes when one of them is the root.
    ///
    /// None in a bare repository. Ignored files are left out, and so are submodules.
    ///
    /// # Errors
    ///
    /// [`GitError`] when the work tree cannot be compared.
    pub fn changes(&self, paths: &[RepoPath]) -> Result<Vec<Change>, GitError> {
        if self.work_dir().is_none() || paths.is_empty() {
            return Ok(Vec::new());
        }
        let mut options = StatusOptions::new();
        options.include_untracked(true).recurse_untracked_dirs(true).exclude_submodules(true);
        // Reading must not write the index, for somebody may be in the middle of something.
        options.update_index(false).disable_pathspec_match(true);
        if !paths.iter().any(RepoPath::is_root) {
            for path in paths {
                options.pathspec(path.as_str());
            }
        }
        let handle = self.handle()?;
        let statuses =
            handle.statuses(Some(&mut options)).map_err(GitError::failed("compare the work tree"))?;
        let mut changes: Vec<Change> = statuses
            .iter()
            .filter_map(|entry| {
                let path = RepoPath::parse(entry.path().ok()?).ok()?;
                Some(Change { path, kind: kind_of(entry.status())? })
            })
            .collect();
        changes.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(changes)
    }

    /// Whether anything below `path` is changed and not committed.
    ///
    /// # Errors
    ///
    /// As [`Self::changes`].
    pub fn is_dirty(&self, path: &RepoPath) -> Result<bool, GitError> {
        Ok(!self.changes(std::slice::from_ref(path))?.is_empty())
    }
}

/// The first row whose flags are among a status says what to call it.
const KINDS: &[(Status, ChangeKind)] = &[
    (Status::CONFLICTED, ChangeKind::Conflicted),
    (Status::WT_DELETED, ChangeKind::Deleted),
    (Status::INDEX_NEW, ChangeKind::Added),
    (Status::WT_NEW, ChangeKind::Untracked),
    (Status::INDEX_DELETED, ChangeKind::Deleted),
    (Status::INDEX_MODIFIED, ChangeKind::Modified),
    (Status::INDEX_TYPECHANGE, ChangeKind::Modified),
    (Status::INDEX_RENAMED, ChangeKind::Modified),
    (Status::WT_MODIFIED, ChangeKind::Modified),
    (Status::WT_TYPECHANGE, ChangeKind::Modified),
    (Status::WT_RENAMED, ChangeKind::Modified),
];

fn kind_of(status: Status) -> Option<ChangeKind> {
    KINDS.iter().find(|(flag, _)| status.intersects(*flag)).map(|(_, kind)| *kind)
}
