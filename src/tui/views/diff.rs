//! Two targets side by side, or one below the other where it is narrow; the differing words are marked.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use crate::app::screens::DiffScreen;
use crate::app::screens::diff::{DiffLine, Half};
use crate::app::{Lane, Measures, Model, Spot, words};
use crate::catalog::Address;
use crate::diff::{ResourceDiff, Row, Status};
use crate::report::answer::TargetView;
use crate::tui::paint::{self, Look, Pen, Sign, sign};
use crate::tui::theme::Role;

use super::yaml;

/// Below this width the list stands above the text and the sides below each other.
const SIDE_BY_SIDE: u16 = 110;

struct Layout {
    head: Rect,
    list: Rect,
    text: Rect,
    wide: bool,
    unified: bool,
}

fn layout(screen: &DiffScreen, area: Rect) -> Layout {
    let wide = area.width >= SIDE_BY_SIDE;
    let unified = screen.unified || !wide;
    let head_height = if wide { 2 } else { 3 };
    let head = Rect { height: head_height.min(area.height), ..area };
    let top = (head_height + 1).min(area.height);
    let content = Rect { y: area.y + top, height: area.height - top, ..area };
    if wide {
        let width = (area.width / 5).clamp(28, 44);
        let list = Rect { width, ..content };
        let text = Rect { x: content.x + width + 1, width: content.width - width - 1, ..content };
        return Layout { head, list, text, wide, unified };
    }
    let rows = u16::try_from(screen.all().len()).unwrap_or(u16::MAX).clamp(1, (content.height / 4).max(1));
    let list = Rect { height: rows, ..content };
    let below = (rows + 1).min(content.height);
    let text = Rect { y: content.y + below, height: content.height - below, ..content };
    Layout { head, list, text, wide, unified }
}

pub(super) fn measure(screen: &DiffScreen, area: Rect) -> Measures {
    let layout = layout(screen, area);
    Measures {
        first: layout.list.height.into(),
        second: layout.text.height.into(),
        unified: layout.unified,
        ..Measures::default()
    }
}

pub(super) fn hit(screen: &DiffScreen, area: Rect, x: u16, y: u16) -> Option<Spot> {
    let layout = layout(screen, area);
    let first = super::row_at(layout.list, &screen.resources, screen.all().len(), x, y);
    let second =
        || super::row_at(layout.text, &screen.text, screen.lines.len(), x, y).map(|row| Spot::Second { row });
    first.map(|row| Spot::First { row, column: None }).or_else(second)
}

pub(super) fn draw(buffer: &mut Buffer, area: Rect, model: &Model, screen: &DiffScreen, look: &Look<'_>) {
    let layout = layout(screen, area);
    head(buffer, &layout, screen, look);
    if let Some(problem) = screen.problem() {
        super::failed(
            buffer,
            Rect { y: layout.list.y, height: area.bottom() - layout.list.y, ..area },
            problem,
            look,
        );
        return;
    }
    if screen.comparison.is_none() {
        let said = if model.is_waiting(Lane::View) { "comparing" } else { "" };
        Pen::at(buffer, layout.list, 0).skip(2).put(said, look.style(Role::Muted));
        return;
    }
    list(buffer, layout.list, screen, look);
    if layout.wide {
        paint::divider(buffer, layout.text.x - 1, layout.text, look);
    } else if layout.text.height > 0 {
        paint::rule(buffer, Rect { y: layout.text.y - 1, height: 1, ..layout.text }, 0, look);
    }
    text(buffer, layout.text, screen, look, layout.unified, screen.in_text);
}

fn side_name(address: &Address, view: Option<&TargetView>) -> String {
    let target = &address.target;
    let reference = match (&address.reference, view) {
        (Some(reference), _) => words::short_reference(reference, "").to_owned(),
        (None, Some(view)) => {
            words::short_reference(view.resolution.reference().unwrap_or("?"), "").to_owned()
        }
        (None, None) => String::new(),
    };
    format!("{} {}/{} @ {reference}", target.service, target.env, target.region)
}

