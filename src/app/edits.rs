//! Edits: starting one where the cursor is, keeping it in the draft, undoing, asking before anything is written.

use std::sync::Arc;

use crate::base::{Diagnostic, Span};
use crate::catalog::effective::effective_values;
use crate::catalog::{Address, EffectiveValue, TargetId};
use crate::edit::{Draft, DraftEntry, Scope};
use crate::report::answer::Overview;

use super::choose;
use super::command::Command;
use super::editing::{Editing, Subject, ValueKind};
use super::list::ListState;
use super::message::{DraftChange, Effect, Lane};
use super::model::Model;
use super::popup::{Action, Popup, Question, Tone};
use super::run::act;
use super::screens::diff::DiffLine;
use super::screens::target::Tab;
use super::screens::{DiffScreen, DraftScreen, Screen, TargetScreen};
use super::update::changed;
use super::words;

/// Edits what is under the cursor of a target: the value in the list, or the value behind the line.
pub(super) fn here(model: &mut Model) -> Vec<Effect> {
    let (Some(overview), Some(Screen::Target(screen))) = (model.overview.clone(), model.stack.last()) else {
        return Vec::new();
    };
    let target = screen.address.target.clone();
    match value_under_cursor(&overview, screen) {
        Some(value) => begin_value(model, &target, &value),
        None => choose::value(model),
    }
}

fn value_under_cursor(overview: &Overview, screen: &TargetScreen) -> Option<EffectiveValue> {
    match screen.tab {
        Tab::Values => screen.view.as_ref()?.values.get(screen.other.cursor).cloned(),
        Tab::Manifests if screen.in_text => {
            let line = screen.manifest()?.lines.get(screen.text.cursor)?;
            value_at(overview, &screen.address.target, &line.writer.as_ref()?.span)
        }
        Tab::Manifests | Tab::Layers | Tab::Findings => None,
    }
}

/// The value of a service that is written at a place of the catalog.
pub(super) fn value_at(overview: &Overview, target: &TargetId, span: &Span) -> Option<EffectiveValue> {
    let service = overview.catalog.service(&target.service)?;
    effective_values(service, &target.env, &target.region)
        .into_iter()
        .find(|value| value.span.file.path == span.file.path && value.span.line == span.line)
}

/// Edits the value behind the line under the cursor of a comparison, or asks which one.
pub(super) fn from_diff(model: &mut Model) -> Vec<Effect> {
    let (Some(overview), Some(Screen::Diff(screen))) = (model.overview.clone(), model.stack.last()) else {
        return Vec::new();
    };
    let target = screen.right.target.clone();
    match value_of_line(&overview, screen) {
        Some(value) => begin_value(model, &target, &value),
        None => choose::value(model),
    }
}

fn value_of_line(overview: &Overview, screen: &DiffScreen) -> Option<EffectiveValue> {
    let DiffLine::Row { resource, row, .. } = screen.current()? else { return None };
    value_at(overview, &screen.right.target, &screen.writer(*resource, *row)?.span)
}

/// Starts to edit what was chosen.
pub(super) fn edit(model: &mut Model, subject: &Subject) -> Vec<Effect> {
    let Some(overview) = model.overview.clone() else { return Vec::new() };
    match subject {
        Subject::Value { service, path, target, .. } => {
            let value = overview.catalog.service(service).and_then(|service| {
                effective_values(service, &target.env, &target.region)
                    .into_iter()
                    .find(|value| value.path == *path)
            });
            match value {
                Some(value) => begin_value(model, target, &value),
                None => edit_new(model, service.clone(), target, path.clone()),
            }
        }
        other => begin(model, Editing::pin(other.clone(), &overview.catalog, &overview.references)),
    }
}

/// Starts to edit a value that is not there yet.
pub(super) fn edit_new(model: &mut Model, service: String, target: &TargetId, path: String) -> Vec<Effect> {
    let scopes = vec![Scope::Defaults, Scope::Environment(target.env.to_string())];
    let subject = Subject::Value { service, path, target: target.clone(), kind: ValueKind::Plain };
    begin(model, Editing::start(subject, scopes, String::new(), Vec::new()))
}

