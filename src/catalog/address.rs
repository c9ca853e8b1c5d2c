//! What a target is called: `service@env/region`.

use std::fmt;
use std::sync::Arc;

/// A target: one service in one environment and one region.
///
/// Ordered by service, then environment, then region, by spelling; lists in the order of the catalog come from
/// [`Catalog::targets`](super::Catalog::targets).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TargetId {
    /// Name of the service.
    pub service: Arc<str>,
    /// Name of the environment.
    pub env: Arc<str>,
    /// Name of the region.
    pub region: Arc<str>,
}

impl TargetId {
    /// Puts the three names together without checking that they exist.
    #[must_use]
    pub fn new(service: impl Into<Arc<str>>, env: impl Into<Arc<str>>, region: impl Into<Arc<str>>) -> Self {
        Self { service: service.into(), env: env.into(), region: region.into() }
    }
}

/// `service@env/region`.
impl fmt::Display for TargetId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}@{}/{}", self.service, self.env, self.region)
    }
}

impl serde::Serialize for TargetId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
