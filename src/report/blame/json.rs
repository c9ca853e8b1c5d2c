//! Blame as one JSON value with stable keys.

use serde::Serialize;

use super::gutter::NameOf;
use super::{Blame, Selected, Writing};
use crate::base::{Diagnostic, Severity, Span};

#[derive(Serialize)]
struct Report {
    lines: Vec<Line>,
    removed: Vec<Removed>,
    findings: Vec<Finding>,
}

#[derive(Serialize)]
struct Line {
    number: usize,
    text: String,
    resource: Option<String>,
    path: Option<String>,
    value: Option<String>,
    writer: Option<Place>,
    history: Vec<Place>,
}

#[derive(Serialize)]
struct Removed {
    resource: String,
    path: String,
    value: String,
    by: Place,
    history: Vec<Place>,
}

/// A writer: what it wrote, what it is, and where it stands.
#[derive(Serialize)]
struct Place {
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    kind: &'static str,
    layer: Option<Layer>,
    #[serde(flatten)]
    at: Option<At>,
}

#[derive(Serialize)]
struct Layer {
    kind: &'static str,
    directory: String,
}

#[derive(Serialize)]
struct At {
    file: String,
    line: u32,
    column: u32,
    revision: Option<String>,
}

#[derive(Serialize)]
struct Finding {
    code: &'static str,
    severity: Severity,
    message: String,
    #[serde(flatten)]
    at: Option<At>,
    hints: Vec<String>,
}

/// Everything that blame knows: each line with its writers oldest first, what was removed, what had no effect.
#[must_use]
pub fn json(blame: &Blame, name: &NameOf<'_>) -> serde_json::Value {
    let place = |writing: &Writing| Place { value: None, ..place(writing, name) };
    let valued = |writing: &Writing| self::place(writing, name);
    let resource = |index: usize| blame.resources.get(index).map(ToString::to_string);
    let lines = blame.lines.iter().enumerate().map(|(index, line)| Line {
        number: index + 1,
        text: line.text.clone(),
        resource: line.resource.and_then(resource),
        path: line.resource.map(|_| line.path.clone()),
        value: line.writer().map(|writer| writer.value.clone()),
        writer: line.writer().map(place),
        history: line.history.iter().map(valued).collect(),
    });
    let removed = blame.removals.iter().map(|removal| Removed {
        resource: removal.resource.clone(),
        path: removal.path.clone(),
        value: removal.value.clone(),
        by: place(&removal.by),
        history: removal.history.iter().map(valued).collect(),
    });
    let report = Report {
        lines: lines.collect(),
        removed: removed.collect(),
        findings: blame.findings.iter().map(|found| finding(found, name)).collect(),
    };
    serde_json::to_value(report).unwrap_or_default()
}

/// One value with its writers, oldest first.
#[must_use]
pub fn selected_json(selected: &Selected, name: &NameOf<'_>) -> serde_json::Value {
    let history: Vec<Place> = selected.history.iter().map(|writing| place(writing, name)).collect();
    serde_json::json!({
        "resource": selected.resource,
        "path": selected.path,
        "value": selected.history.last().map(|writing| &writing.value),
        "history": history,
    })
}

fn place(writing: &Writing, name: &NameOf<'_>) -> Place {
    Place {
        value: Some(writing.value.clone()),
        kind: writing.kind.word(),
        layer: writing
            .layer
            .as_ref()
            .map(|layer| Layer { kind: layer.kind.word(), directory: name(&layer.directory) }),
        at: writing.span.as_ref().map(|span| at(span, name)),
    }
}

fn at(span: &Span, name: &NameOf<'_>) -> At {
    At {
        file: name(&span.file),
        line: span.line,
        column: span.column,
        revision: span.file.revision.as_deref().map(str::to_owned),
    }
}

fn finding(found: &Diagnostic, name: &NameOf<'_>) -> Finding {
    Finding {
        code: found.code,
        severity: found.severity,
        message: found.message.clone(),
        at: found.primary.as_ref().map(|label| at(&label.span, name)),
        hints: found.hints.clone(),
    }
}
