//! Running the transformers of a kustomization in kustomize's order.

use std::sync::{Arc, OnceLock};

use super::{Accumulated, Layer};
use crate::base::Mark;
use crate::kustomize::build_metadata::{self, Origin};
use crate::kustomize::config::{self, FieldSpec, FieldSpecs, TransformerConfig};
use crate::kustomize::kustomization::{Kind, Kustomization, LabelEntry};
use crate::kustomize::notes::{Removal, are_same_removals};
use crate::kustomize::resource::{ResourceId, ResourceMap};
use crate::kustomize::session::{BuildError, Session};
use crate::kustomize::transform::images::Images;
use crate::kustomize::transform::labels::Pairs;
use crate::kustomize::transform::namespace::Namespace;
use crate::kustomize::transform::prefix::{Affix, Side};
use crate::kustomize::transform::replicas::Replicas;
use crate::kustomize::transform::{Outline, Transformer};
use crate::yaml::Fault;

/// A transformer, and what its annotation says when one is asked for.
#[derive(Debug)]
pub(crate) struct Configured {
    /// The transformer.
    pub(crate) transformer: Transformer,
    /// What asked for it.
    pub(super) origin: Option<Arc<Origin>>,
}

/// What came of transformers beside the resources.
#[derive(Debug, Default)]
pub(crate) struct SideEffects {
    /// What each found out about itself.
    outlines: Vec<Outline>,
    /// What they took away.
    pub(crate) removals: Vec<Arc<Removal>>,
}

/// The transformers of the fields of a kustomization, and what came of them beside the resources.
#[derive(Clone, Debug)]
pub(crate) struct OwnTransformers {
    /// The transformers.
    pub(crate) transformers: Arc<Vec<Configured>>,
    /// What came of them.
    pub(crate) side_effects: Arc<SideEffects>,
}

impl SideEffects {
    /// Whether this, which came of transformers that had all resources, stays as it is where of some of these, which are
    /// others now, comes `now`. What a transformer finds out about them counts if it `was_for` them, and what was taken
    /// from them is found by what they `were` called.
    pub(crate) fn stays(
        &self,
        now: &Self,
        was_for: impl Fn(usize) -> bool,
        were: impl Fn(&ResourceId) -> bool,
    ) -> bool {
        let mut both = self.outlines.iter().zip(&now.outlines).enumerate();
        let taken = self.removals.iter().filter(|removal| were(&removal.resource));
        self.outlines.len() == now.outlines.len()
            && both.all(|(number, (all, some))| all == some || !was_for(number))
            && are_same_removals(taken, &now.removals)
    }

    /// Adds what came of transformers that ran after these.
    pub(super) fn extend(&mut self, later: Self) {
        self.outlines.extend(later.outlines);
        self.removals.extend(later.removals);
    }
}

