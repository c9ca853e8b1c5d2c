//! A list that is filtered by typing: help, palette, themes, addresses, values to edit.

use crate::app::filter::{self, Found};
use crate::app::input::{Input, InputOutcome};
use crate::app::key::{Key, KeyCode};
use crate::app::list::{ListState, Motion};

/// One line of the list.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Item {
    /// What is searched and shown first.
    pub title: String,
    /// Shown in front of the title, right-aligned: keys in help.
    pub lead: String,
    /// Shown dim behind the title.
    pub detail: String,
    /// Heading under which it stands while nothing is typed.
    pub group: String,
    /// Why it cannot be chosen.
    pub refused: Option<String>,
}

/// The list, what was typed, and what matched.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finder<T> {
    /// Heading.
    pub title: String,
    /// What was typed.
    pub input: Input,
    /// All lines, each with what it stands for.
    pub items: Vec<(Item, T)>,
    /// The lines that match, best first.
    pub found: Vec<Found>,
    /// Cursor in [`Self::found`].
    pub list: ListState,
    /// Whether a text that matches no line may be chosen as it is.
    pub free_text: bool,
}

/// What a key did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FinderOutcome<T> {
    /// Still choosing.
    Open,
    /// Closed without a choice.
    Closed,
    /// This was chosen.
    Chosen(T),
    /// This text was typed; it is no line of the list.
    Typed(String),
    /// The line cannot be chosen, and why.
    Refused(String),
}

impl<T: Clone> Finder<T> {
    /// A list with everything in it and nothing typed.
    #[must_use]
    pub fn new(title: impl Into<String>, items: Vec<(Item, T)>) -> Self {
        let mut finder = Self {
            title: title.into(),
            input: Input::default(),
            items,
            found: Vec::new(),
            list: ListState::default(),
            free_text: false,
        };
        finder.search();
        finder
    }

    /// Applies a key.
    pub fn key(&mut self, key: Key) -> FinderOutcome<T> {
        let motion = match (key.code, key.ctrl) {
            (KeyCode::Esc, _) | (KeyCode::Char('c'), true) => return FinderOutcome::Closed,
            (KeyCode::Enter, _) => return self.choose(),
            (KeyCode::Tab, _) => {
                self.complete();
                return FinderOutcome::Open;
            }
            (KeyCode::Up, _) | (KeyCode::Char('p'), true) => Some(Motion::Up),
            (KeyCode::Down, _) | (KeyCode::Char('n'), true) => Some(Motion::Down),
            (KeyCode::PageUp, _) => Some(Motion::PageUp),
            (KeyCode::PageDown, _) => Some(Motion::PageDown),
            _ => None,
        };
        if let Some(motion) = motion {
            self.list.motion(motion, self.found.len());
        } else if self.input.key(key) == InputOutcome::Changed {
            self.search();
        }
        FinderOutcome::Open
    }

    /// Types a text.
    pub fn paste(&mut self, text: &str) {
        self.input.insert(text);
        self.search();
    }

    /// The line under the cursor.
    #[must_use]
    pub fn current(&self) -> Option<&(Item, T)> {
        self.found.get(self.list.cursor).and_then(|found| self.items.get(found.index))
    }

    /// Chooses the line under the cursor.
    pub fn choose(&mut self) -> FinderOutcome<T> {
        let typed = self.input.text().trim();
        // What was typed in full wins over a line that merely resembles it.
        if self.free_text && !typed.is_empty() && self.items.iter().all(|(item, _)| item.title != typed) {
            let resembles = self.current().is_some_and(|(item, _)| item.title.starts_with(typed));
            if !resembles && (typed.contains('@') || self.current().is_none()) {
                return FinderOutcome::Typed(typed.to_owned());
            }
        }
        match self.current() {
            Some((Item { refused: Some(reason), .. }, _)) => FinderOutcome::Refused(reason.clone()),
            Some((_, value)) => FinderOutcome::Chosen(value.clone()),
            None => FinderOutcome::Open,
        }
    }

    fn complete(&mut self) {
        if let Some(title) = self.current().map(|(item, _)| item.title.clone()) {
            self.input.set(title);
            self.search();
        }
    }

    fn search(&mut self) {
        let words: Vec<String> = self.input.text().split_whitespace().map(str::to_owned).collect();
        self.found = filter::fuzzy(&words, self.items.iter().map(|(item, _)| item.title.as_str()));
        let height = self.list.height;
        self.list = ListState { height, ..ListState::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finder() -> Finder<u8> {
        let item = |title: &str| Item { title: title.to_owned(), ..Item::default() };
        let refused = Item { refused: Some("read-only".to_owned()), ..item("write") };
        Finder::new("test", vec![(item("undo"), 1), (item("unified"), 2), (refused, 3)])
    }

    fn press(finder: &mut Finder<u8>, keys: &str) -> FinderOutcome<u8> {
        keys.split_whitespace().map(|key| finder.key(Key::parse(key).unwrap())).last().unwrap()
    }

    #[test]
    fn typing_filters_and_enter_chooses_the_best() {
        assert_eq!(press(&mut finder(), "u n i enter"), FinderOutcome::Chosen(2));
        assert_eq!(press(&mut finder(), "down enter"), FinderOutcome::Chosen(2));
        assert_eq!(press(&mut finder(), "x x enter"), FinderOutcome::Open);
        assert_eq!(press(&mut finder(), "u n esc"), FinderOutcome::Closed);
    }

    #[test]
    fn what_cannot_run_says_why() {
        assert_eq!(press(&mut finder(), "w r enter"), FinderOutcome::Refused("read-only".to_owned()));
    }

    #[test]
    fn a_free_text_is_taken_when_no_line_is_meant() {
        let mut finder = Finder { free_text: true, ..finder() };
        assert_eq!(press(&mut finder, "a @ b enter"), FinderOutcome::Typed("a@b".to_owned()));
    }
}
