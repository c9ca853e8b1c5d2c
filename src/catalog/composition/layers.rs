//! The layers of a platform: which there are, and under which field of a kustomization each belongs.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::nearest::nearest;
use crate::base::{Diagnostic, FileId, RepoPath, Span};
use crate::catalog::model::{Catalog, LayerPaths, Service, Settings, Spanned};
use crate::catalog::{Resolution, Revision, TargetId};
use crate::vfs::{EntryKind, Source, SourceError};
use crate::yaml;

/// Under which field of a kustomization a layer belongs, by its own `kind`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LayerKind {
    /// `kind: Kustomization` (or none): under `resources`.
    Resource,
    /// `kind: Component`: under `components`.
    Component,
}

/// The part that a layer has in a target.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LayerRole {
    /// What every target has: `cb-base`.
    Base,
    /// The shape of the workload.
    Archetype,
    /// An optional feature.
    Component,
    /// The overlay of the environment.
    Environment,
    /// The overlay of the region.
    Region,
}

/// One layer of a target.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LayerUse {
    /// Its directory, from the root of the repository at the resolved ref.
    pub path: RepoPath,
    /// Its part in the target.
    pub role: LayerRole,
    /// Under which field it belongs.
    pub kind: LayerKind,
    /// The line of the catalog that asks for it; `None` for the base, which nobody has to ask for.
    pub span: Option<Span>,
}

/// The layers that a platform has at one revision.
///
/// Reading them looks at one small file per layer, so keep them per revision.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Layers {
    /// What they are read from.
    pub revision: Revision,
    /// Where they lie in the source of the revision.
    pub paths: LayerPaths,
    base: Option<LayerKind>,
    archetypes: Table,
    components: Table,
    environments: Table,
    regions: Table,
}

/// Layers by their names.
type Table = BTreeMap<String, (LayerKind, RepoPath)>;

/// The names under which kustomize looks for the file of a directory, in its order.
const KUSTOMIZATION_FILES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

impl Layers {
    /// Finds the layers in a source.
    ///
    /// `prefix` is where the platform lies in that source: the root, unless the platform is a part of a larger
    /// repository. Directories that cannot be listed count as empty: a target that needs them says so.
    #[must_use]
    pub fn read(source: &dyn Source, revision: Revision, settings: &Settings, prefix: &RepoPath) -> Self {
        let below = |path: &RepoPath| prefix.join(path.as_str()).unwrap_or_else(|_| path.clone());
        let paths = LayerPaths {
            base: below(&settings.layers.base),
            archetypes: below(&settings.layers.archetypes),
            components: below(&settings.layers.components),
            environments: below(&settings.layers.environments),
            regions: below(&settings.layers.regions),
        };
        Self {
            revision,
            base: kind_of(source, &paths.base),
            archetypes: in_directory(source, &paths.archetypes),
            components: in_directory(source, &paths.components),
            environments: in_directory(source, &paths.environments),
            regions: in_directory(source, &paths.regions),
            paths,
        }
    }

    /// Names of the archetypes.
    pub fn archetypes(&self) -> impl Iterator<Item = &str> {
        self.archetypes.keys().map(String::as_str)
    }

    /// Names of the components.
    pub fn components(&self) -> impl Iterator<Item = &str> {
        self.components.keys().map(String::as_str)
    }

    /// The layers of a target in the order in which they are put together: base, archetype, components in the order
    /// of the catalog, environment, region.
    ///
    /// A platform without a base, or without any environment or region overlays, does without them.
    ///
    /// # Errors
    ///
    /// The archetype, component or overlay that is not there, at the line that asks for it, with the nearest
    /// spelling.
    pub fn of_target(&self, service: &Service, target: &TargetId) -> Result<Vec<LayerUse>, Diagnostic> {
        let mut uses = Vec::new();
        if let Some(kind) = self.base {
            uses.push(LayerUse { path: self.paths.base.clone(), role: LayerRole::Base, kind, span: None });
        }
        if let Some(archetype) = &service.archetype {
            uses.push(self.layer(LayerRole::Archetype, archetype, service)?);
        }
        for component in &service.components {
            uses.push(self.layer(LayerRole::Component, component, service)?);
        }
        for (role, name, list) in [
            (LayerRole::Environment, &target.env, &service.enabled_in),
            (LayerRole::Region, &target.region, &service.regions),
        ] {
            if !self.table(role).0.is_empty() {
                let asked = list.iter().find(|item| item.value == *name);
                let span = asked.map_or_else(|| service.span.clone(), |item| item.span.clone());
                uses.push(self.layer(role, &Spanned { value: name.clone(), span }, service)?);
            }
        }
        Ok(uses)
    }

