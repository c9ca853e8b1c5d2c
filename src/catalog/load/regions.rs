//! Which environments and regions there are: `regions.yaml`, the directories of the overlays, the pins.

use std::sync::Arc;

use super::Reader;
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
/// the directories of the region overlays.
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
        let directories = overlays(reader, &catalog.settings.layers.regions);
        catalog.regions = directories.into_iter().map(|name| Region { name, role: None }).collect();
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

/// The environments that `overlens.yaml` declares, else the directories of the environment overlays.
pub(super) fn environments(reader: &Reader<'_>, catalog: &mut Catalog, declared: Vec<Spanned<Arc<str>>>) {
    catalog.environments =
        if declared.is_empty() { overlays(reader, &catalog.settings.layers.environments) } else { declared };
}

/// Puts the environments into their order of promotion, which is that of `defaultChannel`, then `envPins`, unless
/// they are declared. What nothing declares is completed by what pins and services name.
pub(super) fn complete(catalog: &mut Catalog) {
    let pins = catalog.default_channels.iter().chain(&catalog.env_pins);
    let pins = pins.map(|pin| Spanned { value: pin.env.clone(), span: pin.key_span.clone() });
    let order =
        unique(pins.chain(catalog.services.iter().flat_map(|service| service.enabled_in.iter().cloned())));
    if catalog.environments.is_empty() {
        catalog.environments = order;
    } else if catalog.settings.span_of("environments").is_none() {
        let place = |env: &Spanned<Arc<str>>| {
            order.iter().position(|other| other.value == env.value).unwrap_or(order.len())
        };
        catalog.environments.sort_by_key(place);
    }
    if catalog.regions.is_empty() {
        let pinned = catalog.region_pins.iter().filter_map(|pin| {
            pin.region.clone().map(|region| Spanned { value: region, span: pin.key_span.clone() })
        });
        let named = catalog.services.iter().flat_map(|service| service.regions.iter().cloned());
        let names = unique(pinned.chain(named));
        catalog.regions = names.into_iter().map(|name| Region { name, role: None }).collect();
    }
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
