//! The report field by field: what changes, in how many targets, whatever else changes with it.

use super::text::{Block, Page, blocks, print_block, severity_style, sign, title};
use super::words::{self, count};
use crate::diff::{Style, StyledLine};
use crate::report::answer::{FieldGroup, Radius};

/// More kinds than this are counted, not named.
const MOST_KINDS: usize = 4;

/// The whole report with one entry for each change of a field instead of one for each class; the fewest targets first.
#[must_use]
pub fn field_text(radius: &Radius, width: usize) -> Vec<StyledLine> {
    let mut page = Page::new(width);
    title(&mut page, radius);
    page.words("", None, &words::headline(radius), Some(Style::Header));
    let groups = radius.by_field();
    let others: Vec<Block<'_>> =
        blocks(radius).into_iter().filter(|block| !matches!(block, Block::Class(_))).collect();
    let sizes = groups.iter().map(|group| group.members.len()).chain(others.iter().map(Block::members));
    let digits = sizes.max().unwrap_or(1).to_string().len();
    for block in &others {
        page.blank();
        print_block(&mut page, block, digits);
    }
    if !groups.is_empty() {
        page.blank();
    }
    for group in &groups {
        print_group(&mut page, group, digits);
    }
    if let Some(quiet) = words::quiet(radius) {
        page.blank();
        page.words("", None, &quiet, Some(Style::Gutter));
    }
    page.lines
}

fn print_group(page: &mut Page, group: &FieldGroup, digits: usize) {
    let number = group.members.len();
    let noun = if number == 1 { "target " } else { "targets" };
    let before = format!("{number:>digits$} {noun}  ");
    let pad = " ".repeat(before.len());
    page.words(&before, None, &format!("{}{}", kinds(group), group.words), None);
    for verdict in &group.verdicts {
        let style = severity_style(verdict.severity);
        page.words(&format!("{pad}{} ", sign(verdict.severity)), style, verdict.code, style);
    }
    let commit = group.cause.as_ref().and_then(|cause| cause.commits.first()).map(words::commit);
    let place = group.cause.as_ref().map(words::place);
    let classes = match group.classes.as_slice() {
        [only] => format!("class {}", only.letter),
        classes => count(classes.len(), "class"),
    };
    let origin = commit.or(place).map(|origin| format!("  {origin}")).unwrap_or_default();
    page.cut(&format!("{pad}{classes}{origin}"), Some(Style::Gutter));
}

/// The kinds that it happens in, in front of the words; for a whole resource the words say it.
#[must_use]
pub fn kinds(group: &FieldGroup) -> String {
    if group.paths.is_empty() {
        return String::new();
    }
    match group.kinds.len() {
        number if number > MOST_KINDS => format!("{number} kinds: "),
        _ => format!("{}: ", group.kinds.iter().map(String::as_str).collect::<Vec<_>>().join(", ")),
    }
}
