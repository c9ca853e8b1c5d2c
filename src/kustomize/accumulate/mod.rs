//! Accumulating: the resources of a kustomization and of all that it includes, changed layer by layer.
//!
//! The order is kustomize's: resources, generators, components, transformers (its own in a fixed order, then those
//! of `transformers`), validators, vars. What a component does, it does to the resources gathered so far.

mod cache;
mod generators;
mod include;
mod layer;
mod plugins;
mod prepared;
mod schema;
mod trace;
mod transformers;

pub(crate) use cache::SubBuildCache;
pub(crate) use layer::Layer;
pub(crate) use prepared::{Prepared, PreparedCache};
pub(crate) use trace::{Retraced, Trace};
pub(crate) use transformers::{Configured, OwnTransformers, SideEffects};

use std::sync::Arc;

use super::config::{Conflict, TransformerConfig};
use super::kustomization::{Kind, Reader, Text};
use super::limits::raise;
use super::load::{Found, LoadedFile};
use super::resource::{AppendError, ResourceMap};
use super::session::{BuildError, Session};
use super::vars::{Var, Vars};
use crate::base::{Diagnostic, Mark};
use crate::vfs::Source;
use crate::yaml::Fault;

/// What has been gathered.
#[derive(Clone, Debug)]
pub(crate) struct Accumulated {
    /// The resources.
    pub(crate) resources: ResourceMap,
    /// The fields that transformers change; `None` before the first kustomization adds its own.
    pub(crate) config: Option<Arc<TransformerConfig>>,
    /// The vars that were declared.
    pub(crate) vars: Vars,
}

impl Accumulated {
    /// Nothing.
    pub(crate) fn nothing() -> Self {
        Self { resources: ResourceMap::default(), config: None, vars: Vars::default() }
    }

    /// The configuration, or what is built in.
    pub(crate) fn config(&self) -> Arc<TransformerConfig> {
        self.config.clone().unwrap_or_else(TransformerConfig::built_in)
    }
}

