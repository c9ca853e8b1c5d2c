//! The command line: one file per verb, and the screen when no verb is given.

mod bisect;
mod blame;
mod build;
mod build_options;
mod demo;
mod diff;
mod directory;
mod explain;
mod generate;
mod history;
mod list;
pub mod output;
mod parity;
mod pin;
mod platform;
mod promote;
mod radius;
mod reach;
mod render;
mod resource_files;
mod set;
mod shell;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand};

use crate::base::Diagnostic;
use crate::explorer::OpenOptions;
use crate::kustomize::Outside;
use output::Outcome;
use reach::ReachArgs;

/// What a verb ends with: an outcome, or the problem that stopped it.
pub type VerbResult = Result<Outcome, Box<dyn std::error::Error + Send + Sync>>;

/// Explore kustomize configuration: which git ref wins where and why, what it renders to, and what an edit would change.
///
/// Without a verb, opens the screen on PATH.
#[derive(Parser, Debug)]
#[command(name = "overlens", version, max_term_width = 110, after_help = AFTER_HELP)]
pub struct Cli {
    /// Directory of the platform (default: the one of -C).
    pub path: Option<PathBuf>,
    /// Work as if started in DIR.
    #[arg(short = 'C', long = "directory", value_name = "DIR", global = true, default_value = ".")]
    pub directory: PathBuf,
    /// See catalog and refs as they were at a git ref or a moment: `v1.4`, `2025-11-06 02:10`, `02:10`, `2 hours ago`.
    #[arg(long, value_name = "REF|DATE", global = true)]
    pub at: Option<String>,
    /// With --at: the catalog as it was, and the refs as they are now.
    #[arg(long, global = true, requires = "at")]
    pub refs_now: bool,
    /// How the screen looks and behaves.
    #[command(flatten)]
    pub screen: ScreenArgs,
    /// What may be used beside the files at hand.
    #[command(flatten)]
    pub reach: ReachArgs,
    /// What to do without a screen.
    #[command(subcommand)]
    pub verb: Option<Verb>,
}

/// What the command line says about the screen that is to be opened.
#[derive(Clone, Debug)]
pub struct ScreenRequest {
    /// The directory of the platform.
    pub path: PathBuf,
    /// The ref or moment at which catalog and refs are read, and whether the refs stay as they are now.
    pub open: OpenOptions,
    /// How the screen looks and behaves.
    pub screen: ScreenArgs,
    /// Draw the screen into this SVG file instead of opening it.
    pub picture: Option<PathBuf>,
}

/// Opens the screen; given by the program, because this front end does not know the other.
pub type OpenScreen<'a> = &'a dyn Fn(&ScreenRequest) -> VerbResult;

/// How the screen looks and behaves.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Screen")]
pub struct ScreenArgs {
    /// Never write; edits can still be tried.
    #[arg(long)]
    pub readonly: bool,
    /// Colours: terminal, dark, light, high-contrast, colour-blind, or the path of a theme file.
    #[arg(long, value_name = "THEME", env = "OVERLENS_THEME")]
    pub theme: Option<String>,
    /// Draw with ASCII characters only.
    #[arg(long)]
    pub ascii: bool,
    /// Leave the mouse to the terminal.
    #[arg(long)]
    pub no_mouse: bool,
    /// Do not pick up changes of files and refs while the screen is open.
    #[arg(long)]
    pub no_watch: bool,
}

const AFTER_HELP: &str = "\
A target is written service@env/region, and with another ref service@env/region:REF (`:.` is the work tree).

Exit codes: 0 same or done, 1 different, 2 failure.

Try it: overlens demo";

