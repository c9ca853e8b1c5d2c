//! The panel of an edit that is being typed: what, at which layer, from what to what, and what it would do.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::editing::Editing;
use crate::tui::paint::{self, Look, Pen, sign};
use crate::tui::theme::Role;

use super::effect;

/// Rows of the panel.
pub(super) fn height(area: Rect) -> u16 {
    if area.height >= 40 { 9 } else { 6 }
}

pub(super) fn draw(buffer: &mut Buffer, area: Rect, editing: &Editing, look: &Look<'_>) {
    paint::rule(buffer, area, 0, look);
    let mut pen = Pen::at(buffer, area, 0).shorten(1);
    pen.skip(1).put(" edit ", look.style(Role::Accent)).put(&editing.title(), look.style(Role::Strong));
    pen.put("  ", look.style(Role::Text));
    for (at, scope) in editing.scopes.iter().enumerate() {
        let text = scope.to_string();
        if at == editing.scope {
            pen.put(&format!("[{text}]"), look.style(Role::TabActive));
        } else {
            pen.put(&format!(" {text} "), look.style(Role::Muted));
        }
    }
    pen.put(" ", look.style(Role::Text));
    field(buffer, area, editing, look);
    below(buffer, area, editing, look);
}

fn field(buffer: &mut Buffer, area: Rect, editing: &Editing, look: &Look<'_>) {
    let mut pen = Pen::at(buffer, area, 1).shorten(1);
    pen.skip(2);
    let before = if editing.before.is_empty() { look.sign(sign::NOTHING) } else { &editing.before };
    let before = look.cut(before, usize::from(area.width) / 3);
    pen.put(&format!("{before} {} ", look.sign(sign::ARROW)), look.style(Role::Muted));
    paint::input(&mut pen, look, &editing.input, true);
    let problem = editing.problem.as_ref().map(|problem| (problem, sign::FAILED, Role::Problem));
    let warning = editing.warning.as_ref().map(|warning| (warning, sign::SHADOWED, Role::Warning));
    if let Some((said, sign, role)) = problem.or(warning) {
        pen.skip(2).put(look.sign(sign), look.style(role));
        let room = pen.room().saturating_sub(1);
        pen.put(&format!(" {}", look.cut(said, room)), look.style(role));
    }
}

/// Suggestions while a ref is typed, and what the edit does.
fn below(buffer: &mut Buffer, area: Rect, editing: &Editing, look: &Look<'_>) {
    let mut row = 2;
    let suggestions: Vec<&str> = editing.matching().take(12).collect();
    if !suggestions.is_empty() {
        let mut pen = Pen::at(buffer, area, row).shorten(1);
        pen.skip(2);
        for suggestion in suggestions {
            pen.put(suggestion, look.style(Role::Muted)).skip(2);
        }
        row += 1;
    }
    let Some(preview) = &editing.preview else {
        let typed = editing.input.text() != editing.before;
        let said = match (&editing.problem, typed) {
            (Some(_), _) => "",
            (None, true) => "finding out what it does",
            (None, false) => "type a new value; what it does shows here and above",
        };
        Pen::at(buffer, area, row).skip(2).put(said, look.style(Role::Muted));
        return;
    };
    let (text, role) = effect::summary(preview);
    Pen::at(buffer, area, row).skip(2).put(&text, look.style(role));
    row += 1;
    let room = usize::from(area.height).saturating_sub(row);
    for line in effect::file_lines(preview, look, 0).into_iter().filter(|line| !line.heading).take(room) {
        effect::draw_line(buffer, area, row, &line, look);
        row += 1;
    }
}
