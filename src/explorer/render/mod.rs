//! Renders a target: composition over the layers of its revision, in memory, never twice while nothing it reads changes.

mod again;
mod problem;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;

use super::composing::{Composed, Ingredients};
use super::fingerprints::{Fingerprints, Said};
use super::layers::Layered;
use super::newest::Newest;
use super::reads::{ByContent, ReadSet, ReadTable};
use super::rendered::{Built, Rendered};
use super::{Failure, Shared};
use crate::base::{Cancel, Diagnostic, Digest, Digester, Severity, Stop};
use crate::catalog::{self, Address, Composition, LayerUse, RefResolver, Revision, Service, TargetId};
use crate::report::answer::{Overview, TargetState};
use crate::vfs::Source;
use problem::is_slow;

/// What is known of rendered targets.
pub(super) struct Renders {
    reads: ReadTable,
    outcomes: ByContent<Outcome>,
    newest: Newest<Full>,
    pub(super) fingerprints: Fingerprints,
    next: AtomicUsize,
    in_part: AtomicUsize,
    pub(super) gathered: AtomicUsize,
    /// What every target came to the last time that all were asked for.
    last: Mutex<FxHashMap<TargetId, Option<Digest>>>,
    budget: Duration,
}

/// How much is remembered of rendered targets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Remembered {
    /// Questions whose answers are known in short: a target has one for each state of its service.
    pub known: usize,
    /// Bytes of the results that are kept in full, about.
    pub bytes: usize,
    /// How many results were built so far: what did not change is not built again.
    pub built: usize,
    /// For how many of these only the resources were built that were others than the last time.
    pub built_in_part: usize,
    /// How often all layers of a target were gone through so far.
    pub gathered: usize,
}

/// What a target came to, in short. Stays when the full result is given up.
enum Outcome {
    Ready {
        /// The number of the full result among the newest.
        number: usize,
        digest: Digest,
        resources: usize,
        lines: usize,
    },
    /// Why it does not render; the places are those of the engine.
    Failed {
        problem: Diagnostic,
        revision: Revision,
        /// Whether its layers gathered, so that places in generated files are those of the composition.
        is_composed: bool,
    },
}

impl Outcome {
    fn is_ready(&self) -> bool {
        matches!(self, Self::Ready { .. })
    }
}

/// A full result, and what of the catalog it shows.
struct Full {
    said: Said,
    rendered: Arc<Rendered>,
}

/// A target with everything that its result depends on.
struct Question<'a> {
    overview: &'a Overview,
    target: &'a TargetId,
    revision: Revision,
    layered: Layered,
    service: &'a Arc<Service>,
    said: Said,
    /// Tells what is asked, but for the content of the layers.
    key: Digest,
}

impl Question<'_> {
    /// The layers of the target.
    fn uses(&self) -> Result<Vec<LayerUse>, Failure> {
        self.layered.layers.of_target(self.service, self.target).map_err(Arc::new)
    }

    fn ingredients<'q>(&'q self, uses: &'q [LayerUse], patches: &'q dyn Source) -> Ingredients<'q> {
        Ingredients {
            catalog: &self.overview.catalog,
            target: self.target,
            revision: &self.revision,
            uses,
            layers: &self.layered.source,
            patches,
        }
    }
}

/// A short answer, with the full one when it was just made.
struct Answer {
    outcome: Arc<Outcome>,
    full: Option<Arc<Rendered>>,
}

/// A target that was asked for, and what it came to.
pub(super) struct Asked<'a> {
    question: Question<'a>,
    answer: Answer,
}

/// Manifests in short.
pub(super) struct Short {
    /// The digest of the text.
    pub(super) digest: Digest,
    resources: usize,
    lines: usize,
}

impl Renders {
    /// Keeps full results of about `memory` bytes; one target may take `budget` to render.
    pub(super) fn new(memory: usize, budget: Duration) -> Self {
        Self {
            reads: ReadTable::default(),
            outcomes: ByContent::default(),
            newest: Newest::new(memory),
            fingerprints: Fingerprints::default(),
            next: AtomicUsize::new(0),
            in_part: AtomicUsize::new(0),
            gathered: AtomicUsize::new(0),
            last: Mutex::default(),
            budget,
        }
    }

    /// Forgets every rendered target.
    pub(super) fn forget(&self) {
        self.outcomes.retain(|_| false);
        self.newest.clear();
    }

    /// Tries again what took too long.
    pub(super) fn forget_slow(&self) {
        self.outcomes
            .retain(|outcome| !matches!(outcome, Outcome::Failed { problem, .. } if is_slow(problem)));
    }

    /// Gives up every full result; what is known in short stays.
    pub(super) fn give_up(&self) {
        self.newest.clear();
    }

