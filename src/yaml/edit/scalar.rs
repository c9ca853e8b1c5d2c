//! How a scalar must be written so that it is read back with the same type and text.

use std::fmt::Write as _;

use crate::yaml::scalar::tag_of_plain;
use crate::yaml::{Style, Tag};

/// Where a scalar is going to stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// Outside of `[…]` and `{…}`.
    Block,
    /// Inside of `[…]` or `{…}`.
    Flow,
}

/// A string in the wanted style if that style can hold it, else in one that can; always one line.
pub(super) fn string_line(text: &str, wanted: Style, place: Place) -> String {
    let needs_escape = text.chars().any(needs_escape);
    match wanted {
        Style::Single if !needs_escape => single(text),
        Style::Double => double(text),
        _ if is_safe_plain(text, place) => text.to_owned(),
        _ if !needs_escape && text.contains(['"', '\\']) => single(text),
        _ => double(text),
    }
}

/// Whether a string can be written as `|` with its line ends as they are.
pub(super) fn fits_literal(text: &str) -> bool {
    text.contains('\n')
        && !text.starts_with(['\n', ' '])
        && !text.chars().any(|c| c != '\n' && needs_escape(c))
        && !text.trim_matches('\n').is_empty()
}

fn single(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn double(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\0' => quoted.push_str("\\0"),
            c if needs_escape(c) => {
                let code = u32::from(c);
                let _ = if code <= 0xFF {
                    write!(quoted, "\\x{code:02X}")
                } else if code <= 0xFFFF {
                    write!(quoted, "\\u{code:04X}")
                } else {
                    write!(quoted, "\\U{code:08X}")
                };
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Line ends, control characters and what YAML calls not printable.
fn needs_escape(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
}

/// Whether a string can stand without quotes and still be a string, for YAML 1.1 readers too.
fn is_safe_plain(text: &str, place: Place) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let starts_badly = match first {
        '-' | '?' | ':' => {
            let second = text.chars().nth(1);
            second.is_none_or(|c| c == ' ' || (place == Place::Flow && ",[]{}".contains(c)))
        }
        _ => ",[]{}#&*!|>'\"%@`".contains(first),
    };
    !starts_badly
        && !text.starts_with(' ')
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.starts_with("---")
        && !text.starts_with("...")
        && !text.chars().any(needs_escape)
        && !(place == Place::Flow && text.contains([',', '[', ']', '{', '}']))
        && tag_of_plain(text) == Tag::Str
        && !means_more_in_old_yaml(text)
}

/// Texts that YAML 1.1 readers take for something else than a string: `yes`, `off`, `1:30`, `=`, `<<`.
fn means_more_in_old_yaml(text: &str) -> bool {
    let word = ["y", "n", "yes", "no", "on", "off"].iter().any(|word| text.eq_ignore_ascii_case(word));
    let base_60 =
        text.contains(':') && text.bytes().all(|byte| byte.is_ascii_digit() || b":._+-".contains(&byte));
    let numeric = text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c))
        && text.bytes().all(|byte| byte.is_ascii_digit() || b"_.,eE+-".contains(&byte))
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().filter(|byte| *byte == b'.').count() < 2;
    word || base_60 || numeric || text == "=" || text == "<<"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_is_quoted_only_where_it_must_be() {
        let line = |text| string_line(text, Style::Plain, Place::Block);
        for plain in
            ["refs/tags/config-2025.11.06", "a,b", "10m", "0 4 * * *", "500m", "https://a/b", "1.2.3", "--x"]
        {
            assert_eq!(line(plain), plain);
        }
        for quoted in [
            "",
            "yes",
            "6",
            "1.5",
            "null",
            "2025-11-06",
            "1:30",
            "a: b",
            "*/5 * * * *",
            "- a",
            "#x",
            "a #b",
            "@x",
            "---",
        ] {
            assert_eq!(line(quoted), format!("\"{quoted}\""));
        }
        assert_eq!(string_line("a,b", Style::Plain, Place::Flow), "\"a,b\"");
    }

    #[test]
    fn a_wanted_quote_is_kept_while_it_can_hold_the_text() {
        assert_eq!(string_line("it's", Style::Single, Place::Block), "'it''s'");
        assert_eq!(string_line("a\nb", Style::Single, Place::Block), "\"a\\nb\"");
        assert_eq!(string_line("a", Style::Double, Place::Block), "\"a\"");
        assert_eq!(string_line("\"a\": b", Style::Plain, Place::Block), "'\"a\": b'");
        assert_eq!(string_line("a\u{85}\u{2028}", Style::Plain, Place::Block), "\"a\\x85\\u2028\"");
    }
}
