//! What each command does: one arm for each row of the table, the work itself in the functions by topic.

use crate::catalog::Address;

use super::command::Command;
use super::list::Motion;
use super::message::{Effect, Spot};
use super::model::Model;
use super::popup::finder::FinderOutcome;
use super::popup::{Action, Popup, Tone};
use super::screens::class::ClassPane;
use super::screens::target::Tab;
use super::screens::{DraftScreen, PinsScreen, Screen, TargetScreen};
use super::update::changed;
use super::{choose, copy, edits, explain, help, parity, promote};

pub(super) use super::choose::{picked, use_theme};
pub(super) use super::edits::{edit, edit_new, finish_editing};

/// Runs a command, or says why it cannot run now.
pub(super) fn run(model: &mut Model, command: Command) -> Vec<Effect> {
    if let Err(reason) = (command.spec().guard)(model) {
        model.say(Tone::Warning, format!("not now: {reason}"));
        return Vec::new();
    }
    match command {
        Command::ServicesOpen => open_target(model),
        Command::ServicesDiff | Command::TargetDiff => choose::compare_with(model),
        Command::ServicesEdit => choose::value(model),
        Command::ServicesPins => model.open(Screen::Pins(PinsScreen::default())),
        Command::ServicesFilter => just(model, |model| model.services.filtering = true),
        Command::ServicesSort => just(model, |model| {
            model.services.sort = model.services.sort.next();
            model.services.stale = true;
        }),
        Command::TargetManifests => tab(model, Tab::Manifests),
        Command::TargetValues => tab(model, Tab::Values),
        Command::TargetLayers => tab(model, Tab::Layers),
        Command::TargetFindings => tab(model, Tab::Findings),
        Command::TargetExplain => explain::line(model),
        Command::TargetEdit => edits::here(model),
        Command::TargetBlame => target(model, |screen| screen.blame = !screen.blame),
        Command::TargetNextResource => {
            target(model, |screen| screen.select_resource(screen.resources.cursor + 1))
        }
        Command::TargetPreviousResource => {
            target(model, |screen| screen.select_resource(screen.resources.cursor.saturating_sub(1)))
        }
        Command::TargetSearch => target(model, |screen| {
            screen.open(Tab::Manifests);
            screen.in_text = true;
            screen.search.clear();
            screen.search.typing = true;
        }),
        Command::TargetNextMatch => target(model, |screen| screen.next_match(true)),
        Command::TargetPreviousMatch => target(model, |screen| screen.next_match(false)),
        Command::DiffNextChange => diff(model, |screen| screen.next_change(true)),
        Command::DiffPreviousChange => diff(model, |screen| screen.next_change(false)),
        Command::DiffNextResource => diff(model, |screen| screen.next_resource(true)),
        Command::DiffPreviousResource => diff(model, |screen| screen.next_resource(false)),
        Command::DiffFold => diff(model, DiffScreen::toggle_fold),
        Command::DiffExpected => diff(model, DiffScreen::toggle_expected),
        Command::DiffSwap => {
            diff(model, |screen| std::mem::swap(&mut screen.left, &mut screen.right));
            model.refresh_view().into_iter().collect()
        }
        Command::DiffUnified => diff(model, |screen| screen.unified = !screen.unified),
        Command::DiffPickLeft => choose::side(model, super::Side::Left),
        Command::DiffPickRight => choose::side(model, super::Side::Right),
        Command::DiffEdit => edits::from_diff(model),
        Command::DiffSearch => diff(model, |screen| {
            screen.search.clear();
            screen.search.typing = true;
        }),
        Command::DiffOpen => open_side(model),
        Command::PinsEdit => edits::pin(model),
        Command::ParityOpen => parity::open_row(model),
        Command::ParityFilter => parity::on_screen(model, |screen| screen.filtering = true),
        Command::ParityAll => parity::on_screen(model, |screen| {
            screen.all = !screen.all;
            screen.rebuild();
        }),
        Command::ParityChoose => parity::choose(model),
        Command::ParitySwap => parity::swap(model),
        Command::ParityReasons => just(model, parity::reasons),
        Command::DraftDiscard => edits::discard(model),
        Command::DraftDiscardAll => just(model, edits::ask_discard_all),
        Command::DraftNextTarget => draft_target(model, true),
        Command::DraftPreviousTarget => draft_target(model, false),
        Command::DraftClasses => promote::classes_of_draft(model),
        Command::MovablesOpen => promote::choose_movable(model),
        Command::CandidatesOpen => promote::choose_candidate(model),
        Command::CandidatesFilter => just(model, |model| {
            if let Some(Screen::Candidates(screen)) = model.stack.last_mut() {
                screen.filtering = true;
            }
        }),
        Command::RadiusOpen => promote::open_row(model),
        Command::RadiusReviewed | Command::ClassReviewed => just(model, promote::toggle_reviewed),
        Command::RadiusOther => promote::other_ref(model),
        Command::RadiusStage | Command::ClassStage => promote::stage(model),
        Command::RadiusMarkdown | Command::ClassMarkdown => promote::copy_markdown(model),
        Command::RadiusFields => just(model, |model| {
            if let Some(Screen::Radius(screen)) = model.stack.last_mut() {
                screen.toggle_fields();
            }
        }),
        Command::RadiusCommits => just(model, promote::commits),
        Command::ClassOpen => just(model, promote::open_in_class),
        Command::ClassNextMember => promote::next_member(model, true),
        Command::ClassPreviousMember => promote::next_member(model, false),
        Command::ExplainEdit => edits::explained(model),
        Command::ExplainEditLayer => just(model, edits::choose_layer),
        Command::QuestionYes => edits::answered_yes(model),
        Command::QuestionNo => just(model, |model| model.popup = None),
        Command::Up => motion(model, Motion::Up),
        Command::Down => motion(model, Motion::Down),
        Command::Left => motion(model, Motion::Left),
        Command::Right => motion(model, Motion::Right),
        Command::PageUp => motion(model, Motion::PageUp),
        Command::PageDown => motion(model, Motion::PageDown),
        Command::Top => motion(model, Motion::Top),
        Command::Bottom => motion(model, Motion::Bottom),
        Command::NextPane => just(model, |model| other_pane(model, true)),
        Command::PreviousPane => just(model, |model| other_pane(model, false)),
        Command::Back => back(model),
        Command::Help => just(model, |model| model.popup = Some(Popup::Help(help::here(model)))),
        Command::Palette => just(model, |model| model.popup = Some(Popup::Palette(help::palette(model)))),
        Command::ShowDraft => show_draft(model),
        Command::ShowParity => match model.stack.last() {
            Some(Screen::Parity(_)) => Vec::new(),
            _ => model.open(Screen::Parity(Box::default())),
        },
        Command::Promote => promote::begin(model),
        Command::ShowLayers => promote::classes_of_layers(model),
        Command::Undo => edits::undo(model),
        Command::Redo => edits::redo(model),
        Command::Write => edits::ask_write(model),
        Command::Copy => copy::copy(model),
        Command::Problems => just(model, explain::problems),
        Command::Theme => just(model, choose::theme),
        Command::Mouse => {
            model.options.mouse = !model.options.mouse;
            let said = if model.options.mouse {
                "the mouse is on"
            } else {
                "the mouse is off: the terminal selects text"
            };
            model.say(Tone::Plain, said);
            vec![Effect::UseMouse(model.options.mouse)]
        }
        Command::Reload => {
            model.say(Tone::Plain, "reading everything again");
            model.states.clear();
            model.count();
            let ticket = model.ask(super::Lane::Open);
            vec![Effect::Open { ticket }]
        }
        Command::Redraw => vec![Effect::Redraw],
        Command::Suspend => vec![Effect::Suspend],
        Command::Quit => edits::quit(model),
    }
}