    /// Whether a target comes to something else than the last time, and remembers what it comes to. A problem that is put
    /// in other words is no change.
    pub(super) fn has_moved(&self, target: &TargetId, (_, digest): &(TargetState, Option<Digest>)) -> bool {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        match last.get_mut(target) {
            Some(known) => std::mem::replace(known, *digest) != *digest,
            None => {
                last.insert(target.clone(), *digest);
                false
            }
        }
    }

    /// Counts a result of which only some resources were built.
    fn counts_in_part(&self) {
        self.in_part.fetch_add(1, Ordering::Relaxed);
    }

    /// How much is remembered.
    pub(super) fn size(&self) -> Remembered {
        Remembered {
            known: self.outcomes.len(),
            bytes: self.newest.bytes(),
            built: self.next.load(Ordering::Relaxed),
            built_in_part: self.in_part.load(Ordering::Relaxed),
            gathered: self.gathered.load(Ordering::Relaxed),
        }
    }
}

const CANCELLED: &str = "build/cancelled";

impl Shared {
    /// Renders a target.
    ///
    /// # Errors
    ///
    /// Why it does not render: its ref, its service, a layer, or the build.
    pub(super) fn render(&self, overview: &Overview, address: &Address) -> Result<Arc<Rendered>, Failure> {
        self.render_until(overview, address, &Cancel::default())
    }

    /// As [`Self::render`], until nobody wants it any more.
    ///
    /// # Errors
    ///
    /// As [`Self::render`]; `build/cancelled` when it was cancelled.
    pub(super) fn render_until(
        &self,
        overview: &Overview,
        address: &Address,
        cancel: &Cancel,
    ) -> Result<Arc<Rendered>, Failure> {
        let asked = self.ask(overview, address, cancel)?;
        self.in_full(&asked, cancel)
    }

    /// How far a target comes, and the digest of its manifests.
    pub(super) fn state(
        &self,
        overview: &Overview,
        target: &TargetId,
        cancel: &Cancel,
    ) -> (TargetState, Option<Digest>) {
        let address = Address { target: target.clone(), reference: None };
        let asked = self.ask(overview, &address, cancel);
        match asked.and_then(|asked| self.in_short(&asked, cancel)) {
            Ok(Short { digest, resources, lines }) => (TargetState::Ready { resources, lines }, Some(digest)),
            Err(problem) => (TargetState::Failed(problem), None),
        }
    }

