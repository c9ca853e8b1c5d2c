//! Lists that merge item by item.
//!
//! The steps are kustomize's, in its order, because their side effects show: an item may be walked twice, an
//! item without its key may empty the list, and what the object already had wins over a replaced item. Items
//! live in one [`Items`] store and lists are lists of numbers, so that one item can stand in several lists.

use compact_str::CompactString;

use super::directive::{self, Directive};
use super::rules::{ObjectType, Types};
use super::scalars::{bare, quote_if_ambiguous};
use super::walk::{Merger, Outcome};
use crate::yaml::{Entry, Fault, Node, Scalar, Style, Tag, Value};

/// The text of a scalar; empty for everything else.
fn text(node: &Node) -> &str {
    match &node.value {
        Value::Scalar(scalar) => &scalar.text,
        Value::Sequence(_) | Value::Mapping(_) => "",
    }
}

/// Null and the empty map are not items.
fn is_nothing(node: &Node) -> bool {
    node.is_null() || node.as_mapping().is_some_and(crate::yaml::Mapping::is_empty)
}

/// Whether an item is the one with these values under these keys; an empty key stands for the item itself, an
/// empty value for any. `None` when the item cannot have such a key.
///
/// With fewer values than keys the last value looked at decides for the keys that have none.
fn is_match(node: &Node, keys: &[&str], values: &[String]) -> Option<bool> {
    let mut found = false;
    for (at, key) in keys.iter().enumerate() {
        if let Some(value) = values.get(at) {
            found = if key.is_empty() {
                node.as_scalar()?.text == value.as_str()
            } else {
                node.as_mapping()?;
                node.get(key).is_some_and(|field| value.is_empty() || text(field) == value)
            };
        }
        if !found {
            return Some(false);
        }
    }
    Some(found)
}

/// Takes all items out that match, and with them everything that is no item.
pub(super) fn remove_matching(items: &mut Vec<Node>, keys: &[&str], values: &[String]) {
    let wants_maps = wants_maps(keys, values);
    items.retain(|item| {
        !is_nothing(item)
            && ((wants_maps && item.as_mapping().is_none())
                || (!is_match(item, keys, values).unwrap_or(false) && !values.is_empty()))
    });
}

/// Whether matching is by the fields of maps; other items are then left alone.
fn wants_maps(keys: &[&str], values: &[String]) -> bool {
    keys.first().is_some_and(|key| !key.is_empty()) && values.first().is_some_and(|value| !value.is_empty())
}

/// All items that take part in the merge of one list.
#[derive(Default)]
struct Items {
    nodes: Vec<Node>,
}

/// A list, as numbers of [`Items`].
type List = Vec<usize>;

impl Items {
    fn take(&mut self, items: &mut Vec<Node>) -> List {
        let from = self.nodes.len();
        self.nodes.append(items);
        (from..self.nodes.len()).collect()
    }

    /// Puts `element` in the place of every match, or at the end of the list; without an element takes the matches
    /// out. Everything that is no item goes as well.
    fn set(
        &self,
        list: &mut List,
        keys: &[&str],
        values: &[String],
        element: Option<usize>,
    ) -> Result<(), Fault> {
        let wants_maps = wants_maps(keys, values);
        let mut kept = List::with_capacity(list.len() + 1);
        let mut matched = false;
        for &id in &*list {
            let node = &self.nodes[id];
            if is_nothing(node) {
                continue;
            }
            if wants_maps && node.as_mapping().is_none() {
                kept.push(id);
                continue;
            }
            let is_match = is_match(node, keys, values).ok_or_else(|| {
                let message = format!("a list that merges by key has {} as an item", node.kind_name());
                Fault::new("patch/item-kind", node.mark, message)
                    .hint("Give every item of the list the same shape.")
            })?;
            if !is_match {
                if !values.is_empty() {
                    kept.push(id);
                }
                continue;
            }
            matched = true;
            kept.extend(element);
        }
        if let Some(element) = element.filter(|_| !matched) {
            kept.push(element);
        }
        *list = kept;
        Ok(())
    }

    /// The first item with these very values.
    fn find(&self, list: &List, keys: &[&str], values: &[String]) -> Option<usize> {
        list.iter().copied().find(|id| {
            let node = &self.nodes[*id];
            if keys.first().is_none_or(|key| key.is_empty()) {
                return values.first().is_some_and(|value| text(node) == value);
            }
            keys.iter()
                .zip(values)
                .all(|(key, value)| node.get(key).is_some_and(|field| text(field) == value))
        })
    }
}

