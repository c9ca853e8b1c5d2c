//! The refs that a channel or pin could be moved to, as a table and as JSON.

use serde_json::{Value, json as object};

use super::words::short_ref;
use crate::catalog::Distance;
use crate::report::answer::{CandidateRef, Candidates};
use crate::report::table;

/// The refs as a table, newest first.
#[must_use]
pub fn candidates_text(candidates: &Candidates) -> String {
    let current = candidates.current.as_deref().map_or("not set", short_ref);
    let place = candidates.span.as_ref().map(|span| format!("   {}:{}", span.file.path, span.line));
    let mut text = format!("{}   {current}{}\n\n", candidates.movable, place.unwrap_or_default());
    let row = |own: &CandidateRef| {
        vec![
            if own.is_current { "▸" } else { " " }.to_owned(),
            own.name.to_string(),
            own.commit.short.clone(),
            own.commit.date.clone(),
            distance(own),
            own.commit.author.clone(),
        ]
    };
    let rows: Vec<Vec<String>> = candidates.refs.iter().map(row).collect();
    text.push_str(&table::align(&rows));
    text
}

fn distance(own: &CandidateRef) -> String {
    match own.distance {
        None => "–".to_owned(),
        Some(Distance { ahead: 0, behind: 0 }) => "=".to_owned(),
        Some(Distance { ahead, behind: 0 }) => format!("+{ahead}"),
        Some(Distance { ahead: 0, behind }) => format!("−{behind}"),
        Some(Distance { ahead, behind }) => format!("+{ahead} −{behind}"),
    }
}

/// The refs as a JSON value.
#[must_use]
pub fn candidates_json(candidates: &Candidates) -> Value {
    let one = |own: &CandidateRef| {
        object!({
            "ref": own.reference,
            "name": own.name,
            "kind": if own.is_tag { "tag" } else { "branch" },
            "commit": own.commit,
            "distance": own.distance,
            "current": own.is_current,
        })
    };
    object!({
        "move": candidates.movable.to_string(),
        "current": candidates.current,
        "currentCommit": candidates.current_commit,
        "place": candidates.span.as_ref().map(ToString::to_string),
        "candidates": candidates.refs.iter().map(one).collect::<Vec<_>>(),
    })
}
