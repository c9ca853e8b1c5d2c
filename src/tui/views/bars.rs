//! The lines that are always there: where am I, messages and the cell in words, the keys that work.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use crate::app::help::key_bar;
use crate::app::key::Key;
use crate::app::screens::radius::ChangeAsked;
use crate::app::{Lane, Model, Popup, Screen, words};
use crate::base::Severity;
use crate::report::answer::{CommitSummary, Overview};
use crate::tui::paint::{self, Look, Pen, sign};
use crate::tui::theme::Role;

use super::popup::tone_role;

/// Where am I, and how is the platform.
pub(super) fn top(buffer: &mut Buffer, area: Rect, model: &Model, look: &Look<'_>) {
    let Some(overview) = &model.overview else {
        Pen::at(buffer, area, 0).skip(1).put("overlens", look.style(Role::Accent));
        return;
    };
    let mut right = right_parts(model, overview, look);
    let mut pen = Pen::at(buffer, area, 0).shorten(1);
    pen.skip(1);
    let into = format!(" {} ", look.sign(sign::INTO));
    let strong = look.style(Role::Strong);
    let muted = look.style(Role::Muted);
    match model.stack.last() {
        None => {
            pen.put("overlens  ", look.style(Role::Accent)).put(&overview.name, strong);
            if let Some(branch) = &overview.branch {
                pen.put("  ", muted).put(branch, muted);
            } else if !overview.is_repository {
                pen.put("  not a git repository", look.style(Role::Warning));
            }
        }
        Some(screen) => {
            pen.put(&overview.name, muted).put(&into, muted);
            match screen {
                Screen::Target(screen) => {
                    let target = &screen.address.target;
                    pen.put(&target.service, strong).put(&into, muted);
                    pen.put(&format!("{}/{}", target.env, target.region), strong);
                }
                Screen::Diff(_) => {
                    pen.put("diff", strong);
                }
                Screen::Pins(_) => {
                    pen.put("pins", strong);
                }
                Screen::Parity(screen) => {
                    pen.put("parity", strong);
                    if let Some(board) = &screen.board {
                        pen.put(&format!("  {} and {}", board.primary, board.secondary), muted);
                        if !screen.query.environments.is_empty() {
                            pen.put(&format!("  only {}", screen.query.environments.join(", ")), muted);
                        }
                    }
                }
                Screen::Draft(_) => {
                    pen.put("draft", strong);
                }
                Screen::Movables(_) | Screen::Candidates(_) => {
                    pen.put("promote", strong);
                }
                Screen::Radius(screen) => {
                    pen.put(from(&screen.change), strong);
                }
                Screen::Class(screen) => {
                    let class = format!("class {}", screen.class.letter);
                    pen.put(from(&screen.change), muted).put(&into, muted).put(&class, strong);
                }
            }
        }
    }
    if overview.catalog_from != "work tree" {
        pen.put(&format!("  {}", overview.catalog_from), look.style(Role::Warning));
    }
    if model.pending() > 0 {
        pen.put(&format!("  {}{}", look.sign(sign::EDITED), model.pending()), look.style(Role::Warning));
    }
    if model.unwritable().is_some() {
        pen.put("  read-only", look.style(Role::Warning));
    }
    let width = |parts: &[(String, Role)]| parts.iter().map(|(text, _)| text.width()).sum::<usize>();
    // Where not everything fits, what comes last counts most.
    while !right.is_empty() && width(&right) + 2 > pen.room() {
        right.remove(0);
    }
    pen.skip(pen.room().saturating_sub(width(&right)));
    for (text, role) in right {
        pen.put(&text, look.style(role));
    }
}

/// Where the classes of a change were asked for.
const fn from(change: &ChangeAsked) -> &'static str {
    match change {
        ChangeAsked::Move { .. } => "promote",
        ChangeAsked::Draft => "draft",
        ChangeAsked::Layers => "layers",
    }
}

