//! One class of equal changes: members on the left, verdicts and changes with their causes, and the difference below.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use crate::app::screens::ClassScreen;
use crate::app::screens::class::ClassPane;
use crate::app::{Lane, Measures, Model, Spot, words};
use crate::tui::paint::{self, Look, Pen, sign};
use crate::tui::theme::Role;

use super::{diff, radius};

/// Below this width everything stands below each other.
const SIDE_BY_SIDE: u16 = 110;

struct Layout {
    head: Rect,
    members: Rect,
    changes: Rect,
    rule: Rect,
    text: Rect,
    wide: bool,
    unified: bool,
}

fn layout(screen: &ClassScreen, area: Rect) -> Layout {
    let wide = area.width >= SIDE_BY_SIDE;
    let head = Rect { height: 2.min(area.height), ..area };
    let top = 3.min(area.height);
    let below = Rect { y: area.y + top, height: area.height - top, ..area };
    let rows = |count: usize, most: u16| u16::try_from(count).unwrap_or(u16::MAX).clamp(1, most.max(1));
    let (members, right) = if wide {
        let names = screen.class.members.iter().map(|member| member.target.to_string().width());
        let width = u16::try_from(names.max().unwrap_or(0) + 3).unwrap_or(u16::MAX).clamp(24, area.width / 4);
        let right = Rect { x: below.x + width + 1, width: below.width - width - 1, ..below };
        (Rect { width, ..below }, right)
    } else {
        let height = rows(screen.class.members.len(), below.height / 5).min(below.height);
        let used = (height + 1).min(below.height);
        (Rect { height, ..below }, Rect { y: below.y + used, height: below.height - used, ..below })
    };
    let height = rows(screen.entries.len(), right.height / if wide { 3 } else { 4 }).min(right.height);
    let changes = Rect { height, ..right };
    let used = (height + 1).min(right.height);
    let rule = Rect { y: right.y + height, height: used - height, ..right };
    let text = Rect { y: right.y + used, height: right.height - used, ..right };
    Layout { head, members, changes, rule, text, wide, unified: screen.diff.unified || !wide }
}

pub(super) fn measure(screen: &ClassScreen, area: Rect) -> Measures {
    let layout = layout(screen, area);
    Measures {
        first: layout.members.height.into(),
        second: layout.text.height.into(),
        third: layout.changes.height.into(),
        unified: layout.unified,
        ..Measures::default()
    }
}

pub(super) fn hit(screen: &ClassScreen, area: Rect, x: u16, y: u16) -> Option<Spot> {
    let layout = layout(screen, area);
    let member = super::row_at(layout.members, &screen.members, screen.class.members.len(), x, y);
    let change = || super::row_at(layout.changes, &screen.changes, screen.entries.len(), x, y);
    let line = || super::row_at(layout.text, &screen.diff.text, screen.diff.lines.len(), x, y);
    member
        .map(|row| Spot::First { row, column: None })
        .or_else(|| change().map(Spot::Third))
        .or_else(|| line().map(|row| Spot::Second { row }))
}

pub(super) fn draw(buffer: &mut Buffer, area: Rect, model: &Model, screen: &ClassScreen, look: &Look<'_>) {
    let layout = layout(screen, area);
    head(buffer, layout.head, model, screen, look);
    let rule = Rect { y: layout.head.bottom(), height: 1, ..area };
    paint::rule(buffer, rule, 0, look);
    if layout.wide {
        let side = Rect { height: area.bottom().saturating_sub(layout.members.y), ..layout.members };
        paint::divider(buffer, layout.members.right(), side, look);
    } else {
        let rule = Rect { y: layout.members.bottom(), height: 1, ..area };
        paint::rule(buffer, rule, 0, look);
    }
    let members = &screen.class.members;
    let focused = |pane| screen.pane == pane;
    super::rows(
        buffer,
        layout.members,
        look,
        &screen.members,
        members.len(),
        focused(ClassPane::Members),
        |pen, index| {
            let room = pen.room().saturating_sub(1);
            pen.put(&look.cut(&members[index].target.to_string(), room), look.style(Role::Text));
        },
    );
    super::rows(
        buffer,
        layout.changes,
        look,
        &screen.changes,
        screen.entries.len(),
        focused(ClassPane::Changes),
        |pen, index| {
            radius::entry_line(pen, &screen.entries[index], look, layout.wide);
        },
    );
    paint::rule(buffer, layout.rule, 0, look);
    caption(buffer, layout.rule, model, screen, look);
    if let Some(problem) = &screen.failure {
        super::failed(buffer, layout.text, problem, look);
        return;
    }
    diff::text(buffer, layout.text, &screen.diff, look, layout.unified, focused(ClassPane::Text));
}

fn head(buffer: &mut Buffer, area: Rect, model: &Model, screen: &ClassScreen, look: &Look<'_>) {
    let class = &screen.class;
    let mut pen = Pen::at(buffer, area, 0).shorten(1);
    pen.skip(2).put(&class.letter, look.style(Role::Accent)).skip(2);
    pen.put(&words::count(class.members.len(), "target"), look.style(Role::Strong)).skip(2);
    let (said, role) = if model.reviewed.contains(&class.fingerprint) {
        (format!("{} reviewed", look.sign(sign::REVIEWED)), Role::Good)
    } else {
        ("not reviewed".to_owned(), Role::Muted)
    };
    let room = pen.room().saturating_sub(said.width() + 2);
    pen.put(&look.cut(&class.reach, room), look.style(Role::Muted));
    pen.right(&said, look.style(role));
    let mut pen = Pen::at(buffer, area, 1).shorten(1);
    pen.skip(2);
    let room = pen.room();
    pen.put(&look.cut(&class.summary, room), look.style(Role::Text));
}

/// Whose difference it is; where it is narrow, the cause of the change under the cursor as well.
fn caption(buffer: &mut Buffer, area: Rect, model: &Model, screen: &ClassScreen, look: &Look<'_>) {
    let mut pen = Pen::at(buffer, area, 0).shorten(1);
    pen.skip(1);
    let muted = look.style(Role::Muted);
    if screen.pane == ClassPane::Changes {
        if let Some(cause) = screen.entries.get(screen.changes.cursor).and_then(|entry| entry.cause.as_ref())
        {
            let room = pen.room().saturating_sub(2);
            let said = look.cut(&radius::cause_words(cause), room);
            pen.put(&format!(" {said} "), look.style(Role::Text));
        }
        return;
    }
    let shown = screen.class.members.get(screen.shown).map(|member| member.target.to_string());
    if let Some(shown) = shown {
        pen.put(&format!(" {shown} "), look.style(Role::Strong));
    }
    let side = "before | after";
    if !screen.is_shown() && model.is_waiting(Lane::View) {
        pen.put(" rendering the next one ", muted);
    } else {
        pen.put(&format!(" {side} "), muted);
    }
    let number = format!(" {} of {} ", screen.members.cursor + 1, screen.class.members.len());
    pen.right(&number, muted);
}
