//! A promotion, step by step: what moves, to which ref, what that changes, and staging it in the draft.

use super::input::InputOutcome;
use super::key::{Key, KeyCode};
use super::list::Motion;
use super::message::{About, DraftChange, Effect, Lane, Msg};
use super::model::Model;
use super::popup::{Page, PageLine, Popup, Tone};
use super::screens::class::{ClassPane, Entry};
use super::screens::movables::movable_of;
use super::screens::radius::{ChangeAsked, RadiusRow};
use super::screens::{CandidatesScreen, ClassScreen, DiffScreen, MovablesScreen, RadiusScreen, Screen};
use super::{explain, words};
use crate::diff::Identity;
use crate::report::answer::{Member, Movable};
use crate::report::radius::markdown;

/// Begins a promotion: of the pin under the cursor, else of what the person chooses; what decides the target in focus
/// is offered first.
pub(super) fn begin(model: &mut Model) -> Vec<Effect> {
    let Some(overview) = model.overview.clone() else { return Vec::new() };
    if let Some(Screen::Pins(screen)) = model.stack.last()
        && let Some(movable) = screen.movable(&overview)
    {
        return model.open(Screen::Candidates(Box::new(CandidatesScreen::new(movable))));
    }
    let mut effects = leave(model);
    let wanted = model.focus().and_then(|focus| {
        let resolution = overview.resolution(&focus.target)?;
        movable_of(resolution.winning()?, &focus.target)
    });
    let screen = MovablesScreen::new(&overview, wanted.as_ref());
    effects.extend(model.open(Screen::Movables(Box::new(screen))));
    effects
}

/// Takes an answer about a promotion to the screen that waits for it.
pub(super) fn answered(model: &mut Model, msg: Msg) {
    let is_wanted = match &msg {
        Msg::Candidates { ticket, .. } | Msg::Member { ticket, .. } => model.expects(Lane::View, *ticket),
        Msg::Progress { ticket, .. } => model.awaits(Lane::Radius, *ticket),
        Msg::Radius { ticket, .. } => model.expects(Lane::Radius, *ticket),
        _ => false,
    };
    if !is_wanted {
        return;
    }
    match (msg, model.stack.last_mut()) {
        (Msg::Candidates { result, .. }, Some(Screen::Candidates(screen))) => screen.answered(result),
        (Msg::Progress { progress, so_far, .. }, Some(Screen::Radius(screen))) => {
            screen.learns(progress, so_far);
        }
        (Msg::Radius { result, .. }, Some(Screen::Radius(screen))) => screen.answered(result),
        (Msg::Member { result, .. }, Some(Screen::Class(screen))) => screen.answered(result),
        _ => {}
    }
}

/// Leaves every step of a promotion that is open.
fn leave(model: &mut Model) -> Vec<Effect> {
    if let Some(at) = model.stack.iter().position(Screen::is_promotion) {
        model.stack.truncate(at);
    }
    call_off(model)
}

/// Nobody waits for what a change does any more.
pub(super) fn call_off(model: &mut Model) -> Vec<Effect> {
    if model.forget(Lane::Radius) { vec![Effect::CallOff(Lane::Radius)] } else { Vec::new() }
}

/// The channel or pin was chosen.
pub(super) fn choose_movable(model: &mut Model) -> Vec<Effect> {
    let movable = match model.stack.last() {
        Some(Screen::Movables(screen)) => screen.current().map(|row| row.movable.clone()),
        _ => None,
    };
    match movable {
        Some(movable) => model.open(Screen::Candidates(Box::new(CandidatesScreen::new(movable)))),
        None => Vec::new(),
    }
}

/// The ref was chosen: the one under the cursor, or what was typed when nothing matches.
pub(super) fn choose_candidate(model: &mut Model) -> Vec<Effect> {
    let Some(Screen::Candidates(screen)) = model.stack.last_mut() else { return Vec::new() };
    screen.filtering = false;
    let typed = screen.filter.text().trim();
    let (reference, is_current) = match screen.current() {
        Some(candidate) => (candidate.reference.clone(), candidate.is_current),
        None if typed.is_empty() || typed.contains(char::is_whitespace) => return Vec::new(),
        None => (typed.into(), false),
    };
    let movable = screen.movable.clone();
    if is_current {
        let reference = words::short_reference(&reference, "").to_owned();
        model.say(Tone::Warning, format!("{movable} is at {reference} already"));
        return Vec::new();
    }
    let change = ChangeAsked::Move { movable, reference };
    model.open(Screen::Radius(Box::new(RadiusScreen::new(change))))
}

