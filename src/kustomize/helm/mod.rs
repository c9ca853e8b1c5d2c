//! Helm charts: what a kustomization says about them, and their inflation by whoever the caller lets run `helm`.

mod arguments;
mod chart;
mod inflate;
mod values;

pub use chart::{HelmChart, HelmGlobals};
pub(crate) use chart::{chart_of_plugin, read_chart, read_globals, read_legacy};

/// The annotation by which kustomize knows what a chart made: its namespace is left to helm.
pub(crate) const GENERATED: &str = "internal.config.kubernetes.io/helm-generated";