fn head(buffer: &mut Buffer, layout: &Layout, screen: &DiffScreen, look: &Look<'_>) {
    let views = screen.comparison.as_ref();
    let left = side_name(&screen.left, views.map(|comparison| &*comparison.left));
    let right = side_name(&screen.right, views.map(|comparison| &*comparison.right));
    let area = layout.head;
    let mut pen = Pen::at(buffer, area, 0).shorten(1);
    pen.skip(1).put("A ", look.style(Role::Removed)).put(&left, look.style(Role::Strong));
    let totals_row = if layout.wide {
        pen.skip(4).put("B ", look.style(Role::Added)).put(&right, look.style(Role::Strong));
        1
    } else {
        let mut pen = Pen::at(buffer, area, 1).shorten(1);
        pen.skip(1).put("B ", look.style(Role::Added)).put(&right, look.style(Role::Strong));
        2
    };
    if let Some(document) = screen.document() {
        let (different, counts) = screen.totals();
        let mut pen = Pen::at(buffer, area, totals_row).shorten(1);
        let verb = if different == 1 { "differs" } else { "differ" };
        let said = format!("{different} of {} {verb}", words::count(document.resources.len(), "resource"));
        pen.skip(1).put(&said, look.style(Role::Text)).skip(3);
        pen.put(&format!("+{} ", counts.added), look.style(Role::Added));
        pen.put(&format!("{}{} ", look.sign(sign::MINUS), counts.removed), look.style(Role::Removed));
        pen.put(&format!("~{}", counts.changed), look.style(Role::Changed));
        let expected = document.totals.lines.expected;
        if expected > 0 {
            let state = if screen.expected_hidden { "hidden" } else { "shown" };
            let lines = words::count(expected, "line");
            let said = format!("   {state} (i): {lines} that differ only by namespace or hash");
            let fits = look.cut(&said, pen.room());
            pen.put(&fits, look.style(Role::Muted));
        }
    }
    let rule = Rect { y: area.bottom(), height: 1, ..area };
    paint::rule(buffer, rule, 0, look);
}

fn list(buffer: &mut Buffer, area: Rect, screen: &DiffScreen, look: &Look<'_>) {
    let all = screen.all();
    super::rows(buffer, area, look, &screen.resources, all.len(), !screen.in_text, |pen, index| {
        let diff = &all[index];
        let shown = screen.differs(diff);
        let (mark, role) = if shown { status(diff, look) } else { (" ", Role::Muted) };
        pen.put(mark, look.style(role)).skip(1);
        let counts = screen.differing_lines(diff);
        let counts = if counts == 0 { "=".to_owned() } else { counts.to_string() };
        let name = format!("{} {}", diff.identity.kind, diff.identity.name);
        let room = pen.room().saturating_sub(counts.width() + 2);
        let text = if shown { Role::Text } else { Role::Muted };
        pen.column(look, &name, room, look.style(text));
        pen.right(&format!("{counts} "), look.style(Role::Muted));
    });
}

fn status(diff: &ResourceDiff, look: &Look<'_>) -> (&'static str, Role) {
    match diff.status {
        Status::Added => ("+", Role::Added),
        Status::Removed => (look.sign(sign::MINUS), Role::Removed),
        Status::Changed => ("~", Role::Changed),
        Status::Equal => (" ", Role::Muted),
    }
}

/// The lines of a difference.
pub(super) fn text(
    buffer: &mut Buffer,
    area: Rect,
    screen: &DiffScreen,
    look: &Look<'_>,
    unified: bool,
    focused: bool,
) {
    if screen.lines.is_empty() {
        let said = if screen.document().is_some_and(|document| !document.is_equal()) {
            "no difference but namespaces and hashes (i shows them)"
        } else {
            "no difference"
        };
        Pen::at(buffer, area, 0).skip(2).put(said, look.style(Role::Good));
        return;
    }
    super::rows(buffer, area, look, &screen.text, screen.lines.len(), focused, |pen, index| {
        match &screen.lines[index] {
            DiffLine::Resource(resource) => {
                let Some(diff) = screen.all().get(*resource) else { return };
                let (mark, role) = status(diff, look);
                let kind = match diff.status {
                    Status::Added => "  only in B",
                    Status::Removed => "  only in A",
                    Status::Changed | Status::Equal => "",
                };
                pen.put(mark, look.style(role)).put(" ", look.style(Role::Text));
                pen.put(&format!("{} {}", diff.identity.kind, diff.identity.name), look.style(Role::Strong));
                pen.put(kind, look.style(role));
                if let Some(before) = &diff.before {
                    let was = format!("  was {}", before.name);
                    if before.name != diff.identity.name {
                        pen.put(&was, look.style(Role::Muted));
                    }
                }
            }
            DiffLine::Fold { rows, .. } => {
                let said = format!("{} {}", look.sign(sign::FOLD), words::count(rows.len(), "equal line"));
                pen.skip(2).put(&said, look.style(Role::Muted));
            }
            DiffLine::Row { resource, row, half } if unified => {
                let left = *half == Half::Left;
                let width = pen.room();
                // Of a line that becomes another one, the new one is blamed.
                let is_blamed = !left || is_removed(screen, *resource, *row);
                let place =
                    screen.place(*resource, *row).filter(|_| is_blamed && changed(screen, *resource, *row));
                let gutter = if width >= 60 && place.is_some() { 26 } else { 0 };
                side(pen, look, screen, (*resource, *row), left, SIGNS_BELOW, width - gutter);
                if let Some(place) = place.filter(|_| gutter > 0) {
                    let place = look.cut_front(&words::place(place), gutter - 1);
                    pen.column_right(look, &place, gutter, look.style(Role::Muted));
                }
            }
            DiffLine::Row { resource, row, .. } => {
                let gutter = if pen.room() >= 120 { 28 } else { 0 };
                let half = (pen.room() - gutter).saturating_sub(3) / 2;
                side(pen, look, screen, (*resource, *row), true, SIGNS_BESIDE, half);
                pen.put(&format!(" {} ", look.sign(sign::VERTICAL)), look.style(Role::Border));
                side(pen, look, screen, (*resource, *row), false, SIGNS_BESIDE, half);
                if let Some(place) =
                    screen.place(*resource, *row).filter(|_| gutter > 0 && changed(screen, *resource, *row))
                {
                    let place = look.cut_front(&words::place(place), gutter - 1);
                    pen.column_right(look, &place, gutter, look.style(Role::Muted));
                }
            }
        }
    });
}

