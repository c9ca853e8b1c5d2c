//! The table of services: one cell for each environment and region, or one for each environment where it is narrow.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use unicode_width::UnicodeWidthStr;

use crate::app::screens::services::{Column, Edited, Row, archetype};
use crate::app::{Measures, Model, Spot, words};
use crate::catalog::{Badge, Resolution};
use crate::report::answer::{Overview, TargetState};
use crate::tui::paint::{self, Look, Pen, Sign, sign};
use crate::tui::theme::Role;

const TYPE_WIDTH: usize = 10;
const CHANNEL_WIDTH: usize = 8;
const LONGEST_NAME: usize = 28;
/// A cell narrower than this says too little; then all regions of an environment share one.
const LEAST_CELL: usize = 8;

/// The columns of the table.
struct Layout {
    name: usize,
    cell: usize,
    compact: bool,
    header: usize,
    rows: Rect,
    legend: Rect,
}

fn layout(model: &Model, area: Rect) -> Layout {
    let services = &model.services;
    // Room for the sign of an edit, while there are edits.
    let gap = if model.pending() > 0 { 4 } else { 2 };
    let name = services.widest_name.clamp(10, LONGEST_NAME) + gap;
    let longest = services.widest_reference;
    let room = usize::from(area.width).saturating_sub(2 + name + TYPE_WIDTH + CHANNEL_WIDTH + 1);
    let count = services.columns.len().max(1);
    let compact = room / count < LEAST_CELL;
    let groups = if compact { groups(&services.columns).len().max(1) } else { count };
    let wanted = if compact { usize::MAX } else { (longest + 4).clamp(LEAST_CELL, 18) };
    let header = if compact { 1 } else { 2 };
    let top = 1 + header;
    let rows_top = u16::try_from(top).unwrap_or(3).min(area.height);
    Layout {
        name,
        cell: wanted.min(room / groups),
        compact,
        header,
        rows: Rect { y: area.y + rows_top, height: area.height.saturating_sub(rows_top + 1), ..area },
        legend: Rect { y: area.bottom().saturating_sub(1), height: 1, ..area },
    }
}

/// The environments with their columns.
fn groups(columns: &[Column]) -> Vec<(&Column, Range<usize>)> {
    let mut groups: Vec<(&Column, Range<usize>)> = Vec::new();
    for (at, column) in columns.iter().enumerate() {
        match groups.last_mut() {
            Some((first, range)) if first.env == column.env => range.end = at + 1,
            _ => groups.push((column, at..at + 1)),
        }
    }
    groups
}

pub(super) fn measure(model: &Model, area: Rect) -> Measures {
    let layout = layout(model, area);
    Measures { first: layout.rows.height.into(), compact: layout.compact, ..Measures::default() }
}

pub(super) fn hit(model: &Model, area: Rect, x: u16, y: u16) -> Option<Spot> {
    let layout = layout(model, area);
    let services = &model.services;
    let row = super::row_at(layout.rows, &services.list, services.rows.len(), x, y)?;
    let start = 2 + layout.name + TYPE_WIDTH + CHANNEL_WIDTH;
    let cell =
        usize::from(x.saturating_sub(area.x)).checked_sub(start).map(|behind| behind / layout.cell.max(1));
    let column = cell.and_then(|cell| {
        if layout.compact {
            groups(&services.columns).get(cell).map(|(_, range)| range.start)
        } else {
            (cell < services.columns.len()).then_some(cell)
        }
    });
    Some(Spot::First { row, column })
}

pub(super) fn draw(buffer: &mut Buffer, area: Rect, model: &Model, overview: &Overview, look: &Look<'_>) {
    // A catalog of which nothing could be read: the reason is the only thing to show.
    if overview.catalog.services.is_empty()
        && let Some(problem) = overview.diagnostics.iter().max_by_key(|problem| problem.severity)
    {
        super::failed(buffer, area, problem, look);
        return;
    }
    let layout = layout(model, area);
    filter_line(buffer, area, model, overview, look);
    header(buffer, area, model, &layout, look);
    let services = &model.services;
    let mut seen = Seen::default();
    let edited = model.edited();
    super::rows(buffer, layout.rows, look, &services.list, services.rows.len(), true, |pen, index| {
        let row = &services.rows[index];
        let Some(service) = overview.catalog.services.get(row.service) else { return };
        let name = &service.name.value;
        let mark = if edited.service(name) { format!(" {}", look.sign(sign::EDITED)) } else { String::new() };
        let before = pen.position().0;
        let role = if service.is_broken() { Role::Problem } else { Role::Text };
        let room = layout.name.saturating_sub(2 + mark.width());
        highlighted(pen, look, &look.cut(name, room), &row.highlights, role);
        pen.put(&mark, look.style(Role::Warning));
        let used = usize::from(pen.position().0 - before);
        pen.skip(layout.name.saturating_sub(used));
        pen.column(look, archetype(service), TYPE_WIDTH, look.style(Role::Muted));
        match &service.channel {
            Some(channel) => pen.column(look, &channel.value, CHANNEL_WIDTH, look.style(Role::Text)),
            None => pen.column(look, look.sign(sign::NOTHING), CHANNEL_WIDTH, look.style(Role::Muted)),
        };
        let current = (index == services.list.cursor).then_some(services.column);
        let mut cells = Cells { look, model, overview, layout: &layout, seen: &mut seen };
        cells.draw(pen, row, current);
    });
    if services.rows.is_empty() {
        let empty = overview.catalog.services.is_empty();
        let said = if empty { "the catalog has no services" } else { "no service passes the filter" };
        Pen::at(buffer, layout.rows, 0).skip(2).put(said, look.style(Role::Muted));
    }
    legend(buffer, layout.legend, look, &seen);
}

