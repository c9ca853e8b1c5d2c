//! Options that kustomize's own `build` has, under the same names.

use std::ffi::OsString;
use std::sync::Arc;

use clap::{Args, ValueEnum};

use crate::kustomize::outside::{Helm, HelmFlags};
use crate::kustomize::{LoadRestriction, OutputOrder};
use crate::outside::HelmProgram;

/// Which files a kustomization may read; directories may lie anywhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum LoadRestrictor {
    /// Only files in its own directory and below.
    #[default]
    #[value(name = "LoadRestrictionsRootOnly")]
    RootOnly,
    /// Any file.
    #[value(name = "LoadRestrictionsNone")]
    None,
}

impl From<LoadRestrictor> for LoadRestriction {
    fn from(restrictor: LoadRestrictor) -> Self {
        match restrictor {
            LoadRestrictor::RootOnly => Self::RootOnly,
            LoadRestrictor::None => Self::None,
        }
    }
}

/// The order of the output.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Reorder {
    /// By kind: namespaces first, webhooks last.
    Legacy,
    /// As the resources were read.
    None,
}

impl From<Reorder> for OutputOrder {
    fn from(reorder: Reorder) -> Self {
        match reorder {
            Reorder::Legacy => Self::Legacy,
            Reorder::None => Self::Unchanged,
        }
    }
}

/// Options about Helm charts.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Helm charts")]
pub struct HelmArgs {
    /// Inflate charts of `helmCharts` with your own `helm`; without it they are refused.
    #[arg(long)]
    pub enable_helm: bool,
    /// The program to run as helm, by name or path.
    #[arg(long, value_name = "PROGRAM", default_value = "helm")]
    pub helm_command: OsString,
    /// API version that charts find in `Capabilities.APIVersions`; may be given several times.
    #[arg(long, value_name = "VERSION")]
    pub helm_api_versions: Vec<String>,
    /// Kubernetes version that charts find in `Capabilities.KubeVersion`.
    #[arg(long, value_name = "VERSION", default_value = "", hide_default_value = true)]
    pub helm_kube_version: String,
    /// Let helm say more when it fails.
    #[arg(long)]
    pub helm_debug: bool,
}

impl HelmArgs {
    /// Who runs helm, if anybody. `plugins`, as in kustomize, allows it too.
    pub(super) fn helm(&self, plugins: bool) -> Option<Arc<dyn Helm>> {
        if !self.enable_helm && !plugins {
            return None;
        }
        let flags = HelmFlags {
            api_versions: self.helm_api_versions.clone(),
            kube_version: self.helm_kube_version.clone(),
            debug: self.helm_debug,
        };
        Some(Arc::new(HelmProgram::new(self.helm_command.clone(), flags)))
    }
}

/// Options about functions: programs and containers that a kustomization names. They are read so that command lines made
/// for kustomize work; a function itself is refused where it is met, whatever they say.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Functions (containers and programs), which are refused where they are met")]
pub struct FunctionArgs {
    /// Allows Helm charts, as in kustomize; functions stay refused.
    #[arg(long)]
    pub enable_alpha_plugins: bool,
    /// No effect.
    #[arg(long, hide_short_help = true)]
    pub enable_exec: bool,
    /// No effect.
    #[arg(long, hide_short_help = true)]
    pub enable_star: bool,
    /// No effect.
    #[arg(short, long, value_name = "NAME=VALUE", hide_short_help = true)]
    pub env: Vec<String>,
    /// No effect.
    #[arg(long, value_name = "MOUNT", hide_short_help = true)]
    pub mount: Vec<String>,
    /// No effect.
    #[arg(long, hide_short_help = true)]
    pub network: bool,
    /// No effect.
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    pub network_name: Option<String>,
    /// No effect.
    #[arg(long, hide_short_help = true)]
    pub as_current_user: bool,
    /// No effect: problems always name the kustomizations that led there.
    #[arg(long, hide_short_help = true)]
    pub stack_trace: bool,
}
