//! Writes the files of a composition.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::free::FreePatch;
use super::text::{Text, quoted};
use super::traffic::renamed;
use super::values::{PLACEHOLDER, Patches};
use super::{GeneratedFile, Inventory, LayerKind, LayerUse};
use crate::base::{Diagnostic, RepoPath, Span};
use crate::catalog::setting::{Entry, SettingValue};
use crate::catalog::{Catalog, Service, Spanned, TargetId, image_version, resolve_setting};

/// What the files are made of.
pub(super) struct Parts<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) service: &'a Service,
    pub(super) target: &'a TargetId,
    pub(super) directory: &'a RepoPath,
    pub(super) namespace: &'a Spanned<Arc<str>>,
    pub(super) inventory: &'a Inventory,
}

const KUSTOMIZATION: &str = "kustomization.yaml";
const NAMESPACE: &str = "namespace.yaml";
/// The labels that the composition gives to everything, and puts into selectors.
const OWN_LABELS: [&str; 4] = ["app", "env", "region", "tier"];

/// The files with nothing but the layers and the namespace; the first one is the kustomization.
pub(super) fn start(
    layers: &[LayerUse],
    layers_directory: &RepoPath,
    directory: &RepoPath,
    namespace: &Spanned<Arc<str>>,
) -> Vec<GeneratedFile> {
    let mut text = Text::default();
    head(&mut text, layers, layers_directory, directory, &namespace.span);
    vec![
        text.file(directory.child(KUSTOMIZATION)),
        namespace_file(directory, &namespace.value, &namespace.span),
    ]
}

/// An entry of `patches:` and the file it names.
struct PatchEntry {
    name: String,
    text: Text,
    target: Vec<(String, String, Option<Span>)>,
    options: Vec<(String, String, Option<Span>)>,
    span: Option<Span>,
}

/// All files of a target, `begun` with its layers.
pub(super) fn files(
    parts: &Parts<'_>,
    mut begun: Vec<GeneratedFile>,
    values: &Patches<'_>,
    free: &[FreePatch],
    warnings: &mut Vec<Diagnostic>,
) -> Vec<GeneratedFile> {
    let Parts { service, namespace, directory, .. } = parts;
    let mut text = Text::of(begun.remove(0));
    text.line(&format!("namespace: {}", quoted(&namespace.value)), Some(&namespace.span));
    labels(parts, &mut text, warnings);
    images(parts, &mut text);
    let mut entries = value_entries(values);
    entries.extend(free.iter().enumerate().map(|(index, patch)| free_entry(index, patch)));
    entries.extend(rename_entries(service, parts.inventory));
    let mut files = begun;
    if !entries.is_empty() {
        text.line("patches:", None);
    }
    for entry in entries {
        text.line(&format!("- path: {}", quoted(&entry.name)), entry.span.as_ref());
        for (key, fields) in [("target", &entry.target), ("options", &entry.options)] {
            if !fields.is_empty() {
                text.line(&format!("  {key}:"), entry.span.as_ref());
            }
            for (field, value, span) in fields {
                text.line(&format!("    {field}: {value}"), span.as_ref().or(entry.span.as_ref()));
            }
        }
        files.push(entry.text.file(directory.child(&entry.name)));
    }
    files.insert(0, text.file(directory.child(KUSTOMIZATION)));
    files
}

/// `apiVersion` to `components`.
fn head(
    text: &mut Text,
    layers: &[LayerUse],
    layers_directory: &RepoPath,
    directory: &RepoPath,
    namespace: &Span,
) {
    text.line("apiVersion: kustomize.config.k8s.io/v1beta1", None);
    text.line("kind: Kustomization", None);
    let list = |text: &mut Text, kind: LayerKind| {
        for layer in layers.iter().filter(|layer| layer.kind == kind) {
            let path = layers_directory.join(layer.path.as_str()).unwrap_or_else(|_| layer.path.clone());
            text.line(&format!("- {}", quoted(&path.relative_to(directory))), layer.span.as_ref());
        }
    };
    text.line("resources:", None);
    list(text, LayerKind::Resource);
    text.line(&format!("- {NAMESPACE}"), Some(namespace));
    if layers.iter().any(|layer| layer.kind == LayerKind::Component) {
        text.line("components:", None);
        list(text, LayerKind::Component);
    }
}

fn namespace_file(directory: &RepoPath, name: &str, span: &Span) -> GeneratedFile {
    let mut text = Text::default();
    let span = Some(span);
    text.line("apiVersion: v1", span);
    text.line("kind: Namespace", span);
    text.line("metadata:", span);
    text.line(&format!("  name: {}", quoted(name)), span);
    text.file(directory.child(NAMESPACE))
}