/// Applies a key to the filter of the refs.
pub(super) fn filter_key(model: &mut Model, key: Key) -> Vec<Effect> {
    let Some(Screen::Candidates(screen)) = model.stack.last_mut() else { return Vec::new() };
    match (key.code, key.ctrl) {
        (KeyCode::Enter, _) => return choose_candidate(model),
        (KeyCode::Esc, _) | (KeyCode::Char('c'), true) => {
            screen.filtering = false;
            screen.filter.set("");
            screen.search();
        }
        (KeyCode::Up, _) => screen.list.motion(Motion::Up, screen.found.len()),
        (KeyCode::Down, _) => screen.list.motion(Motion::Down, screen.found.len()),
        _ if screen.filter.key(key) == InputOutcome::Changed => {
            screen.search();
            screen.list.select(0, screen.found.len());
        }
        _ => {}
    }
    Vec::new()
}

/// Shows what the draft does to all targets.
pub(super) fn classes_of_draft(model: &mut Model) -> Vec<Effect> {
    model.open(Screen::Radius(Box::new(RadiusScreen::new(ChangeAsked::Draft))))
}

/// Shows what uncommitted edits of layers do to all targets.
pub(super) fn classes_of_layers(model: &mut Model) -> Vec<Effect> {
    let mut effects = leave(model);
    effects.extend(model.open(Screen::Radius(Box::new(RadiusScreen::new(ChangeAsked::Layers)))));
    effects
}

/// Goes back to the refs.
pub(super) fn other_ref(model: &mut Model) -> Vec<Effect> {
    let Some(Screen::Radius(screen)) = model.stack.last() else { return Vec::new() };
    let ChangeAsked::Move { movable, .. } = screen.change.clone() else { return Vec::new() };
    model.stack.pop();
    let mut effects = call_off(model);
    if !matches!(model.stack.last(), Some(Screen::Candidates(_))) {
        effects.extend(model.open(Screen::Candidates(Box::new(CandidatesScreen::new(movable)))));
    }
    effects
}

/// Puts the move into the draft, and shows the draft.
pub(super) fn stage(model: &mut Model) -> Vec<Effect> {
    let operation = match model.stack.last() {
        Some(Screen::Radius(screen)) => screen.change.missing_in(&model.draft),
        Some(Screen::Class(screen)) => screen.change.missing_in(&model.draft),
        _ => None,
    };
    match operation {
        Some(operation) => {
            let draft = Box::new(model.draft.clone());
            vec![Effect::Change { draft, change: DraftChange::Push(operation) }]
        }
        None => Vec::new(),
    }
}

/// After a promotion is written, its steps are over.
pub(super) fn end(model: &mut Model) {
    while model.stack.last().is_some_and(Screen::is_promotion) {
        model.stack.pop();
    }
}

/// What the answers on a change are asked about: the draft, and the move on top of it.
pub(super) fn about(model: &Model, change: &ChangeAsked) -> About {
    let mut about = model.about();
    if let Some(operation) = change.missing_in(&model.draft) {
        about.typed = Some(operation);
    }
    about
}

/// Opens the line under the cursor: a class, or a page on what fails.
pub(super) fn open_row(model: &mut Model) -> Vec<Effect> {
    let Some(Screen::Radius(screen)) = model.stack.last() else { return Vec::new() };
    let page = match screen.current() {
        Some(RadiusRow::Class(class)) => {
            let class = ClassScreen::new(screen.change.clone(), class.clone(), screen.generation);
            model.stack.push(Screen::Class(Box::new(class)));
            return Vec::new();
        }
        Some(RadiusRow::Fails(group) | RadiusRow::FailsDifferently(group)) => {
            let mut page = explain::problem(&group.problem);
            page.lines.push(PageLine::default());
            page.lines.extend(member_lines(&group.members));
            page
        }
        Some(RadiusRow::Field { group, .. }) => {
            let Some(class) = group.classes.first() else { return Vec::new() };
            let field = class.fields().position(|(_, field)| group.has(field)).unwrap_or_default();
            let entry = class.verdicts.len() + field;
            let mut class = ClassScreen::new(screen.change.clone(), class.clone(), screen.generation);
            class.pane = ClassPane::Changes;
            class.select_entry(entry);
            model.stack.push(Screen::Class(Box::new(class)));
            return Vec::new();
        }
        Some(RadiusRow::ClassSoFar(class)) => {
            let title = format!("{} so far", words::count(class.members.len(), "target"));
            let mut page = Page::new(title, vec![PageLine::new(Tone::Strong, class.summary.clone())]);
            page.lines.push(PageLine::new(Tone::Muted, "opens as soon as every target was looked at"));
            page.lines.push(PageLine::default());
            page.lines.extend(member_lines(&class.members));
            page
        }
        Some(RadiusRow::Others { what, members }) => {
            let title = format!("{} {what}", words::count(members.len(), "target"));
            Page::new(title, member_lines(members))
        }
        None => return Vec::new(),
    };
    model.popup = Some(Popup::Page(page));
    Vec::new()
}

