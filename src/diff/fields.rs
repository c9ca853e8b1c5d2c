//! Which fields of a resource differ: two node trees compared by what they print.
//!
//! Maps are compared key by key. Lists whose items all have names of their own (containers, ports, variables) are
//! compared name by name; in all others, equal items are found first and what is left between them is compared in
//! order. Two trees without a difference print the same text, and the other way round.

use std::borrow::Cow;

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
    /// Whether something above it was written between brackets, which shows in a few texts; see [`printed`].
    pub in_flow: bool,
}

impl<'n> FieldValue<'n> {
    /// A whole tree.
    #[must_use]
    pub fn whole(node: &'n Node) -> Self {
        Self { node, key: node.mark, in_flow: false }
    }

    /// A value of this map.
    pub(super) fn entry(self, entry: &'n Entry) -> Self {
        Self { node: &entry.value, key: entry.mark, in_flow: self.in_flow || self.node.flow }
    }

    /// An item of this list.
    pub(super) fn item(self, node: &'n Node) -> Self {
        Self { node, key: node.mark, in_flow: self.in_flow || self.node.flow }
    }
}

/// Maps with more keys than this, and lists with more names, are compared by a table.
const MANY_KEYS: usize = 24;

/// When two lists have more pairs of items than this, left over after equal beginnings and ends, they are compared in
/// order.
const MOST_PAIRS: usize = 250_000;

/// The fields that differ between two resources, sorted by path.
#[must_use]
pub fn field_differences<'n>(old: &'n Node, new: &'n Node) -> Vec<FieldDifference<'n>> {
    let mut walk = Walk { path: Vec::new(), found: Vec::new() };
    walk.values(FieldValue::whole(old), FieldValue::whole(new));
    walk.found.sort_by(|a, b| a.path.cmp(&b.path));
    walk.found
}

/// Whether two values print the same.
#[must_use]
pub fn prints_same(old: &Node, new: &Node) -> bool {
    same(FieldValue::whole(old), FieldValue::whole(new))
}

fn same(old: FieldValue<'_>, new: FieldValue<'_>) -> bool {
    match (&old.node.value, &new.node.value) {
        (Value::Scalar(left), Value::Scalar(right)) => {
            (left == right && old.in_flow == new.in_flow)
                || printed(left, old.in_flow) == printed(right, new.in_flow)
        }
        (Value::Sequence(left), Value::Sequence(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|(left, right)| same(old.item(left), new.item(right)))
        }
        (Value::Mapping(left), Value::Mapping(right)) => {
            left.len() == right.len()
                && pairs_of(left, right).all(|(left, right)| match (left, right) {
                    (Some(left), Some(right)) => same(old.entry(left), new.entry(right)),
                    _ => false,
                })
        }
        _ => false,
    }
}

/// The printed text of a scalar, and whether it is a string (and not a number, a boolean or null); `in_flow` says whether
/// something above it was written between brackets, where an empty value is an empty text.
#[must_use]
pub fn printed(scalar: &Scalar, in_flow: bool) -> (Cow<'_, str>, bool) {
    match print(scalar, in_flow) {
        Ok(Printed::Text(text)) => (text, true),
        Ok(Printed::Value(text)) => (text, false),
        // Such a value fails the build; where it is looked at all the same, its source text says what it is.
        Err(_) => (Cow::Borrowed(&scalar.text), false),
    }
}

/// Items of a list, and the list.
type Items<'n> = (FieldValue<'n>, &'n [Node]);

struct Walk<'n> {
    path: Vec<Step<'n>>,
    found: Vec<FieldDifference<'n>>,
}

/// A step on the way through two trees; few of them become part of a path that somebody sees.
#[derive(Clone, Copy)]
enum Step<'n> {
    Key(&'n str),
    Name(&'n str),
    Index(usize),
}

impl From<Step<'_>> for PathStep {
    fn from(step: Step<'_>) -> Self {
        match step {
            Step::Key(key) => Self::Key(key.into()),
            Step::Name(name) => Self::Name(name.into()),
            Step::Index(index) => Self::Index(index),
        }
    }
}

impl<'n> Walk<'n> {
    fn values(&mut self, old: FieldValue<'n>, new: FieldValue<'n>) {
        match (&old.node.value, &new.node.value) {
            (Value::Mapping(left), Value::Mapping(right)) if !left.is_empty() && !right.is_empty() => {
                for pair in pairs_of(left, right) {
                    let (Some(entry), (own, other)) = (pair.0.or(pair.1), pair) else { continue };
                    let step = Step::Key(&entry.key);
                    self.below(step, own.map(|own| old.entry(own)), other.map(|other| new.entry(other)));
                }
            }
            (Value::Sequence(left), Value::Sequence(right)) if !left.is_empty() && !right.is_empty() => {
                match (names_of(left), names_of(right)) {
                    (Some(own), Some(other)) => self.named(old, new, &own, &other),
                    _ => self.items((old, left), (new, right)),
                }
            }
            _ if same(old, new) => {}
            _ => self.push(Some(old), Some(new), false),
        }
    }

    fn below(&mut self, step: Step<'n>, old: Option<FieldValue<'n>>, new: Option<FieldValue<'n>>) {
        self.path.push(step);
        match (old, new) {
            (Some(old), Some(new)) => self.values(old, new),
            (old, new) => self.push(old, new, false),
        }
        self.path.pop();
    }

    fn push(&mut self, old: Option<FieldValue<'n>>, new: Option<FieldValue<'n>>, is_reordered: bool) {
        self.found.push(FieldDifference {
            path: FieldPath(self.path.iter().map(|step| (*step).into()).collect()),
            old,
            new,
            is_reordered,
        });
    }

