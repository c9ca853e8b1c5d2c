//! What a draft does, as lines: the changed lines of the files, and what happens to targets and their manifests.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::mask::masked;
use crate::app::words;
use crate::diff::{DiffDocument, ResourceDiff, Row, Section, Status, TextDiff, fold};
use crate::report::answer::{ChangedTarget, Preview, TargetEffect};
use crate::tui::paint::{Look, Pen, sign};
use crate::tui::theme::Role;

/// A line of an effect.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// Number in its file.
    number: Option<usize>,
    /// Sign of the change.
    mark: &'static str,
    text: String,
    role: Role,
    /// Names what the next lines belong to.
    pub(super) heading: bool,
}

impl Line {
    fn heading(text: String) -> Self {
        Self { number: None, mark: "", text, role: Role::Strong, heading: true }
    }

    fn note(text: String, role: Role) -> Self {
        Self { number: None, mark: "", text, role, heading: false }
    }
}

/// `2 targets change, 1 newly fails`, in one line.
pub(super) fn summary(preview: &Preview) -> (String, Role) {
    let mut failing = 0;
    for changed in &preview.targets {
        failing += usize::from(matches!(changed.effect, TargetEffect::NewlyFails(_)));
    }
    let files = words::count(preview.files.len(), "file");
    let verb = if preview.targets.len() == 1 { "changes" } else { "change" };
    let targets = words::count(preview.targets.len(), "target");
    let mut said = format!("{files}; {targets} {verb}");
    if preview.looked_at > 0 {
        said += &format!(" of {}", preview.looked_at);
    }
    if preview.files.is_empty() {
        return ("nothing changes".to_owned(), Role::Muted);
    }
    if failing > 0 {
        return (format!("{said}, {failing} newly failing"), Role::Problem);
    }
    (said, Role::Text)
}

/// The changed lines of every file, with some equal lines around them.
pub(super) fn file_lines(preview: &Preview, look: &Look<'_>, context: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for file in &preview.files {
        lines.push(Line::heading(file.path.to_string()));
        text_lines(&file.diff, None, look, context, &mut lines);
    }
    lines
}

/// How many lines [`file_lines`] gives.
pub(super) fn file_length(preview: &Preview, context: usize) -> usize {
    let of_rows = |rows: &[Row]| {
        rows.iter().map(|row| 1 + usize::from(matches!(row, Row::Changed { .. }))).sum::<usize>()
    };
    let of_file = |diff: &TextDiff| {
        let shown = fold(&diff.rows, context).into_iter().filter_map(|section| match section {
            Section::Shown(rows) => Some(of_rows(&diff.rows[rows]) + 1),
            Section::Folded(_) => None,
        });
        shown.sum::<usize>()
    };
    preview.files.iter().map(|file| of_file(&file.diff)).sum()
}

fn text_lines(diff: &TextDiff, kind: Option<&str>, look: &Look<'_>, context: usize, lines: &mut Vec<Line>) {
    let minus = look.sign(sign::MINUS);
    let shown = |text: &str| -> Option<Vec<String>> {
        (kind == Some("Secret")).then(|| masked("Secret", text.lines()).into_iter().map(Into::into).collect())
    };
    let (left_shown, right_shown) = (shown(diff.left.as_str()), shown(diff.right.as_str()));
    let text = |left: bool, number: usize| {
        let (shown, plain) = if left { (&left_shown, &diff.left) } else { (&right_shown, &diff.right) };
        match shown {
            Some(shown) => shown.get(number - 1).cloned().unwrap_or_default(),
            None => plain.line(number).to_owned(),
        }
    };
    let line = |left: bool, number: usize, mark: &'static str, role: Role| Line {
        number: Some(number),
        mark,
        text: text(left, number),
        role,
        heading: false,
    };
    let mut first = true;
    for section in fold(&diff.rows, context) {
        let Section::Shown(rows) = section else { continue };
        if !first {
            lines.push(Line::note(look.sign(sign::FOLD).to_owned(), Role::Muted));
        }
        first = false;
        for row in &diff.rows[rows] {
            match row {
                Row::Equal { right, .. } => lines.push(line(false, *right, " ", Role::Muted)),
                Row::Removed { left } => lines.push(line(true, *left, minus, Role::Removed)),
                Row::Added { right } => lines.push(line(false, *right, "+", Role::Added)),
                Row::Changed { left, right, .. } => {
                    lines.push(line(true, *left, minus, Role::Removed));
                    lines.push(line(false, *right, "+", Role::Added));
                }
            }
        }
    }
}

