//! Edits that are not written: the list above, below it the change of the files and the rendered effect.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::screens::DraftScreen;
use crate::app::{Measures, Model, Spot};
use crate::tui::paint::{self, Look, Pen, sign};
use crate::tui::theme::Role;

use super::effect;

/// Below this width the two texts stand below each other.
const SIDE_BY_SIDE: u16 = 100;

struct Layout {
    list: Rect,
    head: Rect,
    files: Rect,
    effect: Rect,
}

fn layout(model: &Model, area: Rect) -> Layout {
    let edits = u16::try_from(model.draft.unsaved_entries().len()).unwrap_or(u16::MAX);
    let rows = edits.clamp(1, (area.height / 3).max(1));
    let list = Rect { height: rows, ..area };
    let head = Rect { y: area.y + rows, height: 1, ..area };
    let top = (rows + 1).min(area.height);
    let below = Rect { y: area.y + top, height: area.height - top, ..area };
    if area.width >= SIDE_BY_SIDE {
        let width = area.width / 2;
        let files = Rect { width, ..below };
        let effect = Rect { x: below.x + width + 1, width: below.width - width - 1, ..below };
        return Layout { list, head, files, effect };
    }
    let files = Rect { height: below.height / 2, ..below };
    let used = (files.height + 1).min(below.height);
    Layout { list, head, files, effect: Rect { y: below.y + used, height: below.height - used, ..below } }
}

pub(super) fn measure(model: &Model, area: Rect) -> Measures {
    let layout = layout(model, area);
    Measures { first: layout.list.height.into(), second: layout.effect.height.into(), ..Measures::default() }
}

pub(super) fn hit(model: &Model, screen: &DraftScreen, area: Rect, x: u16, y: u16) -> Option<Spot> {
    let layout = layout(model, area);
    let row = super::row_at(layout.list, &screen.list, model.draft.unsaved_entries().len(), x, y);
    let second = || layout.effect.contains((x, y).into()).then_some(Spot::Second { row: 0 });
    row.map(|row| Spot::First { row, column: None }).or_else(second)
}

pub(super) fn draw(buffer: &mut Buffer, area: Rect, model: &Model, screen: &DraftScreen, look: &Look<'_>) {
    let layout = layout(model, area);
    let entries = model.draft.unsaved_entries();
    super::rows(buffer, layout.list, look, &screen.list, entries.len(), !screen.in_text, |pen, index| {
        pen.column_right(look, &(index + 1).to_string(), 3, look.style(Role::Muted)).skip(2);
        let room = pen.room();
        pen.put(&look.cut(&entries[index].describe(), room), look.style(Role::Text));
    });
    if entries.is_empty() {
        let said = if model.draft.is_unsaved() {
            "edits that were written are taken back; writing puts the old text into the files"
        } else {
            "no edits are pending"
        };
        Pen::at(buffer, layout.list, 0).skip(2).put(said, look.style(Role::Muted));
    }
    paint::rule(buffer, layout.head, 0, look);
    let Some(preview) = &screen.preview else { return };
    Pen::at(buffer, layout.head, 0).skip(1).put(" text ", look.style(Role::Muted));
    for (row, line) in
        effect::file_lines(preview, look, 2).iter().take(layout.files.height.into()).enumerate()
    {
        effect::draw_line(buffer, layout.files, row, line, look);
    }
    let title = match screen.shown() {
        Some((at, changed)) => {
            let (word, _) = effect::word(changed);
            let number = format!("{} of {}", at + 1, preview.targets.len());
            format!(" rendered effect {} {}  {number}  {word} ", look.sign(sign::INTO), changed.target)
        }
        None => " rendered effect ".to_owned(),
    };
    let beside = layout.effect.x > layout.files.x;
    let head = if beside {
        Rect { x: layout.effect.x, width: layout.effect.width, ..layout.head }
    } else {
        let line = Rect { y: layout.effect.y.saturating_sub(1), height: 1, ..area };
        paint::rule(buffer, line, 0, look);
        line
    };
    if beside {
        paint::divider(buffer, layout.effect.x - 1, layout.effect, look);
    }
    let role = if screen.in_text { Role::Accent } else { Role::Muted };
    Pen::at(buffer, head, 0).skip(1).put(&title, look.style(role));
    match screen.shown() {
        Some((_, changed)) => {
            let lines = effect::target_lines(changed, look);
            let height = usize::from(layout.effect.height);
            let offset = screen.text.offset.min(lines.len().saturating_sub(height));
            for (row, line) in lines.iter().skip(offset).take(height).enumerate() {
                effect::draw_line(buffer, layout.effect, row, line, look);
            }
        }
        None => {
            Pen::at(buffer, layout.effect, 0).skip(2).put("no manifest changes", look.style(Role::Good));
        }
    }
    for (row, problem) in preview.problems.iter().enumerate() {
        let line = usize::from(layout.files.height).saturating_sub(preview.problems.len() - row);
        let mut pen = Pen::at(buffer, layout.files, line).shorten(1);
        pen.skip(1);
        let room = pen.room();
        pen.put(&look.cut(&problem.to_string(), room), look.style(Role::Problem));
    }
}
