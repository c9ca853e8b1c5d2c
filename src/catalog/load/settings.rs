//! Reads `overlens.yaml`: where things lie, and the order of the ladder.

use std::sync::Arc;

use super::Reader;
use super::rules::TextRule;
use super::text::{CatalogFile, string};
use crate::base::nearest::nearest;
use crate::base::{Diagnostic, RepoPath, Span};
use crate::catalog::Rule;
use crate::catalog::model::{LayerPaths, Settings, Spanned};
use crate::catalog::setting::{Entry, Setting, SettingValue};
use crate::vfs::Source;
use crate::yaml::{Limits, Node, Value};

const KEYS: &[&str] = &["catalog", "layers", "resolution", "namespaceTemplate", "environments"];
const LAYERS: &[&str] = &["base", "archetypes", "components", "environments", "regions"];

impl Default for Settings {
    fn default() -> Self {
        Self {
            catalog: RepoPath::root().child("catalog"),
            layers: LayerPaths::below(&RepoPath::root().child("kustomize")),
            spans: Vec::new(),
            resolution: Rule::ALL.to_vec(),
            namespace_template: Arc::from("{env}-{service}-{region}"),
        }
    }
}

impl LayerPaths {
    /// The usual directories below one directory.
    #[must_use]
    pub fn below(directory: &RepoPath) -> Self {
        Self {
            base: directory.child("cb-base"),
            archetypes: directory.child("archetype"),
            components: directory.child("components"),
            environments: directory.child("envs"),
            regions: directory.child("regions"),
        }
    }
}

/// Reads the settings, and the environments if they are declared there.
pub(super) fn read(
    source: &dyn Source,
    limits: &Limits,
    problems: &mut Vec<Diagnostic>,
) -> (Settings, Vec<Spanned<Arc<str>>>) {
    let mut settings = Settings::default();
    let mut reader = Reader { source, limits, directory: RepoPath::root(), problems: Vec::new() };
    let mut environments = Vec::new();
    if let Some(file) = reader.file("overlens.yaml") {
        for (key, node) in reader.sections(&file, KEYS) {
            settings.spans.push((Arc::from(key), file.span(node.mark)));
            match key {
                "catalog" => {
                    if let Some(path) = path(&mut reader, &file, node, key) {
                        settings.catalog = path;
                    }
                }
                "layers" => layers(&mut reader, &file, node, &mut settings.layers),
                "resolution" => {
                    if let Some(rules) = resolution(&mut reader, &file, node) {
                        settings.resolution = rules;
                    }
                }
                "namespaceTemplate" => match string(node) {
                    Some(template) => match TextRule::Template.check(&template) {
                        Ok(()) => settings.namespace_template = template,
                        Err(reason) => reader.problems.push(
                            Diagnostic::error(
                                "catalog/bad-value",
                                format!("`namespaceTemplate` is not valid: {reason}"),
                            )
                            .at(file.span(node.mark), "")
                            .hint("Write for example `namespaceTemplate: \"{env}-{service}-{region}\"`."),
                        ),
                    },
                    None => reader.wrong_type(&file, node, key, "a string"),
                },
                _ => environments = names(&mut reader, &file, node, key),
            }
        }
    }
    problems.append(&mut reader.problems);
    (settings, environments)
}

/// `layers: <directory>`, or a map with the single directories.
fn layers(reader: &mut Reader<'_>, file: &CatalogFile, node: &Node, paths: &mut LayerPaths) {
    let Some(map) = node.as_mapping() else {
        if let Some(directory) = path(reader, file, node, "layers") {
            *paths = LayerPaths::below(&directory);
        }
        return;
    };
    for entry in map.iter() {
        let name = format!("layers.{}", entry.key);
        let slot = match entry.key.as_str() {
            "base" => &mut paths.base,
            "archetypes" => &mut paths.archetypes,
            "components" => &mut paths.components,
            "environments" => &mut paths.environments,
            "regions" => &mut paths.regions,
            other => {
                let problem = Diagnostic::warning("catalog/unknown-key", format!("unknown key `{name}`"))
                    .at(file.span(entry.mark), "");
                reader.problems.push(problem.hint(match nearest(other, LAYERS.iter().copied()) {
                    Some(meant) => format!("Did you mean `{meant}`?"),
                    None => format!("Known here: `{}`.", LAYERS.join("`, `")),
                }));
                continue;
            }
        };
        if let Some(path) = path(reader, file, &entry.value, &name) {
            *slot = path;
        }
    }
}

