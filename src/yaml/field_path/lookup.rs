//! Following a dotted path to one value, as the source of a replacement does.

use super::split::Part;
use crate::yaml::fault::Fault;
use crate::yaml::node::{Node, Value};

/// The value at the end of `parts` (see [`split_bracketed`](super::split_bracketed)), `None` when a part
/// is absent on the way.
///
/// A part is a key, the index of an item, `-` for the last item, or `[key=value]` for the first item
/// with that very value (`[=value]` in a list of scalars). Space around a part does not count and empty
/// parts are skipped.
///
/// # Errors
///
/// A [`Fault`] when a part does not fit what it meets: an item asked of a map, a key of a list, `*`.
pub fn lookup<'a>(node: &'a Node, parts: &[String]) -> Result<Option<&'a Node>, Fault> {
    let mut node = node;
    for part in parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()) {
        match step(node, part)? {
            Some(next) => node = next,
            None => return Ok(None),
        }
    }
    Ok(Some(node))
}

fn step<'a>(node: &'a Node, text: &str) -> Result<Option<&'a Node>, Fault> {
    let part = Part::of_lookup(text).map_err(|_| {
        Fault::new("field-path/negative-index", node.mark, format!("index `{text}` is negative"))
            .hint("Count items from 0, or write `-` for the last one.")
    })?;
    if let Part::Key(key) = &part {
        return match &node.value {
            Value::Mapping(map) => Ok(map.get(key)),
            _ if node.is_null() => Ok(None),
            _ => Err(unfit(node, text, "a map")),
        };
    }
    let items = match &node.value {
        Value::Sequence(items) => items.as_slice(),
        _ if node.is_null() => &[],
        _ => return Err(unfit(node, text, "a list")),
    };
    match part {
        Part::Index(index) => Ok(items.get(index)),
        Part::Last => match items.last() {
            Some(item) => Ok(Some(item)),
            None => Err(Fault::new(
                "field-path/empty-list",
                node.mark,
                "`-` asks for the last item of an empty list",
            )
            .hint("Add an item, or use another path.")),
        },
        Part::Item { key, value } => Ok(find_item(items, &key, &value)),
        Part::Every => Err(Fault::new(
            "field-path/wildcard",
            node.mark,
            "`*` cannot be used where one value is looked up",
        )
        .hint("Name one item by index or as `[key=value]`.")),
        Part::Malformed | Part::Key(_) => Err(malformed(node, text)),
    }
}

/// The first item whose `key` has the text `value`; with an empty key the first item with that text.
pub(super) fn find_item<'a>(items: &'a [Node], key: &str, value: &str) -> Option<&'a Node> {
    let text = |node: &'a Node| node.as_scalar().map_or("", |scalar| scalar.text.as_str());
    items.iter().find(|item| {
        if key.is_empty() {
            text(item) == value
        } else {
            item.get(key).is_some_and(|field| text(field) == value)
        }
    })
}

pub(super) fn unfit(node: &Node, part: &str, wanted: &str) -> Fault {
    let message = format!("`{part}` asks for {wanted} but meets {}", node.kind_name());
    Fault::new("field-path/wrong-kind", node.mark, message)
        .hint("Correct the field path, or the value that stands in its way.")
}

pub(super) fn malformed(node: &Node, part: &str) -> Fault {
    Fault::new("field-path/list-part", node.mark, format!("`{part}` is no key and no list item"))
        .hint("Write a list item as `[key=value]`, or `[=value]` in a list of scalars.")
}
