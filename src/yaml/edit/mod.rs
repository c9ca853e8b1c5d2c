//! Lossless edits of YAML source text: a value changes, every other byte stays.
//!
//! Every edit is one splice of the text, found through the byte positions of the parser's events. The
//! result is always read again and compared with what was wanted: equal except at the route, or the edit is
//! refused and nothing changes.
//!
//! A value that aliases use elsewhere, and a value that an alias or a merge key brings in from elsewhere, is
//! refused with the lines concerned, because other places would change too.

mod error;
mod find;
mod nest;
mod place;
mod print;
mod remove;
mod route;
mod scalar;
mod tree;
mod value;
mod verify;
mod write;

#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::yaml::Style;

pub use error::{EditError, EditProblem};
pub use route::{Route, RouteError, Step};
pub use value::EditValue;

use find::Found;
use tree::{Content, NodeId, Tree};
use verify::Intent;
use write::Splice;

/// The result of an edit: the new text and the one place where it differs from the old.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edited {
    /// The new text.
    pub text: String,
    /// The bytes of the old text that were replaced.
    pub replaced: Range<usize>,
    /// The bytes of the new text that stand in their place.
    pub inserted: Range<usize>,
}

/// A value as it stands in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seen {
    /// Its text in the file, without anchor and tag.
    pub source: String,
    /// What it is.
    pub shape: Shape,
    /// Line, counted from 1.
    pub line: u32,
    /// Column in characters, counted from 1.
    pub column: u32,
}

/// What a value is; for an alias what it stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Shape {
    /// Empty, or `null`.
    Null,
    /// A scalar, with its text after unquoting.
    Scalar(String),
    /// A list with so many items.
    Sequence(usize),
    /// A map with these keys, in the order of the text.
    Mapping(Vec<String>),
}

/// Sets the value at a route; missing keys are added in the style of what is around them.
///
/// Keeps the quotes of a scalar where the new value allows it, comments, anchors, brackets and line ends.
/// Setting what is already there changes nothing. A route that ends in [`Step::End`] appends.
///
/// # Errors
///
/// [`EditError`] when the text is not one valid document, the route leads nowhere or through a shared value,
/// or the edit would change anything else.
pub fn set(text: &str, route: &Route, value: &EditValue) -> Result<Edited, EditError> {
    Document::read(text)?.set(route, value)
}

/// Takes the value at a route away, with its key or dash and the comment behind it. Comment lines above stay.
///
/// A list or map that loses its last child stays as `[]` or `{}`.
///
/// # Errors
///
/// As [`set`]; a route that does not exist is an error too.
pub fn remove(text: &str, route: &Route) -> Result<Edited, EditError> {
    Document::read(text)?.remove(route)
}

/// Pushes the value at a route one level down: `key: value` becomes `key: {inner: value}`.
///
/// The text of the value and its comments are kept; brackets or lines are chosen as its neighbours are written.
///
/// # Errors
///
/// As [`remove()`]; the value must be the value of a map entry.
pub fn nest(text: &str, route: &Route, inner: &str) -> Result<Edited, EditError> {
    Document::read(text)?.nest(route, inner)
}

/// A text that was read once to look at several places.
#[derive(Debug)]
pub struct Document<'t> {
    text: &'t str,
    /// The text without a byte order mark.
    tree: Tree<'t>,
}

