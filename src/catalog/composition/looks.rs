//! What a composition was decided by: everything that was looked at in the resources of its layers.
//!
//! Where a layer changes a value that nobody looked at, the composition stays what it is, and need not be made again to
//! know that.

use std::cell::RefCell;

use compact_str::CompactString;

use super::InventoryItem;
use super::pointer::{Step, get};
use super::traffic::host_names;
use crate::kustomize::Resource;
use crate::yaml::{Node, Value};

/// One look at a resource, as the layers have it.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Look {
    /// How far a path leads, over maps and lists of which length.
    Shape(Box<[Step]>),
    /// Everything at a path.
    Value(Box<[Step]>),
    /// The fields that name hosts.
    Hosts,
}

/// The looks at one resource while a composition is made.
#[derive(Default)]
pub(super) struct Looking(RefCell<Vec<Look>>);

/// A resource in which every look is remembered.
///
/// Changes that were made to it meanwhile do not count: they follow from earlier looks.
pub(super) struct Seen<'n> {
    node: &'n Node,
    looks: &'n Looking,
}

/// All looks at all resources.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(in crate::catalog) struct Looks {
    of: Vec<OfResource>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct OfResource {
    group: CompactString,
    kind: CompactString,
    name: CompactString,
    looks: Vec<Look>,
}

impl Looking {
    fn note(&self, look: Look) {
        let mut looks = self.0.borrow_mut();
        if !looks.contains(&look) {
            looks.push(look);
        }
    }
}

impl<'n> Seen<'n> {
    pub(super) fn new(node: &'n Node, looks: &'n Looking) -> Self {
        Self { node, looks }
    }

    /// Everything at a path.
    pub(super) fn value(&self, path: &[Step]) -> Option<&'n Node> {
        self.looks.note(Look::Value(path.into()));
        get(self.node, path)
    }

    /// The text at a path.
    pub(super) fn text(&self, path: &[Step]) -> Option<&'n str> {
        self.value(path)?.as_str()
    }

    /// Whether there is anything at a path.
    pub(super) fn has(&self, path: &[Step]) -> bool {
        self.looks.note(Look::Shape(path.into()));
        get(self.node, path).is_some()
    }

    /// How many of the steps of a path lead to something.
    pub(super) fn depth(&self, path: &[Step]) -> usize {
        self.looks.note(Look::Shape(path.into()));
        (0..=path.len()).rev().find(|depth| get(self.node, &path[..*depth]).is_some()).unwrap_or(0)
    }

    /// Whether the value at a path can hold a step.
    pub(super) fn holds(&self, path: &[Step], step: &Step) -> bool {
        self.looks.note(Look::Shape(path.into()));
        get(self.node, path).is_some_and(|parent| match step {
            Step::Key(_) => parent.as_mapping().is_some(),
            Step::Item(_) => parent.as_sequence().is_some(),
        })
    }

    /// How many items the list at a path has; none where there is no list.
    pub(super) fn count(&self, path: &[Step]) -> usize {
        self.looks.note(Look::Shape(path.into()));
        get(self.node, path).and_then(Node::as_sequence).map_or(0, <[Node]>::len)
    }

    /// The first item of the list at a path that has a text under some keys.
    pub(super) fn position(&self, path: &[Step], keys: &[&str], text: &str) -> Option<usize> {
        (0..self.count(path)).find(|item| {
            let below = keys.iter().map(|key| Step::from(*key));
            let to: Vec<Step> = path.iter().cloned().chain([Step::Item(*item)]).chain(below).collect();
            self.text(&to) == Some(text)
        })
    }

    /// Every text in a field for host names, with its path.
    pub(super) fn host_names(&self) -> Vec<(Vec<Step>, String)> {
        self.looks.note(Look::Hosts);
        host_names(self.node)
    }
}

impl Looks {
    /// Takes the looks at a resource.
    pub(super) fn add(&mut self, item: &InventoryItem, looking: Looking) {
        let looks = looking.0.into_inner();
        if !looks.is_empty() {
            let (group, kind, name) = (item.group.clone(), item.kind.clone(), item.name.clone());
            self.of.push(OfResource { group, kind, name, looks });
        }
    }

