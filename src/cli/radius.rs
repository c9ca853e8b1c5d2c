//! `overlens radius`: what a change does to all targets, folded into classes of equal changes.

use std::io::IsTerminal;

use clap::{Args, ValueEnum};

use super::output::{self, Colour, Outcome};
use super::{Cli, VerbResult, platform, problem, set};
use crate::base::{Diagnostic, Severity};
use crate::catalog::Catalog;
use crate::edit::{Draft, Operation};
use crate::explorer::{Cancel, Explorer};
use crate::report::answer::{Change, LayerChoice, Overview, Progress, Radius, TargetScope};
use crate::report::{radius as report, styled};

/// Options of `overlens radius`.
#[derive(Args, Debug)]
pub struct RadiusArgs {
    /// `.`: what the uncommitted edits of layers do (against HEAD). `A..B`: the layers at B instead of those at A, for
    /// all targets. `B`: the layers at B instead of those of each target's own ref. Default: the edits of --set and
    /// --pin, else `.`
    #[arg(value_name = "A..B", conflicts_with_all = ["set", "pin"])]
    pub change: Option<String>,
    /// A value of a service that is edited, as for `overlens set`; can be repeated.
    #[arg(long, num_args = 3, value_names = ["SERVICE", "PATH", "VALUE"], action = clap::ArgAction::Append)]
    pub set: Vec<String>,
    /// A channel or pin that is moved, as for `overlens pin`; can be repeated.
    #[arg(long, num_args = 3, value_names = ["WHAT", "NAME", "REF"], action = clap::ArgAction::Append)]
    pub pin: Vec<String>,
    /// How the answer is shown.
    #[command(flatten)]
    pub report: ReportArgs,
}

/// How the effect of a change is shown.
#[derive(Args, Debug)]
pub struct ReportArgs {
    /// Only targets of this service; can be repeated.
    #[arg(long, value_name = "SERVICE")]
    pub service: Vec<String>,
    /// Only targets of this environment; can be repeated.
    #[arg(long, value_name = "ENV")]
    pub env: Vec<String>,
    /// Only targets of this region; can be repeated.
    #[arg(long, value_name = "REGION")]
    pub region: Vec<String>,
    /// Show all classes, however many there are.
    #[arg(long)]
    pub all: bool,
    /// Show what changes, field by field, instead of classes: few entries also when targets differ in which of many
    /// changes reach them.
    #[arg(long, conflicts_with_all = ["class", "target", "all"])]
    pub fields: bool,
    /// Open one class: its fields with their causes, the difference, all members.
    #[arg(long, value_name = "LETTER", conflicts_with = "target")]
    pub class: Option<String>,
    /// Open one target instead: its fields with their causes, and its difference.
    #[arg(long, value_name = "TARGET")]
    pub target: Option<String>,
    /// End with exit code 2 when this is found: `failure` (a target newly fails), `error`, `warning`, or the name of
    /// a verdict such as `immutable-field`; can be repeated.
    #[arg(long, value_name = "WHAT")]
    pub deny: Vec<String>,
    /// Equal lines to show around each difference.
    #[arg(long, short = 'U', value_name = "LINES", default_value_t = 3)]
    pub context: usize,
    /// The form of the answer.
    #[arg(long, value_enum, default_value_t)]
    pub output: ReportFormat,
    /// When to colour.
    #[arg(long, value_enum, default_value_t)]
    pub color: Colour,
}

/// The form of a report.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum ReportFormat {
    /// For people.
    #[default]
    Text,
    /// For programs: one JSON value, stable keys.
    Json,
    /// Markdown, for a merge request.
    Md,
}

/// Columns of text that is read later, such as in the log of a build.
const NARROW: usize = 80;

/// More classes than this are not shown at once.
const MOST_CLASSES: usize = 24;

/// Longer lines are hard to read.
const WIDEST: usize = 110;

/// Prints what the change does.
///
/// # Errors
///
/// When the change cannot be made, a name is unknown, or something was found that is denied.
pub(super) fn run(cli: &Cli, args: &RadiusArgs) -> VerbResult {
    let (explorer, overview) = platform::open_catalog(cli).map_err(problem)?;
    let mut draft = explorer.draft();
    let change = change(args, &explorer, &overview, &mut draft).map_err(problem)?;
    show(&explorer, &overview, &change, &draft, &args.report).map(|shown| shown.outcome)
}

