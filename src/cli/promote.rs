//! `overlens promote`: a channel or pin moved to another ref, with what that does to all targets.

use clap::Args;

use super::output::{self, Outcome};
use super::radius::{ReportArgs, ReportFormat, show};
use super::{Cli, VerbResult, platform, problem, set};
use crate::base::Diagnostic;
use crate::edit::WordsError;
use crate::report::answer::{Change, Movable};
use crate::report::radius as report;

/// Options of `overlens promote`.
#[derive(Args, Debug)]
pub struct PromoteArgs {
    /// What is moved.
    #[command(flatten)]
    pub what: What,
    /// The ref to move it to; without it, the refs that could be meant are listed.
    #[arg(long, value_name = "REF")]
    pub to: Option<String>,
    /// Write the one line.
    #[arg(long, requires = "to")]
    pub write: bool,
    /// How the answer is shown.
    #[command(flatten)]
    pub report: ReportArgs,
}

/// What is moved: one of the three.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub struct What {
    /// A channel.
    #[arg(long, value_name = "NAME")]
    pub channel: Option<String>,
    /// The pin of an environment.
    #[arg(long, value_name = "ENV")]
    pub env_pin: Option<String>,
    /// The pin of an environment in one region.
    #[arg(long, value_name = "REGION/ENV")]
    pub region_pin: Option<String>,
}

/// Prints what the move does, and writes it with `--write`.
///
/// # Errors
///
/// When there is nothing of that name, the ref leads to no commit, something was found that is denied (then nothing is
/// written), or the file cannot be written.
pub(super) fn run(cli: &Cli, args: &PromoteArgs) -> VerbResult {
    let (explorer, overview) = platform::open_catalog(cli).map_err(problem)?;
    let movable = movable(&args.what).map_err(problem)?;
    let mut draft = explorer.draft();
    let candidates = explorer.candidates(&movable, &draft).map_err(|failure| problem((*failure).clone()))?;
    let Some(to) = &args.to else {
        match args.report.output {
            ReportFormat::Json => output::json(&report::candidates_json(&candidates))?,
            ReportFormat::Text | ReportFormat::Md => {
                output::data(&report::candidates_text(&candidates))?;
            }
        }
        return Ok(Outcome::Clean);
    };
    explorer.resolve(to).map_err(|failure| problem((*failure).clone()))?;
    // A short name becomes the full one where full names are the habit of the file.
    let listed =
        candidates.refs.iter().find(|own| &*own.name == to.as_str() || &*own.reference == to.as_str());
    let reference = listed.map_or(to.as_str(), |own| &own.reference);
    draft
        .push(movable.to(reference), &*explorer.catalog_source())
        .map_err(|error| problem(error.diagnostic()))?;
    let shown = show(&explorer, &overview, &Change::Draft, &draft, &args.report)?;
    let is_text = args.report.output == ReportFormat::Text;
    if !args.write {
        if is_text && shown.radius.as_ref().is_some_and(|radius| !radius.files.is_empty()) {
            output::say("not written; add --write to write it");
        }
        return Ok(shown.outcome);
    }
    set::refuse_readonly(cli).map_err(problem)?;
    let written = explorer.write(&mut draft).map_err(|failure| problem(failure.problem))?;
    if is_text {
        let places: Vec<String> = written
            .files
            .iter()
            .map(|(path, lines)| match lines.as_slice() {
                [line] => format!("{path}:{line}"),
                _ => path.to_string(),
            })
            .collect();
        match places.as_slice() {
            [] => output::say("nothing to write: it is there already"),
            places => output::say(&format!("written: {}", places.join(", "))),
        }
    }
    Ok(Outcome::Clean)
}

fn movable(what: &What) -> Result<Movable, Diagnostic> {
    match (&what.channel, &what.env_pin, &what.region_pin) {
        (Some(channel), _, _) => Ok(Movable::Channel(channel.clone())),
        (_, Some(environment), _) => Ok(Movable::EnvironmentPin(environment.clone())),
        (_, _, key) => {
            let key = key.as_deref().unwrap_or_default();
            let (region, environment) = key
                .split_once('/')
                .filter(|(region, environment)| !region.is_empty() && !environment.is_empty())
                .ok_or_else(|| WordsError::RegionPin(key.to_owned()).diagnostic())?;
            Ok(Movable::RegionPin { region: region.to_owned(), environment: environment.to_owned() })
        }
    }
}
