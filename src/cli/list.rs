//! `overlens list`: every target with its ref, commit, winning rule and badges.

use std::collections::BTreeMap;

use clap::Args;

use super::output::{self, Format, Outcome};
use super::{Cli, VerbResult, platform, problem};
use crate::base::Severity;
use crate::report::listing;

/// Options of `overlens list`.
#[derive(Args, Debug)]
pub struct ListArgs {
    /// Only targets whose address contains this text.
    pub filter: Option<String>,
    /// Do not render: quicker on a large fleet, but without the badge `failed`.
    #[arg(long)]
    pub no_render: bool,
    /// The form of the list.
    #[arg(long, value_enum, default_value_t)]
    pub output: Format,
}

/// Prints the list. Problems of the catalog go to stderr and do not change the exit code: the list is complete.
///
/// # Errors
///
/// When the platform cannot be read at all.
pub(super) fn run(cli: &Cli, args: &ListArgs) -> VerbResult {
    let (explorer, overview) = platform::open_catalog(cli).map_err(problem)?;
    let states = if args.no_render { BTreeMap::new() } else { explorer.states(&explorer.draft()) };
    let mut rows = listing::rows(&overview, &states);
    if let Some(filter) = &args.filter {
        rows.retain(|row| row.target.contains(filter.as_str()));
    }
    match args.output {
        Format::Json => output::json(&rows)?,
        Format::Text => {
            output::data(&listing::text(&rows))?;
            if !overview.is_repository {
                output::say("note: not a git repository; refs are shown, everything renders from the files");
            }
            // Shadowed pins have a badge in the list; `explain` says which and why.
            let problems = overview.diagnostics.iter().filter(|problem| {
                problem.severity >= Severity::Warning
                    && !["catalog/shadowed-pin", "open/ref-or-date"].contains(&problem.code)
            });
            platform::show_problems(&explorer, problems);
        }
    }
    Ok(Outcome::Clean)
}
