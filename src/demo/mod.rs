//! The built-in platform: a git repository with a catalog, layers and a history to try everything on.
//!
//! The files are those of this project's `catalog/`, `kustomize/` and `overlens.yaml`; `assets/demo/history.yaml`
//! says in which commits they came to be. All of it is embedded, so [`create`] needs no network and makes the same
//! commit ids on every machine.

mod date;
mod error;
mod files;
mod fleet;
mod history;
mod repository;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

pub use error::DemoError;

use crate::git::CommitId;

/// The most services that a fleet may have.
pub const MAX_SERVICES: usize = 5_000;

/// What kind of demo to make.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct DemoOptions {
    /// `None`: the sample platform, with something to find in it (a shadowed pin, a DR skew, a pin with a
    /// placeholder, a service that cannot render). `Some(n)`: a fleet of exactly `n` services, each enabled in every
    /// environment and region, for trying out large catalogs; the sample's services come first, then made-up ones of
    /// the same shapes. Without the pin with a placeholder, which would break a third of them.
    pub services: Option<usize>,
}

/// A demo that has been made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DemoRepository {
    /// The root of its work tree.
    pub path: PathBuf,
    /// The newest commit of its branch `main`.
    pub head: CommitId,
    /// The number of commits.
    pub commits: usize,
    /// Its tags, oldest first.
    pub tags: Vec<String>,
    /// The number of services in its catalog.
    pub services: usize,
}

/// Makes the demo's repository in the folder `into`, which must be empty or not exist yet.
///
/// Commits have fixed dates and authors, so the same options give the same commit ids everywhere. The branch `main`
/// is checked out. When making it fails halfway, what was made is removed again.
///
/// # Errors
///
/// [`DemoError::NotEmpty`] and [`DemoError::NotAFolder`] for a folder that cannot be used, [`DemoError::Services`] for
/// a fleet that is too small or too large, and the others when files cannot be written.
pub fn create(into: &Path, options: &DemoOptions) -> Result<DemoRepository, DemoError> {
    if let Some(wanted) = options.services
        && !(1..=MAX_SERVICES).contains(&wanted)
    {
        return Err(DemoError::Services { wanted });
    }
    let commits = history::commits(options)?;
    repository::make(into, &commits)
}
