//! The ladder of a target: every rule with its outcome, place and reason.

use serde::Serialize;

use super::answer::Overview;
use super::table;
use crate::catalog::{Candidate, Outcome, RefProblem, Resolution};

/// The ladder of one target, as JSON prints it.
#[derive(Serialize, Debug)]
pub struct Ladder<'a> {
    /// `service@env/region`.
    pub target: String,
    /// The ref that decides.
    #[serde(rename = "ref")]
    pub reference: Option<&'a str>,
    /// Full id of its commit.
    pub commit: Option<&'a str>,
    /// What is known of the commit.
    pub details: Option<&'a super::answer::CommitSummary>,
    /// The rule that decides.
    pub rule: Option<&'static str>,
    /// Words on what people should know.
    pub badges: Vec<&'static str>,
    /// Every rule in the order of the ladder.
    pub candidates: Vec<Step<'a>>,
    /// What is wrong or doubtful about the refs, one sentence each.
    pub findings: Vec<String>,
}

/// One rule of a ladder.
#[derive(Serialize, Debug)]
pub struct Step<'a> {
    /// The rule.
    pub rule: &'static str,
    /// The key that it reads.
    pub key: &'a str,
    /// The ref as written.
    #[serde(rename = "ref")]
    pub reference: Option<&'a str>,
    /// The channel it goes through.
    pub channel: Option<&'a str>,
    /// Full id of the commit.
    pub commit: Option<&'a str>,
    /// `won`, `shadowed`, `absent` or `broken`.
    pub outcome: &'static str,
    /// For a shadowed candidate: the rule that decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<&'static str>,
    /// For a broken candidate: why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// `file:line` of the pin or of the use of the channel.
    pub at: Option<String>,
    /// `file:line` of the definition of the channel.
    pub defined_at: Option<String>,
}

/// The ladder of one target as data.
#[must_use]
pub fn ladder<'a>(resolution: &'a Resolution, overview: &'a Overview) -> Ladder<'a> {
    Ladder {
        target: resolution.target.to_string(),
        reference: resolution.reference(),
        commit: resolution.commit(),
        details: resolution.commit().and_then(|id| overview.commits.get(id)),
        rule: resolution.winning().map(|candidate| candidate.rule.name()),
        badges: resolution.badges.iter().map(|badge| badge.word()).collect(),
        candidates: resolution.candidates.iter().map(step).collect(),
        findings: resolution.diagnostics.iter().map(ToString::to_string).collect(),
    }
}

fn step(candidate: &Candidate) -> Step<'_> {
    let place = |span: &crate::base::Span| format!("{}:{}", span.file.path, span.line);
    let (outcome, by, reason) = match &candidate.outcome {
        Outcome::Won => ("won", None, None),
        Outcome::Shadowed { by } => ("shadowed", Some(by.name()), None),
        Outcome::Absent => ("absent", None, None),
        Outcome::Broken { problem } => ("broken", None, Some(reason(problem, candidate))),
    };
    Step {
        rule: candidate.rule.name(),
        key: &candidate.key,
        reference: candidate.reference.as_deref(),
        channel: candidate.channel.as_deref(),
        commit: candidate.commit.as_deref(),
        outcome,
        by,
        reason,
        at: candidate.span.as_ref().map(place),
        defined_at: candidate.definition.as_ref().map(place),
    }
}

/// Why a candidate cannot be used, in words.
#[must_use]
pub fn reason(problem: &RefProblem, candidate: &Candidate) -> String {
    let meant = |nearest: &Option<String>| {
        nearest.as_ref().map_or_else(String::new, |nearest| format!("; did you mean `{nearest}`?"))
    };
    match problem {
        RefProblem::UnknownChannel { nearest } => {
            let channel = candidate.channel.as_deref().unwrap_or("");
            format!("channels.yaml has no channel `{channel}`{}", meant(nearest))
        }
        RefProblem::NotFound { nearest } => format!("the ref is not in the repository{}", meant(nearest)),
        RefProblem::CreatedLater { created } => format!("the ref was created later, on {created}"),
        RefProblem::Placeholder => "the ref is a placeholder that nobody filled in".to_owned(),
        RefProblem::Unusable { reason } => reason.clone(),
    }
}

/// The ladder of one target for people: a heading, then a line for each rule.
#[must_use]
pub fn text(resolution: &Resolution, overview: &Overview) -> String {
    let ladder = ladder(resolution, overview);
    let mut text = ladder.target.clone();
    if let Some(reference) = ladder.reference {
        text.push_str(&format!("  {reference}"));
    }
    if let Some(commit) = ladder.details {
        text.push_str(&format!("  {}  {}, {}  {}", commit.short, commit.date, commit.author, commit.subject));
    }
    if !ladder.badges.is_empty() {
        text.push_str(&format!("  [{}]", ladder.badges.join(", ")));
    }
    text.push('\n');
    let rows: Vec<Vec<String>> = ladder
        .candidates
        .iter()
        .zip(&resolution.candidates)
        .enumerate()
        .map(|(number, (step, candidate))| line(number, step, candidate))
        .collect();
    text.push_str(&table::align(&rows));
    for finding in &resolution.diagnostics {
        text.push_str(&format!("  ! {}\n", finding.message));
    }
    text
}

fn line(number: usize, step: &Step<'_>, candidate: &Candidate) -> Vec<String> {
    let reference = match (step.channel, step.reference) {
        (Some(channel), Some(reference)) => format!("{channel} → {reference}"),
        (Some(channel), None) => channel.to_owned(),
        (None, Some(reference)) => reference.to_owned(),
        (None, None) => "–".to_owned(),
    };
    let outcome = match (&candidate.outcome, &step.reason) {
        (Outcome::Won, _) => "WINS".to_owned(),
        (Outcome::Shadowed { by }, _) => format!("shadowed by {}", by.title()),
        (Outcome::Absent, _) => "absent".to_owned(),
        (Outcome::Broken { .. }, reason) => format!("BROKEN: {}", reason.as_deref().unwrap_or("")),
    };
    let commit = step.commit.map_or("", |commit| commit.get(..8).unwrap_or(commit));
    let place = match (&step.at, &step.defined_at) {
        (Some(at), Some(defined)) => format!("{at} ({defined})"),
        (Some(at), None) => at.clone(),
        (None, _) => String::new(),
    };
    let marker = if candidate.outcome == Outcome::Won { "▸" } else { " " };
    vec![
        format!("  {marker} {} {}", number + 1, candidate.rule.title()),
        reference,
        commit.to_owned(),
        outcome,
        place,
    ]
}
