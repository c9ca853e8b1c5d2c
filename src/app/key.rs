//! Keys by their names: what the keymap file, the command table and the help all write.

use std::fmt;

/// One key press with its modifiers.
///
/// Shift is part of the character for printable keys (`D`, not `shift-d`), as terminals report it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Key {
    /// Which key.
    pub code: KeyCode,
    /// Control was held.
    pub ctrl: bool,
    /// Alt was held.
    pub alt: bool,
}

/// A key without modifiers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs, reason = "the names are the keys")]
pub enum KeyCode {
    Char(char),
    Enter,
    Esc,
    Tab,
    BackTab,
    Backspace,
    Delete,
    Insert,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    Function(u8),
}

/// Name in files, sign on a Unicode screen, key.
const NAMED: &[(&str, &str, KeyCode)] = &[
    ("enter", "⏎", KeyCode::Enter),
    ("esc", "esc", KeyCode::Esc),
    ("tab", "tab", KeyCode::Tab),
    ("shift-tab", "S-tab", KeyCode::BackTab),
    ("backspace", "⌫", KeyCode::Backspace),
    ("delete", "del", KeyCode::Delete),
    ("insert", "ins", KeyCode::Insert),
    ("up", "↑", KeyCode::Up),
    ("down", "↓", KeyCode::Down),
    ("left", "←", KeyCode::Left),
    ("right", "→", KeyCode::Right),
    ("home", "home", KeyCode::Home),
    ("end", "end", KeyCode::End),
    ("page-up", "pgup", KeyCode::PageUp),
    ("page-down", "pgdn", KeyCode::PageDown),
    ("space", "space", KeyCode::Char(' ')),
];

impl Key {
    /// A key without modifiers.
    #[must_use]
    pub const fn plain(code: KeyCode) -> Self {
        Self { code, ctrl: false, alt: false }
    }

    /// Reads a name such as `q`, `D`, `ctrl-d`, `alt-enter`, `shift-tab`, `f5` or `space`; `None` for anything else.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let mut rest = name;
        let (mut ctrl, mut alt) = (false, false);
        loop {
            if let Some(after) = rest.strip_prefix("ctrl-").filter(|after| !after.is_empty() && !ctrl) {
                (ctrl, rest) = (true, after);
            } else if let Some(after) = rest.strip_prefix("alt-").filter(|after| !after.is_empty() && !alt) {
                (alt, rest) = (true, after);
            } else {
                break;
            }
        }
        let code = NAMED.iter().find(|(known, _, _)| *known == rest).map(|(_, _, code)| *code);
        let code = code.or_else(|| function_key(rest)).or_else(|| {
            let mut characters = rest.chars();
            let only = characters.next().filter(|character| !character.is_control())?;
            characters.next().is_none().then_some(KeyCode::Char(only))
        })?;
        Some(Self { code, ctrl, alt })
    }

    /// The character that this key types, if it types one.
    #[must_use]
    pub const fn typed(self) -> Option<char> {
        match self.code {
            KeyCode::Char(character) if !self.ctrl && !self.alt => Some(character),
            _ => None,
        }
    }

    /// How the key is written on screen; plain letters only when `ascii` is set.
    #[must_use]
    pub fn sign(self, ascii: bool) -> String {
        if ascii {
            return self.to_string();
        }
        let prefix = match (self.ctrl, self.alt) {
            (true, true) => "^M-",
            (true, false) => "^",
            (false, true) => "M-",
            (false, false) => "",
        };
        match NAMED.iter().find(|(_, _, code)| *code == self.code) {
            Some((_, sign, _)) => format!("{prefix}{sign}"),
            None => match self.code {
                KeyCode::Char(character) => format!("{prefix}{character}"),
                _ => self.to_string(),
            },
        }
    }
}

fn function_key(name: &str) -> Option<KeyCode> {
    let number: u8 = name.strip_prefix('f')?.parse().ok()?;
    (1..=24).contains(&number).then_some(KeyCode::Function(number))
}

/// The name that [`Key::parse`] reads.
impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ctrl {
            formatter.write_str("ctrl-")?;
        }
        if self.alt {
            formatter.write_str("alt-")?;
        }
        match NAMED.iter().find(|(_, _, code)| *code == self.code) {
            Some((name, _, _)) => formatter.write_str(name),
            None => match self.code {
                KeyCode::Char(character) => write!(formatter, "{character}"),
                KeyCode::Function(number) => write!(formatter, "f{number}"),
                other => write!(formatter, "{other:?}"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_survives_the_way_there_and_back() {
        for name in [
            "q",
            "Z",
            "?",
            "-",
            "ctrl-d",
            "ctrl--",
            "alt-enter",
            "ctrl-alt-x",
            "shift-tab",
            "f12",
            "space",
            "é",
        ] {
            assert_eq!(Key::parse(name).unwrap().to_string(), name);
        }
    }

    #[test]
    fn words_and_halves_are_not_keys() {
        for name in ["", "qq", "ctrl-", "ctrl-ctrl-a", "f0", "f99", "enterr", "\u{1b}"] {
            assert_eq!(Key::parse(name), None, "{name:?}");
        }
    }
}
