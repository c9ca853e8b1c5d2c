//! `overlens pin`: a channel or a pin moved to another ref, with the targets that it reaches.

use clap::{Args, ValueEnum};

use super::set::{ChangeArgs, change, known};
use super::{Cli, VerbResult, platform, problem};
use crate::base::Diagnostic;
use crate::catalog::Catalog;
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
    let operation = operation(args.what, &args.key, &args.reference, &overview.catalog).map_err(problem)?;
    change(cli, &explorer, operation, &args.change)
}

/// The operation that was asked for, with every name checked.
///
/// # Errors
///
/// When a name does not exist.
pub(super) fn operation(
    what: What,
    key: &str,
    reference: &str,
    catalog: &Catalog,
) -> Result<Operation, Diagnostic> {
    let environments = || catalog.environments.iter().map(|environment| &*environment.value);
    let remove = reference == "-";
    let (key, reference) = (key.to_owned(), reference.to_owned());
    match what {
        What::Channel => {
            known("channel", &key, catalog.channels.iter().map(|channel| &*channel.name.value))?;
            if remove {
                return Err(Diagnostic::error("edit/channel", "a channel cannot be taken away here")
                    .hint("Services and environments may use it: remove it from channels.yaml by hand."));
            }
            Ok(Operation::SetChannel { channel: key, reference })
        }
        What::Env => {
            known("environment", &key, environments())?;
            let environment = key;
            Ok(match remove {
                true => Operation::RemoveEnvironmentPin { environment },
                false => Operation::SetEnvironmentPin { environment, reference },
            })
        }
        What::Region => {
            let set = Operation::pin_region(&key, &reference).map_err(|error| error.diagnostic())?;
            let Operation::SetRegionPin { region, environment, reference } = set else { return Ok(set) };
            known("region", &region, catalog.regions.iter().map(|region| &*region.name.value))?;
            known("environment", &environment, environments())?;
            Ok(match remove {
                true => Operation::RemoveRegionPin { region, environment },
                false => Operation::SetRegionPin { region, environment, reference },
            })
        }
    }
}
