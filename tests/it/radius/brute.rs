//! Equal changes found the slow way: every target's manifests parsed by another parser, all names replaced, and all
//! values compared one by one. Shares nothing with the program but the rules.

use std::collections::BTreeMap;

use serde_yaml::Value;

/// What a target calls its own: names with what they are names of, and labels.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    pub names: Vec<(String, String)>,
    pub labels: Vec<(String, String)>,
}

/// A change as a text that targets with the same change share; `None` when nothing differs.
pub(super) fn change(before: &str, after: &str, names: &Names) -> Option<String> {
    let (before, after) = (documents(before), documents(after));
    let mut words = names.names.clone();
    for document in before.iter().chain(&after) {
        let (kind, name) = (text(&document["kind"]), text(&document["metadata"]["name"]));
        if let Some((stem, hash)) = name.rsplit_once('-')
            && ["ConfigMap", "Secret"].contains(&kind.as_str())
            && hash.len() == 10
            && hash.chars().all(|letter| "2456789bcdfghkmt".contains(letter))
        {
            words.push((name.clone(), format!("{}-‹hash›", replaced(stem, &words))));
        }
    }
    // Labels of the catalog, and those that most resources of a side have.
    let usual = |documents: &[Value]| -> Vec<(String, String)> {
        let of = |document: &Value| -> Vec<(String, String)> {
            let map = document["metadata"]["labels"].as_mapping().cloned().unwrap_or_default();
            map.iter().map(|(key, value)| (text(key), text(value))).collect()
        };
        let is_usual = |label: &(String, String)| {
            let having = documents.iter().filter(|document| of(document).contains(label)).count();
            having > documents.len() - having
        };
        let all = documents.iter().flat_map(of).filter(is_usual);
        names.labels.iter().cloned().chain(all).collect()
    };
    let (old_labels, new_labels) = (usual(&before), usual(&after));
    let same_resource = |one: &Value, other: &Value| identity(one, &words) == identity(other, &words);
    let mut parts = Vec::new();
    for own in &before {
        let id = identity(own, &words);
        match after.iter().find(|other| same_resource(own, other)) {
            None => parts.push(format!("removed {id} {}", shown(own, "", &words, &old_labels))),
            Some(other) => {
                let mut found = Vec::new();
                compare(own, other, &[], &mut found);
                let mut fields: Vec<String> = found
                    .iter()
                    .map(|(path, old, new)| {
                        let last = path
                            .iter()
                            .rev()
                            .find(|step| !step.starts_with('['))
                            .cloned()
                            .unwrap_or_default();
                        let side = |value: &Option<Value>, labels: &[(String, String)]| {
                            value
                                .as_ref()
                                .map(|value| shown(value, &last, &words, labels))
                                .unwrap_or_default()
                        };
                        let path: Vec<String> = path.iter().map(|step| replaced(step, &words)).collect();
                        format!("{} -{} +{}", path.join("."), side(old, &old_labels), side(new, &new_labels))
                    })
                    .collect();
                fields.sort();
                if !fields.is_empty() {
                    parts.push(format!("changed {id} {}", fields.join("\n")));
                }
            }
        }
    }
    for own in after.iter().filter(|own| !before.iter().any(|other| same_resource(own, other))) {
        parts.push(format!("added {} {}", identity(own, &words), shown(own, "", &words, &new_labels)));
    }
    parts.sort();
    (!parts.is_empty()).then(|| parts.join("\n"))
}