/// The two lists of a merge; `patch` is `None` when the patch has none, and the same list when an item is new.
struct Pair {
    items: Items,
    dest: List,
    patch: Option<List>,
    /// The two lists are one.
    alone: bool,
}

impl Pair {
    fn patch(&self) -> Option<&List> {
        if self.alone { Some(&self.dest) } else { self.patch.as_ref() }
    }

    /// What identifies the items, the patch's first, each combination once.
    fn rows(&self, keys: &[&str]) -> Vec<Vec<String>> {
        let mut rows: Vec<Vec<String>> = Vec::new();
        let dest = if self.alone { None } else { Some(&self.dest) };
        for id in [self.patch(), dest].into_iter().flatten().flatten() {
            let node = &self.items.nodes[*id];
            let value_of = |key: &&str| {
                let field = if key.is_empty() { Some(node) } else { node.get(key) };
                field
                    .filter(|field| !field.is_null() || key.is_empty())
                    .map_or(String::new(), |field| text(field).to_owned())
            };
            let row: Vec<String> = keys.iter().map(value_of).collect();
            if !rows.contains(&row) {
                rows.push(row);
            }
        }
        rows
    }
}

/// An item of the object that the patch takes away.
struct Dropped {
    node: Node,
    /// The place in the patch.
    by: crate::base::Mark,
    /// What the item is called in a path.
    item: CompactString,
}

/// What an item is called in a path: `[name=app]`.
fn item_name(keys: &[&str], values: &[String]) -> CompactString {
    let named = keys.iter().zip(values).find(|(_, value)| !value.is_empty());
    named.map_or_else(
        || CompactString::const_new("[]"),
        |(key, value)| compact_str::format_compact!("[{key}={value}]"),
    )
}

/// Fills the gaps of rows that agree in everything that both have: a port without a protocol is the port with one.
fn fill_gaps(rows: &mut [Vec<String>]) {
    for left in 0..rows.len() {
        let known = rows[left].clone();
        for right in 0..rows.len() {
            if let Some(filled) = combine(&known, &rows[right]) {
                rows[left].clone_from(&filled);
                rows[right] = filled;
            }
        }
    }
}

fn combine(left: &[String], right: &[String]) -> Option<Vec<String>> {
    let mut agree = false;
    let mut row = Vec::with_capacity(left.len());
    for (left, right) in left.iter().zip(right) {
        agree |= left == right;
        if left != right && !left.is_empty() && !right.is_empty() {
            return None;
        }
        row.push(if left.is_empty() { right.clone() } else { left.clone() });
    }
    agree.then_some(row)
}

/// The keys for which one of the rows has a value, and what `row` has for them; all keys when there are none.
fn used<'k>(rows: &[Vec<String>], row: &[String], keys: &[&'k str]) -> (Vec<&'k str>, Vec<String>) {
    let is_used = |at: usize| rows.iter().any(|row| !row[at].is_empty());
    if !(0..keys.len()).any(is_used) {
        return (keys.to_vec(), row.to_vec());
    }
    (0..keys.len()).filter(|at| is_used(*at)).map(|at| (keys[at], row[at].clone())).unzip()
}

