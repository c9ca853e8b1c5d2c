//! The only place where messages change the model. Every message has its arm; the work it asks for is returned.

use std::sync::Arc;

use crate::base::{Diagnostic, Severity};
use crate::catalog::Address;
use crate::edit::Draft;
use crate::report::answer::{Overview, Preview, WriteFailure, Written};

use super::editing::{Editing, Subject};
use super::explain;
use super::input::InputOutcome;
use super::key::{Key, KeyCode};
use super::list::Motion;
use super::message::{Effect, Lane, Mouse, Msg, Spot, Ticket};
use super::model::{Model, Notice, Phase};
use super::parity;
use super::popup::finder::FinderOutcome;
use super::popup::{Popup, Tone};
use super::promote;
use super::run;
use super::screens::Screen;
use super::screens::target::Tab;
use super::words;

/// The work to begin with.
pub fn start(model: &mut Model) -> Vec<Effect> {
    model.phase = Phase::Opening;
    vec![Effect::Open { ticket: model.ask(Lane::Open) }]
}

/// Applies one message. Returns the work it asks for; does none itself.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Key(key) => {
            model.notice = None;
            key_pressed(model, key)
        }
        Msg::Paste(text) => pasted(model, &text),
        Msg::Mouse(mouse) => moused(model, mouse),
        Msg::Resized { .. } => Vec::new(),
        Msg::Opened { ticket, result } => opened(model, ticket, result),
        Msg::Overview { ticket, result } => overview(model, ticket, result),
        Msg::States { ticket, found } => {
            if model.awaits(Lane::States, ticket) {
                model.learn(found);
            }
            Vec::new()
        }
        Msg::StatesDone { ticket, moved } => {
            let is_trouble = |notice: &Notice| notice.tone == Tone::Problem;
            if model.expects(Lane::States, ticket)
                && let Some(moved) = moved.filter(|moved| *moved > 0)
                && !model.notice.as_ref().is_some_and(is_trouble)
            {
                let verb = if moved == 1 { "comes" } else { "come" };
                let targets = words::count(moved, "target");
                model.say(Tone::Plain, format!("changed on disk: {targets} {verb} to something else"));
            }
            Vec::new()
        }
        // What is shown stays until the answers are there.
        Msg::Stirred if matches!(model.phase, Phase::Open) => {
            vec![Effect::Open { ticket: model.ask(Lane::Open) }]
        }
        Msg::Stirred => Vec::new(),
        Msg::Target { ticket, result } => {
            if model.expects(Lane::View, ticket)
                && let Some(Screen::Target(screen)) = model.stack.last_mut()
            {
                screen.answered(result);
                follow_edit(model);
            }
            Vec::new()
        }
        Msg::Compared { ticket, result } => {
            if model.expects(Lane::View, ticket)
                && let Some(Screen::Diff(screen)) = model.stack.last_mut()
            {
                screen.answered(result);
                follow_edit(model);
            }
            Vec::new()
        }
        Msg::Parity { ticket, result } => {
            if model.expects(Lane::View, ticket)
                && let Some(Screen::Parity(screen)) = model.stack.last_mut()
            {
                screen.answered(result);
            }
            Vec::new()
        }
        Msg::Previewed { ticket, result } => {
            previewed(model, ticket, result);
            follow_edit(model);
            if model.editing.as_mut().is_some_and(|editing| std::mem::take(&mut editing.confirmed)) {
                return run::finish_editing(model);
            }
            Vec::new()
        }
        Msg::Explained { ticket, line, history } => {
            if model.expects(Lane::Explain, ticket) {
                explain::answered(model, line, &history);
            }
            Vec::new()
        }
        Msg::Candidates { .. } | Msg::Progress { .. } | Msg::Radius { .. } | Msg::Member { .. } => {
            promote::answered(model, msg);
            Vec::new()
        }
        Msg::Written { ticket, draft, result } => written(model, ticket, *draft, result),
        Msg::Changed { change, result } => super::edits::changed_draft(model, change, result),
        Msg::Trouble(text) => {
            model.say(Tone::Warning, text);
            Vec::new()
        }
    }
}

