//! Two regions held against each other: the rows, the worst first, and below them why the one under the cursor differs.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use crate::app::command::Command;
use crate::app::screens::ParityScreen;
use crate::app::{Lane, Measures, Model, Spot, words};
use crate::report::answer::{Parity, ParityRow, ParitySide, ParityVerdict};
use crate::tui::paint::{self, Look, Pen, Sign, sign};
use crate::tui::theme::Role;

use super::popup;

const VERDICT: usize = 12;

/// Columns of a ref at most.
const REFERENCE: usize = 26;

/// The areas: the line of counts, the heading, the rows, a rule, the reasons. Few rows leave more room for reasons.
struct Layout {
    rows: Rect,
    reasons: Rect,
}

fn layout(screen: &ParityScreen, area: Rect) -> Layout {
    let room = area.height.saturating_sub(3);
    let wanted = u16::try_from(screen.rows.len()).unwrap_or(u16::MAX).max(1);
    let rows = Rect { y: area.y + 2, height: wanted.min(room - room / 3), ..area };
    let reasons = Rect { y: rows.bottom() + 1, height: room.saturating_sub(rows.height), ..area };
    Layout { rows: rows.intersection(area), reasons: reasons.intersection(area) }
}

pub(super) fn measure(screen: &ParityScreen, area: Rect) -> Measures {
    let layout = layout(screen, area);
    Measures {
        first: usize::from(layout.rows.height),
        second: usize::from(layout.reasons.height),
        ..Measures::default()
    }
}

pub(super) fn hit(screen: &ParityScreen, area: Rect, x: u16, y: u16) -> Option<Spot> {
    let row = super::row_at(layout(screen, area).rows, &screen.list, screen.rows.len(), x, y)?;
    Some(Spot::First { row, column: None })
}

pub(super) fn draw(buffer: &mut Buffer, area: Rect, model: &Model, screen: &ParityScreen, look: &Look<'_>) {
    if let Some(problem) = &screen.problem {
        super::failed(buffer, area, problem, look);
        return;
    }
    let Some(board) = &screen.board else {
        let said =
            if model.is_waiting(Lane::View) { "comparing every target of the two regions" } else { "" };
        Pen::at(buffer, area, 1).skip(2).put(said, look.style(Role::Muted));
        return;
    };
    let layout = layout(screen, area);
    first_line(buffer, area, screen, board, look);
    let widths = Widths::of(board, screen, area);
    let muted = look.style(Role::Muted);
    let mut pen = Pen::at(buffer, area, 1);
    pen.skip(2).column(look, "VERDICT", VERDICT, muted).column(look, "SERVICE", widths.service, muted);
    pen.column(look, "ENV", widths.env, muted);
    pen.column(look, &board.primary.to_uppercase(), widths.reference, muted);
    pen.put(&board.secondary.to_uppercase(), muted);
    super::rows(buffer, layout.rows, look, &screen.list, screen.rows.len(), true, |pen, index| {
        let Some(row) = screen.rows.get(index).and_then(|index| board.rows.get(*index)) else { return };
        let (mark, role) = look_of(row.verdict);
        let verdict = format!("{} {}", look.sign(mark), row.verdict.word());
        pen.column(look, &verdict, VERDICT, look.style(role));
        pen.column(look, &row.service, widths.service, look.style(Role::Text));
        pen.column(look, &row.env, widths.env, look.style(Role::Text));
        let differs = row.verdict == ParityVerdict::Skew;
        for side in [&row.primary, &row.secondary] {
            let style = look.style(side_role(side.as_ref(), differs));
            let text = short(side.as_ref(), &model.services.prefix, look);
            pen.column(look, &text, widths.reference, style);
        }
    });
    if screen.rows.is_empty() {
        let said = match (board.rows.is_empty(), screen.filter.text().is_empty()) {
            (true, _) => "no service runs in these regions",
            (false, false) => "no row passes the filter",
            (false, true) => "everything is as it is meant to be",
        };
        Pen::at(buffer, layout.rows, 0).skip(2).put(said, muted);
    }
    paint::rule(
        buffer,
        Rect { height: layout.rows.height + 1, ..layout.rows },
        usize::from(layout.rows.height),
        look,
    );
    reasons(buffer, layout.reasons, screen, model, look);
}

