//! The splices that put a value into the text, or a new entry or item beside others.

use std::ops::Range;

use crate::yaml::Style;

use super::EditValue;
use super::place::{Slot, habit, quotes_inside, siblings_in_brackets};
use super::print::{
    Habit, block_lines, child_indent, entry_lines, entry_on_one_line, is_block, item_lines, literal,
    on_one_line,
};
use super::scalar::Place;
use super::tree::{Content, NodeId, Tree};

/// One replacement in the text: the only thing that an edit does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Splice {
    pub(super) range: Range<usize>,
    pub(super) text: String,
}

/// Puts another value in the place of one.
pub(super) fn replace(tree: &Tree<'_>, node: NodeId, value: &EditValue, style: Option<Style>) -> Splice {
    let old = tree.node(node);
    let slot = Slot::of(tree, node);
    let habit = habit(tree, old.start).forced(style);
    let old_style = match &old.content {
        Content::Scalar { style, .. } if !tree.is_null(node) => *style,
        _ => old.parent.map_or(Style::Plain, |(container, _)| quotes_inside(tree, container)),
    };
    let anchor = old.anchor.map(|anchor| format!("&{}", tree.anchors[anchor].name));
    let in_brackets = slot.is_flow()
        || !is_block(value)
        || tree.is_flow_collection(node)
        || (!tree.is_block_collection(node)
            && old
                .parent
                .is_some_and(|(container, _)| siblings_in_brackets(tree, container, Some(node), value)));
    let indent = match slot {
        Slot::Root => 0,
        Slot::Entry { indent, .. } => child_indent(value, indent, habit),
        Slot::Item { indent, .. } => indent + 2,
    };
    let lines = if !in_brackets {
        Some((None, block_lines(value, indent, habit)))
    } else if slot.is_flow() || matches!(style.unwrap_or(old_style), Style::Single | Style::Double) {
        None
    } else {
        literal(value, indent).map(|(header, lines)| (Some(header), lines))
    };
    let place = if slot.is_flow() { Place::Flow } else { Place::Block };
    let line = on_one_line(value, style.unwrap_or(old_style), place);
    let was_one_line = !tree.is_block_collection(node) && !tree.is_block_scalar(node);

    if lines.is_none() && was_one_line {
        let is_nothing = old.start == old.body.end;
        let lead = match slot {
            Slot::Entry { colon_end: None, .. } if is_nothing => ": ",
            _ if is_nothing && !matches!(slot, Slot::Root) => " ",
            _ => "",
        };
        let anchor = anchor.map_or_else(String::new, |anchor| format!("{anchor} "));
        return Splice { range: old.start..old.body.end, text: format!("{lead}{anchor}{line}") };
    }

    // The value takes or leaves whole lines, so comments on its first line move to the line of the key or dash.
    let head = match slot {
        Slot::Root => old.start,
        Slot::Entry { colon_end, .. } => colon_end.unwrap_or(old.start),
        Slot::Item { dash_end, .. } => dash_end,
    };
    let (comment, extra_comment, end) = comments_around(tree, node, head, lines.is_some());
    let line_break = tree.line_break(old.start);
    let anchor = anchor.map_or_else(String::new, |anchor| format!(" {anchor}"));
    let extra = extra_comment.map(|comment| format!("{}{comment}", " ".repeat(indent)));
    let text = match lines {
        None if matches!(slot, Slot::Root) => line,
        None => format!("{anchor} {line}{comment}"),
        Some((Some(header), lines)) => {
            let first = format!("{anchor} {header}{comment}");
            std::iter::once(first).chain(lines).collect::<Vec<_>>().join(line_break)
        }
        Some((None, lines)) => {
            let joined = extra.into_iter().chain(lines).collect::<Vec<_>>().join(line_break);
            let is_bare = anchor.is_empty() && comment.is_empty();
            match slot {
                Slot::Root => joined,
                Slot::Item { .. } if is_bare => format!(" {}", joined.trim_start_matches(' ')),
                _ => format!("{anchor}{comment}{line_break}{joined}"),
            }
        }
    };
    Splice { range: head..end, text }
}

