//! Building again where the layers gathered nearly the same as before: only the resources that are others now.
//!
//! One line of a component changes one resource of twenty. What the kustomization on top does to the others it has done
//! before, so it is done to the changed ones alone, and they take their places in the manifests. That holds where
//! every step looks at one resource at a time, and where all are called as before, so that nothing that refers to them
//! changes. Where it does not hold, or something goes wrong on the way, everything is built.

use std::sync::Arc;

use super::accumulate::{Accumulated, Configured, Layer, OwnTransformers, Retraced, SideEffects, Trace};
use super::build_metadata::Wanted;
use super::carry::carry;
use super::config::TransformerConfig;
use super::engine::text_bytes;
use super::gathered::{Gathered, gathers_more};
use super::notes::Notes;
use super::resource::{self, Resource, ResourceId, ResourceMap};
use super::session::{BuildError, Session};
use super::transform::Transformer;
use super::{BuildOptions, Engine, Manifests, Remarks, name_reference};
use crate::base::{Diagnostic, RepoPath, Stop};
use crate::vfs::{Memory, Source};

/// What a build did to what its layers gathered: from this the next build of the same kustomization goes on.
#[derive(Debug)]
pub struct Workings {
    gathered: Vec<Resource>,
    trace: Option<Trace>,
    /// The transformers of its own fields, and what came of them beside the resources.
    own: OwnTransformers,
    /// Entries of the kustomization itself that had no effect.
    findings: Arc<Vec<Diagnostic>>,
    /// How much the manifests take of [`Limits::output_bytes`](super::Limits::output_bytes) at most: what was built since all
    /// was counted is added to that.
    output_bytes: usize,
}

/// Manifests of which only some resources were built.
#[derive(Debug)]
pub struct Again {
    /// The manifests, as building everything would give them.
    pub manifests: Manifests,
    /// What the next build goes on from.
    pub workings: Workings,
    /// The places of the resources that were built, in no order; all others are those of before.
    pub built: Vec<usize>,
}

/// What layers gather over other files, where that is as before but for some resources.
#[derive(Debug)]
pub struct GatheredAgain<'w> {
    before: &'w Workings,
    retraced: Retraced,
}

impl GatheredAgain<'_> {
    /// The resources that are others now: each as it was gathered, and as it is gathered now.
    pub fn changes(&self) -> impl Iterator<Item = (&Resource, &Resource)> {
        self.retraced.changed.iter().map(|(place, new)| (&self.before.gathered[*place], new))
    }
}

impl Workings {
    /// About how many bytes of memory it takes, beside the trees that it shares with others.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.gathered.len() * size_of::<Resource>() + self.trace.as_ref().map_or(0, Trace::bytes)
    }

    /// The places of the resources that are others now; `None` when it takes more than building these.
    fn changed(&self, gathered: &Gathered) -> Option<Vec<usize>> {
        let now = gathered.accumulated().resources.as_slice();
        if !gathered.is_whole || !is_simple(gathered.accumulated()) || now.len() != self.gathered.len() {
            return None;
        }
        let both = || self.gathered.iter().zip(now);
        if !both().all(|(old, new)| new.is_called_as(old)) {
            return None;
        }
        let changed = both().enumerate().filter(|(_, (old, new))| !new.has_tree_of(old));
        Some(changed.map(|(place, _)| place).collect())
    }

    /// What a gathered resource that was another one before comes to, and its place in what came of all; `None` when that takes
    /// building it.
    fn carried(&self, before: &Manifests, gathered: (&Resource, &Resource)) -> Option<(usize, Resource)> {
        let (old, _) = gathered;
        let came_of_it = |end: &Resource| end.original_id().same_object(old.original_id());
        let only = |resources: &[Resource], is_it: &dyn Fn(&Resource) -> bool| {
            let mut places = resources.iter().enumerate().filter(|(_, resource)| is_it(resource));
            let (place, _) = places.next()?;
            places.next().is_none().then_some(place)
        };
        only(&self.gathered, &came_of_it)?;
        let place = only(&before.resources, &came_of_it)?;
        let end = carry(gathered, &before.resources[place], &self.own.transformers)?;
        Some((place, end))
    }

    /// Whether what came of the transformers stays as it was, where of some resources comes this. They are given as they were
    /// gathered, and as they were and are at the end.
    fn side_effects_stay<'r, I: Iterator<Item = (&'r Resource, &'r Resource)>>(
        &self,
        side_effects: &SideEffects,
        gathered: impl Iterator<Item = &'r Resource>,
        resources: impl Fn() -> I,
    ) -> bool {
        let transformers = &self.own.transformers;
        let ids: Vec<&ResourceId> =
            gathered.chain(resources().map(|(_, new)| new)).flat_map(Resource::ids).collect();
        let is_for = |configured: &Configured| match &configured.transformer {
            // Nothing that changes which images there are comes after it.
            Transformer::Images(images) => {
                resources().any(|(old, new)| images.may_be_for(old) || images.may_be_for(new))
            }
            transformer => transformer.may_be_for(&ids),
        };
        let is_renaming =
            |configured: &Configured| configured.transformer.may_rename_by_content() && is_for(configured);
        let was_for = |number: usize| transformers.get(number).is_none_or(is_for);
        !transformers.iter().any(is_renaming)
            && self
                .own
                .side_effects
                .stays(side_effects, was_for, |id| ids.iter().any(|own| own.same_object(id)))
    }

    /// What a later build goes on from that gathers this and builds nothing else anew.
    fn after(&self, gathered: Vec<Resource>, trace: Option<Trace>, output_bytes: usize) -> Self {
        Self { gathered, trace, own: self.own.clone(), findings: self.findings.clone(), output_bytes }
    }
}

