//! `overlens history`: the value of a target over the tags or commits.

use clap::{Args, ValueEnum};

use super::output::{self, Format, Outcome};
use super::{Cli, VerbResult, platform, problem};
use crate::base::Diagnostic;
use crate::catalog::{Address, TargetId};
use crate::explorer::HistoryQuery;
use crate::report::answer::{Overview, Vary};
use crate::report::history;

/// Options of `overlens history`.
#[derive(Args, Debug)]
pub struct HistoryArgs {
    /// The target: `service@env/region`.
    pub target: String,
    /// The value: `Deployment/web:spec.replicas`. Without it, where the manifests changed at all.
    #[arg(long, value_name = "KIND/NAME:PATH")]
    pub path: Option<String>,
    /// What is taken from each tag or commit.
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    pub vary: VaryArg,
    /// Every commit of the branch along first parents instead of the tags.
    #[arg(long, conflicts_with = "tags")]
    pub commits: bool,
    /// Only tags of these names; `*` stands for any text.
    #[arg(long, value_name = "PATTERN")]
    pub tags: Option<String>,
    /// The form of the answer.
    #[arg(long, value_enum, default_value_t)]
    pub output: Format,
}

/// What is taken from each commit of a history.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum VaryArg {
    /// Catalog and layers: what the commit holds, whatever the pins say.
    #[default]
    Both,
    /// The layers, under the catalog that is open: what `service@env/region:REF` renders.
    Layers,
    /// The catalog, whose pins choose the layers with the refs of that time: what was in force.
    Catalog,
}

impl From<VaryArg> for Vary {
    fn from(vary: VaryArg) -> Self {
        match vary {
            VaryArg::Both => Self::Both,
            VaryArg::Layers => Self::Layers,
            VaryArg::Catalog => Self::Catalog,
        }
    }
}

/// Prints the history.
///
/// # Errors
///
/// When the platform cannot be read, there is no such target, or the path is nowhere in its history.
pub(super) fn run(cli: &Cli, args: &HistoryArgs) -> VerbResult {
    let (explorer, overview) = platform::open_catalog(cli).map_err(problem)?;
    let query = HistoryQuery {
        target: target(&args.target, &overview).map_err(problem)?,
        path: args.path.clone(),
        vary: args.vary.into(),
        commits: args.commits,
        tags: args.tags.clone(),
    };
    let found = explorer.history(&query).map_err(|failure| problem((*failure).clone()))?;
    match args.output {
        Format::Json => output::json(&history::json(&found))?,
        Format::Text => output::data(&history::text(&found))?,
    }
    Ok(Outcome::Clean)
}

/// The target of an address, which must not name a ref of its own: the history chooses the refs.
pub(super) fn target(text: &str, overview: &Overview) -> Result<TargetId, Diagnostic> {
    let Address { target, reference } = platform::address(text, overview)?;
    match reference {
        None => Ok(target),
        Some(reference) => {
            let message = format!("`{text}` names the ref `{reference}`, and a history goes through many");
            Err(Diagnostic::error("history/one-ref", message).hint(format!("Write `{target}`.")))
        }
    }
}
