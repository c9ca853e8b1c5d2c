//! Reads `channels.yaml`, `env-pins.yaml`, `region-pins.yaml` and `images.lock.yaml`.

use std::sync::Arc;

use super::Reader;
use super::check::{Places, did_you_mean, unknown_code};
use super::text::{CatalogFile, string};
use crate::base::Diagnostic;
use crate::catalog::model::{Catalog, Channel, LockedImage, Pin, Spanned};
use crate::yaml::{Entry, Node};

/// `channels: {<name>: <ref>}`, or `{<name>: {ref: <ref>, description: ...}}`.
pub(super) fn channels(reader: &mut Reader<'_>, catalog: &mut Catalog) {
    let Some(file) = reader.file("channels.yaml") else { return };
    for (section, node) in reader.sections(&file, &["channels"]) {
        let Some(map) = reader.section_map(&file, section, node, "a map from channel to ref") else {
            continue;
        };
        for entry in map.iter() {
            let path = format!("channels.{}", entry.key);
            let value = entry.value.get("ref").unwrap_or(&entry.value);
            let Some(reference) = text(reader, &file, value, &path) else { continue };
            catalog.channels.push(Channel {
                name: Spanned { value: Arc::from(entry.key.as_str()), span: file.span(entry.mark) },
                reference,
                description: entry.value.get("description").and_then(string),
            });
        }
    }
}

/// `envPins: {<env>: <ref>}` and `defaultChannel: {<env>: <channel>}`.
pub(super) fn env_pins(reader: &mut Reader<'_>, catalog: &mut Catalog, places: Places<'_>) {
    let Some(file) = reader.file("env-pins.yaml") else { return };
    for (section, node) in reader.sections(&file, &["envPins", "defaultChannel"]) {
        let wanted = match section {
            "envPins" => "a map from environment to ref",
            _ => "a map from environment to channel",
        };
        let Some(map) = reader.section_map(&file, section, node, wanted) else { continue };
        for entry in map.iter().filter(|entry| !entry.value.is_null()) {
            check_place(reader, &file, entry, section, "environment", places.environments);
            let path = format!("{section}.{}", entry.key);
            let Some(value) = text(reader, &file, &entry.value, &path) else { continue };
            let pin = Pin {
                env: Arc::from(entry.key.as_str()),
                region: None,
                key_span: file.span(entry.mark),
                value,
            };
            if section == "envPins" {
                catalog.env_pins.push(pin);
            } else {
                catalog.default_channels.push(pin);
            }
        }
    }
}

/// `regionPins: {<region>: {<env>: <ref>}}`.
pub(super) fn region_pins(reader: &mut Reader<'_>, catalog: &mut Catalog, places: Places<'_>) {
    let Some(file) = reader.file("region-pins.yaml") else { return };
    for (section, node) in reader.sections(&file, &["regionPins"]) {
        let Some(regions) = reader.section_map(&file, section, node, "a map from region to environments")
        else {
            continue;
        };
        for region in regions.iter().filter(|region| !region.value.is_null()) {
            check_place(reader, &file, region, section, "region", places.regions);
            let path = format!("{section}.{}", region.key);
            let Some(map) = reader.section_map(&file, &path, &region.value, "a map from environment to ref")
            else {
                continue;
            };
            for entry in map.iter().filter(|entry| !entry.value.is_null()) {
                check_place(reader, &file, entry, &path, "environment", places.environments);
                let path = format!("{path}.{}", entry.key);
                let Some(value) = text(reader, &file, &entry.value, &path) else { continue };
                catalog.region_pins.push(Pin {
                    env: Arc::from(entry.key.as_str()),
                    region: Some(Arc::from(region.key.as_str())),
                    key_span: file.span(entry.mark),
                    value,
                });
            }
        }
    }
}

/// `images: {<service or image>: {tag: ..., digest: ...}}`, or the tag alone.
pub(super) fn locked_images(reader: &mut Reader<'_>, catalog: &mut Catalog) {
    let Some(file) = reader.file("images.lock.yaml") else { return };
    for (section, node) in reader.sections(&file, &["images"]) {
        let Some(map) = reader.section_map(&file, section, node, "a map from service to tag and digest")
        else {
            continue;
        };
        for entry in map.iter().filter(|entry| !entry.value.is_null()) {
            let path = format!("images.{}", entry.key);
            let mut field = |key: &str| {
                let node = entry.value.get(key).filter(|node| !node.is_null())?;
                text(reader, &file, node, &format!("{path}.{key}"))
            };
            let (tag, digest) = if entry.value.as_mapping().is_some() {
                (field("tag"), field("digest"))
            } else {
                (text(reader, &file, &entry.value, &path), None)
            };
            catalog.locked_images.push(LockedImage {
                name: Spanned { value: Arc::from(entry.key.as_str()), span: file.span(entry.mark) },
                tag,
                digest,
            });
        }
    }
}

/// Reports a key that names an environment or region that does not exist. With no `known` names nothing is checked.
fn check_place(
    reader: &mut Reader<'_>,
    file: &CatalogFile,
    entry: &Entry,
    section: &str,
    what: &str,
    known: &[Arc<str>],
) {
    if !known.is_empty() && !known.iter().any(|name| **name == *entry.key) {
        reader.problems.push(
            Diagnostic::error(
                unknown_code(what),
                format!("`{section}` names the unknown {what} `{}`", entry.key),
            )
            .at(file.span(entry.mark), "")
            .hint(did_you_mean(&entry.key, known)),
        );
    }
}

/// A string with its place; anything else is reported.
fn text(reader: &mut Reader<'_>, file: &CatalogFile, node: &Node, path: &str) -> Option<Spanned<Arc<str>>> {
    let value = string(node).filter(|text| !text.is_empty());
    if value.is_none() {
        reader.wrong_type(file, node, path, "a string");
    }
    Some(Spanned { value: value?, span: file.span(node.mark) })
}
