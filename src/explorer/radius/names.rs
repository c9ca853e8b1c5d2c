//! The names that a target calls its own: those of the catalog, and those that generators make.

use std::sync::Arc;

use crate::catalog::{Catalog, ResolvedValue, Service, TargetId, image_version, resolve_setting};
use crate::diff::{OwnNames, RenderDifference, State};
use crate::explorer::rendered::Rendered;
use crate::kustomize::Resource;
use crate::yaml::Node;

/// Kinds that generators make; their names end in a hash of their content.
const GENERATED: &[&str] = &["ConfigMap", "Secret"];

/// What a target calls its own both before and after a change, for telling what differs from what differs in others. A
/// name that the change itself sets is no own name: it is what changes.
pub(super) fn own_names(
    target: &TargetId,
    (before, after): (&Catalog, &Catalog),
    (old, new): (&Rendered, &Rendered),
    difference: &RenderDifference<'_>,
) -> OwnNames {
    let mut names = OwnNames::default();
    let namespace = &new.composition.namespace.value;
    if old.composition.namespace.value == *namespace {
        names.add("namespace", namespace);
    }
    let own = |catalog: &Catalog| {
        catalog.service(&target.service).map(|service| catalog_names(catalog, service, target))
    };
    // Where only layers change, the catalog says the same.
    let left = (!std::ptr::eq(before, after)).then(|| own(before).unwrap_or_default());
    let left = left.as_ref();
    let right = own(after).unwrap_or_default();
    for name in right.names.iter().filter(|name| left.is_none_or(|left| left.names.contains(name))) {
        names.add(&name.0, &name.1);
    }
    let is_own = |label: &&(String, String)| left.is_none_or(|left| left.labels.contains(label));
    for label in right.labels.iter().filter(is_own) {
        names.add_label(State::Old, &label.0, &label.1);
        names.add_label(State::New, &label.0, &label.1);
    }
    names.add("service", &target.service);
    names.add("env", &target.env);
    names.add("region", &target.region);
    let (old, new) = (&old.built.manifests.resources, &new.built.manifests.resources);
    if difference.has_maps() {
        // Environments and regions have labels of their own, too.
        for (state, resources) in [(State::Old, old), (State::New, new)] {
            for (key, value) in usual_labels(resources) {
                names.add_label(state, key, value);
            }
        }
    }
    let generated = old.iter().chain(new).filter(|resource| GENERATED.contains(&resource.id().kind.as_str()));
    generated.for_each(|resource| names.add_generated(&resource.id().name));
    names
}

/// The labels that more than half of the resources have: some resources, such as those of a platform team, are labelled
/// by nobody.
fn usual_labels(resources: &[Resource]) -> Vec<(&str, &str)> {
    // There are few, and most resources have the same ones.
    let mut having: Vec<((&str, &str), usize)> = Vec::new();
    for resource in resources {
        let map = resource.node().get_path(&["metadata", "labels"]).and_then(Node::as_mapping);
        for entry in map.into_iter().flat_map(|map| map.iter()) {
            let Some(value) = entry.value.as_text() else { continue };
            let label = (entry.key.as_str(), value);
            match having.iter_mut().find(|(known, _)| *known == label) {
                Some((_, number)) => *number += 1,
                None => having.push((label, 1)),
            }
        }
    }
    having.into_iter().filter(|(_, number)| number * 2 > resources.len()).map(|(label, _)| label).collect()
}

/// Names and labels that the catalog gives a target.
#[derive(Default)]
struct CatalogNames {
    /// What each is the name of, and the name.
    names: Vec<(String, String)>,
    labels: Vec<(String, String)>,
}

fn catalog_names(catalog: &Catalog, service: &Service, target: &TargetId) -> CatalogNames {
    let setting = |key: &str| resolve_setting(service, key, &target.env, &target.region);
    let mut own = CatalogNames::default();
    if let Some(image) = setting("image").as_ref().and_then(|image| image.text().cloned()) {
        let version = image_version(catalog, service, target);
        let tag = version.as_ref().and_then(|version| version.tag.as_ref()).map(|tag| tag.value.clone());
        let digest = version.and_then(|version| version.digest).map(|digest| digest.value);
        own.names.extend(image_names(&image, tag, digest));
    }
    if let Some(domains) = setting("domains") {
        let domains = domains.items().iter().filter_map(|domain| domain.text()).enumerate();
        own.names.extend(domains.map(|(place, domain)| (format!("domain {place}"), domain.to_string())));
    }
    if let Some(labels) = setting("labels")
        && let ResolvedValue::Map(entries) = &labels.value
    {
        let label = |(key, _, value): &(Arc<str>, _, crate::catalog::Resolved)| {
            Some((key.to_string(), value.text()?.to_string()))
        };
        own.labels.extend(entries.iter().filter_map(label));
    }
    // Where the labels say nothing of it, the archetype is the tier.
    if !own.labels.iter().any(|(key, _)| key == "tier")
        && let Some(archetype) = &service.archetype
    {
        own.labels.push(("tier".to_owned(), archetype.value.to_string()));
    }
    own
}

/// The image as it stands in a manifest, with its version where the catalog knows one, and its bare name.
fn image_names(image: &str, tag: Option<Arc<str>>, digest: Option<Arc<str>>) -> Vec<(String, String)> {
    let versions = match (&tag, &digest) {
        (None, None) => Vec::new(),
        (Some(tag), None) => vec![format!("{image}:{tag}")],
        (None, Some(digest)) => vec![format!("{image}@{digest}")],
        (Some(tag), Some(digest)) => {
            vec![format!("{image}:{tag}@{digest}"), format!("{image}@{digest}"), format!("{image}:{tag}")]
        }
    };
    let bare = if versions.is_empty() { "image" } else { "image name" };
    let full = versions.into_iter().map(|version| ("image".to_owned(), version));
    full.chain([(bare.to_owned(), image.to_owned())]).collect()
}