    /// Whether [`Self::of_target`] finds every layer.
    fn has_all_of(&self, service: &Service, target: &TargetId) -> bool {
        let has = |role, name: &str| self.table(role).0.contains_key(name);
        let has_overlay = |role, name: &str| self.table(role).0.is_empty() || has(role, name);
        service.archetype.iter().all(|archetype| has(LayerRole::Archetype, &archetype.value))
            && service.components.iter().all(|component| has(LayerRole::Component, &component.value))
            && has_overlay(LayerRole::Environment, &target.env)
            && has_overlay(LayerRole::Region, &target.region)
    }

    fn table(&self, role: LayerRole) -> (&Table, &RepoPath) {
        match role {
            LayerRole::Base | LayerRole::Archetype => (&self.archetypes, &self.paths.archetypes),
            LayerRole::Component => (&self.components, &self.paths.components),
            LayerRole::Environment => (&self.environments, &self.paths.environments),
            LayerRole::Region => (&self.regions, &self.paths.regions),
        }
    }

    fn layer(
        &self,
        role: LayerRole,
        name: &Spanned<Arc<str>>,
        service: &Service,
    ) -> Result<LayerUse, Diagnostic> {
        let (table, directory) = self.table(role);
        if let Some((kind, path)) = table.get(&*name.value) {
            return Ok(LayerUse { path: path.clone(), role, kind: *kind, span: Some(name.span.clone()) });
        }
        let (code, what) = match role {
            LayerRole::Base | LayerRole::Archetype => ("catalog/unknown-archetype", "archetype"),
            LayerRole::Component => ("catalog/unknown-component", "component"),
            LayerRole::Environment => ("catalog/unknown-environment", "environment overlay"),
            LayerRole::Region => ("catalog/unknown-region", "region overlay"),
        };
        let place = match &self.revision {
            Revision::Commit(commit) => format!("at commit {}", commit.get(..8).unwrap_or(commit)),
            Revision::WorkTree => "in the files as they are".to_owned(),
        };
        let message = format!(
            "service `{}` asks for the {what} `{}`, which does not exist {place}",
            service.name.value, name.value
        );
        let hint = match nearest(&name.value, table.keys().map(String::as_str)) {
            Some(meant) => format!("Did you mean `{meant}`?"),
            None if table.is_empty() => format!("`{directory}` holds no kustomizations there."),
            None => {
                let names: Vec<String> = table.keys().map(|name| format!("`{name}`")).collect();
                format!("`{directory}` has {}.", names.join(", "))
            }
        };
        Err(Diagnostic::error(code, message).at(name.span.clone(), "").hint(hint))
    }
}

/// The targets whose layers are not all there at their revision, each with the problem at the catalog's line.
///
/// Finds without rendering what [`Layers::of_target`] finds for one target. `layers_at` gives the layers of a
/// revision, or `None` when they cannot be read. Targets without a revision are left out: their ref is the problem.
pub fn missing_layers(
    catalog: &Catalog,
    resolutions: &[Arc<Resolution>],
    layers_at: &mut dyn FnMut(&Revision) -> Option<Arc<Layers>>,
) -> Vec<(TargetId, Diagnostic)> {
    let mut found = Vec::new();
    for resolution in resolutions {
        let Resolution { target, revision, .. } = &**resolution;
        let Some(service) = catalog.service(&target.service) else { continue };
        let Some(layers) = revision.as_ref().and_then(&mut *layers_at) else { continue };
        if layers.has_all_of(service, target) {
            continue;
        }
        if let Err(problem) = layers.of_target(service, target) {
            found.push((target.clone(), problem));
        }
    }
    found
}

/// The kustomizations directly below a directory.
fn in_directory(source: &dyn Source, directory: &RepoPath) -> Table {
    let entries = source.list(directory).unwrap_or_default();
    let directories = entries.into_iter().filter(|entry| entry.kind == EntryKind::Directory);
    let layers = directories.filter_map(|entry| {
        let path = directory.child(&entry.name);
        Some((entry.name, (kind_of(source, &path)?, path)))
    });
    layers.collect()
}

/// The kind of the kustomization in a directory; `None` when there is none. A file that cannot be read counts as a
/// resource: building it says what is wrong.
fn kind_of(source: &dyn Source, directory: &RepoPath) -> Option<LayerKind> {
    let content = KUSTOMIZATION_FILES.iter().find_map(|name| match source.read(&directory.child(name)) {
        Ok(content) => Some(Ok(content)),
        Err(SourceError::NotFound(_) | SourceError::NotDirectory(_)) => None,
        Err(error) => Some(Err(error)),
    })?;
    let nodes = content
        .ok()
        .and_then(|content| yaml::parse(&content.bytes, FileId::NONE, &yaml::Limits::default()).ok());
    let kind = nodes.as_deref().and_then(|nodes| nodes.first()?.get("kind")?.as_str());
    Some(if kind == Some("Component") { LayerKind::Component } else { LayerKind::Resource })
}
