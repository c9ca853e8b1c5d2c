//! Where the catalog files that can be edited lie.

use crate::base::RepoPath;

/// The paths of the catalog files that operations change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CatalogFiles {
    /// `services.yaml`.
    pub services: RepoPath,
    /// `channels.yaml`.
    pub channels: RepoPath,
    /// `env-pins.yaml`.
    pub env_pins: RepoPath,
    /// `region-pins.yaml`.
    pub region_pins: RepoPath,
}

impl CatalogFiles {
    /// The files of the catalog that lies in `directory` (`catalog` or `kustomize/catalog`).
    #[must_use]
    pub fn in_directory(directory: &RepoPath) -> Self {
        Self {
            services: directory.child("services.yaml"),
            channels: directory.child("channels.yaml"),
            env_pins: directory.child("env-pins.yaml"),
            region_pins: directory.child("region-pins.yaml"),
        }
    }
}
