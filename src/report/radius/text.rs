//! The report for people at a terminal: outliers first, readable at 80 columns.

use super::words::{self, count};
use super::wrap::{cut_end, cut_front, wrap};
use crate::base::Severity;
use crate::diff::{Style, StyledLine};
use crate::report::answer::{
    Cause, ChangeClass, FailureGroup, FieldChange, Member, MemberChange, Radius, ResourceChange,
};

/// Columns before the words of a class.
const INDENT: usize = 4;

/// Commits that are told for one class.
const MOST_COMMITS: usize = 3;

/// Targets that are named one by one when a class is opened.
const MOST_NAMED: usize = 12;

/// Collects lines of at most a number of columns.
pub(super) struct Page {
    pub(super) lines: Vec<StyledLine>,
    width: usize,
}

impl Page {
    pub(super) fn new(width: usize) -> Self {
        Self { lines: Vec::new(), width }
    }

    pub(super) fn blank(&mut self) {
        self.lines.push(StyledLine::default());
    }

    fn line(&mut self, text: &str, style: Option<Style>) {
        let mut line = StyledLine::default();
        line.push(text, style);
        self.lines.push(line);
    }

    /// A line without what does not fit.
    pub(super) fn cut(&mut self, text: &str, style: Option<Style>) {
        self.line(&cut_end(text, self.width), style);
    }

    /// Words with something in front of the first line; later lines stand below the words.
    pub(super) fn words(
        &mut self,
        before: &str,
        before_style: Option<Style>,
        text: &str,
        style: Option<Style>,
    ) {
        let indent = unicode_width::UnicodeWidthStr::width(before);
        for (place, part) in wrap(text, self.width.saturating_sub(indent).max(20)).iter().enumerate() {
            let mut line = StyledLine::default();
            match place {
                0 => line.push(before, before_style),
                _ => line.push(&" ".repeat(indent), None),
            }
            line.push(part, style);
            self.lines.push(line);
        }
    }
}

/// The whole report; lines are at most `width` columns where words allow it. Of more than `most` classes the ones in
/// the middle are left out: neither special nor common.
#[must_use]
pub fn text(radius: &Radius, width: usize, most: usize) -> Vec<StyledLine> {
    let mut page = Page::new(width);
    title(&mut page, radius);
    page.words("", None, &words::headline(radius), Some(Style::Header));
    let groups = blocks(radius);
    // Numbers stand below each other.
    let digits = groups.iter().map(|block| block.members().to_string().len()).max().unwrap_or(1);
    let first_class =
        groups.iter().position(|block| matches!(block, Block::Class(_))).unwrap_or(groups.len());
    let classes = groups.len() - first_class;
    let hidden = if classes > most { first_class + most / 2..groups.len() - (most - most / 2) } else { 0..0 };
    for (place, block) in groups.iter().enumerate() {
        if hidden.contains(&place) {
            if place == hidden.start {
                page.blank();
                let words = left_out(&groups[hidden.clone()]);
                page.words(&" ".repeat(INDENT), None, &words, Some(Style::Gutter));
            }
            continue;
        }
        page.blank();
        print_block(&mut page, block, digits);
    }
    if let Some(quiet) = words::quiet(radius) {
        page.blank();
        page.words("", None, &quiet, Some(Style::Gutter));
    }
    page.lines
}

