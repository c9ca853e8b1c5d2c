//! Renders a target: composition over the layers of its revision, in memory, never twice while nothing it reads changes.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;

use super::fingerprints::Fingerprints;
use super::layers::Layered;
use super::newest::Newest;
use super::reads::{ByContent, ReadSet, ReadTable};
use super::rendered::{Built, Rendered, catalog_place};
use super::{Failure, Shared};
use crate::base::{Cancel, Diagnostic, Digest, Digester, RepoPath, Severity, Stop};
use crate::catalog::{
    self, Address, Composition, GeneratedFile, Inventory, LayerUse, RefResolver, Revision, TargetId,
};
use crate::kustomize::{BuildOptions, Manifests};
use crate::report::answer::{Overview, TargetState};
use crate::vfs::{Memory, Mounts, Recorder, Source};

/// What is known of rendered targets.
pub(super) struct Renders {
    reads: ReadTable,
    outcomes: ByContent<Outcome>,
    inventories: ByContent<Probed>,
    newest: Newest<Rendered>,
    fingerprints: Fingerprints,
    next: AtomicUsize,
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
    Failed { problem: Diagnostic, revision: Revision },
}

/// What the bare layers build to, or why they do not.
enum Probed {
    Inventory(Inventory),
    Failed { problem: Diagnostic, revision: Revision },
}

/// A target with everything that its result depends on.
struct Question<'a> {
    overview: &'a Overview,
    target: &'a TargetId,
    revision: Revision,
    layered: Layered,
    uses: Vec<LayerUse>,
    /// Tells what is asked, but for the content of the layers.
    key: Digest,
}

/// A short answer, with the full one when it was just made.
struct Answer {
    outcome: Arc<Outcome>,
    full: Option<Arc<Rendered>>,
}

impl Renders {
    /// Keeps full results of about `memory` bytes; one target may take `budget` to render.
    pub(super) fn new(memory: usize, budget: Duration) -> Self {
        Self {
            reads: ReadTable::default(),
            outcomes: ByContent::default(),
            inventories: ByContent::default(),
            newest: Newest::new(memory),
            fingerprints: Fingerprints::default(),
            next: AtomicUsize::new(0),
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
        self.inventories
            .retain(|probed| !matches!(probed, Probed::Failed { problem, .. } if is_slow(problem)));
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

    /// How much is remembered.
    pub(super) fn size(&self) -> Remembered {
        Remembered {
            known: self.outcomes.len(),
            bytes: self.newest.bytes(),
            built: self.next.load(Ordering::Relaxed),
        }
    }
}

const OUT_OF_TIME: &str = "limit/time";
const CANCELLED: &str = "build/cancelled";

fn is_slow(problem: &Diagnostic) -> bool {
    problem.code == OUT_OF_TIME
}

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
        let question = self.question(overview, address)?;
        let answer = self.answer(&question, cancel)?;
        match (&*answer.outcome, answer.full) {
            (_, Some(full)) => Ok(full),
            (Outcome::Failed { problem, .. }, None) => Err(self.explained(&question, problem, cancel)),
            (Outcome::Ready { number, .. }, None) => self.in_full(&question, *number, cancel),
        }
    }

    /// The digest of the manifests.
    ///
    /// # Errors
    ///
    /// As [`Self::render_until`].
    pub(super) fn digest(
        &self,
        overview: &Overview,
        address: &Address,
        cancel: &Cancel,
    ) -> Result<Digest, Failure> {
        let question = self.question(overview, address)?;
        match &*self.answer(&question, cancel)?.outcome {
            Outcome::Ready { digest, .. } => Ok(*digest),
            Outcome::Failed { problem, .. } => Err(self.explained(&question, problem, cancel)),
        }
    }

    /// How far a target comes, and the digest of its manifests.
    pub(super) fn state(
        &self,
        overview: &Overview,
        target: &TargetId,
        cancel: &Cancel,
    ) -> (TargetState, Option<Digest>) {
        let address = Address { target: target.clone(), reference: None };
        let state = self.question(overview, &address).and_then(|question| {
            match &*self.answer(&question, cancel)?.outcome {
                Outcome::Ready { resources, lines, digest, .. } => {
                    Ok((TargetState::Ready { resources: *resources, lines: *lines }, Some(*digest)))
                }
                Outcome::Failed { problem, .. } => Err(self.explained(&question, problem, cancel)),
            }
        });
        state.unwrap_or_else(|problem| (TargetState::Failed(problem), None))
    }

