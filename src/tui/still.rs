//! The screen without a terminal: presses keys on a platform and gives back what would be drawn. For pictures.

use std::sync::{Mutex, PoisonError};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::key::Key;
use crate::app::keymap::Keymap;
use crate::app::{Effect, Model, Msg, Options, start, update};
use crate::explorer::Explorer;

use super::answers::{self, Asker};
use super::paint::Look;
use super::theme::Theme;
use super::views;

/// Collects answers until the question is answered.
#[derive(Default)]
struct Collected(Mutex<Vec<Msg>>);

impl Asker for Collected {
    fn answer(&self, msg: Msg) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(msg);
    }

    fn is_stale(&self) -> bool {
        false
    }
}

/// What is on screen after these keys: names as in the keymap, separated by blanks; words in quotes are typed letter
/// by letter (`/ "account" enter`). Names that are no keys are left out. Nothing is ever written.
#[must_use]
pub fn still(explorer: &Explorer, keys: &str, width: u16, height: u16, theme: &Theme) -> Buffer {
    let area = Rect::new(0, 0, width, height);
    let options = Options { readonly: true, ..Options::default() };
    let mut model = Model::new(options, Keymap::default());
    let effects = start(&mut model);
    perform(&mut model, effects, explorer);
    for key in parse(keys) {
        settle(&mut model, area);
        let effects = update(&mut model, Msg::Key(key));
        perform(&mut model, effects, explorer);
    }
    settle(&mut model, area);
    let mut buffer = Buffer::empty(area);
    views::draw(&mut buffer, area, &model, &Look { theme, ascii: false });
    buffer
}

fn parse(keys: &str) -> Vec<Key> {
    let mut pressed = Vec::new();
    for word in keys.split_whitespace() {
        match word.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            Some(text) => {
                pressed.extend(text.chars().filter_map(|letter| Key::parse(letter.encode_utf8(&mut [0; 4]))));
            }
            None => pressed.extend(Key::parse(word)),
        }
    }
    pressed
}

fn settle(model: &mut Model, area: Rect) {
    model.settle();
    model.measure(views::measure(model, area));
}

fn perform(model: &mut Model, effects: Vec<Effect>, explorer: &Explorer) {
    for effect in effects {
        let answers = match effect {
            Effect::Open { ticket } => vec![answers::opened(ticket, Ok(explorer))],
            Effect::Change { draft, change } => vec![answers::change(Some(explorer), draft, change)],
            Effect::Write { .. } => Vec::new(),
            effect => {
                let collected = Collected::default();
                answers::answer(effect, explorer, &collected);
                collected.0.into_inner().unwrap_or_else(PoisonError::into_inner)
            }
        };
        for answer in answers {
            let more = update(model, answer);
            perform(model, more, explorer);
        }
    }
}