fn opened(
    model: &mut Model,
    ticket: Ticket,
    result: Result<(Box<Draft>, bool), Arc<Diagnostic>>,
) -> Vec<Effect> {
    if !model.expects(Lane::Open, ticket) {
        return Vec::new();
    }
    match result {
        Ok((draft, writable)) => {
            model.catalog_at_ref = !writable;
            // Reading again must not lose what was edited.
            if !matches!(model.phase, Phase::Open) {
                model.draft = *draft;
                if model.draft.is_unsaved() {
                    model.say(Tone::Warning, "the unsaved draft of an earlier session is back: D shows it");
                }
            }
            model.phase = Phase::Open;
            changed(model, true)
        }
        Err(problem) if model.overview.is_some() => {
            model.say(Tone::Problem, problem.to_string());
            Vec::new()
        }
        Err(problem) => {
            model.phase = Phase::Failed(problem);
            Vec::new()
        }
    }
}

/// What everything is asked for with has changed: the screen's answers are asked for again. While an edit is being
/// typed, `all` is false: whether every other target still renders is then not asked for.
pub(super) fn changed(model: &mut Model, all: bool) -> Vec<Effect> {
    model.generation += 1;
    let about = model.about();
    let mut effects = vec![Effect::Overview { ticket: model.ask(Lane::Overview), about: about.clone() }];
    effects.extend(model.refresh_view());
    if all {
        let first = model.overview.as_deref().map(|overview| model.services.on_screen(overview));
        effects.push(Effect::States {
            ticket: model.ask(Lane::States),
            about,
            first: first.unwrap_or_default(),
        });
    }
    effects
}

fn overview(
    model: &mut Model,
    ticket: Ticket,
    result: Result<Arc<Overview>, Arc<Diagnostic>>,
) -> Vec<Effect> {
    if !model.expects(Lane::Overview, ticket) {
        return Vec::new();
    }
    match result {
        Ok(overview) => {
            if let Some(Screen::Movables(screen)) = model.stack.last_mut() {
                screen.rebuild(&overview);
            }
            if let Some(before) = model.overview.clone() {
                explain::new_problem(model, &before, &overview);
            }
            model.overview = Some(overview);
            model.count();
            model.services.stale = true;
        }
        // While typing, what is wrong is said beside the field.
        Err(problem) => match &mut model.editing {
            Some(editing) => editing.problem = Some(problem.message.clone()),
            None if model.overview.is_none() => model.phase = Phase::Failed(problem),
            None => model.say(Tone::Problem, problem.to_string()),
        },
    }
    Vec::new()
}

fn previewed(model: &mut Model, ticket: Ticket, result: Result<Arc<Preview>, Arc<Diagnostic>>) {
    if !model.expects(Lane::Preview, ticket) {
        return;
    }
    let preview = match result {
        Ok(preview) => preview,
        Err(problem) => {
            if let Some(editing) = &mut model.editing {
                editing.preview = None;
                editing.problem = Some(problem.message.clone());
            } else if let Some(Popup::Question(question)) = &mut model.popup {
                question.text = vec![problem.to_string()];
                question.text.extend(problem.hints.iter().cloned());
            } else {
                model.say(Tone::Problem, problem.to_string());
            }
            return;
        }
    };
    if let Some(editing) = &mut model.editing {
        let is_refused =
            |problem: &&Diagnostic| problem.severity == Severity::Error && is_about_the_catalog(problem.code);
        let message = |problem: &Diagnostic| problem.message.clone();
        editing.problem = preview.problems.iter().find(is_refused).map(message);
        editing.warning = preview.problems.iter().find(|problem| !is_refused(problem)).map(message);
        editing.preview = Some(preview.clone());
    }
    if let Some(Popup::Question(question)) = &mut model.popup {
        question.preview = Some(preview.clone());
    }
    if let Some(Screen::Draft(screen)) = model.stack.last_mut() {
        screen.answered(preview);
    }
}

/// What the catalog itself cannot take keeps an edit from being made. That a ref does not exist (yet), or that none is
/// left, does not: the next edit may mend it.
fn is_about_the_catalog(code: &str) -> bool {
    code.strip_prefix("catalog/")
        .is_some_and(|rest| !rest.split('-').any(|word| word == "ref" || word == "channel"))
}

/// While an edit is typed, the screen behind it shows what it changes.
fn follow_edit(model: &mut Model) {
    let Some(preview) = model.editing.as_ref().and_then(|editing| editing.preview.clone()) else { return };
    for file in &preview.files {
        let lines = file.changed_lines();
        match model.stack.last_mut() {
            Some(Screen::Diff(screen)) => screen.show_written(&file.path, &lines),
            Some(Screen::Target(screen)) if screen.tab == Tab::Manifests => {
                screen.show_written(&file.path, &lines);
            }
            _ => {}
        }
    }
}

