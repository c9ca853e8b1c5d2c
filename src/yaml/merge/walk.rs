//! Walking an object and a patch side by side.

use compact_str::CompactString;

use super::directive::{self, Directive};
use super::rules::{ObjectType, Types};
use super::scalars::{quote_if_ambiguous, take_over_style};
use super::{Merged, Removed};
use crate::base::Mark;
use crate::yaml::lost::lost;
use crate::yaml::{Entry, Fault, Mapping, Node, Value};

/// What stands in a place after the walk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Outcome {
    /// Nothing.
    Cleared,
    /// The value of the object, changed in place.
    Dest,
    /// The value of the patch, changed in place.
    Patch,
}

/// Shape of a value; null has none.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Scalar,
    Sequence,
    Mapping,
}

fn kind(node: Option<&Node>) -> Option<Kind> {
    let node = node.filter(|node| !node.is_null())?;
    Some(match &node.value {
        Value::Scalar(_) => Kind::Scalar,
        Value::Sequence(_) => Kind::Sequence,
        Value::Mapping(_) => Kind::Mapping,
    })
}

/// One merge under way.
pub(super) struct Merger<'t, T: Types> {
    types: &'t T,
    path: Vec<CompactString>,
    merged: Merged,
}

impl<'t, T: Types> Merger<'t, T> {
    pub(super) fn new(types: &'t T) -> Self {
        Self { types, path: Vec::new(), merged: Merged::default() }
    }

    pub(super) fn finish(self) -> Merged {
        self.merged
    }

    /// Merges the values of one place. Both are changed: the patch loses its directives.
    pub(super) fn walk(
        &mut self,
        dest: Option<&mut Node>,
        patch: Option<&mut Node>,
        known: Option<T::Type>,
    ) -> Result<Outcome, Fault> {
        let written = self.type_in_comments([dest.as_deref(), patch.as_deref()]);
        let known = written.or(known).or_else(|| self.type_of([dest.as_deref(), patch.as_deref()]));
        let (dest_kind, patch_kind) = (kind(dest.as_deref()), kind(patch.as_deref()));
        if let (Some(left), Some(right)) = (dest_kind, patch_kind)
            && left != right
        {
            return Err(self.mismatch(dest, patch));
        }
        let (mut dest, patch) = (dest, patch);
        if let (Some(dest), Some(patch)) = (&mut dest, &patch) {
            dest.schema = patch.schema.or(dest.schema);
            if dest.is_empty_collection() {
                dest.flow = patch.flow;
            }
        }
        match dest_kind.or(patch_kind) {
            Some(Kind::Mapping) | None => self.mapping(dest, patch, known),
            Some(Kind::Sequence) if known.is_some_and(|known| known.merge_keys().is_some()) => {
                self.sequence(dest, patch, known)
            }
            Some(Kind::Sequence | Kind::Scalar) => {
                Ok(if patch.is_some() { Outcome::Patch } else { Outcome::Dest })
            }
        }
    }

    /// As [`Self::walk`] when kustomize walks one value in both roles: what is new in an object is merged with
    /// itself, which resolves its directives and drops its nulls.
    pub(super) fn walk_alone(&mut self, node: &mut Node, known: Option<T::Type>) -> Result<Outcome, Fault> {
        let written = self.type_in_comments([Some(&*node), None]);
        let known = written.or(known).or_else(|| self.type_of([Some(&*node), None]));
        match kind(Some(node)) {
            Some(Kind::Mapping) => {
                if let Value::Mapping(map) = &mut node.value
                    && directive::of_mapping(map)? == Directive::Delete
                {
                    return Ok(Outcome::Cleared);
                }
                self.fields_alone(node, known)?;
            }
            Some(Kind::Sequence) if known.is_some_and(|known| known.merge_keys().is_some()) => {
                return self.sequence_alone(node, known);
            }
            Some(Kind::Sequence | Kind::Scalar) | None => {}
        }
        Ok(Outcome::Dest)
    }

    /// The type of an object that says what it is; asked for only where the type is not known from above.
    fn type_of(&self, nodes: [Option<&Node>; 2]) -> Option<T::Type> {
        nodes.into_iter().flatten().find_map(|node| {
            let text = |key| node.get(key).and_then(Node::as_text).filter(|text| !text.is_empty());
            self.types.of_object(text("apiVersion")?, text("kind")?)
        })
    }