impl Session<'_> {
    /// Does what the kustomization of `layer` asks for, on top of `accumulated`.
    ///
    /// # Errors
    ///
    /// The first problem, with its place.
    pub(crate) fn accumulate(
        &self,
        layer: &Layer<'_>,
        accumulated: Accumulated,
    ) -> Result<Accumulated, BuildError> {
        let gathered = self.gather(layer, accumulated)?;
        self.change(layer, gathered).map(|(changed, _)| changed)
    }

    /// The first half of [`Self::accumulate`]: resources, generators and components.
    ///
    /// # Errors
    ///
    /// The first problem, with its place.
    pub(crate) fn gather(
        &self,
        layer: &Layer<'_>,
        mut accumulated: Accumulated,
    ) -> Result<Accumulated, BuildError> {
        self.go_on(layer.kustomization.mark)?;
        self.warn_of_deprecated(layer);
        for (index, text) in layer.kustomization.resources.iter().enumerate() {
            self.accumulate_path(layer, &mut accumulated, text, Some(index))?;
        }
        self.merge_config(layer, &mut accumulated)?;
        self.generate(layer, &mut accumulated)?;
        for text in &layer.kustomization.components {
            accumulated = self.accumulate_component(layer, accumulated, text)?;
        }
        Ok(accumulated)
    }

    /// The second half of [`Self::accumulate`]: what the kustomization does to all that it gathered. Also returns what
    /// its own fields did.
    ///
    /// # Errors
    ///
    /// The first problem, with its place.
    pub(crate) fn change(
        &self,
        layer: &Layer<'_>,
        mut accumulated: Accumulated,
    ) -> Result<(Accumulated, OwnTransformers), BuildError> {
        let done = self.transform(layer, &mut accumulated)?;
        self.validate(layer, &mut accumulated.resources)?;
        self.declare_vars(layer, &mut accumulated)?;
        let (count, limit) = (accumulated.resources.len(), self.limits().resources);
        if count > limit {
            let message = format!("the build has {count} resources; the limit is {limit}");
            let fault = Fault::new("limit/resources", layer.kustomization.mark, message);
            return Err(self.refuse(fault.hint(raise("resources"))));
        }
        Ok((accumulated, done))
    }

    /// Remembers the vars of a kustomization until the whole build is done with its resources.
    fn declare_vars(&self, layer: &Layer<'_>, accumulated: &mut Accumulated) -> Result<(), BuildError> {
        let read = |node| Var::read(Reader::Kustomization, node);
        let vars = layer.kustomization.vars.iter().map(read).collect::<Result<_, _>>();
        vars.and_then(|vars| accumulated.vars.declare(vars, &mut accumulated.resources))
            .map_err(|fault| self.refuse(fault))
    }

    /// Adds what a path leads to. Of the entry of `resources` with a number it is remembered what the file holds.
    pub(crate) fn accumulate_path(
        &self,
        layer: &Layer<'_>,
        accumulated: &mut Accumulated,
        text: &Text,
        index: Option<usize>,
    ) -> Result<(), BuildError> {
        let known =
            layer.prepared.as_ref().zip(index).and_then(|(prepared, index)| prepared.files.get(index));
        let recorded = self.source.recorded();
        let resources = match self.known(known) {
            Some(resources) => resources,
            None => match self.find(layer, text)? {
                Found::File => {
                    let read = || self.resources_in(&self.load(layer, &text.value, text.mark)?);
                    self.make_once(known, recorded, read)?
                }
                Found::Directory(directory) => {
                    let base = self.include(layer, directory, text, Kind::Kustomization, None)?;
                    return self.merge_accumulated(accumulated, base, text.mark);
                }
            },
        };
        self.saw_kinds(resources.iter());
        self.trace_file(layer, index, &resources);
        let mut resources = resources.as_ref().clone();
        self.scope_kinds(&mut resources);
        if let Some(origin) = &layer.origin {
            let origin = Arc::new(origin.append(&text.value));
            for resource in &mut resources {
                resource.set_origin(Some(&origin));
                resource.note();
            }
        }
        let added = accumulated.resources.append_all(resources);
        added.map_err(|error| self.append_error(error, text.mark))
    }

    /// Lets a component change what is there.
    fn accumulate_component(
        &self,
        layer: &Layer<'_>,
        accumulated: Accumulated,
        text: &Text,
    ) -> Result<Accumulated, BuildError> {
        match self.find(layer, text)? {
            Found::Directory(directory) => {
                let mut changed = self.include(layer, directory, text, Kind::Component, Some(accumulated))?;
                // kustomize starts anew with what the component leaves, which shows resources that have become the
                // same and drops superfluous field specs.
                let added = changed.resources.append_all(Vec::new());
                added.map_err(|error| self.append_error(error, text.mark))?;
                if let Some(config) = changed.config.take() {
                    self.add_config(&mut changed, &config, text.mark)?;
                }
                Ok(changed)
            }
            Found::File => {
                let message = format!("`{}` is a file; a component is a directory", text.value);
                Err(self.refuse(
                    Fault::new("load/wrong-kind", text.mark, message)
                        .hint("Name the directory that holds the component's kustomization."),
                ))
            }
        }
    }

    /// Adds what another kustomization came to.
    pub(crate) fn merge_accumulated(
        &self,
        accumulated: &mut Accumulated,
        other: Accumulated,
        mark: Mark,
    ) -> Result<(), BuildError> {
        let added = accumulated.resources.append_all(other.resources.into_vec());
        added.map_err(|error| self.append_error(error, mark))?;
        if let Some(config) = &other.config {
            self.add_config(accumulated, config, mark)?;
        }
        accumulated.vars.merge(&other.vars).map_err(|fault| self.refuse(fault))
    }

    /// Joins a configuration with the one that is there.
    pub(crate) fn add_config(
        &self,
        accumulated: &mut Accumulated,
        config: &Arc<TransformerConfig>,
        mark: Mark,
    ) -> Result<(), BuildError> {
        let nothing = Arc::default();
        accumulated.config = Some(match &accumulated.config {
            None if config.is_built_in() => Arc::clone(config),
            // Merging also drops field specs that others in the list make superfluous.
            own => {
                let own = own.as_ref().unwrap_or(&nothing);
                own.merged(config).map_err(|conflict| self.config_conflict(&conflict, mark))?
            }
        });
        Ok(())
    }

    fn config_conflict(&self, conflict: &Conflict, mark: Mark) -> BuildError {
        let message =
            format!("two configurations disagree on whether `{}` is made when it is missing", conflict.path);
        self.refuse(
            Fault::new("configuration/conflict", mark, message)
                .hint("Give both field specs the same `create`."),
        )
    }

    fn merge_config(&self, layer: &Layer<'_>, accumulated: &mut Accumulated) -> Result<(), BuildError> {
        let built_in = TransformerConfig::built_in();
        let mut own = Accumulated::nothing();
        for text in &layer.kustomization.configurations {
            let file = self.load(layer, &text.value, text.mark)?;
            let documents = self.parse(&file)?;
            let config = TransformerConfig::read(documents.first()).map_err(|fault| self.refuse(fault))?;
            self.add_config(&mut own, &config, text.mark)?;
        }
        let mark =
            layer.kustomization.configurations.first().map_or(layer.kustomization.mark, |text| text.mark);
        let mut whole = Accumulated { config: Some(built_in), ..Accumulated::nothing() };
        if let Some(own) = &own.config {
            self.add_config(&mut whole, own, mark)?;
        }
        self.add_config(accumulated, &whole.config(), mark)?;
        for text in &layer.kustomization.crds {
            let file = self.load(layer, &text.value, text.mark)?;
            check_json(&file).map_err(|fault| self.refuse(fault))?;
            let document = self.parse_description(&file)?;
            let config = TransformerConfig::of_crds(document.as_ref())
                .map_err(|conflict| self.config_conflict(&conflict, text.mark))?;
            self.add_config(accumulated, &Arc::new(config), text.mark)?;
        }
        Ok(())
    }

    /// Two resources with the same identity.
    pub(crate) fn append_error(&self, error: AppendError, mark: Mark) -> BuildError {
        let message = format!("{} is there twice", error.added.id());
        let fault = Fault::new("resource/duplicate", error.added.mark(), message)
            .also(error.existing.mark(), "the first one")
            .hint(
                "Remove one of them, give one another name or namespace, or change the first with a patch.",
            );
        let fault = if fault.mark == Mark::NONE { Fault { mark, ..fault } } else { fault };
        self.refuse(fault)
    }

    fn warn_of_deprecated(&self, layer: &Layer<'_>) {
        for deprecated in &layer.kustomization.deprecated {
            let message = format!("`{}` is deprecated", deprecated.field);
            let warning = Diagnostic::warning("kustomization/deprecated", message)
                .at_maybe(self.files().span(deprecated.mark), "")
                .hint(format!(
                    "Use `{}` instead; `kustomize edit fix` rewrites the file.",
                    deprecated.successor
                ));
            self.warn(warning);
        }
    }
}

/// Refuses what is not JSON in a file of definitions that begins with `{`: kustomize reads such a file as nothing else.
fn check_json(file: &LoadedFile) -> Result<(), Fault> {
    if !file.bytes.starts_with(b"{") {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&file.bytes);
    let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(&text) else { return Ok(()) };
    let place = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let mark = Mark { line: place(error.line()), column: place(error.column()), ..file.mark() };
    let message = format!("text that begins with `{{` is read as JSON: {error}");
    Err(Fault::new("configuration/json", mark, message).hint(
        "Mend the JSON; a comma behind the last entry, comments and words without quotes are YAML only.",
    ))
}
