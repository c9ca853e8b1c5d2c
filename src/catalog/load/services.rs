//! Reads `services.yaml`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::check::{Checker, Places, did_you_mean, unknown_code};
use super::keys;
use super::text::{CatalogFile, found};
use super::{Reader, SERVICES};
use crate::base::{Diagnostic, Span};
use crate::catalog::model::{Service, Spanned};
use crate::catalog::setting::{Entry, Setting, SettingValue};
use crate::yaml::Node;

/// Every entry of the list of services, wrong ones included.
pub(super) fn services(reader: &mut Reader<'_>, places: Places<'_>) -> Vec<Arc<Service>> {
    let Some(file) = reader.file(SERVICES) else { return Vec::new() };
    let sections = reader.sections(&file, &["services"]);
    let Some((_, node)) = sections.first() else {
        reader.problems.push(
            Diagnostic::warning("catalog/no-services", format!("`{}` lists no services", file.name.path))
                .at(file.whole(), "")
                .hint("Write one `- name: ...` entry per service below `services:`."),
        );
        return Vec::new();
    };
    let Some(items) = node.as_sequence() else {
        reader.wrong_type(&file, node, "services", "a list of services");
        return Vec::new();
    };
    let mut services: Vec<Service> =
        items.iter().enumerate().map(|(index, item)| service(&file, index, item, places)).collect();
    mark_duplicates(&mut services);
    services.into_iter().map(Arc::new).collect()
}

/// A name that stands twice is an error of the later service; the earlier one keeps the name.
fn mark_duplicates(services: &mut [Service]) {
    let mut first: BTreeMap<Arc<str>, Span> = BTreeMap::new();
    for service in services {
        let name = service.name.value.clone();
        match first.get(&name) {
            None => {
                first.insert(name, service.name.span.clone());
            }
            Some(earlier) => service.diagnostics.push(
                Diagnostic::error(
                    "catalog/duplicate-service",
                    format!(
                        "service `{name}` is there twice: in line {} and line {}",
                        earlier.line, service.name.span.line
                    ),
                )
                .at(service.name.span.clone(), "")
                .also(earlier.clone(), "the first one")
                .hint("Rename or remove one of them; until then the first one counts."),
            ),
        }
    }
}

/// One entry of the list of services.
pub(super) fn service(file: &CatalogFile, index: usize, node: &Node, places: Places<'_>) -> Service {
    let span = file.span(node.mark);
    let written = node.get("name").and_then(Node::as_str);
    let shown = written.map_or_else(|| format!("services[{index}]"), str::to_owned);
    let mut checker = Checker { file, places, owner: format!("service `{shown}`"), problems: Vec::new() };
    let mut entries = match node.as_mapping() {
        Some(map) => checker.map(map, keys::SERVICE, false, "", &span),
        None => {
            let message = format!("`services[{index}]` must be a map, not {}", found(node));
            checker.problems.push(
                Diagnostic::error("catalog/wrong-type", message)
                    .at(span.clone(), "")
                    .hint("Write `- name: ...` and the other keys of the service below it."),
            );
            Vec::new()
        }
    };
    let mut service = Service {
        name: take(&mut entries, "name")
            .unwrap_or_else(|| Spanned { value: Arc::from(shown.as_str()), span: span.clone() }),
        span,
        index,
        archetype: take(&mut entries, "type"),
        tag_strategy: take(&mut entries, "tagStrategy"),
        channel: take(&mut entries, "channel"),
        regions: take_list(&mut entries, "regions"),
        enabled_in: take_list(&mut entries, "enabledIn"),
        namespace_template: take(&mut entries, "namespaceTemplate"),
        components: take_list(&mut entries, "components"),
        settings: entries,
        diagnostics: checker.problems,
    };
    check_lists(&mut service, places);
    let mut unused = Vec::new();
    for entry in &service.settings {
        overrides_without_effect(&service, &entry.key, &entry.value, &mut unused);
    }
    service.diagnostics.append(&mut unused);
    service
}

