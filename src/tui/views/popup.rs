//! What lies over a screen: lists that are filtered by typing, questions, pages to read.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use unicode_width::UnicodeWidthStr;

use crate::app::Popup;
use crate::app::popup::finder::Finder;
use crate::app::popup::{Action, Page, PageLine, Question, Tone};
use crate::tui::paint::{self, Look, Pen};
use crate::tui::theme::Role;

use super::effect;
use super::services::highlighted;

/// The role of a tone.
pub(super) const fn tone_role(tone: Tone) -> Role {
    match tone {
        Tone::Plain => Role::Text,
        Tone::Strong => Role::Strong,
        Tone::Muted => Role::Muted,
        Tone::Good => Role::Good,
        Tone::Warning => Role::Warning,
        Tone::Problem => Role::Problem,
    }
}

/// How a line of a page looks.
pub(super) fn line_style(look: &Look<'_>, line: &PageLine) -> Style {
    let style = look.style(tone_role(line.tone));
    if line.lost { style.add_modifier(Modifier::CROSSED_OUT) } else { style }
}

/// Equal lines shown around each change of a file before it is written.
const CONTEXT: usize = 1;

/// The place of a popup on the screen.
fn place(popup: &Popup, area: Rect) -> Rect {
    let inner = Rect { height: area.height.saturating_sub(2), ..area };
    match popup {
        Popup::Help(_) | Popup::Palette(_) => {
            paint::centred(inner, 92, inner.height.saturating_sub(2).min(40))
        }
        Popup::Themes(_) => paint::centred(inner, 40, 12),
        Popup::Regions(finder) => {
            let height = u16::try_from(finder.items.len() + 6).unwrap_or(u16::MAX);
            paint::centred(inner, 64, height.clamp(9, inner.height.saturating_sub(2).max(9)))
        }
        Popup::Layers { .. } => paint::centred(inner, 64, 9),
        Popup::Address { .. } | Popup::Values(_) => {
            paint::centred(inner, 96, inner.height.saturating_sub(4).min(30))
        }
        Popup::Question(question) => {
            let lines = match &question.preview {
                Some(preview) => effect::file_length(preview, CONTEXT) + 2,
                None => question.text.len(),
            };
            let most = inner.height.saturating_sub(2).max(7);
            let height = u16::try_from(lines + 5).unwrap_or(u16::MAX).clamp(7, most);
            paint::centred(inner, 100, height)
        }
        Popup::Page(page) => {
            let width = page
                .lines
                .iter()
                .map(|line| line.text.width())
                .max()
                .unwrap_or(0)
                .max(page.title.width() + 4);
            let width = u16::try_from(width + 4).unwrap_or(u16::MAX).clamp(40, 130).min(inner.width);
            let lines = wrapped(&page.lines, usize::from(width.saturating_sub(4))).len();
            paint::centred(inner, width, u16::try_from(lines + 2).unwrap_or(u16::MAX))
        }
    }
}

fn is_finder(popup: &Popup) -> bool {
    !matches!(popup, Popup::Question(_) | Popup::Page(_))
}

/// Rows of a list or page inside a popup.
pub(super) fn rows(popup: &Popup, area: Rect) -> usize {
    let inside = usize::from(place(popup, area).height.saturating_sub(2));
    if is_finder(popup) { inside.saturating_sub(2) } else { inside }
}

/// The row of a list that lies at a place.
pub(super) fn hit(popup: &Popup, area: Rect, x: u16, y: u16) -> Option<usize> {
    let place = place(popup, area);
    if !is_finder(popup) || !place.contains((x, y).into()) {
        return None;
    }
    let list = match popup {
        Popup::Help(finder) | Popup::Palette(finder) => finder.list,
        Popup::Themes(finder) => finder.list,
        Popup::Address { finder, .. } => finder.list,
        Popup::Values(finder) => finder.list,
        Popup::Layers { finder, .. } => finder.list,
        Popup::Regions(finder) => finder.list,
        Popup::Question(_) | Popup::Page(_) => return None,
    };
    let row = usize::from(y.checked_sub(place.y + 3)?);
    (row < list.height).then_some(list.offset + row)
}

pub(super) fn draw(buffer: &mut Buffer, area: Rect, popup: &Popup, look: &Look<'_>) {
    let place = place(popup, area);
    match popup {
        Popup::Help(finder) | Popup::Palette(finder) => finder_popup(buffer, place, finder, look),
        Popup::Themes(finder) => finder_popup(buffer, place, finder, look),
        Popup::Address { finder, .. } => finder_popup(buffer, place, finder, look),
        Popup::Values(finder) => finder_popup(buffer, place, finder, look),
        Popup::Layers { finder, .. } => finder_popup(buffer, place, finder, look),
        Popup::Regions(finder) => finder_popup(buffer, place, finder, look),
        Popup::Question(question) => ask(buffer, place, question, look),
        Popup::Page(page) => read(buffer, place, page, look),
    }
}