fn right_parts(model: &Model, overview: &Overview, look: &Look<'_>) -> Vec<(String, Role)> {
    match model.stack.last() {
        None => platform_parts(model, overview, look),
        Some(Screen::Target(screen)) => {
            let reference = match (&screen.address.reference, &screen.view) {
                (Some(own), _) => Some(words::short_reference(own, "").to_owned()),
                (None, Some(view)) => {
                    view.resolution.reference().map(|it| words::short_reference(it, "").to_owned())
                }
                (None, None) => None,
            };
            let mut parts: Vec<(String, Role)> =
                reference.into_iter().map(|reference| (reference, Role::Strong)).collect();
            if let Some(commit) = screen.view.as_ref().and_then(|view| view.commit.as_ref()) {
                parts.push((format!("  {}", commit_words(commit, model.options.now)), Role::Muted));
            }
            parts
        }
        Some(Screen::Draft(screen)) => {
            let mut parts = vec![(words::count(model.pending(), "edit"), Role::Text)];
            if let Some(preview) = &screen.preview {
                let files = words::count(preview.files.len(), "file");
                let targets = words::count(preview.targets.len(), "target");
                let verb = if preview.targets.len() == 1 { "changes" } else { "change" };
                parts.push((format!(" in {files} {} {targets} {verb}", look.sign(sign::DOT)), Role::Text));
            }
            parts
        }
        Some(_) => Vec::new(),
    }
}

fn platform_parts(model: &Model, overview: &Overview, look: &Look<'_>) -> Vec<(String, Role)> {
    let (good, busy, failed) = model.tally();
    let services = words::count(overview.catalog.services.len(), "service");
    let targets = words::count(overview.resolutions.len(), "target");
    let errors = model.problems().iter().filter(|problem| problem.severity == Severity::Error).count();
    let mut parts = Vec::new();
    parts.extend([
        (format!("{services} {} {targets}   ", look.sign(sign::DOT)), Role::Text),
        (format!("{} {good}  ", look.sign(sign::GOOD)), Role::Good),
        (format!("{} {busy}  ", look.sign(sign::BUSY)), Role::Muted),
        (
            format!("{} {failed}", look.sign(sign::FAILED)),
            if failed > 0 { Role::Problem } else { Role::Muted },
        ),
    ]);
    if errors > 0 {
        parts.push((format!("   ! {}", words::count(errors, "error")), Role::Problem));
    }
    parts
}

/// A commit as people recognise it: id, day, author, age.
pub(super) fn commit_words(commit: &CommitSummary, now: i64) -> String {
    let age = if now > 0 { format!("  {}", words::age(now - commit.time)) } else { String::new() };
    format!("{}  {}, {}{age}", commit.short, words::day(&commit.date), commit.author)
}

/// The message, or what is under the cursor in words.
pub(super) fn message(buffer: &mut Buffer, area: Rect, model: &Model, look: &Look<'_>) {
    let mut pen = Pen::at(buffer, area, 0).shorten(1);
    pen.skip(1);
    let search = match model.stack.last() {
        Some(Screen::Target(screen)) if screen.search.is_active() => {
            Some((&screen.search, screen.text.cursor))
        }
        Some(Screen::Diff(screen)) if screen.search.is_active() => Some((&screen.search, screen.text.cursor)),
        Some(Screen::Class(screen)) if screen.diff.search.is_active() => {
            Some((&screen.diff.search, screen.diff.text.cursor))
        }
        _ => None,
    };
    if let Some(notice) = &model.notice {
        let fits = look.cut(&notice.text, pen.room());
        pen.put(&fits, look.style(tone_role(notice.tone)));
    } else if let Some((search, at)) = search {
        pen.put("/", look.style(Role::Accent));
        paint::input(&mut pen, look, &search.input, search.typing);
        pen.right(&format!("  {}", search.count(at)), look.style(Role::Muted));
    } else if model.stack.is_empty()
        && let Some(overview) = &model.overview
    {
        let said = match &model.services.problem {
            Some(problem) => Some((problem.clone(), Role::Warning)),
            None => model.services.spoken(overview, &model.states).map(|said| (said, Role::Muted)),
        };
        if let Some((said, role)) = said {
            let fits = look.cut(&said, pen.room());
            pen.put(&fits, look.style(role));
        }
    }
}

