//! The engine: what is shared between builds, and the one way to build a directory.

use std::sync::Arc;

use super::accumulate::{Accumulated, Layer, PreparedCache, SubBuildCache};
use super::again::Workings;
use super::build_metadata::{self, Origin, Wanted};
use super::gathered::{Gathered, gather_the_same};
use super::known::KnownSteps;
use super::kustomization::Kustomization;
use super::limits::raise;
use super::load::ParseCache;
use super::notes::{LayerKind, LayerRoot, Notes};
use super::outside::{Outside, RepositoryAddress};
use super::session::{BuildError, Session};
use super::transform::{self, labels::Pairs};
use super::{BuildOptions, Limits, Manifests, Remarks, ResourceMap, name_reference, order};
use crate::base::{Diagnostic, FileTable, Mark, RepoPath, Stop};
use crate::kustomize::config::FieldSpec;
use crate::kustomize::kustomization::Pair;
use crate::vfs::{EntryKind, Memory, Source};
use crate::yaml::{Fault, Node, Value};

/// Builds kustomizations. Cheap to clone; clones share the file table and the caches.
#[derive(Clone, Debug)]
pub struct Engine {
    shared: Arc<Shared>,
}

/// What the builds of an engine share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) files: Arc<FileTable>,
    pub(crate) limits: Limits,
    pub(crate) outside: Outside,
    pub(crate) parsed: ParseCache,
    pub(crate) sub_builds: SubBuildCache,
    pub(crate) prepared: PreparedCache,
    pub(crate) known: KnownSteps,
}

impl Default for Engine {
    fn default() -> Self {
        Self::new(Limits::default())
    }
}

/// The label that `managedByLabel` asks for.
const MANAGED_BY: (&str, &str) = ("app.kubernetes.io/managed-by", "kustomize-v5.8.1");

impl Engine {
    /// An engine with empty caches that reaches nothing but the sources it is given.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self::reaching(limits, Outside::default())
    }

    /// An engine with empty caches that may use what lies outside of its sources.
    #[must_use]
    pub fn reaching(limits: Limits, outside: Outside) -> Self {
        Self {
            shared: Arc::new(Shared {
                files: Arc::default(),
                limits,
                outside,
                parsed: ParseCache::default(),
                sub_builds: SubBuildCache::default(),
                prepared: PreparedCache::default(),
                known: KnownSteps::default(),
            }),
        }
    }

    /// The names behind the marks of everything that this engine builds.
    #[must_use]
    pub fn files(&self) -> &Arc<FileTable> {
        &self.shared.files
    }

    /// The limits that every build of this engine keeps.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.shared.limits
    }

    /// Builds the kustomization in `directory`.
    ///
    /// # Errors
    ///
    /// A [`Diagnostic`] with the place of the problem, and the chain of kustomizations that led there as
    /// related places, innermost first.
    pub fn build(
        &self,
        source: &dyn Source,
        directory: &RepoPath,
        options: &BuildOptions,
    ) -> Result<Manifests, Diagnostic> {
        self.build_until(source, directory, options, &Stop::default())
    }

    /// As [`Self::build`], until it is stopped; looked at between the larger steps of the build.
    ///
    /// # Errors
    ///
    /// As [`Self::build`]; `build/cancelled` and `limit/time` when it was stopped.
    pub fn build_until(
        &self,
        source: &dyn Source,
        directory: &RepoPath,
        options: &BuildOptions,
        stop: &Stop,
    ) -> Result<Manifests, Diagnostic> {
        let session = Session::new(&self.shared, source, options, stop);
        let built = session.build(directory, None);
        Self::finish(session, built)
    }

    /// The first half of [`Self::build_until`]: what the kustomization in `directory` gathers.
    ///
    /// # Errors
    ///
    /// As [`Self::build_until`].
    pub fn gather_until(
        &self,
        source: &dyn Source,
        directory: &RepoPath,
        options: &BuildOptions,
        stop: &Stop,
    ) -> Result<Gathered, Diagnostic> {
        let session = Session::new(&self.shared, source, options, stop);
        let gathered = session.gather_root(directory);
        session.into_gathered(gathered)
    }

    /// Builds the kustomization in a directory of a remote repository.
    ///
    /// # Errors
    ///
    /// As [`Self::build`], and when the repository cannot be had.
    pub fn build_remote(
        &self,
        address: &RepositoryAddress,
        options: &BuildOptions,
    ) -> Result<Manifests, Diagnostic> {
        let nothing = Memory::default();
        let stop = Stop::default();
        let session = Session::new(&self.shared, &nothing, options, &stop);
        let built = session
            .fetch(address, Mark::NONE)
            .and_then(|directory| session.build(&directory.path, directory.remote));
        Self::finish(session, built)
    }

    pub(super) fn shared(&self) -> &Shared {
        &self.shared
    }

    pub(super) fn finish(
        session: Session<'_>,
        built: Result<Vec<super::Resource>, BuildError>,
    ) -> Result<Manifests, Diagnostic> {
        match built {
            Ok(resources) => {
                let (warnings, notes) = session.into_said();
                let Notes { layers, removals, findings } = notes;
                let remarks = Arc::new(Remarks { warnings, findings, removals, layers });
                Ok(Manifests { resources, remarks })
            }
            Err(error) => Err(*error),
        }
    }
}