fn finder_popup<T: Clone>(buffer: &mut Buffer, place: Rect, finder: &Finder<T>, look: &Look<'_>) {
    let inside = paint::popup(buffer, place, look, &finder.title);
    let count = format!("{} of {}", finder.found.len(), finder.items.len());
    let mut pen = Pen::at(buffer, inside, 0).shorten(count.width() + 2);
    pen.put("/ ", look.style(Role::Accent));
    paint::input(&mut pen, look, &finder.input, true);
    Pen::at(buffer, inside, 0).right(&count, look.style(Role::Muted));
    let list = Rect { y: inside.y + 2, height: inside.height.saturating_sub(2), ..inside };
    if finder.found.is_empty() {
        let said =
            if finder.free_text { "nothing matches; enter takes what is typed" } else { "nothing matches" };
        Pen::at(buffer, list, 0).skip(2).put(said, look.style(Role::Muted));
        return;
    }
    let leads = finder.items.iter().map(|(item, _)| item.lead.width()).max().unwrap_or(0).min(16);
    super::rows(buffer, list, look, &finder.list, finder.found.len(), true, |pen, index| {
        let found = &finder.found[index];
        let (item, _) = &finder.items[found.index];
        if leads > 0 {
            pen.column_right(look, &item.lead, leads, look.style(Role::KeyName)).skip(2);
        }
        let group = match &item.refused {
            Some(reason) => format!("not now: {reason}"),
            None if item.group.is_empty() => item.detail.clone(),
            None => item.group.clone(),
        };
        let room = pen.room().saturating_sub(group.width() + 2);
        let role = if item.refused.is_some() { Role::Muted } else { Role::Text };
        highlighted(pen, look, &look.cut(&item.title, room), &found.highlights, role);
        pen.right(
            &format!("{group} "),
            look.style(if item.refused.is_some() { Role::Warning } else { Role::Muted }),
        );
    });
}

fn ask(buffer: &mut Buffer, place: Rect, question: &Question, look: &Look<'_>) {
    let inside = paint::popup(buffer, place, look, &question.title);
    let mut row = 0;
    if let Some(preview) = &question.preview {
        let (said, role) = effect::summary(preview);
        Pen::at(buffer, inside, 0).put(&said, look.style(role));
        let lines = effect::file_lines(preview, look, CONTEXT);
        let room = usize::from(inside.height).saturating_sub(4);
        let offset = question.list.offset.min(lines.len().saturating_sub(room));
        for line in lines.iter().skip(offset).take(room) {
            row += 1;
            effect::draw_line(buffer, inside, row + 1, line, look);
        }
        if lines.len() > room {
            let said = format!("{} more lines: scroll", lines.len() - room);
            Pen::at(buffer, inside, 0).right(&said, look.style(Role::Muted));
        }
    } else {
        for line in &question.text {
            Pen::at(buffer, inside, row).put(&look.cut(line, inside.width.into()), look.style(Role::Text));
            row += 1;
        }
    }
    let yes = match question.action {
        Action::Write => "writes",
        Action::Quit => "quits, the edits are lost",
        Action::DiscardAll => "discards",
    };
    let mut pen = Pen::at(buffer, inside, usize::from(inside.height).saturating_sub(1));
    if question.action == Action::Write && question.preview.is_none() {
        pen.put("esc", look.style(Role::KeyName)).put(" closes", look.style(Role::Muted));
        return;
    }
    pen.put(if look.ascii { "y/enter" } else { "y ⏎" }, look.style(Role::KeyName));
    pen.put(&format!(" {yes}    "), look.style(Role::Muted));
    pen.put("n esc", look.style(Role::KeyName)).put(" no", look.style(Role::Muted));
}

fn read(buffer: &mut Buffer, place: Rect, page: &Page, look: &Look<'_>) {
    let inside = paint::popup(buffer, place, look, &page.title);
    let lines = wrapped(&page.lines, inside.width.into());
    let height = usize::from(inside.height);
    let offset = page.list.offset.min(lines.len().saturating_sub(height));
    for (row, line) in lines.iter().skip(offset).take(height).enumerate() {
        Pen::at(buffer, inside, row).put(&line.text, line_style(look, line));
    }
    if lines.len() > height {
        let more = Rect { y: place.bottom().saturating_sub(1), height: 1, ..place };
        let said = format!(" {}-{} of {} ", offset + 1, (offset + height).min(lines.len()), lines.len());
        Pen::at(buffer, more, 0).shorten(2).right(&said, look.style(Role::Muted));
    }
}

/// Lines broken at blanks to fit a width; what goes on is indented.
pub(super) fn wrapped(lines: &[PageLine], width: usize) -> Vec<PageLine> {
    let mut all = Vec::new();
    for line in lines {
        let mut rest = line.text.as_str();
        let mut indent = "";
        loop {
            let room = width.saturating_sub(indent.len()).max(8);
            if rest.width() <= room {
                all.push(PageLine { text: format!("{indent}{rest}"), ..line.clone() });
                break;
            }
            let fits = paint::head(rest, room);
            let cut = match fits.rfind(' ').filter(|at| !fits[..*at].trim().is_empty()) {
                Some(at) => at,
                None => fits.len().max(rest.chars().next().map_or(0, char::len_utf8)),
            };
            all.push(PageLine { text: format!("{indent}{}", rest[..cut].trim_end()), ..line.clone() });
            rest = rest[cut..].trim_start();
            indent = "    ";
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_broken_at_blanks_and_nothing_is_lost() {
        let lines = [
            PageLine::new(Tone::Plain, "the quick brown fox jumps"),
            PageLine::new(Tone::Plain, "日本語日本語日本語"),
        ];
        let shown: Vec<String> = wrapped(&lines, 12).into_iter().map(|line| line.text).collect();
        assert_eq!(shown, ["the quick", "    brown", "    fox", "    jumps", "日本語日本語", "    日本語"]);
    }
}