    /// Items with names: each with the one of its name.
    fn named(&mut self, old: FieldValue<'n>, new: FieldValue<'n>, left: &Named<'n>, right: &Named<'n>) {
        for (name, own) in &left.order {
            self.below(Step::Name(name), Some(old.item(own)), right.get(name).map(|other| new.item(other)));
        }
        for (name, other) in right.order.iter().filter(|(name, _)| left.get(name).is_none()) {
            self.below(Step::Name(name), None, Some(new.item(other)));
        }
        let kept = |own: &Named<'n>, other: &Named<'n>| -> Vec<&'n str> {
            own.order.iter().map(|(name, _)| *name).filter(|name| other.get(name).is_some()).collect()
        };
        if kept(left, right) != kept(right, left) {
            self.push(Some(old), Some(new), true);
        }
    }

    /// Items without names: equal ones first, the others in order between them.
    fn items(&mut self, (old, left): Items<'n>, (new, right): Items<'n>) {
        let equal = |own: &Node, other: &Node| same(old.item(own), new.item(other));
        let alike = |(own, other): &(&Node, &Node)| equal(own, other);
        let start = left.iter().zip(right).take_while(alike).count();
        let rest = left.len().min(right.len()) - start;
        let end = left.iter().rev().zip(right.iter().rev()).take(rest).take_while(alike).count();
        let (own, other) = (&left[start..left.len() - end], &right[start..right.len() - end]);
        let (mut at, mut to) = (0, 0);
        for (next, next_to) in common(own, other, equal).into_iter().chain([(own.len(), other.len())]) {
            self.gap((old, &own[at..next]), start + at, (new, &other[to..next_to]), start + to);
            (at, to) = (next + 1, next_to + 1);
        }
    }

    /// What is left between equal items.
    fn gap(&mut self, (old, left): Items<'n>, left_at: usize, (new, right): Items<'n>, right_at: usize) {
        for place in 0..left.len().max(right.len()) {
            let (own, other) = (left.get(place), right.get(place));
            let alike = own.zip(other).is_some_and(|(own, other)| same_shape(own, other));
            if alike {
                let step = Step::Index(right_at + place);
                self.below(step, own.map(|own| old.item(own)), other.map(|other| new.item(other)));
                continue;
            }
            if let Some(own) = own {
                self.below(Step::Index(left_at + place), Some(old.item(own)), None);
            }
            if let Some(other) = other {
                self.below(Step::Index(right_at + place), None, Some(new.item(other)));
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
    // Mostly both have the same keys in the same order.
    let in_step = left.iter().zip(right).take_while(|(own, other)| own.key == other.key).count();
    let begun = left.iter().zip(right).take(in_step).map(|(own, other)| (Some(own), Some(other)));
    let (of_left, of_right) = (&left.entries[in_step..], &right.entries[in_step..]);
    let (left_table, right_table) = (table(of_left, of_right), table(of_right, of_left));
    let both = of_left.iter().map(move |own| (Some(own), find(of_right, right_table.as_ref(), &own.key)));
    let only = of_right
        .iter()
        .filter(move |other| find(of_left, left_table.as_ref(), &other.key).is_none())
        .map(|other| (None, Some(other)));
    begun.chain(both).chain(only)
}

/// Entries by their keys, where there are many of them and some to look for.
fn table<'n>(entries: &'n [Entry], others: &[Entry]) -> Option<FxHashMap<&'n str, &'n Entry>> {
    (entries.len() > MANY_KEYS && !others.is_empty())
        .then(|| entries.iter().map(|entry| (entry.key.as_str(), entry)).collect())
}

fn find<'n>(
    entries: &'n [Entry],
    table: Option<&FxHashMap<&'n str, &'n Entry>>,
    key: &str,
) -> Option<&'n Entry> {
    match table {
        Some(table) => table.get(key).copied(),
        None => entries.iter().find(|entry| entry.key == key),
    }
}

/// The items of a list by their names.
struct Named<'n> {
    order: Vec<(&'n str, &'n Node)>,
    /// Where there are many.
    by_name: Option<FxHashMap<&'n str, &'n Node>>,
}

impl<'n> Named<'n> {
    fn get(&self, name: &str) -> Option<&'n Node> {
        match &self.by_name {
            Some(table) => table.get(name).copied(),
            None => self.order.iter().find(|(other, _)| *other == name).map(|(_, item)| *item),
        }
    }
}

/// The names of items; `None` when one has none or two have the same.
fn names_of(items: &[Node]) -> Option<Named<'_>> {
    let order: Option<Vec<(&str, &Node)>> =
        items.iter().map(|item| Some((item.get("name")?.as_text()?, item))).collect();
    let order = order?;
    let by_name: Option<FxHashMap<&str, &Node>> =
        (order.len() > MANY_KEYS).then(|| order.iter().copied().collect());
    let are_different = match &by_name {
        Some(table) => table.len() == order.len(),
        None => {
            order.iter().enumerate().all(|(at, (name, _))| order[..at].iter().all(|(other, _)| other != name))
        }
    };
    are_different.then_some(Named { order, by_name })
}

/// Places of equal items in two lists: as many as possible, in order.
fn common(left: &[Node], right: &[Node], same: impl Fn(&Node, &Node) -> bool) -> Vec<(usize, usize)> {
    if left.is_empty() || right.is_empty() || left.len().saturating_mul(right.len()) > MOST_PAIRS {
        return Vec::new();
    }
    let width = right.len() + 1;
    let mut longest = vec![0_u32; (left.len() + 1) * width];
    let mut equal = FxHashSet::default();
    for own in (0..left.len()).rev() {
        for other in (0..right.len()).rev() {
            longest[own * width + other] = if same(&left[own], &right[other]) {
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
