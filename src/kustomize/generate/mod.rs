//! ConfigMaps and Secrets made from literals, files and env files.

mod join;
mod pairs;

pub(crate) use join::{join, join_data};
pub(crate) use pairs::{DataFile, read_pairs};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use compact_str::CompactString;

use super::kustomization::{GeneratorEntry, GeneratorKind, GeneratorOptions, Pair};
use super::resource::{Behavior, Resource};
use crate::base::Mark;
use crate::yaml::merge::set_string;
use crate::yaml::{Fault, Mapping, Node, Value, Writer};

/// One key of the data, with the place that names it.
#[derive(Clone, Debug)]
pub(crate) struct Datum {
    /// The key.
    pub(crate) key: CompactString,
    /// The content.
    pub(crate) value: Vec<u8>,
    /// Where the key or the source stands.
    pub(crate) mark: Mark,
}

/// Makes the object of a generator from its data.
///
/// # Errors
///
/// A [`Fault`] for a generator without a name and for a key that stands twice.
pub(crate) fn make(
    entry: &GeneratorEntry,
    options: Option<&GeneratorOptions>,
    data: Vec<Datum>,
) -> Result<Resource, Fault> {
    let Some(name) = &entry.name else {
        return Err(Fault::new("generator/no-name", entry.mark, "a generator must have a `name`"));
    };
    let text = string;
    let is_secret = entry.makes == GeneratorKind::Secret;
    let mut object = Mapping::default();
    object.set("apiVersion", text("v1", entry.mark));
    object.set("kind", text(if is_secret { "Secret" } else { "ConfigMap" }, entry.mark));
    let mut metadata = Mapping::default();
    metadata.set("name", text(&name.value, name.mark));
    if let Some(namespace) = &entry.namespace {
        metadata.set("namespace", text(&namespace.value, namespace.mark));
    }
    if let Some(options) = options {
        add_pairs(&mut metadata, "labels", &options.labels);
        add_pairs(&mut metadata, "annotations", &options.annotations);
    }
    object.set("metadata", Node::from(metadata).written(entry.mark, Writer::Generator));
    if is_secret {
        let (kind, mark) = match &entry.secret_type {
            Some(kind) => (kind.value.as_str(), kind.mark),
            None => ("Opaque", entry.mark),
        };
        object.set("type", text(kind, mark));
        object.set("data", Node::mapping().written(entry.mark, Writer::Generator));
    }
    add_data(&mut object, entry, &name.value, data)?;
    if let Some(mark) = options.and_then(|options| options.immutable) {
        object.set("immutable", Node::bool(true).written(mark, Writer::Generator));
    }
    let mut resource = Resource::new(Node::from(object).written(entry.mark, Writer::Generator));
    resource.about_mut().is_generated = true;
    resource.note();
    let about = resource.about_mut();
    about.needs_hash = !options.is_some_and(|options| options.disable_name_suffix_hash);
    about.behavior = match entry.behavior.as_str() {
        "create" => Behavior::Create,
        "replace" => Behavior::Replace,
        "merge" => Behavior::Merge,
        _ => Behavior::Unspecified,
    };
    Ok(resource)
}

/// A string in a generated object.
fn string(text: &str, mark: Mark) -> Node {
    Node::from(Value::Scalar(set_string(text))).written(mark, Writer::Generator)
}

fn add_pairs(metadata: &mut Mapping, key: &'static str, pairs: &[Pair]) {
    let Some(first) = pairs.first() else { return };
    let mark = first.mark;
    let mut map = Mapping::default();
    for pair in pairs {
        map.set(pair.key.clone(), string(&pair.value, pair.mark));
    }
    metadata.set(key, Node::from(map).written(mark, Writer::Generator));
}

fn add_data(
    object: &mut Mapping,
    entry: &GeneratorEntry,
    name: &str,
    mut data: Vec<Datum>,
) -> Result<(), Fault> {
    data.sort_by(|left, right| left.key.cmp(&right.key));
    if let Some(twice) = data.windows(2).find(|pair| pair[0].key == pair[1].key) {
        let message = format!("the generator of `{name}` has the key `{}` twice", twice[1].key);
        return Err(Fault::new("generator/duplicate-key", twice[1].mark, message)
            .also(twice[0].mark, "the first one"));
    }
    for datum in data {
        let (field, text) = match (entry.makes, String::from_utf8(datum.value)) {
            (GeneratorKind::Secret, Ok(text)) => ("data", base64_lines(text.as_bytes())),
            (GeneratorKind::Secret, Err(error)) => ("data", base64_lines(error.as_bytes())),
            (GeneratorKind::ConfigMap, Ok(text)) => ("data", text),
            (GeneratorKind::ConfigMap, Err(error)) => ("binaryData", base64_lines(error.as_bytes())),
        };
        let new = || Node::mapping().written(entry.mark, Writer::Generator);
        if let Some(map) = object.get_or_insert_with(field, new).as_mapping_mut() {
            map.set(datum.key, string(&text, datum.mark));
        }
    }
    Ok(())
}

/// Base64 as kustomize writes it: lines of 70 characters when it is longer than that.
///
/// case: generate/long-base64
fn base64_lines(bytes: &[u8]) -> String {
    const LINE: usize = 70;
    let encoded = BASE64_STANDARD.encode(bytes);
    if encoded.len() < LINE {
        return encoded;
    }
    let mut lines = String::with_capacity(encoded.len() + encoded.len() / LINE + 1);
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(LINE));
        lines.push_str(line);
        lines.push('\n');
        rest = after;
    }
    lines
}
