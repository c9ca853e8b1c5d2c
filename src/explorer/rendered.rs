//! A rendered target as it is handed out: what was built, seen from one state of the catalog and one commit.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use super::Failure;
use super::manifest::manifest;
use super::newest::Weight;
use super::summary::Summary;
use crate::base::{Diagnostic, FileTable, Span, Stop};
use crate::catalog::{self, Composition, GeneratedFile, LayerRole, Revision};
use crate::diff::{RenderDifference, render_difference_in_order, render_difference_of};
use crate::kustomize::{
    Again, Engine, Gathered, GatheredAgain, LayerKind, LayerRoot, Manifests, Resource, Workings,
};
use crate::report::answer::Manifest;
use crate::report::blame::{self, Blame, Places};
use crate::vfs::Source;
use crate::yaml::{self, Node};

/// What a target came to. Its places name the commit that it was built at; at another commit with the same files it
/// would be the same.
pub(super) struct Built {
    /// The resources.
    pub manifests: Manifests,
    /// What is known of their text.
    pub summary: Summary,
    /// What the layers were read from.
    pub revision: Revision,
    /// What the next build of the same composition can go on from.
    workings: Option<Workings>,
    /// Where it goes on from an earlier result.
    in_part: Option<InPart>,
}

/// What a result that was built in part has from an earlier one.
struct InPart {
    /// The resources that were built, here or on the way here, in order.
    built: Vec<usize>,
    /// The result that the others came with.
    from: usize,
}

impl Built {
    /// Prints what was built.
    ///
    /// # Errors
    ///
    /// When a value cannot be printed.
    pub(super) fn printed(
        manifests: Manifests,
        workings: Option<Workings>,
        revision: Revision,
    ) -> Result<Self, Diagnostic> {
        let summary = Summary::of(&manifests.resources);
        let summary = summary.map_err(|error| (*unprintable(&error)).clone())?;
        Ok(Self::of(manifests, summary, workings, revision))
    }

    /// About how much memory it takes as the result with a number.
    pub(super) fn weight(&self, number: usize) -> Weight {
        let resources = self.manifests.resources.len() * size_of::<Resource>();
        let workings = self.workings.as_ref().map_or(0, Workings::bytes);
        let own = resources + workings + 1_024;
        let shared = self.summary.weight(0..self.summary.len());
        match &self.in_part {
            None => Weight { own, shared, from: number },
            Some(InPart { built, from }) => {
                Weight { own: own + self.summary.weight(built.iter().copied()), shared, from: *from }
            }
        }
    }

    /// Builds and prints what the same composition comes to over layers that have changed since this was built, as the
    /// result with a number. A value that cannot be printed is the inner error.
    ///
    /// # Errors
    ///
    /// What the layers gathered comes back when everything has to be built.
    pub(super) fn again(
        &self,
        number: usize,
        engine: &Engine,
        gathered: Gathered,
        revision: &Revision,
        stop: &Stop,
    ) -> Result<Result<Self, Diagnostic>, Box<Gathered>> {
        let Some(workings) = &self.workings else { return Err(Box::new(gathered)) };
        let again = engine.build_again(workings, &self.manifests, gathered, stop)?;
        Ok(self.printed_again(number, again, revision))
    }

