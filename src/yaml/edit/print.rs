//! New YAML text for a value: in lines with indentation, or in brackets on one line.

use crate::yaml::Style;

use super::EditValue;
use super::scalar::{Place, fits_literal, string_line};

/// How the document around is written; new lines follow it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Habit {
    /// Blanks that a map inside a map is indented by.
    pub(super) step: usize,
    /// Blanks that the dashes of a list are indented by, below the key that holds it.
    pub(super) dash: usize,
    /// How strings are quoted when nothing else says so.
    pub(super) quotes: Style,
    /// Whether strings with line ends may be written as `|`.
    pub(super) literals: bool,
}

impl Habit {
    /// The same, or with strings written in one style come what may.
    pub(super) fn forced(self, style: Option<Style>) -> Self {
        match style {
            Some(quotes) => Self { quotes, literals: false, ..self },
            None => self,
        }
    }
}

/// A value on one line: a scalar, `[…]` or `{…}`. `style` is for a scalar string.
pub(super) fn on_one_line(value: &EditValue, style: Style, place: Place) -> String {
    match value {
        EditValue::Null => "null".to_owned(),
        EditValue::Plain(text) => text.clone(),
        EditValue::Text(text) => string_line(text, style, place),
        EditValue::Sequence(items) => {
            let items: Vec<String> = items.iter().map(|item| on_one_line(item, style, Place::Flow)).collect();
            format!("[{}]", items.join(", "))
        }
        EditValue::Mapping(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| entry_on_one_line(key, value, style)).collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

/// `key: value` as it stands in `{…}`.
pub(super) fn entry_on_one_line(key: &str, value: &EditValue, style: Style) -> String {
    format!("{}: {}", key_text(key, Place::Flow), on_one_line(value, style, Place::Flow))
}

/// A key; keys are strings, so `true` and `8080` are quoted.
pub(super) fn key_text(key: &str, place: Place) -> String {
    string_line(key, Style::Plain, place)
}

/// Whether a value is a list or map that is written in lines of its own.
pub(super) fn is_block(value: &EditValue) -> bool {
    match value {
        EditValue::Sequence(items) => !items.is_empty(),
        EditValue::Mapping(entries) => !entries.is_empty(),
        EditValue::Null | EditValue::Plain(_) | EditValue::Text(_) => false,
    }
}

/// The lines of a list or map, the first one indented like the others.
pub(super) fn block_lines(value: &EditValue, indent: usize, habit: Habit) -> Vec<String> {
    let blanks = " ".repeat(indent);
    match value {
        EditValue::Sequence(items) => items.iter().flat_map(|item| item_lines(item, indent, habit)).collect(),
        EditValue::Mapping(entries) => {
            entries.iter().flat_map(|(key, value)| entry_lines(key, value, indent, habit)).collect()
        }
        scalar => vec![format!("{blanks}{}", on_one_line(scalar, habit.quotes, Place::Block))],
    }
}

/// The lines of `key: value` in a map at an indentation.
pub(super) fn entry_lines(key: &str, value: &EditValue, indent: usize, habit: Habit) -> Vec<String> {
    let key = format!("{}{}:", " ".repeat(indent), key_text(key, Place::Block));
    if is_block(value) {
        let mut lines = vec![key];
        lines.extend(block_lines(value, child_indent(value, indent, habit), habit));
        return lines;
    }
    if habit.literals
        && let Some((header, content)) = literal(value, indent + habit.step)
    {
        let mut lines = vec![format!("{key} {header}")];
        lines.extend(content);
        return lines;
    }
    vec![format!("{key} {}", on_one_line(value, habit.quotes, Place::Block))]
}

/// The lines of `- value` in a list at an indentation.
pub(super) fn item_lines(value: &EditValue, indent: usize, habit: Habit) -> Vec<String> {
    let dash = format!("{}- ", " ".repeat(indent));
    if is_block(value) {
        let mut lines = block_lines(value, indent + 2, habit);
        if let Some(first) = lines.first_mut() {
            *first = format!("{dash}{}", first.trim_start());
        }
        return lines;
    }
    if habit.literals
        && let Some((header, content)) = literal(value, indent + 2)
    {
        let mut lines = vec![format!("{dash}{header}")];
        lines.extend(content);
        return lines;
    }
    vec![format!("{dash}{}", on_one_line(value, habit.quotes, Place::Block))]
}

/// Where a list or map starts below a key at an indentation.
pub(super) fn child_indent(value: &EditValue, indent: usize, habit: Habit) -> usize {
    indent + if matches!(value, EditValue::Sequence(_)) { habit.dash } else { habit.step }
}

/// The header and the lines of a string as `|`, if it has line ends and can be written so.
pub(super) fn literal(value: &EditValue, indent: usize) -> Option<(&'static str, Vec<String>)> {
    let EditValue::Text(text) = value else { return None };
    if !fits_literal(text) {
        return None;
    }
    let content = text.trim_end_matches('\n');
    let (header, kept) = match text.len() - content.len() {
        0 => ("|-", 0),
        1 => ("|", 0),
        more => ("|+", more - 1),
    };
    let blanks = " ".repeat(indent);
    let mut lines: Vec<String> = content
        .split('\n')
        .map(|line| if line.is_empty() { String::new() } else { format!("{blanks}{line}") })
        .collect();
    lines.extend(std::iter::repeat_n(String::new(), kept));
    Some((header, lines))
}