impl Engine {
    /// The second half of [`Self::build_until`]: what the kustomization in `directory` makes of what it gathered. It may
    /// have become longer since, but still gathers the same; if not, everything is built anew. Also returns what the next
    /// build of the same kustomization can go on from, where that is possible.
    ///
    /// # Errors
    ///
    /// As [`Self::build_until`].
    pub fn build_on_until(
        &self,
        gathered: Gathered,
        source: &dyn Source,
        directory: &RepoPath,
        options: &BuildOptions,
        stop: &Stop,
    ) -> Result<(Manifests, Option<Workings>), Diagnostic> {
        let session = Session::new(self.shared(), source, options, stop);
        let (resources, workings) = session.build_on(directory, gathered).map_err(|error| *error)?;
        Ok((Self::finish(session, Ok(resources))?, workings))
    }

    /// Goes on from what a build of the same kustomization did, which came to `before`, and builds only the resources
    /// of `gathered` that are others than then.
    ///
    /// The result is that of [`Self::build_on_until`]. The kustomization and the files behind its own fields must say the
    /// same as then; what its layers say may be different.
    ///
    /// # Errors
    ///
    /// `gathered` comes back when everything has to be built.
    pub fn build_again(
        &self,
        workings: &Workings,
        before: &Manifests,
        gathered: Gathered,
        stop: &Stop,
    ) -> Result<Again, Box<Gathered>> {
        let changed = workings.changed(&gathered);
        let now = gathered.accumulated().resources.as_slice();
        let renewed = changed.and_then(|changed| self.renewed(workings, before, (now, &changed), stop));
        let Some(Renewed { resources, places: built, output_bytes }) = renewed else {
            return Err(Box::new(gathered));
        };
        let (accumulated, warnings, notes, trace) = gathered.into_parts();
        let Notes { mut layers, mut removals, mut findings } = notes;
        if let [own, _, ..] = layers.as_mut_slice() {
            own.is_on_others();
        }
        findings.extend(workings.findings.iter().cloned());
        removals.extend(workings.own.side_effects.removals.iter().cloned());
        let remarks = Arc::new(Remarks { warnings, findings, removals, layers });
        let manifests = Manifests { resources, remarks };
        let workings = workings.after(accumulated.resources.into_vec(), trace, output_bytes);
        Ok(Again { manifests, workings, built })
    }

    /// What the layers of a build gather over the files of `source`, of which those that the build read are asked for in
    /// the same way, and say something else.
    ///
    /// `None` when that is more than other resources in the places of those of before, and when other builds have not read
    /// yet what is needed to know: then [`Self::gather_until`] tells.
    #[must_use]
    pub fn gather_again<'w>(
        &self,
        workings: &'w Workings,
        source: &dyn Source,
        stop: &Stop,
    ) -> Option<GatheredAgain<'w>> {
        let options = BuildOptions::default();
        let session = Session::new(self.shared(), source, &options, stop);
        let retraced = session.retrace(workings.trace.as_ref()?, &workings.gathered)?;
        Some(GatheredAgain { before: workings, retraced })
    }

    /// As [`Self::build_again`], from what [`Self::gather_again`] told; `None` when everything has to be built.
    #[must_use]
    pub fn build_gathered_again(
        &self,
        gathered: GatheredAgain<'_>,
        before: &Manifests,
        stop: &Stop,
    ) -> Option<Again> {
        let GatheredAgain { before: workings, retraced: Retraced { trace, changed } } = gathered;
        let mut now = workings.gathered.clone();
        let places: Vec<usize> = changed.iter().map(|(place, _)| *place).collect();
        changed.into_iter().for_each(|(place, resource)| now[place] = resource);
        let Renewed { resources, places: built, output_bytes } =
            self.renewed(workings, before, (&now, &places), stop)?;
        let manifests = Manifests { resources, remarks: before.remarks.clone() };
        let workings = workings.after(now, Some(trace), output_bytes);
        Some(Again { manifests, workings, built })
    }

    /// The manifests of before, with the resources at some places of what is gathered now; `None` when these are not all
    /// that changes.
    fn renewed(
        &self,
        workings: &Workings,
        before: &Manifests,
        (now, changed): (&[Resource], &[usize]),
        stop: &Stop,
    ) -> Option<Renewed> {
        // A hash of the content is part of the name by which others refer to it.
        let is_renamed = changed.iter().any(|place| now[*place].about().needs_hash);
        if is_renamed || changed.len() * 2 > now.len() {
            return None;
        }
        let nothing = Memory::default();
        let options = BuildOptions::default();
        let session = Session::new(self.shared(), &nothing, &options, stop);
        session.build_some(workings, before, (now, changed))
    }
}

