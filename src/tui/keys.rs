//! Key presses as the terminal reports them, in the words of the keymap.

use crossterm::event::{KeyCode as Code, KeyEvent, KeyModifiers};

use crate::app::key::{Key, KeyCode};

/// The key of an event; `None` for keys that have no name here.
pub(super) fn key(event: KeyEvent) -> Option<Key> {
    let shift = event.modifiers.contains(KeyModifiers::SHIFT);
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    let alt = event.modifiers.contains(KeyModifiers::ALT);
    let code = match event.code {
        // Some terminals report a letter in lower case with shift held.
        Code::Char(letter) if shift && letter.is_ascii_lowercase() && !ctrl => {
            KeyCode::Char(letter.to_ascii_uppercase())
        }
        Code::Char(letter) if ctrl => KeyCode::Char(letter.to_ascii_lowercase()),
        Code::Char(letter) => KeyCode::Char(letter),
        Code::Enter => KeyCode::Enter,
        Code::Esc => KeyCode::Esc,
        Code::BackTab => KeyCode::BackTab,
        Code::Tab if shift => KeyCode::BackTab,
        Code::Tab => KeyCode::Tab,
        Code::Backspace => KeyCode::Backspace,
        Code::Delete => KeyCode::Delete,
        Code::Insert => KeyCode::Insert,
        Code::Up => KeyCode::Up,
        Code::Down => KeyCode::Down,
        Code::Left => KeyCode::Left,
        Code::Right => KeyCode::Right,
        Code::Home => KeyCode::Home,
        Code::End => KeyCode::End,
        Code::PageUp => KeyCode::PageUp,
        Code::PageDown => KeyCode::PageDown,
        Code::F(number) => KeyCode::Function(number),
        _ => return None,
    };
    Some(Key { code, ctrl, alt })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(code: Code, modifiers: KeyModifiers) -> String {
        key(KeyEvent::new(code, modifiers)).unwrap().to_string()
    }

    #[test]
    fn events_get_the_names_of_the_keymap() {
        assert_eq!(named(Code::Char('D'), KeyModifiers::SHIFT), "D");
        assert_eq!(named(Code::Char('d'), KeyModifiers::SHIFT), "D");
        assert_eq!(named(Code::Char('?'), KeyModifiers::SHIFT), "?");
        assert_eq!(named(Code::Char('p'), KeyModifiers::CONTROL), "ctrl-p");
        assert_eq!(named(Code::Tab, KeyModifiers::SHIFT), "shift-tab");
        assert_eq!(named(Code::Char(' '), KeyModifiers::NONE), "space");
    }
}