fn written(
    model: &mut Model,
    ticket: Ticket,
    draft: Draft,
    result: Result<Written, Box<WriteFailure>>,
) -> Vec<Effect> {
    if !model.expects(Lane::Write, ticket) {
        return Vec::new();
    }
    match result {
        Ok(written) => {
            let files: Vec<String> = written
                .files
                .iter()
                .map(|(path, lines)| format!("{path} ({})", words::count(lines.len(), "line")))
                .collect();
            let rebased = if written.rebased { "; somebody else's changes were kept" } else { "" };
            model.say(Tone::Good, format!("written: {}{rebased}", files.join(", ")));
            model.draft = draft;
            if matches!(model.stack.last(), Some(Screen::Draft(_))) && model.pending() == 0 {
                model.stack.pop();
                promote::end(model);
            }
            changed(model, true)
        }
        Err(failure) => {
            let hint = failure.problem.hints.first().map(|hint| format!(" {hint}")).unwrap_or_default();
            model.say(Tone::Problem, format!("not written: {}.{hint} The draft is kept.", failure.problem));
            Vec::new()
        }
    }
}

fn key_pressed(model: &mut Model, key: Key) -> Vec<Effect> {
    if let Some(popup) = model.popup.take() {
        return popup_key(model, popup, key);
    }
    if model.editing.is_some() {
        return editing_key(model, key);
    }
    if model.stack.is_empty() && model.services.filtering {
        return filter_key(model, key);
    }
    if let Some(Screen::Parity(screen)) = model.stack.last_mut()
        && screen.filtering
    {
        screen.filter_key(key);
        return Vec::new();
    }
    let search = match model.stack.last_mut() {
        Some(Screen::Target(screen)) if screen.search.typing => Some(&mut screen.search),
        Some(Screen::Diff(screen)) if screen.search.typing => Some(&mut screen.search),
        Some(Screen::Class(screen)) if screen.diff.search.typing => Some(&mut screen.diff.search),
        Some(Screen::Candidates(screen)) if screen.filtering => return promote::filter_key(model, key),
        _ => None,
    };
    if let Some(search) = search {
        match key.code {
            KeyCode::Enter => search.typing = false,
            KeyCode::Esc => search.clear(),
            _ if search.input.key(key) == InputOutcome::Changed => search_again(model),
            _ => {}
        }
        return Vec::new();
    }
    match model.keymap.command(&model.scopes(), key) {
        Some(command) => run::run(model, command),
        None => {
            let help = model.keymap.keys(super::command::Command::Help).first();
            let help = help.map_or_else(String::new, |help| format!("; {help} shows the keys that do"));
            model.say(Tone::Muted, format!("`{key}` does nothing here{help}"));
            Vec::new()
        }
    }
}

fn search_again(model: &mut Model) {
    match model.stack.last_mut() {
        Some(Screen::Target(screen)) => screen.search_again(),
        Some(Screen::Diff(screen)) => screen.search_again(),
        Some(Screen::Class(screen)) => screen.diff.search_again(),
        _ => {}
    }
}

fn filter_key(model: &mut Model, key: Key) -> Vec<Effect> {
    let services = &mut model.services;
    match (key.code, key.ctrl) {
        (KeyCode::Enter, _) => services.filtering = false,
        (KeyCode::Esc, _) | (KeyCode::Char('c'), true) => {
            services.filtering = false;
            services.filter.set("");
            services.stale = true;
        }
        (KeyCode::Up, _) => services.list.motion(Motion::Up, services.rows.len()),
        (KeyCode::Down, _) => services.list.motion(Motion::Down, services.rows.len()),
        _ => services.stale |= services.filter.key(key) == InputOutcome::Changed,
    }
    Vec::new()
}

