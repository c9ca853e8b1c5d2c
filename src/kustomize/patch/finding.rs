//! What is worth saying about a patch that was applied: that it matched nothing, or changed nothing.

use super::{Body, Effect, Patch};
use crate::base::{Diagnostic, FileTable, Mark, Severity};
use crate::kustomize::select::Selector;

/// What a patch did not do, in short.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Shortfall {
    /// It says nothing.
    Empty,
    /// Nothing fits its target.
    MatchedNothing,
    /// Everything that these parts of it set was so before.
    ChangedNothing(Vec<Mark>),
}

impl Effect {
    /// What the patch did not do; `None` for one that did something.
    pub(crate) fn shortfall(self, patch: &Patch) -> Option<Shortfall> {
        match (&patch.parsed.body, &patch.target) {
            (Body::Strategic(patches), _) if patches.is_empty() => Some(Shortfall::Empty),
            (_, Some(_)) if self.targets == 0 => Some(Shortfall::MatchedNothing),
            (Body::Json(_), _) if self.changes == 0 => Some(Shortfall::ChangedNothing(vec![patch.mark])),
            _ => (!self.idle.is_empty()).then_some(Shortfall::ChangedNothing(self.idle)),
        }
    }
}

impl Patch {
    /// Says what the patch did not do.
    pub(crate) fn findings(&self, shortfall: &Shortfall, files: &FileTable) -> Vec<Diagnostic> {
        let at = |mark| files.span(mark);
        match (shortfall, &self.target) {
            (Shortfall::Empty, _) => {
                let found = Diagnostic::note("patch/empty", "the patch is empty");
                vec![found.at_maybe(at(self.mark), "").hint("Remove the entry, or write the patch.")]
            }
            (Shortfall::MatchedNothing, None) => Vec::new(),
            (Shortfall::MatchedNothing, Some(target)) => {
                let message = format!("no resource matches the target of the patch ({target})");
                // Who names kinds only may well mean "if there is one".
                let severity = if names_something(target) { Severity::Warning } else { Severity::Note };
                let found = Diagnostic::note("patch/matched-nothing", message)
                    .at_maybe(at(target.mark), "")
                    .hint("Correct the target, or remove the patch; kustomize says nothing about it.");
                vec![Diagnostic { severity, ..found }]
            }
            (Shortfall::ChangedNothing(marks), _) => {
                marks.iter().map(|mark| idle().at_maybe(at(*mark), "")).collect()
            }
        }
    }
}

/// Whether a target asks for more than a kind.
fn names_something(target: &Selector) -> bool {
    [target.name.as_str(), target.namespace.as_str(), target.labels.as_str(), target.annotations.as_str()]
        .iter()
        .any(|text| !text.is_empty())
}

fn idle() -> Diagnostic {
    Diagnostic::note("patch/changed-nothing", "the patch changes nothing: everything it sets is so already")
        .hint("Remove the patch, or correct what it sets.")
}
