//! Renders a target: composition over the layers of its revision, in memory, remembered while nothing changes.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;

use super::layers::Layered;
use super::manifest::manifest;
use super::{Failure, Shared};
use crate::base::{Cancel, Diagnostic, Digest, FileTable, RepoPath, Span};
use crate::catalog::{
    self, Address, Composition, GeneratedFile, Inventory, LayerRole, Probe, RefResolver, Revision, TargetId,
};
use crate::kustomize::{BuildOptions, LayerKind, LayerRoot, Manifests, Resource};
use crate::report::answer::{Manifest, Overview, TargetState};
use crate::report::blame::{self, Blame, Places};
use crate::vfs::{Memory, Mounts, Source};
use crate::yaml::{self, Node};

/// How many rendered targets are kept; the oldest go first.
const REMEMBERED: usize = 1_024;

/// A rendered target.
pub(super) struct Rendered {
    /// What was built.
    pub composition: Composition,
    revision: Revision,
    built: Manifests,
    files: Arc<FileTable>,
    text: OnceLock<Result<Arc<str>, Failure>>,
    manifest: OnceLock<Result<Arc<Manifest>, Failure>>,
}

impl Rendered {
    /// What was built of a composition over the layers of a revision.
    pub(super) fn new(
        composition: Composition,
        revision: Revision,
        built: Manifests,
        files: Arc<FileTable>,
    ) -> Self {
        Self { composition, revision, built, files, text: OnceLock::new(), manifest: OnceLock::new() }
    }

    /// The manifests as kustomize prints them.
    ///
    /// # Errors
    ///
    /// When a value cannot be printed.
    pub(super) fn text(&self) -> Result<Arc<str>, Failure> {
        let made = || self.built.to_yaml().map(Arc::from).map_err(|error| unprintable(&error));
        self.text.get_or_init(made).clone()
    }

    /// What the engine built.
    pub(super) fn built(&self) -> &Manifests {
        &self.built
    }

    /// The manifests line by line, with the place that wrote each.
    ///
    /// # Errors
    ///
    /// As [`Self::text`].
    pub(super) fn manifest(&self) -> Result<Arc<Manifest>, Failure> {
        let made = || {
            let catalog = |span: &Span| catalog_place(&self.composition.files, span);
            manifest(&self.built, &self.files, &catalog).map(Arc::new).map_err(|error| unprintable(&error))
        };
        self.manifest.get_or_init(made).clone()
    }

    /// The manifests with the history of every line.
    ///
    /// # Errors
    ///
    /// As [`Self::text`].
    pub(super) fn blame(self: &Arc<Self>) -> Result<Blame, Failure> {
        let mut blame = blame::blame(&self.built, self.places()).map_err(|error| unprintable(&error))?;
        blame.findings = self.findings().cloned().collect();
        Ok(blame)
    }

    /// The resources, in the order of the output.
    pub(super) fn nodes(&self) -> Vec<&Node> {
        self.built.resources.iter().map(Resource::node).collect()
    }

    /// Knows what wrote the values of [`Self::nodes`].
    pub(super) fn places(self: &Arc<Self>) -> Places {
        let own = Arc::clone(self);
        let catalog = move |span: &Span| catalog_place(&own.composition.files, span);
        Places::new(self.files.clone(), self.layers(), Arc::new(catalog))
    }

    /// The layers of the build; what the catalog calls an environment or a region is an overlay.
    fn layers(&self) -> Vec<LayerRoot> {
        let mut layers = self.built.layers.clone();
        for layer in &mut layers {
            let role = |used: &&catalog::LayerUse| used.path == layer.directory.path;
            let Some(used) = self.composition.layers.iter().find(role) else { continue };
            layer.kind = match used.role {
                LayerRole::Base | LayerRole::Archetype => LayerKind::Base,
                LayerRole::Component => LayerKind::Component,
                LayerRole::Environment | LayerRole::Region => LayerKind::Overlay,
            };
        }
        layers
    }

    /// Entries of layers without effect. The composition is ours: what does nothing there is nobody's mistake.
    fn findings(&self) -> impl Iterator<Item = &Diagnostic> {
        self.built.findings.iter().filter(|finding| {
            let label = finding.primary.as_ref();
            label.is_none_or(|label| catalog_place(&self.composition.files, &label.span).is_none())
        })
    }

    /// The resources as a JSON array.
    ///
    /// # Errors
    ///
    /// When a value has no form in JSON.
    pub(super) fn json(&self) -> Result<serde_json::Value, Failure> {
        let resources = self.built.resources.iter().map(|resource| yaml::to_json(resource.node()));
        resources
            .collect::<Result<Vec<_>, _>>()
            .map(serde_json::Value::Array)
            .map_err(|error| unprintable(&error))
    }

