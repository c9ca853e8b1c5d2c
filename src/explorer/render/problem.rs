//! Why a target does not render, as people read it.

use std::sync::Arc;

use super::Question;
use crate::base::{Cancel, Diagnostic, Label};
use crate::catalog::{self, Composition, GeneratedFile};
use crate::explorer::composing::Composed;
use crate::explorer::rendered::catalog_place;
use crate::explorer::{Failure, Shared};
use crate::kustomize::Gathered;

const OUT_OF_TIME: &str = "limit/time";

/// Whether a target took longer than it may.
pub(super) fn is_slow(problem: &Diagnostic) -> bool {
    problem.code == OUT_OF_TIME
}

impl Shared {
    /// Why a ref leads to nothing.
    pub(super) fn explain_ref(&self, text: &str) -> Diagnostic {
        let Some(repository) = &self.platform.repository else {
            return Diagnostic::error(
                "ref/no-repository",
                format!("`{text}` cannot be looked up: this is not a git repository"),
            )
            .hint("Use `:.` to render from the files as they are.");
        };
        match repository.resolve(text) {
            Err(error) => error.into(),
            Ok(_) => {
                Diagnostic::error("ref/moved", format!("the ref `{text}` changed while it was looked up"))
                    .hint("Try again.")
            }
        }
    }

    /// The composition of a target and what its layers gathered.
    ///
    /// # Errors
    ///
    /// Why the layers do not gather, with the lines of the catalog.
    pub(in crate::explorer) fn composition_or_problem(
        &self,
        composed: Composed,
    ) -> Result<(Composition, Gathered), Failure> {
        match composed {
            Composed { gathered: Ok(both), .. } => Ok(both),
            Composed { gathered: Err(ref problem), .. } => {
                Err(self.placed(problem.clone(), composed.files()))
            }
        }
    }

    /// A problem of the engine as people read it: with catalog lines instead of those of generated files. The composition
    /// is made again only if the problem lies in it.
    pub(super) fn explained(
        &self,
        question: &Question<'_>,
        problem: &Diagnostic,
        is_composed: bool,
        cancel: &Cancel,
    ) -> Failure {
        let patches = self.platform.catalog();
        let uses = match question.uses() {
            Ok(uses) => uses,
            Err(problem) => return problem,
        };
        let target = question.ingredients(&uses, &*patches);
        let start = match catalog::start(target.catalog, target.target, target.uses, target.revision) {
            Ok(start) => start,
            Err(problem) => return Arc::new(problem),
        };
        let is_generated = |label: &Label| {
            label.span.file.revision.is_none() && label.span.file.path.is_within(&start.directory)
        };
        let mut labels = problem.primary.iter().chain(&problem.related);
        if !is_composed || !labels.any(is_generated) {
            return self.placed(problem.clone(), &start.files);
        }
        match self.composed(&target, &self.stop(cancel)) {
            Ok(composed) => self.placed(problem.clone(), composed.files()),
            Err(problem) => problem,
        }
    }

    pub(in crate::explorer) fn placed(
        &self,
        mut problem: Diagnostic,
        generated: &[GeneratedFile],
    ) -> Failure {
        if is_slow(&problem) {
            let seconds = self.renders.budget.as_secs_f32();
            return Arc::new(
                Diagnostic::error(
                    "render/budget",
                    format!("it takes longer than {seconds} s to render"),
                )
                .hint(
                    "Look for patches with very many targets, or raise `seconds-per-target` in the settings.",
                ),
            );
        }
        for label in problem.primary.iter_mut().chain(&mut problem.related) {
            if let Some(Some(cause)) = catalog_place(generated, &label.span) {
                label.span = cause;
            }
        }
        for hint in &mut problem.hints {
            *hint = without_mount(hint);
        }
        Arc::new(problem)
    }
}

/// A hint that names layers by their own path, not by the place where they are mounted.
fn without_mount(hint: &str) -> String {
    let mut parts = hint.split(".layers/");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once('/') {
            Some((name, rest)) if !name.contains([' ', '`']) => text.push_str(rest),
            _ => text.push_str(&format!(".layers/{part}")),
        }
    }
    text
}
