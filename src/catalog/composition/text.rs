//! Writes YAML line by line, each line with the catalog line that caused it.

use super::GeneratedFile;
use crate::base::{RepoPath, Span};
use crate::yaml::scalar::print::is_word;
use crate::yaml::{Mapping, Node, Scalar, Tag, Value};

/// Text in the making.
#[derive(Default)]
pub(super) struct Text {
    text: String,
    lines: Vec<Option<Span>>,
}

impl Text {
    /// Text that goes on from a file.
    pub(super) fn of(begun: GeneratedFile) -> Self {
        Self { text: begun.text, lines: begun.lines }
    }

    /// Adds one line.
    pub(super) fn line(&mut self, line: &str, span: Option<&Span>) {
        self.text.push_str(line);
        self.text.push('\n');
        self.lines.push(span.cloned());
    }

    /// Adds text of one or more lines; `place` says where each line (counted from 0) comes from.
    pub(super) fn block(&mut self, text: &str, place: impl Fn(u32) -> Option<Span>) {
        for (index, line) in text.lines().enumerate() {
            self.line(line, place(u32::try_from(index).unwrap_or(u32::MAX)).as_ref());
        }
    }

    /// Adds `key: <node>` at an indentation (spaces), in block form; `first` stands before the key, such as `- `.
    pub(super) fn node(&mut self, indent: usize, key: &str, node: &Node, span: Option<&Span>) {
        let pad = " ".repeat(indent);
        match &node.value {
            Value::Scalar(scalar) => self.line(&format!("{pad}{key}: {}", written(scalar)), span),
            Value::Sequence(items) if items.is_empty() => self.line(&format!("{pad}{key}: []"), span),
            Value::Mapping(map) if map.is_empty() => self.line(&format!("{pad}{key}: {{}}"), span),
            Value::Sequence(items) => {
                self.line(&format!("{pad}{key}:"), span);
                for item in items {
                    self.item(indent, item, span);
                }
            }
            Value::Mapping(map) => {
                self.line(&format!("{pad}{key}:"), span);
                self.entries(indent + 2, map, span);
            }
        }
    }

    fn entries(&mut self, indent: usize, map: &Mapping, span: Option<&Span>) {
        for entry in map.iter() {
            self.node(indent, &quoted(&entry.key), &entry.value, span);
        }
    }

    /// Adds `- <node>`: what the node would be in lines of its own, with the dash in the place of its indentation.
    fn item(&mut self, indent: usize, node: &Node, span: Option<&Span>) {
        let mut inner = Self::default();
        match &node.value {
            Value::Scalar(scalar) => inner.line(&written(scalar), span),
            Value::Sequence(items) if items.is_empty() => inner.line("[]", span),
            Value::Mapping(map) if map.is_empty() => inner.line("{}", span),
            Value::Sequence(items) => {
                for item in items {
                    inner.item(0, item, span);
                }
            }
            Value::Mapping(map) => inner.entries(0, map, span),
        }
        let pad = " ".repeat(indent);
        for (index, line) in inner.text.lines().enumerate() {
            let dash = if index == 0 { "- " } else { "  " };
            self.line(&format!("{pad}{dash}{line}"), span);
        }
    }

    /// The finished file.
    pub(super) fn file(self, path: RepoPath) -> GeneratedFile {
        GeneratedFile { path, text: self.text, lines: self.lines }
    }
}

/// A scalar in one line, so that it reads back as the same value.
pub(super) fn written(scalar: &Scalar) -> String {
    match scalar.tag {
        Tag::Str => quoted(&scalar.text),
        Tag::Null => "null".to_owned(),
        Tag::Bool | Tag::Int | Tag::Float | Tag::Timestamp | Tag::Binary => scalar.text.to_string(),
    }
}

/// A string in one line: plain where that reads back as the same string, else in double quotes.
pub(super) fn quoted(text: &str) -> String {
    if is_word(text) {
        return text.to_owned();
    }
    let plain_letter = |c: char| c.is_ascii_alphanumeric() || "_./-@+*=~^$();<>".contains(c);
    // A colon inside a word (`registry:5000/app`) is plain; before a space or at the end it is not.
    let inner = |(index, c): (usize, char)| {
        plain_letter(c)
            || (c == ':' && text[index + 1..].chars().next().is_some_and(plain_letter))
            || (c == ' ' && text[index + 1..].chars().next().is_some_and(|c| c.is_ascii_alphanumeric()))
            || (c == ',' && index > 0)
    };
    let plain = text.starts_with(|c: char| c.is_ascii_alphanumeric() || "_./".contains(c))
        && !text.starts_with("...")
        && text.char_indices().all(inner)
        && Scalar::plain(text).tag == Tag::Str
        // What YAML 1.1 readers take for a boolean.
        && !["y", "n", "yes", "no", "on", "off"].contains(&text.to_ascii_lowercase().as_str());
    if plain { text.to_owned() } else { double_quoted(text) }
}

fn double_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() || ('\u{2028}'..='\u{2029}').contains(&c) || c == '\u{feff}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::FileId;
    use crate::yaml::{Limits, parse};

    #[test]
    fn plain_text_stays_plain() {
        for text in
            ["account-service", "registry:5000/a/b", "250m", "./x", "a,b", "app.example.com", "5xx,reset"]
        {
            assert_eq!(quoted(text), text);
        }
        for text in
            ["1.0", "0918273", "yes", "a: b", "- a", "", " a", "a ", "*a", "#", "~", "null", "0o7", "a #b"]
        {
            assert!(quoted(text).starts_with('"'), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_string_reads_back(text in ".{0,20}") {
            let yaml = format!("key: {}\n", quoted(&text));
            let nodes = parse(yaml.as_bytes(), FileId::NONE, &Limits::default()).unwrap();
            proptest::prop_assert_eq!(nodes[0].get("key").and_then(Node::as_str), Some(text.as_str()));
        }
    }
}
