//! Secret values never reach the screen, the clipboard or a merge request: the lines that hold one are masked.

use std::borrow::Cow;

use crate::diff::{DiffDocument, ResourceDiff, Row, Text};

/// What stands for a secret value.
pub const MASK: &str = "••••••••";

/// Follows the lines of one resource and says which of them hold secret values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Masker {
    secret: bool,
    inside: bool,
}

impl Masker {
    /// For a resource of this kind.
    #[must_use]
    pub fn new(kind: &str) -> Self {
        Self { secret: kind == "Secret", inside: false }
    }

    /// The next line as it may be shown. Lines must come in order from the first line of the resource.
    pub fn line<'a>(&mut self, line: &'a str) -> Cow<'a, str> {
        if !self.secret {
            return Cow::Borrowed(line);
        }
        let indent = line.len() - line.trim_start_matches(' ').len();
        if indent == 0 && !line.is_empty() {
            let key = line.split(':').next().unwrap_or(line).trim_matches(['"', '\'']);
            self.inside = matches!(key, "data" | "stringData");
            // A map in flow style holds its values on the line of the key.
            let flow = line
                .split_once(':')
                .map(|(_, value)| value.trim())
                .filter(|value| !matches!(*value, "" | "{}"));
            return match flow {
                Some(_) if self.inside => Cow::Owned(format!("{key}: {MASK}")),
                _ => Cow::Borrowed(line),
            };
        }
        if !self.inside || line.is_empty() {
            return Cow::Borrowed(line);
        }
        let entry = &line[indent..];
        match key_end(entry).filter(|_| indent == 2) {
            Some(end) => Cow::Owned(format!("{}{}: {MASK}", &line[..indent], &entry[..end])),
            // The lines of a value that goes on over several.
            None => Cow::Owned(format!("{}{MASK}", &line[..indent])),
        }
    }
}

/// The end of the key of `key: value`.
fn key_end(entry: &str) -> Option<usize> {
    let colon = entry.find(": ").or_else(|| entry.strip_suffix(':').map(str::len))?;
    (!entry[..colon].contains(' ')).then_some(colon)
}

/// Whether the value at a path, as blame writes it, is one that a resource of this kind keeps secret.
#[must_use]
pub fn is_secret_value(kind: &str, path: &str) -> bool {
    let holds = |key: &&str| {
        path.strip_prefix(*key).is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric()))
    };
    kind == "Secret" && ["data", "stringData"].iter().any(holds)
}

/// The lines of one resource as they may be shown.
pub fn masked<'a>(kind: &str, lines: impl Iterator<Item = &'a str>) -> Vec<Cow<'a, str>> {
    let mut masker = Masker::new(kind);
    lines.map(|line| masker.line(line)).collect()
}

/// A difference as it may be shown: that a value of a Secret changes is still to be seen.
#[must_use]
pub fn masked_difference(document: &DiffDocument) -> DiffDocument {
    let mut shown = document.clone();
    for resource in &mut shown.resources {
        let is_secret = |kind: &str| kind == "Secret";
        let ResourceDiff { identity, before, text, .. } = resource;
        if !is_secret(&identity.kind) && !before.as_ref().is_some_and(|before| is_secret(&before.kind)) {
            continue;
        }
        for side in [&mut text.left, &mut text.right] {
            let lines: String =
                masked("Secret", side.as_str().lines()).iter().map(|line| format!("{line}\n")).collect();
            *side = Text::new(lines);
        }
        for row in &mut text.rows {
            // The marks are those of the values.
            if let Row::Changed { words, .. } = row {
                **words = crate::diff::WordMarks::default();
            }
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(kind: &str, text: &str) -> String {
        masked(kind, text.lines()).join("\n")
    }

    #[test]
    fn values_of_a_secret_are_masked_and_nothing_else() {
        let text = "apiVersion: v1\ndata:\n  key: cGFzcw==\n  long: |\n    YWJj\n    ZGVm\nkind: Secret\nmetadata:\n  name: app\nstringData:\n  a: b";
        assert_eq!(
            shown("Secret", text),
            format!(
                "apiVersion: v1\ndata:\n  key: {MASK}\n  long: {MASK}\n    {MASK}\n    {MASK}\nkind: Secret\nmetadata:\n  name: app\nstringData:\n  a: {MASK}"
            )
        );
        assert_eq!(shown("ConfigMap", "data:\n  key: value"), "data:\n  key: value");
    }

    #[test]
    fn the_values_of_a_secret_are_told_by_their_paths() {
        for path in ["data", "data.password", "stringData.a", "data[tls.crt]"] {
            assert!(is_secret_value("Secret", path), "{path}");
            assert!(!is_secret_value("ConfigMap", path), "{path}");
        }
        for path in ["", "metadata.name", "type", "database"] {
            assert!(!is_secret_value("Secret", path), "{path}");
        }
    }

    #[test]
    fn a_flow_map_and_a_folded_value_do_not_slip_through() {
        assert_eq!(shown("Secret", "data: {a: cGFzcw==}"), format!("data: {MASK}"));
        assert_eq!(
            shown("Secret", "data:\n  a: first\n    folded: here"),
            format!("data:\n  a: {MASK}\n    {MASK}")
        );
        assert_eq!(shown("Secret", "data: {}"), "data: {}");
    }
}