impl<T: Types> Merger<'_, T> {
    /// Merges two lists of a type that merges.
    pub(super) fn sequence(
        &mut self,
        dest: Option<&mut Node>,
        patch: Option<&mut Node>,
        known: Option<T::Type>,
    ) -> Result<Outcome, Fault> {
        let Some(dest) = dest.filter(|dest| !dest.is_null()) else {
            let Some(patch) = patch else { return Ok(Outcome::Cleared) };
            return Ok(match self.items_alone(patch, known)? {
                Outcome::Cleared => Outcome::Cleared,
                Outcome::Dest | Outcome::Patch => Outcome::Patch,
            });
        };
        let Some(dest_items) = dest.as_sequence_mut() else { return Ok(Outcome::Dest) };
        let Some(patch) = patch else {
            self.items(dest_items, None, known)?;
            forget_comment(dest);
            return Ok(Outcome::Dest);
        };
        let Some(patch_items) = patch.as_sequence_mut() else { return Ok(Outcome::Cleared) };
        match directive::of_sequence(patch_items)? {
            Directive::Delete => Ok(Outcome::Cleared),
            Directive::Replace => {
                self.items_alone(patch, known)?;
                Ok(Outcome::Patch)
            }
            Directive::Merge => {
                self.items(dest_items, Some(patch_items), known)?;
                forget_comment(dest);
                Ok(Outcome::Dest)
            }
        }
    }

    /// A list that is new in the object.
    pub(super) fn sequence_alone(
        &mut self,
        node: &mut Node,
        known: Option<T::Type>,
    ) -> Result<Outcome, Fault> {
        let Some(items) = node.as_sequence_mut() else { return Ok(Outcome::Dest) };
        if directive::of_sequence(items)? == Directive::Delete {
            return Ok(Outcome::Cleared);
        }
        self.items_alone(node, known)
    }

    fn items_alone(&mut self, node: &mut Node, known: Option<T::Type>) -> Result<Outcome, Fault> {
        if let Some(items) = node.as_sequence_mut() {
            let mut store = Items::default();
            let dest = store.take(items);
            let pair = Pair { items: store, dest, patch: None, alone: true };
            *items = self.merge_items(pair, known)?.0;
            forget_form(node);
        }
        Ok(Outcome::Dest)
    }

    fn items(
        &mut self,
        dest: &mut Vec<Node>,
        patch: Option<&mut Vec<Node>>,
        known: Option<T::Type>,
    ) -> Result<(), Fault> {
        let mut store = Items::default();
        let dest_list = store.take(dest);
        let patch_list = patch.map(|patch| store.take(patch));
        let pair = Pair { items: store, dest: dest_list, patch: patch_list, alone: false };
        let (merged, dropped) = self.merge_items(pair, known)?;
        for Dropped { node, by, item } in dropped {
            self.enter(item);
            self.remember_removed(node, by);
            self.leave();
        }
        *dest = merged;
        Ok(())
    }

    /// The merged list, and the items of the object that the patch took away.
    fn merge_items(
        &mut self,
        mut pair: Pair,
        known: Option<T::Type>,
    ) -> Result<(Vec<Node>, Vec<Dropped>), Fault> {
        let item_type = known.and_then(|known| known.items());
        let merge_keys: Vec<CompactString> =
            known.and_then(|known| known.merge_keys().map(<[_]>::to_vec)).unwrap_or_default();
        let keys: Vec<&str> = if merge_keys.is_empty() {
            vec![""]
        } else {
            merge_keys.iter().map(CompactString::as_str).collect()
        };
        let mut rows = pair.rows(&keys);
        if keys.len() > 1 {
            fill_gaps(&mut rows);
        }
        let mut dropped = Vec::new();
        let mut added = List::new();
        let mut last_keys = keys.clone();
        for row in &rows {
            let (row_keys, row_values) = used(&rows, row, &keys);
            last_keys.clone_from(&row_keys);
            let Some(item) = self.merge_item(&mut pair, &row_keys, &row_values, item_type)? else {
                let before = pair.dest.clone();
                for _ in &row_keys {
                    pair.items.set(&mut pair.dest, &row_keys, &row_values, None)?;
                }
                let by = pair.patch().and_then(|list| pair.items.find(list, &row_keys, &row_values));
                if let Some(by) = by.map(|id| pair.items.nodes[id].mark) {
                    let gone = before
                        .iter()
                        .filter(|id| !pair.dest.contains(id) && !is_nothing(&pair.items.nodes[**id]));
                    let item = item_name(&row_keys, &row_values);
                    dropped.extend(gone.map(|id| {
                        let node = pair.items.nodes[*id].clone();
                        Dropped { node, by, item: item.clone() }
                    }));
                }
                continue;
            };
            complete(&mut pair.items.nodes[item], &row_keys, &row_values);
            pair.items.set(&mut added, &row_keys, &row_values, Some(item))?;
        }
        if !rows.is_empty() {
            append(&pair.items, &mut added, &pair.dest, &last_keys)?;
            pair.dest = added;
        }
        let nodes = &pair.items.nodes;
        Ok((pair.dest.iter().map(|id| nodes[*id].clone()).collect(), dropped))
    }

    /// Merges the items of one row and says which of them, now changed, is the result; `None` when nothing is left.
    fn merge_item(
        &mut self,
        pair: &mut Pair,
        keys: &[&str],
        values: &[String],
        item_type: Option<T::Type>,
    ) -> Result<Option<usize>, Fault> {
        let (find_keys, find_values) = used(&[values.to_vec()], values, keys);
        let dest = pair.items.find(&pair.dest, &find_keys, &find_values);
        let patch = pair.patch().and_then(|list| pair.items.find(list, &find_keys, &find_values));
        let nodes = &mut pair.items.nodes;
        let take = |nodes: &mut Vec<Node>, id: Option<usize>| id.map(|id| std::mem::take(&mut nodes[id]));
        let outcome = if pair.alone {
            let Some(id) = dest else { return Ok(None) };
            match self.walk_alone(&mut nodes[id], item_type)? {
                Outcome::Cleared => None,
                Outcome::Dest | Outcome::Patch => Some(id),
            }
        } else {
            let mut dest_node = take(nodes, dest);
            let mut patch_node = take(nodes, patch);
            let is_patched = patch_node.is_some();
            // The patch names the keys only to say which item it means.
            let named: Vec<Option<Node>> = match &dest_node {
                Some(node) if is_patched => keys.iter().map(|key| node.get(key).cloned()).collect(),
                _ => Vec::new(),
            };
            if is_patched {
                self.enter(item_name(keys, values));
            }
            let outcome = self.walk(dest_node.as_mut(), patch_node.as_mut(), item_type)?;
            if is_patched {
                self.leave();
            }
            for (key, old) in keys.iter().zip(named) {
                let now = dest_node.as_mut().and_then(|node| node.get_mut(key));
                if let (Some(now), Some(old)) = (now, old.filter(|_| outcome == Outcome::Dest))
                    && *now == old
                {
                    *now = old;
                }
            }
            if outcome == Outcome::Patch {
                self.count_item(dest_node.as_ref(), patch_node.as_ref());
            }
            for (id, node) in [(dest, dest_node), (patch, patch_node)] {
                if let (Some(id), Some(node)) = (id, node) {
                    nodes[id] = node;
                }
            }
            match outcome {
                Outcome::Cleared => None,
                Outcome::Dest => dest,
                Outcome::Patch => patch,
            }
        };
        Ok(outcome.filter(|id| !is_nothing(&nodes[*id])))
    }

    fn count_item(&mut self, dest: Option<&Node>, patch: Option<&Node>) {
        if dest != patch {
            self.count_change();
        }
    }
}