    /// What is worth saying about the build.
    pub(super) fn warnings(&self) -> impl Iterator<Item = &Diagnostic> {
        self.composition.warnings.iter().chain(&self.built.warnings).chain(self.findings())
    }
}

fn unprintable(error: &dyn std::error::Error) -> Failure {
    Arc::new(Diagnostic::error("kustomize/emit", error.to_string()))
}

/// The catalog line behind a line of a generated file; `None` for files that were not generated.
fn catalog_place(generated: &[GeneratedFile], span: &Span) -> Option<Option<Span>> {
    if span.file.revision.is_some() {
        return None;
    }
    let file = generated.iter().find(|file| file.path == span.file.path)?;
    let line = (span.line as usize).checked_sub(1)?;
    Some(file.lines.get(line).cloned().flatten())
}

/// The newest renders, by target and revision. One target has several while a draft is tried.
#[derive(Default)]
pub(super) struct RenderCache {
    known: Mutex<Known>,
    inventories: Mutex<FxHashMap<InventoryKey, Arc<Inventory>>>,
}

/// The commit (empty for the work tree) and the text of the probe.
type InventoryKey = (Arc<str>, String);

#[derive(Default)]
struct Known {
    renders: FxHashMap<(TargetId, Revision), Vec<Arc<Rendered>>>,
    order: VecDeque<(TargetId, Revision)>,
}

impl RenderCache {
    /// Forgets what was built from files that may have changed.
    pub(super) fn forget_work_tree(&self) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.renders.retain(|(_, revision), _| *revision != Revision::WorkTree);
        known.order.retain(|(_, revision)| *revision != Revision::WorkTree);
        let mut inventories = self.inventories.lock().unwrap_or_else(PoisonError::into_inner);
        inventories.retain(|(revision, _), _| !revision.is_empty());
    }

    /// Forgets every rendered target.
    pub(super) fn forget(&self) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Known::default();
    }

    fn get(&self, composition: &Composition, revision: &Revision) -> Option<Arc<Rendered>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let renders = known.renders.get(&(composition.target.clone(), revision.clone()))?;
        renders.iter().find(|rendered| rendered.composition == *composition).cloned()
    }

    fn put(&self, rendered: Arc<Rendered>) {
        let key = (rendered.composition.target.clone(), rendered.revision.clone());
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.renders.entry(key.clone()).or_default().push(rendered);
        known.order.push_back(key);
        while known.order.len() > REMEMBERED {
            let Some(oldest) = known.order.pop_front() else { break };
            if let Some(renders) = known.renders.get_mut(&oldest) {
                renders.remove(0);
                if renders.is_empty() {
                    known.renders.remove(&oldest);
                }
            }
        }
    }
}

impl Shared {
    /// Renders a target.
    ///
    /// # Errors
    ///
    /// Why it does not render: its ref, its service, a layer, or the build.
    pub(super) fn render(&self, overview: &Overview, address: &Address) -> Result<Arc<Rendered>, Failure> {
        let revision = self.revision(overview, address)?;
        let (composition, layered) = self.compose(overview, &address.target, &revision)?;
        if let Some(known) = self.renders.get(&composition, &revision) {
            return Ok(known);
        }
        let source = mounted(&composition.files, &revision, layered.source.clone());
        let built = self.build(&source, &composition.directory, &composition.files)?;
        let rendered = Arc::new(Rendered::new(composition, revision, built, self.engine.files().clone()));
        self.renders.put(rendered.clone());
        Ok(rendered)
    }

    /// As [`Self::render`], until nobody wants it any more.
    pub(super) fn render_until(
        &self,
        overview: &Overview,
        address: &Address,
        _cancel: &Cancel,
    ) -> Result<Arc<Rendered>, Failure> {
        self.render(overview, address)
    }

    /// The digest of the manifests.
    pub(super) fn digest(
        &self,
        overview: &Overview,
        address: &Address,
        cancel: &Cancel,
    ) -> Result<Digest, Failure> {
        self.render_until(overview, address, cancel)?.text().map(|text| Digest::of(text.as_bytes()))
    }

    /// How far a target comes.
    pub(super) fn state(&self, overview: &Overview, target: &TargetId) -> TargetState {
        let address = Address { target: target.clone(), reference: None };
        let text = self.render(overview, &address).and_then(|rendered| {
            let text = rendered.text()?;
            Ok(TargetState::Ready { resources: rendered.built.resources.len(), lines: text.lines().count() })
        });
        text.unwrap_or_else(TargetState::Failed)
    }

