//! `overlens explain`: the ladder of refs of one target, or of all targets of a service.

use clap::Args;

use super::output::{self, Format, Outcome};
use super::{Cli, VerbResult, platform, problem};
use crate::catalog::find_service;
use crate::report::ladder;

/// Options of `overlens explain`.
#[derive(Args, Debug)]
pub struct ExplainArgs {
    /// A service, or one of its targets: `service` or `service@env/region`.
    #[arg(value_name = "SERVICE[@ENV/REGION]")]
    pub subject: String,
    /// The form of the answer.
    #[arg(long, value_enum, default_value_t)]
    pub output: Format,
}

/// Prints the ladders.
///
/// # Errors
///
/// When the platform cannot be read, or there is no such service or target.
pub(super) fn run(cli: &Cli, args: &ExplainArgs) -> VerbResult {
    let (_, overview) = platform::open_catalog(cli).map_err(problem)?;
    let chosen: Vec<_> = if args.subject.contains('@') {
        let address = platform::address(&args.subject, &overview).map_err(problem)?;
        overview.resolution(&address.target).into_iter().collect()
    } else {
        let service = find_service(&args.subject, &overview.catalog).map_err(problem)?;
        let name = &service.name.value;
        overview.resolutions.iter().filter(|resolution| resolution.target.service == *name).collect()
    };
    match args.output {
        Format::Json => {
            let ladders: Vec<_> =
                chosen.iter().map(|resolution| ladder::ladder(resolution, &overview)).collect();
            output::json(&ladders)?;
        }
        Format::Text => {
            let texts: Vec<String> =
                chosen.iter().map(|resolution| ladder::text(resolution, &overview)).collect();
            output::data(&texts.join("\n"))?;
        }
    }
    Ok(Outcome::Clean)
}
