//! The first two steps of a promotion: what moves, and to which ref.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use crate::app::screens::movables::MovableRow;
use crate::app::screens::{CandidatesScreen, MovablesScreen};
use crate::app::{Lane, Measures, Model, Spot, words};
use crate::catalog::Distance;
use crate::report::answer::{CandidateRef, CommitSummary, Movable, Overview};
use crate::tui::paint::{self, Look, Pen, sign};
use crate::tui::theme::Role;

use super::bars::commit_words;
use super::services::highlighted;

/// From this width on, commits are shown with author and subject.
const WIDE: u16 = 110;

/// The rows below one line of heading.
fn list(area: Rect) -> Rect {
    let height = area.height.saturating_sub(2);
    Rect { y: area.y + 1.min(area.height), height, ..area }
}

/// The rows below what is moved, the filter and the heading.
fn refs(area: Rect) -> Rect {
    let top = 3.min(area.height);
    Rect { y: area.y + top, height: area.height - top, ..area }
}

pub(super) fn measure_movables(area: Rect) -> Measures {
    Measures { first: list(area).height.into(), ..Measures::default() }
}

pub(super) fn measure_candidates(area: Rect) -> Measures {
    Measures { first: refs(area).height.into(), ..Measures::default() }
}

pub(super) fn hit_movables(screen: &MovablesScreen, area: Rect, x: u16, y: u16) -> Option<Spot> {
    let row = super::row_at(list(area), &screen.list, screen.rows.len(), x, y)?;
    Some(Spot::First { row, column: None })
}

pub(super) fn hit_candidates(screen: &CandidatesScreen, area: Rect, x: u16, y: u16) -> Option<Spot> {
    let row = super::row_at(refs(area), &screen.list, screen.found.len(), x, y)?;
    Some(Spot::First { row, column: None })
}

pub(super) fn movables(
    buffer: &mut Buffer,
    area: Rect,
    model: &Model,
    overview: &Overview,
    screen: &MovablesScreen,
    look: &Look<'_>,
) {
    let rows = &screen.rows;
    let name_width =
        rows.iter().map(|row| row.movable.to_string().width()).max().unwrap_or(0).clamp(12, 36) + 2;
    let reference = |row: &MovableRow| {
        row.reference.as_deref().map_or_else(
            || look.sign(sign::NOTHING).to_owned(),
            |reference| words::short_reference(reference, "").to_owned(),
        )
    };
    let ref_width = rows.iter().map(|row| reference(row).width()).max().unwrap_or(0).clamp(10, 30) + 2;
    let muted = look.style(Role::Muted);
    let mut pen = Pen::at(buffer, area, 0).shorten(1);
    pen.skip(2).column(look, "WHAT MOVES", name_width, muted);
    pen.column(look, "IS AT", ref_width, muted).column_right(look, "DECIDES", 11, muted);
    pen.skip(2).put("COMMIT", muted);
    super::rows(buffer, list(area), look, &screen.list, rows.len(), true, |pen, index| {
        let row = &rows[index];
        let role = if row.reference.is_some() { Role::Text } else { Role::Muted };
        pen.column(look, &row.movable.to_string(), name_width, look.style(role));
        let strong = if row.is_broken {
            Role::Problem
        } else if row.reference.is_some() {
            Role::Strong
        } else {
            Role::Muted
        };
        pen.column(look, &reference(row), ref_width, look.style(strong));
        let decides = match (row.wins, &row.reference) {
            (0, None) => String::new(),
            (wins, _) => words::count(wins, "target"),
        };
        pen.column_right(look, &decides, 11, look.style(role)).skip(2);
        if row.is_broken {
            pen.put(look.sign(sign::FAILED), look.style(Role::Problem));
            let room = pen.room();
            pen.put(&look.cut(" no such commit  ", room), look.style(Role::Problem));
        }
        if row.shadowed > 0 && !matches!(row.movable, Movable::Channel(_)) {
            pen.put(look.sign(sign::SHADOWED), look.style(Role::Warning));
            let said = if area.width >= WIDE {
                format!(" does not count for {}  ", words::count(row.shadowed, "target"))
            } else {
                format!("{}  ", row.shadowed)
            };
            pen.put(&said, look.style(Role::Warning));
        }
        if let Some(commit) = row.commit.as_ref().and_then(|id| overview.commits.get(id)) {
            commit_cell(pen, commit, model.options.now, area.width >= WIDE, look);
        }
    });
}

fn commit_cell(pen: &mut Pen<'_>, commit: &CommitSummary, now: i64, wide: bool, look: &Look<'_>) {
    let muted = look.style(Role::Muted);
    let text = if wide {
        format!("{}  {}", commit_words(commit, now), commit.subject)
    } else {
        format!("{}, {}", age(commit, now), commit.author)
    };
    let room = pen.room().saturating_sub(1);
    pen.put(&look.cut(&text, room), muted);
}

fn age(commit: &CommitSummary, now: i64) -> String {
    if now > 0 { words::age(now - commit.time) } else { words::day(&commit.date) }
}

