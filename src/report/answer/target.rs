//! One target in full: why this ref, what it is made of, and the manifests with the writer of every line.

use std::ops::Range;
use std::sync::Arc;

use crate::base::{Diagnostic, Span};
use crate::catalog::{Address, Distance, EffectiveValue, LayerUse, Resolution, Revision};
use crate::diff::DiffDocument;

use super::CommitSummary;

/// Everything there is to say about one target at one ref.
#[derive(Clone, Debug)]
pub struct TargetView {
    /// What was asked for.
    pub address: Address,
    /// The ladder. It is that of the target, also when the address names another ref.
    pub resolution: Arc<Resolution>,
    /// What the layers were read from; `None` when the ref is broken.
    pub revision: Option<Revision>,
    /// The commit behind it.
    pub commit: Option<CommitSummary>,
    /// Name of the channel that the commit is compared with, and how far it is from the head of that channel.
    pub distance: Option<(Arc<str>, Distance)>,
    /// What the catalog says for this target, with the place of every value.
    pub values: Vec<EffectiveValue>,
    /// The layers in the order in which they are put together.
    pub layers: Vec<LayerUse>,
    /// The manifests, or why there are none.
    pub manifest: Result<Arc<Manifest>, Arc<Diagnostic>>,
    /// Warnings about the target: refs, values without effect, deprecated fields.
    pub findings: Vec<Diagnostic>,
}

/// Rendered manifests, as kustomize prints them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Manifest {
    /// The resources in the order of the output.
    pub documents: Vec<Document>,
    /// Every line of the output, separators included.
    pub lines: Vec<Line>,
}

impl Manifest {
    /// The whole text, byte for byte as kustomize prints it.
    #[must_use]
    pub fn text(&self) -> String {
        let size = self.lines.iter().map(|line| line.text.len() + 1).sum();
        let mut text = String::with_capacity(size);
        for line in &self.lines {
            text.push_str(&line.text);
            text.push('\n');
        }
        text
    }
}

/// One resource of a manifest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Document {
    /// `apiVersion`.
    pub api_version: String,
    /// `kind`.
    pub kind: String,
    /// `metadata.name`.
    pub name: String,
    /// `metadata.namespace`.
    pub namespace: Option<String>,
    /// Its lines in [`Manifest::lines`], without separators.
    pub lines: Range<usize>,
}

/// One line of a manifest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// The text, without the end of the line.
    pub text: String,
    /// Who wrote the value of this line; `None` for separators and for what the engine adds by itself.
    pub writer: Option<LineWriter>,
}

/// The place that wrote a value, and what it replaced.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LineWriter {
    /// Where the value is written: a catalog line where the catalog caused it, else the line of a layer.
    pub span: Span,
    /// Earlier writers, newest first: the old value and its place.
    pub before: Vec<(String, Option<Span>)>,
}

/// Two targets side by side.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The left side.
    pub left: Arc<TargetView>,
    /// The right side.
    pub right: Arc<TargetView>,
    /// The difference, or the problem of the side that does not render.
    pub difference: Result<Arc<DiffDocument>, Arc<Diagnostic>>,
}
