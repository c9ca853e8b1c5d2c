//! The sentences that all forms of the report share.

use crate::base::Severity;
use crate::report::answer::{Cause, CommitSummary, Radius, RefRange};

/// A number with its noun: `1 target`, `12 targets`.
pub(super) fn count(number: usize, noun: &str) -> String {
    let plural = if noun.ends_with('s') { format!("{noun}es") } else { format!("{noun}s") };
    if number == 1 { format!("1 {noun}") } else { format!("{number} {plural}") }
}

/// What happens, in one line: `60 of 98 targets change in 3 ways · 2 newly fail · 1 error`.
#[must_use]
pub fn headline(radius: &Radius) -> String {
    let mut parts = Vec::new();
    let changed = radius.changed();
    let looked_at = count(radius.looked_at, "target");
    parts.push(match (changed, radius.classes.len()) {
        (0, _) => format!("no manifest of {looked_at} changes"),
        (_, 1) => format!("{changed} of {looked_at} change, all in the same way"),
        (_, ways) => format!("{changed} of {looked_at} change in {ways} ways"),
    });
    for (number, words) in [
        (radius.newly_fail(), "newly fail"),
        (radius.newly_render.len(), "newly render"),
        (radius.fail_differently.iter().map(|group| group.members.len()).sum(), "fail in another way"),
        (radius.appear.len(), "appear"),
        (radius.disappear.len(), "disappear"),
    ] {
        if number > 0 {
            parts.push(format!("{number} {words}"));
        }
    }
    let verdicts = radius.verdicts();
    for (severity, noun) in [(Severity::Error, "error"), (Severity::Warning, "warning")] {
        let number = verdicts.iter().filter(|(_, verdict)| verdict.severity == severity).count();
        if number > 0 {
            parts.push(count(number, noun));
        }
    }
    if !radius.is_complete {
        parts.push("called off before all were looked at".to_owned());
    }
    parts.join(" · ")
}

/// The targets with nothing to see, in one sentence; nothing when there are none.
#[must_use]
pub fn quiet(radius: &Radius) -> Option<String> {
    let moved = radius.same_manifests.len();
    let mut parts = Vec::new();
    match (radius.unchanged, moved) {
        (0, 0) => {}
        (unchanged, 0) => {
            parts.push(format!("{} {} the same", count(unchanged, "target"), stay(unchanged)));
        }
        (0, moved) => {
            parts.push(format!("{} with another ref {} the same", count(moved, "target"), stay(moved)));
        }
        (unchanged, moved) => parts.push(format!(
            "{} {} the same, {moved} of them with another ref",
            count(unchanged + moved, "target"),
            stay(unchanged + moved),
        )),
    }
    if radius.still_fail > 0 {
        parts.push(format!("{} before and after", verb(radius.still_fail)));
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn stay(number: usize) -> &'static str {
    if number == 1 { "stays" } else { "stay" }
}

fn verb(number: usize) -> String {
    if number == 1 { "1 fails".to_owned() } else { format!("{number} fail") }
}

/// A ref without what all refs have in front.
pub(super) fn short_ref(reference: &str) -> &str {
    ["refs/tags/", "refs/heads/", "refs/remotes/"]
        .iter()
        .find_map(|prefix| reference.strip_prefix(prefix))
        .unwrap_or(reference)
}

/// A move: `config-2025.11.06 → config-2025.11.08-rc1   9 commits, 4 authors`.
#[must_use]
pub fn range(range: &RefRange) -> String {
    let name = |reference: &Option<std::sync::Arc<str>>| {
        reference.as_deref().map_or("nothing", short_ref).to_owned()
    };
    let mut text = format!("{} → {}", name(&range.from), name(&range.to));
    if let Some(words) = commits(range) {
        text.push_str("   ");
        text.push_str(&words);
    }
    text
}

/// How far apart the two are: `9 commits, 4 authors`, `3 commits back`.
pub(super) fn commits(range: &RefRange) -> Option<String> {
    let distance = range.distance?;
    let authors = count(range.authors(), "author");
    Some(match (distance.ahead, distance.behind) {
        (0, 0) => "the same commit".to_owned(),
        (ahead, 0) => format!("{}, {authors}", count(ahead, "commit")),
        (0, behind) => format!("{} back", count(behind, "commit")),
        (ahead, behind) => format!("{}, {authors}, and {behind} lost", count(ahead, "commit")),
    })
}

/// A commit: `e3f1a2b  sre-team, 2025-11-07: Relax the probes of api`.
pub(super) fn commit(commit: &CommitSummary) -> String {
    format!("{}  {}, {}: {}", commit.short, commit.author, commit.date, commit.subject)
}

/// The place of a cause, and that it is gone where it is.
pub(super) fn place(cause: &Cause) -> String {
    let place = match cause.span.line {
        0 => cause.span.file.path.to_string(),
        line => format!("{}:{line}", cause.span.file.path),
    };
    if cause.is_old { format!("{place} (before)") } else { place }
}

/// A severity in one word.
pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}