fn documents(text: &str) -> Vec<Value> {
    text.split("\n---\n").map(|document| serde_yaml::from_str(document).unwrap()).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn identity(document: &Value, words: &[(String, String)]) -> String {
    let part = |value: &Value| replaced(&text(value), words);
    let metadata = &document["metadata"];
    format!("{} {} {}", text(&document["kind"]), part(&metadata["namespace"]), part(&metadata["name"]))
}

/// A text with all names replaced, one name after the other, the longest first.
fn replaced(text: &str, words: &[(String, String)]) -> String {
    let mut order: Vec<&(String, String)> = words.iter().collect();
    order.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    let mut text = text.to_owned();
    for (name, role) in order.into_iter().filter(|(name, _)| !name.is_empty()) {
        let mut from = 0;
        while let Some(found) = text[from..].find(name.as_str()).map(|found| from + found) {
            let end = found + name.len();
            let is_word = !text[..found].ends_with(char::is_alphanumeric)
                && !text[end..].starts_with(char::is_alphanumeric);
            if is_word {
                text.replace_range(found..end, role);
                from = found + role.len();
            } else {
                from = found + 1;
            }
        }
    }
    text
}

fn shown(value: &Value, above: &str, words: &[(String, String)], labels: &[(String, String)]) -> String {
    match value {
        Value::String(text) => format!("{:?}", replaced(text, words)),
        Value::Sequence(items) => {
            let items: Vec<String> = items.iter().map(|item| shown(item, above, words, labels)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Mapping(map) => {
            let own = |key: &str, value: &Value| {
                ["labels", "matchLabels", "selector"].contains(&above)
                    && labels.iter().any(|(name, own)| name == key && value.as_str() == Some(own))
            };
            let entries: BTreeMap<String, String> = map
                .iter()
                .filter(|(key, value)| !own(&text(key), value))
                .map(|(key, value)| {
                    let key = text(key);
                    let free = ["annotations", "binaryData", "data", "stringData"].contains(&above);
                    let shown_key = if free { replaced(&key, words) } else { key.clone() };
                    (shown_key, shown(value, &key, words, labels))
                })
                .collect();
            format!("{entries:?}")
        }
        other => format!("{other:?}"),
    }
}

type Found = Vec<(Vec<String>, Option<Value>, Option<Value>)>;

fn compare(old: &Value, new: &Value, path: &[String], found: &mut Found) {
    let below = |step: &str| [path, &[step.to_owned()]].concat();
    match (old, new) {
        _ if old == new => {}
        (Value::Mapping(left), Value::Mapping(right)) if !left.is_empty() && !right.is_empty() => {
            for (key, value) in left {
                match right.get(key) {
                    Some(other) => compare(value, other, &below(&text(key)), found),
                    None => found.push((below(&text(key)), Some(value.clone()), None)),
                }
            }
            for (key, value) in right.iter().filter(|(key, _)| !left.contains_key(*key)) {
                found.push((below(&text(key)), None, Some(value.clone())));
            }
        }
        (Value::Sequence(left), Value::Sequence(right)) if !left.is_empty() && !right.is_empty() => {
            match (by_name(left), by_name(right)) {
                (Some(own), Some(other)) => {
                    let all: std::collections::BTreeSet<&String> =
                        own.iter().chain(&other).map(|(name, _)| name).collect();
                    for name in all {
                        let item = |list: &[(String, Value)]| {
                            list.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone())
                        };
                        match (item(&own), item(&other)) {
                            (Some(own), Some(other)) => {
                                compare(&own, &other, &below(&format!("[{name}]")), found);
                            }
                            (own, other) => found.push((below(&format!("[{name}]")), own, other)),
                        }
                    }
                }
                _ => lists(left, right, &below("[]"), found),
            }
        }
        _ => found.push((path.to_vec(), Some(old.clone()), Some(new.clone()))),
    }
}

fn by_name(items: &[Value]) -> Option<Vec<(String, Value)>> {
    let named: Option<Vec<(String, Value)>> =
        items.iter().map(|item| Some((item.get("name")?.as_str()?.to_owned(), item.clone()))).collect();
    let named = named?;
    let names: std::collections::BTreeSet<&String> = named.iter().map(|(name, _)| name).collect();
    (names.len() == named.len()).then(|| named.clone())
}

/// Equal items first, as many as possible; what is left between two of them in order.
fn lists(left: &[Value], right: &[Value], path: &[String], found: &mut Found) {
    fn longest(left: &[Value], right: &[Value]) -> Vec<(usize, usize)> {
        match (left, right) {
            ([], _) | (_, []) => Vec::new(),
            ([own, left @ ..], [other, right @ ..]) if own == other => {
                let rest = longest(left, right).into_iter().map(|(own, other)| (own + 1, other + 1));
                std::iter::once((0, 0)).chain(rest).collect()
            }
            ([_, less_left @ ..], [_, less_right @ ..]) => {
                let own: Vec<_> =
                    longest(less_left, right).into_iter().map(|(own, at)| (own + 1, at)).collect();
                let other: Vec<_> =
                    longest(left, less_right).into_iter().map(|(at, other)| (at, other + 1)).collect();
                if own.len() >= other.len() { own } else { other }
            }
        }
    }
    let (mut at, mut to) = (0, 0);
    let ends = [(left.len(), right.len())];
    for (next, next_to) in longest(left, right).into_iter().chain(ends) {
        let (own, other) = (&left[at..next], &right[to..next_to]);
        for place in 0..own.len().max(other.len()) {
            match (own.get(place), other.get(place)) {
                (Some(old), Some(new)) if same_shape(old, new) => compare(old, new, path, found),
                (old, new) => {
                    found.extend(old.map(|old| (path.to_vec(), Some(old.clone()), None)));
                    found.extend(new.map(|new| (path.to_vec(), None, Some(new.clone()))));
                }
            }
        }
        (at, to) = (next + 1, next_to + 1);
    }
}

fn same_shape(old: &Value, new: &Value) -> bool {
    old.is_mapping() == new.is_mapping() && old.is_sequence() == new.is_sequence()
}
