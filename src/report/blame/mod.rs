//! Blame: for every line of manifests the place that wrote it, and everything that was there before.

mod gutter;
mod json;
mod path;
mod places;
mod select;

use std::ops::Range;

pub use gutter::{NameOf, findings, gutter, history, removals};
pub use json::{json, selected_json};
pub use path::value_path;
pub use places::{CatalogPlace, Places};
pub use select::{Selected, at_line, at_path, value_at};

use crate::base::{Diagnostic, FileName, Span};
use crate::kustomize::{LayerKind, Manifests, Removal, Resource};
use crate::yaml::{EmitError, Node, Tag, emit_lines};

/// What stands between two resources.
pub const SEPARATOR: &str = "---";

/// Manifests line by line, each with its history.
#[derive(Clone)]
pub struct Blame {
    /// The resources in the order of the output.
    pub resources: Vec<BlamedResource>,
    /// Every line of the output, separators included.
    pub lines: Vec<BlameLine>,
    /// What patches took away, in order.
    pub removals: Vec<BlamedRemoval>,
    /// Entries of kustomizations without effect.
    pub findings: Vec<Diagnostic>,
    places: Places,
}

/// One resource of the output.
#[derive(Clone, Debug)]
pub struct BlamedResource {
    /// `kind`.
    pub kind: String,
    /// `metadata.name`.
    pub name: String,
    /// `metadata.namespace`.
    pub namespace: Option<String>,
    /// Its lines in [`Blame::lines`].
    pub lines: Range<usize>,
    /// The object itself, to find values by path.
    resource: Resource,
}

/// `Kind/name`
impl std::fmt::Display for BlamedResource {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}/{}", self.kind, self.name)
    }
}

/// One line of the output.
#[derive(Clone, Debug)]
pub struct BlameLine {
    /// The text, without the end of the line.
    pub text: String,
    /// The resource it belongs to; `None` for separators.
    pub resource: Option<usize>,
    /// The path of the value in the resource, as [`at_path`] reads it; empty for separators.
    pub path: String,
    /// Everything that ever wrote the value, oldest first; the last one counts. Empty for separators.
    pub history: Vec<Writing>,
}

impl BlameLine {
    /// What wrote the value that is there.
    #[must_use]
    pub fn writer(&self) -> Option<&Writing> {
        self.history.last()
    }

    /// The value before the one that is there, if it was another one.
    #[must_use]
    pub fn overwritten(&self) -> Option<&Writing> {
        overwritten(&self.history)
    }
}

/// The newest value in a history that differs from the present one.
fn overwritten(history: &[Writing]) -> Option<&Writing> {
    let (now, before) = history.split_last()?;
    before.iter().rev().find(|old| old.value != now.value)
}

/// One value and who wrote it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Writing {
    /// The text of a scalar, `{…}` or `[…]` for a collection.
    pub value: String,
    /// What kind of thing wrote it.
    pub kind: WriterKind,
    /// The layer whose file it stands in, if it is known.
    pub layer: Option<LayerName>,
    /// The place; `None` for what the composition of a target adds by itself.
    pub span: Option<Span>,
}

/// A layer as people know it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LayerName {
    /// Its directory.
    pub directory: FileName,
    /// What it is.
    pub kind: LayerKind,
}

/// What kind of thing wrote a value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum WriterKind {
    /// A resource file of a base.
    Base,
    /// A resource file of an overlay.
    Overlay,
    /// A resource file of a component.
    Component,
    /// A patch.
    Patch,
    /// A generator.
    Generator,
    /// A transformer: `namespace`, `images`, `labels` and so on.
    Transformer,
    /// A reference that followed a renamed resource.
    Reference,
    /// A value of the catalog.
    Catalog,
}

impl WriterKind {
    /// One word for people and programs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Overlay => "overlay",
            Self::Component => "component",
            Self::Patch => "patch",
            Self::Generator => "generator",
            Self::Transformer => "transformer",
            Self::Reference => "reference",
            Self::Catalog => "catalog",
        }
    }
}

/// A value that a patch took away.
#[derive(Clone, Debug)]
pub struct BlamedRemoval {
    /// `Kind/name` of the resource as it is called in the output, or was called when it was deleted.
    pub resource: String,
    /// Where the value was; empty for a whole resource.
    pub path: String,
    /// The value in one line.
    pub value: String,
    /// Everything that ever wrote the value, oldest first.
    pub history: Vec<Writing>,
    /// The patch that took it away.
    pub by: Writing,
}

/// Reads the blame of a build.
///
/// # Errors
///
/// When a value cannot be printed.
pub fn blame(built: &Manifests, places: Places) -> Result<Blame, EmitError> {
    let mut blame = Blame {
        resources: Vec::new(),
        lines: Vec::new(),
        removals: built.remarks.removals.iter().map(|removal| removed(removal, built, &places)).collect(),
        findings: built.remarks.findings.clone(),
        places,
    };
    let mut text = String::new();
    for (index, resource) in built.resources.iter().enumerate() {
        if index > 0 {
            let text = SEPARATOR.to_owned();
            blame.lines.push(BlameLine { text, resource: None, path: String::new(), history: Vec::new() });
        }
        let start = blame.lines.len();
        text.clear();
        let lines = emit_lines(resource.node(), &mut text)?;
        blame.lines.extend(lines.iter().map(|line| BlameLine {
            text: text[line.range.clone()].to_owned(),
            resource: Some(index),
            path: value_path(resource.node(), &lines.path(line)),
            history: blame.places.history(line.node, line.key_mark),
        }));
        blame.resources.push(resource_of(resource, start..blame.lines.len()));
    }
    Ok(blame)
}

fn resource_of(resource: &Resource, lines: Range<usize>) -> BlamedResource {
    let text = |path: &[&str]| resource.node().get_path(path).and_then(Node::as_text).map(str::to_owned);
    BlamedResource {
        kind: text(&["kind"]).unwrap_or_default(),
        name: text(&["metadata", "name"]).unwrap_or_default(),
        namespace: text(&["metadata", "namespace"]),
        lines,
        resource: resource.clone(),
    }
}

fn removed(removal: &Removal, built: &Manifests, places: &Places) -> BlamedRemoval {
    let is_it = |resource: &&Resource| {
        std::iter::once(resource.id())
            .chain(resource.previous_ids())
            .any(|id| id.same_object(&removal.resource))
    };
    let now = built.resources.iter().find(is_it).map_or(&removal.resource, Resource::id);
    let value = one_line(&removal.node);
    let mut history = places.history(&removal.node, removal.node.mark);
    if let Some(last) = history.last_mut() {
        last.value.clone_from(&value);
    }
    BlamedRemoval {
        resource: format!("{}/{}", now.kind, now.name),
        path: path::of_keys(&removal.path),
        value,
        history,
        by: places.patch(removal.by),
    }
}

/// A value in one line: its text, or what it is in JSON.
fn one_line(node: &Node) -> String {
    match node.as_scalar() {
        Some(scalar) if scalar.tag == Tag::Str => scalar.text.to_string(),
        _ => crate::yaml::to_json(node)
            .map_or_else(|_| node.value.summary().to_string(), |json| json.to_string()),
    }
}
