//! The one interface that both front ends use: open a platform, ask questions, apply a draft.
//!
//! Every question takes the draft it is asked about, so answers about unsaved edits and about the files as
//! they are come from the same code. Answers are shared (`Arc`) and remembered; asking twice costs little.
//! Everything here may be called from several threads.

mod compare;
mod composing;
mod fingerprints;
mod fleet;
mod generate;
mod history;
mod layers;
mod manifest;
mod moment;
mod newest;
mod overview;
mod pairs;
mod parity;
mod past;
mod platform;
mod preview;
mod radius;
mod reads;
mod refs;
mod render;
mod rendered;
mod snapshot;
mod summary;
mod target;
mod watch;
mod write;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

pub use generate::Generated;
pub use history::HistoryQuery;
pub use pairs::{PairAnswer, RenderPair, RenderSide, TargetRender};
pub use platform::OpenOptions;
pub use radius::OnProgress;
pub use render::Remembered;
pub use watch::Watch;

pub use crate::base::Cancel;
use crate::base::{Diagnostic, Span};
use crate::catalog::{Address, TargetId};
use crate::edit::{CatalogFiles, Draft};
use crate::kustomize::{Engine, Outside};
use crate::report::answer::{
    Bisection, Candidates, Change, Comparison, MemberChange, Movable, Overview, Parity, ParityQuery, Preview,
    Radius, TargetScope, TargetState, TargetView, ValueHistory, WriteFailure, Written,
};
use crate::report::blame::Blame;
use crate::vfs::Source;
use layers::LayerSources;
use platform::Platform;
use render::Renders;
use snapshot::Snapshots;

/// Why a target has no manifests.
pub type Failure = Arc<Diagnostic>;

/// An opened platform. Cheap to clone; clones share everything that was found out.
#[derive(Clone)]
pub struct Explorer {
    shared: Arc<Shared>,
}

struct Shared {
    platform: Platform,
    engine: Engine,
    outside: Outside,
    layers: LayerSources,
    renders: Renders,
    snapshots: Snapshots,
}

