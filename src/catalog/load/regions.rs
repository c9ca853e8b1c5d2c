//! Which environments and regions there are: `regions.yaml`, the directories of the overlays, and the pins.

use std::sync::Arc;

use super::Reader;
use super::check::{did_you_mean, unknown_code};
use super::text::{CatalogFile, found, string};
use crate::base::{Diagnostic, RepoPath, Span};
use crate::catalog::model::{Catalog, Region, RegionRole, Spanned};
use crate::vfs::EntryKind;
use crate::yaml::Node;

/// How `regions.yaml` may call the roles.
const ROLES: &[(&str, RegionRole)] = &[
    ("primary", RegionRole::Primary),
    ("secondary", RegionRole::Secondary),
    ("dr", RegionRole::Secondary),
    ("standby", RegionRole::Secondary),
];

/// `regions: {<name>: {role: ...}}`, or a list of names or of maps with `name`. Without the file, the regions are
/// the directories of the region overlays, or what the region pins name.
pub(super) fn regions(reader: &mut Reader<'_>, catalog: &mut Catalog) {
    let file = reader.file("regions.yaml");
    if let Some(file) = &file {
        for (section, node) in reader.sections(file, &["regions"]) {
            if let Some(map) = node.as_mapping() {
                for entry in map.iter() {
                    let name = Spanned { value: Arc::from(entry.key.as_str()), span: file.span(entry.mark) };
                    let role = role(reader, file, &entry.value);
                    catalog.regions.push(Region { name, role });
                }
            } else if let Some(items) = node.as_sequence() {
                for item in items {
                    let Some(name) = string(item.get("name").unwrap_or(item)) else {
                        reader.wrong_type(file, item, "an item of `regions`", "a name");
                        continue;
                    };
                    let role = role(reader, file, item);
                    catalog
                        .regions
                        .push(Region { name: Spanned { value: name, span: file.span(item.mark) }, role });
                }
            } else {
                reader.wrong_type(file, node, section, "a map or a list of regions");
            }
        }
    }
    if catalog.regions.is_empty() {
        let directories = overlays(reader, &catalog.settings.layers.regions.clone());
        let pinned = catalog.region_pins.iter().filter_map(|pin| {
            pin.region.clone().map(|region| Spanned { value: region, span: pin.key_span.clone() })
        });
        let names = if directories.is_empty() { unique(pinned) } else { directories };
        catalog.regions = names.into_iter().map(|name| Region { name, role: None }).collect();
    }
    let known: Vec<Arc<str>> = catalog.regions.iter().map(|region| region.name.value.clone()).collect();
    let mut reported: Vec<Arc<str>> = Vec::new();
    for pin in &catalog.region_pins {
        let Some(region) = &pin.region else { continue };
        if !known.contains(region) && !reported.contains(region) {
            reported.push(region.clone());
            reader.problems.push(unknown_pin("region", region, &known, &pin.key_span));
        }
    }
}

fn role(reader: &mut Reader<'_>, file: &CatalogFile, node: &Node) -> Option<RegionRole> {
    let role = node.get("role")?;
    let text = role.as_str().unwrap_or("");
    let known = ROLES.iter().find(|(name, _)| *name == text).map(|(_, role)| *role);
    if known.is_none() {
        reader.problems.push(
            Diagnostic::warning("catalog/bad-value", format!("{} is not the role of a region", found(role)))
                .at(file.span(role.mark), "")
                .hint("Write `primary` or `secondary`."),
        );
    }
    known
}

/// The environments in their order of promotion: what `overlens.yaml` declares, else the directories of the
/// environment overlays, else what the pins name; ordered as in `defaultChannel`, then `envPins`.
pub(super) fn environments(reader: &mut Reader<'_>, catalog: &mut Catalog, declared: Vec<Spanned<Arc<str>>>) {
    let pins = catalog.default_channels.iter().chain(&catalog.env_pins);
    let pinned = unique(pins.map(|pin| Spanned { value: pin.env.clone(), span: pin.key_span.clone() }));
    catalog.environments = if declared.is_empty() {
        let mut directories = overlays(reader, &catalog.settings.layers.environments.clone());
        if directories.is_empty() {
            pinned
        } else {
            let place = |env: &Spanned<Arc<str>>| {
                pinned.iter().position(|pin| pin.value == env.value).unwrap_or(pinned.len())
            };
            directories.sort_by_key(place);
            directories
        }
    } else {
        declared
    };
    let known: Vec<Arc<str>> = catalog.environments.iter().map(|env| env.value.clone()).collect();
    for pin in catalog.default_channels.iter().chain(&catalog.env_pins).chain(&catalog.region_pins) {
        if !known.is_empty() && !known.contains(&pin.env) {
            reader.problems.push(unknown_pin("environment", &pin.env, &known, &pin.key_span));
        }
    }
}

fn unknown_pin(what: &str, name: &str, known: &[Arc<str>], span: &Span) -> Diagnostic {
    Diagnostic::error(unknown_code(what), format!("a pin names the unknown {what} `{name}`"))
        .at(span.clone(), "")
        .hint(did_you_mean(name, known))
}

/// The names of the directories in a directory of overlays.
fn overlays(reader: &Reader<'_>, directory: &RepoPath) -> Vec<Spanned<Arc<str>>> {
    let entries = reader.source.list(directory).unwrap_or_default();
    let directories = entries.into_iter().filter(|entry| entry.kind == EntryKind::Directory);
    directories
        .map(|entry| {
            let file = reader.source.file_name(&directory.child(&entry.name));
            Spanned { value: Arc::from(entry.name), span: Span { file, line: 0, column: 0 } }
        })
        .collect()
}

fn unique(names: impl Iterator<Item = Spanned<Arc<str>>>) -> Vec<Spanned<Arc<str>>> {
    let mut unique: Vec<Spanned<Arc<str>>> = Vec::new();
    for name in names {
        if !unique.iter().any(|known| known.value == name.value) {
            unique.push(name);
        }
    }
    unique
}