/// A list that is merged is a new list in kustomize's eyes, without the comment of the old one; one that is empty is not.
fn forget_comment(list: &mut Node) {
    if !list.is_empty_collection() {
        list.schema = None;
    }
}

/// As [`forget_comment`] for a list that comes in the place of none, and so loses its brackets as well.
fn forget_form(list: &mut Node) {
    if !list.is_empty_collection() {
        list.flow = false;
    }
    forget_comment(list);
}

/// Makes sure that an item has the keys that it was found by.
fn complete(node: &mut Node, keys: &[&str], values: &[String]) {
    let mark = node.mark;
    let writer = node.writer;
    for (key, value) in keys.iter().zip(values).filter(|(_, value)| !value.is_empty()) {
        match &mut node.value {
            Value::Mapping(map) if !map.contains(key) => {
                let scalar = Scalar { text: value.as_str().into(), tag: Tag::Str, style: Style::Plain };
                let mut value = Node::from(scalar).written(mark, writer);
                quote_if_ambiguous(&mut value);
                map.entries.push(Entry::made(*key, mark, value));
            }
            // kustomize writes the text anew, within the quotes that are there.
            Value::Scalar(scalar) if key.is_empty() => *scalar = bare(value, scalar.style),
            _ => {}
        }
    }
}

/// Puts what the object has behind the merged items, each in the place of its merged self if that is there.
fn append(items: &Items, merged: &mut List, dest: &List, keys: &[&str]) -> Result<(), Fault> {
    for &id in dest {
        let node = &items.nodes[id];
        if keys[0].is_empty() {
            items.set(merged, &[""], &[text(node).to_owned()], Some(id))?;
            continue;
        }
        let mut values = Vec::with_capacity(keys.len());
        for key in keys {
            if node.as_mapping().is_none() && !node.is_null() {
                let message = format!("a list that merges by `{key}` has {} as an item", node.kind_name());
                return Err(Fault::new("patch/item-kind", node.mark, message)
                    .hint(format!("Make the item a map with `{key}`.")));
            }
            match node.get(key) {
                Some(field) => values.push(text(field).to_owned()),
                None => merged.push(id),
            }
        }
        if keys.len() > 1 {
            items.set(merged, keys, &values, None)?;
        }
        items.set(merged, keys, &values, Some(id))?;
    }
    Ok(())
}