/// The comment that stays on the line of the key, one that needs a line of its own, and where the old value
/// (with the comments that move or go) ends.
fn comments_around(
    tree: &Tree<'_>,
    node: NodeId,
    head: usize,
    becomes_lines: bool,
) -> (String, Option<String>, usize) {
    let old = tree.node(node);
    let head_end = tree.line_end(head);
    let own_line = old.body.start > head_end || tree.is_block_scalar(node);
    let on_head = if own_line { comment_in(&tree.text[head..head_end]) } else { None };
    if tree.is_block_collection(node) {
        return (on_head.unwrap_or_default(), None, tree.line_end(old.body.end));
    }
    if tree.is_block_scalar(node) || !becomes_lines {
        return (on_head.unwrap_or_default(), None, old.body.end);
    }
    let end = tree.line_end(old.body.end);
    let behind = comment_in(&tree.text[old.body.end..end]);
    match (on_head, behind) {
        (Some(head), behind) => (head, behind.map(|comment| comment.trim_start().to_owned()), end),
        (None, behind) => (behind.unwrap_or_default(), None, end),
    }
}

/// The comment at the end of a piece of a line, with the blanks before it.
fn comment_in(piece: &str) -> Option<String> {
    let hash = piece
        .match_indices('#')
        .map(|(at, _)| at)
        .find(|at| *at == 0 || piece[..*at].ends_with([' ', '\t']))?;
    let blanks = piece[..hash].trim_end_matches([' ', '\t']).len();
    Some(if blanks == hash { format!(" {}", &piece[hash..]) } else { piece[blanks..].to_owned() })
}

/// Adds an entry (with a key) or an item (without) to a list or map, or to an empty value that becomes one.
///
/// Also says at which position the new child stands.
pub(super) fn insert(
    tree: &Tree<'_>,
    container: Option<NodeId>,
    key: Option<&str>,
    value: &EditValue,
    style: Option<Style>,
) -> (Splice, usize) {
    let whole = || match key {
        Some(key) => EditValue::entry(key, value.clone()),
        None => EditValue::Sequence(vec![value.clone()]),
    };
    let Some(container) = container else { return (first_lines(tree, tree.text.len(), &whole(), style), 0) };
    let node = tree.node(container);
    if tree.is_null(container) {
        let splice = if node.parent.is_none() && node.body.is_empty() && node.anchor.is_none() {
            first_lines(tree, node.start, &whole(), style)
        } else {
            replace(tree, container, &whole(), style)
        };
        return (splice, 0);
    }
    let mut habit = habit(tree, node.body.end);
    habit.quotes = quotes_inside(tree, container);
    let habit = habit.forced(style);
    if tree.is_flow_collection(container) {
        let text = match key {
            Some(key) => entry_on_one_line(key, value, habit.quotes),
            None => on_one_line(value, habit.quotes, Place::Flow),
        };
        return (insert_in_brackets(tree, container, &text), tree.children(container).len());
    }
    insert_lines(tree, container, key, value, habit)
}

/// The first lines of a document that held none.
fn first_lines(tree: &Tree<'_>, at: usize, value: &EditValue, style: Option<Style>) -> Splice {
    let line_break = tree.line_break(at);
    let lines = block_lines(value, 0, habit(tree, at).forced(style)).join(line_break);
    let before = &tree.text[..at];
    let lead = if before.is_empty() || before.ends_with('\n') { "" } else { line_break };
    let tail = if tree.text.is_empty() || tree.text.ends_with('\n') || at < tree.text.len() {
        line_break
    } else {
        ""
    };
    Splice { range: at..at, text: format!("{lead}{lines}{tail}") }
}

