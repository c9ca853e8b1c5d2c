//! A kustomization file as typed values, each with the place where it was written.

mod fields;
mod generators;
mod inline;
mod parse;
mod reader;

pub use generators::{GeneratorEntry, GeneratorKind, GeneratorOptions};
pub(crate) use inline::Inline;
pub(crate) use parse::parse;
pub(crate) use reader::Reader;

use compact_str::CompactString;

use super::config::FieldSpec;
use super::helm::{HelmChart, HelmGlobals};
use crate::base::Mark;
use crate::yaml::Node;

/// The names that a kustomization file may have.
pub const FILE_NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// A value and the place where it was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Marked<T> {
    /// The value.
    pub value: T,
    /// Where it was written.
    pub mark: Mark,
}

/// A piece of text with its place.
pub type Text = Marked<CompactString>;

/// A key and its value with their places, as in labels and annotations.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pair {
    /// The key.
    pub key: CompactString,
    /// The value.
    pub value: CompactString,
    /// Where the pair was written.
    pub mark: Mark,
}

/// What a kustomization file is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Kind {
    /// Stands for resources of its own.
    #[default]
    Kustomization,
    /// Changes the resources of the kustomization that includes it.
    Component,
}

/// A kustomization file.
///
/// Deprecated fields are already where their successors are, as kustomize puts them: `bases` behind `resources`,
/// `imageTags` behind `images`, `env` of generators behind `envs`.
#[derive(Clone, Debug, Default)]
pub struct Kustomization {
    /// The file as a whole.
    pub mark: Mark,
    /// What it is.
    pub kind: Kind,
    /// `namePrefix`
    pub name_prefix: Option<Text>,
    /// `nameSuffix`
    pub name_suffix: Option<Text>,
    /// `namespace`
    pub namespace: Option<Text>,
    /// `commonLabels`
    pub common_labels: Vec<Pair>,
    /// `labels`
    pub labels: Vec<LabelEntry>,
    /// `commonAnnotations`
    pub common_annotations: Vec<Pair>,
    /// `patchesStrategicMerge`: paths or patches.
    pub(crate) patches_strategic_merge: Vec<Inline>,
    /// `patchesJson6902`
    pub patches_json6902: Vec<Node>,
    /// `patches`
    pub patches: Vec<Node>,
    /// `images`
    pub images: Vec<ImageEntry>,
    /// `replicas`
    pub replicas: Vec<ReplicaEntry>,
    /// `replacements`
    pub replacements: Vec<Node>,
    /// `vars`
    pub vars: Vec<Node>,
    /// `resources`
    pub resources: Vec<Text>,
    /// `components`
    pub components: Vec<Text>,
    /// `crds`
    pub crds: Vec<Text>,
    /// `configurations`
    pub configurations: Vec<Text>,
    /// `generators`: paths or objects.
    pub(crate) generators: Vec<Inline>,
    /// `transformers`: paths or objects.
    pub(crate) transformers: Vec<Inline>,
    /// `validators`: paths or objects.
    pub(crate) validators: Vec<Inline>,
    /// `configMapGenerator`
    pub config_map_generators: Vec<GeneratorEntry>,
    /// `secretGenerator`
    pub secret_generators: Vec<GeneratorEntry>,
    /// `generatorOptions`
    pub generator_options: Option<GeneratorOptions>,
    /// `helmCharts` and `helmChartInflationGenerator`
    pub helm_charts: Vec<HelmChart>,
    /// `helmGlobals`
    pub helm_globals: Option<HelmGlobals>,
    /// What `helmChartInflationGenerator` says about all charts; it counts where there is no `helmGlobals`.
    pub legacy_helm_globals: Option<HelmGlobals>,
    /// `openapi`
    pub openapi: OpenApi,
    /// `buildMetadata`
    pub build_metadata: Vec<Text>,
    /// `sortOptions`
    pub sort_options: Option<SortOptions>,
    /// Deprecated fields that the file uses: the field, and its successor.
    pub deprecated: Vec<Deprecated>,
}

/// One entry of `labels`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LabelEntry {
    /// `pairs`
    pub pairs: Vec<Pair>,
    /// `includeSelectors`
    pub include_selectors: bool,
    /// `includeTemplates`
    pub include_templates: bool,
    /// `fields`
    pub fields: Vec<FieldSpec>,
}

/// One entry of `images`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ImageEntry {
    /// Where the entry begins.
    pub mark: Mark,
    /// `name`: the image as resources name it, a regular expression by kustomize's reading.
    pub name: CompactString,
    /// `newName`
    pub new_name: Option<Text>,
    /// `tagSuffix`
    pub tag_suffix: Option<Text>,
    /// `newTag`
    pub new_tag: Option<Text>,
    /// `digest`
    pub digest: Option<Text>,
}

/// One entry of `replicas`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ReplicaEntry {
    /// Where the entry begins.
    pub mark: Mark,
    /// `name`
    pub name: CompactString,
    /// `count`
    pub count: i64,
    /// Where the count was written.
    pub count_mark: Mark,
}

/// The `openapi` field.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OpenApi {
    /// `version`: a description that kustomize carries.
    pub version: Option<Text>,
    /// `path`: a description of one's own.
    pub path: Option<Text>,
}

/// The `sortOptions` field.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SortOptions {
    /// Where the field begins.
    pub mark: Mark,
    /// `order`
    pub order: CompactString,
    /// `legacySortOptions`: kinds to put first and last.
    pub legacy: Option<(Vec<CompactString>, Vec<CompactString>)>,
}

/// A deprecated field that a kustomization uses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Deprecated {
    /// The field.
    pub field: &'static str,
    /// What to use instead.
    pub successor: &'static str,
    /// Where it is used.
    pub mark: Mark,
}