impl Explorer {
    /// Opens the platform at `path` or in the nearest directory above it within the same repository. Quick: the
    /// catalog is read by the first question.
    ///
    /// # Errors
    ///
    /// When the directory or its repository cannot be opened, or the ref of [`OpenOptions::at`] does not exist.
    pub fn open(path: &Path, options: &OpenOptions) -> Result<Self, Diagnostic> {
        let shared = Shared {
            platform: Platform::open(path, options)?,
            engine: Engine::reaching(options.limits.clone(), options.outside.clone()),
            outside: options.outside.clone(),
            layers: LayerSources::default(),
            renders: Renders::new(options.memory, options.budget),
            snapshots: Snapshots::default(),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// The directory of the platform, absolute.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.shared.platform.root
    }

    /// Whether edits can be written: the catalog is that of the work tree, not of a ref.
    #[must_use]
    pub fn is_writable(&self) -> bool {
        self.shared.platform.is_work_tree
    }

    /// Forgets what was read from files and refs, so that the next question reads them again. Targets are rendered
    /// again only where what they read has changed. A catalog file that is damaged, as one that is half written, stays as
    /// it was before, and the catalog's diagnostics say so.
    pub fn reload(&self) {
        self.shared.platform.reload(&self.shared.snapshot(Vec::new()).catalog.settings.catalog);
        self.shared.layers.forget_work_tree();
        if self.shared.outside.remotes.is_some() || self.shared.outside.helm.is_some() {
            self.shared.renders.forget();
        }
        self.shared.renders.forget_slow();
        self.shared.snapshots.clear();
    }

    /// A draft without edits, for the catalog files of this platform.
    #[must_use]
    pub fn draft(&self) -> Draft {
        let settings = &self.shared.snapshot(Vec::new()).catalog.settings;
        Draft::new(CatalogFiles::in_directory(&settings.catalog))
    }

    /// The files of the catalog as they were loaded: what the operations of a draft are applied to.
    #[must_use]
    pub fn catalog_source(&self) -> Arc<dyn Source> {
        self.shared.platform.catalog()
    }

    /// Forgets rendered targets, but not what they are built from: for measuring a warm engine.
    pub fn forget_renders(&self) {
        self.shared.renders.forget();
    }

    /// The catalog and the ref of every target; nothing is rendered. What is wrong with the catalog is in its diagnostics.
    #[must_use]
    pub fn overview(&self, draft: &Draft) -> Arc<Overview> {
        self.shared.overview(draft)
    }

    /// One target in full. What is wrong with it is part of the answer.
    #[must_use]
    pub fn target(&self, address: &Address, draft: &Draft) -> Arc<TargetView> {
        self.shared.target(&self.overview(draft), address)
    }

    /// The manifests of a target, byte for byte as kustomize prints them.
    ///
    /// # Errors
    ///
    /// Why it does not render.
    pub fn render(&self, address: &Address, draft: &Draft) -> Result<String, Failure> {
        self.shared.render(&self.overview(draft), address)?.text()
    }

    /// The manifests of many targets, in their order; rendered on all cores.
    #[must_use]
    pub fn render_many(&self, addresses: &[Address], draft: &Draft) -> Vec<Result<String, Failure>> {
        let overview = self.overview(draft);
        let text = |address: &Address| self.shared.render(&overview, address)?.text();
        fleet::map(addresses.len(), &|index| text(&addresses[index]))
    }

    /// Renders many targets on all cores, in their order as far as that goes, and hands each to `take` with its index:
    /// nothing is kept that `take` does not keep. `false` when `cancel` ended the work before all were rendered.
    pub fn render_each(
        &self,
        addresses: &[Address],
        draft: &Draft,
        cancel: &Cancel,
        take: &(dyn Fn(usize, Result<TargetRender, Failure>) + Sync),
    ) -> bool {
        let overview = self.overview(draft);
        fleet::for_each(addresses.len(), cancel, &|index| {
            let rendered = self.shared.render_until(&overview, &addresses[index], cancel);
            if !cancel.is_cancelled() {
                take(index, rendered.map(TargetRender::new));
            }
        })
    }

    /// The resources of a target as a JSON array.
    ///
    /// # Errors
    ///
    /// Why it does not render.
    pub fn resources_json(&self, address: &Address, draft: &Draft) -> Result<serde_json::Value, Failure> {
        self.shared.render(&self.overview(draft), address)?.json()
    }

    /// Renders every target on all cores and says how far it came.
    #[must_use]
    pub fn states(&self, draft: &Draft) -> BTreeMap<TargetId, TargetState> {
        let overview = self.overview(draft);
        let targets = overview.resolutions.iter().map(|resolution| resolution.target.clone());
        let cancel = Cancel::default();
        let state =
            |index: usize| self.shared.state(&overview, &overview.resolutions[index].target, &cancel).0;
        targets.zip(fleet::map(overview.resolutions.len(), &state)).collect()
    }

    /// Renders targets on all cores, in their order, and says of each how far it came, and whether it came to something
    /// else the last time that this was asked; from several threads. `false` when `cancel` ended the work before it was
    /// done; nothing is said after that.
    pub fn states_of(
        &self,
        targets: &[TargetId],
        draft: &Draft,
        cancel: &Cancel,
        say: &(dyn Fn(&TargetId, TargetState, bool) + Sync),
    ) -> bool {
        let overview = self.overview(draft);
        fleet::for_each(targets.len(), cancel, &|index| {
            let state = self.shared.state(&overview, &targets[index], cancel);
            if !cancel.is_cancelled() {
                let moved = self.shared.renders.has_moved(&targets[index], &state);
                say(&targets[index], state.0, moved);
            }
        })
    }

    /// Renders one target and says how far it came.
    #[must_use]
    pub fn state(&self, target: &TargetId, draft: &Draft) -> TargetState {
        self.shared.state(&self.overview(draft), target, &Cancel::default()).0
    }

    /// How much is remembered of rendered targets.
    #[must_use]
    pub fn remembered(&self) -> Remembered {
        self.shared.renders.size()
    }

    /// Gives up every full result, as happens when memory is short. Their digests stay.
    pub fn give_up_renders(&self) {
        self.shared.renders.give_up();
    }

    /// The manifests of a target with the history of every line.
    ///
    /// # Errors
    ///
    /// Why it does not render.
    pub fn blame(&self, address: &Address, draft: &Draft) -> Result<Blame, Failure> {
        self.shared.render(&self.overview(draft), address)?.blame()
    }

    /// A target over the tags, or over the commits that touch what it reads.
    ///
    /// # Errors
    ///
    /// When there is no history, or the path is nowhere in it.
    pub fn history(&self, query: &HistoryQuery) -> Result<ValueHistory, Failure> {
        self.shared.history(&self.shared.snapshot(Vec::new()), query)
    }

    /// The commit of the range `A..B` that changed what a target renders; with `all` every such commit.
    ///
    /// # Errors
    ///
    /// When the range cannot be walked, the target does not render at one of its ends, or the path is nowhere in it.
    pub fn bisect(&self, query: &HistoryQuery, range: &str, all: bool) -> Result<Bisection, Failure> {
        self.shared.bisect(&self.shared.snapshot(Vec::new()), query, range, all)
    }

    /// Two regions held against each other, service by service, under a draft.
    ///
    /// # Errors
    ///
    /// When a region, environment or service does not exist, or there are no two regions.
    pub fn parity(&self, query: &ParityQuery, draft: &Draft) -> Result<Arc<Parity>, Failure> {
        self.shared.parity(&self.overview(draft), query).map(Arc::new).map_err(Arc::new)
    }

    /// Two targets side by side.
    #[must_use]
    pub fn compare(&self, left: &Address, right: &Address, draft: &Draft) -> Arc<Comparison> {
        let overview = self.overview(draft);
        let (left, right) =
            fleet::join(|| self.shared.target(&overview, left), || self.shared.target(&overview, right));
        Arc::new(compare::compare(left, right))
    }

    /// What a draft would change: the text of files, refs, and the manifests of every target that it reaches.
    /// `focus` is compared before and after.
    ///
    /// # Errors
    ///
    /// When an operation of the draft does not apply to the files.
    pub fn preview(&self, draft: &Draft, focus: Option<&Address>) -> Result<Arc<Preview>, Failure> {
        self.preview_until(draft, focus, &Cancel::default())
    }

    /// As [`Self::preview`], until nobody wants it any more: what comes after that is worthless.
    ///
    /// # Errors
    ///
    /// As [`Self::preview`].
    pub fn preview_until(
        &self,
        draft: &Draft,
        focus: Option<&Address>,
        cancel: &Cancel,
    ) -> Result<Arc<Preview>, Failure> {
        self.shared.preview(draft, focus, cancel).map(Arc::new)
    }

    /// What a change does to the targets of a scope: which change, in which ways, and which fail. All are rendered
    /// before and after, on all cores; `progress` is told after each, from several threads. When `cancel` calls it
    /// off, the answer says what was found until then.
    ///
    /// # Errors
    ///
    /// When an operation of the draft does not apply to the files, or a ref of the change leads to no commit.
    pub fn radius(
        &self,
        change: &Change,
        draft: &Draft,
        scope: &TargetScope,
        progress: OnProgress<'_>,
        cancel: &Cancel,
    ) -> Result<Arc<Radius>, Failure> {
        self.shared.radius(change, draft, scope, progress, cancel).map(Arc::new)
    }

    /// One target before and after a change, in full: what [`Self::radius`] says of one member of each class, for any
    /// target that renders before and after.
    ///
    /// # Errors
    ///
    /// As [`Self::radius`], and why the target does not render.
    pub fn member_change(
        &self,
        change: &Change,
        draft: &Draft,
        target: &TargetId,
    ) -> Result<Arc<MemberChange>, Failure> {
        self.shared.member_change(change, draft, target).map(Arc::new)
    }

    /// The full id of the commit that a ref leads to; `.` for the work tree.
    ///
    /// # Errors
    ///
    /// When it leads to none, with the nearest spelling.
    pub fn resolve(&self, reference: &str) -> Result<Arc<str>, Failure> {
        self.shared.fixed(reference, &self.overview(&self.draft()))
    }

    /// The refs that a channel or pin could be moved to, newest first, with their distance from the present one.
    ///
    /// # Errors
    ///
    /// When there is no such channel, environment or region, or no git repository.
    pub fn candidates(&self, movable: &Movable, draft: &Draft) -> Result<Arc<Candidates>, Failure> {
        self.shared.candidates(&self.overview(draft), movable).map(Arc::new)
    }

    /// Writes a draft. When somebody else changed a file meanwhile, the draft is applied to the new text; a real
    /// conflict is a failure, and nothing is written.
    ///
    /// # Errors
    ///
    /// [`WriteFailure`]; the draft stays as it was.
    pub fn write(&self, draft: &mut Draft) -> Result<Written, WriteFailure> {
        let written = self.shared.write(draft);
        self.reload();
        written
    }

    /// Writes the compositions of targets below `out`, as `<service>/<env>/<region>/`, and the layers of every resolved
    /// commit once. Targets without a composition are named in the answer.
    ///
    /// # Errors
    ///
    /// When a file is in the way that Overlens did not write, or the disk cannot be written. Then nothing has changed.
    pub fn generate(&self, addresses: &[Address], out: &Path) -> Result<Generated, Diagnostic> {
        self.shared.generate(&self.shared.snapshot(Vec::new()), addresses, out)
    }

    /// The text of the file that a span is in, read where the span says: from the platform's files, or from a commit.
    #[must_use]
    pub fn source_text(&self, span: &Span) -> Option<String> {
        self.shared.source_text(span)
    }
}