impl Session<'_> {
    /// Runs the transformers of a kustomization; returns what those of its own fields did.
    pub(super) fn transform(
        &self,
        layer: &Layer<'_>,
        accumulated: &mut Accumulated,
    ) -> Result<OwnTransformers, BuildError> {
        let config = accumulated.config();
        let own = self.known_transformers(layer, &config)?;
        let external = self.external_transformers(layer, &layer.kustomization.transformers)?;
        let noted = self.note(|notes| notes.now());
        let before = accumulated.resources.len();
        let find = |transformer: &Transformer, outline: &Outline| {
            self.found(transformer.findings(outline, self.files()));
        };
        let side_effects = self.run(&own, &mut accumulated.resources, layer.prepared.is_some(), find)?;
        self.run(&external, &mut accumulated.resources, false, find)?;
        let side_effects = Arc::new(side_effects);
        if layer.kustomization.kind == Kind::Component {
            self.note(|notes| notes.of_component_since(noted));
            self.trace_change(layer, &side_effects, before == accumulated.resources.len());
        }
        Ok(OwnTransformers { transformers: own, side_effects })
    }

    /// The transformers that the fields of a kustomization ask for, read once for each directory where that can be.
    fn known_transformers(
        &self,
        layer: &Layer<'_>,
        config: &Arc<TransformerConfig>,
    ) -> Result<Arc<Vec<Configured>>, BuildError> {
        let is_built_in = config.is_built_in();
        let known = layer.prepared.as_ref().filter(|_| is_built_in).map(|prepared| &prepared.transformers);
        self.once(known, || self.own_transformers(layer, config).map(Arc::new))
    }

    /// Runs transformers one after the other; `are_shared` says that other builds run the same ones; `find` gets what each
    /// found out about itself.
    ///
    /// # Errors
    ///
    /// The first problem, with its place.
    fn run(
        &self,
        configured: &[Configured],
        resources: &mut ResourceMap,
        are_shared: bool,
        find: impl Fn(&Transformer, &Outline),
    ) -> Result<SideEffects, BuildError> {
        let noted = self.note(|notes| notes.now());
        let mut outlines = Vec::with_capacity(configured.len());
        for Configured { transformer, origin } in configured {
            self.go_on(Mark::NONE)?;
            let outline =
                transformer.apply(resources, self, are_shared).map_err(|fault| self.refuse(fault))?;
            find(transformer, &outline);
            outlines.push(outline);
            if let Some(origin) = origin {
                build_metadata::record(resources, origin);
            }
            resources.drop_empty();
        }
        Ok(SideEffects { outlines, removals: self.note(|notes| notes.removals_since(noted)) })
    }

    /// Runs transformers on some of the resources that they are meant for; `None` when they fail, or when a resource is gone
    /// after that.
    pub(crate) fn run_on_some(
        &self,
        configured: &[Configured],
        resources: &mut ResourceMap,
        are_shared: bool,
    ) -> Option<SideEffects> {
        let (warned, count) = (self.warning_count(), resources.len());
        let side_effects = self.run(configured, resources, are_shared, |_, _| ()).ok()?;
        (self.warning_count() == warned && resources.len() == count).then_some(side_effects)
    }

    /// The transformers that the fields of a kustomization ask for, in order.
    fn own_transformers(
        &self,
        layer: &Layer<'_>,
        config: &TransformerConfig,
    ) -> Result<Vec<Configured>, BuildError> {
        let kustomization = &layer.kustomization;
        let mut list = Builder { layer, list: Vec::new() };
        let texts = &kustomization.patches_strategic_merge;
        if let Some(patch) = self.read_patches_strategic_merge(layer, texts)? {
            list.push("PatchStrategicMergeTransformer", Transformer::Patch(Box::new(patch)));
        }
        for entry in &kustomization.patches {
            let patch = self.read_patch(layer, entry)?;
            list.push("PatchTransformer", Transformer::Patch(Box::new(patch)));
        }
        if let Some(namespace) = &kustomization.namespace {
            list.push(
                "NamespaceTransformer",
                Transformer::Namespace(Namespace {
                    name: namespace.value.to_string(),
                    mark: namespace.mark,
                    fields: config.namespace.clone(),
                    ..Namespace::default()
                }),
            );
        }
        if let Some(prefix) = &kustomization.name_prefix {
            list.push(
                "PrefixTransformer",
                Transformer::Affix(Affix {
                    text: prefix.value.to_string(),
                    mark: prefix.mark,
                    side: Side::Prefix,
                    fields: config.name_prefix.clone(),
                }),
            );
        }
        if let Some(suffix) = &kustomization.name_suffix {
            list.push(
                "SuffixTransformer",
                Transformer::Affix(Affix {
                    text: suffix.value.to_string(),
                    mark: suffix.mark,
                    side: Side::Suffix,
                    fields: config.name_suffix.clone(),
                }),
            );
        }
        for pairs in label_transformers(kustomization, config).map_err(|fault| self.refuse(fault))? {
            list.push("LabelTransformer", Transformer::Pairs(Arc::new(pairs)));
        }
        if !kustomization.common_annotations.is_empty() {
            let pairs = kustomization.common_annotations.clone();
            let fields = config.common_annotations.clone();
            list.push("AnnotationsTransformer", Transformer::Pairs(Arc::new(Pairs { pairs, fields })));
        }
        for entry in &kustomization.patches_json6902 {
            let patch = self.read_patch_json6902(layer, entry)?;
            list.push("PatchJson6902Transformer", Transformer::Patch(Box::new(patch)));
        }
        for entry in &kustomization.replicas {
            let (entry, fields) = (entry.clone(), config.replicas.clone());
            list.push("ReplicaCountTransformer", Transformer::Replicas(Replicas { entry, fields }));
        }
        for entry in &kustomization.images {
            let images =
                Images::new(entry.clone(), config.images.clone()).map_err(|fault| self.refuse(fault))?;
            list.push("ImageTagTransformer", Transformer::Images(images));
        }
        if !kustomization.replacements.is_empty() {
            let replacements = self.read_replacements(layer, &kustomization.replacements)?;
            list.push("ReplacementTransformer", Transformer::Replacements(replacements));
        }
        Ok(list.list)
    }
}