impl<'t> Document<'t> {
    /// Reads a text.
    ///
    /// # Errors
    ///
    /// [`EditError`] when the text is not one valid document.
    pub fn read(text: &'t str) -> Result<Self, EditError> {
        let tree = find::read(text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text))?;
        Ok(Self { text, tree })
    }

    /// [`set`] for a text that was read already.
    ///
    /// # Errors
    ///
    /// As [`set`].
    pub fn set(&self, route: &Route, value: &EditValue) -> Result<Edited, EditError> {
        self.edit(|tree| splice_to_set(tree, route, value))
    }

    /// [`remove()`] for a text that was read already.
    ///
    /// # Errors
    ///
    /// As [`remove()`].
    pub fn remove(&self, route: &Route) -> Result<Edited, EditError> {
        self.edit(|tree| splice_to_remove(tree, route))
    }

    /// [`nest()`] for a text that was read already.
    ///
    /// # Errors
    ///
    /// As [`nest()`].
    pub fn nest(&self, route: &Route, inner: &str) -> Result<Edited, EditError> {
        self.edit(|tree| splice_to_nest(tree, route, inner))
    }

    /// Asks for a splice (none when nothing is to change) and applies it.
    fn edit(
        &self,
        splice: impl FnOnce(&Tree<'_>) -> Result<Option<Splice>, EditError>,
    ) -> Result<Edited, EditError> {
        let text = self.text;
        let skipped = text.len() - self.tree.text.len();
        let splice = splice(&self.tree)?.unwrap_or(Splice { range: 0..0, text: String::new() });
        let (start, end) = (splice.range.start + skipped, splice.range.end + skipped);
        Ok(Edited {
            text: format!("{}{}{}", &text[..start], splice.text, &text[end..]),
            replaced: start..end,
            inserted: start..start + splice.text.len(),
        })
    }

    /// What stands at a route; `None` when nothing does.
    ///
    /// # Errors
    ///
    /// [`EditError`] when the route leads through an alias or a scalar, or a choice fits several items.
    pub fn look(&self, route: &Route) -> Result<Option<Seen>, EditError> {
        let tree = &self.tree;
        let Found::Value(id) = find::find(tree, route)? else { return Ok(None) };
        let node = tree.node(id);
        let target = tree.follow(id);
        let shape = match &tree.node(target).content {
            _ if tree.is_null(target) => Shape::Null,
            Content::Scalar { text, .. } => Shape::Scalar(text.clone()),
            Content::Sequence { items, .. } => Shape::Sequence(items.len()),
            Content::Mapping { entries, .. } => {
                let keys = entries.iter().filter_map(|entry| tree.key_text(entry));
                Shape::Mapping(keys.map(str::to_owned).collect())
            }
            Content::Alias(_) => Shape::Null,
        };
        Ok(Some(Seen {
            source: tree.text[node.body.clone()].to_owned(),
            shape,
            line: tree.line(node.body.start),
            column: tree.column(node.body.start),
        }))
    }

    /// Why the value at a route is shared with other places, if it is: it is an alias, aliases stand for it, or (given
    /// the key that is wanted in it) a merge key brings that key in.
    ///
    /// # Errors
    ///
    /// As [`Self::look`].
    pub fn sharing(&self, route: &Route, inside: Option<&Step>) -> Result<Option<EditError>, EditError> {
        let tree = &self.tree;
        let Found::Value(node) = find::find(tree, route)? else { return Ok(None) };
        // The value itself, not what it lies in: that is for whoever edits.
        if let Err(error) = find::refuse_anchor(tree, node, |_| true) {
            return Ok(Some(error));
        }
        let mut deeper = route.clone();
        deeper.0.push(inside.cloned().unwrap_or(Step::End));
        Ok(match find::find(tree, &deeper) {
            Err(error) if matches!(*error.problem, EditProblem::InsideAlias { .. }) => Some(error),
            Ok(Found::Missing { merged: Some(merged), step, .. }) => {
                Some(find::merged_error(tree, &deeper, step, merged))
            }
            _ => None,
        })
    }

    /// Whether the value at a route, or a map inside of it, has one of some keys; aliases are followed.
    ///
    /// # Errors
    ///
    /// As [`Self::look`].
    pub fn has_key_inside(&self, route: &Route, keys: &[&str]) -> Result<bool, EditError> {
        let tree = &self.tree;
        let Found::Value(node) = find::find(tree, route)? else { return Ok(false) };
        let mut waiting = vec![node];
        let mut seen = std::collections::BTreeSet::new();
        while let Some(node) = waiting.pop() {
            let node = tree.follow(node);
            if !seen.insert(node) {
                continue;
            }
            if let Content::Mapping { entries, .. } = &tree.node(node).content
                && entries.iter().filter_map(|entry| tree.key_text(entry)).any(|key| keys.contains(&key))
            {
                return Ok(true);
            }
            waiting.extend(tree.children(node));
        }
        Ok(false)
    }

    /// Where a route that does not exist ends, as an error with the nearest spelling; `None` when it exists.
    ///
    /// # Errors
    ///
    /// As [`Self::look`].
    pub fn missing(&self, route: &Route) -> Result<Option<EditError>, EditError> {
        Ok(match find::find(&self.tree, route)? {
            Found::Value(_) => None,
            Found::Missing { container, step, .. } => {
                Some(find::not_found(&self.tree, route, container, step))
            }
        })
    }
}

/// What stands at a route; `None` when nothing does.
///
/// # Errors
///
/// As [`Document::read`] and [`Document::look`].
pub fn look(text: &str, route: &Route) -> Result<Option<Seen>, EditError> {
    Document::read(text)?.look(route)
}

const BYTE_ORDER_MARK: char = '\u{FEFF}';

