//! What a change does to all targets: the move, the counts and how far they have come, and below them the classes.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use crate::app::command::Command;
use crate::app::popup::{PageLine, Tone};
use crate::app::screens::RadiusScreen;
use crate::app::screens::class::{Entry, entries};
use crate::app::screens::radius::{ChangeAsked, RadiusRow, headline};
use crate::app::{Lane, Measures, Model, Spot, words};
use crate::base::Severity;
use crate::diff::Status;
use crate::report::answer::{Cause, ChangeClass, CommitSummary, Progress, RefRange};
use crate::tui::paint::{self, Look, Pen, sign};
use crate::tui::theme::Role;

use super::popup::{tone_role, wrapped};

/// Below this width verdict and reach are told below the list only.
const WIDE: u16 = 110;

/// Of more classes than this it is said that there is another way to look at them.
const MANY: usize = 12;

/// Columns of the measure of progress.
const BAR: usize = 12;

struct Layout {
    list: Rect,
    rule: Rect,
    detail: Rect,
}

fn layout(screen: &RadiusScreen, area: Rect) -> Layout {
    let top = 3.min(area.height);
    let below = Rect { y: area.y + top, height: area.height - top, ..area };
    let rows = u16::try_from(screen.rows.len()).unwrap_or(u16::MAX).max(1);
    let height = rows.min((below.height / 2).max(1)).min(below.height);
    let list = Rect { height, ..below };
    let used = (height + 1).min(below.height);
    let rule = Rect { y: below.y + height, height: used - height, ..below };
    Layout { list, rule, detail: Rect { y: below.y + used, height: below.height - used, ..below } }
}

pub(super) fn measure(screen: &RadiusScreen, area: Rect) -> Measures {
    let layout = layout(screen, area);
    Measures { first: layout.list.height.into(), second: layout.detail.height.into(), ..Measures::default() }
}

pub(super) fn hit(screen: &RadiusScreen, area: Rect, x: u16, y: u16) -> Option<Spot> {
    let row = super::row_at(layout(screen, area).list, &screen.list, screen.rows.len(), x, y)?;
    Some(Spot::First { row, column: None })
}

pub(super) fn draw(buffer: &mut Buffer, area: Rect, model: &Model, screen: &RadiusScreen, look: &Look<'_>) {
    let layout = layout(screen, area);
    moved(buffer, area, model, screen, look);
    counts(buffer, area, model, screen, look);
    if let Some(problem) = &screen.failure {
        super::failed(buffer, layout.list.union(layout.detail), problem, look);
        return;
    }
    let Some(radius) = &screen.radius else {
        if screen.rows.is_empty() {
            let said = "rendering every target before and after; classes of equal changes come next";
            Pen::at(buffer, layout.list, 0).skip(2).put(said, look.style(Role::Muted));
            return;
        }
        list(buffer, layout.list, model, screen, look);
        paint::rule(buffer, layout.rule, 0, look);
        Pen::at(buffer, layout.rule, 0).shorten(2).right(" as they are found ", look.style(Role::Muted));
        if let Some(row) = screen.current() {
            detail(buffer, layout.detail, row, model, look);
        }
        return;
    };
    if screen.rows.is_empty() {
        let mut pen = Pen::at(buffer, layout.list, 0).shorten(1);
        pen.skip(2).put(look.sign(sign::GOOD), look.style(Role::Good));
        pen.put(" nothing changes in any manifest", look.style(Role::Good));
    } else {
        list(buffer, layout.list, model, screen, look);
        paint::rule(buffer, layout.rule, 0, look);
    }
    let offered = match (screen.by_field, radius.classes.len() > MANY) {
        (true, _) => " each change once ".to_owned(),
        (false, true) => {
            let key = model.keymap.keys(Command::RadiusFields).first();
            let key = key.map_or_else(|| "the palette".to_owned(), ToString::to_string);
            format!(" {key}: each change once ")
        }
        (false, false) => String::new(),
    };
    let unchanged = words::count(radius.unchanged, "target");
    let mut quiet = vec![format!("{unchanged} not reached")];
    if radius.still_fail > 0 {
        quiet.push(format!("{} failing before and after", radius.still_fail));
    }
    let quiet = format!(" {} ", quiet.join(", "));
    let mut pen = Pen::at(buffer, layout.rule, 0).shorten(2);
    pen.right(&quiet, look.style(Role::Muted));
    if offered.width() + quiet.width() + 4 <= layout.rule.width.into() {
        Pen::at(buffer, layout.rule, 0).skip(1).put(&offered, look.style(Role::Muted));
    }
    let used = screen.current().map_or(0, |row| detail(buffer, layout.detail, row, model, look));
    if let Some(range) = &radius.moved {
        let below = layout.detail.height.saturating_sub(used + 1);
        let area = Rect { y: layout.detail.bottom() - below, height: below, ..layout.detail };
        commits(buffer, area, range, look);
    }
}