fn member_lines(members: &[Member]) -> Vec<PageLine> {
    members.iter().map(|member| PageLine::new(Tone::Plain, member.target.to_string())).collect()
}

/// Lists the commits between the two refs.
pub(super) fn commits(model: &mut Model) {
    let Some(Screen::Radius(screen)) = model.stack.last() else { return };
    let moved = screen.radius.as_ref().and_then(|radius| radius.moved.as_ref());
    let lines: Vec<PageLine> = moved
        .map(|range| range.commits.iter())
        .into_iter()
        .flatten()
        .map(|commit| {
            let day = words::day(&commit.date);
            PageLine::new(
                Tone::Plain,
                format!("{}  {day:>6}  {}: {}", commit.short, commit.author, commit.subject),
            )
        })
        .collect();
    if lines.is_empty() {
        let said = match moved {
            Some(_) => "there are no commits that only the new ref has",
            None => "the targets do not all move from one ref to one other",
        };
        return model.say(Tone::Muted, said);
    }
    let title = words::count(lines.len(), "commit");
    model.popup = Some(Popup::Page(Page::new(title, lines)));
}

/// Marks the class on screen as reviewed, or takes the mark back.
pub(super) fn toggle_reviewed(model: &mut Model) {
    let class = match model.stack.last() {
        Some(Screen::Radius(screen)) => screen.class().cloned(),
        Some(Screen::Class(screen)) => Some(screen.class.clone()),
        _ => None,
    };
    let Some(class) = class else { return };
    let letter = &class.letter;
    if model.reviewed.remove(&class.fingerprint) {
        return model.say(Tone::Plain, format!("{letter} is not reviewed"));
    }
    model.reviewed.insert(class.fingerprint.clone());
    let left = match model.stack.last_mut() {
        Some(Screen::Radius(screen)) => {
            let left = |row: &RadiusRow| match row {
                RadiusRow::Class(class) => !model.reviewed.contains(&class.fingerprint),
                _ => false,
            };
            // The next one that is left to review is what one wants to see now.
            let here = screen.list.cursor;
            let next = (here..screen.rows.len()).chain(0..here).find(|at| left(&screen.rows[*at]));
            screen.list.select(next.unwrap_or(here), screen.rows.len());
            screen.rows.iter().filter(|row| left(row)).count()
        }
        _ => return model.say(Tone::Good, format!("{letter} is reviewed")),
    };
    let said = match left {
        0 => "every class is reviewed".to_owned(),
        left => format!("{letter} is reviewed, {left} left"),
    };
    model.say(Tone::Good, said);
}

/// Copies what changes as Markdown.
pub(super) fn copy_markdown(model: &mut Model) -> Vec<Effect> {
    let radius = model.stack.iter().rev().find_map(|screen| match screen {
        Screen::Radius(screen) => screen.radius.clone(),
        _ => None,
    });
    let Some(radius) = radius else { return Vec::new() };
    let text = markdown(&radius);
    let lines = words::count(text.lines().count(), "line");
    model.say(Tone::Good, format!("copied {lines} of Markdown"));
    vec![Effect::Copy(text)]
}

/// Goes to the next or previous member of the class.
pub(super) fn next_member(model: &mut Model, forward: bool) -> Vec<Effect> {
    let Some(Screen::Class(screen)) = model.stack.last_mut() else { return Vec::new() };
    let count = screen.class.members.len().max(1);
    let at = screen.members.cursor;
    let next = if forward { (at + 1) % count } else { (at + count - 1) % count };
    if screen.select_member(next) { model.refresh_view().into_iter().collect() } else { Vec::new() }
}

/// Opens what is under the cursor of a class: the difference of a member, the cause of a change.
pub(super) fn open_in_class(model: &mut Model) {
    let Some(Screen::Class(screen)) = model.stack.last_mut() else { return };
    match screen.pane {
        ClassPane::Members => screen.pane = ClassPane::Text,
        ClassPane::Changes => {
            if let Some(entry) = screen.entries.get(screen.changes.cursor) {
                model.popup = Some(Popup::Page(cause_page(entry)));
            }
        }
        ClassPane::Text => {
            let resource = screen.diff.current().and_then(|line| screen.diff.all().get(line.resource()));
            let entry = resource.and_then(|resource| {
                let text = screen.diff.current().map(|line| screen.diff.line_text(line)).unwrap_or_default();
                entry_of_line(&screen.entries, &resource.identity, &text)
            });
            match entry {
                Some(entry) => model.popup = Some(Popup::Page(cause_page(entry))),
                None => model.say(Tone::Muted, "this line does not change"),
            }
        }
    }
}

