//! Writing the path of a value, and reading it: `spec.containers[name=app].image`.

use crate::base::{Diagnostic, nearest};
use crate::diff::path::push_key;
use crate::yaml::emit::Step;
use crate::yaml::{Node, Value};

/// Longer lists are counted: looking for a name in them would cost too much for every line.
const LONGEST_NAMED: usize = 1_000;

/// The path of a value by the steps that lead to it. List items are named where a name tells them apart, else counted.
#[must_use]
pub fn value_path(root: &Node, steps: &[Step<'_>]) -> String {
    let mut path = String::new();
    let mut above = root;
    for step in steps {
        match step {
            Step::Root(_) => {}
            Step::Key(entry) => push_key(&mut path, &entry.key),
            Step::Item(index, node) => push_item(&mut path, *index, node, above),
        }
        above = step.node();
    }
    path
}

/// The path of keys alone.
pub(super) fn of_keys(keys: &[impl AsRef<str>]) -> String {
    let mut path = String::new();
    for key in keys.iter().map(AsRef::as_ref) {
        let is_item = key.starts_with('[') && key.ends_with(']');
        match key.parse::<usize>() {
            _ if is_item => path.push_str(key),
            Ok(index) if !path.is_empty() => path.push_str(&format!("[{index}]")),
            _ => push_key(&mut path, key),
        }
    }
    path
}

fn push_item(path: &mut String, index: usize, node: &Node, list: &Node) {
    let name = |node: &Node| node.get("name").and_then(Node::as_text).map(str::to_owned);
    let items = list.as_sequence().unwrap_or_default();
    let own = name(node).filter(|own| !own.contains(']') && items.len() <= LONGEST_NAMED);
    match own {
        Some(own) if items.iter().position(|item| name(item).as_ref() == Some(&own)) == Some(index) => {
            path.push_str(&format!("[name={own}]"));
        }
        _ => path.push_str(&format!("[{index}]")),
    }
}

/// Cuts a path into keys and bracketed parts. A key may stand in brackets, or have a backslash before its dots.
fn cut(path: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut letters = path.chars().peekable();
    while let Some(letter) = letters.next() {
        let last = parts.len() - 1;
        match letter {
            '\\' if letters.peek().is_some() => parts[last].extend(letters.next()),
            '.' => parts.push(String::new()),
            '[' => {
                let inner: String = letters.by_ref().take_while(|letter| *letter != ']').collect();
                parts.push(inner);
                parts.push(String::new());
            }
            letter => parts[last].push(letter),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// The value at a path, with the key that holds it.
pub(super) type Found<'n> = (&'n Node, Option<&'n crate::yaml::Entry>);

/// Follows a path.
///
/// # Errors
///
/// Where the path leaves the object, with what is there instead.
pub(super) fn follow<'n>(root: &'n Node, path: &str) -> Result<Found<'n>, Diagnostic> {
    let mut found: Found<'n> = (root, None);
    let mut walked = String::new();
    for part in cut(path) {
        found = match &found.0.value {
            Value::Mapping(map) => {
                let entry = map.iter().find(|entry| entry.key == part);
                let entry = entry.ok_or_else(|| {
                    absent(&walked, &part, map.iter().map(|entry| entry.key.as_str()).collect())
                })?;
                push_key(&mut walked, &entry.key);
                (&entry.value, Some(entry))
            }
            Value::Sequence(items) => {
                let index = position(items, &part);
                let item = index.and_then(|index| items.get(index).map(|item| (index, item)));
                let (index, item) = item.ok_or_else(|| {
                    let name = |item: &'n Node| item.get("name").and_then(Node::as_text);
                    absent(&walked, &format!("[{part}]"), items.iter().filter_map(name).collect())
                })?;
                push_item(&mut walked, index, item, found.0);
                (item, None)
            }
            Value::Scalar(_) => return Err(absent(&walked, &part, Vec::new())),
        };
    }
    Ok(found)
}

/// The item that a part names: by its index, or `key=value`, or the text of a scalar.
fn position(items: &[Node], part: &str) -> Option<usize> {
    if let Ok(index) = part.parse() {
        return Some(index);
    }
    match part.split_once('=') {
        Some(("", value)) => items.iter().position(|item| item.as_text() == Some(value)),
        Some((key, value)) => {
            items.iter().position(|item| item.get(key).and_then(Node::as_text) == Some(value))
        }
        None => items.iter().position(|item| item.get("name").and_then(Node::as_text) == Some(part)),
    }
}

fn absent(walked: &str, part: &str, known: Vec<&str>) -> Diagnostic {
    let place = if walked.is_empty() { "the resource".to_owned() } else { format!("`{walked}`") };
    let problem = Diagnostic::error("blame/no-value", format!("there is no `{part}` in {place}"));
    match nearest::nearest(part, known.iter().copied()) {
        Some(near) => problem.hint(format!("Did you mean `{near}`?")),
        None if known.is_empty() => problem.hint("It is a single value; shorten the path."),
        None => problem.hint(format!("It has {}.", known.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cut_at_dots_and_brackets_but_not_inside_brackets() {
        assert_eq!(cut("spec.containers[name=a.b].image"), ["spec", "containers", "name=a.b", "image"]);
        assert_eq!(cut("metadata.labels[a.b/c]"), ["metadata", "labels", "a.b/c"]);
        assert_eq!(cut(r"metadata.labels.a\.b/c"), ["metadata", "labels", "a.b/c"]);
        assert_eq!(cut("spec.[0].x"), ["spec", "0", "x"]);
        assert_eq!(cut(""), [""; 0]);
    }
}