/// What moves from where to where, and what lies between.
fn moved(buffer: &mut Buffer, area: Rect, model: &Model, screen: &RadiusScreen, look: &Look<'_>) {
    let muted = look.style(Role::Muted);
    let strong = look.style(Role::Strong);
    let mut pen = Pen::at(buffer, area, 0).shorten(1);
    pen.skip(2);
    let range = screen.radius.as_ref().and_then(|radius| radius.moved.as_ref());
    let others = model.draft.unsaved_entries().len();
    match &screen.change {
        ChangeAsked::Move { movable, reference } => {
            pen.put(&movable.to_string(), strong).skip(2);
            if let Some(from) = range.map(|range| range.from.as_deref().unwrap_or("nothing")) {
                pen.put(words::short_reference(from, ""), look.style(Role::Text)).skip(1);
            }
            pen.put(look.sign(sign::ARROW), muted).skip(1);
            pen.put(words::short_reference(reference, ""), strong);
            let is_staged = screen.change.missing_in(&model.draft).is_none();
            let others = others - usize::from(is_staged && others > 0);
            if is_staged {
                pen.put("  staged", look.style(Role::Good));
            }
            if others > 0 {
                let said = format!("  with {} of the draft", words::count(others, "edit"));
                pen.put(&said, look.style(Role::Warning));
            }
            if model.unwritable().is_some() {
                pen.put("  staging is off", look.style(Role::Warning));
            }
        }
        ChangeAsked::Draft => {
            pen.put("the draft", strong).skip(2);
            let title = screen.radius.as_ref().map(|radius| radius.title.as_str()).unwrap_or_default();
            let said = if others == 1 { title.to_owned() } else { words::count(others, "edit") };
            let room = pen.room();
            pen.put(&look.cut(&said, room), muted);
        }
        ChangeAsked::Layers => {
            pen.put("layers of the work tree", strong).skip(2);
            let room = pen.room();
            pen.put(&look.cut("against HEAD, for all targets", room), muted);
        }
    }
    if let Some(range) = range {
        let (long, short) = range_words(range);
        let said = if long.width() + 2 <= pen.room() { long } else { short };
        pen.right(&format!("  {said}"), muted);
    }
}

/// `9 commits, 4 authors`, or how far back it goes; and the same in short.
fn range_words(range: &RefRange) -> (String, String) {
    let commits = |number| words::count(number, "commit");
    let authors = words::count(range.authors(), "author");
    match range.distance.map(|distance| (distance.ahead, distance.behind)) {
        None => (String::new(), String::new()),
        Some((0, 0)) => ("the same commit".to_owned(), "same commit".to_owned()),
        Some((ahead, 0)) => (format!("{}, {authors}", commits(ahead)), commits(ahead)),
        Some((0, behind)) => (format!("{} back", commits(behind)), format!("{behind} back")),
        Some((ahead, behind)) => {
            (format!("{}, {authors}; {behind} lost", commits(ahead)), format!("+{ahead} -{behind}"))
        }
    }
}

