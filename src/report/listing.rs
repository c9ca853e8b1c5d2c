//! The list of targets: every target with its ref, commit, rule and badges.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::answer::{CommitSummary, Overview, TargetState};
use super::table;
use crate::catalog::{Badge, Resolution, TargetId};

/// One target of the list; the names of the fields are those of the JSON output and never change.
#[derive(Serialize, Debug)]
pub struct Row<'a> {
    /// `service@env/region`.
    pub target: String,
    /// Name of the service.
    pub service: &'a str,
    /// Name of the environment.
    pub env: &'a str,
    /// Name of the region.
    pub region: &'a str,
    /// The ref as the catalog writes it, also when it is broken.
    #[serde(rename = "ref")]
    pub reference: Option<&'a str>,
    /// Full id of the commit.
    pub commit: Option<&'a str>,
    /// Author's date of the commit.
    pub date: Option<&'a str>,
    /// The rule that decides.
    pub rule: Option<&'static str>,
    /// The channel that the rule goes through.
    pub channel: Option<&'a str>,
    /// Words on what people should know.
    pub badges: Vec<&'static str>,
    /// Why the target does not render.
    pub problem: Option<String>,
}

/// The rows of the list, in the order of the catalog. `states` adds what rendering found out.
#[must_use]
pub fn rows<'a>(overview: &'a Overview, states: &BTreeMap<TargetId, TargetState>) -> Vec<Row<'a>> {
    overview.resolutions.iter().map(|resolution| row(resolution, overview, states)).collect()
}

fn row<'a>(
    resolution: &'a Arc<Resolution>,
    overview: &'a Overview,
    states: &BTreeMap<TargetId, TargetState>,
) -> Row<'a> {
    let target = &resolution.target;
    let commit: Option<&CommitSummary> = resolution.commit().and_then(|id| overview.commits.get(id));
    let failure = match states.get(target) {
        Some(TargetState::Failed(problem)) => Some(problem.to_string()),
        _ => None,
    };
    let mut badges: Vec<Badge> = resolution.badges.clone();
    if failure.is_some() && !badges.contains(&Badge::Failed) {
        badges.push(Badge::Failed);
    }
    Row {
        target: target.to_string(),
        service: &target.service,
        env: &target.env,
        region: &target.region,
        reference: resolution.reference(),
        commit: resolution.commit(),
        date: commit.map(|commit| commit.date.as_str()),
        rule: resolution.winning().map(|candidate| candidate.rule.name()),
        channel: resolution.winning().and_then(|candidate| candidate.channel.as_deref()),
        badges: badges.into_iter().map(Badge::word).collect(),
        problem: failure,
    }
}

/// The list as a table for people.
#[must_use]
pub fn text(rows: &[Row<'_>]) -> String {
    let heading = ["TARGET", "REF", "COMMIT", "DATE", "RULE", "BADGES"].map(str::to_owned).to_vec();
    let cells = rows.iter().map(|row| {
        let rule = match (row.rule, row.channel) {
            (Some(rule), Some(channel)) => format!("{rule} {channel}"),
            (Some(rule), None) => rule.to_owned(),
            (None, _) => "–".to_owned(),
        };
        vec![
            row.target.clone(),
            row.reference.unwrap_or("–").to_owned(),
            row.commit.map_or("–", |commit| commit.get(..8).unwrap_or(commit)).to_owned(),
            row.date.unwrap_or("–").to_owned(),
            rule,
            row.badges.join(" "),
        ]
    });
    let table: Vec<Vec<String>> = std::iter::once(heading).chain(cells).collect();
    table::align(&table)
}
