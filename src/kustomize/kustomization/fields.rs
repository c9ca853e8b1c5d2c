//! Reading each field of a kustomization.

use super::{
    Deprecated, GeneratorEntry, GeneratorKind, GeneratorOptions, ImageEntry, Inline, Kustomization,
    LabelEntry, Reader, ReplicaEntry, SortOptions,
};
use crate::kustomize::config::FieldSpec;
use crate::kustomize::helm;
use crate::yaml::Fault;
use crate::yaml::{Entry, Mapping, Node, Value};

/// Every field of a kustomization.
pub(super) const FIELDS: [&str; 34] = [
    "kind",
    "apiVersion",
    "metadata",
    "openapi",
    "namePrefix",
    "nameSuffix",
    "namespace",
    "commonLabels",
    "labels",
    "commonAnnotations",
    "patchesStrategicMerge",
    "patchesJson6902",
    "patches",
    "images",
    "imageTags",
    "replacements",
    "replicas",
    "vars",
    "sortOptions",
    "resources",
    "components",
    "crds",
    "bases",
    "configMapGenerator",
    "secretGenerator",
    "helmGlobals",
    "helmCharts",
    "helmChartInflationGenerator",
    "generatorOptions",
    "configurations",
    "generators",
    "transformers",
    "validators",
    "buildMetadata",
];

/// Deprecated fields and their successors.
const DEPRECATED: [(&str, &str); 6] = [
    ("bases", "resources"),
    ("commonLabels", "labels"),
    ("imageTags", "images"),
    ("patchesJson6902", "patches"),
    ("patchesStrategicMerge", "patches"),
    ("vars", "replacements"),
];

