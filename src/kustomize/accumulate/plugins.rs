//! The objects under `generators`, `transformers` and `validators`: written inline, in files or in directories.

use std::sync::Arc;

use super::transformers::Configured;
use super::{Accumulated, Layer};
use crate::base::Mark;
use crate::kustomize::kustomization::{Inline, Text};
use crate::kustomize::plugin::{self, Generated};
use crate::kustomize::resource::{Resource, ResourceMap};
use crate::kustomize::session::{BuildError, Session};
use crate::kustomize::transform::Transformer;
use crate::yaml::{Fault, Node, parse};

impl Session<'_> {
    /// Runs the generators that are configured by objects.
    pub(super) fn generate_external(
        &self,
        layer: &Layer<'_>,
        accumulated: &mut Accumulated,
    ) -> Result<(), BuildError> {
        let texts = &layer.kustomization.generators;
        let mut generators = Vec::new();
        for config in &self.plugin_configs(layer, texts)? {
            let generated = plugin::generator(config).map_err(|fault| self.refuse(fault))?;
            generators.push((generated, plugin::origin_of(config).map(Arc::new), config.mark()));
        }
        for (generated, origin, mark) in generators {
            let resources = match generated {
                Generated::Data(entry) => vec![self.generate_one(layer, &entry, None)?],
                Generated::Object(resource) => vec![*resource],
                Generated::Chart(chart, globals) => self.inflate(layer, &chart, &globals)?,
            };
            for mut resource in resources {
                resource.set_origin(origin.as_ref());
                self.absorb(&mut accumulated.resources, resource, mark)?;
            }
        }
        Ok(())
    }

    /// The transformers that are configured by objects.
    pub(super) fn external_transformers(
        &self,
        layer: &Layer<'_>,
        texts: &[Inline],
    ) -> Result<Vec<Configured>, BuildError> {
        let mut list = Vec::new();
        for config in &self.plugin_configs(layer, texts)? {
            let mut problem = None;
            let mut load =
                |path: &str, mark| match self.load(layer, path, mark).and_then(|file| self.parse(&file)) {
                    Ok(documents) => Ok(documents.into_iter().next()),
                    Err(error) => {
                        let fault = Fault::new(error.code, mark, error.message.clone());
                        problem = Some(error);
                        Err(fault)
                    }
                };
            let configured = plugin::transformers(config, layer.root.name(), &mut load);
            let transformers = match (configured, problem) {
                (Ok(Some(transformers)), _) => transformers,
                (Ok(None), _) => vec![self.patch_transformer(layer, config)?],
                (Err(_), Some(problem)) => return Err(problem),
                (Err(fault), None) => return Err(self.refuse(fault)),
            };
            let origin = plugin::origin_of(config).map(Arc::new);
            let last = transformers.len();
            for (index, transformer) in transformers.into_iter().enumerate() {
                // A prefix with a suffix is one transformer for whoever asks.
                let origin = origin.clone().filter(|_| index + 1 == last);
                list.push(Configured { transformer, origin });
            }
        }
        Ok(list)
    }

    /// A patch that an object configures.
    fn patch_transformer(&self, layer: &Layer<'_>, config: &Resource) -> Result<Transformer, BuildError> {
        let refuse = |fault| self.refuse(fault);
        let node = |renames: &[(&'static str, &'static str)]| {
            plugin::normalised(config.node(), renames).map_err(refuse)
        };
        let patch = match config.id().kind.as_str() {
            "PatchTransformer" => {
                let names =
                    [("path", "path"), ("patch", "patch"), ("target", "target"), ("options", "options")];
                self.read_patch(layer, &node(&names)?)?
            }
            "PatchJson6902Transformer" => {
                let names = [("path", "path"), ("jsonOp", "patch"), ("target", "target")];
                self.read_patch_json6902(layer, &node(&names)?)?
            }
            "PatchStrategicMergeTransformer" => {
                let texts = plugin::strategic_merge_texts(config.node()).map_err(refuse)?;
                let Some(patch) = self.read_patches_strategic_merge(layer, &texts)? else {
                    let message = "the transformer has neither `paths` nor `patches`";
                    return Err(self.refuse(Fault::new("patch/no-source", config.mark(), message)));
                };
                patch
            }
            _ => {
                let node = node(&[("replacements", "replacements")])?;
                let entries = node.get("replacements").and_then(Node::as_sequence).unwrap_or_default();
                return Ok(Transformer::Replacements(self.read_replacements(layer, entries)?));
            }
        };
        Ok(Transformer::Patch(Box::new(patch)))
    }

    /// Checks that nothing in the resources offends a validator. A validator may add the label `validated-by`.
    pub(super) fn validate(&self, layer: &Layer<'_>, resources: &mut ResourceMap) -> Result<(), BuildError> {
        for validator in self.external_transformers(layer, &layer.kustomization.validators)? {
            let mark =
                layer.kustomization.validators.first().map_or(layer.kustomization.mark, |text| text.mark);
            let before = resources.clone();
            let transformer = &validator.transformer;
            let outline = transformer.apply(resources, self, false).map_err(|fault| self.refuse(fault))?;
            self.found(transformer.findings(&outline, self.files()));
            // kustomize finds the partners by what they are called.
            let repeated = resources.find_duplicate().or_else(|| before.find_duplicate());
            if let Some((first, second)) = repeated {
                let place = |index: usize| resources.get(index).map_or(Mark::NONE, Resource::mark);
                let called =
                    resources.get(second).map(|resource| resource.id().to_string()).unwrap_or_default();
                let message =
                    format!("there are two resources {called} where a validator is to look at them");
                let fault = Fault::new("plugin/validator", mark, message).also(place(first), "one of them");
                return Err(self.refuse(fault.hint("Give one of them another name or namespace.")));
            }
            let same = before.len() == resources.len()
                && before
                    .iter()
                    .zip(resources.iter())
                    .all(|(before, after)| after.is_unchanged_since(before));
            if !same {
                let fault = Fault::new("plugin/validator", mark, "a validator changed the resources");
                return Err(self.refuse(fault.hint("List it under `transformers` if it is meant to.")));
            }
        }
        Ok(())
    }

    /// The objects behind the entries: first those written inline, then those of files and directories.
    fn plugin_configs(&self, layer: &Layer<'_>, texts: &[Inline]) -> Result<Vec<Resource>, BuildError> {
        let mut accumulated = Accumulated::nothing();
        let mut paths = Vec::new();
        for text in texts {
            let Some(mut resources) = self.inline_resources(text) else {
                paths.push(Text { value: text.text.as_str().into(), mark: text.mark });
                continue;
            };
            if let Some(origin) = &layer.origin {
                let origin = Arc::new(origin.append(layer.file.name()));
                resources.iter_mut().for_each(|resource| resource.set_origin(Some(&origin)));
            }
            let added = accumulated.resources.append_all(resources);
            added.map_err(|error| self.append_error(error, text.mark))?;
        }
        for text in paths {
            self.accumulate_path(layer, &mut accumulated, &text, None)?;
        }
        Ok(accumulated.resources.into_vec())
    }

    /// The objects that an entry holds itself, if it is not a path.
    fn inline_resources(&self, entry: &Inline) -> Option<Vec<Resource>> {
        let text = entry.text.as_bytes();
        let mut documents = parse(text, entry.mark.file, &self.limits().yaml).ok()?;
        for document in &mut documents {
            document.relocate(&|mark| entry.place(mark));
        }
        crate::kustomize::resource::resources_of(documents, text).ok()
    }
}
