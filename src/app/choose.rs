//! Choices: the other side of a comparison, a value to edit, a theme.

use std::sync::Arc;

use crate::catalog::effective::effective_values;
use crate::catalog::{Address, EffectiveValue, TargetId};
use crate::edit::Scope;
use crate::report::answer::Overview;

use super::editing::{Editing, Subject, kind_of};
use super::message::Effect;
use super::model::Model;
use super::popup::finder::{Finder, Item};
use super::popup::{Popup, Side, Tone};
use super::screens::{DiffScreen, Screen};
use super::words;

/// Asks what the target in focus is to be compared with.
pub(super) fn compare_with(model: &mut Model) -> Vec<Effect> {
    let (Some(overview), Some(focus)) = (model.overview.clone(), model.focus()) else { return Vec::new() };
    let finder = addresses(&overview, format!("Compare {focus} with"), &focus);
    model.popup = Some(Popup::Address { finder, side: Side::Left, other: Some(focus) });
    Vec::new()
}

/// Asks for another target on one side of the open comparison.
pub(super) fn side(model: &mut Model, side: Side) -> Vec<Effect> {
    let Some(overview) = model.overview.clone() else { return Vec::new() };
    let Some(Screen::Diff(screen)) = model.stack.last() else { return Vec::new() };
    let (name, near) = match side {
        Side::Left => ("Side A", &screen.left),
        Side::Right => ("Side B", &screen.right),
    };
    let finder = addresses(&overview, name.to_owned(), near);
    model.popup = Some(Popup::Address { finder, side, other: None });
    Vec::new()
}

/// A target was chosen for a side: opens the comparison, or changes the open one.
pub(super) fn picked(model: &mut Model, side: Side, other: Option<Address>, address: Address) -> Vec<Effect> {
    if let Some(other) = other {
        return model.open(Screen::Diff(Box::new(DiffScreen::new(address, other))));
    }
    if let Some(Screen::Diff(screen)) = model.stack.last_mut() {
        match side {
            Side::Left => screen.left = address,
            Side::Right => screen.right = address,
        }
    }
    model.refresh_view().into_iter().collect()
}

/// Every target, those of the same service first, and the same target at every other ref.
fn addresses(overview: &Overview, title: String, near: &Address) -> Finder<Address> {
    let mut items = Vec::new();
    let mut others = Vec::new();
    for resolution in &overview.resolutions {
        let target = &resolution.target;
        if *target == near.target && near.reference.is_none() {
            continue;
        }
        let address = Address { target: target.clone(), reference: None };
        let item = Item {
            title: address.to_string(),
            detail: words::short_reference(resolution.reference().unwrap_or(""), "").to_owned(),
            ..Item::default()
        };
        if target.service == near.target.service {
            items.push((item, address));
        } else {
            others.push((item, address));
        }
    }
    let work_tree: Arc<str> = Arc::from(".");
    for reference in overview.references.iter().chain([&work_tree]) {
        let address = Address { target: near.target.clone(), reference: Some(reference.clone()) };
        let detail = if &**reference == "." { "the work tree" } else { "at this ref" };
        let item = Item { title: address.to_string(), detail: detail.to_owned(), ..Item::default() };
        items.push((item, address));
    }
    items.extend(others);
    Finder { free_text: true, ..Finder::new(title, items) }
}

/// Asks which value of the service in focus is to be edited.
pub(super) fn value(model: &mut Model) -> Vec<Effect> {
    let (Some(overview), Some(focus)) = (model.overview.clone(), model.focus()) else { return Vec::new() };
    match values(&overview, &focus.target) {
        Some(finder) => model.popup = Some(Popup::Values(finder)),
        None => model.say(Tone::Warning, format!("no service is called {}", focus.target.service)),
    }
    Vec::new()
}

