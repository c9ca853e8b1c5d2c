//! Which fields of a resource differ: two node trees compared by what they print.
//!
//! Maps are compared key by key. Lists whose items all have names of their own (containers, ports, variables) are
//! compared name by name; in all others, equal items are found first and what is left between them is compared in
//! order. Two trees without a difference print the same text, and the other way round.

use std::borrow::Cow;

use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use super::path::{FieldPath, PathStep};
use crate::base::Mark;
use crate::yaml::scalar::print::{Printed, print};
use crate::yaml::{Entry, Mapping, Node, Scalar, Value};

/// A field that differs.
#[derive(Clone, Debug)]
pub struct FieldDifference<'n> {
    /// Where it is; list items without a name are counted on the new side, removed ones on the old.
    pub path: FieldPath,
    /// The old value; `None` when there was none.
    pub old: Option<FieldValue<'n>>,
    /// The new value; `None` when there is none any more.
    pub new: Option<FieldValue<'n>>,
    /// Whether the items of a list with names are the same and only their order is another.
    pub is_reordered: bool,
}

/// A value and the place of its key.
#[derive(Clone, Copy, Debug)]
pub struct FieldValue<'n> {
    /// The value.
    pub node: &'n Node,
    /// Where its key was written; for items of lists, where they were.
    pub key: Mark,
}

/// Maps with more keys than this are compared by a table.
const MANY_KEYS: usize = 24;

/// When two lists have more pairs of items than this, left over after equal beginnings and ends, they are compared in
/// order.
const MOST_PAIRS: usize = 250_000;

/// The fields that differ between two resources, sorted by path.
#[must_use]
pub fn field_differences<'n>(old: &'n Node, new: &'n Node) -> Vec<FieldDifference<'n>> {
    let mut walk = Walk { path: Vec::new(), found: Vec::new() };
    walk.values(FieldValue { node: old, key: old.mark }, FieldValue { node: new, key: new.mark });
    walk.found.sort_by(|a, b| a.path.cmp(&b.path));
    walk.found
}

/// Whether two values print the same.
#[must_use]
pub fn prints_same(old: &Node, new: &Node) -> bool {
    match (&old.value, &new.value) {
        (Value::Scalar(left), Value::Scalar(right)) => same_scalar(left, right),
        (Value::Sequence(left), Value::Sequence(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| prints_same(left, right))
        }
        (Value::Mapping(left), Value::Mapping(right)) => {
            left.len() == right.len()
                && pairs_of(left, right).all(|(left, right)| match (left, right) {
                    (Some(left), Some(right)) => prints_same(&left.value, &right.value),
                    _ => false,
                })
        }
        _ => false,
    }
}

/// The printed text of a scalar, and whether it is a string (and not a number, a boolean or null).
#[must_use]
pub fn printed(scalar: &Scalar) -> (Cow<'_, str>, bool) {
    match print(scalar) {
        Ok(Printed::Text(text)) => (text, true),
        Ok(Printed::Value(text)) => (text, false),
        // Such a value fails the build; where it is looked at all the same, its source text says what it is.
        Err(_) => (Cow::Borrowed(&scalar.text), false),
    }
}

fn same_scalar(left: &Scalar, right: &Scalar) -> bool {
    left == right || printed(left) == printed(right)
}

struct Walk<'n> {
    path: Vec<PathStep>,
    found: Vec<FieldDifference<'n>>,
}

impl<'n> Walk<'n> {
    fn values(&mut self, old: FieldValue<'n>, new: FieldValue<'n>) {
        match (&old.node.value, &new.node.value) {
            (Value::Mapping(left), Value::Mapping(right)) if !left.is_empty() && !right.is_empty() => {
                for pair in pairs_of(left, right) {
                    let (Some(entry), (own, other)) = (pair.0.or(pair.1), pair) else { continue };
                    let value = |entry: &'n Entry| FieldValue { node: &entry.value, key: entry.mark };
                    self.below(PathStep::Key(entry.key.clone()), own.map(value), other.map(value));
                }
            }
            (Value::Sequence(left), Value::Sequence(right)) if !left.is_empty() && !right.is_empty() => {
                match (names_of(left), names_of(right)) {
                    (Some(own), Some(other)) => self.named(old, new, &own, &other),
                    _ => self.items(left, right),
                }
            }
            _ if prints_same(old.node, new.node) => {}
            _ => self.push(Some(old), Some(new), false),
        }
    }

    fn below(&mut self, step: PathStep, old: Option<FieldValue<'n>>, new: Option<FieldValue<'n>>) {
        self.path.push(step);
        match (old, new) {
            (Some(old), Some(new)) => self.values(old, new),
            (old, new) => self.push(old, new, false),
        }
        self.path.pop();
    }

    fn push(&mut self, old: Option<FieldValue<'n>>, new: Option<FieldValue<'n>>, is_reordered: bool) {
        self.found.push(FieldDifference { path: FieldPath(self.path.clone()), old, new, is_reordered });
    }