/// The change of a resource that a line of its difference shows: that of its key and value, or of one of them, as an item
/// of a list has no key; else the first of the resource.
fn entry_of_line<'e>(entries: &'e [Entry], resource: &Identity, text: &str) -> Option<&'e Entry> {
    let text = text.trim().trim_start_matches("- ");
    let (key, value) = text.split_once(':').map_or(("", text), |(key, value)| (key, value.trim()));
    let has_key = |entry: &Entry| !key.is_empty() && entry.last_key() == Some(key);
    let has_value = |entry: &Entry| !value.is_empty() && entry.words.contains(value);
    let fit = |entry: &Entry| usize::from(has_key(entry)) * 2 + usize::from(has_value(entry));
    // The first of those that fit best.
    entries.iter().filter(|entry| entry.resource == *resource).rev().max_by_key(|entry| fit(entry))
}

/// What happens and who made it, in full.
fn cause_page(entry: &Entry) -> Page {
    let tone = entry.severity.map_or(Tone::Strong, explain::tone);
    let mut lines = vec![PageLine::new(tone, entry.line())];
    if entry.shown_path().is_empty() && !entry.path.is_empty() {
        lines.push(PageLine::new(Tone::Muted, entry.path.clone()));
    }
    lines.push(PageLine::default());
    match &entry.cause {
        Some(cause) => {
            let gone = if cause.is_old { "  (as it was; the line is gone)" } else { "" };
            lines.push(PageLine::new(Tone::Plain, format!("{}{gone}", cause.span)));
            lines.extend(cause.commits.iter().map(|commit| {
                let day = words::day(&commit.date);
                let text = format!("{}  {}, {day}  {}", commit.short, commit.author, commit.subject);
                PageLine::new(Tone::Good, text)
            }));
            if cause.commits.is_empty() {
                lines.push(PageLine::new(Tone::Muted, "no commit between the two refs touched it"));
            }
        }
        None => lines.push(PageLine::new(Tone::Muted, "no single line is the cause")),
    }
    let Entry { resource, .. } = entry;
    Page::new(format!("{}/{}", resource.kind, resource.name), lines)
}

/// The comparison on screen: its own, or that of a class.
pub(super) fn diff_on_top(model: &mut Model) -> Option<&mut DiffScreen> {
    match model.stack.last_mut()? {
        Screen::Diff(screen) => Some(screen),
        Screen::Class(screen) => {
            screen.pane = ClassPane::Text;
            Some(&mut screen.diff)
        }
        _ => None,
    }
}

/// The channel or pin of a movable, for breadcrumbs: `stable`, `prod`, `euw2/prod`.
#[must_use]
pub fn name(movable: &Movable) -> String {
    match movable {
        Movable::Channel(name) | Movable::EnvironmentPin(name) => name.clone(),
        Movable::RegionPin { region, environment } => format!("{region}/{environment}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::Status;

    #[test]
    fn a_line_belongs_to_the_change_of_its_key_and_value_and_an_item_to_that_of_its_value() {
        let role = Identity { kind: "Role".into(), name: "reader".into(), ..Identity::default() };
        let entry = |path: &str, words: &str| Entry {
            severity: None,
            status: Status::Changed,
            resource: role.clone(),
            path: path.to_owned(),
            title: String::new(),
            words: words.to_owned(),
            cause: None,
        };
        let entries = [
            entry("rules[0].verbs", "create removed"),
            entry("spec.containers[name=app].image", "app:1 → app:2"),
            entry("spec.containers[name=proxy].image", "proxy:1 → proxy:2"),
        ];
        let found = |text: &str| entry_of_line(&entries, &role, text).map(|entry| entry.path.as_str());
        assert_eq!(found("    image: proxy:2"), Some("spec.containers[name=proxy].image"));
        assert_eq!(found("    image: other"), Some("spec.containers[name=app].image"));
        assert_eq!(found("  - create"), Some("rules[0].verbs"));
        assert_eq!(found("  nothing: like it"), Some("rules[0].verbs"));
        assert_eq!(entry_of_line(&entries, &Identity::default(), "image: app:2"), None);
    }
}