use super::screens::DiffScreen;

fn just(model: &mut Model, change: impl FnOnce(&mut Model)) -> Vec<Effect> {
    change(model);
    Vec::new()
}

fn target(model: &mut Model, change: impl FnOnce(&mut TargetScreen)) -> Vec<Effect> {
    if let Some(Screen::Target(screen)) = model.stack.last_mut() {
        change(screen);
    }
    Vec::new()
}

fn diff(model: &mut Model, change: impl FnOnce(&mut DiffScreen)) -> Vec<Effect> {
    if let Some(screen) = promote::diff_on_top(model) {
        change(screen);
    }
    Vec::new()
}

fn tab(model: &mut Model, tab: Tab) -> Vec<Effect> {
    target(model, |screen| screen.open(tab))
}

fn open_target(model: &mut Model) -> Vec<Effect> {
    match model.focus() {
        Some(address) => model.open(Screen::Target(Box::new(TargetScreen::new(address)))),
        None => Vec::new(),
    }
}

fn open_side(model: &mut Model) -> Vec<Effect> {
    match model.stack.last() {
        Some(Screen::Diff(screen)) => {
            let address: Address = screen.right.clone();
            model.open(Screen::Target(Box::new(TargetScreen::new(address))))
        }
        _ => Vec::new(),
    }
}