/// Counts, or the filter while there is one.
fn first_line(buffer: &mut Buffer, area: Rect, screen: &ParityScreen, board: &Parity, look: &Look<'_>) {
    let mut pen = Pen::at(buffer, area, 0).shorten(1);
    pen.skip(2);
    if screen.filtering || !screen.filter.text().is_empty() {
        pen.put("/ ", look.style(Role::Accent));
        paint::input(&mut pen, look, &screen.filter, screen.filtering);
        let count = format!("{} of {}", screen.rows.len(), board.rows.len());
        if let Some(problem) = &screen.filter_problem {
            pen.skip(2).put(problem, look.style(Role::Warning));
        }
        pen.right(&count, look.style(Role::Muted));
        return;
    }
    let told = ParityVerdict::ALL.map(|verdict| {
        let count = board.count(verdict);
        let (mark, role) = look_of(verdict);
        let role = if count == 0 { Role::Muted } else { role };
        (format!("{} {count} {}", look.sign(mark), verdict.word()), role)
    });
    let width: usize = told.iter().map(|(text, _)| text.width()).sum();
    let gap = if width + 3 * (told.len() - 1) > pen.room() { 2 } else { 3 };
    for (text, role) in &told {
        pen.put(text, look.style(*role)).skip(gap);
    }
}

struct Widths {
    service: usize,
    env: usize,
    reference: usize,
}

impl Widths {
    fn of(board: &Parity, screen: &ParityScreen, area: Rect) -> Self {
        let shown = || screen.rows.iter().filter_map(|index| board.rows.get(*index));
        let widest = |of: fn(&ParityRow) -> &str, heading: usize| {
            shown().map(|row| of(row).width()).max().unwrap_or(0).max(heading) + 2
        };
        let room = usize::from(area.width).saturating_sub(VERDICT + 2);
        let env = widest(|row| &row.env, 3).min(room / 4);
        let service = widest(|row| &row.service, 7).min(room / 3 + 2);
        let reference = (room.saturating_sub(service + env) / 2).min(REFERENCE);
        Self { service, env, reference }
    }
}

/// The sign and the look of a verdict.
fn look_of(verdict: ParityVerdict) -> (Sign, Role) {
    match verdict {
        ParityVerdict::Failed => (sign::FAILED, Role::Problem),
        ParityVerdict::Missing => (sign::MINUS, Role::Problem),
        ParityVerdict::Skew => (sign::SKEW, Role::Warning),
        ParityVerdict::StalePin => (sign::SHADOWED, Role::Warning),
        ParityVerdict::Expected => (sign::CHANGED, Role::Muted),
        ParityVerdict::Same => (sign::GOOD, Role::Good),
    }
}

fn side_role(side: Option<&ParitySide>, differs: bool) -> Role {
    match side {
        None => Role::Muted,
        Some(side) if side.commit.is_none() => Role::Problem,
        Some(_) if differs => Role::Strong,
        Some(_) => Role::Text,
    }
}

/// The ref of a side without what all refs share.
fn short(side: Option<&ParitySide>, prefix: &str, look: &Look<'_>) -> String {
    let reference = side.and_then(|side| side.reference.as_deref());
    reference.map_or(look.sign(sign::NOTHING), |text| words::short_reference(text, prefix)).to_owned()
}

/// Why a row has its verdict, with the lines that cause it.
fn reasons(buffer: &mut Buffer, area: Rect, screen: &ParityScreen, model: &Model, look: &Look<'_>) {
    let wrapped = popup::wrapped(&screen.reasons(screen.all), usize::from(area.width.saturating_sub(4)));
    let height = usize::from(area.height);
    for (at, line) in wrapped.iter().take(height).enumerate() {
        let is_cut = at + 1 == height && wrapped.len() > height;
        let mut pen = Pen::at(buffer, area, at);
        pen.skip(2);
        if is_cut {
            let more = wrapped.len() - at;
            let key = model.keymap.keys(Command::ParityReasons).first();
            let key = key.map(|key| format!(": {key} shows them")).unwrap_or_default();
            let said = format!("{} {more} more lines{key}", look.sign(sign::FOLD));
            pen.put(&said, look.style(Role::Muted));
        } else {
            pen.put(&line.text, popup::line_style(look, line));
        }
    }
}