    /// Whether every look at a resource comes to the same where a layer has made another one of it.
    pub(super) fn see_the_same(&self, old: &Resource, new: &Resource) -> bool {
        let id = old.id();
        let of = self.of.iter().filter(|of| of.kind == id.kind && of.name == id.name && of.group == id.group);
        of.flat_map(|of| &of.looks).all(|look| look.sees_the_same(old.node(), new.node()))
    }
}

impl Look {
    fn sees_the_same(&self, old: &Node, new: &Node) -> bool {
        match self {
            Self::Shape(path) => have_same_shape(old, new, path),
            Self::Value(path) => get(old, path) == get(new, path),
            Self::Hosts => host_names(old) == host_names(new),
        }
    }
}

/// Whether a path leads equally far in two trees, over the same kinds of values.
fn have_same_shape(old: &Node, new: &Node, path: &[Step]) -> bool {
    let is_same_kind = match (&old.value, &new.value) {
        (Value::Scalar(_), Value::Scalar(_)) | (Value::Mapping(_), Value::Mapping(_)) => true,
        (Value::Sequence(own), Value::Sequence(other)) => own.len() == other.len(),
        _ => false,
    };
    let Some((first, rest)) = path.split_first() else { return is_same_kind };
    let step = std::slice::from_ref(first);
    is_same_kind
        && match (get(old, step), get(new, step)) {
            (Some(old), Some(new)) => have_same_shape(old, new, rest),
            (old, new) => old.is_none() && new.is_none(),
        }
}

#[cfg(test)]
mod tests {
    use super::super::pointer::at;
    use super::*;
    use crate::base::FileId;
    use crate::yaml::{Limits, parse};

    fn node(text: &str) -> Node {
        parse(text.as_bytes(), FileId::NONE, &Limits::default()).unwrap().remove(0)
    }

    /// Whether looks at one tree come to the same in another one.
    fn holds(old: &str, new: &str, look: impl Fn(&Seen<'_>)) -> bool {
        let (old, new) = (node(old), node(new));
        let looking = Looking::default();
        look(&Seen::new(&old, &looking));
        let looks = looking.0.into_inner();
        assert!(!looks.is_empty(), "every look is remembered");
        looks.iter().all(|look| look.sees_the_same(&old, &new))
    }

    #[test]
    fn a_value_that_nobody_looked_at_may_change() {
        let look = |seen: &Seen<'_>| {
            assert_eq!(seen.position(&at!["metrics"], &["resource", "name"], "cpu"), Some(0));
            assert!(seen.has(&at!["replicas"]));
        };
        let old = "metrics: [{ resource: { name: cpu, target: 70 } }]\nreplicas: 1\n";
        assert!(holds(old, "metrics: [{ resource: { name: cpu, target: 60 } }]\nreplicas: 2\n", look));
        assert!(!holds(old, "metrics: [{ resource: { name: memory } }]\nreplicas: 1\n", look));
        assert!(!holds(old, "metrics: [{ resource: { name: cpu } }, {}]\nreplicas: 1\n", look));
        assert!(!holds(old, "metrics: [{ resource: { name: cpu } }]\n", look), "no longer there");
    }

    #[test]
    fn what_is_missing_has_to_be_missing_still_and_at_the_same_depth() {
        let look = |seen: &Seen<'_>| assert_eq!(seen.depth(&at!["spec", "limits", "cpu"]), 1);
        assert!(holds("spec: { a: 1 }\n", "spec: { b: 1 }\n", look));
        assert!(!holds("spec: { a: 1 }\n", "spec: { limits: { } }\n", look));
        assert!(!holds("spec: { a: 1 }\n", "spec: text\n", look), "nothing can be added to a text");
        assert!(!holds("spec: { a: 1 }\n", "other: 1\n", look));
    }

    #[test]
    fn values_and_hosts_are_compared_as_a_whole() {
        let look = |seen: &Seen<'_>| assert!(seen.value(&at!["rule"]).is_some());
        assert!(holds("rule: { a: [1] }\nb: 1\n", "rule: { a: [1] }\nb: 2\n", look));
        assert!(!holds("rule: { a: [1] }\n", "rule: { a: [2] }\n", look));
        let look = |seen: &Seen<'_>| assert_eq!(seen.host_names().len(), 1);
        assert!(holds("spec: { hosts: [app], retries: 1 }\n", "spec: { hosts: [app], retries: 2 }\n", look));
        assert!(!holds("spec: { hosts: [app] }\n", "spec: { hosts: [app-x] }\n", look));
    }
}