fn filter_line(buffer: &mut Buffer, area: Rect, model: &Model, overview: &Overview, look: &Look<'_>) {
    let services = &model.services;
    let filtered = services.filtering || !services.filter.text().is_empty();
    let sort = format!("   sort: {} {}", services.sort.title(), look.sign(sign::SORTED));
    let right = if filtered {
        format!("{} of {}{sort}", services.rows.len(), overview.catalog.services.len())
    } else {
        sort
    };
    if filtered {
        let mut pen = Pen::at(buffer, area, 0).shorten(right.width() + 2);
        pen.skip(1).put("/", look.style(Role::Accent));
        paint::input(&mut pen, look, &services.filter, services.filtering);
    }
    Pen::at(buffer, area, 0).shorten(1).right(&right, look.style(Role::Muted));
}

fn header(buffer: &mut Buffer, area: Rect, model: &Model, layout: &Layout, look: &Look<'_>) {
    let style = look.style(Role::Muted);
    let columns = &model.services.columns;
    let mut pen = Pen::at(buffer, area, 1);
    pen.skip(2);
    pen.column(look, "SERVICE", layout.name, style).column(look, "TYPE", TYPE_WIDTH, style);
    pen.column(look, "CHANNEL", CHANNEL_WIDTH, style);
    for (first, range) in groups(columns) {
        let width = if layout.compact { layout.cell } else { layout.cell * range.len() };
        let current = range.contains(&model.services.column) && layout.compact;
        let role = if current { Role::Accent } else { Role::Muted };
        pen.put(" ", style).column(
            look,
            &first.env.to_uppercase(),
            width.saturating_sub(1),
            look.style(role),
        );
    }
    if layout.header > 1 {
        let mut pen = Pen::at(buffer, area, 2);
        pen.skip(2 + layout.name + TYPE_WIDTH + CHANNEL_WIDTH);
        for (at, column) in columns.iter().enumerate() {
            let role = if at == model.services.column { Role::Accent } else { Role::Muted };
            pen.put(" ", style).column(look, &column.region, layout.cell.saturating_sub(1), look.style(role));
        }
    }
}

/// What was drawn, for the legend.
#[derive(Default)]
struct Seen {
    badges: Vec<Badge>,
    failed: bool,
    queued: bool,
}

/// What the cells of a row are drawn from.
struct Cells<'a> {
    look: &'a Look<'a>,
    model: &'a Model,
    overview: &'a Overview,
    layout: &'a Layout,
    seen: &'a mut Seen,
}

