//! Pages to read: who wrote a line and what it replaced, where a value comes from, a problem in full.

use unicode_width::UnicodeWidthStr;

use crate::base::{Diagnostic, Severity, Span};
use crate::catalog::{EffectiveValue, TargetId};
use crate::report::answer::Overview;
use crate::report::blame::Writing;
use crate::report::failures;

use super::edits;
use super::mask::MASK;
use super::message::{Effect, Lane};
use super::model::Model;
use super::popup::{Page, PageLine, Popup, Tone};
use super::screens::Screen;
use super::screens::target::{Tab, TargetScreen};
use super::words;

/// Explains what is under the cursor of a target. Who wrote a line is known at once; what kind of thing each writer is
/// comes as an answer.
pub(super) fn line(model: &mut Model) -> Vec<Effect> {
    let Some(Screen::Target(screen)) = model.stack.last() else { return Vec::new() };
    let mut asked = None;
    let page = match screen.tab {
        Tab::Manifests if !screen.in_text => {
            if let Some(Screen::Target(screen)) = model.stack.last_mut() {
                screen.in_text = true;
            }
            return Vec::new();
        }
        Tab::Manifests => {
            asked = Some((screen.address.clone(), screen.text.cursor));
            manifest_line(screen, model.overview.as_deref(), None)
        }
        Tab::Values => screen
            .view
            .as_ref()
            .and_then(|view| view.values.get(screen.other.cursor))
            .map(|own| value(own, &screen.address.target)),
        Tab::Layers => None,
        Tab::Findings => screen.findings().get(screen.other.cursor).map(|finding| problem(finding)),
    };
    let Some(page) = page else {
        model.say(Tone::Muted, "nothing wrote this line: the engine adds it by itself");
        return Vec::new();
    };
    model.popup = Some(Popup::Page(page));
    match asked {
        Some((address, line)) => {
            let about = model.about();
            vec![Effect::Explain { ticket: model.ask(Lane::Explain), address, line, about }]
        }
        None => Vec::new(),
    }
}

/// The writers of the line that the open page explains.
pub(super) fn answered(model: &mut Model, line: usize, history: &[Writing]) {
    let (Some(Popup::Page(page)), Some(Screen::Target(screen))) = (&model.popup, model.stack.last()) else {
        return;
    };
    if page.line != Some(line) || screen.text.cursor != line || history.is_empty() {
        return;
    }
    let scrolled = page.list;
    if let Some(page) = manifest_line(screen, model.overview.as_deref(), Some(history)) {
        model.popup = Some(Popup::Page(Page { list: scrolled, ..page }));
    }
}

/// One writer of a line, as it is told.
struct Told<'a> {
    value: Option<&'a str>,
    kind: &'static str,
    span: Option<&'a Span>,
}

fn manifest_line(
    screen: &TargetScreen,
    overview: Option<&Overview>,
    history: Option<&[Writing]>,
) -> Option<Page> {
    let at = screen.text.cursor;
    let manifest = screen.manifest()?;
    let shown = screen.lines.get(at)?;
    let raw = manifest.lines.get(at)?;
    let document = manifest.documents.iter().find(|document| document.lines.contains(&at))?;
    let writer = raw.writer.as_ref()?;
    let secret = *shown != raw.text;
    // The newest writer comes first: it counts.
    let told: Vec<Told<'_>> = match history {
        Some(history) => history
            .iter()
            .rev()
            .map(|own| Told { value: Some(&own.value), kind: own.kind.word(), span: own.span.as_ref() })
            .collect(),
        None => {
            let before = writer.before.iter();
            let before = before.map(|(old, span)| Told { value: Some(old), kind: "", span: span.as_ref() });
            let winner = Told { value: None, kind: "", span: Some(&writer.span) };
            std::iter::once(winner).chain(before).collect()
        }
    };
    let mut lines = vec![PageLine::new(Tone::Strong, shown.trim()), PageLine::default()];
    lines.extend(writers(&told, secret, overview));
    let target = &screen.address.target;
    let value = overview.and_then(|overview| edits::value_at(overview, target, &writer.span));
    let title = format!("{}/{}", document.kind, document.name);
    Some(Page {
        value: value.map(|value| (value, target.clone())),
        line: Some(at),
        ..Page::new(title, lines)
    })
}

/// The writers in columns, the one that counts first.
fn writers(told: &[Told<'_>], secret: bool, overview: Option<&Overview>) -> Vec<PageLine> {
    let place = |span: &Span| {
        let commit = span.file.revision.as_ref().and_then(|id| overview?.commits.get(id));
        let at = match (&span.file.revision, commit) {
            (_, Some(commit)) => {
                let day = words::day(&commit.date);
                format!("  @ {}  {}, {day}  {}", commit.short, commit.author, commit.subject)
            }
            (Some(id), None) => format!("  @ {}", id.get(..8).unwrap_or(id)),
            (None, _) => String::new(),
        };
        format!("{span}{at}")
    };
    let value = |own: &Told<'_>| match own.value {
        Some(_) if secret => MASK.to_owned(),
        Some(text) => one_line(text),
        None => String::new(),
    };
    let kinds = told.iter().map(|own| own.kind.len()).max().unwrap_or(0);
    let values = told.iter().skip(1).map(|own| value(own).width()).max().unwrap_or(0);
    let mut lines: Vec<PageLine> = Vec::new();
    for (at, own) in told.iter().enumerate() {
        let kind = if kinds > 0 { format!("{:<kinds$}  ", own.kind) } else { String::new() };
        let where_ = own.span.map_or_else(|| "the composition of the target".to_owned(), place);
        // The value that counts stands above already.
        let text = if at == 0 { String::new() } else { value(own) };
        let text = if values > 0 { format!("{text}{}  ", " ".repeat(values - text.width())) } else { text };
        let (mark, tone) = if at == 0 { ("wins", Tone::Good) } else { ("replaced", Tone::Muted) };
        lines.push(PageLine { text: format!("{mark:<8}  {kind}{text}{where_}"), tone, lost: at > 0 });
    }
    if told.len() == 1 {
        lines.push(PageLine::new(Tone::Muted, "It replaced nothing."));
    }
    lines
}

