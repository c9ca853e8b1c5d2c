//! What the command line allows beside the files at hand: remote bases, and how much of the machine may be used.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use clap::builder::BoolishValueParser;

use crate::base::{Diagnostic, go_regex};
use crate::kustomize::Limits;
use crate::kustomize::limits::LIMITS;
use crate::kustomize::outside::Remotes;
use crate::outside::{Cache, UserRemotes, cache_directory};

/// Options of every verb that builds.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Outside of the repository")]
pub struct ReachArgs {
    /// Fetch remote bases and files, with your own `git` and `curl`; without it they are refused.
    #[arg(long, global = true, env = "OVERLENS_ALLOW_REMOTE", value_parser = BoolishValueParser::new())]
    pub allow_remote: bool,
    /// Use remote bases and files that were fetched before; connect to nothing.
    #[arg(long, global = true, env = "OVERLENS_OFFLINE", value_parser = BoolishValueParser::new())]
    pub offline: bool,
    /// Keep what is fetched in this folder (default: `overlens/remote` in your cache directory).
    #[arg(long, global = true, value_name = "DIR", env = "OVERLENS_REMOTE_CACHE", hide_short_help = true)]
    pub remote_cache: Option<PathBuf>,
    /// Change a limit that keeps hostile input harmless; may be given several times.
    #[arg(
        long = "limit",
        global = true,
        value_name = "NAME=NUMBER",
        env = "OVERLENS_LIMITS",
        value_delimiter = ',',
        hide_short_help = true,
        long_help = limits_help()
    )]
    pub limits: Vec<String>,
}

/// The help of `--limit`: the limits with their defaults.
fn limits_help() -> String {
    let defaults = Limits::default();
    let width = LIMITS.iter().map(|limit| limit.name.len()).max().unwrap_or_default();
    let mut text = "Change a limit that keeps hostile input harmless; may be given several times. \
        A number may end in k, M or G.\n\nLimits and their defaults:"
        .to_owned();
    for limit in &LIMITS {
        let value = limit.get(&defaults);
        text.push_str(&format!("\n  {:width$}  {value:>10}  {}", limit.name, limit.bounds));
    }
    text
}

impl ReachArgs {
    /// Who fetches, if anybody; `base` is the directory that a relative cache is seen from.
    ///
    /// # Errors
    ///
    /// When there is no place for the cache.
    pub(super) fn remotes(&self, base: &Path) -> Result<Option<Arc<dyn Remotes>>, Diagnostic> {
        if !self.allow_remote && !self.offline {
            return Ok(None);
        }
        let folder = match &self.remote_cache {
            Some(folder) => base.join(folder),
            None => cache_directory().ok_or_else(|| {
                Diagnostic::error("remote/cache", "the system names no directory for caches")
                    .hint("Name a folder with `--remote-cache DIR`.")
            })?,
        };
        let folder = std::path::absolute(&folder).unwrap_or(folder);
        let file_bytes = self.limits()?.file_bytes as u64;
        Ok(Some(Arc::new(UserRemotes::new(Cache::new(folder), self.offline, file_bytes))))
    }

    /// The limits.
    ///
    /// # Errors
    ///
    /// When one is not known, or its value is no number.
    pub(super) fn limits(&self) -> Result<Limits, Diagnostic> {
        let mut limits = Limits::default();
        for text in self.limits.iter().filter(|text| !text.is_empty()) {
            limits.set(text).map_err(|problem| {
                Diagnostic::error("limit/option", problem)
                    .hint("`overlens build --help` lists the limits with their defaults.")
            })?;
        }
        go_regex::set_most_bytes(limits.regex_bytes);
        Ok(limits)
    }
}
