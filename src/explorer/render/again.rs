//! Renders a target again, going on from what it came to before its layers changed.

use std::sync::Arc;

use super::{Answer, Outcome, Question};
use crate::base::{Diagnostic, Stop};
use crate::catalog::Composition;
use crate::explorer::Shared;
use crate::explorer::rendered::Built;
use crate::kustomize::Gathered;

impl Shared {
    /// The answer to a question that was answered before, where since then nothing but single resources of its layers has
    /// changed; `None` when it takes more to know the answer.
    pub(super) fn renewed(&self, question: &Question<'_>, stop: &Stop) -> Option<Answer> {
        let source = &*question.layered.source;
        let (outcome, read) =
            self.renders.outcomes.before(question.key, source, |last| self.is_kept(last))?;
        let Outcome::Ready { number, .. } = &*outcome else { return None };
        let last = self.renders.newest.get(*number)?;
        // The composition names the revision and has places in the catalog.
        if last.said != question.said || last.rendered.revision != question.revision {
            return None;
        }
        let (composition, built) = (&last.rendered.composition, &last.rendered.built);
        let gathered = built.gathered_again(&self.engine, source, stop)?;
        if gathered.changes().next().is_none() {
            return Some(self.answered(question, read, outcome.clone(), Some(last.rendered.clone())));
        }
        if !gathered.changes().all(|(old, new)| composition.holds_for(old, new)) {
            return None;
        }
        let built = built.again_from(*number, &self.engine, gathered, stop)?;
        self.renders.counts_in_part();
        let (outcome, full) = self.ready(question, composition.clone(), built.ok()?);
        Some(self.answered(question, read, Arc::new(outcome), Some(full)))
    }

    /// Whether the full result behind an outcome is still there.
    fn is_kept(&self, outcome: &Outcome) -> bool {
        matches!(outcome, Outcome::Ready { number, .. } if self.renders.newest.has(*number))
    }

    /// Builds only what the layers gathered otherwise than the last time, where the composition is the same and what it
    /// came to is still there.
    ///
    /// # Errors
    ///
    /// What the layers gathered comes back when everything has to be built.
    pub(super) fn built_again(
        &self,
        question: &Question<'_>,
        composition: &Composition,
        gathered: Gathered,
        stop: &Stop,
    ) -> Result<Result<Built, Diagnostic>, Box<Gathered>> {
        let newest = self.renders.outcomes.newest(question.key, |last| self.is_kept(last));
        let Some(Outcome::Ready { number, .. }) = newest.as_deref() else { return Err(Box::new(gathered)) };
        let last = self.renders.newest.get(*number);
        match last.filter(|last| last.rendered.composition.says_same(composition)) {
            Some(last) => {
                last.rendered.built.again(*number, &self.engine, gathered, &question.revision, stop)
            }
            None => Err(Box::new(gathered)),
        }
    }
}
