//! The splices that take an entry or item out of a list or map.

use super::EditValue;
use super::tree::{Content, NodeId, Tree};
use super::write::{Splice, child_starts, replace};

/// Ways to take a child out, the best first; the first one that leaves everything else as it was is used.
pub(super) fn remove(tree: &Tree<'_>, container: NodeId, index: usize) -> Vec<Splice> {
    let children = tree.children(container);
    let body = tree.node(container).body.clone();
    let is_flow = tree.is_flow_collection(container);
    if children.len() == 1 {
        if is_flow {
            let inner = body.start + 1..body.end.saturating_sub(1).max(body.start + 1);
            return vec![Splice { range: inner, text: String::new() }];
        }
        let empty = match tree.node(container).content {
            Content::Mapping { .. } => EditValue::Mapping(Vec::new()),
            _ => EditValue::Sequence(Vec::new()),
        };
        return vec![replace(tree, container, &empty, None)];
    }
    let starts = child_starts(tree, container);
    let start = starts[index];
    let end = tree.node(children[index]).body.end;
    if is_flow {
        let before = index.checked_sub(1).map(|before| tree.node(children[before]).body.end);
        let after = starts.get(index + 1).copied();
        remove_in_brackets(tree, before, start, end, after)
    } else {
        remove_lines(tree, start, end)
    }
}

fn remove_lines(tree: &Tree<'_>, start: usize, end: usize) -> Vec<Splice> {
    let text = tree.text;
    let cut = |range| Splice { range, text: String::new() };
    let line_start = tree.line_start(start);
    let line_end = tree.line_end(end);
    let after = after_line_break(text, line_end);
    if !text[line_start..start].trim().is_empty() {
        // `- first: 1`: the next line moves up behind the dash.
        let blanks = text[after..].len() - text[after..].trim_start_matches(' ').len();
        return vec![cut(start..after + blanks)];
    }
    if after > line_end {
        return vec![cut(line_start..after)];
    }
    // The last line of a text without a final line end: the text still has none afterwards.
    let before = text[..line_start].strip_suffix('\n').map_or(line_start, str::len);
    let before = text[..before].strip_suffix('\r').map_or(before, str::len);
    vec![cut(before..line_end), cut(line_start..line_end)]
}

fn remove_in_brackets(
    tree: &Tree<'_>,
    before: Option<usize>,
    start: usize,
    end: usize,
    after: Option<usize>,
) -> Vec<Splice> {
    let text = tree.text;
    let cut = |range| Splice { range, text: String::new() };
    let comma = tree.skip_space(end);
    let used = if text[comma..].starts_with(',') { comma + 1 } else { end };
    let (line_start, line_end) = (tree.line_start(start), tree.line_end(used));
    let rest_of_line = text[used..line_end].trim_start();
    let owns_lines = text[line_start..start].trim().is_empty()
        && (rest_of_line.is_empty() || rest_of_line.starts_with('#'))
        && after_line_break(text, line_end) > line_end;
    let whole_lines = cut(line_start..after_line_break(text, line_end));
    let mut ways = Vec::new();
    match (before, after) {
        (_, Some(_)) if owns_lines => ways.push(whole_lines),
        (_, Some(after)) => ways.push(cut(start..after)),
        (Some(before), None) => {
            if owns_lines && (used > end || text[before..start].contains('#')) {
                ways.push(whole_lines);
            }
            ways.push(cut(before..end));
        }
        (None, None) => ways.push(cut(start..used)),
    }
    ways
}

/// The first byte of the next line; the same byte at the end of the text.
fn after_line_break(text: &str, line_end: usize) -> usize {
    let rest = &text[line_end..];
    line_end + if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) }
}