    /// What the layers gather over other files, as far as builds over these have read them by now; `None` when more is to be
    /// done.
    pub(super) fn gathered_again(
        &self,
        engine: &Engine,
        source: &dyn Source,
        stop: &Stop,
    ) -> Option<GatheredAgain<'_>> {
        engine.gather_again(self.workings.as_ref()?, source, stop)
    }

    /// As [`Self::again`], from what [`Self::gathered_again`] told of the layers; `None` when everything has to be built.
    pub(super) fn again_from(
        &self,
        number: usize,
        engine: &Engine,
        gathered: GatheredAgain<'_>,
        stop: &Stop,
    ) -> Option<Result<Self, Diagnostic>> {
        let again = engine.build_gathered_again(gathered, &self.manifests, stop)?;
        Some(self.printed_again(number, again, &self.revision))
    }

    /// Prints what was built in part, from this as the result with a number.
    fn printed_again(
        &self,
        number: usize,
        Again { manifests, workings, mut built }: Again,
        revision: &Revision,
    ) -> Result<Self, Diagnostic> {
        let summary = self.summary.with(&manifests.resources, &built);
        let summary = summary.map_err(|error| (*unprintable(&error)).clone())?;
        // What was built in part before is shared with that, not with the first.
        let before = self.in_part.as_ref();
        built.extend(before.into_iter().flat_map(|before| &before.built));
        built.sort_unstable();
        built.dedup();
        let in_part = InPart { built, from: before.map_or(number, |before| before.from) };
        let whole = Self::of(manifests, summary, Some(workings), revision.clone());
        Ok(Self { in_part: Some(in_part), ..whole })
    }

    fn of(manifests: Manifests, summary: Summary, workings: Option<Workings>, revision: Revision) -> Self {
        Self { manifests, summary, revision, workings, in_part: None }
    }
}

/// A rendered target.
pub(super) struct Rendered {
    /// What was built, with the lines of the catalog behind it.
    pub composition: Arc<Composition>,
    /// What it is looked at.
    pub revision: Revision,
    /// What it came to.
    pub built: Arc<Built>,
    /// The names behind the marks.
    pub files: Arc<FileTable>,
    manifest: OnceLock<Result<Arc<Manifest>, Failure>>,
}

impl Rendered {
    /// What was built, seen from a composition at a revision.
    pub(super) fn new(
        composition: Arc<Composition>,
        revision: Revision,
        built: Arc<Built>,
        files: Arc<FileTable>,
    ) -> Self {
        Self { composition, revision, built, files, manifest: OnceLock::new() }
    }

    /// The manifests as kustomize prints them.
    ///
    /// # Errors
    ///
    /// When a value cannot be printed.
    pub(super) fn text(&self) -> Result<String, Failure> {
        self.built.manifests.to_yaml().map_err(|error| unprintable(&error))
    }

    /// The manifests line by line, with the place that wrote each.
    ///
    /// # Errors
    ///
    /// When a value cannot be printed.
    pub(super) fn manifest(&self) -> Result<Arc<Manifest>, Failure> {
        let made = || {
            manifest(&self.built.manifests, &self.files, &|span| self.place(span))
                .map(Arc::new)
                .map_err(|error| unprintable(&error))
        };
        self.manifest.get_or_init(made).clone()
    }

    /// The manifests with the history of every line.
    ///
    /// # Errors
    ///
    /// As [`Self::manifest`].
    pub(super) fn blame(self: &Arc<Self>) -> Result<Blame, Failure> {
        let mut blame =
            blame::blame(&self.built.manifests, self.places()).map_err(|error| unprintable(&error))?;
        blame.findings = self.findings().map(Cow::into_owned).collect();
        Ok(blame)
    }

    /// How this differs from what came of the target later.
    pub(super) fn difference<'r>(&'r self, new: &'r Self) -> RenderDifference<'r> {
        let prints_same = |own, other| self.built.summary.is_same(own, &new.built.summary, other);
        let (old, new) = (&self.built.manifests.resources, &new.built.manifests.resources);
        let is_in_order =
            old.len() == new.len() && old.iter().zip(new).all(|(old, new)| old.id() == new.id());
        let (old, new) = (nodes(old), nodes(new));
        match is_in_order {
            true => render_difference_in_order(&old, &new, prints_same),
            false => render_difference_of(&old, &new, prints_same),
        }
    }

    /// Knows what wrote the values of the resources.
    pub(super) fn places(self: &Arc<Self>) -> Places {
        let own = Arc::clone(self);
        let catalog = move |span: &Span| catalog_place(&own.composition.files, span);
        let places = Places::new(self.files.clone(), self.layers(), Arc::new(catalog));
        match (&self.built.revision, &self.revision) {
            (Revision::Commit(built), Revision::Commit(own)) => places.at_commit(built.clone(), own.clone()),
            _ => places,
        }
    }