    /// What is asked when a target is to be rendered.
    fn question<'a>(&self, overview: &'a Overview, address: &'a Address) -> Result<Question<'a>, Failure> {
        let target = &address.target;
        let revision = self.revision(overview, address)?;
        let catalog = &overview.catalog;
        let service = catalog::usable_service(catalog, target).map_err(Arc::new)?;
        let layered = self.layers.at(&self.platform, &revision, &catalog.settings)?;
        let uses = layered.layers.of_target(service, target).map_err(Arc::new)?;
        let print = self.renders.fingerprints.of(catalog, service, &*self.platform.catalog());
        let mut key = key_of(&uses, &revision);
        key.digest(print).part(&*target.service).part(&*target.env).part(&*target.region);
        Ok(Question { overview, target, revision, layered, uses, key: key.finish() })
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
        if let Some((outcome, _)) = self.renders.outcomes.get(question.key, source, usable) {
            return Ok(Answer { outcome, full: None });
        }
        let stop = self.stop(cancel);
        let failed = |problem| Outcome::Failed { problem, revision: question.revision.clone() };
        let (probed, mut read) = self.probed(&question.uses, &question.revision, &question.layered, &stop)?;
        let (outcome, full) = match &*probed {
            Probed::Failed { problem, .. } => (failed(problem.clone()), None),
            Probed::Inventory(inventory) => {
                let composition = self.composition(question, inventory)?;
                let (built, own) = self.build(question, &composition, &stop);
                read = self.renders.reads.set(read.asked().iter().cloned().chain(own).collect());
                match built {
                    Err(problem) if problem.code == CANCELLED => return Err(Arc::new(problem)),
                    Err(problem) => (failed(problem), None),
                    Ok(built) => {
                        let number = self.renders.next.fetch_add(1, Ordering::Relaxed);
                        let outcome = Outcome::Ready {
                            number,
                            digest: built.digest,
                            resources: built.manifests.resources.len(),
                            lines: memchr::memchr_iter(b'\n', built.text.as_bytes()).count(),
                        };
                        (outcome, Some(self.keep(number, question, composition, Arc::new(built))))
                    }
                }
            }
        };
        let outcome = Arc::new(outcome);
        self.renders.outcomes.put(question.key, read, source, outcome.clone());
        Ok(Answer { outcome, full })
    }

    /// The full answer to a question whose short one is known.
    fn in_full(
        &self,
        question: &Question<'_>,
        number: usize,
        cancel: &Cancel,
    ) -> Result<Arc<Rendered>, Failure> {
        let known = self.renders.newest.get(number);
        if let Some(known) = &known
            && known.revision == question.revision
            && known.is_seen_from(&question.overview.catalog)
        {
            return Ok(known.clone());
        }
        let stop = self.stop(cancel);
        let composition = self.compose_until(question, &stop)?;
        let built = match known {
            Some(known) if known.composition == composition && known.revision == question.revision => {
                return Ok(known);
            }
            Some(known) => known.built.clone(),
            None => {
                let (built, _) = self.build(question, &composition, &stop);
                Arc::new(built.map_err(|problem| self.placed(problem, &composition.files))?)
            }
        };
        Ok(self.keep(number, question, composition, built))
    }

    fn keep(
        &self,
        number: usize,
        question: &Question<'_>,
        composition: Composition,
        built: Arc<Built>,
    ) -> Arc<Rendered> {
        let bytes = built.bytes();
        let catalog = Arc::downgrade(&question.overview.catalog);
        let files = self.engine.files().clone();
        let rendered = Arc::new(Rendered::new(composition, catalog, question.revision.clone(), built, files));
        self.renders.newest.put(number, rendered.clone(), bytes);
        rendered
    }

