//! Blame as text: the manifest with a gutter, the history of one value, what patches took away.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{Blame, BlamedRemoval, Selected, WriterKind, Writing};
use crate::base::{Diagnostic, FileName, Severity, Span};
use crate::diff::{Style, StyledLine};
use crate::report::table;

/// How a file is called in the output.
pub type NameOf<'a> = dyn Fn(&FileName) -> String + 'a;

/// The widest gutter; longer places lose their front.
const WIDEST: usize = 48;

/// The longest value that is shown in full.
const LONGEST_VALUE: usize = 60;

/// The manifest, every line behind the place that wrote it and before what it overwrote.
#[must_use]
pub fn gutter(blame: &Blame, name: &NameOf<'_>) -> Vec<StyledLine> {
    let names: Vec<Option<String>> = blame
        .lines
        .iter()
        .map(|line| line.writer().and_then(|writer| writer.span.as_ref()).map(|span| name(&span.file)))
        .collect();
    let root = common_directory(names.iter().flatten());
    let places: Vec<String> = blame
        .lines
        .iter()
        .zip(&names)
        .map(|(line, name)| match (line.writer(), name) {
            (None, _) => String::new(),
            (Some(Writing { span: Some(span), .. }), Some(name)) => {
                cut_front(&format!("{}:{}", &name[root..], span.line), WIDEST)
            }
            (Some(_), _) => "(composition)".to_owned(),
        })
        .collect();
    let width = places.iter().map(|place| place.width()).max().unwrap_or(0);
    let line = |(place, line): (&String, &super::BlameLine)| {
        let pad = " ".repeat(width - place.width());
        let mut styled = StyledLine::new(format!("{place}{pad} │ "), Style::Gutter);
        styled.push(&line.text, None);
        if let Some(old) = line.overwritten() {
            styled.push(&format!("  ← {}", short(&old.value)), Some(Style::Gutter));
        }
        styled
    };
    places.iter().zip(&blame.lines).map(line).collect()
}

/// Length of the directory that all names share, with its slash.
fn common_directory<'n>(mut names: impl Iterator<Item = &'n String>) -> usize {
    let Some(first) = names.next() else { return 0 };
    let mut root = first.rfind('/').map_or(0, |slash| slash + 1);
    for name in names {
        while !name.starts_with(&first[..root]) {
            root = first[..root - 1].rfind('/').map_or(0, |slash| slash + 1);
        }
    }
    root
}

fn cut_front(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut room = width - 1;
    let tail = text.char_indices().rev().take_while(|(_, letter)| {
        let wide = letter.width().unwrap_or(0);
        let fits = wide <= room;
        room = room.saturating_sub(wide);
        fits
    });
    let start = tail.last().map_or(text.len(), |(index, _)| index);
    format!("…{}", &text[start..])
}

/// A value in one line that is not too long.
fn short(value: &str) -> String {
    let mut lines = value.lines();
    let first = lines.next().unwrap_or_default();
    let has_more = lines.next().is_some();
    match first.char_indices().nth(LONGEST_VALUE) {
        Some((cut, _)) => format!("{}…", &first[..cut]),
        None if has_more => format!("{first}…"),
        None if first.is_empty() => "\"\"".to_owned(),
        None => first.to_owned(),
    }
}

/// Every writer of one value in order, the one that counts last.
#[must_use]
pub fn history(selected: &Selected, name: &NameOf<'_>) -> String {
    let now = selected.history.last().map_or("", |writing| &writing.value);
    let title = match selected.path.as_str() {
        "" => selected.resource.clone(),
        path => format!("{}  {path} = {}", selected.resource, short(now)),
    };
    let last = selected.history.len().saturating_sub(1);
    let rows: Vec<Vec<String>> = selected
        .history
        .iter()
        .enumerate()
        .map(|(index, writing)| {
            let mut row = vec![
                format!("{} {}", if index == last { "▸" } else { " " }, index + 1),
                short(&writing.value),
            ];
            row.extend(cells(writing, name));
            row
        })
        .collect();
    format!("{title}\n{}", table::align(&rows))
}

/// Kind, place and layer.
fn cells(writing: &Writing, name: &NameOf<'_>) -> [String; 3] {
    let place = match &writing.span {
        Some(span) => place(span, name),
        None => "the composition of the target".to_owned(),
    };
    let layer = match (&writing.layer, writing.kind) {
        (Some(layer), WriterKind::Base | WriterKind::Overlay | WriterKind::Component)
            if layer.kind.word() == writing.kind.word() =>
        {
            String::new()
        }
        (Some(layer), _) => format!("in {} {}", article(layer.kind.word()), layer.kind.word()),
        (None, _) => String::new(),
    };
    [writing.kind.word().to_owned(), place, layer]
}

fn article(word: &str) -> &'static str {
    if word.starts_with('o') { "an" } else { "a" }
}

/// `file:line:column`, and the commit if the file is from one.
fn place(span: &Span, name: &NameOf<'_>) -> String {
    let mut place = name(&span.file);
    for number in [span.line, span.column].into_iter().take_while(|number| *number > 0) {
        place.push_str(&format!(":{number}"));
    }
    if let Some(revision) = &span.file.revision {
        place.push_str(&format!(" @ {}", revision.get(..8).unwrap_or(revision)));
    }
    place
}

/// What patches took away, and which line of which patch did.
#[must_use]
pub fn removals(removals: &[BlamedRemoval], name: &NameOf<'_>) -> String {
    let mut text = String::new();
    for removal in removals {
        let what = match removal.path.as_str() {
            "" => removal.resource.clone(),
            path => format!("{}  {path}", removal.resource),
        };
        text.push_str(&format!("{what} = {}\n", short(&removal.value)));
        let row = |word: &str, writing: &Writing| {
            let mut row = vec![format!("  {word}")];
            row.extend(cells(writing, name));
            row
        };
        let mut rows: Vec<Vec<String>> =
            removal.history.iter().map(|writing| row("written", writing)).collect();
        rows.push(row("removed", &removal.by));
        text.push_str(&table::align(&rows));
    }
    text
}

/// Entries without effect, one in a line.
#[must_use]
pub fn findings(findings: &[Diagnostic], name: &NameOf<'_>) -> String {
    let mut text = String::new();
    for finding in findings {
        let severity = match finding.severity {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        let at = finding.primary.as_ref().map(|label| format!("{}: ", place(&label.span, name)));
        text.push_str(&format!(
            "{}{severity}[{}]: {}\n",
            at.unwrap_or_default(),
            finding.code,
            finding.message
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_common_directory_ends_with_a_slash() {
        let common = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            common_directory(names.iter())
        };
        assert_eq!(common(&["a/b/c.yaml", "a/b/d.yaml"]), 4);
        assert_eq!(common(&["a/b/c.yaml", "a/bc/d.yaml"]), 2);
        assert_eq!(common(&["a/b.yaml", "c.yaml"]), 0);
        assert_eq!(common(&["a/b.yaml", "a/b.yaml"]), 2);
        assert_eq!(common(&[]), 0);
    }

    #[test]
    fn long_places_lose_their_front() {
        assert_eq!(cut_front("a/b/c.yaml:12", 8), "…yaml:12");
        assert_eq!(cut_front("c.yaml:1", 8), "c.yaml:1");
    }
}
