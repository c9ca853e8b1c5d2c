//! What a target is at one commit: rendered from git trees, once for all commits that give the same answers.

use std::sync::Arc;

use super::trace::{Trace, Traced};
use crate::base::{Cancel, Diagnostic, Severity};
use crate::catalog::{
    self, Catalog, Distance, Layers, RefProblem, RefResolver, Revision, Settings, TargetId,
};
use crate::explorer::composing::Ingredients;
use crate::explorer::refs::GitRefs;
use crate::explorer::rendered::Rendered;
use crate::explorer::{Failure, Shared, platform};
use crate::git::{CommitId, Repository};
use crate::report::answer::{Overview, Seen, Vary};
use crate::report::blame;
use crate::vfs::{GitTree, Source};

/// So many earlier looks are compared with a new one: neighbours are alike, and a long history stays quick.
const RECENT: usize = 16;

/// Looks at a target at one commit after the other.
pub(super) struct Looker<'a> {
    shared: &'a Shared,
    repository: &'a Repository,
    overview: &'a Overview,
    target: &'a TargetId,
    path: Option<&'a str>,
    vary: Vary,
    catalogs: Vec<(Trace, Arc<Catalog>, Option<Failure>)>,
    layers: Vec<(Trace, Settings, Arc<Layers>)>,
    known: Vec<Known>,
    /// Why the path leads nowhere, from the newest look that found nothing there.
    pub nowhere: Option<Diagnostic>,
    /// How often the target was rendered.
    pub rendered: usize,
}

/// A catalog and the files it was read from.
type Opened = (Arc<Catalog>, Arc<dyn Source>);

/// What was seen, and all that it depends on.
struct Known {
    catalog: Arc<Catalog>,
    layers: Arc<Layers>,
    patches: Trace,
    read: Trace,
    seen: Seen,
}

impl<'a> Looker<'a> {
    /// Looks at the value at `path` of a target, or at its manifests.
    pub(super) fn new(
        shared: &'a Shared,
        repository: &'a Repository,
        overview: &'a Overview,
        target: &'a TargetId,
        path: Option<&'a str>,
        vary: Vary,
    ) -> Self {
        Self {
            shared,
            repository,
            overview,
            target,
            path,
            vary,
            catalogs: Vec::new(),
            layers: Vec::new(),
            known: Vec::new(),
            nowhere: None,
            rendered: 0,
        }
    }

    /// What the target is at a commit. What is wrong with the target there is part of the answer.
    ///
    /// # Errors
    ///
    /// When the path could mean several resources, or git cannot be read.
    pub(super) fn look(&mut self, commit: CommitId) -> Result<Seen, Failure> {
        let (catalog, catalog_source) = match self.catalog(commit)? {
            Ok(opened) => opened,
            Err(seen) => return Ok(seen),
        };
        let Some(service) = catalog.service(&self.target.service) else { return Ok(Seen::NoTarget) };
        if !catalog.targets_of(service).contains(self.target) {
            return Ok(Seen::NoTarget);
        }
        let revision = match self.revision(&catalog, commit) {
            Ok(revision) => revision,
            Err(problem) => return Ok(Seen::Fails(problem)),
        };
        let id: CommitId = match &revision {
            Revision::Commit(id) => id.parse().map_err(|_| missing(id))?,
            Revision::WorkTree => commit,
        };
        let source: Arc<dyn Source> = Arc::new(
            GitTree::at(self.repository, id).map_err(broken)?.with_limit(self.shared.platform.file_bytes),
        );
        let layers = self.layers(&source, &revision, &catalog);
        let fits = |known: &&Known| {
            Arc::ptr_eq(&known.catalog, &catalog)
                && Arc::ptr_eq(&known.layers, &layers)
                && known.patches.holds(&*catalog_source)
                && known.read.holds(&*source)
        };
        // The newest first: neighbours are alike.
        if let Some(known) = self.known.iter().rev().take(RECENT).find(fits) {
            return Ok(known.seen.clone());
        }
        let patches = Traced::new(catalog_source);
        let read = Traced::new(source);
        self.rendered += 1;
        let seen = match self.render(&catalog, &layers, &revision, &patches, &read) {
            Ok(rendered) => self.see(&Arc::new(rendered))?,
            Err(problem) => Seen::Fails(problem),
        };
        let (patches, read) = (patches.trace(), read.trace());
        self.known.push(Known { catalog, layers, patches, read, seen: seen.clone() });
        Ok(seen)
    }

