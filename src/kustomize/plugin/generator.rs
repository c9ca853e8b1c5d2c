//! Generators configured by objects.

use super::built_in;
use crate::kustomize::helm::{HelmChart, HelmGlobals, chart_of_plugin};
use crate::kustomize::kustomization::{GeneratorEntry, GeneratorKind, Marked, Reader};
use crate::kustomize::resource::{Resource, metadata};
use crate::yaml::{Fault, Mapping, Node, Writer};

/// What a generator asks for.
pub(crate) enum Generated {
    /// A ConfigMap or Secret from sources that are still to be read.
    Data(Box<GeneratorEntry>),
    /// A finished object.
    Object(Box<Resource>),
    /// A chart that is still to be inflated.
    Chart(Box<HelmChart>, Box<HelmGlobals>),
}

/// Reads the configuration of a generator.
///
/// # Errors
///
/// A [`Fault`] when it is not a built-in generator, or a field is of the wrong type.
pub(crate) fn generator(config: &Resource) -> Result<Generated, Fault> {
    match built_in(config)? {
        "ConfigMapGenerator" => data(config, GeneratorKind::ConfigMap),
        "SecretGenerator" => data(config, GeneratorKind::Secret),
        "IAMPolicyGenerator" => iam_policy(config),
        "HelmChartInflationGenerator" => {
            let (chart, globals) = chart_of_plugin(config.node())?;
            Ok(Generated::Chart(Box::new(HelmChart { mark: config.mark(), ..chart }), Box::new(globals)))
        }
        kind => {
            Err(Fault::new("plugin/unknown", config.mark(), format!("`{kind}` is not a built-in generator")))
        }
    }
}

fn data(config: &Resource, makes: GeneratorKind) -> Result<Generated, Fault> {
    const FIELDS: [&str; 8] =
        ["name", "namespace", "behavior", "literals", "files", "envs", "options", "type"];
    let reader = Reader::Plugin;
    let mut entry = GeneratorEntry { mark: config.mark(), makes, ..GeneratorEntry::default() };
    for (name, field) in reader.fields(config.node(), "the generator", &FIELDS)? {
        entry.read_field(reader, name, &field.value)?;
    }
    let from_metadata = |key: &str| {
        let node = config.node().get_path(&["metadata", key])?;
        let value = metadata::text_unless_null(node);
        (!value.is_empty()).then(|| Marked { value: value.into(), mark: node.mark })
    };
    entry.name = entry.name.or_else(|| from_metadata("name"));
    entry.namespace = entry.namespace.or_else(|| from_metadata("namespace"));
    Ok(Generated::Data(Box::new(entry)))
}

/// A service account of Google's Kubernetes service, bound to an account of the cloud.
fn iam_policy(config: &Resource) -> Result<Generated, Fault> {
    let node = config.node();
    let text = |keys: &[&str]| node.get_path(keys).map_or("", metadata::text_unless_null);
    if text(&["cloud"]) != "gke" {
        let message = format!("the cloud `{}` is not known; only `gke` is", text(&["cloud"]));
        return Err(Fault::new("plugin/cloud", config.mark(), message));
    }
    let string = |text: &str| Node::string(text).written(config.mark(), Writer::Generator);
    let map = |pairs: Vec<(&'static str, Node)>| {
        let mut map = Mapping::default();
        for (key, value) in pairs {
            map.set(key, value);
        }
        Node::from(map).written(config.mark(), Writer::Generator)
    };
    let account = format!(
        "{}@{}.iam.gserviceaccount.com",
        text(&["serviceAccount", "name"]),
        text(&["serviceAccount", "projectId"])
    );
    let annotations = map(vec![("iam.gke.io/gcp-service-account", string(&account))]);
    let mut metadata =
        vec![("annotations", annotations), ("name", string(text(&["kubernetesService", "name"])))];
    let namespace = text(&["kubernetesService", "namespace"]);
    if !namespace.is_empty() {
        metadata.push(("namespace", string(namespace)));
    }
    let object = map(vec![
        ("apiVersion", string("v1")),
        ("kind", string("ServiceAccount")),
        ("metadata", map(metadata)),
    ]);
    Ok(Generated::Object(Box::new(Resource::new(object))))
}
