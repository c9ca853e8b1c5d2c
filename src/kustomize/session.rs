//! One build: what it reads from, what it may do, and what it has to say.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use compact_str::CompactString;

use super::accumulate::Trace;
use super::engine::Shared;
use super::limits::Limits;
use super::load::ParseCache;
use super::notes::Notes;
use super::options::BuildOptions;
use super::outside::{Outside, Reach};
use super::{Resource, ResourceId};
use crate::base::{Diagnostic, FileTable, Mark, RepoPath, Stop, Stopped};
use crate::schema::Schema;
use crate::vfs::Source;
use crate::yaml::Fault;

/// Why a build stops. Boxed, because results are passed up through many levels.
pub(crate) type BuildError = Box<Diagnostic>;

/// What the built-in description of Kubernetes was needed for. kustomize reads it only when it has to, and when it has
/// done so before it reads another one, both count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum BuiltIn {
    /// Nothing.
    NotNeeded,
    /// To find out whether an unknown kind lives in namespaces.
    ForScopes,
    /// To merge a patch.
    ForMerging,
}

/// Group, version and kind.
type Kind = (CompactString, CompactString, CompactString);

/// One build.
pub(crate) struct Session<'a> {
    shared: &'a Shared,
    /// Where files come from.
    pub(crate) source: Reach<'a>,
    /// What the caller chose.
    pub(crate) options: &'a BuildOptions,
    /// When to end without a result.
    stop: &'a Stop,
    /// Whether resources remember where they came from, for `buildMetadata`.
    pub(crate) tracks_origin: Cell<bool>,
    /// The description of Kubernetes, once chosen; `Some(None)` is the one that is built in.
    pub(crate) schema: RefCell<Option<Option<Arc<Schema>>>>,
    merged: Cell<bool>,
    /// Kinds of the resources that were read; there are only ever a few.
    kinds: RefCell<Vec<Kind>>,
    warnings: RefCell<Vec<Diagnostic>>,
    notes: RefCell<Notes>,
    kustomizations: Cell<usize>,
    visited: RefCell<Vec<RepoPath>>,
    outside_uses: Cell<usize>,
    /// What gathering has done so far, where somebody wants to know and can make something of it.
    pub(super) trace: RefCell<Option<Trace>>,
}

impl<'a> Session<'a> {
    /// A build that has not begun.
    pub(crate) fn new(
        shared: &'a Shared,
        source: &'a dyn Source,
        options: &'a BuildOptions,
        stop: &'a Stop,
    ) -> Self {
        Self {
            shared,
            source: Reach::new(source),
            outside_uses: Cell::new(0),
            options,
            stop,
            tracks_origin: Cell::new(false),
            schema: RefCell::default(),
            merged: Cell::new(false),
            kinds: RefCell::default(),
            warnings: RefCell::default(),
            notes: RefCell::default(),
            kustomizations: Cell::new(0),
            visited: RefCell::default(),
            trace: RefCell::default(),
        }
    }

