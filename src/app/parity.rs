//! The board of two regions: opening its rows, and choosing what is held against each other.

use crate::report::answer::ParityQuery;

use super::message::Effect;
use super::model::Model;
use super::popup::finder::{Finder, Item};
use super::popup::{Page, PageLine, Popup, Tone};
use super::screens::{DiffScreen, ParityScreen, Screen, TargetScreen};

/// Changes the board on screen.
pub(super) fn on_screen(model: &mut Model, change: impl FnOnce(&mut ParityScreen)) -> Vec<Effect> {
    if let Some(Screen::Parity(screen)) = model.stack.last_mut() {
        change(screen);
    }
    Vec::new()
}

/// Opens what a row is about.
pub(super) fn open_row(model: &mut Model) -> Vec<Effect> {
    let Some(Screen::Parity(screen)) = model.stack.last() else { return Vec::new() };
    match screen.targets() {
        (Some(left), Some(right)) => model.open(Screen::Diff(Box::new(DiffScreen::new(left, right)))),
        (Some(only), None) | (None, Some(only)) => {
            model.open(Screen::Target(Box::new(TargetScreen::new(only))))
        }
        (None, None) => Vec::new(),
    }
}

/// Asks which two regions, and which environments.
pub(super) fn choose(model: &mut Model) -> Vec<Effect> {
    let (Some(overview), Some(Screen::Parity(screen))) = (&model.overview, model.stack.last()) else {
        return Vec::new();
    };
    let mut items = Vec::new();
    let mut item = |title: String, query: ParityQuery, is_now: bool| {
        let detail = if is_now { "now" } else { "" };
        let item = Item { title, detail: detail.to_owned(), ..Item::default() };
        items.push((item, query));
    };
    let regions = || overview.catalog.regions.iter().map(|region| &region.name.value);
    let (primary, secondary) = screen.regions();
    for one in regions() {
        for other in regions().filter(|other| *other != one) {
            let query = ParityQuery {
                primary: Some(one.to_string()),
                secondary: Some(other.to_string()),
                ..screen.query.clone()
            };
            let is_now = primary == Some(&**one) && secondary == Some(&**other);
            item(format!("{one} and {other}"), query, is_now);
        }
    }
    let now = &screen.query.environments;
    let all = ParityQuery { environments: Vec::new(), ..screen.query.clone() };
    item("all environments".to_owned(), all, now.is_empty());
    for environment in overview.catalog.environments.iter().map(|environment| &environment.value) {
        let query = ParityQuery { environments: vec![environment.to_string()], ..screen.query.clone() };
        let is_now = now.iter().any(|own| **own == **environment);
        item(format!("only {environment}"), query, is_now);
    }
    model.popup = Some(Popup::Regions(Finder::new("Hold against each other", items)));
    Vec::new()
}

/// Something else is to be held against each other.
pub(super) fn chosen(model: &mut Model, query: ParityQuery) -> Vec<Effect> {
    let Some(Screen::Parity(screen)) = model.stack.last_mut() else { return Vec::new() };
    screen.query = query;
    model.refresh_view().into_iter().collect()
}

/// Makes the secondary region the primary one: what is meant to be is then seen from there.
pub(super) fn swap(model: &mut Model) -> Vec<Effect> {
    let Some(Screen::Parity(screen)) = model.stack.last() else { return Vec::new() };
    let (Some(primary), Some(secondary)) = screen.regions() else { return Vec::new() };
    let query = ParityQuery {
        primary: Some(secondary.to_owned()),
        secondary: Some(primary.to_owned()),
        ..screen.query.clone()
    };
    chosen(model, query)
}

/// Shows all reasons of a row, those that are meant to be included.
pub(super) fn reasons(model: &mut Model) {
    let Some(Screen::Parity(screen)) = model.stack.last() else { return };
    let Some(row) = screen.row() else { return };
    let mut lines: Vec<PageLine> = screen.reasons(true);
    if lines.is_empty() {
        lines.push(PageLine::new(Tone::Muted, "nothing differs but the names of the regions"));
    }
    let title = format!("{} in {}: {}", row.service, row.env, row.verdict.word());
    model.popup = Some(Popup::Page(Page::new(title, lines)));
}
