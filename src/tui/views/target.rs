//! One target: the ladder above; below it manifests with the gutter of writers, values, layers or findings.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use unicode_width::UnicodeWidthStr;

use crate::app::screens::TargetScreen;
use crate::app::screens::target::Tab;
use crate::app::{Lane, Measures, Model, Spot, explain, words};
use crate::catalog::{Candidate, LayerRole, Outcome, RefProblem};
use crate::report::answer::{Overview, TargetView};
use crate::tui::paint::{self, Look, Pen, sign};
use crate::tui::theme::Role;

use super::popup::tone_role;
use super::yaml;

/// Below this width list and manifest are stacked.
const SIDE_BY_SIDE: u16 = 100;

struct Layout {
    ladder: Rect,
    tabs: Rect,
    list: Rect,
    text: Rect,
}

fn layout(screen: &TargetScreen, area: Rect) -> Layout {
    let rules = screen.view.as_ref().map_or(4, |view| view.resolution.candidates.len());
    let rules = u16::try_from(rules).unwrap_or(4).min(area.height / 3);
    let ladder = Rect { height: rules, ..area };
    let tabs = Rect { y: area.y + rules + 1, height: 1, ..area };
    let top = (rules + 2).min(area.height);
    let content = Rect { y: area.y + top, height: area.height - top, ..area };
    if screen.tab != Tab::Manifests {
        return Layout { ladder, tabs, list: content, text: Rect { height: 0, ..content } };
    }
    if area.width >= SIDE_BY_SIDE {
        let width = (area.width / 3).min(46);
        let list = Rect { width, ..content };
        let text = Rect { x: content.x + width + 1, width: content.width - width - 1, ..content };
        return Layout { ladder, tabs, list, text };
    }
    let rows =
        u16::try_from(screen.documents().len()).unwrap_or(u16::MAX).clamp(1, (content.height / 3).max(1));
    let list = Rect { height: rows, ..content };
    let below = (rows + 1).min(content.height);
    Layout {
        ladder,
        tabs,
        list,
        text: Rect { y: content.y + below, height: content.height - below, ..content },
    }
}

pub(super) fn measure(screen: &TargetScreen, area: Rect) -> Measures {
    let layout = layout(screen, area);
    let manifests = screen.tab == Tab::Manifests;
    let second = if manifests { layout.text.height } else { layout.list.height };
    Measures { first: layout.list.height.into(), second: second.into(), ..Measures::default() }
}

pub(super) fn hit(screen: &TargetScreen, area: Rect, x: u16, y: u16) -> Option<Spot> {
    let layout = layout(screen, area);
    if y == layout.tabs.y {
        let mut end = area.x + 1;
        for (at, tab) in Tab::ALL.iter().enumerate() {
            end += u16::try_from(tab_text(screen, *tab).width() + 3).unwrap_or(0);
            if x < end {
                return Some(Spot::Tab(at));
            }
        }
    }
    if screen.tab != Tab::Manifests {
        let row = super::row_at(layout.list, &screen.other, screen.other_length(), x, y)?;
        return Some(Spot::First { row, column: None });
    }
    let first = super::row_at(layout.list, &screen.resources, screen.documents().len(), x, y);
    let second =
        || super::row_at(layout.text, &screen.text, screen.lines.len(), x, y).map(|row| Spot::Second { row });
    first.map(|row| Spot::First { row, column: None }).or_else(second)
}

pub(super) fn draw(
    buffer: &mut Buffer,
    area: Rect,
    model: &Model,
    overview: &Overview,
    screen: &TargetScreen,
    look: &Look<'_>,
) {
    let layout = layout(screen, area);
    if let Some(view) = &screen.view {
        ladder(buffer, layout.ladder, overview, view, look);
    }
    paint::rule(buffer, Rect { y: layout.tabs.y.saturating_sub(1), height: 1, ..area }, 0, look);
    tabs(buffer, layout.tabs, screen, look);
    let busy = model.is_waiting(Lane::View);
    if screen.view.is_none() && screen.failure.is_none() {
        let said = if busy { format!("rendering{}", look.sign(sign::ELLIPSIS)) } else { String::new() };
        Pen::at(buffer, layout.list, 0).skip(2).put(&said, look.style(Role::Muted));
        return;
    }
    match screen.tab {
        Tab::Manifests => manifests(buffer, &layout, screen, look),
        Tab::Values => values(buffer, layout.list, screen, look),
        Tab::Layers => layers(buffer, layout.list, screen, look),
        Tab::Findings => findings(buffer, layout.list, screen, look),
    }
}