fn change(
    args: &RadiusArgs,
    explorer: &Explorer,
    overview: &Overview,
    draft: &mut Draft,
) -> Result<Change, Diagnostic> {
    for words in args.set.chunks(3) {
        let [service, path, value] = words else { continue };
        push(set::operation(service, path, value, &overview.catalog)?, explorer, draft)?;
    }
    for words in args.pin.chunks(3) {
        let [what, key, reference] = words else { continue };
        let what = super::pin::What::from_str(what, true).map_err(|_| {
            Diagnostic::error("radius/pin", format!("`{what}` is nothing that can be moved"))
                .hint("Write `channel NAME REF`, `env ENV REF` or `region REGION/ENV REF`.")
        })?;
        push(super::pin::operation(what, key, reference, &overview.catalog)?, explorer, draft)?;
    }
    if !draft.entries().is_empty() {
        return Ok(Change::Draft);
    }
    let text = args.change.as_deref().unwrap_or(".");
    let at = |text: &str| LayerChoice::At(text.into());
    match text.split_once("..") {
        Some((from, to)) if !from.is_empty() && !to.is_empty() && !to.starts_with('.') => {
            Ok(Change::Layers { from: at(from), to: at(to) })
        }
        Some(_) => Err(Diagnostic::error("radius/range", format!("`{text}` does not name two refs")).hint(
            "Write `A..B`, with `.` for the files as they are: `main...` is `main` against the work tree.",
        )),
        None if text == "." => Ok(Change::Layers { from: at("HEAD"), to: at(".") }),
        None => Ok(Change::Layers { from: LayerChoice::Resolved, to: at(text) }),
    }
}

fn push(operation: Operation, explorer: &Explorer, draft: &mut Draft) -> Result<(), Diagnostic> {
    draft.push(operation, &*explorer.catalog_source()).map_err(|error| error.diagnostic())?;
    Ok(())
}

/// What was shown.
pub(super) struct Shown {
    /// How the verb ends.
    pub(super) outcome: Outcome,
    /// The answer; `None` when a single target was asked for.
    pub(super) radius: Option<std::sync::Arc<Radius>>,
}

/// Prints what a change does, in the form that was asked for.
///
/// # Errors
///
/// As [`run`].
pub(super) fn show(
    explorer: &Explorer,
    overview: &Overview,
    change: &Change,
    draft: &Draft,
    args: &ReportArgs,
) -> Result<Shown, Box<dyn std::error::Error + Send + Sync>> {
    let width = width();
    if let Some(text) = &args.target {
        let address = platform::address(text, overview).map_err(problem)?;
        let member = explorer
            .member_change(change, draft, &address.target)
            .map_err(|failure| problem((*failure).clone()))?;
        output::coloured(&styled::ansi(&report::member_text(&member, width, args.context)), args.color)?;
        let outcome = if member.difference.is_equal() { Outcome::Clean } else { Outcome::Different };
        return Ok(Shown { outcome, radius: None });
    }
    let scope = scope(args, &overview.catalog).map_err(problem)?;
    let bar = Bar::new();
    let answer =
        explorer.radius(change, draft, &scope, &|progress, _| bar.show(progress), &Cancel::default());
    bar.clear();
    let radius = answer.map_err(|failure| problem((*failure).clone()))?;
    print(explorer, &radius, args, width)?;
    let denied = denied(&radius, &args.deny).map_err(problem)?;
    if let Some(refusal) = denied {
        return Err(problem(refusal));
    }
    let outcome = if radius.changes_anything() { Outcome::Different } else { Outcome::Clean };
    Ok(Shown { outcome, radius: Some(radius) })
}

