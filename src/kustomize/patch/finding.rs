//! What is worth saying about a patch that was applied: that it matched nothing, or changed nothing.

use super::{Body, Effect, Patch};
use crate::base::{Diagnostic, FileTable, Severity};
use crate::kustomize::select::Selector;

impl Patch {
    /// Says what a patch did not do; nothing for one that did something.
    pub(crate) fn findings(&self, effect: &Effect, files: &FileTable) -> Vec<Diagnostic> {
        let at = |mark| files.span(mark);
        match (&self.parsed.body, &self.target) {
            (Body::Strategic(patches), _) if patches.is_empty() => {
                let found = Diagnostic::note("patch/empty", "the patch is empty");
                vec![found.at_maybe(at(self.mark), "").hint("Remove the entry, or write the patch.")]
            }
            (_, Some(target)) if effect.targets == 0 => {
                let message = format!("no resource matches the target of the patch ({target})");
                // Who names kinds only may well mean "if there is one".
                let severity = if names_something(target) { Severity::Warning } else { Severity::Note };
                let found = Diagnostic::note("patch/matched-nothing", message)
                    .at_maybe(at(target.mark), "")
                    .hint("Correct the target, or remove the patch; kustomize says nothing about it.");
                vec![Diagnostic { severity, ..found }]
            }
            (Body::Json(_), _) if effect.changes == 0 => vec![idle().at_maybe(at(self.mark), "")],
            _ => effect.idle.iter().map(|mark| idle().at_maybe(at(*mark), "")).collect(),
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
