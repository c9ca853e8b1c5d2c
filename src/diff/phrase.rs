//! A change in words, in one line: `Deployment: livenessProbe.periodSeconds 10 → 15`.

use std::collections::BTreeMap;

use super::fields::{FieldDifference, FieldValue, printed};
use super::path::PathStep;
use super::resources::{RenderDifference, ResourceDifference};
use super::{FieldPath, Identity, Status};
use crate::yaml::{Node, Value, json::write_json_in};

/// Fields of one resource that are told in full; of more, the number is told.
const MOST_FIELDS: usize = 2;

/// Resources, and groups of them, that are told; of more, the number is told.
const MOST_PARTS: usize = 3;

/// The longest value in a phrase, in characters.
const LONGEST_VALUE: usize = 32;

/// The longest value of a field on its own, in characters.
const LONGEST_LINE: usize = 120;

/// A change in words. `service` is the name that resources of the target have in common: it is not repeated.
#[must_use]
pub fn phrase(difference: &RenderDifference<'_>, service: &str) -> String {
    let told: Vec<Vec<String>> = difference.resources.iter().map(field_phrases).collect();
    let shared = shared(&told);
    let mut parts: Vec<(usize, String)> = Vec::new();
    for (resource, fields) in difference.resources.iter().zip(&told) {
        let Some(identity) = resource.identity() else { continue };
        let title = title(identity, service);
        let own: Vec<&String> =
            fields.iter().filter(|field| !shared.iter().any(|(_, shared)| shared.contains(field))).collect();
        match resource.status() {
            Status::Added => parts.push((4, format!("{title} added"))),
            Status::Removed => parts.push((5, format!("{title} removed"))),
            _ if own.is_empty() => {}
            _ if resource.fields.iter().all(is_reference) => {
                parts.push((1, format!("{title}: {}", list(&own))));
            }
            _ => parts.push((3, format!("{title}: {}", list(&own)))),
        }
    }
    for (resources, fields) in &shared {
        parts.push((2, format!("{resources} resources: {}", list(fields))));
    }
    // What says most comes first: what comes and goes, then what is special; names that only follow come last.
    parts.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    let others = parts.len().saturating_sub(MOST_PARTS);
    let mut told: Vec<String> = parts.into_iter().take(MOST_PARTS).map(|(_, text)| text).collect();
    match others {
        0 => {}
        1 => told.push("1 more resource".to_owned()),
        others => told.push(format!("{others} more resources")),
    }
    if difference.is_reordered {
        told.push("resources in another order".to_owned());
    }
    told.join("; ")
}

/// A field that changes alike in so many resources is told once.
const SHARED_BY: usize = 3;

/// What changes alike in several resources, with their number.
fn shared(told: &[Vec<String>]) -> Vec<(usize, Vec<&String>)> {
    let mut places: BTreeMap<&String, Vec<usize>> = BTreeMap::new();
    for (place, fields) in told.iter().enumerate() {
        for field in fields {
            let own = places.entry(field).or_default();
            if own.last() != Some(&place) {
                own.push(place);
            }
        }
    }
    let mut groups: BTreeMap<Vec<usize>, Vec<&String>> = BTreeMap::new();
    for (field, places) in places.into_iter().filter(|(_, places)| places.len() >= SHARED_BY) {
        groups.entry(places).or_default().push(field);
    }
    let mut groups: Vec<_> = groups.into_iter().map(|(places, fields)| (places.len(), fields)).collect();
    groups.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    groups
}

/// The fields of a changed resource in words, names that only follow last.
fn field_phrases(resource: &ResourceDifference<'_>) -> Vec<String> {
    let mut fields: Vec<&FieldDifference<'_>> = resource.fields.iter().collect();
    fields.sort_by_key(|field| is_reference(field));
    let is_secret = resource.identity().is_some_and(|identity| identity.kind == "Secret");
    fields.into_iter().map(|field| of_field(field, is_secret)).collect()
}