fn show_draft(model: &mut Model) -> Vec<Effect> {
    if matches!(model.stack.last(), Some(Screen::Draft(_))) {
        return Vec::new();
    }
    let focus = model.focus();
    model.open(Screen::Draft(Box::new(DraftScreen::new(focus))))
}

fn draft_target(model: &mut Model, forward: bool) -> Vec<Effect> {
    if let Some(Screen::Draft(screen)) = model.stack.last_mut() {
        screen.next_target(forward);
        return model.refresh_view().into_iter().collect();
    }
    Vec::new()
}

fn motion(model: &mut Model, motion: Motion) -> Vec<Effect> {
    if let Some(popup) = &mut model.popup {
        move_popup(popup, motion);
        return Vec::new();
    }
    let compact = model.measures.compact;
    match model.stack.last_mut() {
        None => model.services.motion(motion, compact),
        Some(Screen::Target(screen)) => screen.motion(motion),
        Some(Screen::Diff(screen)) => screen.motion(motion),
        Some(Screen::Draft(screen)) => screen.motion(motion, model.draft.unsaved_entries().len()),
        Some(Screen::Parity(screen)) => screen.list.motion(motion, screen.rows.len()),
        Some(Screen::Pins(screen)) => {
            if let Some(overview) = &model.overview {
                screen.motion(motion, overview);
            }
        }
        Some(Screen::Movables(screen)) => screen.list.motion(motion, screen.rows.len()),
        Some(Screen::Candidates(screen)) => screen.list.motion(motion, screen.found.len()),
        Some(Screen::Radius(screen)) => screen.list.motion(motion, screen.rows.len()),
        Some(Screen::Class(screen)) => {
            if screen.motion(motion) {
                return model.refresh_view().into_iter().collect();
            }
        }
    }
    Vec::new()
}

/// Moves in a popup.
pub(super) fn move_popup(popup: &mut Popup, motion: Motion) {
    match popup {
        Popup::Help(finder) | Popup::Palette(finder) => finder.list.motion(motion, finder.found.len()),
        Popup::Themes(finder) => finder.list.motion(motion, finder.found.len()),
        Popup::Address { finder, .. } => finder.list.motion(motion, finder.found.len()),
        Popup::Values(finder) => finder.list.motion(motion, finder.found.len()),
        Popup::Layers { finder, .. } => finder.list.motion(motion, finder.found.len()),
        Popup::Regions(finder) => finder.list.motion(motion, finder.found.len()),
        Popup::Page(page) => scroll_page(&mut page.list, motion, page.lines.len()),
        Popup::Question(question) => scroll_page(&mut question.list, motion, usize::MAX / 2),
    }
}

