//! What two changes must share to be one: a text in which everything that differs by target is left out.
//!
//! Two targets change in the same way if and only if their texts are equal. Compared are the resources that differ,
//! their fields that differ, and the old and new values, all without the target's [`OwnNames`]. The place of an item
//! in a list whose items have no names does not count, and neither does the order of resources among each other.

use std::fmt::Write;

use super::fields::{FieldDifference, FieldValue, printed};
use super::own_names::{OwnNames, State};
use super::path::PathStep;
use super::resources::{RenderDifference, ResourceDifference};
use super::{Identity, Status};
use crate::yaml::{Node, Value};

/// Maps of labels: what the target's resources usually have is left out of those that come or go as a whole.
const LABEL_MAPS: &[&str] = &["labels", "matchLabels", "selector"];

/// Maps whose keys people choose freely, so that a target's name can be in a key.
const FREE_MAPS: &[&str] = &["annotations", "binaryData", "data", "stringData"];

/// Separates what must not be mixed up; YAML does not allow it in texts.
const END: char = '\u{2}';

/// The text that a target's change shares with the same change of other targets.
#[must_use]
pub fn class_key(difference: &RenderDifference<'_>, names: &OwnNames) -> String {
    let mut resources: Vec<String> =
        difference.resources.iter().map(|resource| of_resource(resource, names)).collect();
    resources.sort_unstable();
    let mut key = resources.concat();
    if difference.is_reordered {
        key.push_str("reordered");
    }
    key
}

fn of_resource(resource: &ResourceDifference<'_>, names: &OwnNames) -> String {
    let mut text = String::new();
    let status = match resource.status() {
        Status::Added => '+',
        Status::Removed => '-',
        Status::Changed | Status::Equal => '~',
    };
    text.push(status);
    if let Some(identity) = resource.identity() {
        push_identity(&mut text, identity, names);
    }
    match resource.status() {
        Status::Added | Status::Removed => {
            let (side, state) = match &resource.new {
                Some(new) => (Some(new), State::New),
                None => (resource.old.as_ref(), State::Old),
            };
            side.into_iter()
                .for_each(|(_, node)| push_node(&mut text, FieldValue::whole(node), "", state, names));
        }
        Status::Changed | Status::Equal => {
            let mut fields: Vec<String> =
                resource.fields.iter().map(|field| of_field(field, names)).collect();
            fields.sort_unstable();
            text.push_str(&fields.concat());
        }
    }
    text.push(END);
    text
}

/// The text that a resource which comes or goes shares with the same one of other targets.
#[must_use]
pub fn resource_key(resource: &ResourceDifference<'_>, names: &OwnNames) -> String {
    of_resource(resource, names)
}

/// The text that a changed field shares with equal changes elsewhere: of other targets, and of other resources of this one.
/// Of the path, the end by which people know the field counts.
#[must_use]
pub fn field_key(field: &FieldDifference<'_>, names: &OwnNames) -> String {
    let short = super::phrase::short_path(&field.path);
    let mut text = names.without(&short).into_owned();
    text.push(END);
    push_sides(&mut text, field, names);
    text
}

fn push_identity(text: &mut String, identity: &Identity, names: &OwnNames) {
    let Identity { group, version, kind, namespace, name } = identity;
    let (name, namespace) = (names.without(name), namespace.as_deref().map(|space| names.without(space)));
    // Writing to a string cannot fail.
    let _ = write!(text, "{group}/{version}/{kind}/{name}/{}{END}", namespace.as_deref().unwrap_or_default());
}

fn of_field(field: &FieldDifference<'_>, names: &OwnNames) -> String {
    let mut text = String::new();
    let mut above = "";
    for step in &field.path.0 {
        match step {
            PathStep::Key(key) if FREE_MAPS.contains(&above) => text.push_str(&names.without(key)),
            PathStep::Key(key) => text.push_str(key),
            PathStep::Name(name) => text.extend(["[", &*names.without(name), "]"]),
            PathStep::Index(_) => text.push_str("[]"),
        }
        if let PathStep::Key(key) = step {
            above = key;
        }
        text.push(END);
    }
    push_sides(&mut text, field, names);
    text
}

/// Both values of a field.
fn push_sides(text: &mut String, field: &FieldDifference<'_>, names: &OwnNames) {
    let above = field.path.last_key().unwrap_or_default();
    for (sign, value, state) in [('-', &field.old, State::Old), ('+', &field.new, State::New)] {
        text.push(sign);
        match value {
            Some(value) if field.is_reordered => push_order(text, value.node, names),
            Some(value) => push_node(text, *value, above, state, names),
            None => {}
        }
        text.push(END);
    }
}

/// The names of a list's items, in order.
fn push_order(text: &mut String, list: &Node, names: &OwnNames) {
    for item in list.as_sequence().unwrap_or_default() {
        if let Some(name) = item.get("name").and_then(Node::as_text) {
            text.extend([&*names.without(name), ","]);
        }
    }
}

/// A value without the target's names. `above` is the key that it stands under.
fn push_node(text: &mut String, value: FieldValue<'_>, above: &str, state: State, names: &OwnNames) {
    match &value.node.value {
        Value::Scalar(scalar) => match printed(scalar, value.in_flow) {
            (value, true) => text.extend(["\"", &*names.without(&value), "\""]),
            (value, false) => text.push_str(&value),
        },
        Value::Sequence(items) => {
            text.push('[');
            for item in items {
                push_node(text, value.item(item), above, state, names);
                text.push(END);
            }
            text.push(']');
        }
        Value::Mapping(map) => {
            let is_labels = LABEL_MAPS.contains(&above);
            let is_free = FREE_MAPS.contains(&above);
            let is_own = |key: &str, value: &Node| {
                is_labels && value.as_text().is_some_and(|value| names.is_own_label(state, key, value))
            };
            let mut entries: Vec<String> = map
                .iter()
                .filter(|entry| !is_own(&entry.key, &entry.value))
                .map(|entry| {
                    let mut own = match is_free {
                        true => names.without(&entry.key).into_owned(),
                        false => entry.key.to_string(),
                    };
                    own.push(':');
                    push_node(&mut own, value.entry(entry), &entry.key, state, names);
                    own
                })
                .collect();
            entries.sort_unstable();
            text.push('{');
            for entry in entries {
                text.push_str(&entry);
                text.push(END);
            }
            text.push('}');
        }
    }
}