/// What happens, in numbers, and how far it is known.
fn counts(buffer: &mut Buffer, area: Rect, model: &Model, screen: &RadiusScreen, look: &Look<'_>) {
    let is_busy = model.is_waiting(Lane::Radius);
    let right = match &screen.radius {
        _ if is_busy => Some((progress_words(&screen.progress, look), Role::Accent)),
        Some(radius) => {
            let (done, left) = review(screen, model);
            let reviewed = match (done, left) {
                (0, _) => String::new(),
                (done, 0) => format!("all {done} reviewed {}   ", look.sign(sign::REVIEWED)),
                (done, left) => format!("{done} of {} reviewed   ", done + left),
            };
            Some((format!("{reviewed}{:.2} s", radius.took.as_secs_f64()), Role::Muted))
        }
        None => None,
    };
    let mut pen = Pen::at(buffer, area, 1).shorten(1);
    pen.skip(2);
    let parts = match (&screen.radius, is_busy) {
        (Some(radius), false) => headline(radius),
        _ => so_far(&screen.progress),
    };
    let reserved = right.as_ref().map_or(0, |(text, _)| text.width() + 2);
    let dot = format!(" {} ", look.sign(sign::DOT));
    for (at, (tone, text)) in parts.iter().enumerate() {
        let needed = text.width() + if at > 0 { dot.width() } else { 0 };
        // Where not everything fits, the counts win over how long it took.
        if needed > pen.room() {
            pen.put(look.sign(sign::ELLIPSIS), look.style(Role::Muted));
            break;
        }
        if at > 0 {
            pen.put(&dot, look.style(Role::Muted));
        }
        pen.put(text, look.style(tone_role(*tone)));
    }
    if let Some((text, role)) = right.filter(|_| pen.room() >= reserved) {
        pen.right(&text, look.style(role));
    }
}

fn so_far(progress: &Progress) -> Vec<(Tone, String)> {
    let mut parts =
        vec![(Tone::Strong, format!("{} change so far", words::count(progress.changed, "target")))];
    if progress.changed == 1 {
        parts[0].1 = "1 target changes so far".to_owned();
    }
    if progress.classes > 0 {
        let ways = if progress.classes == 1 {
            "1 class".to_owned()
        } else {
            format!("{} classes", progress.classes)
        };
        parts.push((Tone::Plain, ways));
    }
    if progress.failing > 0 {
        parts.push((Tone::Problem, format!("{} newly fail", progress.failing)));
    }
    parts
}

fn progress_words(progress: &Progress, look: &Look<'_>) -> String {
    let full = (progress.done * BAR).checked_div(progress.total).unwrap_or(0).min(BAR);
    let (done, rest) = (look.sign(sign::BAR).repeat(full), look.sign(sign::BAR_REST).repeat(BAR - full));
    format!("{done}{rest} {}/{}", progress.done, progress.total)
}

/// Classes that are reviewed, and that are not.
fn review(screen: &RadiusScreen, model: &Model) -> (usize, usize) {
    let all = screen.classes();
    let done = all.iter().filter(|class| model.reviewed.contains(&class.fingerprint)).count();
    (done, all.len() - done)
}

fn list(buffer: &mut Buffer, area: Rect, model: &Model, screen: &RadiusScreen, look: &Look<'_>) {
    let wide = area.width >= WIDE;
    let reaches: Vec<String> = screen.rows.iter().map(RadiusRow::reach).collect();
    let reach_width = reaches.iter().map(|reach| reach.width()).max().unwrap_or(0).clamp(12, 40);
    super::rows(buffer, area, look, &screen.list, screen.rows.len(), true, |pen, index| {
        let row = &screen.rows[index];
        let reviewed = matches!(row, RadiusRow::Class(class) if model.reviewed.contains(&class.fingerprint));
        pen.put(if reviewed { look.sign(sign::REVIEWED) } else { " " }, look.style(Role::Good)).skip(1);
        let (letter, role) = match row {
            RadiusRow::Fails(_) => (look.sign(sign::FAILED).to_owned(), Role::Problem),
            RadiusRow::FailsDifferently(_) => (look.sign(sign::FAILED).to_owned(), Role::Muted),
            RadiusRow::Class(class) => (class.letter.clone(), Role::Accent),
            RadiusRow::Field { group, .. } => {
                let (mark, role) = status_sign(group.status, look);
                (mark.to_owned(), role)
            }
            // Letters go by size, which is known at the end.
            RadiusRow::ClassSoFar(_) => (look.sign(sign::ELLIPSIS).to_owned(), Role::Accent),
            RadiusRow::Others { .. } => (look.sign(sign::DOT).to_owned(), Role::Muted),
        };
        pen.column(look, &letter, 4, look.style(role));
        let members = row.members().len();
        pen.column_right(look, &words::count(members, "target"), 12, look.style(Role::Text)).skip(2);
        let (verdict, verdict_role) = verdict_words(row, look, wide);
        let text = if reviewed || matches!(row, RadiusRow::Others { .. }) { Role::Muted } else { Role::Text };
        let behind = if wide { 22 + reach_width + 4 } else { verdict.width() + 2 };
        let room = pen.room().saturating_sub(behind);
        pen.column(look, row.summary(), room, look.style(text)).skip(2);
        if wide {
            pen.column(look, &verdict, 22, look.style(verdict_role)).skip(1);
            pen.column(look, &reaches[index], reach_width, look.style(Role::Muted));
        } else {
            pen.put(&verdict, look.style(verdict_role));
        }
    });
}

