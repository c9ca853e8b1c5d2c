//! Where a value hangs in the text, and the style of what is around it.

use crate::yaml::scalar::tag_of_plain;
use crate::yaml::{Style, Tag};

use super::EditValue;
use super::print::Habit;
use super::tree::{Content, Node, NodeId, Tree};

/// What holds a value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Slot {
    /// The value is the document.
    Root,
    /// The value of a map entry.
    Entry {
        /// The byte after `:`, if there is one.
        colon_end: Option<usize>,
        /// The column of the key.
        indent: usize,
        /// Whether the map is in brackets.
        flow: bool,
    },
    /// An item of a list.
    Item {
        /// The byte after `-`; for a list in brackets where the value starts.
        dash_end: usize,
        /// The column of the dash.
        indent: usize,
        /// Whether the list is in brackets.
        flow: bool,
    },
}

impl Slot {
    pub(super) fn of(tree: &Tree<'_>, node: NodeId) -> Self {
        let Some((container, index)) = tree.node(node).parent else { return Self::Root };
        match &tree.node(container).content {
            Content::Mapping { flow, entries } => {
                let entry = &entries[index];
                let indent = tree.indent(tree.node(entry.key).start);
                Self::Entry { colon_end: entry.colon_end, indent, flow: *flow }
            }
            Content::Sequence { flow, items } => {
                let dash_end = items[index].dash_end;
                Self::Item { dash_end, indent: tree.indent(dash_end.saturating_sub(1)), flow: *flow }
            }
            Content::Scalar { .. } | Content::Alias(_) => Self::Root,
        }
    }

    pub(super) fn is_flow(self) -> bool {
        matches!(self, Self::Entry { flow: true, .. } | Self::Item { flow: true, .. })
    }
}

/// How the document is written, judged by what stands nearest to a byte: in a long list no further away than in the
/// item before and behind.
pub(super) fn habit(tree: &Tree<'_>, at: usize) -> Habit {
    let mut step = None;
    let mut dash = None;
    for node in nearby(tree, at) {
        let Content::Mapping { flow: false, entries } = &node.content else { continue };
        for entry in entries {
            let value = tree.node(entry.value);
            if !tree.is_block_collection(entry.value) {
                continue;
            }
            let key = tree.node(entry.key).start;
            let Some(deeper) = tree.indent(value.body.start).checked_sub(tree.indent(key)) else { continue };
            let distance = key.abs_diff(at);
            let best = if matches!(value.content, Content::Mapping { .. }) { &mut step } else { &mut dash };
            if best.is_none_or(|(nearest, _)| distance < nearest) {
                *best = Some((distance, deeper));
            }
        }
    }
    let step = step.map_or(2, |(_, step)| step).max(1);
    Habit { step, dash: dash.map_or(step, |(_, dash)| dash), quotes: Style::Plain, literals: true }
}

/// The nodes that show how the text around a byte is written: those of an item of a list at the top and of its
/// neighbours, and the top itself; all where there is no such list.
fn nearby<'t>(tree: &'t Tree<'_>, at: usize) -> impl Iterator<Item = &'t Node> {
    let top = tree.root.map(|root| tree.node(root));
    let entries = match top.map(|node| &node.content) {
        Some(Content::Mapping { flow: false, entries }) => entries.as_slice(),
        _ => &[],
    };
    let entry = entries.iter().rev().find(|entry| tree.node(entry.key).start <= at);
    let items = match entry.map(|entry| &tree.node(entry.value).content) {
        Some(Content::Sequence { flow: false, items }) => items.as_slice(),
        _ => &[],
    };
    let own = items.iter().rposition(|item| item.dash_end <= at + 1);
    let around = own.map(|own| {
        let last = &items[(own + 1).min(items.len() - 1)];
        items[own.saturating_sub(1)].value..tree.node(last.value).last + 1
    });
    let (top, nodes) = match around {
        Some(around) => (top, &tree.nodes[around]),
        None => (None, tree.nodes.as_slice()),
    };
    top.into_iter().chain(nodes)
}

/// The quotes of the strings in a list or map, if they all have the same; the newest string decides otherwise.
pub(super) fn quotes_inside(tree: &Tree<'_>, container: NodeId) -> Style {
    let strings = tree.children(container).into_iter().rev().filter_map(|child| {
        match (&tree.node(child).content, tree.node(child).tag.as_ref()) {
            (Content::Scalar { text, style: Style::Plain }, None) if tag_of_plain(text) != Tag::Str => None,
            (Content::Scalar { style, .. }, None) => Some(*style),
            _ => None,
        }
    });
    let mut strings = strings.filter(|style| !matches!(style, Style::Literal | Style::Folded));
    strings.next().unwrap_or(Style::Plain)
}

/// Whether lists or maps like `value` beside a place in `container` are written in brackets.
pub(super) fn siblings_in_brackets(
    tree: &Tree<'_>,
    container: NodeId,
    except: Option<NodeId>,
    value: &EditValue,
) -> bool {
    let mut brackets = false;
    for child in tree.children(container).into_iter().filter(|child| Some(*child) != except) {
        match (&tree.node(child).content, value) {
            (Content::Sequence { flow, items }, EditValue::Sequence(_)) if !items.is_empty() => {
                brackets = *flow;
            }
            (Content::Mapping { flow, entries }, EditValue::Mapping(_)) if !entries.is_empty() => {
                brackets = *flow;
            }
            _ => continue,
        }
        if !brackets {
            return false;
        }
    }
    brackets
}
