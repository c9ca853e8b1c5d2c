//! Applying the operations of a patch, one after the other.

use compact_str::CompactString;

use super::{Applied, JsonPatch, Operation, to_normal_form};
use crate::yaml::lost::lost;
use crate::yaml::{Entry, Fault, Node, Value, Writer, write_json};

impl JsonPatch {
    /// Applies all operations to an object, which is in normal form afterwards.
    ///
    /// Values that the patch sets keep their places in it and remember what they replace.
    ///
    /// # Errors
    ///
    /// A [`Fault`] for the first operation that cannot be applied; the object may be half changed then.
    pub fn apply(&self, node: &mut Node) -> Result<Applied, Fault> {
        to_normal_form(node)?;
        let mut applied = Applied::default();
        for operation in &self.operations {
            let step = Step { operation, is_json: self.is_json };
            step.apply(node, &mut applied)?;
        }
        to_normal_form(node)?;
        if node.as_mapping().is_none() {
            let mark = self.operations.last().map_or(node.mark, |operation| operation.mark);
            return Err(Fault::new("json-patch/no-object", mark, "the patch leaves no object")
                .hint("To delete a resource, use a strategic merge patch with `$patch: delete`."));
        }
        Ok(applied)
    }
}

struct Step<'p> {
    operation: &'p Operation,
    is_json: bool,
}

/// The map or list that holds the value in question, and the key or index of the value.
type Place<'n> = (&'n mut Node, CompactString);

