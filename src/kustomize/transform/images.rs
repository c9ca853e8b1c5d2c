//! Changing names, tags and digests of images.

use regex::Regex;

use super::{about, set};
use crate::base::{Diagnostic, FileTable, Mark, go_regex};
use crate::kustomize::config::FieldSpecs;
use crate::kustomize::kustomization::ImageEntry;
use crate::kustomize::resource::{Resource, ResourceMap};
use crate::yaml::difference::{Difference, Step};
use crate::yaml::{Fact, Fault, Node, Value};

/// A change of the images with a name.
#[derive(Clone, Debug)]
pub(crate) struct Images {
    entry: ImageEntry,
    fields: FieldSpecs,
    /// For names that are more than letters, digits and `.-_/:`.
    regex: Option<Regex>,
}

/// What an entry met.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Found {
    matched: bool,
    changed: bool,
}

impl Images {
    /// A change of images in the given fields.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when the name is no regular expression, as which kustomize reads it.
    pub(crate) fn new(entry: ImageEntry, fields: FieldSpecs) -> Result<Self, Fault> {
        let is_plain =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'/' | b':');
        let regex = if entry.name.bytes().all(is_plain) {
            None
        } else {
            let pattern = format!("{}(:[a-zA-Z0-9_.{{}}-]*)?(@sha256:[a-zA-Z0-9_.{{}}-]*)?", entry.name);
            let regex = go_regex::compile_whole(&pattern).map_err(|error| {
                Fault::new("transform/image-name", entry.mark, format!("`{}`: {error}", entry.name))
                    .hint("kustomize reads the name of an image as a regular expression.")
            })?;
            Some(regex)
        };
        Ok(Self { entry, fields, regex })
    }

    /// Changes the images of every resource except custom resource definitions: those of all `containers` and
    /// `initContainers`, however deep, and those in the fields of the configuration.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when a field that should hold an image is no single value.
    pub(crate) fn apply(&self, resources: &mut ResourceMap) -> Result<Found, Fault> {
        let mut found = Found::default();
        for resource in resources.iter_mut() {
            if !self.may_be_for(resource) {
                continue;
            }
            let id = resource.id().clone();
            let fields = || self.fields.iter().filter(|field| field.of.selects(&id));
            let changed = resource.update(|node| {
                self.walk(node, &mut found)?;
                fields().try_for_each(|field| {
                    field
                        .path
                        .visit_mut(node, None, &mut |node: &mut Node| self.set(node, &mut found))
                        .map(|_| ())
                })
            });
            changed.map_err(|fault| about(fault, resource))?;
        }
        Ok(found)
    }

    /// Whether there is anything in a resource that may be an image.
    pub(crate) fn may_be_for(&self, resource: &Resource) -> bool {
        let mut fields = self.fields.iter().filter(|field| field.of.selects(resource.id()));
        resource.id().kind != "CustomResourceDefinition"
            && (has_containers(resource.node())
                || fields.any(|field| field.path.leads_somewhere(resource.node())))
    }

    /// Whether a part of an object may be an image, hold one or have one as a part.
    pub(crate) fn may_see_to(&self, part: &Difference<'_>) -> bool {
        let is_image = |path: &[Step<'_>]| {
            matches!(path, [Step::Key("containers" | "initContainers"), rest @ ..]
                if matches!(rest, [] | [Step::Item(_)] | [Step::Item(_), Step::Key("image"), ..]))
        };
        let mut ends = (0..part.path.len()).map(|place| &part.path[place..]);
        ends.any(is_image)
            || has_containers(part.old)
            || has_containers(part.new)
            || self.fields.iter().any(|field| field.path.leads_into(part))
    }

    fn walk(&self, node: &mut Node, found: &mut Found) -> Result<(), Fault> {
        if !has_containers(node) {
            return Ok(());
        }
        match &mut node.value {
            Value::Scalar(_) => Ok(()),
            Value::Sequence(items) => items.iter_mut().try_for_each(|item| self.walk(item, found)),
            Value::Mapping(map) => map.entries.iter_mut().try_for_each(|entry| {
                self.walk(&mut entry.value, found)?;
                match (entry.key.as_str(), &mut entry.value.value) {
                    ("containers" | "initContainers", Value::Sequence(containers)) => containers
                        .iter_mut()
                        .try_for_each(|container| self.set_in_container(container, found)),
                    _ => Ok(()),
                }
            }),
        }
    }

    fn set_in_container(&self, container: &mut Node, found: &mut Found) -> Result<(), Fault> {
        if container.is_null() {
            return Ok(());
        }
        let (kind, mark) = (container.kind_name(), container.mark);
        let Some(container) = container.as_mapping_mut() else {
            return Err(Fault::new(
                "transform/wrong-kind",
                mark,
                format!("a container must be a map, not {kind}"),
            ));
        };
        container.get_mut("image").map_or(Ok(()), |image| self.set(image, found))
    }

    fn set(&self, node: &mut Node, found: &mut Found) -> Result<(), Fault> {
        let Value::Scalar(scalar) = &node.value else {
            let message = format!("an image must be a single value, not {}", node.kind_name());
            return Err(Fault::new("transform/wrong-kind", node.mark, message));
        };
        if !self.matches(&scalar.text) {
            return Ok(());
        }
        let (new, mark) = self.changed(&scalar.text);
        found.matched = true;
        found.changed |= new != scalar.text;
        set::scalar(node, &new, None, mark)
    }

    /// What is worth saying when an entry did nothing.
    pub(crate) fn finding(&self, found: Found, files: &FileTable) -> Option<Diagnostic> {
        let entry = &self.entry;
        let finding = match found {
            Found { matched: false, .. } => {
                Diagnostic::warning("images/matched-nothing", format!("no image is called `{}`", entry.name))
                    .hint("Write the name as the manifests below this layer have it, without a tag; kustomize says nothing about it.")
            }
            Found { matched: true, changed: false } => {
                let message = format!("the images called `{}` are like that already", entry.name);
                Diagnostic::note("images/changed-nothing", message).hint("Remove the entry, or correct it.")
            }
            Found { matched: true, changed: true } => return None,
        };
        Some(finding.at_maybe(files.span(entry.mark), ""))
    }

    fn matches(&self, image: &str) -> bool {
        if let Some(regex) = &self.regex {
            return regex.is_match(image);
        }
        // A point in the name stands for any character, as in any regular expression.
        let mut characters = image.chars();
        let is_name = self.entry.name.chars().all(|wanted| {
            characters.next().is_some_and(|actual| wanted == actual || (wanted == '.' && actual != '\n'))
        });
        is_name && is_tag_and_digest(characters.as_str())
    }

    /// The new image, and the line that asks for what is most specific in it.
    fn changed(&self, image: &str) -> (String, Mark) {
        let (mut name, mut tag, mut digest) = split(image);
        let entry = &self.entry;
        let mut mark = entry.mark;
        if let Some(new) = &entry.new_name {
            (name, mark) = (new.value.to_string(), new.mark);
        }
        match (&entry.new_tag, &entry.digest, &entry.tag_suffix) {
            (Some(new_tag), new_digest, _) => {
                (tag, mark) = (new_tag.value.to_string(), new_tag.mark);
                digest = new_digest.as_ref().map(|digest| digest.value.to_string()).unwrap_or_default();
            }
            (None, Some(new), _) => (tag, digest, mark) = (String::new(), new.value.to_string(), new.mark),
            (None, None, Some(suffix)) => {
                tag.push_str(&suffix.value);
                (digest, mark) = (String::new(), suffix.mark);
            }
            (None, None, None) => {}
        }
        if !tag.is_empty() {
            name = format!("{name}:{tag}");
        }
        if !digest.is_empty() {
            name = format!("{name}@{digest}");
        }
        (name, mark)
    }
}