    fn stop(&self, cancel: &Cancel) -> Stop {
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

    fn explain_ref(&self, text: &str) -> Diagnostic {
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
        let composition = self.compose_until(&question, &self.stop(&Cancel::default()))?;
        Ok((composition, question.revision))
    }

    fn compose_until(&self, question: &Question<'_>, stop: &Stop) -> Result<Composition, Failure> {
        let (probed, _) = self.probed(&question.uses, &question.revision, &question.layered, stop)?;
        match &*probed {
            Probed::Inventory(inventory) => self.composition(question, inventory),
            Probed::Failed { problem, .. } => Err(self.explained(question, problem, &stop.cancel)),
        }
    }

    fn composition(&self, question: &Question<'_>, inventory: &Inventory) -> Result<Composition, Failure> {
        let Question { overview, target, revision, uses, .. } = question;
        let source = self.platform.catalog();
        catalog::compose(&overview.catalog, target, uses, revision, inventory, &*source).map_err(Arc::new)
    }

    /// What the bare layers build to; many targets share one.
    ///
    /// # Errors
    ///
    /// Only when the work was cancelled.
    fn probed(
        &self,
        uses: &[LayerUse],
        revision: &Revision,
        layered: &Layered,
        stop: &Stop,
    ) -> Result<(Arc<Probed>, Arc<ReadSet>), Failure> {
        let key = key_of(uses, revision).finish();
        let source = &*layered.source;
        let usable = |probed: &Probed| match probed {
            Probed::Inventory(_) => true,
            Probed::Failed { revision: own, .. } => own == revision,
        };
        if let Some(known) = self.renders.inventories.get(key, source, usable) {
            return Ok(known);
        }
        let probe = catalog::probe(uses, revision);
        let (built, asked) = self.manifests(&probe.files, &probe.directory, revision, layered, stop);
        let probed = Arc::new(match built {
            Ok(built) => Probed::Inventory(Inventory::of(&built)),
            Err(problem) if problem.code == CANCELLED => return Err(Arc::new(problem)),
            Err(problem) => Probed::Failed { problem, revision: revision.clone() },
        });
        let read = self.renders.reads.set(asked);
        self.renders.inventories.put(key, read.clone(), source, probed.clone());
        Ok((probed, read))
    }

    /// Builds a composition; also says what was asked of the layers.
    fn build(
        &self,
        question: &Question<'_>,
        composition: &Composition,
        stop: &Stop,
    ) -> (Result<Built, Diagnostic>, Vec<crate::vfs::Asked>) {
        let Question { revision, layered, .. } = question;
        let (built, asked) =
            self.manifests(&composition.files, &composition.directory, revision, layered, stop);
        (built.and_then(|manifests| Built::printed(manifests, revision.clone())), asked)
    }

    /// Builds generated files over any layers; nothing is remembered. Places in problems become the catalog lines behind
    /// generated ones.
    ///
    /// # Errors
    ///
    /// Why they do not build.
    pub(super) fn build_once(
        &self,
        files: &[GeneratedFile],
        directory: &RepoPath,
        revision: &Revision,
        layers: Arc<dyn Source>,
    ) -> Result<Manifests, Failure> {
        let stop = self.stop(&Cancel::default());
        let source = mounted(files, revision, layers);
        self.engine
            .build_until(&source, directory, &BuildOptions::default(), &stop)
            .map_err(|problem| self.placed(problem, files))
    }

    fn manifests(
        &self,
        files: &[GeneratedFile],
        directory: &RepoPath,
        revision: &Revision,
        layered: &Layered,
        stop: &Stop,
    ) -> (Result<Manifests, Diagnostic>, Vec<crate::vfs::Asked>) {
        let source = mounted(files, revision, layered.source.clone());
        let recorder = Recorder::new(&source, catalog::layers_directory(revision));
        let built = self.engine.build_until(&recorder, directory, &BuildOptions::default(), stop);
        (built, recorder.into_asked())
    }

    /// A problem of the engine as people read it: with catalog lines instead of those of generated files.
    fn explained(&self, question: &Question<'_>, problem: &Diagnostic, cancel: &Cancel) -> Failure {
        let stop = self.stop(cancel);
        let probe = catalog::probe(&question.uses, &question.revision);
        let mut files = probe.files;
        if let Ok((probed, _)) = self.probed(&question.uses, &question.revision, &question.layered, &stop)
            && let Probed::Inventory(inventory) = &*probed
            && let Ok(composition) = self.composition(question, inventory)
        {
            files.extend(composition.files);
        }
        self.placed(problem.clone(), &files)
    }

    fn placed(&self, mut problem: Diagnostic, generated: &[GeneratedFile]) -> Failure {
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

/// Generated files with the layers of a revision beside them, as `overlens generate` writes them to disk.
fn mounted(files: &[GeneratedFile], revision: &Revision, layers: Arc<dyn Source>) -> Mounts {
    let files = files.iter().map(|file| (file.path.clone(), file.text.as_bytes()));
    Mounts::new(Arc::new(Memory::new(files).read_once())).with(catalog::layers_directory(revision), layers)
}
