//! What is gone when one collection takes the place of another.

use compact_str::{CompactString, format_compact};

use super::node::{Node, Value};

/// Longer lists are not compared item by item.
const LONGEST_COMPARED: usize = 200;

/// The entries of `old` whose keys `new` does not have, and its items that `new` does not have, however deep, each with
/// its keys and `[index]`. Items with the same name are the same. A scalar has nothing to lose.
pub(super) fn lost<'o>(old: &'o Node, new: &Node) -> Vec<(Vec<CompactString>, &'o Node)> {
    let mut found = Vec::new();
    walk(old, new, &mut Vec::new(), &mut found);
    found
}

fn walk<'o>(
    old: &'o Node,
    new: &Node,
    path: &mut Vec<CompactString>,
    found: &mut Vec<(Vec<CompactString>, &'o Node)>,
) {
    let mut child = |key: CompactString, own: &'o Node, kept: Option<&Node>| {
        path.push(key);
        match kept {
            Some(kept) => walk(own, kept, path, found),
            None => found.push((path.clone(), own)),
        }
        path.pop();
    };
    match &old.value {
        Value::Scalar(_) => {}
        Value::Mapping(map) => {
            map.iter().for_each(|entry| child(entry.key.clone(), &entry.value, new.get(&entry.key)));
        }
        Value::Sequence(items) => {
            let kept = new.as_sequence().unwrap_or_default();
            if items.len() > LONGEST_COMPARED || kept.len() > LONGEST_COMPARED {
                return;
            }
            for (index, item) in items.iter().enumerate() {
                let same = kept.iter().find(|other| is_same(item, other));
                child(format_compact!("[{index}]"), item, same);
            }
        }
    }
}

fn is_same(item: &Node, other: &Node) -> bool {
    let name = |node: &Node| {
        let name = node.get("name").or_else(|| node.get_path(&["metadata", "name"]));
        name.and_then(Node::as_text).map(str::to_owned)
    };
    item == other || name(item).is_some_and(|own| name(other) == Some(own))
}