/// What happens to the refs and manifests of a target.
pub(super) fn target_lines(changed: &ChangedTarget, look: &Look<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some((before, after)) = &changed.references {
        let name = |it: &Option<std::sync::Arc<str>>| it.as_deref().unwrap_or("nothing").to_owned();
        lines.push(Line::note(
            format!("ref {} {} {}", name(before), look.sign(sign::ARROW), name(after)),
            Role::Changed,
        ));
    }
    match &changed.effect {
        TargetEffect::Differs(document) => manifest_lines(document, look, &mut lines),
        TargetEffect::SameManifests => {
            lines.push(Line::note("the manifests stay the same".to_owned(), Role::Good));
        }
        TargetEffect::NewlyFails(problem) => {
            lines.push(Line::note(format!("newly fails: {problem}"), Role::Problem));
            lines.extend(problem.hints.iter().map(|hint| Line::note(hint.clone(), Role::Muted)));
        }
        TargetEffect::NewlyRenders => lines.push(Line::note("renders again".to_owned(), Role::Good)),
        TargetEffect::FailsDifferently(problem) => {
            lines.push(Line::note(format!("still fails: {problem}"), Role::Problem));
        }
        TargetEffect::Appears => lines.push(Line::note("comes to be".to_owned(), Role::Added)),
        TargetEffect::Disappears => lines.push(Line::note("is gone".to_owned(), Role::Removed)),
    }
    lines
}

fn manifest_lines(document: &DiffDocument, look: &Look<'_>, lines: &mut Vec<Line>) {
    for diff in document.different() {
        lines.push(Line::heading(resource_name(diff)));
        if diff.status == Status::Removed {
            lines.push(Line::note("removed".to_owned(), Role::Removed));
            continue;
        }
        text_lines(&diff.text, Some(&diff.identity.kind), look, 1, lines);
    }
}

fn resource_name(diff: &ResourceDiff) -> String {
    format!("{} {}", diff.identity.kind, diff.identity.name)
}

/// A word for what happens to a target, for lists.
pub(super) fn word(changed: &ChangedTarget) -> (String, Role) {
    match &changed.effect {
        TargetEffect::Differs(document) => (document.totals.lines.to_string(), Role::Changed),
        TargetEffect::SameManifests => ("same manifests".to_owned(), Role::Muted),
        TargetEffect::NewlyFails(_) => ("newly fails".to_owned(), Role::Problem),
        TargetEffect::NewlyRenders => ("renders again".to_owned(), Role::Good),
        TargetEffect::FailsDifferently(_) => ("still fails".to_owned(), Role::Problem),
        TargetEffect::Appears => ("new".to_owned(), Role::Added),
        TargetEffect::Disappears => ("gone".to_owned(), Role::Removed),
    }
}

/// Draws a line of an effect.
pub(super) fn draw_line(buffer: &mut Buffer, area: Rect, row: usize, line: &Line, look: &Look<'_>) {
    let mut pen = Pen::at(buffer, area, row).shorten(1);
    pen.skip(1);
    if let Some(number) = line.number {
        pen.column_right(look, &number.to_string(), 5, look.style(Role::Muted));
        pen.put(&format!(" {} ", line.mark), look.style(line.role));
    } else {
        pen.skip(1);
    }
    let room = pen.room();
    pen.put(&look.cut(&line.text, room), look.style(line.role));
}
