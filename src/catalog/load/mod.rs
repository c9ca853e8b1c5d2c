//! Reads the catalog files: everything usable goes into the model, everything wrong into diagnostics with places.

mod again;
mod check;
mod keys;
mod known;
mod pins;
mod regions;
mod rules;
mod services;
mod settings;
mod text;

use std::sync::{Arc, Mutex, PoisonError};

pub use self::known::{FieldError, ServiceField};

use self::again::Newest;
use self::check::Places;
use self::text::{CatalogFile, found};
use super::model::{Catalog, ServiceNames, Settings};
use crate::base::{Diagnostic, RepoPath, Severity};
use crate::vfs::{EntryKind, Source};
use crate::yaml::{Limits, Mapping, Node};

/// The file that makes a directory a catalog.
const SERVICES: &str = "services.yaml";

/// Directories where a catalog is looked for when `overlens.yaml` does not say.
const USUAL_PLACES: [&str; 2] = ["catalog", "kustomize/catalog"];

/// Files whose presence makes a directory the root of a platform.
pub const MARKERS: [&str; 3] = ["overlens.yaml", "catalog/services.yaml", "kustomize/catalog/services.yaml"];

/// Reads the catalog of a platform.
///
/// Where it lies: `overlens.yaml` says, else `catalog/` or `kustomize/catalog/`. A broken file leaves the other
/// files usable, a broken service the other services: it stays in the list with its
/// [`diagnostics`](super::Service::diagnostics). The problems of services are in the returned list as well.
/// A file beyond `limits` is a broken one.
#[must_use]
pub fn load(source: &dyn Source, limits: &Limits) -> (Catalog, Vec<Diagnostic>) {
    Loader::new(*limits).load(source)
}

/// Reads the catalog of one platform again and again: services that stand in `services.yaml` as they did the last time
/// are taken over.
#[derive(Debug)]
pub struct Loader {
    limits: Limits,
    newest: Mutex<Option<Newest>>,
}

impl Loader {
    /// A reader of files that keep these limits.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { limits, newest: Mutex::default() }
    }

    /// The same as [`load`].
    #[must_use]
    pub fn load(&self, source: &dyn Source) -> (Catalog, Vec<Diagnostic>) {
        // Whoever reads at the same time reads everything.
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner).take();
        let loaded = read(source, &self.limits, &mut newest);
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = newest;
        loaded
    }
}

/// Reads a catalog; the services that are known already need not be read, and what was read is known afterwards.
fn read(source: &dyn Source, limits: &Limits, newest: &mut Option<Newest>) -> (Catalog, Vec<Diagnostic>) {
    let mut problems = Vec::new();
    let (settings, declared) = settings::read(source, limits, &mut problems);
    let mut catalog = Catalog {
        services: Vec::new(),
        channels: Vec::new(),
        env_pins: Vec::new(),
        region_pins: Vec::new(),
        default_channels: Vec::new(),
        environments: Vec::new(),
        regions: Vec::new(),
        locked_images: Vec::new(),
        policies: None,
        settings,
        names: ServiceNames::default(),
    };
    let Some(directory) = locate(source, &mut catalog.settings, &mut problems) else {
        return (catalog, problems);
    };
    let mut reader = Reader { source, limits, directory, problems };
    regions::regions(&mut reader, &mut catalog);
    regions::environments(&reader, &mut catalog, declared);
    let environments: Vec<Arc<str>> = catalog.environments.iter().map(|env| env.value.clone()).collect();
    let regions: Vec<Arc<str>> = catalog.regions.iter().map(|region| region.name.value.clone()).collect();
    let places = Places { environments: &environments, regions: &regions };
    pins::channels(&mut reader, &mut catalog);
    pins::env_pins(&mut reader, &mut catalog, places);
    pins::region_pins(&mut reader, &mut catalog, places);
    pins::locked_images(&mut reader, &mut catalog);
    if let Some(file) = reader.file("policies.yaml") {
        catalog.policies = file.root.as_ref().map(|node| settings::free(&file, node));
    }
    catalog.services = again::services(&mut reader, places, newest);
    regions::complete(&mut catalog);
    let mut problems = reader.problems;
    problems.extend(catalog.services.iter().flat_map(|service| service.diagnostics.iter().cloned()));
    problems.sort_by_key(|problem| std::cmp::Reverse(problem.severity == Severity::Error));
    (catalog, problems)
}

