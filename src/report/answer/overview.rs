//! What a platform is at a glance: its services, targets and refs.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::Diagnostic;
use crate::catalog::{Catalog, Resolution, TargetId};

/// The platform as the catalog and the refs describe it, before anything is rendered.
#[derive(Clone, Debug)]
pub struct Overview {
    /// Name of the platform: that of its directory.
    pub name: String,
    /// The branch that is checked out; `None` when detached or not a git repository.
    pub branch: Option<String>,
    /// Whether there is a git repository.
    pub is_repository: bool,
    /// Where the catalog was read from: `work tree`, or what `--at` came to, with the moment of the refs.
    pub catalog_from: String,
    /// The catalog, with the draft applied.
    pub catalog: Arc<Catalog>,
    /// The answer of the ladder for every target, in the order of [`Catalog::targets`].
    pub resolutions: Vec<Arc<Resolution>>,
    /// What is known of every commit that a target or candidate uses, by its full id.
    pub commits: BTreeMap<Arc<str>, CommitSummary>,
    /// Names of tags (newest first) and branches that a ref may be set to, as written in the catalog.
    pub references: Vec<Arc<str>>,
    /// The position of every target in [`Self::resolutions`].
    pub places: Arc<BTreeMap<TargetId, usize>>,
    /// Problems of the catalog as a whole and of its services.
    pub diagnostics: Vec<Diagnostic>,
}

impl Overview {
    /// The answer of the ladder for one target.
    #[must_use]
    pub fn resolution(&self, target: &TargetId) -> Option<&Arc<Resolution>> {
        self.places.get(target).and_then(|place| self.resolutions.get(*place))
    }
}

/// One commit, as people recognise it.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct CommitSummary {
    /// Full id.
    pub id: Arc<str>,
    /// The shortest id that git shows.
    pub short: String,
    /// Author's name.
    pub author: String,
    /// Author's date as `2025-11-06`.
    pub date: String,
    /// Seconds since 1970.
    pub time: i64,
    /// First line of the message.
    pub subject: String,
}

/// How far the rendering of a target has come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TargetState {
    /// Waits for its turn.
    Queued,
    /// It renders to this many resources and lines.
    Ready {
        /// Number of resources.
        resources: usize,
        /// Number of lines of the manifests.
        lines: usize,
    },
    /// It does not render.
    Failed(Arc<Diagnostic>),
}