/// A page has no cursor: it scrolls.
fn scroll_page(list: &mut super::list::ListState, motion: Motion, length: usize) {
    let page = isize::try_from(list.height / 2 + 1).unwrap_or(1);
    let most = isize::try_from(length).unwrap_or(isize::MAX);
    let rows = match motion {
        Motion::Up => -1,
        Motion::Down => 1,
        Motion::PageUp => -page,
        Motion::PageDown => page,
        Motion::Top => -most,
        Motion::Bottom => most,
        Motion::Left | Motion::Right => 0,
    };
    list.scroll(rows, length);
}

fn other_pane(model: &mut Model, forward: bool) {
    match model.stack.last_mut() {
        Some(Screen::Target(screen)) if screen.tab == Tab::Manifests => screen.in_text = !screen.in_text,
        Some(Screen::Target(screen)) => screen.open(next_tab(screen.tab)),
        Some(Screen::Diff(screen)) => screen.in_text = !screen.in_text,
        Some(Screen::Draft(screen)) => screen.in_text = !screen.in_text,
        Some(Screen::Class(screen)) => screen.next_pane(forward),
        Some(
            Screen::Pins(_)
            | Screen::Parity(_)
            | Screen::Movables(_)
            | Screen::Candidates(_)
            | Screen::Radius(_),
        )
        | None => {}
    }
}

fn next_tab(tab: Tab) -> Tab {
    match tab {
        Tab::Manifests => Tab::Values,
        Tab::Values => Tab::Layers,
        Tab::Layers => Tab::Findings,
        Tab::Findings => Tab::Manifests,
    }
}

/// One level out: popup, search, screen, filter. Never out of the program.
fn back(model: &mut Model) -> Vec<Effect> {
    if model.popup.take().is_some() {
        return Vec::new();
    }
    let search = match model.stack.last_mut() {
        Some(Screen::Target(screen)) => Some(&mut screen.search),
        Some(Screen::Diff(screen)) => Some(&mut screen.search),
        Some(Screen::Class(screen)) => Some(&mut screen.diff.search),
        _ => None,
    };
    if let Some(search) = search.filter(|search| search.is_active()) {
        search.clear();
        return Vec::new();
    }
    if let Some(Screen::Parity(screen)) = model.stack.last_mut()
        && !screen.filter.text().is_empty()
    {
        screen.filter.set("");
        screen.rebuild();
        return Vec::new();
    }
    if let Some(Screen::Candidates(screen)) = model.stack.last_mut()
        && !screen.filter.text().is_empty()
    {
        screen.filter.set("");
        screen.search();
        return Vec::new();
    }
    if let Some(gone) = model.stack.pop() {
        let mut effects =
            if matches!(gone, Screen::Radius(_)) { promote::call_off(model) } else { Vec::new() };
        let seen = match model.stack.last() {
            Some(Screen::Target(screen)) => screen.generation,
            Some(Screen::Diff(screen)) => screen.generation,
            Some(Screen::Draft(screen)) => screen.generation,
            Some(Screen::Parity(screen)) => screen.generation,
            Some(Screen::Candidates(screen)) => screen.generation,
            Some(Screen::Radius(screen)) => screen.generation,
            Some(Screen::Class(screen)) => screen.generation,
            Some(Screen::Pins(_) | Screen::Movables(_)) | None => model.generation,
        };
        let waits = model.is_waiting(super::Lane::View) || model.is_waiting(super::Lane::Preview);
        // What was asked for by the screen that is gone would be taken for this one's answer.
        if seen != model.generation || waits {
            effects.extend(model.refresh_view());
        }
        return effects;
    }
    if !model.services.filter.text().is_empty() {
        model.services.filter.set("");
        model.services.stale = true;
        return Vec::new();
    }
    let quit = model.keymap.keys(Command::Quit).first().map(ToString::to_string).unwrap_or_default();
    model.say(Tone::Muted, format!("this is the first screen; {quit} quits"));
    Vec::new()
}