fn list(fields: &[&String]) -> String {
    let told: Vec<&str> = fields.iter().take(MOST_FIELDS).map(|field| field.as_str()).collect();
    match fields.len() - told.len() {
        0 => told.join(", "),
        others => format!("{} and {others} more", told.join(", ")),
    }
}

/// Whether only the name of another resource has changed, as it does when the hash of its content does.
pub(crate) fn is_reference(field: &FieldDifference<'_>) -> bool {
    let text = |value: &Option<super::FieldValue<'_>>| {
        value.as_ref().and_then(|value| value.node.as_str()).map(|text| super::pair::stem(text).to_owned())
    };
    match (text(&field.old), text(&field.new)) {
        (Some(old), Some(new)) => old == new,
        _ => false,
    }
}

/// `Deployment` for the one that is called like the service, else `Service canary`.
#[must_use]
pub fn title(identity: &Identity, service: &str) -> String {
    let Identity { kind, name, .. } = identity;
    let name = super::pair::stem(name);
    let rest = name.strip_prefix(service).map(|rest| rest.strip_prefix('-').unwrap_or(rest));
    match rest {
        Some("") => kind.clone(),
        Some(rest) if name.len() > service.len() && name[service.len()..].starts_with('-') => {
            format!("{kind} {rest}")
        }
        _ if identity.kind == "Namespace" => kind.clone(),
        _ => format!("{kind} {name}"),
    }
}

/// One field in words: `livenessProbe.periodSeconds 10 → 15`. What a Secret holds is never told, only that it changes.
#[must_use]
pub fn of_field(field: &FieldDifference<'_>, is_secret: bool) -> String {
    let name = short_path(&field.path);
    if is_secret && field.path.keys().next().is_some_and(|key| matches!(key, "data" | "stringData")) {
        return match (&field.old, &field.new) {
            (None, _) => format!("{name} added"),
            (_, None) => format!("{name} removed"),
            _ => format!("{name} replaced"),
        };
    }
    let value = |value: &super::FieldValue<'_>| shorten(&one_line(*value), LONGEST_VALUE);
    match (&field.old, &field.new) {
        _ if field.is_reordered => format!("{name} in another order"),
        (Some(old), Some(new)) if is_leaf(old.node) && is_leaf(new.node) => {
            let (old, new) = (one_line(*old), one_line(*new));
            let (old, new) = without_common_start(&old, &new);
            format!("{name} {} → {}", shorten(old, LONGEST_VALUE), shorten(new, LONGEST_VALUE))
        }
        (Some(_), Some(_)) => format!("{name} replaced"),
        (None, Some(new)) if is_leaf(new.node) => format!("{name} {} added", value(new)),
        (None, _) => format!("{name} added"),
        (Some(old), None) if is_leaf(old.node) => format!("{name} {} removed", value(old)),
        (Some(_), None) => format!("{name} removed"),
    }
}

fn is_leaf(node: &Node) -> bool {
    node.as_scalar().is_some()
}

/// The end of a path, which is what people know a field by: `livenessProbe.periodSeconds`, `env LOG_LEVEL`.
#[must_use]
pub fn short_path(path: &FieldPath) -> String {
    let steps = &path.0;
    let (mut keys, mut item) = (Vec::new(), None);
    for step in steps.iter().rev() {
        match step {
            // Labels are known by what stands behind the domain.
            PathStep::Key(key) => keys.push(key.rsplit_once('/').map_or(key.as_str(), |(_, name)| name)),
            PathStep::Name(name) if keys.is_empty() => item = Some(name.as_str()),
            PathStep::Name(_) | PathStep::Index(_) => {}
        }
        if keys.len() == 2 {
            break;
        }
    }
    // Where a thing is called by its name, the list that it is in is enough; `spec.replicas` is `replicas`.
    let is_general = |key: &&str| ["spec", "template", "metadata", "containers"].contains(key);
    if keys.len() == 2 && (item.is_some() || is_general(&keys[1])) {
        keys.pop();
    }
    keys.reverse();
    let name = keys.join(".");
    match item {
        Some(item) => format!("{name} {item}"),
        None => name,
    }
}