/// The worst that is to be said of a row; a sign where there is little room.
fn verdict_words(row: &RadiusRow, look: &Look<'_>, wide: bool) -> (String, Role) {
    let said = |sign: &str, words: &str, role| {
        (if wide { format!("{sign} {words}") } else { sign.to_owned() }, role)
    };
    let verdict = |worst: Option<(&str, Severity)>, number: usize| match worst {
        Some((code, severity)) => {
            let (sign, role) = severity_sign(severity, look);
            let more = if number > 1 { format!(" +{}", number - 1) } else { String::new() };
            said(sign, &format!("{code}{more}"), role)
        }
        None => (String::new(), Role::Muted),
    };
    match row {
        RadiusRow::Fails(_) => said(look.sign(sign::FAILED), "newly fails", Role::Problem),
        RadiusRow::FailsDifferently(_) => said(look.sign(sign::FAILED), "still fails", Role::Muted),
        RadiusRow::Others { .. } => (String::new(), Role::Muted),
        RadiusRow::Class(class) => {
            let worst = class.verdicts.first().map(|verdict| (verdict.code, verdict.severity));
            verdict(worst, class.verdicts.len())
        }
        RadiusRow::ClassSoFar(class) => verdict(class.verdicts.first().copied(), class.verdicts.len()),
        RadiusRow::Field { group, .. } => {
            let worst = group.verdicts.first().map(|verdict| (verdict.code, verdict.severity));
            verdict(worst, group.verdicts.len())
        }
    }
}

/// The sign and role of a severity.
pub(super) fn severity_sign(severity: Severity, look: &Look<'_>) -> (&'static str, Role) {
    match severity {
        Severity::Error => (look.sign(sign::FAILED), Role::Problem),
        Severity::Warning => ("!", Role::Warning),
        Severity::Note => (look.sign(sign::DOT), Role::Muted),
    }
}

/// The commits of the move, where there is room for some.
fn commits(buffer: &mut Buffer, area: Rect, range: &RefRange, look: &Look<'_>) {
    if area.height < 4 || range.commits.is_empty() {
        return;
    }
    let title = format!(" {} ", words::count(range.commits.len(), "commit"));
    paint::rule(buffer, area, 0, look);
    Pen::at(buffer, area, 0).skip(1).put(&title, look.style(Role::Muted));
    let author = range.commits.iter().map(|commit| commit.author.width()).max().unwrap_or(0).min(24) + 2;
    for (line, commit) in range.commits.iter().enumerate().take(usize::from(area.height) - 1) {
        let mut pen = Pen::at(buffer, area, line + 1).shorten(1);
        pen.skip(2).put(&commit.short, look.style(Role::Muted)).skip(2);
        pen.column_right(look, &words::day(&commit.date), 6, look.style(Role::Muted)).skip(2);
        pen.column(look, &commit.author, author, look.style(Role::Text));
        let room = pen.room();
        pen.put(&look.cut(&commit.subject, room), look.style(Role::Text));
    }
}