    /// What a place of the build stands for, where that is another one: the catalog line behind a line of a generated
    /// file (`Some(None)` when there is none), and the same line of a layer at the commit that is looked at.
    fn place(&self, span: &Span) -> Option<Option<Span>> {
        catalog_place(&self.composition.files, span).or_else(|| Some(Some(self.moved(span)?)))
    }

    /// A place of a layer, when it was built at another commit than the one that is looked at.
    fn moved(&self, span: &Span) -> Option<Span> {
        let (Revision::Commit(from), Revision::Commit(to)) = (&self.built.revision, &self.revision) else {
            return None;
        };
        if from == to || span.file.revision.as_ref() != Some(from) {
            return None;
        }
        let mut span = span.clone();
        span.file.revision = Some(to.clone());
        Some(span)
    }

    /// The layers of the build; what the catalog calls an environment or a region is an overlay.
    fn layers(&self) -> Vec<LayerRoot> {
        let mut layers = self.built.manifests.remarks.layers.clone();
        for layer in &mut layers {
            let whole = Span { file: layer.directory.clone(), line: 0, column: 0 };
            if let Some(span) = self.moved(&whole) {
                layer.directory = span.file;
            }
            let role = |used: &&catalog::LayerUse| used.path == layer.directory.path;
            let Some(used) = self.composition.layers.iter().find(role) else { continue };
            layer.kind = match used.role {
                LayerRole::Base | LayerRole::Archetype => LayerKind::Base,
                LayerRole::Component => LayerKind::Component,
                LayerRole::Environment | LayerRole::Region => LayerKind::Overlay,
            };
        }
        layers
    }

    /// Entries of layers without effect. The composition is ours: what does nothing there is nobody's mistake.
    fn findings(&self) -> impl Iterator<Item = Cow<'_, Diagnostic>> {
        let of_layers = self.built.manifests.remarks.findings.iter().filter(|finding| {
            let label = finding.primary.as_ref();
            label.is_none_or(|label| catalog_place(&self.composition.files, &label.span).is_none())
        });
        of_layers.map(|finding| self.at_own_commit(finding))
    }

    fn at_own_commit<'a>(&self, finding: &'a Diagnostic) -> Cow<'a, Diagnostic> {
        if self.built.revision == self.revision {
            return Cow::Borrowed(finding);
        }
        let mut finding = finding.clone();
        for label in finding.primary.iter_mut().chain(&mut finding.related) {
            if let Some(span) = self.moved(&label.span) {
                label.span = span;
            }
        }
        Cow::Owned(finding)
    }

    /// The resources as a JSON array.
    ///
    /// # Errors
    ///
    /// When a value has no form in JSON.
    pub(super) fn json(&self) -> Result<serde_json::Value, Failure> {
        let resources = self.built.manifests.resources.iter().map(|resource| yaml::to_json(resource.node()));
        resources
            .collect::<Result<Vec<_>, _>>()
            .map(serde_json::Value::Array)
            .map_err(|error| unprintable(&error))
    }

    /// What is worth saying about the build.
    pub(super) fn warnings(&self) -> impl Iterator<Item = Cow<'_, Diagnostic>> {
        let own = self.composition.warnings.iter().map(Cow::Borrowed);
        let of_build =
            self.built.manifests.remarks.warnings.iter().map(|warning| self.at_own_commit(warning));
        own.chain(of_build).chain(self.findings())
    }
}

fn nodes(resources: &[Resource]) -> Vec<&Node> {
    resources.iter().map(Resource::node).collect()
}

/// A value without a printed form, as a problem.
pub(super) fn unprintable(error: &dyn std::error::Error) -> Failure {
    Arc::new(Diagnostic::error("kustomize/emit", error.to_string()))
}

/// The catalog line behind a line of a generated file; `None` for files that were not generated.
pub(super) fn catalog_place(generated: &[GeneratedFile], span: &Span) -> Option<Option<Span>> {
    if span.file.revision.is_some() {
        return None;
    }
    let file = generated.iter().find(|file| file.path == span.file.path)?;
    let line = (span.line as usize).checked_sub(1)?;
    Some(file.lines.get(line).cloned().flatten())
}