impl Session<'_> {
    /// Builds a directory.
    fn build(
        &self,
        directory: &RepoPath,
        remote: Option<Arc<RepositoryAddress>>,
    ) -> Result<Vec<super::Resource>, BuildError> {
        let layer = self.enter(directory, remote)?;
        let gathered = self.gather(&layer, Accumulated::nothing())?;
        let (accumulated, _) = self.change(&layer, gathered)?;
        self.settle(&layer, accumulated).map(|settled| settled.resources)
    }

    /// Builds a directory, going on from what it gathered before if it still gathers the same. Also returns what the next
    /// build can go on from.
    ///
    /// # Errors
    ///
    /// As of a build.
    pub(super) fn build_on(
        &self,
        directory: &RepoPath,
        mut known: Gathered,
    ) -> Result<(Vec<super::Resource>, Option<Workings>), BuildError> {
        let layer = self.enter(directory, None)?;
        let still_holds = known.is_whole && gather_the_same(&known.kustomization, &layer.kustomization);
        let trace = known.take_trace().filter(|_| still_holds);
        let gathered = match still_holds {
            true => self.resume(known),
            false => self.gather(&layer, Accumulated::nothing())?,
        };
        self.complete(&layer, gathered, trace)
    }

    fn gather_root(&self, directory: &RepoPath) -> Result<(Accumulated, Arc<Kustomization>), BuildError> {
        let layer = self.enter(directory, None)?;
        self.begin_trace();
        let gathered = self.gather(&layer, Accumulated::nothing())?;
        Ok((gathered, layer.kustomization))
    }

    /// Begins with the kustomization in a directory.
    fn enter(
        &self,
        directory: &RepoPath,
        remote: Option<Arc<RepositoryAddress>>,
    ) -> Result<Layer<'static>, BuildError> {
        let root = self.root(directory)?;
        self.count_kustomizations(1);
        let (file, kustomization) = self.load_kustomization(&root, self.file_mark(&root))?;
        let origin = (!kustomization.build_metadata.is_empty()).then(Origin::default);
        self.tracks_origin.set(origin.is_some());
        let included = self.file_mark(&file);
        let layer =
            Layer { root, file, kustomization, parent: None, included, origin, remote, prepared: None };
        self.choose_schema(&layer)?;
        let directory = self.source.file_name(&layer.root);
        self.note(|notes| notes.layers.push(LayerRoot { directory, kind: LayerKind::Base }));
        Ok(layer)
    }

    /// What is done to all resources at the very end.
    ///
    /// # Errors
    ///
    /// The first problem, with its place.
    pub(super) fn settle(&self, layer: &Layer<'_>, accumulated: Accumulated) -> Result<Settled, BuildError> {
        let kustomization = &layer.kustomization;
        self.note(|notes| {
            if let [own, _, ..] = notes.layers.as_mut_slice() {
                own.is_on_others();
            }
        });
        let config = accumulated.config();
        let vars = accumulated.vars;
        let mut resources = accumulated.resources;
        let finish = |fault: Fault| self.refuse(fault);
        transform::add_hashes(&mut resources).map_err(finish)?;
        let has_renamed = name_reference::update(&mut resources, &config).map_err(finish)?;
        for (name, mark) in vars.resolve(&mut resources, &config.var_references).map_err(finish)? {
            let warning = Diagnostic::warning("vars/unused", format!("the var `{name}` is used nowhere"));
            self.warn(
                warning.at_maybe(self.files().span(mark), "").hint("Remove it, or use it as `$(NAME)`."),
            );
        }
        self.drop_local(&mut resources)?;
        let mut resources = resources.into_vec();
        order::sort(&mut resources, kustomization.sort_options.as_ref(), self.options.order)
            .map_err(finish)?;
        let wanted = Wanted::of(&kustomization.build_metadata);
        let mut resources: ResourceMap = resources.into();
        if let Some(mark) = wanted.managed_by.or_else(|| self.options.managed_by_label.then_some(Mark::NONE))
        {
            let (key, value) = MANAGED_BY;
            let label = Pairs {
                pairs: vec![Pair { key: key.into(), value: value.into(), mark }],
                fields: Arc::new(vec![FieldSpec::everywhere("metadata/labels", true)]),
            };
            resources.iter_mut().try_for_each(|resource| label.set(resource)).map_err(finish)?;
        }
        resources.iter_mut().try_for_each(|resource| self.finish_one(resource, wanted))?;
        let resources = resources.into_vec();
        let bytes = self.check_size(&resources)?;
        Ok(Settled { resources, has_renamed, bytes })
    }

    /// Makes a resource as it is printed.
    ///
    /// # Errors
    ///
    /// When it cannot be printed.
    pub(super) fn finish_one(
        &self,
        resource: &mut super::Resource,
        wanted: Wanted,
    ) -> Result<(), BuildError> {
        build_metadata::finish(resource, wanted).map_err(|error| {
            self.refuse(Fault::new("build-metadata/origin", error.mark, error.to_string()))
        })?;
        resource.lost_quotes().map_or(Ok(()), |lost| Err(self.refuse(lost)))
    }

    /// Refuses manifests that would be longer than the limit when printed, before anybody prints them. Returns how much of
    /// the limit they take.
    fn check_size(&self, resources: &[super::Resource]) -> Result<usize, BuildError> {
        let limit = self.limits().output_bytes;
        let mut bytes = 0;
        for resource in resources {
            bytes += text_bytes(resource.node());
            if bytes > limit {
                let message = format!("the manifests have more than {limit} bytes of text");
                let fault = Fault::new("limit/output-bytes", resource.mark(), message);
                return Err(self.refuse(fault.hint(raise("output-bytes"))));
            }
        }
        Ok(bytes)
    }

    fn root(&self, directory: &RepoPath) -> Result<RepoPath, BuildError> {
        let whole = self.file_mark(directory);
        match self.source.kind(directory) {
            Ok(Some(EntryKind::Directory)) => {}
            Ok(Some(EntryKind::File)) => {
                let message =
                    format!("`{}` is a file; name the directory that holds it", self.shown(directory));
                return Err(self.refuse(Fault::new("load/wrong-kind", whole, message)));
            }
            Ok(None) => {
                let message = format!("`{}` does not exist", self.shown(directory));
                return Err(self.refuse(Fault::new("load/not-found", whole, message)));
            }
            Err(error) => {
                return Err(self.refuse(Fault::new("load/unreadable", whole, self.explain(&error))));
            }
        }
        self.source
            .canonical(directory)
            .map_err(|error| self.refuse(Fault::new("load/unreadable", whole, self.explain(&error))))
    }

    /// Takes out what is marked as configuration for local tools, after a last check of every object.
    fn drop_local(&self, resources: &mut super::resource::ResourceMap) -> Result<(), BuildError> {
        resources.drop_empty();
        for resource in resources.iter() {
            super::resource::check(resource.node()).map_err(|fault| self.refuse(fault))?;
        }
        if let Some((first, second)) = resources.duplicate() {
            let place = |index| resources.get(index).map_or(Mark::NONE, super::Resource::mark);
            let id = resources.get(second).map(|resource| resource.id().to_string()).unwrap_or_default();
            let fault = Fault::new(
                "resource/duplicate",
                place(second),
                format!("{id} is there twice in the end"),
            )
            .also(place(first), "the first one")
            .hint("Something changed the name, kind or namespace of one of them, such as a replacement.");
            return Err(self.refuse(fault));
        }
        resources.retain(|resource| !resource.is_local());
        if let Some(doubt) = resources.iter().find_map(super::Resource::doubt) {
            return Err(self.refuse(doubt));
        }
        Ok(())
    }
}

/// Resources as they are printed.
pub(super) struct Settled {
    /// The resources, in the order of the output.
    pub(super) resources: Vec<super::Resource>,
    /// Whether one of them got another name by following a reference.
    pub(super) has_renamed: bool,
    /// How much they take of [`Limits::output_bytes`].
    pub(super) bytes: usize,
}

/// The bytes of all keys and values in a tree, without what printing adds.
pub(super) fn text_bytes(node: &Node) -> usize {
    match &node.value {
        Value::Scalar(scalar) => scalar.text.len(),
        Value::Sequence(items) => items.iter().map(text_bytes).sum(),
        Value::Mapping(map) => map.iter().map(|entry| entry.key.len() + text_bytes(&entry.value)).sum(),
    }
}
