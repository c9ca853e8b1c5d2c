//! The splices that push a value one level down: `key: value` becomes `key: {inner: value}`.

use super::EditValue;
use super::place::{Slot, habit, siblings_in_brackets};
use super::print::{child_indent, key_text};
use super::scalar::Place;
use super::tree::{NodeId, Tree};
use super::write::Splice;

/// Ways to push a value down under a new key, the best first.
pub(super) fn nest(tree: &Tree<'_>, node: NodeId, key: &str) -> Vec<Splice> {
    let old = tree.node(node);
    let source = &tree.text[old.start..old.body.end];
    let slot = Slot::of(tree, node);
    let example = EditValue::entry(key, EditValue::Null);
    let one_line = !source.contains('\n') && !source.is_empty();
    let brackets_around =
        old.parent.is_some_and(|(container, _)| siblings_in_brackets(tree, container, Some(node), &example));
    let mut ways = Vec::new();
    if one_line && (slot.is_flow() || brackets_around) {
        let text = format!("{{{}: {source}}}", key_text(key, Place::Flow));
        ways.push(Splice { range: old.start..old.body.end, text });
    }
    if let Slot::Entry { colon_end: Some(head), indent, flow: false } = slot {
        ways.push(nest_in_lines(tree, node, key, head, indent));
    }
    ways
}

fn nest_in_lines(tree: &Tree<'_>, node: NodeId, key: &str, head: usize, indent: usize) -> Splice {
    let old = tree.node(node);
    let habit = habit(tree, old.start);
    let indent = child_indent(&EditValue::Mapping(Vec::new()), indent, habit);
    let line_break = tree.line_break(old.start);
    let inner = format!("{}{}:", " ".repeat(indent), key_text(key, Place::Block));
    let head_end = tree.line_end(head);
    let shift = " ".repeat(habit.step);
    if old.body.start > head_end || (tree.is_block_collection(node) && !old.body.is_empty()) {
        // The value stands below its key: every line of it moves to the right.
        let end = tree.line_end(old.body.end).max(head_end);
        let anchor = tree.text[old.start.min(head_end)..head_end].trim();
        let anchor = anchor.split('#').next().unwrap_or("").trim();
        let on_head = &tree.text[head..head_end];
        let comment = on_head.find('#').map_or("", |hash| &on_head[hash..]);
        let comment = if comment.is_empty() { String::new() } else { format!(" {comment}") };
        let inner = if anchor.is_empty() { inner } else { format!("{inner} {anchor}") };
        let moved = shifted(&tree.text[head_end..end], &shift);
        return Splice { range: head..end, text: format!("{comment}{line_break}{inner}{moved}") };
    }
    let source = &tree.text[old.start..old.body.end];
    let gap = if source.is_empty() { "" } else { " " };
    let text = format!("{line_break}{inner}{gap}{}", shifted(source, &shift));
    Splice { range: head..old.body.end, text }
}

/// A piece of text with all lines but the first one moved to the right.
fn shifted(text: &str, shift: &str) -> String {
    let mut moved = String::with_capacity(text.len() + 64);
    for (position, line) in text.split_inclusive('\n').enumerate() {
        if position > 0 && !line.trim().is_empty() {
            moved.push_str(shift);
        }
        moved.push_str(line);
    }
    moved
}
