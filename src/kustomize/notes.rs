//! What a build notices beside the resources: the layers it went through, values that patches took away, and entries
//! of kustomizations that had no effect.

use std::sync::Arc;

use compact_str::CompactString;

use super::ResourceId;
use crate::base::{Diagnostic, FileName, Mark, Severity};
use crate::yaml::Node;

/// A directory that took part in a build.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LayerRoot {
    /// The directory, under the name that blame shows.
    pub directory: FileName,
    /// What it is.
    pub kind: LayerKind,
}

/// What a directory with a kustomization is to the build.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum LayerKind {
    /// It includes no other directory.
    Base,
    /// It includes others.
    Overlay,
    /// `kind: Component`.
    Component,
}

impl LayerRoot {
    /// Notices that the directory includes another one.
    pub(crate) fn is_on_others(&mut self) {
        if self.kind == LayerKind::Base {
            self.kind = LayerKind::Overlay;
        }
    }
}

impl LayerKind {
    /// One word for people and programs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Overlay => "overlay",
            Self::Component => "component",
        }
    }
}

/// A value that a patch took away.
#[derive(Clone, PartialEq, Debug)]
pub struct Removal {
    /// The resource it was taken from, as it was called at the time; the whole of it when `path` is empty.
    pub resource: ResourceId,
    /// The keys that led to it, and `[key=value]` or indices for items of lists.
    pub path: Vec<CompactString>,
    /// The value, with its history.
    pub node: Node,
    /// The line of the patch that took it away.
    pub by: Mark,
}

impl Removal {
    /// Whether another one took away the same, with the same history, at the same place.
    fn is_same(&self, other: &Self) -> bool {
        self.by == other.by
            && self.path == other.path
            && self.resource == other.resource
            && self.node.is_same(&other.node)
    }
}

/// Whether the same was taken away in the same order, down to the places.
pub(crate) fn are_same_removals<'r>(
    some: impl IntoIterator<Item = &'r Arc<Removal>>,
    others: impl IntoIterator<Item = &'r Arc<Removal>>,
) -> bool {
    let (mut some, mut others) = (some.into_iter(), others.into_iter());
    loop {
        match (some.next(), others.next()) {
            (None, None) => return true,
            (Some(own), Some(other)) if Arc::ptr_eq(own, other) || own.is_same(other) => {}
            _ => return false,
        }
    }
}

/// Everything that was noticed so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes {
    /// The directories, in the order in which they were entered.
    pub(crate) layers: Vec<LayerRoot>,
    /// What patches took away, in order.
    pub(crate) removals: Vec<Arc<Removal>>,
    /// Entries without effect.
    pub(crate) findings: Vec<Diagnostic>,
}

/// A moment in the course of a build.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NotesAt {
    layers: usize,
    removals: usize,
    findings: usize,
}

impl Notes {
    /// This moment.
    pub(crate) fn now(&self) -> NotesAt {
        NotesAt { layers: self.layers.len(), removals: self.removals.len(), findings: self.findings.len() }
    }

    /// Whether the same was noticed another time, down to the places.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.layers == other.layers
            && self.findings == other.findings
            && are_same_removals(&self.removals, &other.removals)
    }

    /// What was noticed since.
    pub(crate) fn since(&self, moment: NotesAt) -> Self {
        Self {
            layers: self.layers[moment.layers..].to_vec(),
            removals: self.removals[moment.removals..].to_vec(),
            findings: self.findings[moment.findings..].to_vec(),
        }
    }

    /// What was taken away since.
    pub(crate) fn removals_since(&self, moment: NotesAt) -> Vec<Arc<Removal>> {
        self.removals[moment.removals..].to_vec()
    }

    /// Adds what was noticed elsewhere.
    pub(crate) fn extend(&mut self, more: &Self) {
        self.layers.extend(more.layers.iter().cloned());
        self.removals.extend(more.removals.iter().cloned());
        self.findings.extend(more.findings.iter().cloned());
    }

    /// Looks at the findings since a moment as those of a component: it is written for many, so it is no surprise
    /// that something does not fit one of them, and none at all where it only says "if there is one".
    pub(crate) fn of_component_since(&mut self, moment: NotesAt) {
        let own = self.findings.split_off(moment.findings);
        let is_condition = |finding: &Diagnostic| {
            finding.severity == Severity::Note && finding.code.ends_with("/matched-nothing")
        };
        let lowered = |finding| Diagnostic { severity: Severity::Note, ..finding };
        self.findings.extend(own.into_iter().filter(|finding| !is_condition(finding)).map(lowered));
    }

    /// The layers since a moment, to change them.
    pub(crate) fn layers_since(&mut self, moment: NotesAt) -> &mut [LayerRoot] {
        &mut self.layers[moment.layers..]
    }
}