fn begin_value(model: &mut Model, target: &TargetId, value: &EffectiveValue) -> Vec<Effect> {
    let Some(overview) = model.overview.clone() else { return Vec::new() };
    let Some(service) = overview.catalog.service(&target.service) else { return Vec::new() };
    if value.path == "channel" {
        let subject = Subject::ServiceChannel { service: target.service.to_string() };
        return edit(model, &subject);
    }
    begin(model, Editing::value(service, target, value))
}

/// Edits the value that the open page explains, at the layer that decides it.
pub(super) fn explained(model: &mut Model) -> Vec<Effect> {
    let Some(Popup::Page(page)) = model.popup.take() else { return Vec::new() };
    let Some((value, target)) = page.value else { return Vec::new() };
    let wins = choose::written_scope(&value);
    at_layer(model, &target, &value, &wins)
}

/// Edits a value at a layer.
pub(super) fn at_layer(
    model: &mut Model,
    target: &TargetId,
    value: &EffectiveValue,
    layer: &Scope,
) -> Vec<Effect> {
    let mut effects = begin_value(model, target, value);
    if let Some(editing) = &mut model.editing
        && let Some(at) = editing.scopes.iter().position(|scope| scope == layer)
    {
        editing.scope = at;
        editing.home = at;
        effects.extend(super::update::edit_changed(model));
    }
    effects
}

/// Asks at which layer the value that the open page explains is to be edited.
pub(super) fn choose_layer(model: &mut Model) {
    let (Some(Popup::Page(page)), Some(overview)) = (model.popup.take(), model.overview.clone()) else {
        return;
    };
    let Some((value, target)) = page.value else { return };
    model.popup = choose::layers(&overview, value, target);
}

/// Edits the pin or channel under the cursor.
pub(super) fn pin(model: &mut Model) -> Vec<Effect> {
    let (Some(overview), Some(Screen::Pins(screen))) = (model.overview.clone(), model.stack.last()) else {
        return Vec::new();
    };
    match screen.subject(&overview) {
        Some(subject) => begin(model, Editing::pin(subject, &overview.catalog, &overview.references)),
        None => Vec::new(),
    }
}

fn begin(model: &mut Model, editing: Editing) -> Vec<Effect> {
    model.editing = Some(editing);
    Vec::new()
}

/// Keeps what was typed as an edit of the draft.
pub(super) fn finish_editing(model: &mut Model) -> Vec<Effect> {
    let is_unknown = model.is_waiting(Lane::Preview);
    let Some(editing) = &mut model.editing else { return Vec::new() };
    match editing.operation() {
        Err(problem) => {
            editing.problem = Some(problem);
            Vec::new()
        }
        Ok(None) => {
            model.editing = None;
            changed(model, false)
        }
        Ok(Some(_)) if is_unknown => {
            // Not before it is known whether the catalog can take it.
            editing.confirmed = true;
            Vec::new()
        }
        // What the catalog refuses is refused here too, beside the field.
        Ok(Some(_)) if editing.problem.is_some() => Vec::new(),
        Ok(Some(operation)) => change(model, DraftChange::Push(operation)),
    }
}

fn change(model: &Model, change: DraftChange) -> Vec<Effect> {
    vec![Effect::Change { draft: Box::new(model.draft.clone()), change }]
}

