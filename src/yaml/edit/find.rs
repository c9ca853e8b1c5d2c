//! Following a route through a document as far as it exists, and refusing places that are shared.

use crate::base::nearest::nearest;
use crate::yaml::Style;

use super::EditValue;
use super::error::{EditError, EditProblem};
use super::route::{Route, Step};
use super::tree::{Content, NodeId, Tree, Unreadable};

/// Where a route leads.
#[derive(Debug)]
pub(super) enum Found {
    /// To a value.
    Value(NodeId),
    /// To a list or map (or an empty value) in which the steps from `step` on do not exist.
    Missing {
        /// The innermost value that exists; `None` when the document is empty.
        container: Option<NodeId>,
        /// The first step that does not exist.
        step: usize,
        /// The merged map that has the first missing key, if a merge key brings it in.
        merged: Option<NodeId>,
    },
}

/// Reads a text, with problems told as edit errors.
pub(super) fn read(text: &str) -> Result<Tree<'_>, EditError> {
    super::tree::read(text).map_err(|unreadable| {
        let places = Tree { text, nodes: Vec::new(), root: None, anchors: Vec::new() };
        let (problem, at) = match unreadable {
            Unreadable::Syntax { message, at } => (EditProblem::Syntax(message), at),
            Unreadable::Tab { at } => (EditProblem::Tab, at),
            Unreadable::Duplicate { key, at, first } => {
                (EditProblem::DuplicateKey { key, first_line: places.line(first) }, at)
            }
            Unreadable::ManyDocuments { count, at } => (EditProblem::ManyDocuments(count), at),
            Unreadable::TooDeep { limit, at } => (EditProblem::TooDeep(limit), at),
            Unreadable::LineEnd { found, at } => (EditProblem::LineEnd(u32::from(found)), at),
        };
        error(&places, at, problem)
    })
}

/// An error at a byte of the text.
pub(super) fn error(tree: &Tree<'_>, at: usize, problem: EditProblem) -> EditError {
    EditError { problem: Box::new(problem), line: tree.line(at), column: tree.column(at) }
}

/// Follows a route from the root.
pub(super) fn find(tree: &Tree<'_>, route: &Route) -> Result<Found, EditError> {
    let Some(mut node) = tree.root else {
        if route.0.is_empty() {
            let problem = EditProblem::NotFound { missing: route.to_string(), nearest: None };
            return Err(error(tree, 0, problem));
        }
        return Ok(Found::Missing { container: None, step: 0, merged: None });
    };
    for (position, step) in route.0.iter().enumerate() {
        let here = Here { tree, route, position, node };
        let missing = |merged| Ok(Found::Missing { container: Some(node), step: position, merged });
        if let Content::Alias(anchor) = tree.node(node).content {
            let anchor = &tree.anchors[anchor];
            return Err(here.error(EditProblem::InsideAlias {
                route: here.route_so_far(),
                anchor: anchor.name.clone(),
                anchor_line: tree.line(tree.node(anchor.node).start),
            }));
        }
        let next = match (step, &tree.node(node).content) {
            _ if tree.is_null(node) => return missing(None),
            (Step::Key(key), Content::Mapping { entries, .. }) => {
                match entries.iter().find(|entry| tree.key_text(entry) == Some(key)) {
                    Some(entry) => entry.value,
                    None => return missing(merged_with(tree, node, key)),
                }
            }
            (Step::Index(index), Content::Sequence { items, .. }) => match items.get(*index) {
                Some(item) => item.value,
                None => return missing(None),
            },
            (Step::End, Content::Sequence { .. }) => return missing(None),
            (Step::Where { key, value }, Content::Sequence { .. }) => match here.choose(key, value)? {
                Some(item) => item,
                None => return missing(None),
            },
            (step, _) => {
                return Err(here.error(EditProblem::WrongShape {
                    route: here.route_so_far(),
                    found: describe(tree, node),
                    wanted: if matches!(step, Step::Key(_)) { "a map" } else { "a list" },
                }));
            }
        };
        node = next;
    }
    Ok(Found::Value(node))
}