/// The longest old value that is told.
const LONGEST_VALUE: usize = 40;

fn one_line(text: &str) -> String {
    let first = text.lines().next().unwrap_or_default();
    match first.char_indices().nth(LONGEST_VALUE) {
        Some((cut, _)) => format!("{}…", &first[..cut]),
        None if text.lines().nth(1).is_some() => format!("{first}…"),
        None => first.to_owned(),
    }
}

fn value(value: &EffectiveValue, target: &TargetId) -> Page {
    let scope =
        value.scope.as_ref().map_or_else(|| "default".to_owned(), |scope| format!("override for {scope}"));
    let mut lines = vec![
        PageLine::new(Tone::Strong, format!("{} = {}", value.path, value.value)),
        PageLine::default(),
        PageLine::new(Tone::Good, format!("wins      catalog  {}  {scope}", value.span)),
    ];
    lines.extend(value.overridden.iter().map(|loser| PageLine {
        text: format!("replaced  catalog  {}  {}", loser.text, loser.span),
        tone: Tone::Muted,
        lost: true,
    }));
    let value = Some((value.clone(), target.clone()));
    Page { value, ..Page::new("Where the value comes from", lines) }
}

/// A problem in full: the message, every place, what to do.
#[must_use]
pub fn problem(problem: &Diagnostic) -> Page {
    let mut lines = vec![PageLine::new(tone(problem.severity), problem.message.clone())];
    lines.push(PageLine::default());
    for label in problem.primary.iter().chain(&problem.related) {
        let said = if label.text.is_empty() { String::new() } else { format!("  {}", label.text) };
        lines.push(PageLine::new(Tone::Plain, format!("{}{said}", label.span)));
    }
    if !problem.hints.is_empty() {
        lines.push(PageLine::default());
    }
    lines.extend(problem.hints.iter().map(|hint| PageLine::new(Tone::Good, hint.clone())));
    Page::new(problem.code, lines)
}

/// How a problem is meant.
#[must_use]
pub const fn tone(severity: Severity) -> Tone {
    match severity {
        Severity::Note => Tone::Muted,
        Severity::Warning => Tone::Warning,
        Severity::Error => Tone::Problem,
    }
}

/// All problems of the catalog and of the user's own files, the worst first.
pub(super) fn problems(model: &mut Model) {
    let mut all = model.problems();
    all.sort_by_key(|problem| std::cmp::Reverse(problem.severity));
    // One line of the catalog can be a problem of many targets: it is told once.
    let mut told: Vec<(&Diagnostic, usize)> = Vec::new();
    for problem in &all {
        let same = |other: &Diagnostic| {
            other.code == problem.code
                && problem.primary.is_some()
                && other.primary.as_ref().map(|label| &label.span)
                    == problem.primary.as_ref().map(|label| &label.span)
        };
        match told.iter_mut().find(|(other, _)| same(other)) {
            Some((_, count)) => *count += 1,
            None => told.push((problem, 0)),
        }
    }
    let mut lines = Vec::new();
    for (problem, more) in told {
        lines.push(PageLine::new(tone(problem.severity), problem.to_string()));
        if more > 0 {
            lines.push(PageLine::new(
                Tone::Muted,
                format!("  and {} more like this, from the same line", more),
            ));
        }
        lines.extend(problem.hints.iter().map(|hint| PageLine::new(Tone::Muted, format!("  {hint}"))));
    }
    let mut count = all.len();
    let known: Vec<String> = all.iter().map(ToString::to_string).collect();
    for group in failures::group(&model.failed()) {
        let text = group.problem.to_string();
        if known.contains(&text) {
            continue;
        }
        count += 1;
        lines.push(PageLine::new(Tone::Problem, text));
        let named = group.targets.iter().take(3).map(String::as_str).collect::<Vec<_>>().join(", ");
        let others = group.targets.len().saturating_sub(3);
        let others = if others > 0 { format!(" and {others} more") } else { String::new() };
        lines.push(PageLine::new(Tone::Muted, format!("  fails: {named}{others}")));
        lines.extend(group.problem.hints.iter().map(|hint| PageLine::new(Tone::Muted, format!("  {hint}"))));
    }
    if lines.is_empty() {
        lines.push(PageLine::new(Tone::Good, "Nothing is wrong with the catalog."));
    }
    let title = words::count(count, "problem");
    model.popup = Some(Popup::Page(Page::new(title, lines)));
}

/// An error that comes while the screen is open, as when a file is half written, is said on whatever screen one is; it is no
/// longer said when it is mended.
pub(super) fn new_problem(model: &mut Model, before: &Overview, after: &Overview) {
    let is_error = |problem: &&Diagnostic| problem.severity == Severity::Error;
    let said = model.notice.as_ref().map(|notice| notice.text.clone());
    if before.diagnostics.iter().any(|problem| said.as_deref() == Some(&problem.to_string())) {
        model.notice = None;
    }
    let new = after.diagnostics.iter().filter(is_error).find(|problem| !before.diagnostics.contains(problem));
    let is_said = model.notice.as_ref().is_some_and(|notice| notice.tone == Tone::Problem);
    if let Some(problem) = new.filter(|_| !is_said && model.editing.is_none()) {
        model.say(Tone::Problem, problem.to_string());
    }
}