/// The manifests of before with some resources built anew.
struct Renewed {
    resources: Vec<Resource>,
    /// Of those that were built.
    places: Vec<usize>,
    output_bytes: usize,
}

impl Session<'_> {
    /// What the kustomization makes of what it gathered, as it is printed, and what the next build goes on from.
    ///
    /// # Errors
    ///
    /// As of a build.
    pub(super) fn complete(
        &self,
        layer: &Layer<'_>,
        gathered: Accumulated,
        trace: Option<Trace>,
    ) -> Result<(Vec<Resource>, Option<Workings>), BuildError> {
        let own = &layer.kustomization;
        let is_separable = is_simple(&gathered)
            && !gathers_more(own)
            && own.replacements.is_empty()
            && own.vars.is_empty()
            && own.transformers.is_empty()
            && own.validators.is_empty()
            && !self.options.managed_by_label;
        let before = is_separable.then(|| gathered.resources.as_slice().to_vec());
        let (noted, warned) = (self.note(|notes| notes.now()), self.warning_count());
        let (accumulated, own_transformers) = self.change(layer, gathered)?;
        let Notes { findings, .. } = self.note(|notes| notes.since(noted));
        let settled = self.settle(layer, accumulated)?;
        let is_silent = self.warning_count() == warned;
        let holds = is_silent && !settled.has_renamed && self.known_steps().is_some();
        let output_bytes = settled.bytes;
        let workings = before.filter(|_| holds).map(|gathered| Workings {
            gathered,
            trace,
            own: own_transformers,
            findings: Arc::new(findings),
            output_bytes,
        });
        Ok((settled.resources, workings))
    }

    /// The manifests of before with the changed resources built; `None` when that is not all that changes.
    fn build_some(
        &self,
        workings: &Workings,
        before: &Manifests,
        (now, changed): (&[Resource], &[usize]),
    ) -> Option<Renewed> {
        let mut resources = before.resources.clone();
        let mut carried = Vec::new();
        let mut changed = changed.to_vec();
        changed.retain(|place| {
            let gathered = (&workings.gathered[*place], &now[*place]);
            let Some((place, end)) = workings.carried(before, gathered) else { return true };
            resources[place] = end;
            carried.push(place);
            false
        });
        let mut places = Vec::with_capacity(changed.len() + carried.len());
        if !changed.is_empty() {
            let mut new: ResourceMap =
                changed.iter().map(|place| now[*place].clone()).collect::<Vec<_>>().into();
            new.set_part(true);
            let side_effects = self.run_on_some(&workings.own.transformers, &mut new, false)?;
            for new in new.into_vec() {
                let place = resources.iter().position(|resource| resource.is_called_as(&new))?;
                resources[place] = new;
                places.push(place);
            }
            let pairs = || places.iter().map(|place| (&before.resources[*place], &resources[*place]));
            let called = changed.iter().map(|place| &now[*place]);
            if !workings.side_effects_stay(&side_effects, called, pairs) {
                return None;
            }
        }
        let mut resources: ResourceMap = resources.into();
        let config = TransformerConfig::built_in();
        let has_renamed = name_reference::update_at(&mut resources, &config, &places).ok()?;
        if has_renamed {
            return None;
        }
        for place in &places {
            let resource = resources.get_mut(*place)?;
            resource::check(resource.node()).ok()?;
            if resource.is_empty() || resource.is_local() || resource.doubt().is_some() {
                return None;
            }
            self.finish_one(resource, Wanted::default()).ok()?;
        }
        let resources = resources.into_vec();
        places.extend(carried);
        let built = places.iter().map(|place| text_bytes(resources[*place].node()));
        let output_bytes = workings.output_bytes + built.sum::<usize>();
        (output_bytes <= self.limits().output_bytes).then_some(Renewed { resources, places, output_bytes })
    }
}

/// Whether nothing in there looks at several resources at once, but for references by name.
fn is_simple(accumulated: &Accumulated) -> bool {
    let is_built_in = accumulated.config.as_ref().is_none_or(TransformerConfig::is_built_in);
    is_built_in && accumulated.vars.is_empty() && accumulated.resources.iter().all(Resource::is_plain)
}
