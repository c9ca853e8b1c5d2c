//! What the screen looks like: every view reads the model and changes nothing.
//!
//! The frame is the same everywhere: where am I, the screen, an edit while one is being typed, a line for
//! messages, the keys that work. [`measure`] says how much fits before a frame is drawn, [`hit`] what lies under
//! the mouse; both use the same areas as drawing.

mod bars;
mod class;
mod diff;
mod draft;
mod editing;
mod effect;
mod parity;
mod pins;
mod popup;
mod promote;
mod radius;
mod services;
mod target;
mod yaml;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::list::ListState;
use crate::app::{Measures, Model, Phase, Screen, Spot, explain};
use crate::base::Diagnostic;

use super::paint::{self, Look, Pen, sign};
use super::theme::Role;

/// The smallest screen that is of use.
const LEAST: (u16, u16) = (40, 10);

/// The parts of the frame.
#[derive(Clone, Copy, Debug)]
struct Parts {
    top: Rect,
    body: Rect,
    editing: Rect,
    message: Rect,
    keys: Rect,
}

fn parts(model: &Model, area: Rect) -> Parts {
    let row = |y: u16, height: u16| Rect { x: area.x, y, width: area.width, height };
    let panel = if model.editing.is_some() { editing::height(area) } else { 0 };
    let body = area.height.saturating_sub(3 + panel);
    Parts {
        top: row(area.y, 1),
        body: row(area.y + 1, body),
        editing: row(area.y + 1 + body, panel),
        message: row(area.bottom().saturating_sub(2), 1),
        keys: row(area.bottom().saturating_sub(1), 1),
    }
}

/// Whether the screen is too small to show anything of use.
fn too_small(area: Rect) -> bool {
    area.width < LEAST.0 || area.height < LEAST.1
}

/// How much of each pane fits.
#[must_use]
pub fn measure(model: &Model, area: Rect) -> Measures {
    if too_small(area) {
        return Measures::default();
    }
    let body = parts(model, area).body;
    let mut measures = match model.stack.last() {
        None => services::measure(model, body),
        Some(Screen::Target(screen)) => target::measure(screen, body),
        Some(Screen::Diff(screen)) => diff::measure(screen, body),
        Some(Screen::Draft(_)) => draft::measure(model, body),
        Some(Screen::Movables(_)) => promote::measure_movables(body),
        Some(Screen::Candidates(_)) => promote::measure_candidates(body),
        Some(Screen::Radius(screen)) => radius::measure(screen, body),
        Some(Screen::Class(screen)) => class::measure(screen, body),
        Some(Screen::Pins(_)) => Measures::default(),
        Some(Screen::Parity(screen)) => parity::measure(screen, body),
    };
    measures.popup = model.popup.as_ref().map_or(0, |popup| popup::rows(popup, area));
    measures
}

/// What lies at a place of the screen.
#[must_use]
pub fn hit(model: &Model, area: Rect, x: u16, y: u16) -> Spot {
    if too_small(area) {
        return Spot::Elsewhere;
    }
    if let Some(popup) = &model.popup {
        return popup::hit(popup, area, x, y).map_or(Spot::Elsewhere, Spot::Popup);
    }
    let body = parts(model, area).body;
    let spot = match model.stack.last() {
        None => services::hit(model, body, x, y),
        Some(Screen::Target(screen)) => target::hit(screen, body, x, y),
        Some(Screen::Diff(screen)) => diff::hit(screen, body, x, y),
        Some(Screen::Draft(screen)) => draft::hit(model, screen, body, x, y),
        Some(Screen::Movables(screen)) => promote::hit_movables(screen, body, x, y),
        Some(Screen::Candidates(screen)) => promote::hit_candidates(screen, body, x, y),
        Some(Screen::Radius(screen)) => radius::hit(screen, body, x, y),
        Some(Screen::Class(screen)) => class::hit(screen, body, x, y),
        Some(Screen::Pins(_)) => pins::hit(model, body, x, y),
        Some(Screen::Parity(screen)) => parity::hit(screen, body, x, y),
    };
    spot.unwrap_or(Spot::Elsewhere)
}