fn splice_to_set(tree: &Tree<'_>, route: &Route, value: &EditValue) -> Result<Option<Splice>, EditError> {
    if let Some(plain) = not_plain(value) {
        return Err(find::error(tree, 0, EditProblem::NotPlain(plain.to_owned())));
    }
    match find::find(tree, route)? {
        Found::Value(node) => {
            find::refuse_shared(tree, node)?;
            find::refuse_lost_anchors_inside(tree, node)?;
            if verify::is_already(tree, node, value) {
                return Ok(None);
            }
            let splices = styles().map(|style| write::replace(tree, node, value, style));
            first_that_holds(tree, route, node_start(tree, node), splices, |_| Intent::Replace {
                node,
                value,
            })
        }
        Found::Missing { container, step, merged } => {
            let (key, value) = find::missing_child(tree, route, container, step, merged, value)?;
            if let Some(container) = container {
                find::refuse_shared(tree, container)?;
            }
            let ways: Vec<(Splice, usize)> =
                styles().map(|style| write::insert(tree, container, key, &value, style)).collect();
            let at: Vec<usize> = ways.iter().map(|(_, at)| *at).collect();
            let start = container.map_or(0, |container| node_start(tree, container));
            first_that_holds(tree, route, start, ways.into_iter().map(|(splice, _)| splice), |way| {
                Intent::Insert { container, at: at[way], key, value: &value }
            })
        }
    }
}

fn splice_to_remove(tree: &Tree<'_>, route: &Route) -> Result<Option<Splice>, EditError> {
    match find::find(tree, route)? {
        Found::Value(node) => {
            let Some((container, at)) = tree.node(node).parent else {
                let problem = EditProblem::Unsafe(route.to_string());
                return Err(find::error(tree, 0, problem));
            };
            find::refuse_shared(tree, container)?;
            find::refuse_lost_anchors(tree, node)?;
            let splices = remove::remove(tree, container, at).into_iter();
            first_that_holds(tree, route, node_start(tree, node), splices, |_| Intent::Remove {
                container,
                at,
            })
        }
        Found::Missing { container, step, merged } => Err(match merged {
            Some(merged) => find::merged_error(tree, route, step, merged),
            None => find::not_found(tree, route, container, step),
        }),
    }
}

fn splice_to_nest(tree: &Tree<'_>, route: &Route, inner: &str) -> Result<Option<Splice>, EditError> {
    match find::find(tree, route)? {
        Found::Value(node) => {
            // An anchor at the value itself moves along with it: its aliases stand for the same as before.
            if let Some((container, _)) = tree.node(node).parent {
                find::refuse_shared(tree, container)?;
            }
            let splices = nest::nest(tree, node, inner).into_iter();
            first_that_holds(tree, route, node_start(tree, node), splices, |_| Intent::Nest {
                node,
                key: inner,
            })
        }
        Found::Missing { container, step, .. } => Err(find::not_found(tree, route, container, step)),
    }
}

/// The styles to try for new strings: as around, then quoted.
fn styles() -> impl Iterator<Item = Option<Style>> {
    [None, Some(Style::Double)].into_iter()
}

fn node_start(tree: &Tree<'_>, node: NodeId) -> usize {
    tree.node(node).start
}

/// A plain text inside the value that would be read as a string.
fn not_plain(value: &EditValue) -> Option<&str> {
    use crate::yaml::{Tag, scalar::tag_of_plain};
    match value {
        EditValue::Plain(text) => matches!(tag_of_plain(text), Tag::Str | Tag::Null).then_some(text),
        EditValue::Sequence(items) => items.iter().find_map(not_plain),
        EditValue::Mapping(entries) => entries.iter().find_map(|(_, value)| not_plain(value)),
        EditValue::Null | EditValue::Text(_) => None,
    }
}

/// The first splice whose result is the old tree with the intent and nothing else.
fn first_that_holds<'a>(
    tree: &Tree<'_>,
    route: &Route,
    start: usize,
    splices: impl Iterator<Item = Splice>,
    intent: impl Fn(usize) -> Intent<'a>,
) -> Result<Option<Splice>, EditError> {
    for (way, splice) in splices.enumerate() {
        let (before, after) = (&tree.text[..splice.range.start], &tree.text[splice.range.end..]);
        let text = format!("{before}{}{after}", splice.text);
        if tree::read(&text).is_ok_and(|new| verify::holds(tree, &new, intent(way))) {
            return Ok(Some(splice));
        }
    }
    Err(find::error(tree, start, EditProblem::Unsafe(route.to_string())))
}
