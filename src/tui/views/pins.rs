//! Channels above, and below them env pins, region pins and default channels as one matrix.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::app::screens::PinsScreen;
use crate::app::screens::pins::{self, Cell, Row};
use crate::app::{Model, Spot, words};
use crate::report::answer::Overview;
use crate::tui::paint::{Look, Pen, sign};
use crate::tui::theme::Role;

use super::bars::commit_words;

const NAME: usize = 18;

/// The line of the screen on which a row stands: channels, a gap, the heading, the matrix.
fn line_of(rows: &[Row], index: usize) -> usize {
    let channels = rows.iter().filter(|row| matches!(row, Row::Channel(_))).count();
    if index < channels { index + 1 } else { index + 4 }
}

fn column_width(area: Rect, environments: usize) -> usize {
    (usize::from(area.width).saturating_sub(NAME + 3) / environments.max(1)).min(40)
}

pub(super) fn hit(model: &Model, area: Rect, x: u16, y: u16) -> Option<Spot> {
    let overview = model.overview.as_ref()?;
    let rows = pins::rows(&overview.catalog);
    let line = usize::from(y.checked_sub(area.y)?);
    let row = (0..rows.len()).find(|index| line_of(&rows, *index) == line)?;
    let environments = overview.catalog.environments.len();
    let width = column_width(area, environments);
    let column = usize::from(x).checked_sub(NAME + 2).map(|behind| behind / width.max(1));
    Some(Spot::First { row, column: column.filter(|column| *column < environments) })
}

pub(super) fn draw(
    buffer: &mut Buffer,
    area: Rect,
    model: &Model,
    overview: &Overview,
    screen: PinsScreen,
    look: &Look<'_>,
) {
    let rows = pins::rows(&overview.catalog);
    let environments = pins::environments(&overview.catalog);
    let width = column_width(area, environments.len());
    Pen::at(buffer, area, 0).skip(2).put("CHANNELS", look.style(Role::Muted));
    let heading =
        line_of(&rows, rows.iter().position(|row| !matches!(row, Row::Channel(_))).unwrap_or(0)) - 1;
    let mut pen = Pen::at(buffer, area, heading);
    pen.skip(2).column(look, "PINS", NAME, look.style(Role::Muted));
    for (at, env) in environments.iter().enumerate() {
        let role = if at == screen.column { Role::Accent } else { Role::Muted };
        pen.column(look, &env.to_uppercase(), width, look.style(role));
    }
    for (index, row) in rows.iter().enumerate() {
        let selected = index == screen.row;
        let mut pen = Pen::at(buffer, area, line_of(&rows, index));
        if selected {
            pen = pen.on(look.style(Role::Selected));
        }
        pen.put(if selected { look.sign(sign::CURSOR) } else { " " }, look.style(Role::Accent)).skip(1);
        match row {
            Row::Channel(name) => channel(&mut pen, model, overview, name, look),
            Row::EnvironmentPins => {
                pen.column(look, "env pin", NAME, look.style(Role::Text));
            }
            Row::RegionPins(region) => {
                pen.column(look, &format!("region pin {region}"), NAME, look.style(Role::Text));
            }
            Row::DefaultChannels => {
                pen.column(look, "default channel", NAME, look.style(Role::Text));
            }
        }
        if !matches!(row, Row::Channel(_)) {
            for (at, env) in environments.iter().enumerate() {
                let cell = pins::cell(overview, row, env);
                draw_cell(&mut pen, model, &cell, width, selected && at == screen.column, look);
            }
        }
    }
    let last = line_of(&rows, rows.len().saturating_sub(1)) + 2;
    spoken(buffer, area, last, overview, &rows, screen, look);
}

