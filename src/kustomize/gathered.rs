//! The first half of a build: what a kustomization gathers, before its own transformers change that.

use std::sync::Arc;

use super::accumulate::{Accumulated, Trace};
use super::kustomization::{Kustomization, OpenApi};
use super::notes::Notes;
use super::session::{BuildError, Session};
use super::{Resource, order};
use crate::base::Diagnostic;

/// What the `resources` and `components` of a kustomization come to.
///
/// Made by [`Engine::gather_until`](super::Engine::gather_until), for whoever has to see it to know how the kustomization
/// goes on; [`Engine::build_on_until`](super::Engine::build_on_until) goes on from it.
#[derive(Debug)]
pub struct Gathered {
    accumulated: Accumulated,
    pub(super) kustomization: Arc<Kustomization>,
    warnings: Vec<Diagnostic>,
    notes: Notes,
    /// How many were read.
    kustomizations: usize,
    /// Whether it depends on nothing but these two fields and the files behind them.
    pub(super) is_whole: bool,
    /// How it was gathered, where single resources can be taken through that again.
    trace: Option<Trace>,
}

impl Gathered {
    /// The resources, in the order in which a build prints them by default.
    #[must_use]
    pub fn resources(&self) -> Vec<&Resource> {
        let is_printed = |resource: &&Resource| !resource.is_empty() && !resource.is_local();
        let resources: Vec<&Resource> = self.accumulated.resources.iter().filter(is_printed).collect();
        order::in_built_in_order(&resources).into_iter().map(|place| resources[place]).collect()
    }

    pub(super) fn accumulated(&self) -> &Accumulated {
        &self.accumulated
    }

    /// What was gathered, what there is to say about that, and how it was done.
    pub(super) fn into_parts(self) -> (Accumulated, Vec<Diagnostic>, Notes, Option<Trace>) {
        (self.accumulated, self.warnings, self.notes, self.trace)
    }

    /// How it was done; taken out, because what goes on from here keeps it.
    pub(super) fn take_trace(&mut self) -> Option<Trace> {
        self.trace.take()
    }
}

/// Whether a kustomization gathers by more than `resources` and `components`.
pub(super) fn gathers_more(kustomization: &Kustomization) -> bool {
    gathers_by_more_than_files(kustomization)
        || !kustomization.config_map_generators.is_empty()
        || !kustomization.secret_generators.is_empty()
}

/// Whether a kustomization gathers by plugins and charts, or changes what a build knows of kinds and fields.
pub(super) fn gathers_by_more_than_files(kustomization: &Kustomization) -> bool {
    !(kustomization.generators.is_empty()
        && kustomization.helm_charts.is_empty()
        && kustomization.configurations.is_empty()
        && kustomization.crds.is_empty()
        && kustomization.openapi == OpenApi::default()
        && kustomization.build_metadata.is_empty())
}

/// Whether two kustomizations gather the same by `resources` and `components` alone.
pub(super) fn gather_the_same(one: &Kustomization, other: &Kustomization) -> bool {
    one.resources == other.resources
        && one.components == other.components
        && !gathers_more(one)
        && !gathers_more(other)
}

impl Session<'_> {
    /// What the kustomization of a build gathered, with what there is to say about it so far.
    ///
    /// # Errors
    ///
    /// Why it did not.
    pub(super) fn into_gathered(
        self,
        gathered: Result<(Accumulated, Arc<Kustomization>), BuildError>,
    ) -> Result<Gathered, Diagnostic> {
        let (accumulated, kustomization) = gathered.map_err(|error| *error)?;
        let is_whole = self.outside_uses() == 0 && self.schema.borrow().is_none();
        let kustomizations = self.kustomization_count();
        let trace = self.take_trace();
        let (warnings, notes) = self.into_said();
        Ok(Gathered { accumulated, kustomization, warnings, notes, kustomizations, is_whole, trace })
    }

    /// Goes on from what was gathered, as if this build had done so.
    pub(super) fn resume(&self, gathered: Gathered) -> Accumulated {
        self.count_kustomizations(gathered.kustomizations - self.kustomization_count());
        gathered.warnings.into_iter().for_each(|warning| self.warn(warning));
        self.note(|notes| *notes = gathered.notes);
        gathered.accumulated
    }
}