/// The error for a route that must exist and does not.
pub(super) fn not_found(tree: &Tree<'_>, route: &Route, container: Option<NodeId>, step: usize) -> EditError {
    let at = container.map_or(0, |node| tree.node(node).start);
    let missing = Route(route.0[..=step].to_vec()).to_string();
    let nearest = container.and_then(|container| nearest_step(tree, container, &route.0[step]));
    error(tree, at, EditProblem::NotFound { missing, nearest })
}

fn nearest_step(tree: &Tree<'_>, container: NodeId, step: &Step) -> Option<String> {
    let (wanted, known): (&str, Vec<&str>) = match (step, &tree.node(container).content) {
        (Step::Key(wanted), Content::Mapping { entries, .. }) => {
            (wanted, entries.iter().filter_map(|entry| tree.key_text(entry)).collect())
        }
        (Step::Where { key, value }, Content::Sequence { items, .. }) => {
            let names = items.iter().filter_map(|item| entry_text(tree, tree.follow(item.value), key));
            (value, names.collect())
        }
        _ => return None,
    };
    nearest(wanted, known).map(str::to_owned)
}

/// A node on the way, for choices and errors.
struct Here<'a> {
    tree: &'a Tree<'a>,
    route: &'a Route,
    position: usize,
    node: NodeId,
}

impl Here<'_> {
    fn error(&self, problem: EditProblem) -> EditError {
        error(self.tree, self.tree.node(self.node).start, problem)
    }

    fn route_so_far(&self) -> String {
        Route(self.route.0[..self.position].to_vec()).to_string()
    }

    /// The one item of a list of maps in which `key` is `value`.
    fn choose(&self, key: &str, value: &str) -> Result<Option<NodeId>, EditError> {
        let items = self.tree.children(self.node);
        let fits = |item: &NodeId| entry_text(self.tree, self.tree.follow(*item), key) == Some(value);
        let found: Vec<NodeId> = items.into_iter().filter(fits).collect();
        if found.len() > 1 {
            let lines = found.iter().map(|item| self.tree.line(self.tree.node(*item).start)).collect();
            let selector = Route(self.route.0[..=self.position].to_vec()).to_string();
            return Err(error(
                self.tree,
                self.tree.node(found[1]).start,
                EditProblem::Ambiguous { selector, lines },
            ));
        }
        Ok(found.first().copied())
    }
}

/// The text of a scalar entry of a map.
fn entry_text<'a>(tree: &'a Tree<'_>, map: NodeId, key: &str) -> Option<&'a str> {
    let Content::Mapping { entries, .. } = &tree.node(map).content else { return None };
    let entry = entries.iter().find(|entry| tree.key_text(entry) == Some(key))?;
    match &tree.node(tree.follow(entry.value)).content {
        Content::Scalar { text, .. } => Some(text),
        _ => None,
    }
}

/// The map that a merge key brings into `map` and that has `key`.
fn merged_with(tree: &Tree<'_>, map: NodeId, key: &str) -> Option<NodeId> {
    // Maps that were merged already are not looked at again, so a long chain of merges ends.
    let mut waiting = vec![map];
    let mut seen = Vec::new();
    while let Some(map) = waiting.pop() {
        let map = tree.follow(map);
        if seen.contains(&map) {
            continue;
        }
        seen.push(map);
        match &tree.node(map).content {
            Content::Mapping { entries, .. } => {
                if seen.len() > 1 && entries.iter().any(|entry| tree.key_text(entry) == Some(key)) {
                    return Some(map);
                }
                let merges = entries.iter().filter(|entry| is_merge_key(tree, entry.key));
                waiting.extend(merges.map(|entry| entry.value));
            }
            Content::Sequence { items, .. } => waiting.extend(items.iter().map(|item| item.value)),
            Content::Scalar { .. } | Content::Alias(_) => {}
        }
    }
    None
}

fn is_merge_key(tree: &Tree<'_>, key: NodeId) -> bool {
    matches!(&tree.node(key).content, Content::Scalar { text, style: Style::Plain } if text == "<<")
}