/// Whether there is a list of containers anywhere in a tree.
fn has_containers(node: &Node) -> bool {
    match &node.value {
        Value::Scalar(_) => false,
        Value::Sequence(items) => !items.has(Fact::NoContainers, |items| !items.iter().any(has_containers)),
        Value::Mapping(map) => !map.entries.has(Fact::NoContainers, |entries| {
            !entries.iter().any(|entry| {
                let is_list = matches!(entry.value.value, Value::Sequence(_));
                (is_list && matches!(entry.key.as_str(), "containers" | "initContainers"))
                    || has_containers(&entry.value)
            })
        }),
    }
}

/// Whether a text is what may stand behind the name of an image: `:tag`, `@sha256:digest`, both or nothing.
fn is_tag_and_digest(text: &str) -> bool {
    let is_word = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'{' | b'}' | b'-'))
    };
    let (tag, digest) = match text.find('@') {
        Some(at) => (&text[..at], Some(&text[at..])),
        None => (text, None),
    };
    (tag.is_empty() || tag.strip_prefix(':').is_some_and(is_word))
        && digest.is_none_or(|digest| digest.strip_prefix("@sha256:").is_some_and(is_word))
}

/// Name, tag and digest of an image; a port of the registry is no tag.
fn split(image: &str) -> (String, String, String) {
    let host = image.find('/').unwrap_or(0);
    let place = |sign: char| image[host..].find(sign).map(|index| index + host);
    let (name, tag, digest) = match (place(':'), place('@')) {
        (None, None) => (image, "", ""),
        (colon, Some(at)) if colon.is_none_or(|colon| at < colon) => (&image[..at], "", &image[at + 1..]),
        (Some(colon), Some(at)) => (&image[..colon], &image[colon + 1..at], &image[at + 1..]),
        (Some(colon), None) => (&image[..colon], &image[colon + 1..], ""),
        (None, Some(at)) => (&image[..at], "", &image[at + 1..]),
    };
    (name.to_owned(), tag.to_owned(), digest.to_owned())
}