/// A value in one line: a scalar as it prints, a collection in the flow form of JSON.
#[must_use]
pub fn one_line(value: FieldValue<'_>) -> String {
    let FieldValue { node, in_flow, .. } = value;
    match &node.value {
        Value::Scalar(scalar) => {
            let (text, is_text) = printed(scalar, in_flow);
            match is_text && (text.is_empty() || text.contains('\n')) {
                true => format!("{text:?}"),
                false => text.into_owned(),
            }
        }
        Value::Sequence(_) | Value::Mapping(_) => {
            let mut text = String::new();
            match write_json_in(node, in_flow, &mut text) {
                Ok(()) => text,
                Err(_) => node.value.summary().to_string(),
            }
        }
    }
}

/// As [`one_line`], not longer than people read.
#[must_use]
pub fn short_value(value: FieldValue<'_>) -> String {
    shorten(&one_line(value), LONGEST_LINE)
}

fn shorten(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text.to_owned(),
    }
}

/// Two paths or images from the part on in which they differ: `app:1.0` and `app:1.1` of the same registry.
#[must_use]
pub fn without_common_start<'t>(old: &'t str, new: &'t str) -> (&'t str, &'t str) {
    let same = old.bytes().zip(new.bytes()).take_while(|(old, new)| old == new).count();
    let start = old.as_bytes()[..same].iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    match (old.get(start..), new.get(start..)) {
        (Some(old), Some(new)) if !old.is_empty() && !new.is_empty() => (old, new),
        _ => (old, new),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::FileId;
    use crate::diff::render_difference;
    use crate::yaml::{Limits, parse};

    fn told(old: &str, new: &str) -> String {
        let nodes = |text: &str| parse(text.as_bytes(), FileId::NONE, &Limits::default()).unwrap();
        let (old, new) = (nodes(old), nodes(new));
        let (old, new): (Vec<&Node>, Vec<&Node>) = (old.iter().collect(), new.iter().collect());
        phrase(&render_difference(&old, &new), "web")
    }

    #[test]
    fn a_change_is_told_by_the_end_of_its_path() {
        let deployment = |period: u32| {
            format!(
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  template:\n    spec:\n      \
                 containers:\n      - name: app\n        livenessProbe: {{periodSeconds: {period}}}\n"
            )
        };
        assert_eq!(told(&deployment(10), &deployment(15)), "Deployment: livenessProbe.periodSeconds 10 → 15");
    }

    #[test]
    fn what_changes_alike_in_many_resources_is_told_once() {
        let all = |label: &str, data: &str| {
            let one = |name: &str| {
                format!(
                    "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, labels: {{team: {label}}}}}\ndata: {{a: {data}}}\n"
                )
            };
            [
                one("web-a"),
                "apiVersion: v1\nkind: Service\nmetadata: {name: web-b, labels: {team: ".to_owned()
                    + label
                    + "}}\n",
                one("c"),
            ]
            .join("---\n")
        };
        assert_eq!(told(&all("x", "p"), &all("y", "p")), "3 resources: labels.team x → y");
        assert_eq!(
            told(&all("x", "p"), &all("y", "q")),
            "ConfigMap a: data.a p → q; ConfigMap c: data.a p → q; 3 resources: labels.team x → y"
        );
    }

    #[test]
    fn of_two_images_the_common_start_is_left_out() {
        assert_eq!(without_common_start("r.io/a/b:1", "r.io/a/b:2"), ("b:1", "b:2"));
        assert_eq!(without_common_start("b:1", "r.io/b:1"), ("b:1", "r.io/b:1"));
        assert_eq!(without_common_start("a/", "a/b"), ("a/", "a/b"));
    }
}