    /// The table of file names.
    pub(crate) fn files(&self) -> &'a FileTable {
        &self.shared.files
    }

    /// The limits to keep.
    pub(crate) fn limits(&self) -> &'a Limits {
        &self.shared.limits
    }

    /// What lies outside the source, as far as the caller allows it.
    pub(crate) fn outside(&self) -> &'a Outside {
        &self.shared.outside
    }

    /// How often the build used something outside.
    pub(crate) fn outside_uses(&self) -> usize {
        self.outside_uses.get()
    }

    /// Notices that what is being built depends on more than the files of its own directory tree.
    pub(crate) fn uses_outside(&self) {
        self.outside_uses.set(self.outside_uses.get() + 1);
    }

    /// What was parsed before.
    pub(crate) fn cache(&self) -> &'a ParseCache {
        &self.shared.parsed
    }

    /// What was accumulated before.
    pub(crate) fn sub_builds(&self) -> &'a super::accumulate::SubBuildCache {
        &self.shared.sub_builds
    }

    /// Directories that were read before.
    pub(crate) fn prepared(&self) -> &'a super::accumulate::PreparedCache {
        &self.shared.prepared
    }

    /// What steps did before under the description of Kubernetes that is built in; `None` under another one.
    pub(crate) fn known_steps(&self) -> Option<&'a super::known::KnownSteps> {
        let is_built_in = self.schema.borrow().as_ref().is_none_or(Option::is_none);
        is_built_in.then_some(&self.shared.known)
    }

    /// A fault as the error that ends the build.
    pub(crate) fn refuse(&self, fault: Fault) -> BuildError {
        Box::new(fault.into_diagnostic(self.files()))
    }

    /// Looks whether the build should end here, before its next large step.
    ///
    /// # Errors
    ///
    /// It should.
    pub(crate) fn go_on(&self, mark: Mark) -> Result<(), BuildError> {
        let (code, message) = match self.stop.why() {
            None => return Ok(()),
            Some(Stopped::Cancelled) => ("build/cancelled", "the build was cancelled"),
            Some(Stopped::OutOfTime) => ("limit/time", "the build takes longer than it may"),
        };
        Err(self.refuse(Fault::new(code, mark, message.to_owned())))
    }

    /// Calls `with` with the description of Kubernetes that counts.
    pub(crate) fn with_schema<R>(&self, with: impl FnOnce(&Schema) -> R) -> R {
        match self.schema.borrow().as_ref() {
            Some(Some(own)) => with(own),
            _ => {
                self.merged.set(true);
                with(Schema::kubernetes())
            }
        }
    }

    /// Remembers the kinds of resources that were read.
    pub(crate) fn saw_kinds<'r>(&self, resources: impl IntoIterator<Item = &'r Resource>) {
        let mut kinds = self.kinds.borrow_mut();
        for resource in resources {
            let id = resource.id();
            let is_known = |kind: &Kind| kind.2 == id.kind && kind.1 == id.version && kind.0 == id.group;
            if !kinds.iter().any(is_known) {
                kinds.push((id.group.clone(), id.version.clone(), id.kind.clone()));
            }
        }
    }

    /// Takes kinds out of namespaces that a description of one's own knows to live outside.
    pub(crate) fn scope_kinds(&self, resources: &mut [Resource]) {
        let schema = self.schema.borrow();
        let Some(Some(own)) = schema.as_ref() else { return };
        for resource in resources {
            let (api_version, kind) = (resource.id().api_version(), &resource.id().kind);
            // What Kubernetes itself has keeps its scope.
            let is_built_in = Schema::kubernetes().is_namespaced(&api_version, kind).is_some();
            if !is_built_in && own.is_namespaced(&api_version, kind) == Some(false) {
                resource.set_cluster_scoped();
            }
        }
    }

    /// What the built-in description of Kubernetes was needed for so far.
    pub(crate) fn built_in_schema(&self) -> BuiltIn {
        let is_unknown = |(group, version, kind): &Kind| {
            let id = ResourceId { group: group.clone(), version: version.clone(), ..ResourceId::default() };
            Schema::kubernetes().is_namespaced(&id.api_version(), kind).is_none()
        };
        if self.merged.get() {
            BuiltIn::ForMerging
        } else if self.kinds.borrow().iter().any(is_unknown) {
            BuiltIn::ForScopes
        } else {
            BuiltIn::NotNeeded
        }
    }

    /// Says something that does not end the build.
    pub(crate) fn warn(&self, warning: Diagnostic) {
        self.warnings.borrow_mut().push(warning);
    }

    /// How many warnings there are so far.
    pub(crate) fn warning_count(&self) -> usize {
        self.warnings.borrow().len()
    }

    /// The warnings since there were `count` of them.
    pub(crate) fn warnings_since(&self, count: usize) -> Vec<Diagnostic> {
        self.warnings.borrow()[count..].to_vec()
    }

    /// All warnings, and what was noticed.
    pub(crate) fn into_said(self) -> (Vec<Diagnostic>, Notes) {
        (self.warnings.into_inner(), self.notes.into_inner())
    }

    /// Notices entries without effect.
    pub(crate) fn found(&self, findings: impl IntoIterator<Item = Diagnostic>) {
        self.notes.borrow_mut().findings.extend(findings);
    }

    /// Notices something, or looks back at what was noticed.
    pub(crate) fn note<R>(&self, with: impl FnOnce(&mut Notes) -> R) -> R {
        with(&mut self.notes.borrow_mut())
    }

    /// Remembers directories that the build went through.
    pub(crate) fn visited(&self, roots: impl IntoIterator<Item = RepoPath>) {
        self.visited.borrow_mut().extend(roots);
    }

    /// How many directories the build went through so far.
    pub(crate) fn visited_count(&self) -> usize {
        self.visited.borrow().len()
    }

    /// The directories that the build went through since there were `count` of them.
    pub(crate) fn visited_since(&self, count: usize) -> Vec<RepoPath> {
        self.visited.borrow()[count..].to_vec()
    }

    /// How many kustomizations were read, each time one is included counted.
    pub(crate) fn kustomization_count(&self) -> usize {
        self.kustomizations.get()
    }

    /// Counts kustomizations that are read or taken from a cache.
    pub(crate) fn count_kustomizations(&self, more: usize) -> usize {
        self.kustomizations.set(self.kustomizations.get() + more);
        self.kustomizations.get()
    }
}
