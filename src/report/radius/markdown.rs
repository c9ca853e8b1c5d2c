//! The report for a merge request: a table of classes, each with its difference folded away.

use std::fmt::Write;

use super::words::{self, count};
use crate::report::answer::{ChangeClass, FailureGroup, Radius};

/// Longer differences are cut: hosts of merge requests refuse very long texts.
const MOST_LINES: usize = 200;

/// More members than this are counted, not named.
const MOST_NAMED: usize = 40;

/// The report as Markdown.
#[must_use]
pub fn markdown(radius: &Radius) -> String {
    let mut text = format!("## {}\n\n", escape(&radius.title));
    if let Some(moved) = &radius.moved {
        let _ = writeln!(text, "{}\n", escape(&words::range(moved)));
    }
    let _ = writeln!(text, "**{}**\n", escape(&words::headline(radius)));
    if !radius.classes.is_empty() || !radius.failures.is_empty() {
        text.push_str("| | targets | what changes | where |\n| --- | ---: | --- | --- |\n");
        for group in radius.failures.iter().chain(&radius.fail_differently) {
            row(&mut text, "✗", group.members.len(), &group.problem.message, &group.reach);
        }
        for class in radius.outliers_first() {
            row(&mut text, &class.letter, class.members.len(), &class.summary, &class.reach);
        }
        text.push('\n');
    }
    verdicts(&mut text, radius);
    for group in &radius.failures {
        failure(&mut text, group);
    }
    for own in radius.outliers_first() {
        class(&mut text, own);
    }
    if let Some(quiet) = words::quiet(radius) {
        let _ = writeln!(text, "{}", escape(&quiet));
    }
    text
}

fn row(text: &mut String, sign: &str, members: usize, what: &str, reach: &str) {
    let _ = writeln!(text, "| {sign} | {members} | {} | {} |", escape(what), escape(reach));
}

fn verdicts(text: &mut String, radius: &Radius) {
    let all = radius.verdicts();
    for (class, verdict) in &all {
        let severity = words::severity(verdict.severity);
        let _ = writeln!(text, "- **{severity}** ({}) {}", class.letter, escape(&verdict.words));
        for commit in verdict.cause.iter().flat_map(|cause| &cause.commits).take(1) {
            let _ = writeln!(text, "  {}", escape(&words::commit(commit)));
        }
    }
    if !all.is_empty() {
        text.push('\n');
    }
}

fn failure(text: &mut String, group: &FailureGroup) {
    let place = group.problem.primary.as_ref().map(|label| format!(" ({})", label.span)).unwrap_or_default();
    let title = format!("✗ {}: {}{place}", count(group.members.len(), "target"), group.problem.message);
    let names = names(group.members.iter().map(|member| member.target.to_string()));
    let _ = writeln!(text, "<details><summary>{}</summary>\n\n{names}\n\n</details>\n", html(&title));
}

fn class(text: &mut String, class: &ChangeClass) {
    let title = format!("{}: {} — {}", class.letter, count(class.members.len(), "target"), class.summary);
    let _ = writeln!(text, "<details><summary>{}</summary>\n", html(&title));
    let lines = class.difference.unified(3);
    let shown = crate::diff::styled::plain(&lines[..lines.len().min(MOST_LINES)]);
    let fence = fence(&shown);
    let _ = writeln!(text, "{fence}diff\n{shown}{fence}\n");
    if lines.len() > MOST_LINES {
        let _ = writeln!(text, "{} left out.\n", count(lines.len() - MOST_LINES, "more line"));
    }
    let _ = writeln!(
        text,
        "{}\n\n</details>\n",
        names(class.members.iter().map(|member| member.target.to_string()))
    );
}

fn names(all: impl ExactSizeIterator<Item = String>) -> String {
    let more = all.len().saturating_sub(MOST_NAMED);
    let shown: Vec<String> = all.take(MOST_NAMED).map(|name| format!("`{name}`")).collect();
    match more {
        0 => shown.join(" "),
        more => format!("{} and {more} more", shown.join(" ")),
    }
}

/// A fence that is longer than any in the text.
fn fence(text: &str) -> String {
    let longest = text
        .lines()
        .map(|line| line.trim_start_matches(['+', '-', ' ']))
        .map(|line| line.chars().take_while(|letter| *letter == '`').count())
        .max();
    "`".repeat(longest.unwrap_or(0).max(2) + 1)
}

/// Signs with a meaning in Markdown stay signs.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' => {
                escaped.push('\\');
                escaped.push(letter);
            }
            '\n' => escaped.push(' '),
            _ => escaped.push(letter),
        }
    }
    escaped
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_files_cannot_become_markup() {
        assert_eq!(escape("a|b <x> `c` _d_"), r"a\|b \<x\> \`c\` \_d\_");
        assert_eq!(html("<b>&"), "&lt;b&gt;&amp;");
        assert_eq!(fence("+ ```\n"), "````");
        assert_eq!(fence("+ a\n"), "```");
    }
}
