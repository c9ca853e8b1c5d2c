//! A target over its history, and the commit that changed a value: as text and as JSON.

use serde_json::{Value, json};

use super::answer::{Bisection, CommitSummary, Run, Seen, Stop, ValueChange, ValueHistory, Vary};
use super::blame::Writing;
use crate::diff;

/// Longer values are cut in text; JSON has them whole.
const LONGEST: usize = 60;

/// Most reasons for skipped commits that text shows.
const MOST_SKIPPED: usize = 5;

/// The history for people, newest run first.
#[must_use]
pub fn text(history: &ValueHistory) -> String {
    let what = if history.by_commits { "commit" } else { "tag" };
    let mut text = title(&history.target.to_string(), history.path.as_deref());
    text.push_str(&format!(
        "{}, {}; {} rendered; newest first\n",
        counted(history.looked_at, what),
        in_words(history.vary),
        history.rendered
    ));
    for (place, run) in history.runs.iter().enumerate() {
        let older = history.runs.get(place + 1).or_else(|| history.runs.get(place.checked_sub(1)?));
        text.push('\n');
        text.push_str(&run_text(run, older, what));
    }
    text
}

fn run_text(run: &Run, neighbour: Option<&Run>, what: &str) -> String {
    let (Some(newest), Some(oldest)) = (run.stops.first(), run.stops.last()) else { return String::new() };
    let other = neighbour.and_then(|run| run.stops.first()).map(|stop| stop.seen.in_words());
    let mut text = around(&oldest.seen.in_words(), other.as_deref().unwrap_or(""));
    if let Some((came, went)) = run.lines {
        text.push_str(&format!("  (+{came} -{went})"));
    }
    text.push('\n');
    let range = match run.stops.len() {
        1 => name(oldest),
        count => format!("{} to {} ({})", name(oldest), name(newest), counted(count, what)),
    };
    text.push_str(&format!("  {range}\n"));
    text.push_str(&commit_lines(&oldest.commit));
    match &oldest.seen {
        Seen::Fails(problem) => text.push_str(&format!("  {problem}\n")),
        seen => text.extend(seen.writer().map(|writer| format!("  {}\n", written(writer)))),
    }
    text
}

/// What was found for people.
#[must_use]
pub fn bisection(found: &Bisection) -> String {
    let mut text = title(&found.target.to_string(), found.path.as_deref());
    let (from, to) = (found.from.seen.in_words(), found.to.seen.in_words());
    text.push_str(&format!(
        "{}, {}; {} rendered\n  {}  {}\n  {}  {}\n",
        counted(found.commits, "commit"),
        in_words(found.vary),
        found.rendered,
        found.from.commit.short,
        around(&from, &to),
        found.to.commit.short,
        around(&to, &from),
    ));
    for change in &found.changes {
        text.push('\n');
        text.push_str(&change_text(change));
    }
    if found.changes.is_empty() {
        text.push_str("\nno change: ");
        text.push_str(match found.all {
            true => "every commit has the same\n",
            false => "both ends have the same; --all looks for changes that were taken back\n",
        });
    }
    if found.flips && !found.all {
        text.push_str("\nnote: it changed more than once; --all lists every change\n");
    }
    if !found.skipped.is_empty() {
        text.push_str(&format!("\nskipped, for they do not render ({}):\n", found.skipped.len()));
        for (commit, problem) in found.skipped.iter().take(MOST_SKIPPED) {
            text.push_str(&format!("  {}  {}\n    {problem}\n", commit.short, commit.subject));
        }
        if found.skipped.len() > MOST_SKIPPED {
            text.push_str(&format!("  and {} more\n", found.skipped.len() - MOST_SKIPPED));
        }
    }
    text
}

fn change_text(change: &ValueChange) -> String {
    let (before, after) = (change.before.in_words(), change.after.in_words());
    let mut text = match (&change.before, &change.after) {
        (Seen::Manifests(before), Seen::Manifests(after)) => {
            let counts = diff::text(before.clone(), after.clone()).counts;
            format!("+{} -{} lines\n", counts.added + counts.changed, counts.removed + counts.changed)
        }
        _ if before.chars().count() + after.chars().count() < LONGEST => format!("{before} -> {after}\n"),
        _ => format!("- {}\n+ {}\n", around(&before, &after), around(&after, &before)),
    };
    text.push_str(&commit_lines(&change.commit));
    text.extend(change.after.writer().map(|writer| format!("  {}\n", written(writer))));
    if let Some(before) = change.before.writer().filter(|_| change.after.writer().is_none()) {
        text.push_str(&format!("  before: {}\n", written(before)));
    }
    if !change.unclear.is_empty() {
        let names: Vec<&str> = change.unclear.iter().map(|commit| commit.short.as_str()).collect();
        text.push_str(&format!("  or one before it that does not render: {}\n", names.join(" ")));
    }
    text
}

