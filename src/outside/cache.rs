//! The folder in which what was fetched is kept.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use sha2::{Digest, Sha256};

/// The folder of fetched files and repositories: a bare mirror for each URL, a file for each URL.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cache {
    root: PathBuf,
}

/// Where fetched files and repositories are kept unless the user chooses: `overlens/remote` in the user's cache
/// directory. `None` when the system names no such directory.
#[must_use]
pub fn cache_directory() -> Option<PathBuf> {
    let base = etcetera::choose_base_strategy().ok()?;
    Some(base.cache_dir().join("overlens").join("remote"))
}

impl Cache {
    /// A cache in a folder, which is made when something is kept.
    #[must_use]
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// The folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The bare repository that mirrors a URL.
    pub(super) fn mirror(&self, url: &str) -> PathBuf {
        self.root.join("git").join(name(url))
    }

    /// The file that holds what a URL gave.
    pub(super) fn file(&self, url: &str) -> PathBuf {
        self.root.join("files").join(name(url))
    }

    /// Makes sure that nobody else changes what is kept for a URL while the answer lives. Waits for who does.
    ///
    /// # Errors
    ///
    /// When the folder cannot be written.
    pub(super) fn lock(&self, url: &str) -> io::Result<File> {
        let folder = self.root.join("locks");
        fs::create_dir_all(&folder)?;
        let file = File::options().create(true).truncate(false).write(true).open(folder.join(name(url)))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => file.lock().map(|()| file),
            // A file system without locks: git's own keep a mirror whole.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(file),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

/// A name for a folder: the end of the URL for people, and a hash that tells it from all others.
fn name(url: &str) -> String {
    let end = url.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or_default();
    let readable = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let end: String = end.chars().filter(readable).take(40).collect();
    format!("{}-{}", end.trim_start_matches('.'), hash(url))
}

/// Half of the SHA-256 of a text, in hexadecimal: enough to tell texts apart.
pub(super) fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
