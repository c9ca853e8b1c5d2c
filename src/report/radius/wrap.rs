//! Lines that are broken between words, with the following lines indented.

use unicode_width::UnicodeWidthStr;

/// A text broken into lines of at most `width` columns; a word that is wider gets a line of its own.
#[must_use]
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The end of a text that fits, with a sign for what is left out in front.
#[must_use]
pub(super) fn cut_front(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut tail = text;
    while tail.width() + 1 > width {
        let mut letters = tail.chars();
        letters.next();
        tail = letters.as_str();
    }
    format!("…{tail}")
}

/// The beginning of a text that fits, with a sign for what is left out behind.
#[must_use]
pub(super) fn cut_end(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut head = text;
    while head.width() + 1 > width {
        let mut letters = head.chars();
        letters.next_back();
        head = letters.as_str();
    }
    format!("{}…", head.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_only() {
        assert_eq!(wrap("a bb ccc  dddddddd e", 6), ["a bb", "ccc", "dddddddd", "e"]);
        assert_eq!(wrap("", 6), [""; 0]);
    }

    #[test]
    fn a_path_keeps_its_end() {
        assert_eq!(cut_front("kustomize/archetype/api.yaml", 12), "…pe/api.yaml");
        assert_eq!(cut_front("short", 12), "short");
        assert_eq!(cut_end("Relax the probes of api", 12), "Relax the p…");
    }
}