    /// Items with names: each with the one of its name.
    fn named(&mut self, old: FieldValue<'n>, new: FieldValue<'n>, left: &Named<'n>, right: &Named<'n>) {
        let value = |node: &'n Node| FieldValue { node, key: node.mark };
        for (name, own) in &left.order {
            let step = PathStep::Name(CompactString::from(*name));
            self.below(step, Some(value(own)), right.by_name.get(name).map(|other| value(other)));
        }
        for (name, other) in right.order.iter().filter(|(name, _)| !left.by_name.contains_key(name)) {
            self.below(PathStep::Name(CompactString::from(*name)), None, Some(value(other)));
        }
        let kept = |own: &Named<'n>, other: &Named<'n>| -> Vec<&'n str> {
            own.order.iter().map(|(name, _)| *name).filter(|name| other.by_name.contains_key(name)).collect()
        };
        if kept(left, right) != kept(right, left) {
            self.push(Some(old), Some(new), true);
        }
    }

    /// Items without names: equal ones first, the others in order between them.
    fn items(&mut self, left: &'n [Node], right: &'n [Node]) {
        let same = |(own, other): &(&Node, &Node)| prints_same(own, other);
        let start = left.iter().zip(right).take_while(same).count();
        let rest = left.len().min(right.len()) - start;
        let end = left.iter().rev().zip(right.iter().rev()).take(rest).take_while(same).count();
        let (own, other) = (&left[start..left.len() - end], &right[start..right.len() - end]);
        let (mut at, mut to) = (0, 0);
        for (next, next_to) in common(own, other).into_iter().chain([(own.len(), other.len())]) {
            self.gap(&own[at..next], start + at, &other[to..next_to], start + to);
            (at, to) = (next + 1, next_to + 1);
        }
    }

    /// What is left between equal items.
    fn gap(&mut self, left: &'n [Node], left_at: usize, right: &'n [Node], right_at: usize) {
        let value = |node: &'n Node| FieldValue { node, key: node.mark };
        for place in 0..left.len().max(right.len()) {
            let (own, other) = (left.get(place), right.get(place));
            let alike = own.zip(other).is_some_and(|(own, other)| same_shape(own, other));
            if alike {
                self.below(PathStep::Index(right_at + place), own.map(value), other.map(value));
                continue;
            }
            if let Some(own) = own {
                self.below(PathStep::Index(left_at + place), Some(value(own)), None);
            }
            if let Some(other) = other {
                self.below(PathStep::Index(right_at + place), None, Some(value(other)));
            }
        }
    }
}

fn same_shape(left: &Node, right: &Node) -> bool {
    std::mem::discriminant(&left.value) == std::mem::discriminant(&right.value)
}

/// The entries of two maps side by side: those of the left in its order, then those that only the right has.
fn pairs_of<'n>(
    left: &'n Mapping,
    right: &'n Mapping,
) -> impl Iterator<Item = (Option<&'n Entry>, Option<&'n Entry>)> {
    let table = |map: &'n Mapping| -> Option<FxHashMap<&'n str, &'n Entry>> {
        (map.len() > MANY_KEYS).then(|| map.iter().map(|entry| (entry.key.as_str(), entry)).collect())
    };
    let (of_left, of_right) = (table(left), table(right));
    let find = |map: &'n Mapping, table: &Option<FxHashMap<&'n str, &'n Entry>>, place: usize, key: &str| {
        // Both mostly have their keys in the same order.
        if let Some(entry) = map.entries.get(place).filter(|entry| entry.key == key) {
            return Some(entry);
        }
        match table {
            Some(table) => table.get(key).copied(),
            None => map.entry(key),
        }
    };
    let both =
        left.iter().enumerate().map(move |(at, own)| (Some(own), find(right, &of_right, at, &own.key)));
    let only = right.iter().enumerate().filter_map(move |(at, other)| {
        find(left, &of_left, at, &other.key).is_none().then_some((None, Some(other)))
    });
    both.chain(only)
}

/// The items of a list by their names.
struct Named<'n> {
    order: Vec<(&'n str, &'n Node)>,
    by_name: FxHashMap<&'n str, &'n Node>,
}

/// The names of items; `None` when one has none or two have the same.
fn names_of(items: &[Node]) -> Option<Named<'_>> {
    let order: Option<Vec<(&str, &Node)>> =
        items.iter().map(|item| Some((item.get("name")?.as_text()?, item))).collect();
    let order = order?;
    let by_name: FxHashMap<&str, &Node> = order.iter().copied().collect();
    (by_name.len() == order.len()).then_some(Named { order, by_name })
}

/// Places of equal items in two lists: as many as possible, in order.
fn common(left: &[Node], right: &[Node]) -> Vec<(usize, usize)> {
    if left.is_empty() || right.is_empty() || left.len().saturating_mul(right.len()) > MOST_PAIRS {
        return Vec::new();
    }
    let width = right.len() + 1;
    let mut longest = vec![0_u32; (left.len() + 1) * width];
    let mut equal = FxHashSet::default();
    for own in (0..left.len()).rev() {
        for other in (0..right.len()).rev() {
            longest[own * width + other] = if prints_same(&left[own], &right[other]) {
                equal.insert((own, other));
                longest[(own + 1) * width + other + 1] + 1
            } else {
                longest[(own + 1) * width + other].max(longest[own * width + other + 1])
            };
        }
    }
    let (mut own, mut other, mut found) = (0, 0, Vec::new());
    while own < left.len() && other < right.len() {
        if equal.contains(&(own, other)) {
            found.push((own, other));
            own += 1;
            other += 1;
        } else if longest[(own + 1) * width + other] >= longest[own * width + other + 1] {
            own += 1;
        } else {
            other += 1;
        }
    }
    found
}