pub(super) fn candidates(
    buffer: &mut Buffer,
    area: Rect,
    model: &Model,
    screen: &CandidatesScreen,
    look: &Look<'_>,
) {
    head(buffer, area, model, screen, look);
    let refs = refs(area);
    if let Some(problem) = &screen.failure {
        super::failed(buffer, refs, problem, look);
        return;
    }
    if screen.candidates.is_none() {
        let said = if model.is_waiting(Lane::View) { "looking for refs" } else { "" };
        Pen::at(buffer, refs, 0).skip(2).put(said, look.style(Role::Muted));
        return;
    }
    if screen.found.is_empty() {
        let said = match screen.filter.text() {
            "" => "the repository has no tag and no branch",
            _ => "no tag or branch matches; enter takes what is typed as a ref or commit",
        };
        Pen::at(buffer, refs, 0).skip(2).put(said, look.style(Role::Muted));
        return;
    }
    let all = screen.refs();
    let width = |text: fn(&CandidateRef) -> &str| all.iter().map(|own| text(own).width()).max().unwrap_or(0);
    let name_width = width(|own| &own.name).clamp(10, if area.width >= WIDE { 48 } else { 28 }) + 2;
    let author_width = width(|own| &own.commit.author).clamp(6, if area.width >= WIDE { 24 } else { 14 }) + 2;
    let muted = look.style(Role::Muted);
    let mut pen = Pen::at(buffer, Rect { y: refs.y.saturating_sub(1), height: 1, ..refs }, 0).shorten(1);
    pen.skip(2).column(look, "REF", name_width, muted).column(look, "", 8, muted);
    pen.column_right(look, "DISTANCE", 9, muted).skip(2);
    pen.column_right(look, "AGE", 6, muted).skip(2).column_right(look, "DAY", 6, muted).skip(2);
    pen.column(look, "AUTHOR", author_width, muted).put("SUBJECT", muted);
    super::rows(buffer, refs, look, &screen.list, screen.found.len(), true, |pen, index| {
        let found = &screen.found[index];
        let Some(own) = all.get(found.index) else { return };
        let name = look.cut(&own.name, name_width - 2);
        let role = if own.is_current { Role::Muted } else { Role::Text };
        let start = pen.position().0;
        highlighted(pen, look, &name, &found.highlights, role);
        pen.skip(name_width.saturating_sub(usize::from(pen.position().0 - start)));
        pen.column(look, if own.is_tag { "tag" } else { "branch" }, 8, muted);
        let (distance, role) = distance_words(own, look);
        pen.column_right(look, &distance, 9, look.style(role)).skip(2);
        pen.column_right(look, &age(&own.commit, model.options.now), 6, look.style(Role::Text)).skip(2);
        pen.column_right(look, &words::day(&own.commit.date), 6, muted).skip(2);
        pen.column(look, &own.commit.author, author_width, muted);
        let room = pen.room().saturating_sub(1);
        pen.put(&look.cut(&own.commit.subject, room), muted);
    });
}

fn head(buffer: &mut Buffer, area: Rect, model: &Model, screen: &CandidatesScreen, look: &Look<'_>) {
    let muted = look.style(Role::Muted);
    let mut pen = Pen::at(buffer, area, 0).shorten(1);
    pen.skip(2).put(&screen.movable.to_string(), look.style(Role::Strong)).skip(2);
    if let Some(candidates) = &screen.candidates {
        match &candidates.current {
            Some(current) => {
                pen.put("is at ", muted)
                    .put(words::short_reference(current, ""), look.style(Role::Text))
                    .skip(2);
            }
            None => {
                pen.put("is not set", muted).skip(2);
            }
        }
        if let Some(commit) = &candidates.current_commit {
            pen.put(&commit_words(commit, model.options.now), muted).skip(2);
        }
        if let Some(span) = &candidates.span {
            pen.right(&words::place(span), muted);
        }
    }
    let count = format!("{} of {}", screen.found.len(), screen.refs().len());
    let mut pen = Pen::at(buffer, area, 1).shorten(1);
    pen.skip(2);
    if screen.filtering || !screen.filter.text().is_empty() {
        pen.put("/", look.style(Role::Accent));
        let mut field = pen;
        paint::input(&mut field, look, &screen.filter, screen.filtering);
        field.right(&count, muted);
    } else {
        pen.put("where to? nothing is written before you stage and write it", muted);
    }
}

/// How far a ref is from the present one: `+9`, `-3`, `+2 -1`, `now`.
fn distance_words(own: &CandidateRef, look: &Look<'_>) -> (String, Role) {
    let minus = look.sign(sign::MINUS);
    match own.distance {
        _ if own.is_current => ("now".to_owned(), Role::Good),
        None => (String::new(), Role::Muted),
        Some(Distance { ahead: 0, behind: 0 }) => ("same".to_owned(), Role::Muted),
        Some(Distance { ahead, behind: 0 }) => (format!("+{ahead}"), Role::Text),
        Some(Distance { ahead: 0, behind }) => (format!("{minus}{behind}"), Role::Warning),
        Some(Distance { ahead, behind }) => (format!("+{ahead} {minus}{behind}"), Role::Warning),
    }
}
