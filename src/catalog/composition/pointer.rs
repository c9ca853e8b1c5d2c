//! A JSON 6902 patch in the making: operations that set values in a resource that is known.

use super::looks::{Looking, Seen};
use super::text::{Text, quoted};
use crate::base::Span;
use crate::yaml::{Mapping, Node, Scalar, Tag, Value};

/// One step into a node.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// The value of a key.
    Key(String),
    /// An item of a list.
    Item(usize),
}

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Self::Item(index)
    }
}

/// Operations for one resource. Keeps a copy of the resource as it is after them, so that each operation can tell
/// whether it replaces or adds.
pub(super) struct Patch {
    node: Node,
    looks: Looking,
    operations: Vec<Operation>,
}

struct Operation {
    name: &'static str,
    path: String,
    value: Option<Node>,
    span: Option<Span>,
}

impl Patch {
    /// A patch without operations for a resource.
    pub(super) fn new(node: Node) -> Self {
        Self { node, looks: Looking::default(), operations: Vec::new() }
    }

    /// The resource as it is after the operations so far.
    pub(super) fn seen(&self) -> Seen<'_> {
        Seen::new(&self.node, &self.looks)
    }

    /// What was looked at to decide on the operations.
    pub(super) fn into_looks(self) -> Looking {
        self.looks
    }

    pub(super) fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    /// Sets the value at a path: replaces what is there (also by the same: the catalog decides, whatever the layers
    /// come to say), else adds it with the maps above it that are missing.
    /// A list is extended by naming the index behind its last item.
    pub(super) fn set(&mut self, path: &[Step], value: Node, span: Option<&Span>) {
        let known = self.seen().depth(path);
        if known == path.len() {
            self.push("replace", pointer(path), Some(value.clone()), span);
            put(&mut self.node, path, value);
            return;
        }
        let mut added = value;
        for step in path[known + 1..].iter().rev() {
            added = match step {
                Step::Key(key) => {
                    let mut map = Mapping::default();
                    map.set(key.as_str(), added);
                    Node::from(map)
                }
                Step::Item(_) => Node::from(vec![added]),
            };
        }
        let at = &path[..=known];
        // A value that cannot hold the step (null, as in `limits:`) is replaced as a whole.
        if !self.seen().holds(&path[..known], &at[known]) {
            let whole = match &at[known] {
                Step::Key(key) => {
                    let mut map = Mapping::default();
                    map.set(key.as_str(), added);
                    Node::from(map)
                }
                Step::Item(_) => Node::from(vec![added]),
            };
            self.push("replace", pointer(&path[..known]), Some(whole.clone()), span);
            put(&mut self.node, &path[..known], whole);
            return;
        }
        let text = match at[known] {
            Step::Item(_) => format!("{}/-", pointer(&path[..known])),
            Step::Key(_) => pointer(at),
        };
        self.push("add", text, Some(added.clone()), span);
        put(&mut self.node, at, added);
    }

    /// Removes the last items of a list, so that `length` are left.
    pub(super) fn truncate(&mut self, path: &[Step], length: usize, span: Option<&Span>) {
        let count = self.seen().count(path);
        for index in (length..count).rev() {
            self.push("remove", format!("{}/{index}", pointer(path)), None, span);
        }
        if let Some(items) = get_mut(&mut self.node, path).and_then(Node::as_sequence_mut) {
            items.truncate(length);
        }
    }

    fn push(&mut self, name: &'static str, path: String, value: Option<Node>, span: Option<&Span>) {
        self.operations.push(Operation { name, path, value, span: span.cloned() });
    }

    /// The operations as the text of a patch file.
    pub(super) fn text(&self) -> Text {
        let mut text = Text::default();
        for operation in &self.operations {
            let span = operation.span.as_ref();
            text.line(&format!("- op: {}", operation.name), span);
            text.line(&format!("  path: {}", quoted(&operation.path)), span);
            if let Some(value) = &operation.value {
                text.node(2, "value", value, span);
            }
        }
        text
    }
}

