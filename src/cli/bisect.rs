//! `overlens bisect`: the commit at which a rendered value changed.

use clap::Args;

use super::history::{VaryArg, target};
use super::output::{self, Format, Outcome};
use super::{Cli, VerbResult, platform, problem};
use crate::explorer::HistoryQuery;
use crate::report::history;

/// Options of `overlens bisect`.
#[derive(Args, Debug)]
pub struct BisectArgs {
    /// The target: `service@env/region`.
    pub target: String,
    /// The commits: `OLDER..NEWER`; without NEWER it is HEAD.
    pub range: String,
    /// The value: `Deployment/web:spec.replicas`. Without it, the manifests as a whole.
    #[arg(long, value_name = "KIND/NAME:PATH")]
    pub path: Option<String>,
    /// Look at every commit and list every change.
    #[arg(long)]
    pub all: bool,
    /// What is taken from each commit.
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    pub vary: VaryArg,
    /// The form of the answer.
    #[arg(long, value_enum, default_value_t)]
    pub output: Format,
}

/// Prints the commit.
///
/// # Errors
///
/// When the platform cannot be read, the range cannot be walked, or the target does not render at one of its ends.
pub(super) fn run(cli: &Cli, args: &BisectArgs) -> VerbResult {
    let (explorer, overview) = platform::open_catalog(cli).map_err(problem)?;
    let query = HistoryQuery {
        target: target(&args.target, &overview).map_err(problem)?,
        path: args.path.clone(),
        vary: args.vary.into(),
        commits: true,
        tags: None,
    };
    let found = explorer.bisect(&query, &args.range, args.all);
    let found = found.map_err(|failure| problem((*failure).clone()))?;
    match args.output {
        Format::Json => output::json(&history::bisection_json(&found))?,
        Format::Text => output::data(&history::bisection(&found))?,
    }
    Ok(Outcome::Clean)
}