/// Scrolls the pane under the mouse.
pub(super) fn wheel(model: &mut Model, spot: Spot, rows: isize) {
    let first = !matches!(spot, Spot::Second { .. });
    let operations = model.draft.unsaved_entries().len();
    match model.stack.last_mut() {
        None => {
            let length = model.services.rows.len();
            model.services.list.scroll(rows, length);
        }
        Some(Screen::Target(screen)) if screen.tab != Tab::Manifests => {
            let length = screen.other_length();
            screen.other.scroll(rows, length);
        }
        Some(Screen::Target(screen)) if first => {
            let length = screen.documents().len();
            screen.resources.scroll(rows, length);
        }
        Some(Screen::Target(screen)) => screen.scroll_text(rows),
        Some(Screen::Diff(screen)) => screen.scroll(first, rows),
        Some(Screen::Draft(screen)) => screen.scroll(first, rows, operations),
        Some(Screen::Parity(screen)) => screen.list.scroll(rows, screen.rows.len()),
        Some(Screen::Movables(screen)) => screen.list.scroll(rows, screen.rows.len()),
        Some(Screen::Candidates(screen)) => screen.list.scroll(rows, screen.found.len()),
        Some(Screen::Radius(screen)) => screen.list.scroll(rows, screen.rows.len()),
        Some(Screen::Class(screen)) => match spot {
            Spot::Third(_) => screen.changes.scroll(rows, screen.entries.len()),
            Spot::Second { .. } => screen.diff.scroll(false, rows),
            // The member under the cursor is the one that is shown: scrolling would ask for others all the time.
            _ => {}
        },
        Some(Screen::Pins(_)) => {}
    }
}

/// A click puts the cursor there; a click on the cursor opens.
pub(super) fn click(model: &mut Model, spot: Spot) -> Vec<Effect> {
    if model.editing.is_some() {
        return Vec::new();
    }
    match (model.stack.last_mut(), spot) {
        (None, Spot::First { row, column }) => {
            let services = &mut model.services;
            let there = services.list.cursor == row && column.is_none_or(|column| column == services.column);
            if there {
                return run(model, Command::ServicesOpen);
            }
            services.list.select(row, services.rows.len());
            services.column = column.unwrap_or(services.column);
        }
        (Some(Screen::Target(screen)), Spot::Tab(tab)) => {
            if let Some(tab) = Tab::ALL.get(tab) {
                screen.open(*tab);
            }
        }
        (Some(Screen::Target(screen)), Spot::First { row, .. }) if screen.tab == Tab::Manifests => {
            screen.in_text = false;
            screen.select_resource(row);
        }
        (Some(Screen::Target(screen)), Spot::First { row, .. }) => {
            let length = screen.other_length();
            screen.other.select(row, length);
        }
        (Some(Screen::Target(screen)), Spot::Second { row }) => {
            if screen.in_text && screen.text.cursor == row {
                return run(model, Command::TargetExplain);
            }
            screen.in_text = true;
            screen.select_line(row);
        }
        (Some(Screen::Diff(screen)), Spot::First { row, .. }) => screen.select_resource(row),
        (Some(Screen::Diff(screen)), Spot::Second { row }) => screen.select_line(row),
        (Some(Screen::Parity(screen)), Spot::First { row, .. }) => {
            if screen.list.cursor == row {
                return run(model, Command::ParityOpen);
            }
            screen.list.select(row, screen.rows.len());
        }
        (Some(Screen::Pins(screen)), Spot::First { row, column }) => {
            screen.row = row;
            screen.column = column.unwrap_or(screen.column);
        }
        (Some(Screen::Movables(screen)), Spot::First { row, .. }) => {
            if screen.list.cursor == row {
                return run(model, Command::MovablesOpen);
            }
            screen.list.select(row, screen.rows.len());
        }
        (Some(Screen::Candidates(screen)), Spot::First { row, .. }) => {
            if screen.list.cursor == row {
                return run(model, Command::CandidatesOpen);
            }
            screen.list.select(row, screen.found.len());
        }
        (Some(Screen::Radius(screen)), Spot::First { row, .. }) => {
            if screen.list.cursor == row {
                return run(model, Command::RadiusOpen);
            }
            screen.list.select(row, screen.rows.len());
        }
        (Some(Screen::Class(screen)), Spot::First { row, .. }) => {
            screen.pane = ClassPane::Members;
            if screen.select_member(row) {
                return model.refresh_view().into_iter().collect();
            }
        }
        (Some(Screen::Class(screen)), Spot::Second { row }) => {
            screen.pane = ClassPane::Text;
            screen.diff.select_line(row);
        }
        (Some(Screen::Class(screen)), Spot::Third(row)) => {
            screen.pane = ClassPane::Changes;
            screen.select_entry(row);
        }
        (Some(Screen::Draft(screen)), Spot::First { row, .. }) => {
            screen.list.select(row, model.draft.unsaved_entries().len());
        }
        _ => {}
    }
    Vec::new()
}