/// Collects transformers with what asked for them.
struct Builder<'a, 'p> {
    layer: &'a Layer<'p>,
    list: Vec<Configured>,
}

impl Builder<'_, '_> {
    fn push(&mut self, kind: &str, transformer: Transformer) {
        let origin = self.layer.origin_of_own(kind);
        self.list.push(Configured { transformer, origin });
    }
}

/// One transformer for each entry of `labels`, and one for `commonLabels`, which counts even when it is empty.
fn label_transformers(
    kustomization: &Kustomization,
    config: &TransformerConfig,
) -> Result<Vec<Pairs>, Fault> {
    if kustomization.labels.is_empty() && kustomization.common_labels.is_empty() {
        return Ok(Vec::new());
    }
    let mut transformers = Vec::new();
    for entry in &kustomization.labels {
        let fields = known_label_fields(entry, config).map_err(|conflict| {
            let mark = entry.pairs.first().map_or(kustomization.mark, |pair| pair.mark);
            let message =
                format!("two field specs disagree on whether `{}` is made when it is missing", conflict.path);
            Fault::new("configuration/conflict", mark, message)
        })?;
        transformers.push(Pairs { pairs: entry.pairs.clone(), fields });
    }
    transformers
        .push(Pairs { pairs: kustomization.common_labels.clone(), fields: config.common_labels.clone() });
    Ok(transformers)
}

/// As [`label_fields`], worked out once for entries without fields of their own.
fn known_label_fields(
    entry: &LabelEntry,
    config: &TransformerConfig,
) -> Result<FieldSpecs, config::Conflict> {
    static KNOWN: [OnceLock<FieldSpecs>; 3] = [OnceLock::new(), OnceLock::new(), OnceLock::new()];
    if !entry.fields.is_empty() || !std::ptr::eq(config, Arc::as_ptr(&TransformerConfig::built_in())) {
        return label_fields(entry, config).map(Arc::new);
    }
    let known = match (entry.include_selectors, entry.include_templates) {
        (true, _) => &KNOWN[0],
        (false, true) => &KNOWN[1],
        (false, false) => &KNOWN[2],
    };
    if let Some(fields) = known.get() {
        return Ok(Arc::clone(fields));
    }
    let fields = label_fields(entry, config).map(Arc::new)?;
    Ok(Arc::clone(known.get_or_init(|| fields)))
}

/// Where the labels of an entry go: its own fields, those of the configuration, and what its flags add.
fn label_fields(entry: &LabelEntry, config: &TransformerConfig) -> Result<Vec<FieldSpec>, config::Conflict> {
    let mut fields = entry.fields.clone();
    config::merge_all(&mut fields, &config.labels)?;
    if entry.include_selectors {
        config::merge_all(&mut fields, &config.common_labels)?;
    } else {
        if entry.include_templates {
            config::merge_all(&mut fields, &config.template_labels)?;
        }
        config::merge_one(&mut fields, &FieldSpec::everywhere("metadata/labels", true))?;
    }
    Ok(fields)
}
