//! The engine: what is shared between builds, and the one way to build a directory.

use std::sync::Arc;

use crate::base::{Diagnostic, FileTable, RepoPath};
use crate::vfs::Source;

use super::{BuildOptions, Limits, Manifests};

/// Builds kustomizations. Cheap to clone; clones share the file table and the caches.
#[derive(Clone, Debug)]
pub struct Engine {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    files: Arc<FileTable>,
    limits: Limits,
}

impl Default for Engine {
    fn default() -> Self {
        Self::new(Limits::default())
    }
}

impl Engine {
    /// An engine with empty caches.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { shared: Arc::new(Shared { files: Arc::default(), limits }) }
    }

    /// The names behind the marks of everything that this engine builds.
    #[must_use]
    pub fn files(&self) -> &Arc<FileTable> {
        &self.shared.files
    }

    /// The limits that every build of this engine keeps.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.shared.limits
    }

    /// Builds the kustomization in `directory`.
    ///
    /// # Errors
    ///
    /// A [`Diagnostic`] with the place of the problem, and the chain of kustomizations that led there as
    /// related places.
    pub fn build(
        &self,
        source: &dyn Source,
        directory: &RepoPath,
        options: &BuildOptions,
    ) -> Result<Manifests, Diagnostic> {
        let _ = (source, options);
        Err(Diagnostic::error(
            "kustomize/unsupported",
            format!("`{directory}` cannot be built by this version"),
        ))
    }
}
