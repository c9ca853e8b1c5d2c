//! What `buildMetadata` asks for: annotations that say where resources came from and what changed them, and a label.

use std::sync::Arc;

use super::Resource;
use super::kustomization::Text;
use super::outside::RepositoryAddress;
use super::resource::{ResourceMap, metadata};
use crate::base::Mark;
use crate::yaml::emit::EmitError;
use crate::yaml::scalar::tag_of_plain;
use crate::yaml::{Entry, Mapping, Node, Tag, Writer, emit};

const ORIGIN: &str = "config.kubernetes.io/origin";
const TRANSFORMATIONS: &str = "alpha.config.kubernetes.io/transformations";

/// Annotations that kustomize uses while it builds and never prints, also when a file has them.
const INTERNAL: [&str; 19] = [
    "internal.config.kubernetes.io/previousKinds",
    "internal.config.kubernetes.io/previousNames",
    "internal.config.kubernetes.io/prefixes",
    "internal.config.kubernetes.io/suffixes",
    "internal.config.kubernetes.io/previousNamespaces",
    "internal.config.kubernetes.io/allowNameChange",
    "internal.config.kubernetes.io/allowKindChange",
    "internal.config.kubernetes.io/refBy",
    "internal.config.kubernetes.io/generatorBehavior",
    "internal.config.kubernetes.io/needsHashSuffix",
    "internal.config.kubernetes.io/path",
    "internal.config.kubernetes.io/index",
    "internal.config.kubernetes.io/seqindent",
    "internal.config.kubernetes.io/id",
    "internal.config.kubernetes.io/annotations-migration-resource-id",
    "config.kubernetes.io/path",
    "config.kubernetes.io/index",
    "config.k8s.io/id",
    "internal.config.kubernetes.io/helm-generated",
];

/// Where a resource or the configuration of a transformer came from.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Origin {
    /// The file, seen from the directory that is built, or from the root of the remote repository.
    pub path: String,
    /// The remote repository, as `git` is given it; empty for files that are not remote.
    pub repo: String,
    /// The ref in the remote repository, if its address names one.
    pub reference: String,
    /// The kustomization or configuration file that asked for it.
    pub configured_in: String,
    /// `apiVersion` of the generator or transformer.
    pub api_version: String,
    /// `kind` of the generator or transformer.
    pub kind: String,
    /// Name of the generator or transformer, when it is configured by an object.
    pub name: String,
    /// Namespace of the generator or transformer, when it is configured by an object.
    pub namespace: String,
}

impl Origin {
    /// The origin of something that is named by `text`, seen from here: a path below, or a remote repository.
    ///
    /// For the root of a repository kustomize writes the name of a directory of its own; so does this.
    #[must_use]
    pub fn append(&self, text: &str) -> Self {
        const ROOT: &str = "notCloned";
        match RepositoryAddress::parse(text) {
            None => Self { path: join(&self.path, text), ..self.clone() },
            Some(address) => {
                let directory = join("", &address.directory);
                Self {
                    path: if directory.is_empty() { ROOT.to_owned() } else { directory },
                    repo: address.clone_url,
                    reference: address.reference,
                    ..self.clone()
                }
            }
        }
    }

    /// The annotation's text, each line behind `indent`. Fields stand in this order, not sorted like in manifests.
    fn write(&self, first_indent: &str, indent: &str, out: &mut String) -> Result<(), EmitError> {
        let start = out.len();
        let mut line = |indent: &str, key: &'static str, value: &str| {
            if value.is_empty() {
                return Ok(());
            }
            out.push_str(if out.len() == start { first_indent } else { indent });
            emit(&Node::from(Mapping::from_iter([entry(key, value)])), out)
        };
        line(indent, "path", &self.path)?;
        line(indent, "repo", &self.repo)?;
        line(indent, "ref", &self.reference)?;
        line(indent, "configuredIn", &self.configured_in)?;
        if self.kind.is_empty() {
            return Ok(());
        }
        let below = format!("{indent}configuredBy:\n{indent}  ");
        line(&below, "apiVersion", &self.api_version)?;
        let below = format!("{indent}  ");
        line(&below, "kind", &self.kind)?;
        line(&below, "name", &self.name)?;
        line(&below, "namespace", &self.namespace)
    }
}

fn entry(key: &'static str, value: &str) -> Entry {
    Entry::new(key, Mark::NONE, Node::string(value))
}