fn path(reader: &mut Reader<'_>, file: &CatalogFile, node: &Node, name: &str) -> Option<RepoPath> {
    let Some(text) = string(node) else {
        reader.wrong_type(file, node, name, "a string");
        return None;
    };
    match RepoPath::parse(&text) {
        Ok(path) => Some(path),
        Err(error) => {
            reader.problems.push(
                Diagnostic::error("catalog/bad-value", format!("`{name}` is not valid: {error}"))
                    .at(file.span(node.mark), "")
                    .hint("Write a path from the root of the repository."),
            );
            None
        }
    }
}

fn names(reader: &mut Reader<'_>, file: &CatalogFile, node: &Node, name: &str) -> Vec<Spanned<Arc<str>>> {
    let Some(items) = node.as_sequence() else {
        reader.wrong_type(file, node, name, "a list of names");
        return Vec::new();
    };
    let mut names = Vec::new();
    for item in items {
        match string(item) {
            Some(value) => names.push(Spanned { value, span: file.span(item.mark) }),
            None => reader.wrong_type(file, item, &format!("an item of `{name}`"), "a name"),
        }
    }
    names
}

/// The order of the ladder. With a mistake in it the usual order holds, and the mistake is an error.
fn resolution(reader: &mut Reader<'_>, file: &CatalogFile, node: &Node) -> Option<Vec<Rule>> {
    let before = reader.problems.len();
    let mut rules = Vec::new();
    for item in names(reader, file, node, "resolution") {
        let known = Rule::ALL.iter().find(|rule| rule.name() == &*item.value);
        let message = match known {
            Some(rule) if rules.contains(rule) => {
                format!("the rule `{}` stands twice in `resolution`", item.value)
            }
            Some(rule) => {
                rules.push(*rule);
                continue;
            }
            None => format!("`resolution` has the unknown rule `{}`", item.value),
        };
        let hint = match nearest(&item.value, Rule::ALL.iter().map(|rule| rule.name())) {
            Some(meant) if known.is_none() => format!("Did you mean `{meant}`?"),
            _ => "Write each of `serviceChannel`, `regionPin`, `envPin` and `defaultChannel` at most once."
                .to_owned(),
        };
        reader.problems.push(Diagnostic::error("catalog/resolution", message).at(item.span, "").hint(hint));
    }
    if rules.is_empty() && reader.problems.len() == before {
        reader.problems.push(
            Diagnostic::error("catalog/resolution", "`resolution` is empty")
                .at(file.span(node.mark), "")
                .hint("Write for example `resolution: [serviceChannel, regionPin, envPin, defaultChannel]`."),
        );
    }
    (reader.problems.len() == before).then_some(rules)
}

/// A node as a setting of any shape, for files that are read elsewhere.
pub(super) fn free(file: &CatalogFile, node: &Node) -> Setting {
    let value = match &node.value {
        Value::Scalar(scalar) => {
            SettingValue::Scalar { text: Arc::from(scalar.text.as_str()), tag: scalar.tag }
        }
        Value::Sequence(items) => SettingValue::List(items.iter().map(|item| free(file, item)).collect()),
        Value::Mapping(map) => SettingValue::Map(
            map.iter()
                .map(|entry| Entry {
                    key: Arc::from(entry.key.as_str()),
                    key_span: file.span(entry.mark),
                    value: free(file, &entry.value),
                })
                .collect(),
        ),
    };
    Setting { value, span: file.span(node.mark) }
}

impl Settings {
    /// Where a key of `overlens.yaml` has its value; `None` when the file does not say it.
    #[must_use]
    pub fn span_of(&self, key: &str) -> Option<&Span> {
        self.spans.iter().find(|(known, _)| &**known == key).map(|(_, span)| span)
    }
}