    /// The catalog at a commit, or the open one; or what is seen where there is none.
    fn catalog(&mut self, commit: CommitId) -> Result<Result<Opened, Seen>, Failure> {
        let platform = &self.shared.platform;
        if self.vary == Vary::Layers {
            return Ok(Ok((self.overview.catalog.clone(), platform.catalog())));
        }
        let source: Arc<dyn Source> = match platform::tree_below(self.repository, commit, &platform.prefix) {
            Ok(tree) => Arc::new(tree.with_limit(platform.file_bytes)),
            Err(problem) if problem.code == "open/no-directory" => return Ok(Err(Seen::NoTarget)),
            Err(problem) => return Err(Arc::new(problem)),
        };
        let known = self.catalogs.iter().rev().take(RECENT).find(|(trace, ..)| trace.holds(&*source));
        let (catalog, problem) = match known {
            Some((_, catalog, problem)) => (catalog.clone(), problem.clone()),
            None => {
                let traced = Traced::new(source.clone());
                let (catalog, problems) = catalog::load(&traced, &self.shared.platform.yaml);
                let error = problems.into_iter().find(|problem| problem.severity == Severity::Error);
                let problem = error
                    .filter(|problem| catalog.services.is_empty() && problem.code != "catalog/not-found")
                    .map(Arc::new);
                let catalog = Arc::new(catalog);
                self.catalogs.push((traced.trace(), catalog.clone(), problem.clone()));
                (catalog, problem)
            }
        };
        Ok(match problem {
            Some(problem) => Err(Seen::Fails(problem)),
            None => Ok((catalog, source)),
        })
    }

    /// What the layers are read from.
    fn revision(&self, catalog: &Catalog, commit: CommitId) -> Result<Revision, Failure> {
        if self.vary != Vary::Catalog {
            return Ok(Revision::Commit(Arc::from(commit.to_string())));
        }
        let time = self.repository.commit(commit).map_err(broken)?.time;
        let refs = ThenRefs { then: &self.repository.as_of(time.seconds), now: self.repository };
        let resolution = catalog::resolve(catalog, self.target, &refs);
        resolution.revision.ok_or_else(|| {
            let problem = resolution.diagnostics.into_iter().find(|it| it.severity == Severity::Error);
            Arc::new(problem.unwrap_or_else(|| {
                Diagnostic::error("ref/none", format!("nothing says which ref `{}` uses", self.target))
            }))
        })
    }

    /// The layers of a revision; the same for all revisions in which they are alike.
    fn layers(&mut self, source: &Arc<dyn Source>, revision: &Revision, catalog: &Catalog) -> Arc<Layers> {
        let settings = &catalog.settings;
        let fits =
            |(trace, own, _): &&(Trace, Settings, Arc<Layers>)| own == settings && trace.holds(&**source);
        if let Some((_, _, layers)) = self.layers.iter().rev().take(RECENT).find(fits) {
            return layers.clone();
        }
        let traced = Traced::new(source.clone());
        let prefix = &self.shared.platform.prefix;
        let layers = Arc::new(Layers::read(&traced, revision.clone(), settings, prefix));
        self.layers.push((traced.trace(), settings.clone(), layers.clone()));
        layers
    }

    fn render(
        &self,
        catalog: &Arc<Catalog>,
        layers: &Layers,
        revision: &Revision,
        patches: &Traced,
        read: &Traced,
    ) -> Result<Rendered, Failure> {
        let service = catalog::usable_service(catalog, self.target).map_err(Arc::new)?;
        let uses = layers.of_target(service, self.target).map_err(Arc::new)?;
        let layers: Arc<dyn Source> = Arc::new(read.clone());
        let target =
            Ingredients { catalog, target: self.target, revision, uses: &uses, layers: &layers, patches };
        let stop = self.shared.stop(&Cancel::default());
        let composed = self.shared.composed(&target, &stop)?;
        let (composition, gathered) = self.shared.composition_or_problem(composed)?;
        let (built, _) = self.shared.build_on(&target, &composition, gathered, &stop);
        let built = Arc::new(built.map_err(|problem| self.shared.placed(problem, &composition.files))?);
        let files = self.shared.engine.files().clone();
        Ok(Rendered::new(Arc::new(composition), revision.clone(), built, files))
    }

    /// What was asked for, in what was rendered.
    fn see(&mut self, rendered: &Arc<Rendered>) -> Result<Seen, Failure> {
        let Some(path) = self.path else {
            return Ok(Seen::Manifests(rendered.text()?.into()));
        };
        let blame = match rendered.blame() {
            Ok(blame) => blame,
            Err(problem) => return Ok(Seen::Fails(problem)),
        };
        match blame::value_at(&blame, path) {
            Ok((mut selected, text)) => {
                let writer = selected.history.pop().map(Box::new);
                Ok(Seen::Value { text, writer })
            }
            Err(problem) if problem.code == "blame/several-resources" => Err(Arc::new(problem)),
            Err(problem) => {
                self.nowhere = Some(problem);
                Ok(Seen::NoValue)
            }
        }
    }
}

/// Refs as they were, except that a tag which was made after the commit that names it counts from that commit on.
struct ThenRefs<'a> {
    then: &'a Repository,
    now: &'a Repository,
}

impl RefResolver for ThenRefs<'_> {
    fn is_repository(&self) -> bool {
        true
    }

    fn resolve(&self, reference: &str) -> Result<Arc<str>, RefProblem> {
        match GitRefs(Some(self.then)).resolve(reference) {
            Err(RefProblem::CreatedLater { .. }) => GitRefs(Some(self.now)).resolve(reference),
            answer => answer,
        }
    }

    fn distance(&self, commit: &str, other: &str) -> Option<Distance> {
        GitRefs(Some(self.then)).distance(commit, other)
    }
}

fn broken(error: crate::git::GitError) -> Failure {
    Arc::new(error.into())
}

fn missing(id: &str) -> Failure {
    Arc::new(Diagnostic::error("git/missing", format!("the commit `{id}` is not in the repository")))
}