/// `754 classes of 1 to 9 targets are left out`
fn left_out(blocks: &[Block<'_>]) -> String {
    let sizes = || blocks.iter().map(Block::members);
    let (least, most) = (sizes().min().unwrap_or(0), sizes().max().unwrap_or(0));
    let sizes = if least == most { count(most, "target") } else { format!("{least} to {most} targets") };
    format!(
        "… {} of {sizes} left out; --all shows them, --fields what changes in all of them",
        count(blocks.len(), "class")
    )
}

pub(super) fn print_block(page: &mut Page, block: &Block<'_>, digits: usize) {
    match block {
        Block::Class(class) => print_class(page, class, digits),
        Block::Failure(group) => print_failure(page, group, "✗", digits),
        Block::OtherFailure(group) => print_failure(page, group, "≠", digits),
        Block::Members(words, members) => print_members(page, words, members, digits),
    }
}

pub(super) fn title(page: &mut Page, radius: &Radius) {
    let mut line = StyledLine::default();
    line.push(&radius.title, Some(Style::Header));
    if let Some(moved) = &radius.moved {
        let range = words::range(moved);
        let long =
            unicode_width::UnicodeWidthStr::width(range.as_str()) + radius.title.len() + 3 > page.width;
        if long {
            page.lines.push(std::mem::take(&mut line));
            line.push("  ", None);
        } else {
            line.push("   ", None);
        }
        line.push(&range, None);
    }
    page.lines.push(line);
}

/// One part of the report.
pub(super) enum Block<'r> {
    Class(&'r ChangeClass),
    Failure(&'r FailureGroup),
    OtherFailure(&'r FailureGroup),
    Members(&'static str, &'r [Member]),
}

impl Block<'_> {
    pub(super) fn members(&self) -> usize {
        match self {
            Self::Class(class) => class.members.len(),
            Self::Failure(group) | Self::OtherFailure(group) => group.members.len(),
            Self::Members(_, members) => members.len(),
        }
    }
}

/// The parts in the order in which people read them: what fails and what is special before what is common.
pub(super) fn blocks(radius: &Radius) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    blocks.extend(radius.failures.iter().map(Block::Failure));
    blocks.extend(radius.fail_differently.iter().map(Block::OtherFailure));
    for (words, members) in
        [("newly render", &radius.newly_render), ("appear", &radius.appear), ("disappear", &radius.disappear)]
    {
        if !members.is_empty() {
            blocks.push(Block::Members(words, members));
        }
    }
    blocks.extend(radius.outliers_first().map(|class| Block::Class(class)));
    blocks
}

/// ` A   46 targets  api, streaming`
fn heading(
    page: &mut Page,
    sign: &str,
    sign_style: Option<Style>,
    members: usize,
    reach: &str,
    digits: usize,
) {
    let noun = if members == 1 { "target " } else { "targets" };
    let mut before = format!("{sign:<width$}", width = INDENT);
    let number = format!("{members:>digits$} {noun}  ");
    before.push_str(&number);
    let lines = page.lines.len();
    page.words(&before, None, reach, None);
    if let (Some(line), Some(style)) = (page.lines.get_mut(lines), sign_style) {
        line.spans.insert(0, (0..sign.len(), style));
    }
}

fn print_class(page: &mut Page, class: &ChangeClass, digits: usize) {
    heading(page, &class.letter, Some(Style::Header), class.members.len(), &class.reach, digits);
    let pad = " ".repeat(INDENT);
    page.words(&pad, None, &class.summary, None);
    for verdict in &class.verdicts {
        let style = severity_style(verdict.severity);
        let sign = format!("{pad}{} ", sign(verdict.severity));
        page.words(&sign, style, &verdict.words, style);
    }
    print_origin(page, class, &pad);
}

/// The places that most of the change comes from, and the commits that touched them.
fn print_origin(page: &mut Page, class: &ChangeClass, pad: &str) {
    let causes: Vec<&Cause> = class
        .resources
        .iter()
        .flat_map(|resource| &resource.fields)
        .filter_map(|field| field.cause.as_ref())
        .collect();
    let mut commits: Vec<_> = Vec::new();
    for commit in causes.iter().flat_map(|cause| &cause.commits) {
        if !commits.contains(&commit) {
            commits.push(commit);
        }
    }
    if commits.is_empty() {
        let mut places: Vec<String> = causes.iter().map(|cause| words::place(cause)).collect();
        places.dedup();
        for place in places.iter().take(MOST_COMMITS) {
            page.line(&format!("{pad}{}", cut_front(place, page.width - INDENT)), Some(Style::Gutter));
        }
        return;
    }
    commits.sort_by_key(|commit| std::cmp::Reverse(commit.time));
    for commit in commits.iter().take(MOST_COMMITS) {
        let text = cut_end(&words::commit(commit), page.width - INDENT);
        page.line(&format!("{pad}{text}"), Some(Style::Gutter));
    }
    if commits.len() > MOST_COMMITS {
        let more = count(commits.len() - MOST_COMMITS, "more commit");
        page.line(&format!("{pad}{more}"), Some(Style::Gutter));
    }
}

fn print_failure(page: &mut Page, group: &FailureGroup, sign: &str, digits: usize) {
    heading(page, sign, Some(Style::Removed), group.members.len(), &group.reach, digits);
    let pad = " ".repeat(INDENT);
    page.words(&pad, None, &group.problem.message, Some(Style::Removed));
    if let Some(label) = &group.problem.primary {
        page.line(
            &format!("{pad}{}", cut_front(&label.span.to_string(), page.width - INDENT)),
            Some(Style::Gutter),
        );
    }
}

fn print_members(page: &mut Page, words: &str, members: &[Member], digits: usize) {
    heading(page, "·", None, members.len(), words, digits);
    let names: Vec<String> = members.iter().map(|member| member.target.to_string()).collect();
    let shown = names.iter().take(MOST_NAMED).cloned().collect::<Vec<_>>().join(" ");
    let more = names.len().saturating_sub(MOST_NAMED);
    let text = if more > 0 { format!("{shown} and {more} more") } else { shown };
    page.words(&" ".repeat(INDENT), None, &text, Some(Style::Gutter));
}

pub(super) fn sign(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "⛔",
        Severity::Warning => "⚠",
        Severity::Note => "·",
    }
}