    /// The type that a comment at one of the values describes; it counts before what the type around them says.
    fn type_in_comments(&self, nodes: [Option<&Node>; 2]) -> Option<T::Type> {
        let comments = nodes.into_iter().flatten().filter(|node| !node.is_null());
        comments.filter_map(|node| node.schema).find_map(|comment| self.types.of_comment(comment))
    }

    /// The type that a comment at the key, or at an empty value, describes.
    fn type_at_keys(&self, entries: [Option<&Entry>; 2]) -> Option<T::Type> {
        let comments = entries.into_iter().flatten().flat_map(|entry| [entry.value.schema, entry.schema]);
        comments.flatten().find_map(|comment| self.types.of_comment(comment))
    }

    fn mismatch(&self, dest: Option<&mut Node>, patch: Option<&mut Node>) -> Fault {
        let name = |node: Option<&Node>| node.map_or("nothing", Node::kind_name);
        let message = format!(
            "the patch has {} at `{}`, where the resource has {}",
            name(patch.as_deref()),
            self.path.join("."),
            name(dest.as_deref())
        );
        let mark = patch.map_or(Mark::NONE, |node| node.mark);
        Fault::new("patch/kind-mismatch", mark, message)
            .also(dest.map_or(Mark::NONE, |node| node.mark), "the resource has it here")
            .hint("Give the patch the same shape; to replace the value, delete it with a patch of its own first.")
    }

    fn mapping(
        &mut self,
        dest: Option<&mut Node>,
        patch: Option<&mut Node>,
        known: Option<T::Type>,
    ) -> Result<Outcome, Fault> {
        let dest = match dest {
            Some(dest) if !dest.is_null() => dest,
            dest => return self.new_mapping(dest, patch, known),
        };
        let Some(patch) = patch else {
            self.fields(dest, None, known)?;
            return Ok(Outcome::Dest);
        };
        let Value::Mapping(map) = &mut patch.value else { return Ok(Outcome::Cleared) };
        match directive::of_mapping(map)? {
            Directive::Delete => Ok(Outcome::Cleared),
            Directive::Replace => {
                self.fields_alone(patch, known)?;
                Ok(Outcome::Patch)
            }
            Directive::Merge => {
                self.fields(dest, Some(patch), known)?;
                Ok(Outcome::Dest)
            }
        }
    }

    /// A map, or nothing at all, where the object has nothing or null.
    fn new_mapping(
        &mut self,
        dest: Option<&mut Node>,
        patch: Option<&mut Node>,
        known: Option<T::Type>,
    ) -> Result<Outcome, Fault> {
        let Some(patch) = patch else {
            // A written `null` that the patch does not name stays; an empty value goes.
            let is_written =
                dest.is_some_and(|dest| dest.as_scalar().is_some_and(|null| !null.text.is_empty()));
            return Ok(if is_written { Outcome::Dest } else { Outcome::Cleared });
        };
        let Value::Mapping(map) = &mut patch.value else { return Ok(Outcome::Cleared) };
        // Unlike elsewhere, an unknown directive is left where it is.
        if directive::of_mapping(map).is_ok_and(|directive| directive == Directive::Delete) {
            return Ok(Outcome::Cleared);
        }
        self.fields_alone(patch, known)?;
        Ok(Outcome::Patch)
    }

    /// Merges the fields of two maps into the first.
    fn fields(
        &mut self,
        dest: &mut Node,
        patch: Option<&mut Node>,
        known: Option<T::Type>,
    ) -> Result<(), Fault> {
        let Some(dest) = dest.as_mapping_mut() else { return Ok(()) };
        let mut patch = patch.and_then(Node::as_mapping_mut);
        // What only the patch has comes last. The order of the walk shows nowhere but in that of what was removed.
        let keys = |map: &Mapping| map.iter().map(|entry| entry.key.clone()).collect::<Vec<_>>();
        let mut new = patch.as_deref().map(keys).unwrap_or_default();
        new.retain(|key| !dest.contains(key));
        let mut at = 0;
        while let Some(entry) = dest.entries.get(at) {
            let key = entry.key.clone();
            let from_patch =
                patch.as_deref_mut().and_then(|map| map.entries.iter_mut().find(|entry| entry.key == key));
            if !self.field(dest, at, key, from_patch, known)? {
                continue;
            }
            at += 1;
        }
        for key in new {
            let from_patch =
                patch.as_deref_mut().and_then(|map| map.entries.iter_mut().find(|entry| entry.key == key));
            // A patch may have a key twice.
            let at = dest.position(&key).unwrap_or(dest.len());
            self.field(dest, at, key, from_patch, known)?;
        }
        Ok(())
    }