fn is_removed(screen: &DiffScreen, resource: usize, row: usize) -> bool {
    let row = screen.all().get(resource).and_then(|diff| diff.text.rows.get(row));
    matches!(row, Some(Row::Removed { .. }))
}

fn changed(screen: &DiffScreen, resource: usize, row: usize) -> bool {
    screen.all().get(resource).and_then(|diff| diff.text.rows.get(row)).is_some_and(|row| screen.shows(row))
}

/// Signs of the two lines of a change: beside each other the place tells them apart, below each other only the sign.
const SIGNS_BESIDE: (Sign, Sign) = (sign::CHANGED, sign::CHANGED);
const SIGNS_BELOW: (Sign, Sign) = (sign::MINUS, sign::PLUS);

/// One side of a row: number, sign, text with the differing words.
fn side(
    pen: &mut Pen<'_>,
    look: &Look<'_>,
    screen: &DiffScreen,
    at: (usize, usize),
    left: bool,
    signs: (Sign, Sign),
    width: usize,
) {
    let (resource, index) = at;
    let Some(diff) = screen.all().get(resource) else { return };
    let Some(row) = diff.text.rows.get(index) else { return };
    let numbers = diff.text.left.len().max(diff.text.right.len()).to_string().len();
    let Some((number, text, masked)) = screen.side_text(resource, index, left) else {
        pen.skip(width);
        return;
    };
    let (role, word, mark) = match row {
        _ if !screen.shows(row) => (Role::Text, Role::Text, " "),
        Row::Equal { .. } => (Role::Text, Role::Text, " "),
        Row::Removed { .. } => (Role::Removed, Role::RemovedWord, look.sign(sign::MINUS)),
        Row::Added { .. } => (Role::Added, Role::AddedWord, "+"),
        Row::Changed { .. } if left => (Role::Removed, Role::RemovedWord, look.sign(signs.0)),
        Row::Changed { .. } => (Role::Added, Role::AddedWord, look.sign(signs.1)),
    };
    pen.column_right(look, &number.to_string(), numbers, look.style(Role::Muted));
    pen.put(&format!(" {mark} "), look.style(role));
    let width = width.saturating_sub(numbers + 3);
    let wanted = screen.search.input.text();
    if !screen.shows(row) || (!masked && !wanted.is_empty() && text.contains(wanted)) {
        yaml::draw(pen, look, text, width, screen.shifted, wanted);
        return;
    }
    let marks = match row {
        Row::Changed { words, .. } if !masked => {
            if left {
                words.left.as_slice()
            } else {
                words.right.as_slice()
            }
        }
        _ => &[],
    };
    let (mut skipped, mut room, mut from) = (screen.shifted, width, 0);
    for marked in marks {
        yaml::put(pen, &text[from..marked.start], look.style(role), &mut skipped, &mut room);
        yaml::put(pen, &text[marked.clone()], look.style(word), &mut skipped, &mut room);
        from = marked.end;
    }
    yaml::put(pen, &text[from..], look.style(role), &mut skipped, &mut room);
    if masked && matches!(row, Row::Changed { .. }) {
        yaml::put(pen, " changed", look.style(word), &mut skipped, &mut room);
    }
    pen.skip(room);
}