pub(super) fn severity_style(severity: Severity) -> Option<Style> {
    match severity {
        Severity::Error => Some(Style::Removed),
        Severity::Warning => Some(Style::Hunk),
        Severity::Note => None,
    }
}

/// One class opened: its fields with their causes, the difference of its first member, and all members.
#[must_use]
pub fn class_text(class: &ChangeClass, width: usize, context: usize) -> Vec<StyledLine> {
    let mut page = Page::new(width);
    print_class(&mut page, class, 1);
    page.blank();
    print_fields(&mut page, &class.resources);
    page.blank();
    if let Some(first) = class.representative().filter(|_| class.members.len() > 1) {
        let others = class.members.len() - 1;
        let text = format!("{first} stands for {}:", count(others, "other target"));
        page.words("", None, &text, Some(Style::Gutter));
    }
    page.lines.extend(class.difference.unified(context));
    page.blank();
    page.line("Members", Some(Style::Header));
    for member in &class.members {
        page.line(&format!("  {}", member.target), None);
    }
    page.lines
}

/// One target opened: its fields with their causes, and its difference.
#[must_use]
pub fn member_text(change: &MemberChange, width: usize, context: usize) -> Vec<StyledLine> {
    let mut page = Page::new(width);
    if change.resources.is_empty() && change.difference.is_equal() {
        page.line(&format!("{} stays the same", change.member.target), None);
        return page.lines;
    }
    page.line(&change.member.target.to_string(), Some(Style::Header));
    print_fields(&mut page, &change.resources);
    page.blank();
    page.lines.extend(change.difference.unified(context));
    page.lines
}

fn print_fields(page: &mut Page, resources: &[ResourceChange]) {
    for resource in resources {
        let word = match resource.status {
            crate::diff::Status::Added => " added",
            crate::diff::Status::Removed => " removed",
            crate::diff::Status::Changed | crate::diff::Status::Equal => "",
        };
        page.line(
            &format!("{} {}{word}", resource.identity.kind, resource.identity.name),
            Some(Style::Header),
        );
        for field in &resource.fields {
            print_field(page, field);
        }
    }
}

fn print_field(page: &mut Page, field: &FieldChange) {
    if !field.path.is_empty() {
        page.words("  ", None, &field_words(field), None);
    }
    let Some(cause) = &field.cause else { return };
    page.line(&format!("    {}", cut_front(&words::place(cause), page.width - INDENT)), Some(Style::Gutter));
    for commit in cause.commits.iter().take(MOST_COMMITS) {
        let text = cut_end(&words::commit(commit), page.width - INDENT);
        page.line(&format!("    {text}"), Some(Style::Gutter));
    }
}

/// `path  old → new`
pub(super) fn field_words(field: &FieldChange) -> String {
    let FieldChange { path, old, new, .. } = field;
    match (old, new) {
        (Some(old), Some(new)) => format!("{path}  {old} → {new}"),
        (None, Some(new)) => format!("{path}  + {new}"),
        (Some(old), None) => format!("{path}  − {old}"),
        (None, None) => path.clone(),
    }
}