/// Applies a key to the popup, which is put back when it stays open.
fn popup_key(model: &mut Model, popup: Popup, key: Key) -> Vec<Effect> {
    match popup {
        Popup::Help(mut finder) => match finder.key(key) {
            FinderOutcome::Chosen(command) => run::run(model, command),
            outcome => still_open(model, outcome, || Popup::Help(finder)),
        },
        Popup::Palette(mut finder) => match finder.key(key) {
            FinderOutcome::Chosen(command) => run::run(model, command),
            outcome => still_open(model, outcome, || Popup::Palette(finder)),
        },
        Popup::Themes(mut finder) => match finder.key(key) {
            FinderOutcome::Chosen(name) => run::use_theme(model, name),
            FinderOutcome::Closed => vec![Effect::UseTheme(model.options.theme.clone())],
            outcome => {
                // The theme under the cursor is shown at once.
                let shown = finder.current().map(|(_, name)| Effect::UseTheme(name.clone()));
                still_open(model, outcome, || Popup::Themes(finder));
                shown.into_iter().collect()
            }
        },
        Popup::Regions(mut finder) => match finder.key(key) {
            FinderOutcome::Chosen(query) => parity::chosen(model, query),
            outcome => still_open(model, outcome, || Popup::Regions(finder)),
        },
        Popup::Address { mut finder, side, other } => match finder.key(key) {
            FinderOutcome::Chosen(address) => run::picked(model, side, other, address),
            FinderOutcome::Typed(text) => match parse_address(model, &text) {
                Ok(address) => run::picked(model, side, other, address),
                Err(problem) => {
                    model.say(Tone::Problem, problem);
                    model.popup = Some(Popup::Address { finder, side, other });
                    Vec::new()
                }
            },
            outcome => still_open(model, outcome, || Popup::Address { finder, side, other }),
        },
        Popup::Values(mut finder) => match finder.key(key) {
            FinderOutcome::Chosen(subject) => run::edit(model, &subject),
            FinderOutcome::Typed(path) => match finder.items.first() {
                Some((_, Subject::Value { service, target, .. })) => {
                    let (service, target) = (service.clone(), target.clone());
                    run::edit_new(model, service, &target, path)
                }
                _ => Vec::new(),
            },
            outcome => still_open(model, outcome, || Popup::Values(finder)),
        },
        Popup::Layers { mut finder, value } => match finder.key(key) {
            FinderOutcome::Chosen(layer) => super::edits::at_layer(model, &value.1, &value.0, &layer),
            outcome => still_open(model, outcome, || Popup::Layers { finder, value }),
        },
        Popup::Question(question) => {
            model.popup = Some(Popup::Question(question));
            match model.keymap.command(&model.scopes(), key) {
                Some(command) => run::run(model, command),
                None => Vec::new(),
            }
        }
        Popup::Page(page) => {
            model.popup = Some(Popup::Page(page));
            match model.keymap.command(&model.scopes(), key) {
                Some(command) => run::run(model, command),
                // Any other key leaves what one has read.
                None => {
                    model.popup = None;
                    Vec::new()
                }
            }
        }
    }
}

fn still_open<T>(model: &mut Model, outcome: FinderOutcome<T>, popup: impl FnOnce() -> Popup) -> Vec<Effect> {
    match outcome {
        FinderOutcome::Closed => {}
        FinderOutcome::Refused(reason) => {
            model.say(Tone::Warning, format!("not now: {reason}"));
            model.popup = Some(popup());
        }
        FinderOutcome::Open | FinderOutcome::Chosen(_) | FinderOutcome::Typed(_) => {
            model.popup = Some(popup());
        }
    }
    Vec::new()
}

fn parse_address(model: &Model, text: &str) -> Result<Address, String> {
    let overview = model.overview.as_ref().ok_or("the platform is not open yet")?;
    Address::parse(text, &overview.catalog).map_err(|problem| {
        let hint = problem.hints.first().map(|hint| format!(". {hint}")).unwrap_or_default();
        format!("{}{hint}", problem.message)
    })
}

fn editing_key(model: &mut Model, key: Key) -> Vec<Effect> {
    let Some(editing) = &mut model.editing else { return Vec::new() };
    match (key.code, key.ctrl) {
        (KeyCode::Esc, _) | (KeyCode::Char('c'), true) => {
            model.editing = None;
            changed(model, false)
        }
        (KeyCode::Enter, _) => run::finish_editing(model),
        // Kept as soon as its effect is known: what comes after Enter is not for the field.
        _ if editing.confirmed => {
            model.say(Tone::Muted, "one moment: the effect of the edit is not known yet");
            Vec::new()
        }
        (KeyCode::Tab, _) => {
            let suggestion = editing.matching().next().map(str::to_owned);
            if let Some(suggestion) = suggestion {
                editing.input.set(suggestion);
            } else if !editing.scopes.is_empty() {
                editing.scope = (editing.scope + 1) % editing.scopes.len();
            }
            edit_changed(model)
        }
        (KeyCode::Up | KeyCode::Down, _) => {
            let up = key.code == KeyCode::Up;
            match step(editing, up) {
                Some(text) => {
                    editing.input.set(text);
                    edit_changed(model)
                }
                None => Vec::new(),
            }
        }
        _ => match editing.input.key(key) {
            InputOutcome::Changed => edit_changed(model),
            InputOutcome::Moved | InputOutcome::Ignored => Vec::new(),
        },
    }
}