/// The draft was changed, or not.
pub(super) fn changed_draft(
    model: &mut Model,
    change: DraftChange,
    result: Result<Box<Draft>, Arc<Diagnostic>>,
) -> Vec<Effect> {
    let draft = match result {
        Ok(draft) => *draft,
        Err(problem) => {
            match &mut model.editing {
                Some(editing) => editing.problem = Some(problem.message.clone()),
                None => model.say(Tone::Problem, problem.to_string()),
            }
            return Vec::new();
        }
    };
    match change {
        DraftChange::Push(_) => {
            model.editing = None;
            let said = draft.unsaved_entries().last().map(DraftEntry::describe).unwrap_or_default();
            let write = model.keymap.keys(Command::Write).first();
            let write = write.map_or_else(String::new, |key| format!("; {key} writes it"));
            model.say(Tone::Good, format!("in the draft: {said}{write}"));
            // A promotion goes on in the draft.
            if model.stack.last().is_some_and(Screen::is_promotion) {
                if matches!(model.stack.last(), Some(Screen::Class(_))) {
                    model.stack.pop();
                }
                model.stack.push(Screen::Draft(Box::new(DraftScreen::new(None))));
            }
        }
        DraftChange::Discard(at) => {
            let gone = model.draft.unsaved_entries().get(at).map(DraftEntry::describe).unwrap_or_default();
            model.say(Tone::Plain, format!("discarded: {gone}"));
        }
    }
    model.draft = draft;
    let left = model.draft.unsaved_entries().len();
    if let Some(Screen::Draft(screen)) = model.stack.last_mut() {
        screen.list.select(screen.list.cursor, left);
    }
    changed(model, true)
}

/// Takes the last edit back.
pub(super) fn undo(model: &mut Model) -> Vec<Effect> {
    let said = model.draft.undo().map(DraftEntry::describe).unwrap_or_default();
    model.say(Tone::Plain, format!("undone: {said}"));
    changed(model, true)
}

/// Does an undone edit again.
pub(super) fn redo(model: &mut Model) -> Vec<Effect> {
    let said = model.draft.redo().map(DraftEntry::describe).unwrap_or_default();
    model.say(Tone::Plain, format!("done again: {said}"));
    changed(model, true)
}

/// Discards the edit under the cursor.
pub(super) fn discard(model: &mut Model) -> Vec<Effect> {
    let Some(Screen::Draft(screen)) = model.stack.last() else { return Vec::new() };
    let at = screen.list.cursor;
    change(model, DraftChange::Discard(at))
}

/// Asks before every edit is discarded.
pub(super) fn ask_discard_all(model: &mut Model) {
    let edits = words::count(model.pending(), "edit");
    ask(model, Action::DiscardAll, format!("Discard {edits}?"), Vec::new());
}

/// Asks for the files and lines that would be written, and shows them before anything is.
pub(super) fn ask_write(model: &mut Model) -> Vec<Effect> {
    let edits = words::count(model.pending(), "edit");
    ask(
        model,
        Action::Write,
        format!("Write {edits}?"),
        vec!["finding out what would be written".to_owned()],
    );
    let focus: Option<Address> = match model.stack.last() {
        Some(Screen::Draft(screen)) => screen.focus.clone(),
        _ => None,
    };
    let ticket = model.ask(Lane::Preview);
    vec![Effect::Preview { ticket, about: model.about(), focus }]
}

/// Quits, after a question when edits are not written.
pub(super) fn quit(model: &mut Model) -> Vec<Effect> {
    if !model.draft.is_unsaved() {
        return vec![Effect::Quit];
    }
    let edits = words::count(model.pending(), "edit");
    let mut lines: Vec<String> = model.draft.unsaved_entries().iter().map(DraftEntry::describe).collect();
    lines.push(String::new());
    lines.push("Quit without writing?".to_owned());
    ask(model, Action::Quit, format!("{edits} not written"), lines);
    Vec::new()
}

fn ask(model: &mut Model, action: Action, title: String, text: Vec<String>) {
    let question = Question { action, title, preview: None, text, list: ListState::default() };
    model.popup = Some(Popup::Question(question));
}

/// The question was answered with yes.
pub(super) fn answered_yes(model: &mut Model) -> Vec<Effect> {
    let Some(Popup::Question(question)) = model.popup.take() else { return Vec::new() };
    // Nobody can agree to what is not on screen yet.
    if question.action == Action::Write && question.preview.is_none() {
        model.popup = Some(Popup::Question(question));
        return Vec::new();
    }
    act(model, question.action)
}