/// The line under the cursor in full: who, what people should know, what changes, who changed it. Returns its rows.
fn detail(buffer: &mut Buffer, area: Rect, row: &RadiusRow, model: &Model, look: &Look<'_>) -> u16 {
    let rest = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let muted = look.style(Role::Muted);
    let mut pen = Pen::at(buffer, area, 0).shorten(1);
    pen.skip(2);
    match row {
        RadiusRow::Class(class) => {
            pen.put(&class.letter, look.style(Role::Accent)).skip(2);
            pen.put(&words::count(class.members.len(), "target"), look.style(Role::Strong)).skip(2);
            let room = pen.room().saturating_sub(16);
            pen.put(&look.cut(&class.reach, room), muted);
            let (said, role) = if model.reviewed.contains(&class.fingerprint) {
                (format!("{} reviewed", look.sign(sign::REVIEWED)), Role::Good)
            } else {
                ("not reviewed".to_owned(), Role::Muted)
            };
            pen.right(&said, look.style(role));
            1 + class_lines(buffer, rest, class, look)
        }
        RadiusRow::Field { group, line } => {
            pen.put(&words::count(group.members.len(), "target"), look.style(Role::Strong)).skip(2);
            let room = pen.room();
            let letters: Vec<&str> = group.classes.iter().map(|class| class.letter.as_str()).collect();
            let said = match letters.len() {
                1 => row.reach(),
                _ => format!("{}: {}", row.reach(), letters.join(" ")),
            };
            pen.put(&look.cut(&said, room), muted);
            let plain = |text: String| PageLine::new(Tone::Plain, text);
            let quiet = |text: String| PageLine::new(Tone::Muted, text);
            let mut lines = vec![plain(line.clone())];
            lines.extend(group.verdicts.iter().map(|verdict| {
                let tone = crate::app::explain::tone(verdict.severity);
                PageLine::new(tone, format!("{}  {}", verdict.code, verdict.words))
            }));
            lines.extend(group.cause.iter().map(|cause| quiet(cause_words(cause))));
            lines.push(quiet(group.kinds.iter().map(String::as_str).collect::<Vec<_>>().join(", ")));
            lines.extend(group.paths.iter().cloned().map(quiet));
            let wrapped = wrapped(&lines, usize::from(area.width).saturating_sub(3));
            for (at, line) in wrapped.iter().enumerate().take(rest.height.into()) {
                let style = super::popup::line_style(look, line);
                Pen::at(buffer, rest, at).skip(2).put(&line.text, style);
            }
            1 + u16::try_from(wrapped.len()).unwrap_or(u16::MAX).min(rest.height)
        }
        RadiusRow::ClassSoFar(class) => {
            pen.put(&words::count(class.members.len(), "target"), look.style(Role::Strong)).skip(2);
            let room = pen.room();
            pen.put(&look.cut(&row.reach(), room), muted);
            for (line, (code, severity)) in class.verdicts.iter().enumerate() {
                let (sign, role) = severity_sign(*severity, look);
                let mut pen = Pen::at(buffer, rest, line).shorten(1);
                pen.skip(2).put(sign, look.style(role)).skip(1).put(code, look.style(role));
            }
            let verdicts = u16::try_from(class.verdicts.len()).unwrap_or(u16::MAX);
            let below = Rect { y: rest.y + verdicts.min(rest.height), ..rest };
            let below = Rect { height: rest.bottom() - below.y, ..below };
            let summary = [PageLine::new(Tone::Plain, class.summary.clone())];
            let width = usize::from(area.width).saturating_sub(3);
            for (line, text) in wrapped(&summary, width).iter().enumerate().take(below.height.into()) {
                Pen::at(buffer, below, line).skip(2).put(&text.text, look.style(Role::Text));
            }
            area.height
        }
        RadiusRow::Fails(group) | RadiusRow::FailsDifferently(group) => {
            pen.put(&words::count(group.members.len(), "target"), look.style(Role::Strong)).skip(2);
            let room = pen.room();
            pen.put(&look.cut(&row.reach(), room), muted);
            1 + super::failed(buffer, rest, &group.problem, look)
        }
        RadiusRow::Others { members, .. } => {
            for (line, member) in members.iter().enumerate().take(area.height.into()) {
                let mut pen = Pen::at(buffer, area, line).shorten(1);
                pen.skip(2).put(&member.target.to_string(), look.style(Role::Text));
                if let Some((from, to)) = &member.references {
                    let name = |it: &Option<std::sync::Arc<str>>| {
                        words::short_reference(it.as_deref().unwrap_or("nothing"), "").to_owned()
                    };
                    let said = format!("  {} {} {}", name(from), look.sign(sign::ARROW), name(to));
                    pen.put(&said, muted);
                }
            }
            u16::try_from(members.len()).unwrap_or(u16::MAX).min(area.height)
        }
    }
}

