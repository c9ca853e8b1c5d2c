//! `overlens diff`: two targets compared, as `diff -u` or side by side.

use clap::Args;
use serde::Serialize;

use super::output::{self, Colour, Outcome};
use super::{Cli, VerbResult, platform, problem};
use crate::diff::{DiffDocument, ResourceDiff, Row, Status, StyledLine, Totals, side_by_side};
use crate::report::styled;

/// Options of `overlens diff`.
#[derive(Args, Debug)]
pub struct DiffArgs {
    /// The left target: `service@env/region`, with `:REF` for another ref.
    pub left: String,
    /// The right target.
    pub right: String,
    /// Two columns instead of `diff -u`.
    #[arg(long, short = 'y')]
    pub side_by_side: bool,
    /// Width of the two columns together (default: that of the terminal, else 160).
    #[arg(long, value_name = "COLUMNS")]
    pub width: Option<usize>,
    /// Equal lines to show around each difference.
    #[arg(long, short = 'U', value_name = "LINES", default_value_t = 3)]
    pub context: usize,
    /// Take lines that differ only in names which two targets always differ in, such as the namespace, as equal; their
    /// number is told.
    #[arg(long)]
    pub hide_expected: bool,
    /// The form of the answer.
    #[arg(long, value_enum, default_value_t)]
    pub output: output::Format,
    /// When to colour.
    #[arg(long, value_enum, default_value_t)]
    pub color: Colour,
}

/// The difference as JSON.
#[derive(Serialize)]
struct Report<'a> {
    left: &'a str,
    right: &'a str,
    equal: bool,
    totals: &'a Totals,
    resources: Vec<ResourceReport<'a>>,
}

#[derive(Serialize)]
struct ResourceReport<'a> {
    #[serde(flatten)]
    identity: &'a crate::diff::Identity,
    status: Status,
    added: usize,
    removed: usize,
    changed: usize,
    expected: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<String>,
}

/// Prints the difference.
///
/// # Errors
///
/// When the platform cannot be read, or one of the two does not render.
pub(super) fn run(cli: &Cli, args: &DiffArgs) -> VerbResult {
    let (explorer, overview) = platform::open_catalog(cli).map_err(problem)?;
    let left = platform::address(&args.left, &overview).map_err(problem)?;
    let right = platform::address(&args.right, &overview).map_err(problem)?;
    let comparison = explorer.compare(&left, &right, &explorer.draft());
    let document = comparison.difference.as_ref().map_err(|failure| problem((**failure).clone()))?;
    let shown: Vec<ResourceDiff> = document
        .different()
        .filter(|resource| !args.hide_expected || is_surprising(resource))
        .map(|resource| visible(resource, args.hide_expected))
        .collect();
    match args.output {
        output::Format::Json => output::json(&report(document, args))?,
        output::Format::Text => {
            let lines = if args.side_by_side {
                columns(document, &shown, args)
            } else {
                unified(document, &shown, args)
            };
            output::coloured(&styled::ansi(&lines), args.color)?;
        }
    }
    Ok(if shown.is_empty() { Outcome::Clean } else { Outcome::Different })
}

/// Whether a resource differs in more than what is expected.
fn is_surprising(resource: &ResourceDiff) -> bool {
    resource.status != Status::Changed || resource.text.counts.is_surprising()
}

/// A resource in which what is expected counts as equal, if that is to be hidden.
fn visible(resource: &ResourceDiff, hide_expected: bool) -> ResourceDiff {
    let mut shown = resource.clone();
    if hide_expected {
        for row in &mut shown.text.rows {
            if let Row::Changed { left, right, expected: true, .. } = *row {
                *row = Row::Equal { left, right };
            }
        }
        // The number of hidden lines stays in `expected`.
        shown.text.counts.changed -= shown.text.counts.expected;
    }
    shown
}

/// Says how many lines of a resource are hidden.
fn hidden(resource: &ResourceDiff, args: &DiffArgs) -> Option<StyledLine> {
    let number = resource.text.counts.expected;
    let lines = if number == 1 { "1 line differs" } else { "lines differ" };
    let number = if number == 1 { String::new() } else { format!("{number} ") };
    let said = format!("# {number}{lines} only in names and namespaces, as expected");
    (args.hide_expected && resource.text.counts.expected > 0)
        .then(|| StyledLine::new(said, crate::diff::Style::Hunk))
}

fn unified(document: &DiffDocument, shown: &[ResourceDiff], args: &DiffArgs) -> Vec<StyledLine> {
    let of = |resource: &ResourceDiff| {
        let mut lines = resource.unified(document, args.context);
        lines.extend(hidden(resource, args));
        lines
    };
    shown.iter().flat_map(of).collect()
}

fn columns(document: &DiffDocument, shown: &[ResourceDiff], args: &DiffArgs) -> Vec<StyledLine> {
    let terminal = || crossterm::terminal::size().ok().filter(|_| output::to_terminal());
    let width = args.width.unwrap_or_else(|| terminal().map_or(160, |(columns, _)| usize::from(columns)));
    let mut lines = vec![StyledLine::new(
        format!("{} | {}", document.left_label, document.right_label),
        crate::diff::Style::Header,
    )];
    for resource in shown {
        lines.push(StyledLine::new(
            format!("{} {} ({})", mark(resource.status), resource.identity, resource.text.counts),
            crate::diff::Style::Header,
        ));
        lines.extend(side_by_side(&resource.text, width, args.context));
        lines.extend(hidden(resource, args));
        lines.push(StyledLine::default());
    }
    lines
}

fn mark(status: Status) -> char {
    match status {
        Status::Added => '+',
        Status::Removed => '-',
        Status::Changed => '~',
        Status::Equal => '=',
    }
}

fn report<'a>(document: &'a DiffDocument, args: &DiffArgs) -> Report<'a> {
    let resource = |resource: &'a ResourceDiff| {
        let counts = resource.text.counts;
        let differs = resource.status != Status::Equal;
        let text = || {
            let shown = visible(resource, args.hide_expected);
            crate::diff::styled::plain(&shown.unified(document, args.context))
        };
        ResourceReport {
            identity: &resource.identity,
            status: resource.status,
            added: counts.added,
            removed: counts.removed,
            changed: counts.changed,
            expected: counts.expected,
            diff: differs.then(text),
        }
    };
    Report {
        left: &document.left_label,
        right: &document.right_label,
        equal: document.is_equal(),
        totals: &document.totals,
        resources: document.resources.iter().map(resource).collect(),
    }
}