/// Takes a string out of the checked entries.
fn take(entries: &mut Vec<Entry>, key: &str) -> Option<Spanned<Arc<str>>> {
    let entry = entries.remove(entries.iter().position(|entry| &*entry.key == key)?);
    scalar(&entry.value)
}

/// Takes a list of strings out of the checked entries.
fn take_list(entries: &mut Vec<Entry>, key: &str) -> Vec<Spanned<Arc<str>>> {
    let Some(position) = entries.iter().position(|entry| &*entry.key == key) else { return Vec::new() };
    match entries.remove(position).value.value {
        SettingValue::List(items) => items.iter().filter_map(scalar).collect(),
        _ => Vec::new(),
    }
}

fn scalar(setting: &Setting) -> Option<Spanned<Arc<str>>> {
    match &setting.value {
        SettingValue::Scalar { text, .. } => {
            Some(Spanned { value: text.clone(), span: setting.span.clone() })
        }
        _ => None,
    }
}

/// Unknown environments and regions are errors and left out; so is what stands twice, with a warning.
fn check_lists(service: &mut Service, places: Places<'_>) {
    let name = service.name.value.clone();
    let problems = &mut service.diagnostics;
    let mut check = |list: &mut Vec<Spanned<Arc<str>>>, key: &str, what: &str, known: Option<&[Arc<str>]>| {
        let mut seen: Vec<Arc<str>> = Vec::new();
        list.retain(|item| {
            if seen.contains(&item.value) {
                problems.push(
                    Diagnostic::warning(
                        "catalog/repeated",
                        format!("`{}` stands twice in `{key}` of service `{name}`", item.value),
                    )
                    .at(item.span.clone(), "")
                    .hint("Remove it here."),
                );
                return false;
            }
            seen.push(item.value.clone());
            let Some(known) = known.filter(|known| !known.is_empty() && !known.contains(&item.value)) else {
                return true;
            };
            problems.push(
                Diagnostic::error(
                    unknown_code(what),
                    format!("service `{name}` names the unknown {what} `{}` in `{key}`", item.value),
                )
                .at(item.span.clone(), "")
                .hint(did_you_mean(&item.value, known)),
            );
            false
        });
    };
    check(&mut service.enabled_in, "enabledIn", "environment", Some(places.environments));
    check(&mut service.regions, "regions", "region", Some(places.regions));
    check(&mut service.components, "components", "component", None);
}

/// Warns about overrides for places where the service does not run.
fn overrides_without_effect(
    service: &Service,
    path: &str,
    setting: &Setting,
    problems: &mut Vec<Diagnostic>,
) {
    match &setting.value {
        SettingValue::Scalar { .. } => {}
        SettingValue::List(items) => {
            for (index, item) in items.iter().enumerate() {
                overrides_without_effect(service, &format!("{path}[{index}]"), item, problems);
            }
        }
        SettingValue::Map(entries) => {
            for entry in entries {
                overrides_without_effect(service, &format!("{path}.{}", entry.key), &entry.value, problems);
            }
        }
        SettingValue::PerEnvironment(varying) => {
            if let Some(defaults) = &varying.defaults {
                overrides_without_effect(service, path, defaults, problems);
            }
            for (scope, span, value) in &varying.overrides {
                let runs =
                    |list: &[Spanned<Arc<str>>], name: &str| list.iter().any(|item| &*item.value == name);
                let in_env = runs(&service.enabled_in, &scope.env);
                let in_region = scope.region.as_deref().is_none_or(|region| runs(&service.regions, region));
                if !(in_env && in_region) {
                    problems.push(
                        Diagnostic::warning(
                            "catalog/no-effect",
                            format!(
                                "the override of `{path}` for `{scope}` has no effect: `{}` does not run there",
                                service.name.value
                            ),
                        )
                        .at(span.clone(), "")
                        .hint("Remove it, or add the place to `enabledIn` and `regions`."),
                    );
                }
                overrides_without_effect(service, path, value, problems);
            }
        }
    }
}