impl Step<'_> {
    fn apply(&self, document: &mut Node, applied: &mut Applied) -> Result<(), Fault> {
        match self.operation.name.as_str() {
            "add" => {
                let path = self.path()?;
                let place = self.find(document, path)?;
                self.add(place, self.value(), path, applied)
            }
            "remove" => {
                let path = self.path()?;
                let (container, key) = self.find(document, path)?;
                let removed = self.take(container, &key, path)?;
                applied.changes += 1;
                applied.removed.push((path.to_owned(), removed, self.operation.mark));
                Ok(())
            }
            "replace" => self.replace(document, applied),
            "move" => self.relocate(document, applied),
            "copy" => {
                let from = self.from()?;
                let (container, key) = self.find(document, from)?;
                let mut value = self.get(container, &key, from)?.cloned().unwrap_or_else(Node::null);
                value.mark = self.operation.mark;
                value.writer = Writer::Patch;
                let path = self.path()?;
                let place = self.find(document, path)?;
                self.add(place, value, path, applied)
            }
            "test" => self.test(document),
            other => Err(self
                .fault("json-patch/unknown-operation", format!("`{other}` is no operation"))
                .hint("The operations are `add`, `remove`, `replace`, `move`, `copy` and `test`.")),
        }
    }

    fn fault(&self, code: &'static str, message: impl Into<String>) -> Fault {
        Fault::new(code, self.operation.mark, message)
    }

    fn path(&self) -> Result<&str, Fault> {
        self.operation.path.as_deref().ok_or_else(|| self.lacks("path"))
    }

    fn from(&self) -> Result<&str, Fault> {
        self.operation.from.as_deref().ok_or_else(|| self.lacks("from"))
    }

    fn lacks(&self, field: &str) -> Fault {
        let message = format!("the `{}` operation has no `{field}`", self.operation.name);
        self.fault("json-patch/missing-field", message)
            .hint(format!("Add `{field}:` with a path such as `/spec/replicas`."))
    }

    /// The value; null when there is none.
    fn value(&self) -> Node {
        let absent = || Node::null().written(self.operation.mark, Writer::Patch);
        self.operation.value.clone().unwrap_or_else(absent)
    }

    /// The container that a path leads to. Its last part need not be there.
    fn find<'n>(&self, document: &'n mut Node, path: &str) -> Result<Place<'n>, Fault> {
        let missing = |reason: String| {
            self.fault("json-patch/missing-path", format!("path `{path}` does not exist: {reason}")).hint(
                "An operation makes only the last part of its path; add what is missing before it first.",
            )
        };
        // What stands before the first slash is ignored.
        let mut parts = path.split('/').skip(1).map(decode);
        let Some(mut part) = parts.next() else {
            return Err(self
                .fault("json-patch/path", format!("path `{path}` is not a path below the object"))
                .hint("A path begins with a slash: `/spec/replicas`."));
        };
        let mut node = document;
        for next in parts {
            let kind = node.kind_name();
            let found = match &mut node.value {
                Value::Mapping(map) => map.get_mut(&part),
                Value::Sequence(items) => {
                    let length = items.len();
                    position(&part, length).filter(|at| *at < length).and_then(|at| items.get_mut(at))
                }
                Value::Scalar(_) => None,
            };
            node = match found {
                None => return Err(missing(format!("there is no `{part}` in {kind}"))),
                Some(found) if matches!(found.value, Value::Scalar(_)) => {
                    return Err(missing(format!("`{part}` is {}", found.kind_name())));
                }
                Some(found) => found,
            };
            part = next;
        }
        Ok((node, part))
    }

    fn add(
        &self,
        (container, key): Place<'_>,
        value: Node,
        path: &str,
        applied: &mut Applied,
    ) -> Result<(), Fault> {
        applied.changes += 1;
        // Brackets around nothing are not there in JSON.
        container.flow = false;
        match &mut container.value {
            Value::Mapping(map) => {
                match map.entries.iter_mut().find(|entry| entry.key == key) {
                    Some(entry) => {
                        let old = &mut entry.value;
                        applied.changes -= usize::from(*old == value);
                        // A collection stands where its key does.
                        if old.as_scalar().is_none() {
                            old.mark = entry.mark;
                        }
                        entry.mark = self.operation.mark;
                        self.remember_lost(old, &value, path, applied);
                        old.replace_with(value);
                    }
                    None => map.entries.push(Entry::new(key, self.operation.mark, value)),
                }
                Ok(())
            }
            Value::Sequence(items) if key == "-" => {
                items.push(value);
                Ok(())
            }
            Value::Sequence(items) => {
                // One more place than there are items: behind the last one.
                let at = position(&key, items.len() + 1).filter(|at| *at <= items.len());
                let at = at.ok_or_else(|| self.beyond(&key, items.len(), path))?;
                items.insert(at, value);
                Ok(())
            }
            Value::Scalar(_) => Err(self.beyond(&key, 0, path)),
        }
    }

    /// Remembers what is gone when a value takes the place of another.
    fn remember_lost(&self, old: &Node, new: &Node, path: &str, applied: &mut Applied) {
        applied.removed.extend(lost(old, new).into_iter().map(|(keys, node)| {
            let mut path = path.to_owned();
            for key in keys {
                path.push('/');
                path.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            (path, node.clone(), self.operation.mark)
        }));
    }

    fn beyond(&self, key: &str, length: usize, path: &str) -> Fault {
        let message = format!("path `{path}`: `{key}` is no place in a list of {length}");
        self.fault("json-patch/index", message)
            .hint("Items are counted from 0; `-` stands behind the last one.")
    }

    fn take(&self, container: &mut Node, key: &str, path: &str) -> Result<Node, Fault> {
        match &mut container.value {
            Value::Mapping(map) => map.remove(key).ok_or_else(|| {
                self.fault(
                    "json-patch/missing-key",
                    format!("path `{path}`: there is no `{key}` to take away"),
                )
                .hint("Remove the operation, or correct its path.")
            }),
            Value::Sequence(items) => match position(key, items.len()).filter(|at| *at < items.len()) {
                Some(at) => Ok(items.remove(at)),
                None => Err(self.beyond(key, items.len(), path)),
            },
            Value::Scalar(_) => Err(self.beyond(key, 0, path)),
        }
    }

    /// The value at a place; `None` for a key that is missing.
    fn get<'n>(&self, container: &'n Node, key: &str, path: &str) -> Result<Option<&'n Node>, Fault> {
        match &container.value {
            Value::Mapping(map) => Ok(map.get(key)),
            Value::Sequence(items) => match position(key, items.len()).and_then(|at| items.get(at)) {
                Some(item) => Ok(Some(item)),
                None => Err(self.beyond(key, items.len(), path)),
            },
            Value::Scalar(_) => Err(self.beyond(key, 0, path)),
        }
    }

    fn replace(&self, document: &mut Node, applied: &mut Applied) -> Result<(), Fault> {
        let path = self.path()?;
        let value = self.value();
        if path.is_empty() {
            if matches!(value.value, Value::Scalar(_)) {
                let message = format!("the whole object cannot be replaced by {}", value.kind_name());
                return Err(self.fault("json-patch/no-object", message).hint("Give a map as `value`."));
            }
            applied.changes += 1;
            document.replace_with(value);
            return Ok(());
        }
        let (container, key) = self.find(document, path)?;
        self.get(container, &key, path)?;
        if let Value::Sequence(items) = &mut container.value {
            let at = position(&key, items.len()).unwrap_or_default();
            if let Some(item) = items.get_mut(at) {
                applied.changes += usize::from(*item != value);
                self.remember_lost(item, &value, path, applied);
                item.replace_with(value);
            }
            return Ok(());
        }
        self.add((container, key), value, path, applied)
    }

    /// Takes a value from one place and adds it at another.
    fn relocate(&self, document: &mut Node, applied: &mut Applied) -> Result<(), Fault> {
        let from = self.from()?;
        let (container, key) = self.find(document, from)?;
        let mut value = self.take(container, &key, from)?;
        value.mark = self.operation.mark;
        value.writer = Writer::Patch;
        let path = self.path()?;
        let place = self.find(document, path)?;
        self.add(place, value, path, applied)
    }

    fn test(&self, document: &mut Node) -> Result<(), Fault> {
        let path = self.path()?;
        let wanted = self.operation.value.as_ref().filter(|value| !value.is_null());
        let holds = if path.is_empty() {
            wanted.is_some_and(|wanted| self.equal(document, wanted))
        } else {
            let (container, key) = self.find(document, path)?;
            let found = self.get(container, &key, path)?.filter(|found| !found.is_null());
            match (found, wanted) {
                (None, None) => true,
                (Some(found), Some(wanted)) => self.equal(found, wanted),
                (Some(_), None) | (None, Some(_)) => false,
            }
        };
        if holds {
            return Ok(());
        }
        let message = format!("the test of `{path}` failed: the resource has another value there");
        Err(self
            .fault("json-patch/test", message)
            .hint("Correct the value, or take the `test` operation out."))
    }

    /// Whether two values are equal as JSON. Scalars are compared as they are written, so that in a patch in
    /// JSON `1.0` is not `1`.
    fn equal(&self, found: &Node, wanted: &Node) -> bool {
        match (&found.value, &wanted.value) {
            (Value::Mapping(found), Value::Mapping(wanted)) => {
                found.len() == wanted.len()
                    && found.iter().all(|entry| {
                        wanted.get(&entry.key).is_some_and(|wanted| self.equal(&entry.value, wanted))
                    })
            }
            (Value::Sequence(found), Value::Sequence(wanted)) => {
                found.len() == wanted.len()
                    && found.iter().zip(wanted).all(|(found, wanted)| self.equal(found, wanted))
            }
            (Value::Scalar(_), Value::Scalar(scalar)) => {
                let (mut left, mut right) = (String::new(), String::new());
                if write_json(found, &mut left).is_err() {
                    return false;
                }
                if self.is_json && wanted.as_str().is_none() {
                    right.push_str(&scalar.text);
                } else if write_json(wanted, &mut right).is_err() {
                    return false;
                }
                left == right
            }
            _ => false,
        }
    }
}

/// A part of a path without its escapes: `~1` is a slash, `~0` a tilde.
pub(crate) fn decode(part: &str) -> CompactString {
    match part.contains('~') {
        true => part.replace("~1", "/").replace("~0", "~").into(),
        false => part.into(),
    }
}

/// The place that a part names in a list with `length` places; negative ones count from the end. The place may
/// lie beyond the list.
fn position(part: &str, length: usize) -> Option<usize> {
    let index: isize = part.parse().ok()?;
    usize::try_from(index).ok().or_else(|| length.checked_sub(index.unsigned_abs()))
}
