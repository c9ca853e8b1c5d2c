//! One line of YAML with its key told from its value: cheap, line by line, and harmless when it guesses wrong.

use std::ops::Range;

use ratatui::style::Style;

use crate::app::search::first_match;
use crate::tui::paint::{Look, Pen, head, tail};
use crate::tui::theme::Role;

/// A line cut into runs of one role; all runs together are the line.
pub(super) fn runs(line: &str) -> Vec<(Range<usize>, Role)> {
    let indent = line.len() - line.trim_start_matches([' ', '-']).len();
    let rest = &line[indent..];
    let Some(colon) = key_end(rest) else {
        return vec![(0..line.len(), value_role(rest))];
    };
    let key = indent + colon;
    let value_start = key + 1;
    let mut runs =
        vec![(0..indent, Role::Muted), (indent..key, Role::YamlKey), (key..value_start, Role::Muted)];
    if value_start < line.len() {
        runs.push((value_start..line.len(), value_role(line[value_start..].trim())));
    }
    runs
}

fn key_end(text: &str) -> Option<usize> {
    let quoted = text.strip_prefix('"').and_then(|rest| rest.find('"')).map(|end| end + 2);
    let from = quoted.unwrap_or(0);
    let colon = text[from..].find(':')? + from;
    let behind = text.as_bytes().get(colon + 1);
    let plain = quoted.is_some() || !text[..colon].contains([' ', '{', '"']);
    (matches!(behind, None | Some(b' ')) && plain).then_some(colon)
}

fn value_role(value: &str) -> Role {
    let number =
        value.starts_with(|it: char| it.is_ascii_digit() || it == '-') && value.parse::<f64>().is_ok();
    if number || matches!(value, "true" | "false" | "null") { Role::YamlNumber } else { Role::YamlString }
}

/// Draws a line, scrolled to the left by some columns, with what is searched for marked.
pub(super) fn draw(
    pen: &mut Pen<'_>,
    look: &Look<'_>,
    line: &str,
    width: usize,
    shifted: usize,
    wanted: &str,
) {
    let found = first_match(line, wanted);
    let mut skipped = shifted;
    let mut room = width;
    for (range, role) in runs(line) {
        for (piece, hit) in pieces(&range, found.as_ref()) {
            let style = if hit { look.style(Role::Match) } else { look.style(role) };
            put(pen, &line[piece], style, &mut skipped, &mut room);
        }
    }
    pen.skip(room);
}

/// Draws as much of a run as lies on screen.
pub(super) fn put(pen: &mut Pen<'_>, text: &str, style: Style, skipped: &mut usize, room: &mut usize) {
    use unicode_width::UnicodeWidthStr;
    let visible = tail(text, *skipped);
    *skipped = skipped.saturating_sub(text.width());
    let fits = head(visible, *room);
    *room = room.saturating_sub(fits.width());
    pen.put(fits, style);
}

/// A range cut at the borders of what was found.
fn pieces(range: &Range<usize>, found: Option<&Range<usize>>) -> Vec<(Range<usize>, bool)> {
    let Some(found) = found.filter(|found| found.start < range.end && found.end > range.start) else {
        return vec![(range.clone(), false)];
    };
    let (start, end) = (found.start.max(range.start), found.end.min(range.end));
    [(range.start..start, false), (start..end, true), (end..range.end, false)]
        .into_iter()
        .filter(|(piece, _)| !piece.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles(line: &str) -> Vec<(&str, Role)> {
        runs(line)
            .into_iter()
            .filter(|(range, _)| !range.is_empty())
            .map(|(range, role)| (&line[range], role))
            .collect()
    }

    #[test]
    fn keys_are_told_from_values() {
        assert_eq!(
            roles("  replicas: 3"),
            [("  ", Role::Muted), ("replicas", Role::YamlKey), (":", Role::Muted), (" 3", Role::YamlNumber)]
        );
        assert_eq!(roles("- http://a:80/x"), [("- http://a:80/x", Role::YamlString)]);
        assert_eq!(roles("metadata:").last(), Some(&(":", Role::Muted)));
    }

    #[test]
    fn runs_are_the_whole_line() {
        for line in ["", "a", "a: b: c", "  - name: x", "\"q: r\": s", ": ", "é: ü"] {
            let joined: String = runs(line).into_iter().map(|(range, _)| &line[range]).collect();
            assert_eq!(joined, line);
        }
    }
}