fn insert_lines(
    tree: &Tree<'_>,
    container: NodeId,
    key: Option<&str>,
    value: &EditValue,
    habit: Habit,
) -> (Splice, usize) {
    let starts = child_starts(tree, container);
    let count = starts.len();
    let indent = tree.indent(starts.first().copied().unwrap_or(0));
    let one_line = is_block(value) && siblings_in_brackets(tree, container, None, value);
    let lines = match key {
        Some(key) if one_line => {
            vec![format!("{}{}", " ".repeat(indent), entry_on_one_line(key, value, habit.quotes))]
        }
        None if one_line => {
            vec![format!("{}- {}", " ".repeat(indent), on_one_line(value, habit.quotes, Place::Flow))]
        }
        Some(key) => entry_lines(key, value, indent, habit),
        None => item_lines(value, indent, habit),
    };
    let end = tree.line_end(tree.node(container).body.end);
    let line_break = tree.line_break(end);
    let joined = lines.join(line_break);
    let last_start = starts.last().copied().unwrap_or(end);
    let starts_its_line = tree.text[tree.line_start(last_start)..last_start].trim().is_empty();
    // A line end behind an unfinished `|` would become part of its text: the new lines go before it.
    if end == tree.text.len() && tree.is_block_scalar(tree.node(container).last) && starts_its_line {
        let at = tree.line_start(last_start);
        return (Splice { range: at..at, text: format!("{joined}{line_break}") }, count - 1);
    }
    (Splice { range: end..end, text: format!("{line_break}{joined}") }, count)
}

fn insert_in_brackets(tree: &Tree<'_>, container: NodeId, text: &str) -> Splice {
    let body = tree.node(container).body.clone();
    let (open, close) = (body.start + 1, body.end.saturating_sub(1).max(body.start + 1));
    let starts = child_starts(tree, container);
    let (Some(last_start), Some(last)) = (starts.last().copied(), tree.children(container).last().copied())
    else {
        let inner = &tree.text[open..close];
        let range = if inner.trim().is_empty() { open..close } else { open..open };
        return Splice { range, text: text.to_owned() };
    };
    let end = tree.node(last).body.end;
    let after = tree.skip_space(end);
    let has_comma = tree.text[after..].starts_with(',');
    let used = if has_comma { after + 1 } else { end };
    let line_start = tree.line_start(last_start);
    let own_line = line_start >= open && tree.text[line_start..last_start].trim().is_empty();
    let line_end = tree.line_end(used);
    if !own_line {
        return if has_comma {
            Splice { range: used..used, text: format!(" {text},") }
        } else {
            Splice { range: end..end, text: format!(", {text}") }
        };
    }
    let indentation = &tree.text[line_start..last_start];
    let line_break = tree.line_break(last_start);
    if close <= line_end {
        let comma = if has_comma { "" } else { "," };
        let tail = if has_comma { "," } else { "" };
        return Splice { range: used..used, text: format!("{comma}{line_break}{indentation}{text}{tail}") };
    }
    if has_comma {
        return Splice { range: line_end..line_end, text: format!("{line_break}{indentation}{text},") };
    }
    let rest = &tree.text[end..line_end];
    Splice { range: end..line_end, text: format!(",{rest}{line_break}{indentation}{text}") }
}

/// Where the entries or items of a list or map start: keys, dashes, or values in brackets.
pub(super) fn child_starts(tree: &Tree<'_>, container: NodeId) -> Vec<usize> {
    match &tree.node(container).content {
        Content::Mapping { entries, .. } => entries.iter().map(|entry| tree.node(entry.key).start).collect(),
        Content::Sequence { flow: true, items } => {
            items.iter().map(|item| tree.node(item.value).start).collect()
        }
        Content::Sequence { flow: false, items } => {
            items.iter().map(|item| item.dash_end.saturating_sub(1)).collect()
        }
        Content::Scalar { .. } | Content::Alias(_) => Vec::new(),
    }
}
