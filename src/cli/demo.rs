//! `overlens demo`: the built-in sample platform as a git repository, opened on the screen.

use std::path::PathBuf;

use clap::Args;

use super::output::{self, Outcome};
use super::{Cli, OpenScreen, ScreenRequest, VerbResult, problem, request};
use crate::base::Diagnostic;
use crate::demo::{self, DemoOptions};

/// Options of `overlens demo`.
#[derive(Args, Debug)]
pub struct DemoArgs {
    /// Make it in DIR, which must be new or empty (default: a new folder for temporary files).
    #[arg(long, value_name = "DIR")]
    pub into: Option<PathBuf>,
    /// Only make it; print where it is.
    #[arg(long)]
    pub no_open: bool,
    /// A fleet of N services (1 to 5000) instead of the sample platform.
    #[arg(long, value_name = "N")]
    pub services: Option<usize>,
    /// Draw the comparison of two of its targets into an SVG file, as in the README, and do not open it.
    #[arg(long, value_name = "FILE", conflicts_with = "no_open")]
    pub picture: Option<PathBuf>,
}

/// Makes the demo and opens it.
///
/// # Errors
///
/// When the folder is not empty or cannot be written.
pub(super) fn run(cli: &Cli, args: &DemoArgs, screen: OpenScreen<'_>) -> VerbResult {
    let folder = match &args.into {
        Some(folder) => cli.directory.join(folder),
        None => tempfile::Builder::new().prefix("overlens-demo-").tempdir()?.keep(),
    };
    let made = demo::create(&folder, &DemoOptions { services: args.services })
        .map_err(|error| problem(Diagnostic::from(error)))?;
    if args.no_open {
        output::data(&format!("{}\n", made.path.display()))?;
        return Ok(Outcome::Clean);
    }
    let picture = args.picture.as_ref().map(|file| cli.directory.join(file));
    let ended = screen(&ScreenRequest { picture, ..request(cli, made.path.clone())? });
    output::say(&format!(
        "The demo stays in {}: open it again with `overlens {}`.",
        made.path.display(),
        made.path.display()
    ));
    ended
}
