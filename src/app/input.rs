//! One line of text being typed: a cursor that moves by what people see as characters.

use unicode_segmentation::UnicodeSegmentation;

use super::key::{Key, KeyCode};

/// The text and the cursor in it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Input {
    text: String,
    /// Byte position of the cursor, always between two graphemes.
    cursor: usize,
}

/// What a key did to the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InputOutcome {
    /// The text is another one now.
    Changed,
    /// Only the cursor moved.
    Moved,
    /// The key means nothing here.
    Ignored,
}

impl Input {
    /// A text with the cursor behind it.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { cursor: text.len(), text }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text before and behind the cursor.
    #[must_use]
    pub fn around_cursor(&self) -> (&str, &str) {
        self.text.split_at(self.cursor)
    }

    /// Replaces the text and puts the cursor behind it.
    pub fn set(&mut self, text: impl Into<String>) {
        *self = Self::new(text);
    }

    /// Types a text at the cursor; line ends become blanks and control characters are dropped.
    pub fn insert(&mut self, text: &str) {
        let clean: String = text
            .trim_end_matches(['\n', '\r'])
            .chars()
            .map(|character| if matches!(character, '\n' | '\t') { ' ' } else { character })
            .filter(|character| !character.is_control())
            .collect();
        self.text.insert_str(self.cursor, &clean);
        self.cursor += clean.len();
    }

    /// Applies a key as a shell's line editor would.
    pub fn key(&mut self, key: Key) -> InputOutcome {
        if let Some(character) = key.typed() {
            self.insert(character.encode_utf8(&mut [0; 4]));
            return InputOutcome::Changed;
        }
        match (key.code, key.ctrl, key.alt) {
            (KeyCode::Backspace, false, false) | (KeyCode::Char('h'), true, false) => {
                self.delete(self.before()..self.cursor)
            }
            (KeyCode::Delete, false, false) | (KeyCode::Char('d'), true, false) => {
                self.delete(self.cursor..self.after())
            }
            (KeyCode::Char('w'), true, false) | (KeyCode::Backspace, false, true) => {
                self.delete(self.word_start()..self.cursor)
            }
            (KeyCode::Char('u'), true, false) => self.delete(0..self.cursor),
            (KeyCode::Char('k'), true, false) => self.delete(self.cursor..self.text.len()),
            (KeyCode::Left, false, false) | (KeyCode::Char('b'), true, false) => self.go(self.before()),
            (KeyCode::Right, false, false) | (KeyCode::Char('f'), true, false) => self.go(self.after()),
            (KeyCode::Home, false, false) | (KeyCode::Char('a'), true, false) => self.go(0),
            (KeyCode::End, false, false) | (KeyCode::Char('e'), true, false) => self.go(self.text.len()),
            _ => InputOutcome::Ignored,
        }
    }

    fn before(&self) -> usize {
        self.text[..self.cursor].grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn after(&self) -> usize {
        self.text[self.cursor..].graphemes(true).next().map_or(self.cursor, |it| self.cursor + it.len())
    }

    fn word_start(&self) -> usize {
        let head = self.text[..self.cursor].trim_end_matches(|it: char| !it.is_alphanumeric());
        head.rfind(|it: char| !it.is_alphanumeric())
            .map_or(0, |at| at + head[at..].chars().next().map_or(0, char::len_utf8))
    }

    fn delete(&mut self, range: std::ops::Range<usize>) -> InputOutcome {
        if range.is_empty() {
            return InputOutcome::Moved;
        }
        self.cursor = range.start;
        self.text.replace_range(range, "");
        InputOutcome::Changed
    }

    fn go(&mut self, to: usize) -> InputOutcome {
        self.cursor = to;
        InputOutcome::Moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &str) -> Input {
        let mut input = Input::default();
        for key in keys.split_whitespace() {
            input.key(Key::parse(key).unwrap());
        }
        input
    }

    #[test]
    fn keys_edit_as_a_shell_does() {
        assert_eq!(typed("a b c left left x").text(), "axbc");
        assert_eq!(typed("a space b b ctrl-w").text(), "a ");
        assert_eq!(typed("a b home delete ctrl-e c").text(), "bc");
        assert_eq!(typed("a b c left ctrl-u").text(), "c");
        assert_eq!(typed("backspace ctrl-w delete").text(), "");
    }

    #[test]
    fn a_character_of_several_code_points_is_deleted_at_once() {
        let mut input = Input::new("ae\u{301}");
        input.key(Key::plain(KeyCode::Backspace));
        assert_eq!(input.text(), "a");
    }

    #[test]
    fn pasted_text_stays_on_one_line_and_cannot_control_the_terminal() {
        let mut input = Input::default();
        input.insert("a\nb\u{1b}[31m\tc\n");
        assert_eq!(input.text(), "a b[31m c");
    }
}