fn values(overview: &Overview, target: &TargetId) -> Option<Finder<Subject>> {
    let service = overview.catalog.service(&target.service)?;
    let mut items = Vec::new();
    for value in effective_values(service, &target.env, &target.region) {
        let scope = value.scope.as_ref().map_or_else(|| "default".to_owned(), ToString::to_string);
        let item = Item {
            title: format!("{} = {}", value.path, value.value),
            detail: format!("{scope}  {}", words::place(&value.span)),
            ..Item::default()
        };
        let subject = if value.path == "channel" {
            Subject::ServiceChannel { service: target.service.to_string() }
        } else {
            Subject::Value {
                service: target.service.to_string(),
                path: value.path.clone(),
                target: target.clone(),
                kind: kind_of(service, target, &value.path),
            }
        };
        items.push((item, subject));
    }
    if service.channel.is_none() {
        let item = Item { title: "channel".to_owned(), detail: "none yet".to_owned(), ..Item::default() };
        items.push((item, Subject::ServiceChannel { service: target.service.to_string() }));
    }
    // What can be edited most often comes first; what names the service itself, last.
    items.sort_by_key(|(item, _)| super::editing::is_fixed(item.title.split(' ').next().unwrap_or("")));
    let title = format!("Edit a value of {} for {}/{}", target.service, target.env, target.region);
    Some(Finder { free_text: true, ..Finder::new(title, items) })
}

/// The layers at which a value of a service can be written, each with the number of targets that follow it there.
pub(super) fn layers(overview: &Overview, value: EffectiveValue, target: TargetId) -> Option<Popup> {
    let service = overview.catalog.service(&target.service)?;
    let (env, region) = (target.env.to_string(), target.region.to_string());
    let all = [Scope::Defaults, Scope::Environment(env.clone()), Scope::Region { environment: env, region }];
    let editing = Editing::value(service, &target, &value);
    let items = all.into_iter().filter(|scope| editing.scopes.contains(scope)).map(|scope| {
        let reached = reached(overview, &value, &target, &scope);
        let here = if written_scope(&value) == scope { "  (decides now)" } else { "" };
        let detail = format!("reaches {}", words::count(reached, "target"));
        (Item { title: format!("{scope}{here}"), detail, ..Item::default() }, scope)
    });
    let title = format!("Edit {} of {} at", value.path, target.service);
    let finder = Finder::new(title, items.collect());
    Some(Popup::Layers { finder, value: Box::new((value, target)) })
}

/// The layer at which a value is written.
pub(super) fn written_scope(value: &EffectiveValue) -> Scope {
    match &value.scope {
        None => Scope::Defaults,
        Some(own) => match &own.region {
            Some(region) => Scope::Region { environment: own.env.to_string(), region: region.to_string() },
            None => Scope::Environment(own.env.to_string()),
        },
    }
}

/// How many targets of the service take a value from a layer, because nothing more specific says one.
fn reached(overview: &Overview, value: &EffectiveValue, target: &TargetId, layer: &Scope) -> usize {
    let rank = |scope: &Scope| match scope {
        Scope::Defaults => 0,
        Scope::Environment(_) => 1,
        Scope::Region { .. } => 2,
    };
    let Some(service) = overview.catalog.service(&target.service) else { return 0 };
    let targets = overview.resolutions.iter().map(|resolution| &resolution.target);
    targets
        .filter(|own| own.service == target.service)
        .filter(|own| match layer {
            Scope::Defaults => true,
            Scope::Environment(environment) => *own.env == **environment,
            Scope::Region { environment, region } => *own.env == **environment && *own.region == **region,
        })
        .filter(|own| {
            let values = effective_values(service, &own.env, &own.region);
            let there = values.into_iter().find(|there| there.path == value.path);
            there.is_none_or(|there| rank(&written_scope(&there)) <= rank(layer))
        })
        .count()
}

/// Asks for a theme.
pub(super) fn theme(model: &mut Model) {
    let items = model.options.themes.iter().map(|name| {
        let detail = if *name == model.options.theme { "now" } else { "" };
        (Item { title: name.clone(), detail: detail.to_owned(), ..Item::default() }, name.clone())
    });
    model.popup = Some(Popup::Themes(Finder::new("Theme", items.collect())));
}

/// A theme was chosen.
pub(super) fn use_theme(model: &mut Model, name: String) -> Vec<Effect> {
    model.options.theme.clone_from(&name);
    model.say(Tone::Plain, format!("`theme = \"{name}\"` in config.toml keeps it"));
    vec![Effect::UseTheme(name)]
}
