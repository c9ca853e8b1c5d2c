//! Pages to read: who wrote a line and what it replaced, where a value comes from, a problem in full.

use crate::base::{Diagnostic, Severity};
use crate::catalog::EffectiveValue;
use crate::report::answer::{LineWriter, Overview};
use crate::report::failures;

use super::list::ListState;
use super::mask::MASK;
use super::model::Model;
use super::popup::{Page, PageLine, Popup, Tone};
use super::screens::Screen;
use super::screens::target::{Tab, TargetScreen};
use super::words;

/// Explains what is under the cursor of a target.
pub(super) fn line(model: &mut Model) {
    let Some(Screen::Target(screen)) = model.stack.last() else { return };
    let page = match screen.tab {
        Tab::Manifests if !screen.in_text => {
            if let Some(Screen::Target(screen)) = model.stack.last_mut() {
                screen.in_text = true;
            }
            return;
        }
        Tab::Manifests => manifest_line(screen, model.overview.as_deref()),
        Tab::Values => screen.view.as_ref().and_then(|view| view.values.get(screen.other.cursor)).map(value),
        Tab::Layers => None,
        Tab::Findings => screen.findings().get(screen.other.cursor).map(|finding| problem(finding)),
    };
    match page {
        Some(page) => model.popup = Some(Popup::Page(page)),
        None => model.say(Tone::Muted, "nothing wrote this line: the engine adds it by itself"),
    }
}

fn manifest_line(screen: &TargetScreen, overview: Option<&Overview>) -> Option<Page> {
    let at = screen.text.cursor;
    let manifest = screen.manifest()?;
    let shown = screen.lines.get(at)?;
    let raw = manifest.lines.get(at)?;
    let document = manifest.documents.iter().find(|document| document.lines.contains(&at))?;
    let writer = raw.writer.as_ref()?;
    let secret = *shown != raw.text;
    let mut lines = vec![PageLine::new(Tone::Strong, shown.trim()), PageLine::default()];
    lines.extend(writers(writer, secret, overview));
    Some(Page { title: format!("{}/{}", document.kind, document.name), lines, list: ListState::default() })
}

/// The writers in order, the one that counts first.
fn writers(writer: &LineWriter, secret: bool, overview: Option<&Overview>) -> Vec<PageLine> {
    let place = |span: &crate::base::Span| {
        let commit = span.file.revision.as_ref().and_then(|id| overview?.commits.get(id));
        let at = match (&span.file.revision, commit) {
            (_, Some(commit)) => {
                format!(
                    "  @ {}  {}, {}  {}",
                    commit.short,
                    commit.author,
                    words::day(&commit.date),
                    commit.subject
                )
            }
            (Some(id), None) => format!("  @ {}", id.get(..8).unwrap_or(id)),
            (None, _) => String::new(),
        };
        format!("{span}{at}")
    };
    let mut lines = vec![PageLine::new(Tone::Good, format!("wins      {}", place(&writer.span)))];
    for (old, span) in &writer.before {
        let old = if secret { MASK } else { old.as_str() };
        let place = span.as_ref().map(place).unwrap_or_default();
        lines.push(PageLine { text: format!("replaced  {old}  {place}"), tone: Tone::Muted, lost: true });
    }
    if writer.before.is_empty() {
        lines.push(PageLine::new(Tone::Muted, "It replaced nothing."));
    }
    lines
}

fn value(value: &EffectiveValue) -> Page {
    let scope =
        value.scope.as_ref().map_or_else(|| "default".to_owned(), |scope| format!("override for {scope}"));
    let mut lines = vec![
        PageLine::new(Tone::Strong, format!("{} = {}", value.path, value.value)),
        PageLine::default(),
        PageLine::new(Tone::Good, format!("wins      {}  {scope}", value.span)),
    ];
    lines.extend(value.overridden.iter().map(|loser| PageLine {
        text: format!("replaced  {}  {}", loser.text, loser.span),
        tone: Tone::Muted,
        lost: true,
    }));
    Page { title: "Where the value comes from".to_owned(), lines, list: ListState::default() }
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
    Page { title: problem.code.to_owned(), lines, list: ListState::default() }
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
    model.popup = Some(Popup::Page(Page { title, lines, list: ListState::default() }));
}
