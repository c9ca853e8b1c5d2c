//! Reads nodes by the table of keys: one mechanism for types, unknown keys and values that vary by environment.

use std::sync::Arc;

use super::keys::{Key, Shape};
use super::rules;
use super::text::{CatalogFile, found};
use crate::base::nearest::nearest;
use crate::base::{Diagnostic, Mark, Span};
use crate::catalog::setting::{Entry, PerEnvironment, Scope, Setting, SettingValue};
use crate::yaml::{self, Mapping, Node, Tag, Value};

/// The names that an override may use. An empty list means that they are not known, so nothing is checked.
#[derive(Clone, Copy)]
pub(super) struct Places<'a> {
    /// The environments.
    pub(super) environments: &'a [Arc<str>],
    /// The regions.
    pub(super) regions: &'a [Arc<str>],
}

/// Reads one map of a file; collects what is wrong with it.
pub(super) struct Checker<'a> {
    pub(super) file: &'a CatalogFile,
    pub(super) places: Places<'a>,
    /// Whom the map belongs to, for messages: `service \`account-service\``.
    pub(super) owner: String,
    pub(super) problems: Vec<Diagnostic>,
}

impl Checker<'_> {
    /// Reads a map by its keys. Entries that are wrong are left out and reported.
    pub(super) fn map(
        &mut self,
        map: &Mapping,
        keys: &'static [Key],
        varies: bool,
        path: &str,
        place: &Span,
    ) -> Vec<Entry> {
        let mut entries = Vec::new();
        for entry in map.iter() {
            let key_span = self.file.span(entry.mark);
            let path = join(path, &entry.key);
            let Some(key) = keys.iter().find(|key| key.name == entry.key) else {
                self.unknown_key(&entry.key, keys, key_span);
                continue;
            };
            if entry.value.is_null() {
                self.problems.push(
                    Diagnostic::warning(
                        "catalog/empty-value",
                        format!("`{path}` of {} has no value", self.owner),
                    )
                    .at(key_span, "")
                    .hint("Give it a value, or remove the key."),
                );
                continue;
            }
            if let Some(value) = self.value(&entry.value, entry.mark, key.shape, varies || key.varies, &path)
            {
                entries.push(Entry { key: Arc::from(key.name), key_span, value });
            }
        }
        for key in keys.iter().filter(|key| key.required && !map.contains(key.name)) {
            let owner =
                if path.is_empty() { self.owner.clone() } else { format!("`{path}` of {}", self.owner) };
            self.problems.push(
                Diagnostic::error("catalog/missing-key", format!("{owner} has no `{}`", key.name))
                    .at(place.clone(), "")
                    .hint(key.shape.example(key.name)),
            );
        }
        entries
    }

    fn unknown_key(&mut self, name: &str, keys: &[Key], span: Span) {
        let problem =
            Diagnostic::warning("catalog/unknown-key", format!("unknown key `{name}` in {}", self.owner))
                .at(span, "");
        let hint = match nearest(name, keys.iter().map(|key| key.name)) {
            Some(meant) => format!("Did you mean `{meant}`? The value has no effect as it is."),
            None => {
                let names: Vec<String> = keys.iter().map(|key| format!("`{}`", key.name)).collect();
                format!("The value has no effect. Known here: {}.", names.join(", "))
            }
        };
        self.problems.push(problem.hint(hint));
    }

    /// Reads a value of the wanted shape; reports it and gives `None` when it has another. A value that begins below
    /// its key is reported at the key.
    fn value(&mut self, node: &Node, key: Mark, shape: Shape, varies: bool, path: &str) -> Option<Setting> {
        if varies && let Some(map) = per_environment(node) {
            return self.varying(node, map, shape, path);
        }
        let span = self.file.span(node.mark);
        let value = match (&node.value, shape) {
            (Value::Sequence(items), Shape::List(inner)) => {
                let items = items.iter().enumerate();
                let checked = items.map(|(index, item)| {
                    self.value(item, item.mark, *inner, varies, &format!("{path}[{index}]"))
                });
                SettingValue::List(checked.flatten().collect())
            }
            (Value::Mapping(map), Shape::Map(keys)) => {
                SettingValue::Map(self.map(map, keys, varies, path, &span))
            }
            (Value::Mapping(map), Shape::Labels) => SettingValue::Map(self.labels(map, path)),
            (Value::Scalar(scalar), _) if fits(node, shape) => {
                if let Err(reason) = keeps_rules(node, shape) {
                    self.bad_value(node, shape, path, &reason);
                    return None;
                }
                SettingValue::Scalar { text: Arc::from(scalar.text.as_str()), tag: scalar.tag }
            }
            _ => {
                self.wrong_type(node, key, shape, varies, path);
                return None;
            }
        };
        Some(Setting { value, span })
    }

    fn labels(&mut self, map: &Mapping, path: &str) -> Vec<Entry> {
        let mut entries = Vec::new();
        for entry in map.iter() {
            let path = join(path, &entry.key);
            let Some(text) = entry.value.as_str() else {
                self.wrong_type(&entry.value, entry.mark, Shape::Text(rules::TextRule::Any), false, &path);
                continue;
            };
            if let Err(reason) = rules::label_value(text) {
                self.bad_value(&entry.value, Shape::Labels, &path, &reason);
                continue;
            }
            let value = SettingValue::Scalar { text: Arc::from(text), tag: Tag::Str };
            entries.push(Entry {
                key: Arc::from(entry.key.as_str()),
                key_span: self.file.span(entry.mark),
                value: Setting { value, span: self.file.span(entry.value.mark) },
            });
        }
        entries
    }

    fn varying(&mut self, node: &Node, map: &Mapping, shape: Shape, path: &str) -> Option<Setting> {
        let mut varying = PerEnvironment::default();
        for entry in map.iter() {
            let key_span = self.file.span(entry.mark);
            match entry.key.as_str() {
                _ if entry.value.is_null() => {}
                "defaults" => {
                    varying.defaults =
                        self.value(&entry.value, entry.mark, shape, true, &join(path, "defaults"));
                }
                "overrides" => self.overrides(&entry.value, shape, path, &mut varying),
                other => {
                    let hint = match shape {
                        Shape::Map(keys) if keys.iter().any(|key| key.name == other) => {
                            format!("Move `{other}` into `defaults`, beside the other values.")
                        }
                        _ => {
                            "A value that varies by environment has the keys `defaults` and `overrides` only."
                                .to_owned()
                        }
                    };
                    self.problems.push(
                        Diagnostic::warning(
                            "catalog/unknown-key",
                            format!(
                                "`{other}` stands beside `defaults` and `overrides` in `{path}` of {}",
                                self.owner
                            ),
                        )
                        .at(key_span, "")
                        .hint(hint),
                    );
                }
            }
        }
        let span = self.file.span(node.mark);
        Some(Setting { value: SettingValue::PerEnvironment(Box::new(varying)), span })
    }

    fn overrides(&mut self, node: &Node, shape: Shape, path: &str, varying: &mut PerEnvironment) {
        let path = join(path, "overrides");
        let Some(map) = node.as_mapping() else {
            self.problems.push(
                Diagnostic::error(
                    "catalog/wrong-type",
                    format!("`{path}` of {} must be a map of environments, not {}", self.owner, found(node)),
                )
                .at(self.file.span(node.mark), "")
                .hint("Write `overrides: { prod: VALUE, \"prod/euw2\": VALUE }`."),
            );
            return;
        };
        for entry in map.iter().filter(|entry| !entry.value.is_null()) {
            let span = self.file.span(entry.mark);
            let path = join(&path, &entry.key);
            let Some(scope) = self.scope(&entry.key, &path, &span) else { continue };
            if let Some(value) = self.value(&entry.value, entry.mark, shape, true, &path) {
                varying.overrides.push((scope, span, value));
            }
        }
    }

    /// Reads `prod` or `prod/euw2` and checks that both exist.
    fn scope(&mut self, text: &str, path: &str, span: &Span) -> Option<Scope> {
        let (env, region) = match text.split_once('/') {
            Some((env, region)) => (env, Some(region)),
            None => (text, None),
        };
        let places = self.places;
        let missing =
            |known: &[Arc<str>], name: &str| !known.is_empty() && !known.iter().any(|place| **place == *name);
        let (what, name, known) = if missing(places.environments, env) {
            ("environment", env, places.environments)
        } else if let Some(region) = region.filter(|region| missing(places.regions, region)) {
            ("region", region, places.regions)
        } else {
            return Some(Scope { env: Arc::from(env), region: region.map(Arc::from) });
        };
        let hint = if what == "environment" && places.regions.iter().any(|place| **place == *env) {
            let env = places.environments.first().map_or("prod", |env| env);
            format!("`{text}` is a region: write `\"{env}/{text}\"` for that region of an environment.")
        } else {
            did_you_mean(name, known)
        };
        self.problems.push(
            Diagnostic::error(
                unknown_code(what),
                format!("`{path}` of {} names the unknown {what} `{name}`", self.owner),
            )
            .at(span.clone(), "")
            .hint(hint),
        );
        None
    }

    fn wrong_type(&mut self, node: &Node, key_mark: Mark, shape: Shape, varies: bool, path: &str) {
        let key = last_key(path);
        let below = node.as_scalar().is_none() && node.mark.line != key_mark.line;
        let place = if below { key_mark } else { node.mark };
        let mut problem = Diagnostic::error(
            "catalog/wrong-type",
            format!("`{path}` of {} must be {}, not {}", self.owner, shape.wanted(), found(node)),
        )
        .at(self.file.span(place), "");
        let scalar = node.as_scalar().filter(|_| !node.is_null());
        problem = match (shape, scalar) {
            (Shape::Text(_), Some(scalar)) => {
                problem.hint(format!("Put it in quotes: `\"{}\"`.", scalar.text))
            }
            (Shape::Integer(..), Some(scalar)) if scalar.text.parse::<i64>().is_ok() => {
                problem.hint(format!("Remove the quotes: `{key}: {}`.", scalar.text))
            }
            (Shape::List(_), Some(scalar)) => {
                problem.hint(format!("Put it in a list: `{key}: [{}]`.", scalar.text))
            }
            _ if varies && looks_like_environments(node, self.places) => problem
                .hint("Put the environments under `overrides:`, and the common value under `defaults:`."),
            _ => problem.hint(shape.example(key)),
        };
        self.problems.push(problem);
    }

    fn bad_value(&mut self, node: &Node, shape: Shape, path: &str, reason: &str) {
        self.problems.push(
            Diagnostic::error(
                "catalog/bad-value",
                format!("`{path}` of {} is not valid: {reason}", self.owner),
            )
            .at(self.file.span(node.mark), "")
            .hint(match shape {
                Shape::Labels => "Label values have at most 63 letters, digits, `-`, `_` and `.`.".to_owned(),
                _ => shape.example(last_key(path)),
            }),
        );
    }
}