/// Every rule of the ladder: what it says, whether it won, and where it is written.
fn ladder(buffer: &mut Buffer, area: Rect, overview: &Overview, view: &TargetView, look: &Look<'_>) {
    let resolution = &view.resolution;
    let rules = resolution.candidates.iter().map(|it| it.rule.title().width()).max().unwrap_or(0);
    let refs = resolution.candidates.iter().map(|it| reference(it, look).width()).max().unwrap_or(0).min(40);
    for (at, candidate) in resolution.candidates.iter().enumerate() {
        let winner = resolution.winner == Some(at);
        let mut pen = Pen::at(buffer, area, at).shorten(1);
        pen.skip(1);
        if area.width >= SIDE_BY_SIDE {
            pen.put(if at == 0 { "Ref " } else { "    " }, look.style(Role::Muted));
        }
        let mark = if winner { look.sign(sign::CURSOR) } else { " " };
        let (word, role) = outcome(candidate);
        let text = if winner && role != Role::Problem { Role::Strong } else { role };
        pen.put(mark, look.style(Role::Accent)).put(&format!(" {} ", at + 1), look.style(Role::Muted));
        pen.column(look, candidate.rule.title(), rules + 1, look.style(text));
        let mut style = look.style(text);
        if matches!(candidate.outcome, Outcome::Shadowed { .. }) {
            style = style.add_modifier(Modifier::CROSSED_OUT);
        }
        let shown = look.cut(&reference(candidate, look), refs);
        let before = pen.position().0;
        pen.put(&shown, style);
        let used = usize::from(pen.position().0 - before);
        pen.skip((refs + 2).saturating_sub(used));
        pen.column(look, &word, word.width().max(8) + 2, look.style(role));
        let place = candidate.span.as_ref().map(words::place).unwrap_or_default();
        pen.put(&place, look.style(Role::Muted));
        if winner {
            let behind = distance(view);
            let regions = neighbours(overview, view);
            let said: Vec<&str> =
                [behind.as_str(), regions.as_str()].into_iter().filter(|it| !it.is_empty()).collect();
            let said = said.join("; ");
            if pen.room() > said.width() + 3 {
                pen.skip(3).put(&said, look.style(Role::Muted));
            }
        }
    }
    if resolution.candidates.is_empty() {
        Pen::at(buffer, area, 0).skip(1).put("no rule says a ref", look.style(Role::Problem));
    }
}

/// `+9 commits over channel stable`: how far the commit is from the channel's head.
fn distance(view: &TargetView) -> String {
    let Some((channel, distance)) = &view.distance else { return String::new() };
    match (distance.ahead, distance.behind) {
        (0, 0) => format!("= channel {channel}"),
        (ahead, 0) => format!("{} ahead of channel {channel}", words::count(ahead, "commit")),
        (0, behind) => format!("{} behind channel {channel}", words::count(behind, "commit")),
        (ahead, behind) => format!("{ahead} ahead, {behind} behind channel {channel}"),
    }
}

/// Which other regions of the environment run another ref.
fn neighbours(overview: &Overview, view: &TargetView) -> String {
    let own = &view.resolution.target;
    let other = overview.resolutions.iter().find(|it| {
        it.target.service == own.service
            && it.target.env == own.env
            && it.target.region != own.region
            && it.commit() != view.resolution.commit()
    });
    other.map_or_else(String::new, |other| {
        let runs = other.reference().map_or("nothing", |reference| words::short_reference(reference, ""));
        format!("{} runs {runs}", other.target.region)
    })
}

fn reference(candidate: &Candidate, look: &Look<'_>) -> String {
    let short = candidate.reference.as_deref().map(|reference| words::short_reference(reference, ""));
    match (&candidate.channel, short) {
        (Some(channel), Some(reference)) => format!("{channel} {} {reference}", look.sign(sign::ARROW)),
        (Some(channel), None) => channel.to_string(),
        (None, Some(reference)) => reference.to_owned(),
        (None, None) => look.sign(sign::NOTHING).to_owned(),
    }
}