fn print(
    explorer: &Explorer,
    radius: &Radius,
    args: &ReportArgs,
    width: usize,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    if let Some(letter) = &args.class {
        let class = radius.class(letter).ok_or_else(|| {
            let last = radius.classes.last().map_or("none", |class| &class.letter);
            problem(
                Diagnostic::error("radius/no-class", format!("there is no class `{letter}`"))
                    .hint(format!("There are {}, up to `{last}`.", radius.classes.len())),
            )
        })?;
        return Ok(output::coloured(
            &styled::ansi(&report::class_text(class, width, args.context)),
            args.color,
        )?);
    }
    match args.output {
        ReportFormat::Json => output::json(&report::json(radius))?,
        ReportFormat::Md => output::exact(&report::markdown(radius))?,
        ReportFormat::Text if args.fields => {
            output::coloured(&styled::ansi(&report::field_text(radius, width)), args.color)?;
            platform::show_problems(explorer, &radius.problems);
        }
        ReportFormat::Text => {
            let most = if args.all { usize::MAX } else { MOST_CLASSES };
            output::coloured(&styled::ansi(&report::text(radius, width, most)), args.color)?;
            platform::show_problems(explorer, &radius.problems);
        }
    }
    Ok(())
}

/// The targets that are asked about, with every name checked.
fn scope(args: &ReportArgs, catalog: &Catalog) -> Result<TargetScope, Diagnostic> {
    for service in &args.service {
        crate::catalog::find_service(service, catalog)?;
    }
    for environment in &args.env {
        let names = catalog.environments.iter().map(|environment| &*environment.value);
        set::known("environment", environment, names)?;
    }
    for region in &args.region {
        set::known("region", region, catalog.regions.iter().map(|region| &*region.name.value))?;
    }
    Ok(TargetScope {
        services: args.service.clone(),
        environments: args.env.clone(),
        regions: args.region.clone(),
    })
}

/// The problem that ends the verb when something was found that is denied.
///
/// # Errors
///
/// When a word of `--deny` means nothing.
fn denied(radius: &Radius, words: &[String]) -> Result<Option<Diagnostic>, Diagnostic> {
    let verdicts = radius.verdicts();
    let mut found = Vec::new();
    for word in words {
        let number = match word.as_str() {
            "failure" => radius.newly_fail(),
            "error" => verdicts.iter().filter(|(_, own)| own.severity == Severity::Error).count(),
            "warning" => verdicts.iter().filter(|(_, own)| own.severity >= Severity::Warning).count(),
            code if crate::check::CODES.contains(&code) => {
                verdicts.iter().filter(|(_, own)| own.code == code).count()
            }
            other => {
                let known =
                    ["failure", "error", "warning"].into_iter().chain(crate::check::CODES.iter().copied());
                let hint = match crate::base::nearest::nearest(other, known.clone()) {
                    Some(meant) => format!("Did you mean `{meant}`?"),
                    None => format!("There are: {}.", known.collect::<Vec<_>>().join(", ")),
                };
                return Err(
                    Diagnostic::error("radius/deny", format!("nothing is called `{other}`")).hint(hint)
                );
            }
        };
        if number > 0 {
            found.push(format!("`{word}` ({number})"));
        }
    }
    Ok((!found.is_empty()).then(|| {
        Diagnostic::error("radius/denied", format!("the change brings what is denied: {}", found.join(", ")))
            .hint("The report above names the targets and the lines that cause it.")
    }))
}

fn width() -> usize {
    let terminal = || crossterm::terminal::size().ok().filter(|_| output::to_terminal());
    terminal().map_or(NARROW, |(columns, _)| usize::from(columns).clamp(40, WIDEST))
}

/// One line on stderr that says how far the question has come; only on a terminal.
struct Bar {
    shown: Option<std::sync::Mutex<std::time::Instant>>,
}

/// How often the line is drawn anew.
const EVERY: std::time::Duration = std::time::Duration::from_millis(50);

impl Bar {
    fn new() -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        Self { shown: is_terminal.then(|| std::sync::Mutex::new(std::time::Instant::now())) }
    }

    fn show(&self, progress: Progress) {
        // Whoever does not get the lock has nothing newer to say than the one who has it.
        let Some(Ok(mut last)) = self.shown.as_ref().map(std::sync::Mutex::try_lock) else { return };
        if last.elapsed() >= EVERY {
            *last = std::time::Instant::now();
            let Progress { done, total, changed, failing, .. } = progress;
            output::say_in_place(&format!("{done} of {total} targets, {changed} change, {failing} fail"));
        }
    }

    fn clear(&self) {
        if self.shown.is_some() {
            output::say_in_place("");
        }
    }
}