/// `app`, `env`, `region` and `tier` with selectors; the service's other labels without.
fn labels(parts: &Parts<'_>, text: &mut Text, warnings: &mut Vec<Diagnostic>) {
    let Parts { service, target, .. } = parts;
    let place = |list: &[Spanned<Arc<str>>], name: &str| {
        list.iter().find(|item| &*item.value == name).map(|item| item.span.clone())
    };
    let own: &[Entry] = match service.setting("labels").map(|labels| &labels.value) {
        Some(SettingValue::Map(entries)) => entries,
        _ => &[],
    };
    let label = |entry: &Entry| match &entry.value.value {
        SettingValue::Scalar { text, .. } => Some((text.clone(), entry.value.span.clone())),
        _ => None,
    };
    let tier = own.iter().find(|entry| &*entry.key == "tier").and_then(label);
    let tier =
        tier.or_else(|| service.archetype.as_ref().map(|kind| (kind.value.clone(), kind.span.clone())));
    text.line("labels:", None);
    text.line("- pairs:", None);
    text.line(&format!("    app: {}", quoted(&service.name.value)), Some(&service.name.span));
    let env_span = place(&service.enabled_in, &target.env);
    text.line(&format!("    env: {}", quoted(&target.env)), env_span.as_ref());
    let region_span = place(&service.regions, &target.region);
    text.line(&format!("    region: {}", quoted(&target.region)), region_span.as_ref());
    if let Some((tier, span)) = tier {
        text.line(&format!("    tier: {}", quoted(&tier)), Some(&span));
    }
    text.line("  includeSelectors: true", None);
    let mut others = Vec::new();
    for entry in own.iter().filter(|entry| &*entry.key != "tier") {
        if OWN_LABELS.contains(&&*entry.key) {
            warnings.push(
                Diagnostic::warning(
                    "catalog/no-effect",
                    format!(
                        "the label `{}` of service `{}` has no effect: the target decides it",
                        entry.key, service.name.value
                    ),
                )
                .at(entry.key_span.clone(), "")
                .hint("Remove it, or choose another name."),
            );
        } else if let Some((value, span)) = label(entry) {
            others.push((entry.key.clone(), value, span));
        }
    }
    if others.is_empty() {
        return;
    }
    text.line("- pairs:", None);
    for (key, value, span) in others {
        text.line(&format!("    {}: {}", quoted(&key), quoted(&value)), Some(&span));
    }
    text.line("  includeTemplates: true", None);
}

/// The image of the main container in the place of `app`.
fn images(parts: &Parts<'_>, text: &mut Text) {
    let Parts { catalog, service, target, .. } = parts;
    let Some(image) = resolve_setting(service, "image", &target.env, &target.region) else { return };
    let Some(name) = image.text() else { return };
    text.line("images:", None);
    text.line(&format!("- name: {PLACEHOLDER}"), Some(&image.span));
    text.line(&format!("  newName: {}", quoted(name)), Some(&image.span));
    let Some(version) = image_version(catalog, service, target) else { return };
    for (key, field) in [("newTag", version.tag), ("digest", version.digest)] {
        if let Some(field) = field {
            text.line(&format!("  {key}: {}", quoted(&field.value)), Some(&field.span));
        }
    }
}

/// One patch per resource that a value of the service changes.
fn value_entries(values: &Patches<'_>) -> Vec<PatchEntry> {
    let patches = values.by_item.iter().filter(|(_, patch)| !patch.is_empty());
    let mut names = BTreeSet::new();
    patches
        .map(|(index, patch)| {
            let item = values.item(*index);
            let mut target = Vec::new();
            if !item.group.is_empty() {
                target.push(("group".to_owned(), quoted(&item.group), None));
            }
            target.push(("kind".to_owned(), quoted(&item.kind), None));
            target.push(("name".to_owned(), quoted(&item.name), None));
            let mut name = format!("patch-{}", item.kind.to_lowercase());
            if item.name != PLACEHOLDER {
                name = format!("{name}-{}", item.name);
            }
            // Kinds of the same name in two groups.
            if !names.insert(name.clone()) {
                name = format!("{name}-{}", item.group);
                names.insert(name.clone());
            }
            PatchEntry {
                name: format!("{name}.yaml"),
                text: patch.text(),
                target,
                options: Vec::new(),
                span: None,
            }
        })
        .collect()
}

fn free_entry(index: usize, patch: &FreePatch) -> PatchEntry {
    let mut text = Text::default();
    text.block(&patch.text, |line| Some(patch.line(line)));
    let fields = |entries: &[Entry]| {
        let single = entries.iter().filter_map(|entry| match &entry.value.value {
            SettingValue::Scalar { text, tag } => {
                let value = super::text::written(&crate::yaml::Scalar {
                    tag: *tag,
                    ..crate::yaml::Scalar::plain(&**text)
                });
                Some((entry.key.to_string(), value, Some(entry.value.span.clone())))
            }
            _ => None,
        });
        single.collect()
    };
    PatchEntry {
        name: format!("patch-own-{}.yaml", index + 1),
        text,
        target: fields(&patch.target),
        options: fields(&patch.options),
        span: Some(patch.line(0)),
    }
}

/// The service's name in the place of `app` and `app-*`. One patch per name: kustomize follows the references.
///
/// Longer names first: for a service `app-x`, the new name of `app` must not be taken for a resource `app-x`.
fn rename_entries(service: &Service, inventory: &Inventory) -> Vec<PatchEntry> {
    let names: BTreeSet<(Reverse<usize>, &str)> =
        inventory.items.iter().map(|item| (Reverse(item.name.len()), item.name.as_str())).collect();
    let span = Some(&service.name.span);
    names
        .into_iter()
        .filter_map(|(_, name)| Some((name, renamed(name, &service.name.value)?)))
        .map(|(name, new)| {
            let mut text = Text::default();
            text.line("- op: replace", span);
            text.line("  path: /metadata/name", span);
            text.line(&format!("  value: {}", quoted(&new)), span);
            PatchEntry {
                name: format!("rename-{name}.yaml"),
                text,
                target: vec![("name".to_owned(), quoted(name), None)],
                options: vec![("allowNameChange".to_owned(), "true".to_owned(), None)],
                span: span.cloned(),
            }
        })
        .collect()
}