fn channel(pen: &mut Pen<'_>, model: &Model, overview: &Overview, name: &str, look: &Look<'_>) {
    let Some(channel) = overview.catalog.channel(name) else { return };
    pen.column(look, name, NAME, look.style(Role::Text));
    pen.put(words::short_reference(&channel.reference.value, ""), look.style(Role::Strong)).skip(2);
    let commit = overview
        .resolutions
        .iter()
        .flat_map(|resolution| &resolution.candidates)
        .find(|candidate| candidate.channel.as_deref() == Some(name))
        .and_then(|candidate| overview.commits.get(candidate.commit.as_ref()?));
    if let Some(commit) = commit {
        pen.put(&commit_words(commit, model.options.now), look.style(Role::Muted)).skip(2);
    }
    if let Some(description) = &channel.description {
        let room = pen.room();
        pen.put(&look.cut(description, room), look.style(Role::Muted));
    }
}

fn draw_cell(pen: &mut Pen<'_>, model: &Model, cell: &Cell, width: usize, current: bool, look: &Look<'_>) {
    let before = pen.position().0;
    let mut style = look.style(if cell.broken {
        Role::Problem
    } else if cell.value.is_some() {
        Role::Text
    } else {
        Role::Muted
    });
    if current {
        style = style.patch(look.style(Role::Accent)).add_modifier(Modifier::UNDERLINED | Modifier::BOLD);
    }
    let text = cell.value.as_ref().map_or_else(
        || look.sign(sign::NOTHING).to_owned(),
        |value| words::short_reference(&value.value, &model.services.prefix).to_owned(),
    );
    pen.put(&look.cut(&text, width.saturating_sub(8)), style);
    if cell.broken {
        pen.put(&format!(" {}", look.sign(sign::FAILED)), look.style(Role::Problem));
    }
    if cell.shadowed > 0 {
        pen.put(&format!(" {}{}", look.sign(sign::SHADOWED), cell.shadowed), look.style(Role::Warning));
    }
    if cell.differs {
        pen.put(&format!(" {}", look.sign(sign::SKEW)), look.style(Role::Warning));
    }
    let used = usize::from(pen.position().0 - before);
    pen.skip(width.saturating_sub(used));
}

/// The cell under the cursor in words.
fn spoken(
    buffer: &mut Buffer,
    area: Rect,
    line: usize,
    overview: &Overview,
    rows: &[Row],
    screen: PinsScreen,
    look: &Look<'_>,
) {
    let (Some(row), Some(env)) =
        (rows.get(screen.row), pins::environments(&overview.catalog).get(screen.column).cloned())
    else {
        return;
    };
    let mut said = Vec::new();
    if let Row::Channel(name) = row {
        let users = overview
            .resolutions
            .iter()
            .filter(|it| it.winning().is_some_and(|candidate| candidate.channel.as_deref() == Some(&**name)));
        said.push((format!("channel {name} decides {}", words::count(users.count(), "target")), Role::Muted));
        if let Some(channel) = overview.catalog.channel(name) {
            said.push((channel.reference.span.to_string(), Role::Muted));
        }
    } else {
        let cell = pins::cell(overview, row, &env);
        match &cell.value {
            Some(value) => {
                said.push((format!("{env}: {}  {}", value.value, value.span), Role::Text));
                let decides = format!("decides {}", words::count(cell.wins, "target"));
                said.push((decides, Role::Muted));
                if cell.shadowed > 0 {
                    let shadowed = words::count(cell.shadowed, "target");
                    said.push((
                        format!("does not count for {shadowed}: an earlier rule decides there"),
                        Role::Warning,
                    ));
                }
                if cell.broken {
                    said.push(("leads to no commit".to_owned(), Role::Problem));
                }
                if cell.differs {
                    said.push((
                        "the regions of this environment are pinned differently".to_owned(),
                        Role::Warning,
                    ));
                }
            }
            None => said.push((format!("{env}: nothing is said here"), Role::Muted)),
        }
    }
    for (at, (text, role)) in said.into_iter().enumerate() {
        let mut pen = Pen::at(buffer, area, line + at);
        pen.skip(2);
        let room = pen.room();
        pen.put(&look.cut(&text, room), look.style(role));
    }
}
