//! Walking field specs: `spec/template/spec/containers[]/image`, with missing maps made on demand.

use std::sync::Arc;

use compact_str::CompactString;

use super::split::split;
use crate::base::Mark;
use crate::yaml::Items;
use crate::yaml::difference::Difference;
use crate::yaml::fault::Fault;
use crate::yaml::node::{Mapping, Node, Scalar, Style, Tag, Value, Writer};

/// The path of a field spec, cut into parts once. Clones share it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SpecPath {
    parts: Arc<[Part]>,
    text: Arc<str>,
}

/// One key of the path.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Part {
    key: CompactString,
    /// Written with `[]`: the value is known to be a list, and is never made.
    list: bool,
    /// Whether kustomize takes the key for a list item, which it refuses to look for in a map.
    refused: bool,
}

/// What to put where the path leads when nothing is there, and who is said to have written it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Created {
    /// What the last key gets; keys before it get maps.
    pub kind: CreatedKind,
    /// The place that causes the new values.
    pub mark: Mark,
    /// What kind of thing writes them.
    pub writer: Writer,
}

/// The shape of a value that is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CreatedKind {
    /// An empty scalar of a type.
    Scalar(Tag),
    /// An empty list.
    Sequence,
    /// An empty map.
    Mapping,
}

impl CreatedKind {
    fn value(self) -> Value {
        match self {
            Self::Scalar(tag) => {
                Value::Scalar(Scalar { text: CompactString::default(), tag, style: Style::Plain })
            }
            Self::Sequence => Value::Sequence(Items::default()),
            Self::Mapping => Value::Mapping(Mapping::default()),
        }
    }
}