/// A click on a row of a popup chooses it.
pub(super) fn click_popup(model: &mut Model, row: usize) -> Vec<Effect> {
    fn pick<T: Clone>(finder: &mut super::popup::finder::Finder<T>, row: usize) -> FinderOutcome<T> {
        finder.list.select(row, finder.found.len());
        finder.choose()
    }
    match model.popup.take() {
        Some(Popup::Help(mut finder)) => match pick(&mut finder, row) {
            FinderOutcome::Chosen(command) => run(model, command),
            _ => just(model, |model| model.popup = Some(Popup::Help(finder))),
        },
        Some(Popup::Palette(mut finder)) => match pick(&mut finder, row) {
            FinderOutcome::Chosen(command) => run(model, command),
            _ => just(model, |model| model.popup = Some(Popup::Palette(finder))),
        },
        Some(Popup::Themes(mut finder)) => match pick(&mut finder, row) {
            FinderOutcome::Chosen(name) => use_theme(model, name),
            _ => just(model, |model| model.popup = Some(Popup::Themes(finder))),
        },
        Some(Popup::Address { mut finder, side, other }) => match pick(&mut finder, row) {
            FinderOutcome::Chosen(address) => picked(model, side, other, address),
            _ => just(model, |model| model.popup = Some(Popup::Address { finder, side, other })),
        },
        Some(Popup::Values(mut finder)) => match pick(&mut finder, row) {
            FinderOutcome::Chosen(subject) => edit(model, &subject),
            _ => just(model, |model| model.popup = Some(Popup::Values(finder))),
        },
        Some(Popup::Regions(mut finder)) => match pick(&mut finder, row) {
            FinderOutcome::Chosen(query) => parity::chosen(model, query),
            _ => just(model, |model| model.popup = Some(Popup::Regions(finder))),
        },
        Some(Popup::Layers { mut finder, value }) => match pick(&mut finder, row) {
            FinderOutcome::Chosen(layer) => edits::at_layer(model, &value.1, &value.0, &layer),
            _ => just(model, |model| model.popup = Some(Popup::Layers { finder, value })),
        },
        other => just(model, |model| model.popup = other),
    }
}

/// What a yes does.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Write => {
            let ticket = model.ask(super::Lane::Write);
            vec![Effect::Write { ticket, draft: Box::new(model.draft.clone()) }]
        }
        Action::Quit => vec![Effect::Quit],
        Action::DiscardAll => {
            model.draft.discard_unsaved();
            model.say(Tone::Plain, "every edit is discarded");
            changed(model, true)
        }
    }
}
