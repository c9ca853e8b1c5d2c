//! Reading a patch from text, JSON or YAML.

use compact_str::CompactString;

use super::apply::decode;
use super::{JsonPatch, Operation};
use crate::base::{FileId, Mark};
use crate::yaml::difference::{Difference, Step};
use crate::yaml::scalar::print::old_boolean;
use crate::yaml::{Fault, Limits, Node, Scalar, Style, Tag, Value, Writer, from_json, parse, parse_settings};

impl JsonPatch {
    /// Reads a patch. Text that begins with `[` has to be JSON; of other text the first YAML document counts, and
    /// is read by the rules of YAML 1.1, where `yes` is a boolean and a date is text.
    ///
    /// Values get their places in `file` and count as written by a patch.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when the text is no list of maps.
    pub fn parse(text: &[u8], file: FileId, limits: &Limits) -> Result<Self, Fault> {
        let start = Mark { file, line: 1, column: 1 };
        let refusal = |mark: Mark, message: String| {
            Fault::new("json-patch/syntax", mark, message)
                .hint("A JSON patch is a list of operations such as `{op: replace, path: /spec/replicas, value: 3}`.")
        };
        let is_json = text.first() == Some(&b'[');
        let list = if is_json { read_json(text, start, limits) } else { read_yaml(text, file, limits) };
        let list = list.map_err(|(mark, message)| refusal(mark, message))?;
        let items = match &list.value {
            Value::Sequence(items) => items.as_slice(),
            Value::Scalar(_) if list.is_null() => &[],
            _ => return Err(refusal(list.mark, format!("a JSON patch is a list, not {}", list.kind_name()))),
        };
        let mut operations = Vec::with_capacity(items.len());
        for item in items {
            if item.as_mapping().is_none() && !item.is_null() {
                return Err(refusal(item.mark, format!("an operation is a map, not {}", item.kind_name())));
            }
            operations.push(Operation::read(item));
        }
        Ok(Self { operations, is_json })
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    /// How many operations there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.operations.len()
    }

    /// The paths that `copy` and `move` operations read, with the places of these.
    pub fn sources(&self) -> impl Iterator<Item = (&str, Mark)> {
        let reads = |operation: &&Operation| matches!(operation.name.as_str(), "copy" | "move");
        let operations = self.operations.iter().filter(reads);
        operations.filter_map(|operation| Some((operation.from.as_deref()?, operation.mark)))
    }

    /// Whether another patch has the same operations, written at the same places.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.is_json == other.is_json
            && self.operations.len() == other.operations.len()
            && self.operations.iter().zip(&other.operations).all(|(own, other)| own.is_same(other))
    }

    /// Every path that an operation reads or writes.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.operations
            .iter()
            .flat_map(|operation| operation.path.iter().chain(&operation.from))
            .map(String::as_str)
    }

    /// Whether an operation may look at a part of an object, change it or move it. All of them bring it into normal form.
    #[must_use]
    pub fn may_see_to(&self, part: &Difference<'_>) -> bool {
        self.paths().any(|path| meets(path, &part.path))
    }

    /// Whether an operation writes or removes exactly the value at a path.
    #[must_use]
    pub fn writes(&self, path: &str) -> bool {
        let writes = |operation: &&Operation| operation.name != "test";
        self.operations.iter().filter(writes).any(|operation| operation.path.as_deref() == Some(path))
    }

    /// Puts every place to where `relocate` says, for a patch that stands inside another file.
    pub fn relocate(&mut self, relocate: &dyn Fn(Mark) -> Mark) {
        for operation in &mut self.operations {
            operation.mark = relocate(operation.mark);
            if let Some(value) = &mut operation.value {
                value.relocate(relocate);
            }
        }
    }
}

impl Operation {
    fn is_same(&self, other: &Self) -> bool {
        let is_same_value = match (&self.value, &other.value) {
            (None, None) => true,
            (Some(own), Some(other)) => own.is_same(other),
            _ => false,
        };
        is_same_value
            && self.name == other.name
            && self.path == other.path
            && self.from == other.from
            && self.mark == other.mark
    }

    fn read(node: &Node) -> Self {
        let text = |key: &str| node.get(key).and_then(Node::as_str).map(str::to_owned);
        let mut value = node.get("value").cloned();
        if let Some(value) = &mut value {
            value.set_writer(Writer::Patch);
        }
        let name = text("op").unwrap_or_else(|| "unknown".to_owned());
        Self { name, path: text("path"), from: text("from"), value, mark: node.mark }
    }
}

/// What is wrong with a text, and where.
type Problem = (Mark, String);

fn read_json(text: &[u8], start: Mark, limits: &Limits) -> Result<Node, Problem> {
    let value: serde_json::Value = serde_json::from_slice(text).map_err(|error| {
        let line = u32::try_from(error.line()).unwrap_or(start.line);
        let column = u32::try_from(error.column()).unwrap_or(0);
        (Mark { line, column, ..start }, format!("text that begins with `[` is read as JSON: {error}"))
    })?;
    // The YAML reader knows the places. A few texts are JSON but no YAML; those have one place for all.
    match parse(text, start.file, limits) {
        Ok(mut documents) if documents.len() == 1 => Ok(documents.remove(0)),
        _ => {
            let mut node = from_json(&value);
            node.rewrite_origin(start, Writer::Patch);
            Ok(node)
        }
    }
}

fn read_yaml(text: &[u8], file: FileId, limits: &Limits) -> Result<Node, Problem> {
    let document = parse_settings(text, file, limits).map_err(|error| (error.mark, error.message.clone()))?;
    let mut list = document.unwrap_or_default();
    read_as_yaml_1_1(&mut list);
    match list.first_endless_number() {
        Some(node) => Err((node.mark, "`.inf` and `.nan` cannot be written as JSON".to_owned())),
        None => Ok(list),
    }
}

/// Gives scalars the types that the older YAML library sees, which reads patches.
fn read_as_yaml_1_1(node: &mut Node) {
    match &mut node.value {
        Value::Scalar(scalar) => retype(scalar),
        Value::Sequence(items) => items.iter_mut().for_each(read_as_yaml_1_1),
        Value::Mapping(map) => map.entries.iter_mut().for_each(|entry| read_as_yaml_1_1(&mut entry.value)),
    }
}

fn retype(scalar: &mut Scalar) {
    if scalar.style != Style::Plain {
        return;
    }
    match scalar.tag {
        Tag::Str => {
            if let Some(value) = old_boolean(&scalar.text) {
                scalar.text = CompactString::const_new(value);
                scalar.tag = Tag::Bool;
            }
        }
        Tag::Timestamp => scalar.tag = Tag::Str,
        _ => {}
    }
}

/// Whether a JSON pointer leads to what stands at a path, to something in it or to something around it. Any item of a list may
/// be meant, and a pointer to one may move all others.
fn meets(pointer: &str, path: &[Step<'_>]) -> bool {
    let mut keys = pointer.split('/').skip(1).map(decode).peekable();
    for step in path {
        let Some(key) = keys.next() else { return true };
        match step {
            Step::Key(own) if key != *own => return false,
            Step::Item(_) if keys.peek().is_none() => return true,
            Step::Key(_) | Step::Item(_) => {}
        }
    }
    true
}