/// As many verdicts and changes of a class as fit, each with its cause. Returns the rows they take.
fn class_lines(buffer: &mut Buffer, area: Rect, class: &ChangeClass, look: &Look<'_>) -> u16 {
    let all = entries(&class.verdicts, &class.resources);
    let two_lines = area.width < WIDE;
    let mut line = 0;
    let height = usize::from(area.height);
    for (at, entry) in all.iter().enumerate() {
        let needed = if two_lines && entry.cause.is_some() { 2 } else { 1 };
        let is_last = at + 1 == all.len();
        if line + needed + usize::from(!is_last) > height {
            if line < height {
                let said = format!("{} more: enter opens the class", all.len() - at);
                Pen::at(buffer, area, line).skip(2).put(&said, look.style(Role::Muted));
            }
            return area.height;
        }
        let mut pen = Pen::at(buffer, area, line).shorten(1);
        pen.skip(2);
        entry_line(&mut pen, entry, look, !two_lines);
        if let Some(cause) = entry.cause.as_ref().filter(|_| two_lines) {
            let mut pen = Pen::at(buffer, area, line + 1).shorten(1);
            pen.skip(4);
            let room = pen.room();
            pen.put(&look.cut(&cause_words(cause), room), look.style(Role::Muted));
        }
        line += needed;
    }
    u16::try_from(line).unwrap_or(area.height)
}

/// The sign and role of what happens to a resource.
fn status_sign(status: Status, look: &Look<'_>) -> (&'static str, Role) {
    match status {
        Status::Added => ("+", Role::Added),
        Status::Removed => (look.sign(sign::MINUS), Role::Removed),
        Status::Changed | Status::Equal => ("~", Role::Changed),
    }
}

/// One verdict or change; its cause behind it where there is room.
pub(super) fn entry_line(pen: &mut Pen<'_>, entry: &Entry, look: &Look<'_>, with_cause: bool) {
    let (mark, role) = match (entry.severity, entry.status) {
        (Some(severity), _) => severity_sign(severity, look),
        (None, status) => status_sign(status, look),
    };
    pen.put(mark, look.style(role)).skip(1);
    let text = if entry.severity.is_some() { role } else { Role::Text };
    let cause = entry.cause.as_ref().filter(|_| with_cause).map(cause_words).unwrap_or_default();
    let (title, path) = (entry.title.as_str(), entry.shown_path());
    let wanted = title.width() + path.width() + entry.words.width() + 4;
    let half = pen.room() / 2;
    let room = pen.room().saturating_sub(cause.width().min(half) + 2).max(wanted.min(half));
    // The values say most, then the end of the path.
    let words = look.cut(&entry.words, room.saturating_sub(title.width().min(room / 2) + 2));
    let left = room.saturating_sub(words.width() + 2);
    let title = look.cut(title, if path.is_empty() { left } else { left.saturating_sub(12).max(left / 2) });
    let path = look.cut_front(path, left.saturating_sub(title.width() + 2));
    pen.put(&title, look.style(text)).skip(2);
    if !path.is_empty() {
        pen.put(&path, look.style(Role::Muted)).skip(2);
    }
    pen.put(&words, look.style(text));
    let left = pen.room().saturating_sub(2);
    pen.right(&look.cut(&cause, left), look.style(Role::Muted));
}

/// Place and newest commit of a cause.
pub(super) fn cause_words(cause: &Cause) -> String {
    let place = words::place(&cause.span);
    let gone = if cause.is_old { " (gone)" } else { "" };
    match cause.commits.first() {
        Some(commit) => format!("{place}{gone}  {}", by(commit)),
        None => format!("{place}{gone}"),
    }
}

fn by(commit: &CommitSummary) -> String {
    format!("{} {}: {}", commit.short, commit.author, commit.subject)
}