    /// Merges the field that stands at a place of a map, or that may come there. Says whether it is there then.
    fn field(
        &mut self,
        dest: &mut Mapping,
        at: usize,
        key: CompactString,
        from_patch: Option<&mut Entry>,
        known: Option<T::Type>,
    ) -> Result<bool, Fault> {
        let field_type = self
            .type_at_keys([dest.entries.get(at), from_patch.as_deref()])
            .or_else(|| known.and_then(|known| known.field(&key)));
        let (by, bare, mut new) = match from_patch {
            Some(entry) => (Some(entry.mark), entry.bare, Some(&mut entry.value)),
            None => (None, false, None),
        };
        self.path.push(key);
        let before = dest.entries.get_mut(at).map(|entry| &mut entry.value);
        let outcome = self.walk(before, new.as_deref_mut(), field_type)?;
        match (outcome, new) {
            (Outcome::Cleared, _) => self.clear(dest, at, by),
            (Outcome::Patch, Some(value)) => {
                self.set(dest, (at, bare), by.unwrap_or(value.mark), value);
            }
            (Outcome::Patch, None) => {}
            (Outcome::Dest, _) => {
                if let Some(entry) = dest.entries.get_mut(at) {
                    quote_if_ambiguous(&mut entry.value);
                }
            }
        }
        let key = self.path.pop();
        Ok(dest.entries.get(at).is_some_and(|entry| key.is_some_and(|key| entry.key == key)))
    }

    fn clear(&mut self, map: &mut Mapping, at: usize, by: Option<Mark>) {
        if at >= map.len() {
            return;
        }
        let node = map.entries.remove(at).value;
        if let Some(by) = by {
            self.merged.changes += 1;
            let path = self.path.iter().map(ToString::to_string).collect();
            self.merged.removed.push(Removed { path, node, by });
        }
    }

    fn set(&mut self, map: &mut Mapping, (at, bare): (usize, bool), mark: Mark, value: &Node) {
        if value.is_null() {
            self.clear(map, at, Some(mark));
            return;
        }
        let mut value = value.clone();
        quote_if_ambiguous(&mut value);
        match map.entries.get_mut(at) {
            Some(Entry { mark: key_mark, value: old, .. }) => {
                take_over_style(&mut value, old);
                if *old != value {
                    self.merged.changes += 1;
                }
                // A collection stands where its key does.
                if old.as_scalar().is_none() {
                    old.mark = *key_mark;
                    let base: Vec<String> = self.path.iter().map(ToString::to_string).collect();
                    self.merged.removed.extend(lost(old, &value).into_iter().map(|(keys, node)| {
                        let path = base.iter().cloned().chain(keys.iter().map(ToString::to_string)).collect();
                        Removed { path, node: node.clone(), by: mark }
                    }));
                }
                *key_mark = mark;
                old.replace_with(value);
            }
            None => {
                self.merged.changes += 1;
                let key = self.path.last().cloned().unwrap_or_default();
                map.entries.push(Entry { bare, ..Entry::new(key, mark, value) });
            }
        }
    }

    /// The fields of a map that is new in the object.
    fn fields_alone(&mut self, node: &mut Node, known: Option<T::Type>) -> Result<(), Fault> {
        let Some(map) = node.as_mapping_mut() else { return Ok(()) };
        let mut at = 0;
        while let Some(entry) = map.entries.get_mut(at) {
            let field_type = self
                .type_at_keys([Some(&*entry), None])
                .or_else(|| known.and_then(|known| known.field(&entry.key)));
            self.path.push(entry.key.clone());
            let outcome = self.walk_alone(&mut entry.value, field_type)?;
            self.path.pop();
            if outcome == Outcome::Cleared || entry.value.is_null() {
                map.entries.remove(at);
            } else {
                quote_if_ambiguous(&mut entry.value);
                at += 1;
            }
        }
        Ok(())
    }

    /// Goes into an item of a list.
    pub(super) fn enter(&mut self, item: CompactString) {
        self.path.push(item);
    }

    /// Comes back out.
    pub(super) fn leave(&mut self) {
        self.path.pop();
    }

    /// Counts a change that is not one of a map.
    pub(super) fn count_change(&mut self) {
        self.merged.changes += 1;
    }

    /// Remembers an item that the patch takes out of a list.
    pub(super) fn remember_removed(&mut self, node: Node, by: Mark) {
        self.merged.changes += 1;
        let path = self.path.iter().map(ToString::to_string).collect();
        self.merged.removed.push(Removed { path, node, by });
    }
}
