//! `overlens parity`: the board of two regions.

use clap::{Args, ValueEnum};

use super::output::{self, Outcome};
use super::{Cli, VerbResult, platform, problem};
use crate::report::answer::ParityQuery;
use crate::report::answer::ParityVerdict;
use crate::report::parity;

/// Options of `overlens parity`.
#[derive(Args, Debug)]
pub struct ParityArgs {
    /// The region that serves (default: the one with the role `primary`, else the first).
    #[arg(long, value_name = "REGION")]
    pub primary: Option<String>,
    /// The region that takes over (default: the one with the role `secondary`, else the second).
    #[arg(long, value_name = "REGION")]
    pub secondary: Option<String>,
    /// Only this environment; can be given several times.
    #[arg(long, value_name = "ENV")]
    pub env: Vec<String>,
    /// Only this service; can be given several times.
    #[arg(long, value_name = "SERVICE")]
    pub service: Vec<String>,
    /// Also list what is as it is meant to be, and every value that differs.
    #[arg(long)]
    pub details: bool,
    /// The verdicts that make the exit code 1.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "VERDICT", default_values_t = UNEXPECTED)]
    pub fail_on: Vec<VerdictArg>,
    /// The form of the board.
    #[arg(long, value_enum, default_value_t)]
    pub output: Form,
}

/// What nobody expects.
const UNEXPECTED: [VerdictArg; 3] = [VerdictArg::Failed, VerdictArg::Missing, VerdictArg::Skew];

/// A verdict, as an option.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum VerdictArg {
    /// Does not render in one of the regions.
    Failed,
    /// Runs in one of the regions only.
    Missing,
    /// Differs by another ref.
    Skew,
    /// Pinned to something older than the channel.
    StalePin,
    /// Differs as it is meant to.
    Expected,
}

/// The form in which the board is printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum Form {
    /// For people, in 80 columns.
    #[default]
    Text,
    /// For programs.
    Json,
    /// A Markdown table.
    Md,
}

impl From<VerdictArg> for ParityVerdict {
    fn from(verdict: VerdictArg) -> Self {
        match verdict {
            VerdictArg::Failed => Self::Failed,
            VerdictArg::Missing => Self::Missing,
            VerdictArg::Skew => Self::Skew,
            VerdictArg::StalePin => Self::StalePin,
            VerdictArg::Expected => Self::Expected,
        }
    }
}

/// Prints the board; exit code 1 when a row has a verdict that nobody expects.
///
/// # Errors
///
/// When the platform cannot be read, or there is no such region, environment or service.
pub(super) fn run(cli: &Cli, args: &ParityArgs) -> VerbResult {
    let (explorer, _) = platform::open_catalog(cli).map_err(problem)?;
    let query = ParityQuery {
        primary: args.primary.clone(),
        secondary: args.secondary.clone(),
        environments: args.env.clone(),
        services: args.service.clone(),
    };
    let found = explorer.parity(&query, &explorer.draft()).map_err(|failure| problem((*failure).clone()))?;
    match args.output {
        Form::Json => output::json(&*found)?,
        Form::Text => output::data(&parity::text(&found, args.details))?,
        Form::Md => output::data(&parity::markdown(&found, args.details))?,
    }
    let is_clean = args.fail_on.iter().all(|verdict| found.count((*verdict).into()) == 0);
    Ok(if is_clean { Outcome::Clean } else { Outcome::Different })
}