/// Reads one field that is there and not null. Returns whether the field asks for anything: an empty string
/// does not, an empty list does, unless the field is one that kustomize moves into another.
pub(super) fn read(
    kustomization: &mut Kustomization,
    reader: Reader,
    name: &'static str,
    entry: &Entry,
) -> Result<bool, Fault> {
    let value = &entry.value;
    let what = format!("`{name}`");
    if let Some((field, successor)) = DEPRECATED.iter().find(|(field, _)| *field == name) {
        kustomization.deprecated.push(Deprecated { field, successor, mark: entry.mark });
    }
    match name {
        "metadata" => read_metadata(reader, value)?,
        "openapi" => read_openapi(kustomization, reader, value)?,
        "namePrefix" => {
            kustomization.name_prefix = reader.text(value, &what)?;
            return Ok(kustomization.name_prefix.is_some());
        }
        "nameSuffix" => {
            kustomization.name_suffix = reader.text(value, &what)?;
            return Ok(kustomization.name_suffix.is_some());
        }
        "namespace" => {
            kustomization.namespace = reader.text(value, &what)?;
            return Ok(kustomization.namespace.is_some());
        }
        "commonLabels" => kustomization.common_labels = reader.pairs(value, &what)?,
        "commonAnnotations" => kustomization.common_annotations = reader.pairs(value, &what)?,
        "labels" => kustomization.labels = each(reader, value, &what, read_label)?,
        "patchesStrategicMerge" => {
            kustomization.patches_strategic_merge = Inline::list(reader, value, &what)?;
        }
        "patchesJson6902" => kustomization.patches_json6902 = each(reader, value, &what, read_patch)?,
        "patches" => kustomization.patches = each(reader, value, &what, read_patch)?,
        "images" => {
            let images = each(reader, value, &what, ImageEntry::read)?;
            kustomization.images.splice(0..0, images).for_each(drop);
        }
        "imageTags" => {
            let images = each(reader, value, &what, ImageEntry::read)?;
            let any = !images.is_empty();
            kustomization.images.extend(images);
            return Ok(any);
        }
        "replicas" => kustomization.replicas = each(reader, value, &what, ReplicaEntry::read)?,
        "replacements" => kustomization.replacements = reader.list(value, &what)?.to_vec(),
        "vars" => kustomization.vars = reader.list(value, &what)?.to_vec(),
        "resources" => {
            let resources = reader.strings(value, &what)?;
            kustomization.resources.splice(0..0, resources).for_each(drop);
        }
        "bases" => {
            let bases = reader.strings(value, &what)?;
            let any = !bases.is_empty();
            kustomization.resources.extend(bases);
            return Ok(any);
        }
        "components" => kustomization.components = reader.strings(value, &what)?,
        "crds" => kustomization.crds = reader.strings(value, &what)?,
        "configurations" => kustomization.configurations = reader.strings(value, &what)?,
        "generators" => kustomization.generators = Inline::list(reader, value, &what)?,
        "transformers" => kustomization.transformers = Inline::list(reader, value, &what)?,
        "validators" => kustomization.validators = Inline::list(reader, value, &what)?,
        "buildMetadata" => kustomization.build_metadata = reader.strings(value, &what)?,
        "configMapGenerator" => {
            let read = |reader, node: &Node| GeneratorEntry::read(reader, node, GeneratorKind::ConfigMap);
            kustomization.config_map_generators = each(reader, value, &what, read)?;
        }
        "secretGenerator" => {
            let read = |reader, node: &Node| GeneratorEntry::read(reader, node, GeneratorKind::Secret);
            kustomization.secret_generators = each(reader, value, &what, read)?;
        }
        "generatorOptions" => {
            kustomization.generator_options = Some(GeneratorOptions::read(reader, value, &what)?);
        }
        "helmGlobals" => kustomization.helm_globals = Some(helm::read_globals(reader, value)?),
        "helmCharts" => {
            let charts = each(reader, value, &what, helm::read_chart)?;
            kustomization.helm_charts.splice(0..0, charts).for_each(drop);
        }
        "helmChartInflationGenerator" => {
            let charts = each(reader, value, &what, helm::read_legacy)?;
            let any = !charts.is_empty();
            for (chart, globals) in charts {
                kustomization.helm_charts.push(chart);
                let old = kustomization.legacy_helm_globals.get_or_insert_default();
                old.chart_home = globals.chart_home.or(old.chart_home.take());
                old.config_home = globals.config_home.or(old.config_home.take());
            }
            return Ok(any);
        }
        "sortOptions" => kustomization.sort_options = Some(SortOptions::read(reader, value)?),
        _ => return Ok(false),
    }
    Ok(true)
}

/// Reads each item of a list.
fn each<T>(
    reader: Reader,
    node: &Node,
    what: &str,
    read: impl Fn(Reader, &Node) -> Result<T, Fault>,
) -> Result<Vec<T>, Fault> {
    reader.list(node, what)?.iter().map(|item| read(reader, item)).collect()
}

fn read_metadata(reader: Reader, node: &Node) -> Result<(), Fault> {
    for (name, entry) in reader.fields(node, "`metadata`", &["name", "namespace", "labels", "annotations"])? {
        match name {
            "labels" | "annotations" => drop(reader.pairs(&entry.value, "metadata")?),
            _ => drop(reader.string(&entry.value, "metadata")?),
        }
    }
    Ok(())
}

fn read_openapi(kustomization: &mut Kustomization, reader: Reader, node: &Node) -> Result<(), Fault> {
    for pair in reader.pairs(node, "`openapi`")? {
        let text = super::Marked { value: pair.value, mark: pair.mark };
        match pair.key.as_str() {
            "path" => kustomization.openapi.path = Some(text),
            "version" => kustomization.openapi.version = Some(text),
            _ => {}
        }
    }
    Ok(())
}