    /// Finds out what a target comes to.
    ///
    /// # Errors
    ///
    /// When there is no composition, and when the work was cancelled.
    pub(super) fn ask<'a>(
        &self,
        overview: &'a Overview,
        address: &'a Address,
        cancel: &Cancel,
    ) -> Result<Asked<'a>, Failure> {
        let question = self.question(overview, address)?;
        let answer = self.answer(&question, cancel)?;
        Ok(Asked { question, answer })
    }

    /// What a target comes to, in short.
    ///
    /// # Errors
    ///
    /// Why it does not render.
    pub(super) fn in_short(&self, asked: &Asked<'_>, cancel: &Cancel) -> Result<Short, Failure> {
        match &*asked.answer.outcome {
            Outcome::Ready { digest, resources, lines, .. } => {
                Ok(Short { digest: *digest, resources: *resources, lines: *lines })
            }
            Outcome::Failed { problem, is_composed, .. } => {
                Err(self.explained(&asked.question, problem, *is_composed, cancel))
            }
        }
    }

    /// What a target comes to, in full.
    ///
    /// # Errors
    ///
    /// Why it does not render.
    pub(super) fn in_full(&self, asked: &Asked<'_>, cancel: &Cancel) -> Result<Arc<Rendered>, Failure> {
        match (&*asked.answer.outcome, &asked.answer.full) {
            (_, Some(full)) => Ok(full.clone()),
            (Outcome::Failed { problem, is_composed, .. }, None) => {
                Err(self.explained(&asked.question, problem, *is_composed, cancel))
            }
            (Outcome::Ready { number, .. }, None) => self.found_in_full(&asked.question, *number, cancel),
        }
    }

    /// What is asked when a target is to be rendered.
    fn question<'a>(&self, overview: &'a Overview, address: &'a Address) -> Result<Question<'a>, Failure> {
        let target = &address.target;
        let revision = self.revision(overview, address)?;
        let catalog = &overview.catalog;
        let service = catalog::usable_service(catalog, target).map_err(Arc::new)?;
        let known = self.renders.fingerprints.of(catalog);
        let said = known.said(service);
        let layered = self.layers.at(&self.platform, &revision, &catalog.settings)?;
        let key = known.key(service, target, &layered.layers, || {
            let uses = layered.layers.of_target(service, target).map_err(Arc::new)?;
            let print = known.fingerprint(catalog, service, &*self.platform.catalog());
            let mut key = key_of(&uses, &revision);
            key.digest(print).part(&*target.service).part(&*target.env).part(&*target.region);
            Ok(key.finish())
        })?;
        Ok(Question { overview, target, revision, layered, service, said, key })
    }

    /// The short answer, from memory or by building.
    ///
    /// # Errors
    ///
    /// When there is no composition, and when the work was cancelled: neither is remembered.
    fn answer(&self, question: &Question<'_>, cancel: &Cancel) -> Result<Answer, Failure> {
        let source = &*question.layered.source;
        let usable = |outcome: &Outcome| match outcome {
            Outcome::Ready { .. } => true,
            // The text of a problem may name the commit.
            Outcome::Failed { revision, .. } => *revision == question.revision,
        };
        if let Some((outcome, instead_of)) = self.renders.outcomes.get(question.key, source, usable) {
            if let Outcome::Ready { number, .. } = &*outcome {
                self.renders.newest.touch(*number);
            }
            self.takes_the_place(question, &outcome, instead_of);
            return Ok(Answer { outcome, full: None });
        }
        let stop = self.stop(cancel);
        if let Some(answer) = self.renewed(question, &stop) {
            return Ok(answer);
        }
        let (uses, patches) = (question.uses()?, self.platform.catalog());
        let target = question.ingredients(&uses, &*patches);
        let Composed { gathered, mut asked, .. } = self.composed(&target, &stop)?;
        let is_composed = gathered.is_ok();
        let built = gathered.and_then(|(composition, gathered)| {
            let built = match self.built_again(question, &composition, gathered, &stop) {
                Ok(built) => {
                    self.renders.counts_in_part();
                    built?
                }
                Err(gathered) => {
                    let (built, own) = self.build_on(&target, &composition, *gathered, &stop);
                    asked.extend(own);
                    built?
                }
            };
            Ok((composition, built))
        });
        let (outcome, full) = match built {
            Err(problem) if problem.code == CANCELLED => return Err(Arc::new(problem)),
            Err(problem) => {
                (Outcome::Failed { problem, revision: question.revision.clone(), is_composed }, None)
            }
            Ok((composition, built)) => {
                let (outcome, full) = self.ready(question, Arc::new(composition), built);
                (outcome, Some(full))
            }
        };
        let read = self.renders.reads.set(asked);
        Ok(self.answered(question, read, Arc::new(outcome), full))
    }

    /// A new result.
    fn ready(
        &self,
        question: &Question<'_>,
        composition: Arc<Composition>,
        built: Built,
    ) -> (Outcome, Arc<Rendered>) {
        let number = self.renders.next.fetch_add(1, Ordering::Relaxed);
        let outcome = Outcome::Ready {
            number,
            digest: built.summary.digest(),
            resources: built.manifests.resources.len(),
            lines: built.summary.lines(),
        };
        let rendered = self.seen(question, composition, Arc::new(built));
        (outcome, self.keep(number, question, rendered))
    }

    /// A new answer, which took reading some files.
    fn answered(
        &self,
        question: &Question<'_>,
        read: Arc<ReadSet>,
        outcome: Arc<Outcome>,
        full: Option<Arc<Rendered>>,
    ) -> Answer {
        let before = self.renders.outcomes.newest(question.key, Outcome::is_ready);
        self.renders.outcomes.put(question.key, read, &*question.layered.source, outcome.clone());
        self.takes_the_place(question, &outcome, before);
        Answer { outcome, full }
    }

    /// Notices that a target comes to something else than before. What files that have changed came to is what people need
    /// least, while commits are held against each other. After a failure it goes on from what there was before.
    fn takes_the_place(&self, question: &Question<'_>, outcome: &Arc<Outcome>, before: Option<Arc<Outcome>>) {
        if let Some(before) = before.filter(|before| outcome.is_ready() && !Arc::ptr_eq(before, outcome))
            && let Outcome::Ready { number, .. } = &*before
            && question.revision == Revision::WorkTree
        {
            self.renders.newest.supersede(*number);
        }
    }

    /// The full answer to a question whose short one is known.
    fn found_in_full(
        &self,
        question: &Question<'_>,
        number: usize,
        cancel: &Cancel,
    ) -> Result<Arc<Rendered>, Failure> {
        let known = self.renders.newest.get(number);
        if let Some(known) = &known
            && known.rendered.revision == question.revision
            && known.said == question.said
        {
            return Ok(known.rendered.clone());
        }
        // At another commit with the same layers only the name of the commit is another one.
        if let Some(known) = known.as_ref().filter(|known| known.said == question.said) {
            let (catalog, target) = (&question.overview.catalog, question.target);
            let start =
                catalog::start(catalog, target, &question.uses()?, &question.revision).map_err(Arc::new)?;
            let composition = Arc::new(known.rendered.composition.over(&start));
            return Ok(self.keep(
                number,
                question,
                self.seen(question, composition, known.rendered.built.clone()),
            ));
        }
        let stop = self.stop(cancel);
        // It was given up, but what came after it may be there to go on from.
        if known.is_none()
            && let Some(Answer { full: Some(full), .. }) = self.renewed(question, &stop)
        {
            return Ok(full);
        }
        let (uses, patches) = (question.uses()?, self.platform.catalog());
        let target = question.ingredients(&uses, &*patches);
        let composed = self.composed(&target, &stop)?;
        let (composition, gathered) = self.composition_or_problem(composed)?;
        let built = match known {
            Some(known) => known.rendered.built.clone(),
            None => {
                let (built, _) = self.build_on(&target, &composition, gathered, &stop);
                Arc::new(built.map_err(|problem| self.placed(problem, &composition.files))?)
            }
        };
        Ok(self.keep(number, question, self.seen(question, Arc::new(composition), built)))
    }

    /// What was built, as the catalog and the revision of a question show it.
    fn seen(
        &self,
        question: &Question<'_>,
        composition: Arc<Composition>,
        built: Arc<Built>,
    ) -> Arc<Rendered> {
        let files = self.engine.files().clone();
        Arc::new(Rendered::new(composition, question.revision.clone(), built, files))
    }

    fn keep(&self, number: usize, question: &Question<'_>, rendered: Arc<Rendered>) -> Arc<Rendered> {
        let weight = rendered.built.weight(number);
        let full = Full { said: question.said.clone(), rendered: rendered.clone() };
        self.renders.newest.put(number, Arc::new(full), weight);
        rendered
    }

    pub(super) fn stop(&self, cancel: &Cancel) -> Stop {
        Stop { cancel: cancel.clone(), deadline: Instant::now().checked_add(self.renders.budget) }
    }

    /// What the layers of an address are read from.
    ///
    /// # Errors
    ///
    /// When its ref is broken.
    pub(super) fn revision(&self, overview: &Overview, address: &Address) -> Result<Revision, Failure> {
        match address.reference.as_deref() {
            Some(".") => Ok(Revision::WorkTree),
            Some(text) => {
                // Commits stay where they are: questions about all targets ask for one again and again.
                if let Some(commit) = address.reference.clone().map(Revision::Commit)
                    && self.layers.are_known(&commit)
                {
                    return Ok(commit);
                }
                let refs = super::refs::GitRefs(self.platform.repository.as_ref());
                refs.resolve(text).map(Revision::Commit).map_err(|_| Arc::new(self.explain_ref(text)))
            }
            None => {
                let resolution = overview.resolution(&address.target).ok_or_else(|| {
                    Arc::new(Diagnostic::error(
                        "address/unknown-target",
                        format!("there is no target `{}`", address.target),
                    ))
                })?;
                resolution.revision.clone().ok_or_else(|| {
                    let error = resolution.diagnostics.iter().find(|problem| problem.severity == Severity::Error);
                    Arc::new(error.cloned().unwrap_or_else(|| {
                        Diagnostic::error("ref/none", format!("nothing in the catalog says which ref `{}` uses", address.target))
                            .hint("Give the service a channel, or set a pin or a default channel for its environment.")
                    }))
                })
            }
        }
    }

    /// The kustomization of an address and what its layers are read from.
    ///
    /// # Errors
    ///
    /// When its ref is broken, the service has an error, a layer is missing at the revision, or the bare layers do not
    /// build.
    pub(super) fn compose(
        &self,
        overview: &Overview,
        address: &Address,
    ) -> Result<(Composition, Revision), Failure> {
        let question = self.question(overview, address)?;
        let (uses, patches) = (question.uses()?, self.platform.catalog());
        let target = question.ingredients(&uses, &*patches);
        let composed = self.composed(&target, &self.stop(&Cancel::default()))?;
        let (composition, _) = self.composition_or_problem(composed)?;
        Ok((composition, question.revision))
    }
}

/// The layers of a target, but for their content. The work tree and commits do not share results: their places differ
/// in more than the name of the commit.
fn key_of(uses: &[LayerUse], revision: &Revision) -> Digester {
    let mut key = Digester::default();
    key.number(usize::from(*revision == Revision::WorkTree)).number(uses.len());
    for LayerUse { path, role, kind, span: _ } in uses {
        key.part(path.as_str()).number(*role as usize).number(*kind as usize);
    }
    key
}
