//! `overlens pin`: a channel or a pin moved to another ref, with the targets that it reaches.

use clap::{Args, ValueEnum};

use super::set::{ChangeArgs, change};
use super::{Cli, VerbResult, platform, problem};
use crate::edit::Operation;

/// Options of `overlens pin`.
#[derive(Args, Debug)]
pub struct PinArgs {
    /// What to move.
    #[arg(value_enum)]
    pub what: What,
    /// Its name: a channel, an environment, or `region/env` for a region pin.
    pub key: String,
    /// The ref to move it to; `-` takes a pin away.
    #[arg(value_name = "REF", allow_hyphen_values = true)]
    pub reference: String,
    /// How the change is shown, and whether it is written.
    #[command(flatten)]
    pub change: ChangeArgs,
}

/// What can be moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum What {
    /// A channel of channels.yaml.
    Channel,
    /// A pin of an environment.
    Env,
    /// A pin of a region in an environment, named `region/env`.
    Region,
}

/// Shows the change, and writes it with `--write`.
///
/// # Errors
///
/// When there is no such channel, environment or region, or the file cannot be written.
pub(super) fn run(cli: &Cli, args: &PinArgs) -> VerbResult {
    let (explorer, overview) = platform::open_catalog(cli).map_err(problem)?;
    let reference = (args.reference != "-").then_some(args.reference.as_str());
    let operation = match args.what {
        What::Channel => Operation::move_channel(&overview.catalog, &args.key, reference),
        What::Env => Operation::pin_environment(&overview.catalog, &args.key, reference),
        What::Region => Operation::pin_region(&overview.catalog, &args.key, reference),
    };
    change(cli, &explorer, operation.map_err(problem)?, &args.change)
}