/// Finds the directory of the catalog and notes it in the settings.
fn locate(source: &dyn Source, settings: &mut Settings, problems: &mut Vec<Diagnostic>) -> Option<RepoPath> {
    let has_services = |directory: &RepoPath| {
        matches!(source.kind(&directory.child(SERVICES)), Ok(Some(EntryKind::File)) | Err(_))
    };
    let said = settings.span_of("catalog").cloned();
    if let Some(span) = said {
        if has_services(&settings.catalog) {
            return Some(settings.catalog.clone());
        }
        problems.push(
            Diagnostic::error(
                "catalog/not-found",
                format!("no catalog found: `{}/{SERVICES}` does not exist", settings.catalog),
            )
            .at(span, "")
            .hint("Name the directory that holds `services.yaml`, seen from the root of the repository."),
        );
        return None;
    }
    let places: Vec<RepoPath> = USUAL_PLACES.iter().filter_map(|place| RepoPath::parse(place).ok()).collect();
    if let Some(directory) = places.iter().find(|directory| has_services(directory)) {
        settings.catalog = directory.clone();
        return Some(directory.clone());
    }
    let looked: Vec<String> = places.iter().map(|place| format!("`{}`", place.child(SERVICES))).collect();
    problems.push(
        Diagnostic::error("catalog/not-found", format!("no catalog found: looked for {}", looked.join(" and ")))
            .hint("Open the root of a platform repository, or say in its `overlens.yaml` where the catalog lies: `catalog: path/to/catalog`.")
            .hint("`overlens demo` makes a complete platform to look at."),
    );
    None
}

/// What the readers of single files share.
struct Reader<'a> {
    source: &'a dyn Source,
    limits: &'a Limits,
    directory: RepoPath,
    problems: Vec<Diagnostic>,
}

impl Reader<'_> {
    /// Reads a file of the catalog; a problem is noted and the file counts as absent.
    fn file(&mut self, name: &str) -> Option<CatalogFile> {
        match CatalogFile::read(self.source, &self.directory.child(name), self.limits) {
            Ok(file) => file,
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        }
    }

    /// The values of a file's top-level keys; other keys are warned about.
    fn sections<'f>(&mut self, file: &'f CatalogFile, known: &[&str]) -> Vec<(&'f str, &'f Node)> {
        let Some(root) = &file.root else { return Vec::new() };
        let Some(map) = root.as_mapping() else {
            self.wrong_type(file, root, &file.name.path.to_string(), "a map");
            return Vec::new();
        };
        let mut sections = Vec::new();
        for entry in map.iter() {
            if known.contains(&entry.key.as_str()) {
                if !entry.value.is_null() {
                    sections.push((entry.key.as_str(), &entry.value));
                }
            } else {
                let problem =
                    Diagnostic::warning("catalog/unknown-key", format!("unknown key `{}`", entry.key))
                        .at(file.span(entry.mark), "");
                let hint = match crate::base::nearest::nearest(&entry.key, known.iter().copied()) {
                    Some(meant) => format!("Did you mean `{meant}`?"),
                    None => format!("Known here: `{}`.", known.join("`, `")),
                };
                self.problems.push(problem.hint(hint));
            }
        }
        sections
    }

    /// The map of a section; anything else is reported.
    fn section_map<'f>(
        &mut self,
        file: &CatalogFile,
        name: &str,
        node: &'f Node,
        of: &str,
    ) -> Option<&'f Mapping> {
        let map = node.as_mapping();
        if map.is_none() {
            self.wrong_type(file, node, name, of);
        }
        map
    }

    fn wrong_type(&mut self, file: &CatalogFile, node: &Node, name: &str, wanted: &str) {
        let mut problem = Diagnostic::error(
            "catalog/wrong-type",
            format!("`{name}` must be {wanted}, not {}", found(node)),
        )
        .at(file.span(node.mark), "");
        problem = match node.as_scalar().filter(|_| wanted == "a string" && !node.is_null()) {
            Some(scalar) => problem.hint(format!("Put it in quotes: `\"{}\"`.", scalar.text)),
            None => problem.hint(format!(
                "Write {wanted} here, or look at the lines above: one of them may be damaged."
            )),
        };
        self.problems.push(problem);
    }
}