impl Cells<'_> {
    fn draw(&mut self, pen: &mut Pen<'_>, row: &Row, current: Option<usize>) {
        let columns = &self.model.services.columns;
        let width = self.layout.cell;
        let all: Vec<Option<&Resolution>> = row
            .cells
            .iter()
            .map(|index| index.and_then(|index| self.overview.resolutions.get(index)).map(|it| &**it))
            .collect();
        let groups: Vec<Range<usize>> = if self.layout.compact {
            groups(columns).into_iter().map(|(_, range)| range).collect()
        } else {
            (0..columns.len()).map(|at| at..at + 1).collect()
        };
        for range in groups {
            let here = current.is_some_and(|column| range.contains(&column));
            let there: Vec<&Resolution> = range.filter_map(|at| all.get(at).copied().flatten()).collect();
            match self.joined(&there) {
                Some(cell) => cell.draw(pen, self.look, width, here),
                None => {
                    let style = current_style(self.look, self.look.style(Role::Muted), here);
                    pen.skip(1).put(self.look.sign(sign::NOTHING), style).skip(width.saturating_sub(2));
                }
            }
        }
    }

    /// One cell for all of these: `11.06=` when several agree, `10.28≠11.06` when not.
    fn joined(&mut self, all: &[&Resolution]) -> Option<Cell> {
        let cells: Vec<Cell> = all.iter().map(|resolution| self.cell(resolution)).collect();
        let mut joined = cells.first()?.clone();
        if cells.len() > 1 {
            let agree =
                all.iter().all(|it| it.commit() == all[0].commit() && it.reference() == all[0].reference());
            if agree {
                joined.text.push('=');
            } else {
                let texts: Vec<&str> = cells.iter().map(|cell| cell.text.as_str()).collect();
                joined.text = texts.join(self.look.sign(sign::SKEW));
            }
            for cell in &cells {
                joined.role = joined.role.max(cell.role);
                for sign in &cell.signs {
                    if !joined.signs.contains(sign) {
                        joined.signs.push(*sign);
                    }
                }
            }
            // The text itself says it.
            let skew = self.look.sign(sign::SKEW);
            joined.signs.retain(|(sign, _)| *sign != skew);
        }
        Some(joined)
    }

    fn cell(&mut self, resolution: &Resolution) -> Cell {
        let state = self.model.states.get(&resolution.target);
        let prefix = &self.model.services.prefix;
        let text = resolution.reference().map_or("", |reference| words::short_reference(reference, prefix));
        let failed =
            matches!(state, Some(TargetState::Failed(_))) || resolution.badges.contains(&Badge::BrokenRef);
        let ready = matches!(state, Some(TargetState::Ready { .. }));
        self.seen.failed |= failed;
        self.seen.queued |= !failed && !ready;
        let mut signs = Vec::new();
        if failed {
            signs.push((self.look.sign(sign::FAILED), Role::Problem));
        }
        for (badge, sign, role, _) in BADGES {
            if resolution.badges.contains(badge) {
                signs.push((self.look.sign(*sign), *role));
                if !self.seen.badges.contains(badge) {
                    self.seen.badges.push(*badge);
                }
            }
        }
        let role = match (failed, ready) {
            (true, _) => Role::Problem,
            (false, true) => Role::Text,
            (false, false) => Role::Muted,
        };
        Cell { text: text.to_owned(), role, signs }
    }
}

/// A cell as it is drawn: the short ref and the signs behind it.
#[derive(Clone)]
struct Cell {
    text: String,
    role: Role,
    signs: Vec<(&'static str, Role)>,
}

/// The badges with a sign of their own. That a target fails has the sign of failure, whatever the reason.
const BADGES: &[(Badge, Sign, Role, &str)] = &[
    (Badge::ShadowedPin, sign::SHADOWED, Role::Warning, "a pin is shadowed"),
    (Badge::Skew, sign::SKEW, Role::Warning, "regions differ"),
    (Badge::UnresolvedImage, sign::IMAGE, Role::Muted, "image without tag"),
];

impl Cell {
    fn draw(&self, pen: &mut Pen<'_>, look: &Look<'_>, width: usize, current: bool) {
        let before = pen.position().0;
        let signs: usize = self.signs.iter().map(|(sign, _)| sign.width()).sum();
        let room = width.saturating_sub(1 + signs);
        // Where it gets tight, the signs stand right behind the text.
        let gap = usize::from(signs > 0 && !self.text.is_empty() && self.text.width() < room);
        let style = current_style(look, look.style(self.role), current);
        pen.skip(1).put(&look.cut(&self.text, room), style).skip(gap);
        for (sign, role) in &self.signs {
            pen.put(sign, current_style(look, look.style(*role), current && self.text.is_empty()));
        }
        let used = usize::from(pen.position().0 - before);
        pen.skip(width.saturating_sub(used));
    }
}

/// The cell under the cursor is underlined and bold on the ground of its row: visible without colours too.
fn current_style(look: &Look<'_>, style: Style, current: bool) -> Style {
    if !current {
        return style;
    }
    style.patch(look.style(Role::Accent)).add_modifier(Modifier::UNDERLINED | Modifier::BOLD)
}

/// A text with the characters that a filter matched, by their bytes.
pub(super) fn highlighted(pen: &mut Pen<'_>, look: &Look<'_>, text: &str, matched: &[usize], role: Role) {
    for (at, character) in text.char_indices() {
        let hit = matched.binary_search(&at).is_ok();
        pen.put(character.encode_utf8(&mut [0; 4]), look.style(if hit { Role::Match } else { role }));
    }
}

/// What the signs on screen mean.
fn legend(buffer: &mut Buffer, area: Rect, look: &Look<'_>, seen: &Seen) {
    let mut pen = Pen::at(buffer, area, 0).shorten(1);
    pen.skip(1);
    let failed = seen.failed.then_some((sign::FAILED, Role::Problem, "does not render"));
    let badges = BADGES.iter().filter(|(badge, ..)| seen.badges.contains(badge));
    let badges = badges.map(|(_, sign, role, meaning)| (*sign, *role, *meaning));
    for (sign, role, meaning) in failed.into_iter().chain(badges) {
        if pen.room() > meaning.width() + 5 {
            pen.put(look.sign(sign), look.style(role))
                .put(&format!(" {meaning}    "), look.style(Role::Muted));
        }
    }
    if seen.queued && pen.room() > 24 {
        pen.put("dim: not rendered yet", look.style(Role::Muted));
    }
}