/// Draws everything.
pub fn draw(buffer: &mut Buffer, area: Rect, model: &Model, look: &Look<'_>) {
    buffer.set_style(area, look.style(Role::Text));
    if too_small(area) {
        let text = format!("too small: {}x{} is the least", LEAST.0, LEAST.1);
        Pen::at(buffer, area, usize::from(area.height / 2)).put(&text, look.style(Role::Warning));
        return;
    }
    let parts = parts(model, area);
    let body = parts.body;
    bars::top(buffer, parts.top, model, look);
    match (&model.phase, &model.overview) {
        (Phase::Failed(problem), None) => {
            failed(buffer, body, problem, look);
        }
        (Phase::Opening | Phase::Open, None) => {
            let said = format!("opening{}", look.sign(sign::ELLIPSIS));
            Pen::at(buffer, body, 1).skip(2).put(&said, look.style(Role::Muted));
        }
        (_, Some(overview)) => match model.stack.last() {
            None => services::draw(buffer, body, model, overview, look),
            Some(Screen::Target(screen)) => target::draw(buffer, body, model, overview, screen, look),
            Some(Screen::Diff(screen)) => diff::draw(buffer, body, model, screen, look),
            Some(Screen::Draft(screen)) => draft::draw(buffer, body, model, screen, look),
            Some(Screen::Parity(screen)) => parity::draw(buffer, body, model, screen, look),
            Some(Screen::Movables(screen)) => promote::movables(buffer, body, model, overview, screen, look),
            Some(Screen::Candidates(screen)) => promote::candidates(buffer, body, model, screen, look),
            Some(Screen::Radius(screen)) => radius::draw(buffer, body, model, screen, look),
            Some(Screen::Class(screen)) => class::draw(buffer, body, model, screen, look),
            Some(Screen::Pins(screen)) => pins::draw(buffer, body, model, overview, *screen, look),
        },
    }
    if let Some(editing) = &model.editing {
        editing::draw(buffer, parts.editing, editing, look);
    }
    bars::message(buffer, parts.message, model, look);
    bars::keys(buffer, parts.keys, model, look);
    if let Some(popup) = &model.popup {
        popup::draw(buffer, area, popup, look);
    }
    if look.ascii {
        paint::replace_signs(buffer);
    }
}

/// What went wrong, and what to do. Returns the rows it takes.
fn failed(buffer: &mut Buffer, area: Rect, problem: &Diagnostic, look: &Look<'_>) -> u16 {
    let page = explain::problem(problem);
    let width = usize::from(area.width.saturating_sub(4));
    let lines = popup::wrapped(&page.lines, width);
    for (row, line) in lines.iter().enumerate() {
        Pen::at(buffer, area, row + 1).skip(2).put(&line.text, popup::line_style(look, line));
    }
    u16::try_from(lines.len() + 1).unwrap_or(area.height).min(area.height)
}

/// Draws the rows of a list that are on screen; the one under the cursor gets its ground.
fn rows(
    buffer: &mut Buffer,
    area: Rect,
    look: &Look<'_>,
    list: &ListState,
    length: usize,
    focused: bool,
    mut draw: impl FnMut(&mut Pen<'_>, usize),
) {
    for (line, index) in list.visible(length).enumerate().take(usize::from(area.height)) {
        let selected = index == list.cursor;
        let mut pen = Pen::at(buffer, area, line);
        if selected {
            pen = pen.on(look.style(if focused { Role::Selected } else { Role::SelectedAway }));
        }
        let mark = if selected { look.sign(sign::CURSOR) } else { " " };
        pen.put(mark, look.style(Role::Accent)).skip(1);
        draw(&mut pen, index);
    }
}

/// The index of the row of a list that lies at a place.
fn row_at(area: Rect, list: &ListState, length: usize, x: u16, y: u16) -> Option<usize> {
    let index = list.offset + usize::from(y.checked_sub(area.y)?);
    (area.contains((x, y).into()) && index < length).then_some(index)
}