/// A path in the form of RFC 6901.
fn pointer(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        text.push('/');
        match step {
            Step::Key(key) => text.push_str(&key.replace('~', "~0").replace('/', "~1")),
            Step::Item(index) => text.push_str(&index.to_string()),
        }
    }
    text
}

/// What is at a path.
pub(super) fn get<'n>(node: &'n Node, path: &[Step]) -> Option<&'n Node> {
    path.iter().try_fold(node, |node, step| match step {
        Step::Key(key) => node.get(key),
        Step::Item(index) => node.as_sequence()?.get(*index),
    })
}

fn get_mut<'n>(node: &'n mut Node, path: &[Step]) -> Option<&'n mut Node> {
    path.iter().try_fold(node, |node, step| match step {
        Step::Key(key) => node.get_mut(key),
        Step::Item(index) => node.as_sequence_mut()?.get_mut(*index),
    })
}

/// Sets a value whose parent is there.
fn put(node: &mut Node, path: &[Step], value: Node) {
    let Some((last, above)) = path.split_last() else {
        *node = value;
        return;
    };
    let Some(parent) = get_mut(node, above) else { return };
    match last {
        Step::Key(key) => {
            if let Some(map) = parent.as_mapping_mut() {
                map.set(key.as_str(), value);
            }
        }
        Step::Item(index) => {
            if let Some(items) = parent.as_sequence_mut() {
                match items.get_mut(*index) {
                    Some(item) => *item = value,
                    None => items.push(value),
                }
            }
        }
    }
}

/// A path out of keys and indexes.
macro_rules! at {
    ($($step:expr),* $(,)?) => { [$($crate::catalog::composition::pointer::Step::from($step)),*] };
}
pub(super) use at;

/// A scalar of the catalog as a node: strings stay strings, numbers numbers.
pub(super) fn scalar(text: &str, tag: Tag) -> Node {
    match tag {
        Tag::Str => Node::string(text),
        _ => Node::from(Value::Scalar(Scalar { tag, ..Scalar::plain(text) })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::FileId;
    use crate::yaml::{Limits, parse};

    fn patched(resource: &str, edit: impl Fn(&mut Patch)) -> String {
        let node = parse(resource.as_bytes(), FileId::NONE, &Limits::default()).unwrap().remove(0);
        let mut patch = Patch::new(node);
        edit(&mut patch);
        patch.text().file(crate::base::RepoPath::root()).text
    }

    #[test]
    fn what_is_there_is_replaced_and_what_is_missing_added_with_its_parents() {
        let text = patched("spec: { replicas: 1, list: [a] }\n", |patch| {
            patch.set(&at!["spec", "replicas"], Node::int(3), None);
            patch.set(&at!["spec", "limits", "cpu"], Node::string("1"), None);
            patch.set(&at!["spec", "limits", "memory"], Node::string("1Gi"), None);
            patch.set(&at!["spec", "list", 1], Node::string("b"), None);
            patch.set(&at!["metadata", "a/b~c"], Node::string("x"), None);
        });
        assert_eq!(
            text,
            "- op: replace\n  path: /spec/replicas\n  value: 3\n\
             - op: add\n  path: /spec/limits\n  value:\n    cpu: \"1\"\n\
             - op: add\n  path: /spec/limits/memory\n  value: 1Gi\n\
             - op: add\n  path: /spec/list/-\n  value: b\n\
             - op: add\n  path: /metadata\n  value:\n    a/b~c: x\n"
        );
    }

    #[test]
    fn null_in_the_place_of_a_map_is_replaced() {
        let text = patched("spec: { replicas: 1, limits: }\n", |patch| {
            patch.set(&at!["spec", "limits", "cpu"], Node::int(1), None);
        });
        assert_eq!(text, "- op: replace\n  path: /spec/limits\n  value:\n    cpu: 1\n");
    }

    #[test]
    fn lists_are_cut_from_the_end() {
        let text = patched("rules: [a, b, c]\n", |patch| patch.truncate(&at!["rules"], 1, None));
        assert_eq!(text, "- op: remove\n  path: /rules/2\n- op: remove\n  path: /rules/1\n");
    }
}