fn outcome(candidate: &Candidate) -> (String, Role) {
    match &candidate.outcome {
        Outcome::Won => ("WINS".to_owned(), Role::Good),
        Outcome::Shadowed { .. } => ("shadowed".to_owned(), Role::Muted),
        Outcome::Absent => ("absent".to_owned(), Role::Muted),
        Outcome::Broken { problem } => (broken(problem), Role::Problem),
    }
}

fn broken(problem: &RefProblem) -> String {
    let meant = |nearest: &Option<String>| nearest.as_ref().map_or_else(String::new, |it| format!(", {it}?"));
    match problem {
        RefProblem::UnknownChannel { nearest } => format!("no such channel{}", meant(nearest)),
        RefProblem::NotFound { nearest } => format!("ref not found{}", meant(nearest)),
        RefProblem::CreatedLater { created } => format!("created later, on {created}"),
        RefProblem::Placeholder => "a placeholder".to_owned(),
        RefProblem::Unusable { reason } => reason.clone(),
    }
}

fn tab_text(screen: &TargetScreen, tab: Tab) -> String {
    let number = Tab::ALL.iter().position(|other| *other == tab).unwrap_or(0) + 1;
    let count = match tab {
        Tab::Findings => screen.findings().len(),
        _ => 0,
    };
    let count = if count > 0 { format!(" ({count})") } else { String::new() };
    format!("{number} {}{count}", tab.title())
}

fn tabs(buffer: &mut Buffer, area: Rect, screen: &TargetScreen, look: &Look<'_>) {
    let mut pen = Pen::at(buffer, area, 0).shorten(1);
    for tab in Tab::ALL {
        let text = tab_text(screen, tab);
        if tab == screen.tab {
            pen.put(" [", look.style(Role::Accent)).put(&text, look.style(Role::TabActive));
            pen.put("]", look.style(Role::Accent));
        } else {
            pen.put("  ", look.style(Role::Muted)).put(&text, look.style(Role::Muted)).skip(1);
        }
    }
    if let Some(manifest) = screen.manifest() {
        let dot = look.sign(sign::DOT);
        let blame = if screen.blame { "blame on" } else { "blame off" };
        let resources = words::count(manifest.documents.len(), "resource");
        let said = format!("   {resources} {dot} {}   {blame}", words::count(manifest.lines.len(), "line"));
        pen.right(&said, look.style(Role::Muted));
    }
}

fn manifests(buffer: &mut Buffer, layout: &Layout, screen: &TargetScreen, look: &Look<'_>) {
    if let Some(problem) = screen.problem() {
        let area = Rect {
            height: layout.list.height + layout.text.height,
            width: layout.text.right() - layout.list.x,
            ..layout.list
        };
        super::failed(
            buffer,
            Rect { y: area.y.saturating_sub(1), height: area.height + 1, ..area },
            problem,
            look,
        );
        return;
    }
    let documents = screen.documents();
    let kinds = documents.iter().map(|document| document.kind.width()).max().unwrap_or(0);
    let kinds = kinds.min(usize::from(layout.list.width) / 2);
    super::rows(
        buffer,
        layout.list,
        look,
        &screen.resources,
        documents.len(),
        !screen.in_text,
        |pen, index| {
            pen.column(look, &look.cut(&documents[index].kind, kinds), kinds + 1, look.style(Role::Text));
            let room = pen.room();
            pen.put(&look.cut(&documents[index].name, room), look.style(Role::Muted));
        },
    );
    if layout.text.x > layout.list.x {
        paint::divider(buffer, layout.text.x - 1, layout.text, look);
    } else if layout.text.height > 0 {
        paint::rule(buffer, Rect { y: layout.text.y - 1, height: 1, ..layout.text }, 0, look);
    }
    lines(buffer, layout.text, screen, look);
}