impl SpecPath {
    /// Cuts a path at its slashes; `\/` is a slash that belongs to a key.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let part = |piece: String| {
            let (key, list) = piece.strip_suffix("[]").map_or((&*piece, false), |key| (key, true));
            let key = key.trim();
            Part { key: key.into(), list, refused: key == "*" || key == "-" || is_item(key) }
        };
        Self { parts: split(text, '/').into_iter().map(part).collect(), text: text.into() }
    }

    /// The path as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the path begins as `other` and goes on from there.
    #[must_use]
    pub fn goes_through(&self, other: &Self) -> bool {
        self.parts.len() > other.parts.len()
            && self.parts.iter().zip(&*other.parts).all(|(own, others)| own.key == others.key)
    }

    /// Whether the path leads to a part of a tree, to something in it or to something around it, however lists go.
    #[must_use]
    pub fn meets(&self, part: &Difference<'_>) -> bool {
        self.behind(part).is_some()
    }

    /// Whether [`Self::visit_mut`] without `created` would visit a value in a part of a tree or around it, or fail there, either
    /// with what stands there or with what stood there before.
    #[must_use]
    pub fn leads_into(&self, part: &Difference<'_>) -> bool {
        self.behind(part).is_some_and(|rest| {
            rest.is_empty() || leads_somewhere(rest, part.old) || leads_somewhere(rest, part.new)
        })
    }

    /// What is left of the path in a part of a tree, which is nothing when it ends there or before; `None` when it leads
    /// elsewhere.
    fn behind(&self, part: &Difference<'_>) -> Option<&[Part]> {
        let mut depth = 0;
        for (own, key) in self.parts.iter().zip(part.keys()) {
            if own.key != key && !own.key.is_empty() && !own.refused {
                return None;
            }
            depth += 1;
        }
        self.parts.get(depth..)
    }

    /// Calls `set` on every value that the path leads to, in the order of the lists crossed.
    ///
    /// Without `created` a path that ends early is no error, as in kustomize. With it missing keys are
    /// made on the way, except the keys written with `[]`. A null on the way ends the walk unless it may
    /// be replaced by what would have been made. Returns how many values were visited.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when the path has an empty part or leads through a scalar, and whatever `set` returns.
    pub fn visit_mut<E: From<Fault>>(
        &self,
        node: &mut Node,
        created: Option<Created>,
        set: &mut dyn FnMut(&mut Node) -> Result<(), E>,
    ) -> Result<usize, E> {
        // A look first: a way that ends early would otherwise copy what other trees share.
        if created.is_none() && !self.leads_somewhere(node) {
            return Ok(0);
        }
        self.walk(&self.parts, node, created, set)
    }

    /// Whether [`Self::visit_mut`] without `created` would visit a value or fail. It changes nothing otherwise.
    #[must_use]
    pub fn leads_somewhere(&self, node: &Node) -> bool {
        leads_somewhere(&self.parts, node)
    }

    fn walk<E: From<Fault>>(
        &self,
        parts: &[Part],
        node: &mut Node,
        created: Option<Created>,
        set: &mut dyn FnMut(&mut Node) -> Result<(), E>,
    ) -> Result<usize, E> {
        let Some((part, rest)) = parts.split_first() else {
            set(node)?;
            return Ok(1);
        };
        if node.is_null() {
            return Ok(0);
        }
        let mark = node.mark;
        let map = match &mut node.value {
            Value::Sequence(items) => {
                return items.iter_mut().try_fold(0, |visited, item| {
                    self.walk(parts, item, created, set).map(|more| visited + more)
                });
            }
            Value::Scalar(_) => return Err(self.through_scalar(part, node).into()),
            Value::Mapping(map) => map,
        };
        self.check_key(part, mark)?;
        let made = created.filter(|_| !part.list).map(|created| {
            let kind = if rest.is_empty() { created.kind } else { CreatedKind::Mapping };
            (kind, created)
        });
        let make = |kind: CreatedKind, by: Created| Node::from(kind.value()).written(by.mark, by.writer);
        let value = match (map.position(&part.key), made) {
            (Some(index), _) => &mut map.entries[index].value,
            (None, Some((kind, by))) => map.get_or_insert_with(part.key.clone(), || make(kind, by)),
            (None, None) => return Ok(0),
        };
        if value.is_null() {
            match made {
                Some((kind, by)) if !(matches!(kind, CreatedKind::Scalar(Tag::Null))) => {
                    value.overwrite(kind.value(), by.mark, by.writer);
                }
                _ if part.list => value.value = CreatedKind::Sequence.value(),
                _ => {}
            }
        }
        self.walk(rest, value, created, set)
    }

    fn check_key(&self, part: &Part, mark: Mark) -> Result<(), Fault> {
        if part.key.is_empty() {
            let message = format!("field path `{}` has an empty part", self.text);
            return Err(Fault::new("field-path/empty-part", mark, message)
                .hint("Write the path as keys with slashes between them, such as `spec/template/spec`."));
        }
        if part.refused {
            let message =
                format!("field path `{}` addresses an item in a map with `{}`", self.text, part.key);
            return Err(Fault::new("field-path/item-in-map", mark, message)
                .hint("A field spec names keys only; lists on the way are crossed by themselves."));
        }
        Ok(())
    }

    fn through_scalar(&self, part: &Part, node: &Node) -> Fault {
        let message = format!(
            "field path `{}` leads through {} where `{}` was looked for",
            self.text,
            node.kind_name(),
            part.key
        );
        Fault::new("field-path/through-scalar", node.mark, message)
            .hint("Correct the path of the field spec, or the value that stands in its way.")
    }
}

fn leads_somewhere(parts: &[Part], node: &Node) -> bool {
    let Some((part, rest)) = parts.split_first() else { return true };
    match &node.value {
        _ if node.is_null() => false,
        Value::Sequence(items) => items.iter().any(|item| leads_somewhere(parts, item)),
        // These are errors.
        Value::Scalar(_) => true,
        Value::Mapping(_) if part.key.is_empty() || part.refused => true,
        Value::Mapping(map) => map.get(&part.key).is_some_and(|value| {
            // A null list is made an empty one.
            (part.list && value.is_null()) || leads_somewhere(rest, value)
        }),
    }
}

fn is_item(key: &str) -> bool {
    key.parse::<i64>().is_ok() || (key.starts_with('[') && key.ends_with(']'))
}
