//! RBAC that allows more than before: new verbs or resources, new subjects.

use std::collections::BTreeSet;

use super::{Finding, Policies, Subject, keys};
use crate::base::Severity;
use crate::yaml::Node;

const CODE: &str = "widened-access";
const GROUP: &str = "rbac.authorization.k8s.io";

/// More new permissions than this are counted.
const MOST_TOLD: usize = 3;

/// Stands for everything.
const ALL: &str = "*";

pub(super) fn judge(subject: &Subject<'_, '_>, _: &Policies, found: &mut Vec<Finding>) {
    if subject.identity.group != GROUP {
        return;
    }
    match subject.identity.kind.as_str() {
        "Role" | "ClusterRole" => permissions(subject, found),
        "RoleBinding" | "ClusterRoleBinding" => subjects(subject, found),
        _ => {}
    }
}

/// What one rule of a role allows on one thing.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Permission<'n> {
    verb: &'n str,
    /// The API group, or nothing for a URL.
    group: Option<&'n str>,
    /// The resource or URL.
    thing: &'n str,
    /// The one object that it is allowed on; `None` for all.
    name: Option<&'n str>,
}

impl Permission<'_> {
    /// Whether whoever has this has the other one as well.
    fn covers(&self, other: &Permission<'_>) -> bool {
        let all = |own: &str, other: &str| own == ALL || own == other;
        let thing = match (self.group, other.group) {
            (None, None) => {
                let start = self.thing.strip_suffix('*');
                self.thing == other.thing || start.is_some_and(|start| other.thing.starts_with(start))
            }
            (Some(own), Some(others)) => {
                // `*/scale` is the scale of all resources.
                let part = self.thing.strip_prefix("*/");
                all(own, others)
                    && (all(self.thing, other.thing)
                        || part.is_some_and(|part| {
                            other.thing.rsplit_once('/').is_some_and(|(_, own)| own == part)
                        }))
            }
            _ => false,
        };
        thing && all(self.verb, other.verb) && (self.name.is_none() || self.name == other.name)
    }
}

impl std::fmt::Display for Permission<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let verb = if self.verb == ALL { "do anything with" } else { self.verb };
        let thing = if self.thing == ALL { "all resources" } else { self.thing };
        write!(formatter, "{verb} {thing}")?;
        match self.group {
            Some(group) if !group.is_empty() && group != ALL => write!(formatter, ".{group}")?,
            _ => {}
        }
        match self.name {
            Some(name) => write!(formatter, " {name}"),
            None => Ok(()),
        }
    }
}

fn of_role(role: Option<&Node>) -> BTreeSet<Permission<'_>> {
    let rules = role.and_then(|role| role.get("rules")).and_then(Node::as_sequence).unwrap_or_default();
    let mut permissions = BTreeSet::new();
    for rule in rules {
        let names: Vec<Option<&str>> = match texts(rule, "resourceNames").as_slice() {
            [] => vec![None],
            names => names.iter().copied().map(Some).collect(),
        };
        for verb in texts(rule, "verbs") {
            for thing in texts(rule, "nonResourceURLs") {
                permissions.insert(Permission { verb, group: None, thing, name: None });
            }
            for group in texts(rule, "apiGroups") {
                for thing in texts(rule, "resources") {
                    permissions.extend(names.iter().map(|name| Permission {
                        verb,
                        group: Some(group),
                        thing,
                        name: *name,
                    }));
                }
            }
        }
    }
    permissions
}

fn texts<'n>(node: &'n Node, key: &str) -> Vec<&'n str> {
    let items = node.get(key).and_then(Node::as_sequence).unwrap_or_default();
    items.iter().filter_map(Node::as_text).collect()
}

fn permissions(subject: &Subject<'_, '_>, found: &mut Vec<Finding>) {
    // A role that is new gives nothing to anybody until it is bound.
    if subject.old.is_none() {
        return;
    }
    let (old, new) = (of_role(subject.old), of_role(subject.new));
    let added: Vec<String> = new
        .iter()
        .filter(|permission| !old.iter().any(|own| own.covers(permission)))
        .map(ToString::to_string)
        .collect();
    if added.is_empty() {
        return;
    }
    let words = format!("allows more: {}", list(&added));
    let rules = |node: Option<&Node>| node.and_then(|node| node.get("rules").cloned());
    let (old, new) = (rules(subject.old), rules(subject.new));
    found.push(subject.finding(CODE, Severity::Warning, words).at(
        keys(&["rules"]),
        old.as_ref(),
        new.as_ref(),
    ));
}

fn subjects(subject: &Subject<'_, '_>, found: &mut Vec<Finding>) {
    let named = |binding: Option<&Node>| -> BTreeSet<String> {
        let items = binding.and_then(|binding| binding.get("subjects")).and_then(Node::as_sequence);
        items.unwrap_or_default().iter().map(subject_name).collect()
    };
    let (old, new) = (named(subject.old), named(subject.new));
    let added: Vec<String> = new.difference(&old).cloned().collect();
    if added.is_empty() {
        return;
    }
    let role = subject.new.and_then(|new| new.get_path(&["roleRef", "name"])).and_then(Node::as_text);
    let words = format!("gives {} to {}", role.unwrap_or("a role"), list(&added));
    let finding = subject.finding(CODE, Severity::Warning, words);
    let of = |node: Option<&Node>| node.and_then(|node| node.get("subjects").cloned());
    // A binding that is new as a whole is told as a whole.
    found.push(match subject.old {
        None => finding,
        Some(_) => finding.at(keys(&["subjects"]), of(subject.old).as_ref(), of(subject.new).as_ref()),
    });
}

fn subject_name(subject: &Node) -> String {
    let text = |key: &str| subject.get(key).and_then(Node::as_text).unwrap_or("?");
    match subject.get("namespace").and_then(Node::as_text) {
        Some(namespace) => format!("{} {namespace}/{}", text("kind"), text("name")),
        None => format!("{} {}", text("kind"), text("name")),
    }
}

fn list(names: &[String]) -> String {
    let shown = names.iter().take(MOST_TOLD).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(MOST_TOLD) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