fn lines(buffer: &mut Buffer, area: Rect, screen: &TargetScreen, look: &Look<'_>) {
    let Some(manifest) = screen.manifest() else { return };
    let gutter = if screen.blame { (usize::from(area.width) * 2 / 5).min(44) } else { 0 };
    let wanted = screen.search.input.text();
    super::rows(buffer, area, look, &screen.text, screen.lines.len(), screen.in_text, |pen, index| {
        let width = pen.room().saturating_sub(gutter + 1);
        yaml::draw(pen, look, &screen.lines[index], width, 0, wanted);
        if gutter == 0 {
            return;
        }
        if let Some(writer) = manifest.lines[index].writer.as_ref() {
            let secret = screen.lines[index] != manifest.lines[index].text;
            // A writer that repeats what stood there is no news.
            let before = writer
                .before
                .first()
                .filter(|(old, _)| old != "null" && !screen.lines[index].ends_with(old.as_str()));
            let before = before.map_or_else(String::new, |(old, _)| {
                let old = if secret { crate::app::mask::MASK } else { old.as_str() };
                format!("{} {}  ", look.sign(sign::REPLACED), look.cut(old, 14))
            });
            let place = words::place(&writer.span);
            let room = gutter.saturating_sub(before.width() + 1);
            let text = format!("{before}{}", look.cut_front(&place, room));
            pen.column_right(look, &text, gutter, look.style(Role::Muted));
        }
    });
}

fn values(buffer: &mut Buffer, area: Rect, screen: &TargetScreen, look: &Look<'_>) {
    let Some(view) = &screen.view else { return };
    let paths = view
        .values
        .iter()
        .map(|value| value.path.width())
        .max()
        .unwrap_or(0)
        .min(usize::from(area.width) / 3);
    super::rows(buffer, area, look, &screen.other, view.values.len(), true, |pen, index| {
        let value = &view.values[index];
        pen.column(look, &value.path, paths + 2, look.style(Role::Text));
        let place = words::place(&value.span);
        let scope = value.scope.as_ref().map_or_else(|| "default".to_owned(), ToString::to_string);
        let right = format!("{scope:>10}  {place:<20}");
        let before = value
            .overridden
            .first()
            .map_or_else(String::new, |loser| format!("  {} {}", look.sign(sign::REPLACED), loser.text));
        let room = pen.room().saturating_sub(right.width() + 1);
        let shown = look.cut(&value.value, room.saturating_sub(before.width().min(20)));
        pen.put(&shown, look.style(if value.scope.is_some() { Role::Accent } else { Role::Strong }));
        pen.put(&look.cut(&before, room.saturating_sub(shown.width())), look.style(Role::Muted));
        pen.right(&right, look.style(Role::Muted));
    });
}

fn layers(buffer: &mut Buffer, area: Rect, screen: &TargetScreen, look: &Look<'_>) {
    let Some(view) = &screen.view else { return };
    super::rows(buffer, area, look, &screen.other, view.layers.len(), true, |pen, index| {
        let layer = &view.layers[index];
        let role = match layer.role {
            LayerRole::Base => "base",
            LayerRole::Archetype => "archetype",
            LayerRole::Component => "component",
            LayerRole::Environment => "environment",
            LayerRole::Region => "region",
        };
        pen.column_right(look, &(index + 1).to_string(), 3, look.style(Role::Muted)).skip(1);
        pen.column(look, role, 13, look.style(Role::Muted));
        pen.put(layer.path.as_str(), look.style(Role::Text));
        if let Some(span) = &layer.span {
            pen.right(&format!("  {} ", words::place(span)), look.style(Role::Muted));
        }
    });
}

fn findings(buffer: &mut Buffer, area: Rect, screen: &TargetScreen, look: &Look<'_>) {
    let all = screen.findings();
    if all.is_empty() {
        Pen::at(buffer, area, 0).skip(2).put("nothing is wrong here", look.style(Role::Good));
    }
    super::rows(buffer, area, look, &screen.other, all.len(), true, |pen, index| {
        let finding = all[index];
        let role = tone_role(explain::tone(finding.severity));
        let severity = format!("{:?}", finding.severity).to_lowercase();
        pen.column(look, &severity, 9, look.style(role));
        let room = pen.room();
        pen.put(&look.cut(&finding.to_string(), room), look.style(Role::Text));
    });
}