fn title(target: &str, path: Option<&str>) -> String {
    format!("{target}  {}\n", path.unwrap_or("manifests"))
}

fn in_words(vary: Vary) -> &'static str {
    match vary {
        Vary::Both => "catalog and layers of each",
        Vary::Layers => "layers of each under the open catalog",
        Vary::Catalog => "catalog of each with the refs of its time",
    }
}

fn commit_lines(commit: &CommitSummary) -> String {
    format!("  {}  {}  {}\n  {}\n", commit.short, commit.date, commit.author, commit.subject)
}

fn name(stop: &Stop) -> String {
    stop.tag.as_ref().map_or_else(|| stop.commit.short.clone(), ToString::to_string)
}

/// `file:line:column @ commit`, and what kind of thing it is.
fn written(writing: &Writing) -> String {
    let Some(span) = &writing.span else {
        return format!("written by the composition of the target ({})", writing.kind.word());
    };
    let at = span
        .file
        .revision
        .as_deref()
        .map_or_else(String::new, |id| format!(" @ {}", id.get(..7).unwrap_or(id)));
    format!("written by {span}{at} ({})", writing.kind.word())
}

fn short(value: &str) -> String {
    match value.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &value[..at]),
        None => value.to_owned(),
    }
}

/// The part of a long value where it begins to differ from another one.
fn around(value: &str, other: &str) -> String {
    let same = value.chars().zip(other.chars()).take_while(|(own, other)| own == other).count();
    if value.chars().count() <= LONGEST || same < LONGEST / 2 {
        return short(value);
    }
    let from = same.saturating_sub(LONGEST / 3);
    format!("…{}", short(&value.chars().skip(from).collect::<String>()))
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// The history as JSON.
#[must_use]
pub fn json(history: &ValueHistory) -> Value {
    let run = |run: &Run| {
        let mut value = run.stops.last().map_or(Value::Null, |stop| seen_json(&stop.seen));
        value["since"] = run.stops.last().map_or(Value::Null, stop_json);
        value["until"] = run.stops.first().map_or(Value::Null, stop_json);
        if let Some((added, removed)) = run.lines {
            value["lines"] = json!({ "added": added, "removed": removed });
        }
        value["stops"] = run.stops.iter().map(stop_json).collect();
        value
    };
    json!({
        "target": history.target,
        "path": history.path,
        "vary": history.vary,
        "over": if history.by_commits { "commits" } else { "tags" },
        "looked_at": history.looked_at,
        "rendered": history.rendered,
        "runs": history.runs.iter().map(run).collect::<Vec<_>>(),
    })
}

/// What was found, as JSON.
#[must_use]
pub fn bisection_json(found: &Bisection) -> Value {
    let end = |stop: &Stop| {
        let mut value = seen_json(&stop.seen);
        value["commit"] = json!(stop.commit);
        value
    };
    let change = |change: &ValueChange| {
        json!({
            "commit": change.commit,
            "before": seen_json(&change.before),
            "after": seen_json(&change.after),
            "unclear": change.unclear,
        })
    };
    let skipped = |(commit, problem): &(CommitSummary, std::sync::Arc<crate::base::Diagnostic>)| json!({ "commit": commit, "problem": problem.to_string() });
    json!({
        "target": found.target,
        "path": found.path,
        "vary": found.vary,
        "from": end(&found.from),
        "to": end(&found.to),
        "changes": found.changes.iter().map(change).collect::<Vec<_>>(),
        "skipped": found.skipped.iter().map(skipped).collect::<Vec<_>>(),
        "more_changes": found.flips,
        "commits": found.commits,
        "rendered": found.rendered,
    })
}

fn stop_json(stop: &Stop) -> Value {
    json!({ "tag": stop.tag, "commit": stop.commit })
}

fn seen_json(seen: &Seen) -> Value {
    let state = match seen {
        Seen::Value { .. } => "value",
        Seen::Manifests(_) => "manifests",
        Seen::NoValue => "no-value",
        Seen::NoTarget => "no-target",
        Seen::Fails(_) => "fails",
    };
    let mut value = json!({ "state": state });
    match seen {
        Seen::Value { text, writer } => {
            value["value"] = json!(text);
            value["writer"] = writer.as_deref().map_or(Value::Null, |writing| {
                json!({
                    "kind": writing.kind,
                    "file": writing.span.as_ref().map(|span| span.file.path.to_string()),
                    "line": writing.span.as_ref().map(|span| span.line),
                    "revision": writing.span.as_ref().and_then(|span| span.file.revision.as_deref()),
                })
            });
        }
        Seen::Manifests(text) => value["manifest_lines"] = json!(text.lines().count()),
        Seen::Fails(problem) => value["problem"] = json!(problem.to_string()),
        Seen::NoValue | Seen::NoTarget => {}
    }
    value
}