    /// What the layers of an address are read from.
    ///
    /// # Errors
    ///
    /// When its ref is broken.
    pub(super) fn revision(&self, overview: &Overview, address: &Address) -> Result<Revision, Failure> {
        match address.reference.as_deref() {
            Some(".") => Ok(Revision::WorkTree),
            Some(text) => {
                let refs = super::refs::GitRefs(self.platform.repository.as_ref());
                refs.resolve(text).map(Revision::Commit).map_err(|_| Arc::new(self.explain_ref(text)))
            }
            None => {
                let resolution = overview.resolution(&address.target).ok_or_else(|| {
                    Arc::new(Diagnostic::error(
                        "address/unknown-target",
                        format!("there is no target `{}`", address.target),
                    ))
                })?;
                resolution.revision.clone().ok_or_else(|| {
                    let error = resolution.diagnostics.iter().find(|problem| problem.severity == crate::base::Severity::Error);
                    Arc::new(error.cloned().unwrap_or_else(|| {
                        Diagnostic::error("ref/none", format!("nothing in the catalog says which ref `{}` uses", address.target))
                            .hint("Give the service a channel, or set a pin or a default channel for its environment.")
                    }))
                })
            }
        }
    }

    fn explain_ref(&self, text: &str) -> Diagnostic {
        let Some(repository) = &self.platform.repository else {
            return Diagnostic::error(
                "ref/no-repository",
                format!("`{text}` cannot be looked up: this is not a git repository"),
            )
            .hint("Use `:.` to render from the files as they are.");
        };
        match repository.resolve(text) {
            Err(error) => error.into(),
            Ok(_) => {
                Diagnostic::error("ref/moved", format!("the ref `{text}` changed while it was looked up"))
                    .hint("Try again.")
            }
        }
    }

    /// The kustomization of a target and the layers it stands on.
    ///
    /// # Errors
    ///
    /// When the service has an error, a layer is missing at the revision, or the bare layers do not build.
    pub(super) fn compose(
        &self,
        overview: &Overview,
        target: &TargetId,
        revision: &Revision,
    ) -> Result<(Composition, Layered), Failure> {
        let catalog = &overview.catalog;
        let service = catalog::usable_service(catalog, target).map_err(Arc::new)?;
        let layered = self.layers.at(&self.platform, revision, &catalog.settings)?;
        let uses = layered.layers.of_target(service, target).map_err(Arc::new)?;
        let inventory = self.inventory(&catalog::probe(&uses, revision), revision, &layered)?;
        let source = self.platform.catalog();
        let composition =
            catalog::compose(catalog, target, &uses, revision, &inventory, &*source).map_err(Arc::new)?;
        Ok((composition, layered))
    }

    /// What the bare layers build to; many targets share one.
    fn inventory(
        &self,
        probe: &Probe,
        revision: &Revision,
        layered: &Layered,
    ) -> Result<Arc<Inventory>, Failure> {
        let name: Arc<str> = match revision {
            Revision::Commit(commit) => commit.clone(),
            Revision::WorkTree => Arc::from(""),
        };
        let text: String = probe.files.iter().map(|file| file.text.as_str()).collect();
        let key = (name, text);
        let known =
            self.renders.inventories.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let source = mounted(&probe.files, revision, layered.source.clone());
        let built = self.build(&source, &probe.directory, &probe.files)?;
        let inventory = Arc::new(Inventory::of(&built));
        self.renders
            .inventories
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key, inventory.clone());
        Ok(inventory)
    }

    /// Builds generated files; places in them become the catalog lines behind them.
    pub(super) fn build(
        &self,
        source: &dyn Source,
        directory: &RepoPath,
        generated: &[GeneratedFile],
    ) -> Result<Manifests, Failure> {
        self.engine.build(source, directory, &BuildOptions::default()).map_err(|mut problem| {
            for label in problem.primary.iter_mut().chain(&mut problem.related) {
                if let Some(Some(cause)) = catalog_place(generated, &label.span) {
                    label.span = cause;
                }
            }
            Arc::new(problem)
        })
    }
}

/// Generated files with the layers of a revision beside them, as `overlens generate` writes them to disk.
pub(super) fn mounted(files: &[GeneratedFile], revision: &Revision, layers: Arc<dyn Source>) -> Mounts {
    let files = files.iter().map(|file| (file.path.clone(), file.text.as_bytes()));
    Mounts::new(Arc::new(Memory::new(files))).with(catalog::layers_directory(revision), layers)
}