/// The map of a node that has the shape `{defaults, overrides}`.
fn per_environment(node: &Node) -> Option<&Mapping> {
    node.as_mapping().filter(|map| map.contains("defaults") || map.contains("overrides"))
}

fn looks_like_environments(node: &Node, places: Places<'_>) -> bool {
    node.as_mapping()
        .is_some_and(|map| map.iter().any(|entry| places.environments.iter().any(|env| **env == *entry.key)))
}

/// Whether a scalar has the type that the shape wants.
fn fits(node: &Node, shape: Shape) -> bool {
    match shape {
        Shape::Text(_) => node.as_str().is_some(),
        Shape::Integer(..) => node.as_i64().is_some(),
        Shape::Boolean => node.as_bool().is_some(),
        Shape::Quantity => node
            .as_scalar()
            .is_some_and(|scalar| matches!(scalar.tag, yaml::Tag::Str | yaml::Tag::Int | yaml::Tag::Float)),
        Shape::List(_) | Shape::Map(_) | Shape::Labels => false,
    }
}

/// Whether a scalar of the right type keeps the rules of the shape.
fn keeps_rules(node: &Node, shape: Shape) -> Result<(), String> {
    match shape {
        Shape::Text(rule) => rule.check(node.as_str().unwrap_or("")),
        Shape::Integer(low, high) => match node.as_i64() {
            Some(number) if number < low => Err(format!("`{number}` is less than {low}")),
            Some(number) if number > high => Err(format!("`{number}` is more than {high}")),
            _ => Ok(()),
        },
        Shape::Quantity => {
            let text = node.as_text().unwrap_or("");
            if rules::is_quantity(text) {
                Ok(())
            } else {
                Err(format!("`{text}` is not a number with a suffix such as `m`, `Mi` or `Gi`"))
            }
        }
        Shape::Boolean | Shape::List(_) | Shape::Map(_) | Shape::Labels => Ok(()),
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// The key that a path ends in: the last part that is not an override or an index.
fn last_key(path: &str) -> &str {
    let own = path.split(".overrides.").next().unwrap_or(path);
    let own = own.strip_suffix(".defaults").unwrap_or(own);
    let own = own.rsplit('.').next().unwrap_or(own);
    own.split('[').next().unwrap_or(own)
}

/// The code of a name that does not exist.
pub(super) fn unknown_code(what: &str) -> &'static str {
    match what {
        "region" => "catalog/unknown-region",
        "channel" => "catalog/unknown-channel",
        _ => "catalog/unknown-environment",
    }
}

/// The nearest spelling as a sentence, or the list of what there is.
pub(super) fn did_you_mean(name: &str, known: &[Arc<str>]) -> String {
    match nearest(name, known.iter().map(|name| &**name)) {
        Some(meant) => format!("Did you mean `{meant}`?"),
        None => {
            let names: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            format!("There are: {}.", names.join(", "))
        }
    }
}