/// What `buildMetadata` of the kustomization that is built asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Wanted {
    /// `originAnnotations`
    pub(crate) origin: bool,
    /// `transformerAnnotations`
    pub(crate) transformers: bool,
    /// The place of `managedByLabel`, if it is asked for.
    pub(crate) managed_by: Option<Mark>,
}

impl Wanted {
    /// Reads the options.
    pub(crate) fn of(options: &[Text]) -> Self {
        let find = |name: &str| options.iter().find(|option| option.value == name);
        Self {
            origin: find("originAnnotations").is_some(),
            transformers: find("transformerAnnotations").is_some(),
            managed_by: find("managedByLabel").map(|option| option.mark),
        }
    }
}

/// A path below a directory, as origin annotations write it: `..` is followed, `.` dropped.
fn join(directory: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in directory.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Remembers in every resource that a transformer ran. One without an origin is taken to be made by it.
pub(crate) fn record(resources: &mut ResourceMap, origin: &Arc<Origin>) {
    for resource in resources.iter_mut() {
        let about = resource.about_mut();
        if about.origin.is_none() {
            about.origin = Some(Arc::clone(origin));
        } else {
            about.transformations.push(Arc::clone(origin));
        }
        resource.note();
        // kustomize notes this in the annotations, which it writes anew, as strings.
        if resource.annotations().next().is_some() {
            resource.update(|node| metadata::normalise_map(node, "annotations"));
        }
        resource.about_mut().shared.iter_mut().for_each(|shared| shared.without_annotations = true);
    }
}

/// Says of annotations that were made for notes that the first one made them.
fn place_annotations(node: &mut Node) {
    let metadata = node.get_mut("metadata").and_then(Node::as_mapping_mut);
    let entry = metadata.and_then(|map| map.entries.iter_mut().find(|entry| entry.key == "annotations"));
    let Some(entry) = entry.filter(|entry| entry.value.mark == Mark::NONE) else { return };
    let Some(first) = entry.value.as_mapping().and_then(|map| map.iter().next()) else { return };
    let (mark, writer) = (first.value.mark, first.value.writer);
    entry.mark = mark;
    entry.value.mark = mark;
    entry.value.writer = writer;
}

/// Gives a resource the annotations that are asked for and removes those that are internal. Annotations that remain
/// are strings.
///
/// # Errors
///
/// An [`EmitError`] when a path has no printed form.
pub(crate) fn finish(resource: &mut Resource, wanted: Wanted) -> Result<(), EmitError> {
    let mut added = Vec::new();
    if wanted.origin
        && let Some(origin) = &resource.about().origin
    {
        let mut text = String::new();
        origin.write("", "", &mut text)?;
        added.push((ORIGIN, text));
    }
    if wanted.transformers && !resource.about().transformations.is_empty() {
        let mut text = String::new();
        for origin in &resource.about().transformations {
            origin.write("- ", "  ", &mut text)?;
        }
        added.push((TRANSFORMATIONS, text));
    }
    let removes = |key: &str| {
        INTERNAL.contains(&key)
            || (key == ORIGIN && !wanted.origin)
            || (key == TRANSFORMATIONS && !wanted.transformers)
    };
    let annotations = resource.node().get_path(&["metadata", "annotations"]);
    let is_fine = annotations.is_none_or(|annotations| {
        annotations.as_mapping().is_some_and(|map| {
            annotations.mark != Mark::NONE
                && !map.is_empty()
                && map.iter().all(|entry| {
                    let is_text = tag_of_plain(&entry.key) == Tag::Str && metadata::is_normal(&entry.value);
                    is_text && !removes(&entry.key)
                })
        })
    });
    if added.is_empty() && is_fine && resource.node().get("metadata").is_some() {
        return Ok(());
    }
    resource.update(|node| {
        if let Some(map) = node
            .get_mut("metadata")
            .and_then(|metadata| metadata.get_mut("annotations"))
            .and_then(Node::as_mapping_mut)
        {
            map.entries.retain(|entry| !removes(&entry.key));
        }
        for (key, text) in added {
            let value = Node::string(text).written(Mark::NONE, Writer::Transformer);
            if let Some(metadata) = metadata::metadata_mut(node, &value) {
                let annotations = metadata.get_or_insert_with("annotations", Node::mapping);
                if annotations.as_mapping().is_none() {
                    *annotations = Node::mapping();
                }
                if let Some(annotations) = annotations.as_mapping_mut() {
                    annotations.set(key, value);
                }
            }
        }
        metadata::normalise_map(node, "annotations");
        place_annotations(node);
        metadata::make_metadata(node);
    });
    Ok(())
}