/// What can be done without a screen.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Make a git repository of the built-in sample platform and open it.
    Demo(demo::DemoArgs),
    /// List the targets with their refs, commits, winning rules and badges.
    List(list::ListArgs),
    /// Show the ladder of refs of a service or target: what wins, what is shadowed, and where it is written.
    Explain(explain::ExplainArgs),
    /// Show for every line of the manifests which layer, file and line wrote it, and what it overwrote.
    Blame(blame::BlameArgs),
    /// Print the manifests of a target, or of all.
    Render(render::RenderArgs),
    /// Build one directory as `kustomize build` does.
    Build(build::BuildArgs),
    /// Compare two targets. Exit code 0 when equal, 1 when different.
    Diff(diff::DiffArgs),
    /// Show the value of a target over the tags or commits, or at which of them its manifests changed.
    History(history::HistoryArgs),
    /// Find the commit at which a rendered value changed.
    Bisect(bisect::BisectArgs),
    /// Hold two regions against each other: what a failover would find different. Exit code 1 on unexpected differences.
    Parity(parity::ParityArgs),
    /// Set a value of a service: prints the change and the number of targets it reaches; --write writes it.
    Set(set::SetArgs),
    /// Move a channel or a pin: prints the change and the number of targets it reaches; --write writes it.
    Pin(pin::PinArgs),
    /// Show what a change does to all targets, equal changes folded into classes: uncommitted edits of layers, one ref
    /// against another, edited values, moved pins.
    Radius(radius::RadiusArgs),
    /// Move a channel or pin to another ref: candidates, classes of changes, verdicts; --write writes the one line.
    Promote(promote::PromoteArgs),
    /// Write the composition of a target, or of all, as folders for kustomize, Argo CD and Flux.
    Generate(generate::GenerateArgs),
    /// Print the completions for a shell.
    Completions(shell::CompletionsArgs),
    /// Print the manual page.
    Man,
}

/// Runs the program with these words (the first is its name) and says how it ended; `screen` opens the screen.
pub fn run(words: impl IntoIterator<Item = OsString>, screen: OpenScreen<'_>) -> ExitCode {
    let cli = match Cli::try_parse_from(words) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() { Outcome::Failed.into() } else { ExitCode::SUCCESS };
        }
    };
    match dispatch(&cli, screen) {
        Ok(outcome) => outcome.into(),
        Err(error) => {
            platform::complain(&cli, error.as_ref());
            Outcome::Failed.into()
        }
    }
}

fn dispatch(cli: &Cli, screen: OpenScreen<'_>) -> VerbResult {
    match &cli.verb {
        None => screen(&request(cli, platform_path(cli))?),
        Some(Verb::Demo(args)) => demo::run(cli, args, screen),
        Some(Verb::List(args)) => list::run(cli, args),
        Some(Verb::Explain(args)) => explain::run(cli, args),
        Some(Verb::Blame(args)) => blame::run(cli, args),
        Some(Verb::Render(args)) => render::run(cli, args),
        Some(Verb::Build(args)) => build::run(cli, args),
        Some(Verb::Diff(args)) => diff::run(cli, args),
        Some(Verb::History(args)) => history::run(cli, args),
        Some(Verb::Bisect(args)) => bisect::run(cli, args),
        Some(Verb::Parity(args)) => parity::run(cli, args),
        Some(Verb::Set(args)) => set::run(cli, args),
        Some(Verb::Pin(args)) => pin::run(cli, args),
        Some(Verb::Radius(args)) => radius::run(cli, args),
        Some(Verb::Promote(args)) => promote::run(cli, args),
        Some(Verb::Generate(args)) => generate::run(cli, args),
        Some(Verb::Completions(args)) => shell::completions(args),
        Some(Verb::Man) => shell::manual(),
    }
}

/// The directory of the platform that the command line names.
fn platform_path(cli: &Cli) -> PathBuf {
    cli.path.as_ref().map_or_else(|| cli.directory.clone(), |path| cli.directory.join(path))
}

fn request(cli: &Cli, path: PathBuf) -> Result<ScreenRequest, Box<dyn std::error::Error + Send + Sync>> {
    let memory = OpenOptions::default().memory;
    let open = OpenOptions { memory, ..cli.open_options().map_err(problem)? };
    Ok(ScreenRequest { path, open, screen: cli.screen.clone(), picture: None })
}

impl Cli {
    /// How the command line says that a platform is opened.
    ///
    /// # Errors
    ///
    /// When a limit is not one.
    fn open_options(&self) -> Result<OpenOptions, Diagnostic> {
        Ok(OpenOptions {
            at: self.at.clone(),
            refs_now: self.refs_now,
            outside: Outside { remotes: self.reach.remotes(&self.directory)?, helm: None },
            limits: self.reach.limits()?,
            // Bytes for rendered targets: a verb looks at each for a short time, and `render` only once. What goes at once
            // goes in the thread that made it, which is quicker.
            memory: if matches!(self.verb, Some(Verb::Render(_))) { 0 } else { 8 * 1024 * 1024 },
            ..OpenOptions::default()
        })
    }
}

/// The description of the command line, for completions and the manual.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command()
}

/// Turns a problem into the error of a verb.
fn problem(problem: Diagnostic) -> Box<dyn std::error::Error + Send + Sync> {
    Box::new(problem)
}