/// What a value is, for messages.
pub(super) fn describe(tree: &Tree<'_>, node: NodeId) -> String {
    match &tree.node(node).content {
        Content::Scalar { text, .. } if text.is_empty() => "empty".to_owned(),
        Content::Scalar { text, .. } if text.len() > 40 || text.contains('\n') => "a text".to_owned(),
        Content::Scalar { text, .. } => format!("the value `{text}`"),
        Content::Alias(anchor) => format!("the alias `*{}`", tree.anchors[*anchor].name),
        Content::Sequence { .. } => "a list".to_owned(),
        Content::Mapping { .. } => "a map".to_owned(),
    }
}

/// Refuses a place inside of anything that aliases use elsewhere: they would change too.
pub(super) fn refuse_shared(tree: &Tree<'_>, node: NodeId) -> Result<(), EditError> {
    let mut next = Some(node);
    while let Some(node) = next {
        refuse_anchor(tree, node, |_| true)?;
        next = tree.node(node).parent.map(|(container, _)| container);
    }
    Ok(())
}

/// Refuses to take a value away while an alias outside of it stands for something inside of it.
pub(super) fn refuse_lost_anchors(tree: &Tree<'_>, first: NodeId) -> Result<(), EditError> {
    let inside = first..=tree.node(first).last;
    for node in inside.clone() {
        refuse_anchor(tree, node, |alias| !inside.contains(&alias))?;
    }
    Ok(())
}

/// Refuses a node that aliases stand for, if they count.
pub(super) fn refuse_anchor(
    tree: &Tree<'_>,
    node: NodeId,
    counts: impl Fn(NodeId) -> bool,
) -> Result<(), EditError> {
    let Some(anchor) = tree.node(node).anchor.map(|anchor| &tree.anchors[anchor]) else { return Ok(()) };
    let lines: Vec<u32> = anchor
        .aliases
        .iter()
        .filter(|alias| counts(**alias))
        .map(|alias| tree.line(tree.node(*alias).start))
        .collect();
    if lines.is_empty() {
        return Ok(());
    }
    let at = tree.node(node).start;
    let shared =
        EditProblem::Shared { anchor: anchor.name.clone(), anchor_line: tree.line(at), alias_lines: lines };
    Err(error(tree, at, shared))
}

/// As [`refuse_lost_anchors`] for what is inside of a value that keeps its own anchor.
pub(super) fn refuse_lost_anchors_inside(tree: &Tree<'_>, node: NodeId) -> Result<(), EditError> {
    let inside = node..=tree.node(node).last;
    for inner in node + 1..=tree.node(node).last {
        refuse_anchor(tree, inner, |alias| !inside.contains(&alias))?;
    }
    Ok(())
}

/// The error for a key that only a merge key brings in.
pub(super) fn merged_error(tree: &Tree<'_>, route: &Route, step: usize, merged: NodeId) -> EditError {
    let route = Route(route.0[..=step].to_vec()).to_string();
    let at = tree.node(merged).start;
    error(tree, at, EditProblem::Merged { route, source_line: tree.line(at) })
}

/// The key (`None` for a list item) and the value of the child that makes a missing route exist.
pub(super) fn missing_child<'a>(
    tree: &Tree<'_>,
    route: &'a Route,
    container: Option<NodeId>,
    step: usize,
    merged: Option<NodeId>,
    value: &EditValue,
) -> Result<(Option<&'a str>, EditValue), EditError> {
    let last = route.0.len() - 1;
    // Beside a merge key an entry of its own wins; but a map of its own would hide what the merged one holds.
    if let Some(merged) = merged
        && step < last
    {
        return Err(merged_error(tree, route, step, merged));
    }
    let mut value = value.clone();
    for inner in route.0[step + 1..].iter().rev() {
        value = match inner {
            Step::Key(key) => EditValue::Mapping(vec![(key.clone(), value)]),
            Step::Index(0) | Step::End => EditValue::Sequence(vec![value]),
            Step::Index(_) | Step::Where { .. } => return Err(not_found(tree, route, container, step)),
        };
    }
    let items = container.map_or(0, |container| tree.children(container).len());
    match &route.0[step] {
        Step::Key(key) => Ok((Some(key), value)),
        Step::End => Ok((None, value)),
        Step::Index(index) if *index == items => Ok((None, value)),
        Step::Index(_) | Step::Where { .. } => Err(not_found(tree, route, container, step)),
    }
}
