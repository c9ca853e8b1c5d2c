//! Reads `services.yaml` again after a few of its services have changed, as with every key press in an editor.

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::check::Places;
use super::services::service;
use super::text::CatalogFile;
use super::{Reader, SERVICES, services};
use crate::base::{FileName, FileTable};
use crate::catalog::model::Service;
use crate::yaml::{self, Limits, Node, Outline};

/// The services that were read last, and everything that they depend on.
#[derive(Debug)]
pub(super) struct Newest {
    name: FileName,
    text: Arc<[u8]>,
    environments: Vec<Arc<str>>,
    regions: Vec<Arc<str>>,
    services: Vec<Arc<Service>>,
}

/// Every entry of the list of services, wrong ones included. Only those are read that are different from the newest.
pub(super) fn services(
    reader: &mut Reader<'_>,
    places: Places<'_>,
    newest: &mut Option<Newest>,
) -> Vec<Arc<Service>> {
    let path = reader.directory.child(SERVICES);
    let name = reader.source.file_name(&path);
    let text = reader.source.read(&path).ok().map(|content| content.bytes);
    let known = newest.take().zip(text.as_deref());
    let again = known.and_then(|(newest, text)| newest.again(&name, text, places, reader.limits));
    let problems = reader.problems.len();
    let services = again.unwrap_or_else(|| services::services(reader, places));
    // What is wrong beside the services would have to be said again.
    let is_clean = reader.problems.len() == problems && is_unique(&services);
    *newest = text.filter(|_| is_clean).map(|text| Newest {
        name,
        text,
        environments: places.environments.to_vec(),
        regions: places.regions.to_vec(),
        services: services.clone(),
    });
    services
}

/// Whether no name stands twice, which would be an error of a service that depends on another one.
fn is_unique(services: &[Arc<Service>]) -> bool {
    let mut seen = FxHashSet::default();
    services.iter().all(|service| seen.insert(&service.name.value))
}

impl Newest {
    /// The services of another text; `None` when all of it has to be read.
    fn again(
        &self,
        name: &FileName,
        text: &[u8],
        places: Places<'_>,
        limits: &Limits,
    ) -> Option<Vec<Arc<Service>>> {
        let same_places = self.environments == places.environments && self.regions == places.regions;
        if !same_places || self.name != *name {
            return None;
        }
        if *self.text == *text {
            return Some(self.services.clone());
        }
        let old = Outline::of(std::str::from_utf8(&self.text).ok()?, "services")?;
        let new = Outline::of(std::str::from_utf8(text).ok()?, "services")?;
        if old.around() != new.around() || old.count() != self.services.len() {
            return None;
        }
        let (above, below) = same_ends(&old, &new);
        let (left, came) = (above..old.count() - below, above..new.count() - below);
        // What other services share with these changes with them.
        if left.clone().any(|entry| old.has_anchors(entry))
            || came.clone().any(|entry| new.has_anchors(entry))
        {
            return None;
        }
        let (old_lines, new_lines) = (old.lines(), new.lines());
        let read = self::read(&new, &new_lines, came, name, places, limits)?;
        let moved = (left.end..old.count()).map(|index| {
            let now = index + new.count() - old.count();
            let mut service = Arc::clone(&self.services[index]);
            if now == index && old_lines[index] == new_lines[now] {
                return service;
            }
            let own = Arc::make_mut(&mut service);
            own.index = now;
            own.each_span(&mut |span| {
                // What an alias stands for may be written above.
                let from = entry_of(&old_lines, span.line).filter(|from| *from >= left.end);
                if let Some(from) = from.filter(|_| span.file == *name) {
                    span.line = span.line - old_lines[from] + new_lines[from + new.count() - old.count()];
                }
            });
            service
        });
        let services: Vec<Arc<Service>> =
            self.services[..above].iter().cloned().chain(read).chain(moved).collect();
        is_unique(&services).then_some(services)
    }
}

/// Reads some entries, together with those whose anchors they use; `None` when that does not come to one service each.
fn read(
    outline: &Outline<'_>,
    lines: &[u32],
    entries: Range<usize>,
    name: &FileName,
    places: Places<'_>,
    limits: &Limits,
) -> Option<Vec<Arc<Service>>> {
    if entries.is_empty() {
        return Some(Vec::new());
    }
    let wanted: Vec<usize> = entries.clone().collect();
    let chosen = outline.with_anchors(&wanted);
    let excerpt = outline.excerpt(&chosen);
    let files = FileTable::default();
    let documents = yaml::parse(excerpt.text.as_bytes(), files.id(name), limits).ok()?;
    let [document] = documents.as_slice() else { return None };
    let items = document.get("services").and_then(Node::as_sequence)?;
    if items.len() != chosen.len() {
        return None;
    }
    let file = CatalogFile { name: name.clone(), root: None };
    let own = chosen.iter().zip(items.iter()).filter(|(index, _)| entries.contains(index));
    let read = own.map(|(index, item)| {
        let mut service = service(&file, *index, item, places);
        service.each_span(&mut |span| {
            if let Some(from) = entry_of(&excerpt.lines, span.line).filter(|_| span.file == *name) {
                span.line = span.line - excerpt.lines[from] + lines[chosen[from]];
            }
        });
        Arc::new(service)
    });
    Some(read.collect())
}

/// The entry that a line belongs to, by the first lines of all.
fn entry_of(first_lines: &[u32], line: u32) -> Option<usize> {
    first_lines.partition_point(|first| *first <= line).checked_sub(1)
}

/// How many entries of two lists are the same from the top, and from the end.
fn same_ends(old: &Outline<'_>, new: &Outline<'_>) -> (usize, usize) {
    let shorter = old.count().min(new.count());
    let above = old.entries().zip(new.entries()).take_while(|(old, new)| old == new).count();
    let pairs = old.entries().rev().zip(new.entries().rev());
    let below = pairs.take(shorter - above).take_while(|(old, new)| old == new).count();
    (above, below)
}