/// The keys that work here, and what is being worked on.
pub(super) fn keys(buffer: &mut Buffer, area: Rect, model: &Model, look: &Look<'_>) {
    let busy = busy_words(model).map(|words| format!("{} {words}", look.sign(sign::WORKING)));
    let busy_width = busy.as_ref().map_or(0, |text| text.width() + 2);
    let mut pen = Pen::at(buffer, area, 0).shorten(busy_width + 1);
    pen.skip(1);
    for (key, label) in hints(model, look) {
        if key.width() + label.width() + 1 > pen.room() {
            break;
        }
        pen.put(&key, look.style(Role::KeyName)).skip(1);
        pen.put(&label, look.style(Role::Muted)).skip(2);
    }
    if let Some(busy) = busy {
        Pen::at(buffer, area, 0).shorten(1).right(&busy, look.style(Role::Accent));
    }
}

/// Key and word: of the field that is typed into, else of the screen. Help comes first, to be kept when it gets narrow.
fn hints(model: &Model, look: &Look<'_>) -> Vec<(String, String)> {
    let fixed = |pairs: &[(&str, &str)]| {
        let sign = |key: &str| Key::parse(key).map_or_else(|| key.to_owned(), |key| key.sign(look.ascii));
        pairs.iter().map(|(key, label)| (sign(key), (*label).to_owned())).collect::<Vec<_>>()
    };
    match &model.popup {
        Some(Popup::Page(_)) => {
            let mut known = fixed(&[("esc", "close"), ("y", "copy")]);
            // What can be done with the value that the page explains.
            let own = key_bar(model).into_iter().map(|(key, label)| (key, label.to_owned()));
            known.extend(own.filter(|(_, label)| label.starts_with("edit")));
            return known;
        }
        Some(Popup::Question(_)) => {}
        Some(_) => {
            return fixed(&[("enter", "choose"), ("esc", "close"), ("tab", "complete"), ("up", "other")]);
        }
        None => {
            if let Some(editing) = &model.editing {
                let mut known = vec![("enter", "keep in draft"), ("esc", "cancel")];
                if !editing.suggestions.is_empty() {
                    known.extend([("tab", "complete"), ("down", "next")]);
                } else if editing.scopes.len() > 1 {
                    known.push(("tab", "other layer"));
                }
                return fixed(&known);
            }
            if matches!(model.stack.last(), Some(Screen::Parity(screen)) if screen.filtering) {
                return fixed(&[("enter", "keep"), ("esc", "clear"), ("env:", "ref: is:")]);
            }
            if matches!(model.stack.last(), Some(Screen::Candidates(screen)) if screen.filtering) {
                return fixed(&[
                    ("enter", "see what changes"),
                    ("esc", "clear"),
                    ("up", ""),
                    ("down", "other"),
                ]);
            }
            if model.stack.is_empty() && model.services.filtering {
                return fixed(&[("enter", "keep"), ("esc", "clear"), ("env:", "region: type: ref: is:")]);
            }
        }
    }
    let mut bar: Vec<(String, String)> =
        key_bar(model).into_iter().map(|(key, label)| (key, label.to_owned())).collect();
    if let Some(help) = bar.pop_if(|(_, label)| label == "help") {
        bar.insert(0, help);
    }
    bar
}

fn busy_words(model: &Model) -> Option<String> {
    if model.is_waiting(Lane::Write) {
        return Some("writing".to_owned());
    }
    if model.is_waiting(Lane::Open) || (model.overview.is_none() && model.is_busy()) {
        return Some("opening".to_owned());
    }
    if model.is_waiting(Lane::View) {
        return Some("rendering".to_owned());
    }
    if let (true, Some(Screen::Radius(screen))) = (model.is_waiting(Lane::Radius), model.stack.last()) {
        return Some(format!("{}/{}", screen.progress.done, screen.progress.total));
    }
    if model.is_waiting(Lane::States) {
        let (good, busy, failed) = model.tally();
        return Some(format!("{}/{}", good + failed, good + busy + failed));
    }
    model.is_busy().then(|| "working".to_owned())
}
