//! From what the engine built to the lines that people see, each with the place that wrote it.

use crate::base::{FileTable, Mark, Span};
use crate::kustomize::{Manifests, Resource};
use crate::report::answer::{Document, Line, LineWriter, Manifest};
use crate::yaml::{EmitError, EmittedLine, Node, emit_lines};

/// What stands between two resources.
const SEPARATOR: &str = "---";

/// Says which catalog line caused a line of a generated file; `None` for files that were not generated.
pub(super) type CatalogPlace<'a> = dyn Fn(&Span) -> Option<Option<Span>> + 'a;

/// The lines of a build.
///
/// # Errors
///
/// When a value cannot be printed.
pub(super) fn manifest(
    built: &Manifests,
    files: &FileTable,
    catalog: &CatalogPlace<'_>,
) -> Result<Manifest, EmitError> {
    let mut manifest = Manifest::default();
    let mut text = String::new();
    for resource in &built.resources {
        if !manifest.lines.is_empty() {
            manifest.lines.push(Line { text: SEPARATOR.to_owned(), writer: None });
        }
        let start = manifest.lines.len();
        text.clear();
        let lines = emit_lines(resource.node(), &mut text)?;
        manifest.lines.extend(lines.iter().map(|line| Line {
            text: text[line.range.clone()].to_owned(),
            writer: writer(line, files, catalog),
        }));
        manifest.documents.push(document(resource, start..manifest.lines.len()));
    }
    Ok(manifest)
}

fn document(resource: &Resource, lines: std::ops::Range<usize>) -> Document {
    let text = |path: &[&str]| resource.node().get_path(path).and_then(Node::as_text).map(str::to_owned);
    Document {
        api_version: text(&["apiVersion"]).unwrap_or_default(),
        kind: text(&["kind"]).unwrap_or_default(),
        name: text(&["metadata", "name"]).unwrap_or_default(),
        namespace: text(&["metadata", "namespace"]),
        lines,
    }
}

/// A scalar was written where its value stands; a collection where its key stands.
fn writer(line: &EmittedLine<'_>, files: &FileTable, catalog: &CatalogPlace<'_>) -> Option<LineWriter> {
    let place = |mark: Mark| {
        let span = files.span(mark)?;
        match catalog(&span) {
            None => Some(span),
            Some(cause) => cause,
        }
    };
    let mark = if line.node.as_scalar().is_some() { line.node.mark } else { line.key_mark };
    let span = place(mark)?;
    let mut before = Vec::new();
    let mut older = line.node.before.as_ref();
    while let Some(overwritten) = older {
        before.push((overwritten.text.to_string(), place(overwritten.mark)));
        older = overwritten.before.as_ref();
    }
    Some(LineWriter { span, before })
}
