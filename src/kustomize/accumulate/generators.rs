//! Running the generators of a kustomization, and joining what they make with what is there.

use super::{Accumulated, Layer};
use crate::base::Mark;
use crate::kustomize::generate::{self, DataFile};
use crate::kustomize::kustomization::{GeneratorEntry, GeneratorKind, GeneratorOptions};
use crate::kustomize::resource::{Behavior, Resource, ResourceMap};
use crate::kustomize::session::{BuildError, Session};
use crate::yaml::Fault;

impl Session<'_> {
    /// Runs every generator: ConfigMaps, Secrets, then those of `generators`.
    pub(super) fn generate(
        &self,
        layer: &Layer<'_>,
        accumulated: &mut Accumulated,
    ) -> Result<(), BuildError> {
        let kustomization = &layer.kustomization;
        let entries = kustomization.config_map_generators.iter().chain(&kustomization.secret_generators);
        for (index, entry) in entries.enumerate() {
            let known = layer.prepared.as_ref().and_then(|prepared| prepared.generated.get(index));
            let make = || self.generate_one(layer, entry, kustomization.generator_options.as_ref());
            let mut resource = self.once(known, make)?;
            let origin = layer.origin_of_own(match entry.makes {
                GeneratorKind::ConfigMap => "ConfigMapGenerator",
                GeneratorKind::Secret => "SecretGenerator",
            });
            resource.set_origin(origin.as_ref());
            self.trace_generated(layer, index, joins(&resource));
            self.absorb(&mut accumulated.resources, resource, entry.mark)?;
        }
        self.generate_charts(layer, accumulated)?;
        self.generate_external(layer, accumulated)
    }

    /// Inflates the charts of `helmCharts`. One without a namespace gets that of the kustomization, or else that of the
    /// nearest one that includes it.
    fn generate_charts(&self, layer: &Layer<'_>, accumulated: &mut Accumulated) -> Result<(), BuildError> {
        let kustomization = &layer.kustomization;
        let globals = kustomization.helm_globals.as_ref().or(kustomization.legacy_helm_globals.as_ref());
        let globals = globals.cloned().unwrap_or_default();
        let namespace = || layer.chain().find_map(|above| above.kustomization.namespace.as_ref());
        for chart in &kustomization.helm_charts {
            let mut chart = chart.clone();
            if chart.namespace.is_empty()
                && let Some(namespace) = namespace()
            {
                chart.namespace = namespace.value.clone();
            }
            let origin = layer.origin_of_own("HelmChartInflationGenerator");
            for mut resource in self.inflate(layer, &chart, &globals)? {
                resource.set_origin(origin.as_ref());
                self.absorb(&mut accumulated.resources, resource, chart.mark)?;
            }
        }
        Ok(())
    }

    /// Makes the object of one generator.
    pub(super) fn generate_one(
        &self,
        layer: &Layer<'_>,
        entry: &GeneratorEntry,
        global: Option<&GeneratorOptions>,
    ) -> Result<Resource, BuildError> {
        let options = match (&entry.options, global) {
            (own, None) => own.clone(),
            (own, Some(global)) => Some(own.clone().unwrap_or_default().merged_with(global)),
        };
        let data = generate::read_pairs(
            entry,
            |source, path| {
                let file = self.load(layer, path, source.mark)?;
                Ok(DataFile { mark: file.mark(), bytes: file.bytes })
            },
            |fault| self.refuse(fault),
        )?;
        generate::make(entry, options.as_ref(), data).map_err(|fault| self.refuse(fault))
    }

    /// Adds a generated resource by its behavior.
    pub(super) fn absorb(
        &self,
        resources: &mut ResourceMap,
        mut new: Resource,
        mark: Mark,
    ) -> Result<(), BuildError> {
        let matching = resources.holders(new.id());
        match (matching.as_slice(), joins(&new)) {
            ([], false) => resources.append(new).map_err(|error| self.append_error(error, mark)),
            ([], true) => {
                let message = format!("there is no {} to merge with or to replace", new.id());
                Err(self.refuse(
                    Fault::new("generator/nothing-to-join", mark, message)
                        .hint("Remove `behavior`, or add the resource in a layer below this one."),
                ))
            }
            ([index], true) => {
                let old = &resources.as_slice()[*index];
                let merges = new.about().behavior == Behavior::Merge;
                let keeps = merges && old.about().origin.is_some();
                let origin = if keeps { old } else { &new }.about().origin.clone();
                generate::join(&mut new, old);
                if merges {
                    generate::join_data(&mut new, old);
                }
                new.set_origin(origin.as_ref());
                if new.has_notes() {
                    new.note();
                }
                if !new.id().same_object(old.id()) {
                    let message =
                        format!("{} is no longer a {}, and cannot be replaced", old.id(), new.id().kind);
                    return Err(self.refuse(
                        Fault::new("generator/kind-changed", mark, message)
                            .also(old.mark(), "the one that is there")
                            .hint("A patch below changed its kind; give the generated one another name."),
                    ));
                }
                resources.replace(*index, new);
                Ok(())
            }
            ([index], false) => {
                let message = format!("{} is there already", new.id());
                Err(self.refuse(
                    Fault::new("generator/exists", mark, message)
                        .also(resources.as_slice()[*index].mark(), "the one that is there")
                        .hint(
                            "Say with `behavior: merge` or `behavior: replace` how the two are to be joined.",
                        ),
                ))
            }
            (several, _) => {
                let names: Vec<String> =
                    several.iter().map(|index| resources.as_slice()[*index].id().to_string()).collect();
                let message = format!("{} could be joined with each of {}", new.id(), names.join(", "));
                Err(self.refuse(Fault::new("generator/ambiguous", mark, message)))
            }
        }
    }
}

/// Whether a generated resource is to be joined with one that is there.
fn joins(generated: &Resource) -> bool {
    matches!(generated.about().behavior, Behavior::Merge | Behavior::Replace)
}