/// Checks the fields of a patch entry, which is read where patches are applied.
/// An entry of `patches` with its fields under their usual spelling.
fn read_patch(reader: Reader, node: &Node) -> Result<Node, Fault> {
    let mut patch = Mapping::default();
    for (name, entry) in reader.fields(node, "a patch", &["path", "patch", "target", "options"])? {
        let mut value = entry.value.clone();
        match name {
            "path" | "patch" => drop(reader.string(&value, &format!("`{name}` of a patch"))?),
            "target" => {
                let known =
                    ["group", "version", "kind", "name", "namespace", "annotationSelector", "labelSelector"];
                for (name, entry) in reader.fields(&value, "the target of a patch", &known)? {
                    reader.string(&entry.value, &format!("`{name}` of a target"))?;
                }
            }
            _ => {
                let mut options = Mapping::default();
                let known = ["allowNameChange", "allowKindChange"];
                for (name, entry) in reader.fields(&value, "the options of a patch", &known)? {
                    reader.bool(&entry.value, &format!("`{name}`"))?;
                    options.set(name, entry.value.clone());
                }
                value.value = Value::Mapping(options);
            }
        }
        patch.set(name, value);
    }
    Ok(Node::from(patch).written(node.mark, node.writer))
}

fn read_label(reader: Reader, node: &Node) -> Result<LabelEntry, Fault> {
    let mut label = LabelEntry::default();
    let known = ["pairs", "includeSelectors", "includeTemplates", "fields"];
    for (name, entry) in reader.fields(node, "an entry of `labels`", &known)? {
        let value = &entry.value;
        match name {
            "pairs" => label.pairs = reader.pairs(value, "`pairs`")?,
            "includeSelectors" => label.include_selectors = reader.bool(value, "`includeSelectors`")?,
            "includeTemplates" => label.include_templates = reader.bool(value, "`includeTemplates`")?,
            _ => label.fields = each(reader, value, "`fields`", FieldSpec::read)?,
        }
    }
    Ok(label)
}

impl ImageEntry {
    /// Reads one entry of `images`.
    pub(crate) fn read(reader: Reader, node: &Node) -> Result<Self, Fault> {
        let mut image = Self { mark: node.mark, ..Self::default() };
        let known = ["name", "newName", "tagSuffix", "newTag", "digest"];
        for (name, entry) in reader.fields(node, "an image", &known)? {
            let what = format!("`{name}` of an image");
            let text = reader.loose_text(&entry.value, &what)?;
            match name {
                "name" => image.name = text.map(|text| text.value).unwrap_or_default(),
                "newName" => image.new_name = text,
                "tagSuffix" => image.tag_suffix = text,
                "newTag" => image.new_tag = text,
                _ => image.digest = text,
            }
        }
        Ok(image)
    }
}

impl ReplicaEntry {
    /// Reads one entry of `replicas`.
    pub(crate) fn read(reader: Reader, node: &Node) -> Result<Self, Fault> {
        let mut replica = Self { mark: node.mark, count_mark: node.mark, ..Self::default() };
        for (name, entry) in reader.fields(node, "an entry of `replicas`", &["name", "count"])? {
            match name {
                "name" => replica.name = reader.loose_string(&entry.value, "`name` of `replicas`")?,
                _ => {
                    replica.count = reader.int(&entry.value, "`count` of `replicas`")?;
                    replica.count_mark = entry.value.mark;
                }
            }
        }
        Ok(replica)
    }
}

impl SortOptions {
    fn read(reader: Reader, node: &Node) -> Result<Self, Fault> {
        let mut options = Self { mark: node.mark, ..Self::default() };
        for (name, entry) in reader.fields(node, "`sortOptions`", &["order", "legacySortOptions"])? {
            match name {
                "order" => options.order = reader.string(&entry.value, "`order`")?,
                _ => {
                    let mut legacy = (Vec::new(), Vec::new());
                    let known = ["orderFirst", "orderLast"];
                    for (name, entry) in reader.fields(&entry.value, "`legacySortOptions`", &known)? {
                        let kinds = reader.strings(&entry.value, &format!("`{name}`"))?;
                        let kinds = kinds.into_iter().map(|text| text.value).collect();
                        if name == "orderFirst" { legacy.0 = kinds } else { legacy.1 = kinds }
                    }
                    options.legacy = Some(legacy);
                }
            }
        }
        Ok(options)
    }
}
