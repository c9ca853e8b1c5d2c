//! Reading a file of `configurations`.

use std::sync::Arc;

use super::{FieldSpec, KindPattern, NameReference, TransformerConfig};
use crate::kustomize::kustomization::Reader;
use crate::yaml::Fault;
use crate::yaml::Node;

const FIELDS: [&str; 11] = [
    "namePrefix",
    "nameSuffix",
    "namespace",
    "commonLabels",
    "labels",
    "templateLabels",
    "commonAnnotations",
    "nameReference",
    "varReference",
    "images",
    "replicas",
];

impl TransformerConfig {
    /// Reads the tree of a configuration file.
    pub(crate) fn read(root: Option<&Node>) -> Result<Arc<Self>, Fault> {
        let reader = Reader::Configuration;
        let mut config = Self::default();
        let Some(root) = root else { return Ok(Arc::new(config)) };
        for (name, entry) in reader.fields(root, "the configuration", &FIELDS)? {
            let items = reader.list(&entry.value, &format!("`{name}`"))?;
            if name == "nameReference" {
                config.name_references =
                    items.iter().map(|item| read_reference(reader, item)).collect::<Result<_, Fault>>()?;
                continue;
            }
            let specs: Vec<FieldSpec> =
                items.iter().map(|item| FieldSpec::read(reader, item)).collect::<Result<_, Fault>>()?;
            *match name {
                "namePrefix" => &mut config.name_prefix,
                "nameSuffix" => &mut config.name_suffix,
                "namespace" => &mut config.namespace,
                "commonLabels" => &mut config.common_labels,
                "labels" => &mut config.labels,
                "templateLabels" => &mut config.template_labels,
                "commonAnnotations" => &mut config.common_annotations,
                "varReference" => &mut config.var_references,
                "images" => &mut config.images,
                _ => &mut config.replicas,
            } = Arc::new(specs);
        }
        config.sort();
        Ok(Arc::new(config))
    }
}

fn read_reference(reader: Reader, node: &Node) -> Result<NameReference, Fault> {
    let mut reference = NameReference::default();
    let target: &mut KindPattern = &mut reference.target;
    for (name, entry) in
        reader.fields(node, "a name reference", &["group", "version", "kind", "fieldSpecs"])?
    {
        let value = &entry.value;
        match name {
            "group" => target.group = reader.string(value, "`group`")?,
            "version" => target.version = reader.string(value, "`version`")?,
            "kind" => target.kind = reader.string(value, "`kind`")?,
            _ => {
                let specs = reader.list(value, "`fieldSpecs`")?;
                reference.referrers =
                    specs.iter().map(|spec| FieldSpec::read(reader, spec)).collect::<Result<_, Fault>>()?;
            }
        }
    }
    Ok(reference)
}