/// What the up and down keys make of the text: the next suggestion, or the next number.
fn step(editing: &Editing, up: bool) -> Option<String> {
    let typed = editing.input.text();
    if editing.suggestions.is_empty() {
        let number: i64 = typed.trim().parse().ok()?;
        return Some((if up { number.checked_add(1)? } else { number.checked_sub(1)? }).to_string());
    }
    let names = &editing.suggestions;
    let next = match names.iter().position(|name| name == typed) {
        Some(at) if up => at.checked_sub(1)?,
        Some(at) => at + 1,
        None => 0,
    };
    names.get(next).cloned()
}

/// What is typed has changed: everything on screen follows.
pub(super) fn edit_changed(model: &mut Model) -> Vec<Effect> {
    let Some(editing) = &mut model.editing else { return Vec::new() };
    editing.problem = editing.operation().err();
    editing.warning = None;
    editing.confirmed = false;
    let mut effects = changed(model, false);
    if !effects.iter().any(|effect| matches!(effect, Effect::Preview { .. })) {
        let about = model.about();
        effects.push(Effect::Preview { ticket: model.ask(Lane::Preview), about, focus: None });
    }
    effects
}

fn pasted(model: &mut Model, text: &str) -> Vec<Effect> {
    match &mut model.popup {
        Some(Popup::Help(finder) | Popup::Palette(finder)) => finder.paste(text),
        Some(Popup::Themes(finder)) => finder.paste(text),
        Some(Popup::Address { finder, .. }) => finder.paste(text),
        Some(Popup::Values(finder)) => finder.paste(text),
        Some(Popup::Layers { finder, .. }) => finder.paste(text),
        Some(Popup::Regions(finder)) => finder.paste(text),
        Some(Popup::Question(_) | Popup::Page(_)) => {}
        None => {
            if let Some(editing) = &mut model.editing {
                editing.input.insert(text);
                return edit_changed(model);
            }
            match model.stack.last_mut() {
                None if model.services.filtering => {
                    model.services.filter.insert(text);
                    model.services.stale = true;
                }
                Some(Screen::Parity(screen)) if screen.filtering => {
                    screen.filter.insert(text);
                    screen.rebuild();
                }
                Some(Screen::Target(screen)) if screen.search.typing => screen.search.input.insert(text),
                Some(Screen::Diff(screen)) if screen.search.typing => screen.search.input.insert(text),
                Some(Screen::Class(screen)) if screen.diff.search.typing => {
                    screen.diff.search.input.insert(text);
                }
                Some(Screen::Candidates(screen)) if screen.filtering => {
                    screen.filter.insert(text);
                    screen.search();
                }
                _ => {}
            }
            search_again_if_typing(model);
        }
    }
    Vec::new()
}

fn search_again_if_typing(model: &mut Model) {
    let typing = match model.stack.last() {
        Some(Screen::Target(screen)) => screen.search.typing,
        Some(Screen::Diff(screen)) => screen.search.typing,
        Some(Screen::Class(screen)) => screen.diff.search.typing,
        _ => false,
    };
    if typing {
        search_again(model);
    }
}

fn moused(model: &mut Model, mouse: Mouse) -> Vec<Effect> {
    match (&mut model.popup, mouse) {
        (Some(_), Mouse::Click(Spot::Popup(row))) => return run::click_popup(model, row),
        (Some(popup), Mouse::Wheel { rows, .. }) => {
            let motion = if rows < 0 { Motion::Up } else { Motion::Down };
            run::move_popup(popup, motion);
            return Vec::new();
        }
        (Some(_), Mouse::Click(_)) => return Vec::new(),
        (None, _) => {}
    }
    match mouse {
        Mouse::Wheel { spot, rows } => {
            run::wheel(model, spot, rows);
            Vec::new()
        }
        Mouse::Click(spot) => run::click(model, spot),
    }
}
