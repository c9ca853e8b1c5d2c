//! Draws a [`Diagnostic`] as text: the message, the line it is about, the chain that led there, the hints.

use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

use crate::base::{Diagnostic, FileName, Label, Severity, Span};

/// Gives the text of the file that a span is in; `None` when it is not at hand.
pub type SourceText<'a> = dyn Fn(&Span) -> Option<String> + 'a;

/// Says how a file is called.
pub type FileNames<'a> = dyn Fn(&FileName) -> String + 'a;

/// Draws one problem. With `styled` the text holds ANSI colours; the meaning never depends on them.
#[must_use]
pub fn draw(problem: &Diagnostic, source: &SourceText<'_>, styled: bool) -> String {
    draw_with_names(problem, source, &|file| file.path.to_string(), styled)
}

/// As [`draw`], with files called as `name` says.
#[must_use]
pub fn draw_with_names(
    problem: &Diagnostic,
    source: &SourceText<'_>,
    name: &FileNames<'_>,
    styled: bool,
) -> String {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level.primary_title(problem.message.as_str()).id(problem.code);
    let mut elements: Vec<Element<'_>> = Vec::new();
    if let Some(label) = &problem.primary {
        elements.push(place(label, AnnotationKind::Primary, source, name));
    }
    for label in &problem.related {
        elements.push(place(label, AnnotationKind::Context, source, name));
    }
    let mut report = vec![title.elements(elements)];
    report.extend(
        problem.hints.iter().map(|hint| Group::with_title(Level::HELP.secondary_title(hint.as_str()))),
    );
    let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&report).to_string()
}

/// The line a label is about, underlined; or only its path when the text is not at hand.
fn place<'a>(
    label: &'a Label,
    kind: AnnotationKind,
    source: &SourceText<'_>,
    name: &FileNames<'_>,
) -> Element<'a> {
    let path = display_path(&label.span, name);
    let text = if label.span.line == 0 { None } else { source(&label.span) };
    let line =
        text.as_deref().and_then(|text| text.lines().nth(label.span.line as usize - 1)).map(str::to_owned);
    match line {
        Some(line) => {
            let range = underline(&line, label.span.column);
            let mut annotation: Annotation<'a> = kind.span(range);
            if !label.text.is_empty() {
                annotation = annotation.label(label.text.as_str());
            }
            Snippet::source(line)
                .line_start(label.span.line as usize)
                .path(path)
                .annotation(annotation)
                .into()
        }
        None => {
            let mut origin = Origin::path(path);
            if label.span.line > 0 {
                origin = origin.line(label.span.line as usize);
            }
            if label.span.column > 0 {
                origin = origin.char_column(label.span.column as usize);
            }
            origin.into()
        }
    }
}

/// `path`, and `path @ commit` when the file was read from a commit.
fn display_path(span: &Span, name: &FileNames<'_>) -> String {
    match &span.file.revision {
        Some(revision) => format!("{} @ {}", name(&span.file), revision.get(..8).unwrap_or(revision)),
        None => name(&span.file),
    }
}

/// From the column to the end of the value: the bytes to underline. Without a column, the whole line.
fn underline(line: &str, column: u32) -> std::ops::Range<usize> {
    let indent = line.len() - line.trim_start().len();
    let start = match column {
        0 => indent,
        column => line.char_indices().nth(column as usize - 1).map_or(line.len(), |(byte, _)| byte),
    };
    let rest = &line[start..];
    let value = rest.split(" #").next().unwrap_or(rest).trim_end();
    start..start + value.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::RepoPath;

    #[test]
    fn a_problem_shows_its_line_and_says_what_to_do() {
        let file = FileName { path: RepoPath::parse("catalog/services.yaml").unwrap(), revision: None };
        let problem = Diagnostic::warning("catalog/unknown-key", "unknown key `minReplcias`")
            .at(Span { file, line: 2, column: 3 }, "not a key of `hpa`")
            .hint("Did you mean `minReplicas`?");
        let drawn = draw(&problem, &|_| Some("hpa:\n  minReplcias: 2 # two\n".to_owned()), false);
        let expected = "\
warning[catalog/unknown-key]: unknown key `minReplcias`
 --> catalog/services.yaml:2:3
  |
2 |   minReplcias: 2 # two
  |   ^^^^^^^^^^^^^^ not a key of `hpa`
  |
help: Did you mean `minReplicas`?";
        assert_eq!(drawn, expected);
    }

    #[test]
    fn a_place_without_its_text_is_still_named() {
        let file =
            FileName { path: RepoPath::parse("a.yaml").unwrap(), revision: Some("0123456789ab".into()) };
        let problem = Diagnostic::error("x/y", "broken").at(Span { file, line: 7, column: 1 }, "");
        assert_eq!(draw(&problem, &|_| None, false), "error[x/y]: broken\n--> a.yaml @ 01234567:7:1");
    }
}
