//! What lies outside the files of a source: remote repositories, files behind URLs, and the program `helm`.
//!
//! The engine itself starts no program and opens no connection. Whoever builds may give it something that does, by the
//! traits here; without them everything that lies outside is refused by name.

mod duration;
mod reach;
mod repository;

pub(crate) use reach::Reach;
pub use repository::RepositoryAddress;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::base::{FileName, Mark};
use crate::vfs::{FileContent, Source};
use crate::yaml::Fault;

/// What a caller allows an engine to reach. Nothing by default.
#[derive(Clone, Debug, Default)]
pub struct Outside {
    /// Fetches remote bases and files; without it they are refused.
    pub remotes: Option<Arc<dyn Remotes>>,
    /// Runs `helm`; without it charts are refused.
    pub helm: Option<Arc<dyn Helm>>,
}

/// Fetches what URLs name.
pub trait Remotes: fmt::Debug + Send + Sync {
    /// The files of a repository at the ref that its address names.
    ///
    /// Asked for the same address again, it gives the same files: a ref is looked up once.
    ///
    /// # Errors
    ///
    /// When the repository or the ref cannot be had.
    fn repository(&self, address: &RepositoryAddress) -> Result<Fetched, OutsideError>;

    /// The file behind an `http` or `https` URL, of at most `limit` bytes.
    ///
    /// # Errors
    ///
    /// When it cannot be had.
    fn file(&self, url: &str, limit: u64) -> Result<FileContent, OutsideError>;

    /// The text of a file of a fetched repository, by the name that blame and diagnostics have for it.
    fn text(&self, name: &FileName) -> Option<String>;
}

/// The files of a remote repository.
#[derive(Clone)]
pub struct Fetched {
    /// The files at the commit, under names that say which repository they are from.
    pub source: Arc<dyn Source>,
    /// Tells this tree from every other: one part of a path, `name@commit`.
    pub label: String,
}

/// Runs `helm`.
pub trait Helm: fmt::Debug + Send + Sync {
    /// What the caller says about every chart.
    fn flags(&self) -> &HelmFlags;

    /// A new empty directory for one chart, removed when the answer is dropped.
    ///
    /// # Errors
    ///
    /// When it cannot be made.
    fn workshop(&self) -> Result<Box<dyn HelmWorkshop>, OutsideError>;
}

/// A temporary directory, and `helm` to work in it.
pub trait HelmWorkshop {
    /// The directory, absolute.
    fn directory(&self) -> &Path;

    /// Writes a file below the directory.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), OutsideError>;

    /// Reads a file of a chart that `helm` may just have put there; `None` when it is not there.
    ///
    /// # Errors
    ///
    /// When it cannot be read or has more than `limit` bytes.
    fn read(&self, path: &Path, limit: u64) -> Result<Option<Vec<u8>>, OutsideError>;

    /// Whether a directory is there.
    fn has_directory(&self, path: &Path) -> bool;

    /// Runs `helm` with these arguments and with these variables besides its own; what it prints to stdout.
    ///
    /// # Errors
    ///
    /// When it cannot be started or fails; the error holds what it said.
    fn run(&self, arguments: &[String], variables: &[(&str, PathBuf)]) -> Result<Vec<u8>, OutsideError>;
}

/// What the caller says about every chart: kustomize's flags `--helm-*`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct HelmFlags {
    /// `--helm-api-versions`
    pub api_versions: Vec<String>,
    /// `--helm-kube-version`
    pub kube_version: String,
    /// `--helm-debug`
    pub debug: bool,
}

/// Why something outside could not be had.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{message}")]
pub struct OutsideError {
    /// Stable name such as `remote/failed`.
    pub code: &'static str,
    /// What is wrong, in one line.
    pub message: String,
    /// What to do about it, and what a program said.
    pub hint: Option<String>,
}

impl OutsideError {
    /// A problem.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None }
    }

    /// Adds what to do.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// The problem at the place that asked for it.
    #[must_use]
    pub fn at(self, mark: Mark) -> Fault {
        Fault { hint: self.hint, ..Fault::new(self.code, mark, self.message) }
    }
}

/// Whether a text is what kustomize fetches as a file.
#[must_use]
pub fn is_url(text: &str) -> bool {
    let text = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    text.starts_with("http://") || text.starts_with("https://")
}

impl fmt::Debug for Fetched {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Fetched({})", self.label)
    }
}
