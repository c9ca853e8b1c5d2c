//! What gathering did, step by step, so that only the resources that a changed file has a say in are taken through it
//! again.
//!
//! A step is known by what was read for it, which all builds share: where files say the same as before, it is the same
//! thing in memory. Resources keep the places in which they were added; a step that takes one away ends the trace, as
//! does one that looks at several at once.

use std::ops::Range;
use std::sync::Arc;

use super::cache::{Answered, Place, SubBuild, SubBuildKey};
use super::prepared::Prepared;
use super::transformers::{Configured, SideEffects};
use super::{Accumulated, Layer};
use crate::kustomize::config::TransformerConfig;
use crate::kustomize::gathered::gathers_by_more_than_files;
use crate::kustomize::kustomization::Kustomization;
use crate::kustomize::resource::{Resource, ResourceId, ResourceMap};
use crate::kustomize::session::Session;
use crate::kustomize::transform::Transformer;
use crate::vfs::Source;

/// One step of gathering.
#[derive(Clone, Debug)]
enum Step {
    /// The resources of a file of the kustomization that is built.
    Own(Arc<Vec<Resource>>),
    /// What a base came to.
    Base(Arc<SubBuild>),
    /// What a component did itself.
    Component(Part),
}

/// What a component did in a row: it added resources of files, then of generators, and changed all resources so far.
#[derive(Clone, Debug)]
struct Part {
    of: Arc<Prepared>,
    /// Which of the entries under `resources`.
    files: Range<usize>,
    /// Which of the generators.
    generated: Range<usize>,
    /// What came of its transformers beside the resources, if these ran.
    change: Option<Arc<SideEffects>>,
}

/// Everything that gathering did, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trace {
    steps: Vec<Step>,
}

/// A resource as it was added then and now.
struct Touched<'t> {
    place: usize,
    step: usize,
    old: &'t Resource,
    new: &'t Resource,
    touch: Touch,
}

/// Whether a resource comes out otherwise.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Touch {
    /// Nothing else is done to it than then.
    No,
    /// It may be that something else is done to it.
    Perhaps,
    /// Something else is done to it: a look whether it is the same all the same would be in vain.
    Surely,
}

/// The transformers of a step, then and now, and what came of them then.
struct Rules<'t> {
    old: &'t [Configured],
    new: &'t [Configured],
    are_same: bool,
    side_effects: &'t SideEffects,
}

/// A transformer then and now.
struct Rule<'t> {
    old: &'t Configured,
    new: &'t Configured,
    is_same: bool,
}

/// What gathering comes to over other files.
#[derive(Debug)]
pub(crate) struct Retraced {
    /// The same steps over these files.
    pub(crate) trace: Trace,
    /// The resources that come out otherwise, by their places.
    pub(crate) changed: Vec<(usize, Resource)>,
}

impl Trace {
    /// About how many bytes of memory it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.steps.len() * size_of::<Step>()
    }
}

impl Session<'_> {
    /// Begins to remember what is done.
    pub(crate) fn begin_trace(&self) {
        *self.trace.borrow_mut() = Some(Trace::default());
    }

    /// What was done since [`Self::begin_trace`]; `None` when it cannot be done again step by step.
    pub(crate) fn take_trace(&self) -> Option<Trace> {
        self.trace.borrow_mut().take()
    }

    /// Remembers that the resources of a file were added.
    pub(super) fn trace_file(&self, layer: &Layer<'_>, index: Option<usize>, resources: &Arc<Vec<Resource>>) {
        match (&layer.prepared, index) {
            (Some(prepared), Some(index)) => self.trace_part(prepared, |part| part.adds_file(index)),
            (None, Some(_)) if layer.parent.is_none() => self.trace_step(|| Step::Own(resources.clone())),
            _ => drop(self.take_trace()),
        }
    }

    /// Remembers that a generated resource was added.
    pub(super) fn trace_generated(&self, layer: &Layer<'_>, index: usize, joins: bool) {
        match &layer.prepared {
            Some(prepared) if !joins => self.trace_part(prepared, |part| part.adds_generated(index)),
            _ => drop(self.take_trace()),
        }
    }

    /// Remembers what a base came to, instead of what was done for it; `trace` is what was done before.
    pub(super) fn trace_base(&self, trace: Option<Trace>, base: Option<&Arc<SubBuild>>) {
        *self.trace.borrow_mut() = trace.filter(|_| base.is_some());
        if let Some(base) = base {
            self.trace_step(|| Step::Base(base.clone()));
        }
    }

    /// Remembers that the transformers of a layer changed what is there, and whether all that was there still is.
    pub(super) fn trace_change(&self, layer: &Layer<'_>, side_effects: &Arc<SideEffects>, keeps_all: bool) {
        match &layer.prepared {
            Some(prepared) if keeps_all && is_separable(&layer.kustomization) => {
                self.trace_part(prepared, |part| part.changes(side_effects));
            }
            _ => drop(self.take_trace()),
        }
    }

    fn trace_step(&self, step: impl FnOnce() -> Step) {
        if let Some(trace) = self.trace.borrow_mut().as_mut() {
            trace.steps.push(step());
        }
    }

    /// Remembers what a component did, as `adds` adds it to what it did right before, if it can.
    fn trace_part(&self, of: &Arc<Prepared>, adds: impl Fn(&mut Part) -> bool) {
        let mut trace = self.trace.borrow_mut();
        let Some(trace) = trace.as_mut() else { return };
        if let Some(Step::Component(last)) = trace.steps.last_mut()
            && Arc::ptr_eq(&last.of, of)
            && adds(last)
        {
            return;
        }
        let mut part = Part { of: of.clone(), files: 0..0, generated: 0..0, change: None };
        adds(&mut part);
        trace.steps.push(Step::Component(part));
    }

    /// Takes the steps of a trace, which came to `gathered`, over the files of this build. Only what builds over these files
    /// have read by now is used.
    ///
    /// `None` when more than single resources may come out otherwise, or not all that is needed was read by now. What
    /// builds notice beside the resources is the same as then.
    pub(crate) fn retrace(&self, trace: &Trace, gathered: &[Resource]) -> Option<Retraced> {
        let now = Trace { steps: self.steps_now(&trace.steps)? };
        let (touched, rules) = differences(&trace.steps, &now.steps, gathered)?;
        let changed = match touched.is_empty() && rules.iter().flatten().all(|rules| rules.are_same) {
            true => Vec::new(),
            false => self.take_through(touched, &rules, gathered)?,
        };
        Some(Retraced { trace: now, changed })
    }

    /// What stands for each step over the files of this build.
    fn steps_now(&self, steps: &[Step]) -> Option<Vec<Step>> {
        let now = steps.iter().map(|step| {
            Some(match step {
                Step::Own(resources) => Step::Own(resources.clone()),
                Step::Base(then) => Step::Base(self.sub_builds().known(&self.key_now(&then.place)?)?),
                Step::Component(then) => {
                    let of = self.prepared().known(&self.key_now(&then.of.place)?)?;
                    let is_alike = Arc::ptr_eq(&then.of, &of) || then.of.asks_as(&of);
                    Step::Component(is_alike.then(|| Part { of, ..then.clone() })?)
                }
            })
        });
        now.collect()
    }

    fn key_now(&self, place: &Place) -> Option<SubBuildKey> {
        let (content, path) = self.source.build_key(&place.path)?;
        (path == place.path).then(|| SubBuildKey { content, place: place.clone() })
    }

    /// Takes resources from where they were added to the end, and returns those that come out otherwise. They are called the
    /// same as then at every step, so that what is meant for others still is.
    fn take_through(
        &self,
        touched: Vec<Touched<'_>>,
        rules: &[Option<Rules<'_>>],
        gathered: &[Resource],
    ) -> Option<Vec<(usize, Resource)>> {
        let mut now = ResourceMap::default();
        let mut ids: Vec<&ResourceId> = Vec::new();
        let mut waiting = touched.iter().peekable();
        for (step, rules) in rules.iter().enumerate() {
            while let Some(touched) = waiting.next_if(|touched| touched.step == step) {
                now.append(touched.new.clone()).ok()?;
                ids.extend(ids_of(touched.old, &gathered[touched.place]));
            }
            if let Some(rules) = rules.as_ref().filter(|rules| !(now.is_empty() && rules.are_same)) {
                self.change_some(rules, &mut now, &ids)?;
            }
        }
        let changed = touched.iter().zip(now.into_vec()).filter(|(touched, now)| {
            touched.touch == Touch::Surely || !now.has_tree_of(&gathered[touched.place])
        });
        let changed: Vec<(usize, Resource)> = changed.map(|(touched, now)| (touched.place, now)).collect();
        let fits = |(place, now): &(usize, Resource)| {
            let then = &gathered[*place];
            now.is_plain()
                && now.is_called_as(then)
                && now.is_empty() == then.is_empty()
                && now.is_local() == then.is_local()
        };
        changed.iter().all(fits).then_some(changed)
    }

    /// Runs the transformers of a step on the resources with some identities. `None` when what came of the transformers beside
    /// the resources may not stay as it was, or what the resources are called.
    fn change_some(&self, rules: &Rules<'_>, resources: &mut ResourceMap, ids: &[&ResourceId]) -> Option<()> {
        let are_for = |rule: &Configured| rule.transformer.may_be_for(ids);
        let renames = |rule: Rule<'_>| match rule {
            Rule { new, is_same: true, .. } => new.transformer.may_rename_by_content() && are_for(new),
            Rule { old, new, .. } => {
                [old, new].into_iter().any(|rule| rule.transformer.may_rename() && are_for(rule))
            }
        };
        if rules.each().any(renames) {
            return None;
        }
        let mut side_effects = SideEffects::default();
        if rules.are_same {
            resources.set_part(true);
            side_effects = self.run_on_some(rules.new, resources, true)?;
        } else {
            for Rule { new, is_same, .. } in rules.each() {
                // All that changed transformers are meant for is here: what they do not find is not there.
                resources.set_part(is_same);
                side_effects.extend(self.run_on_some(std::slice::from_ref(new), resources, true)?);
            }
        }
        let was_for =
            |number: usize| rules.each().nth(number).is_none_or(|rule| !rule.is_same || are_for(rule.old));
        let were = |id: &ResourceId| ids.iter().any(|own| own.same_object(id));
        rules.side_effects.stays(&side_effects, was_for, were).then_some(())
    }
}

/// Where two traces with the same steps differ: the resources that may come out otherwise, in order, and the
/// transformers of every step that has some. `None` when more differs than that.
fn differences<'t>(
    old: &'t [Step],
    new: &'t [Step],
    gathered: &[Resource],
) -> Option<(Vec<Touched<'t>>, Vec<Option<Rules<'t>>>)> {
    let mut added: Vec<Touched<'t>> = Vec::with_capacity(gathered.len());
    let mut rules: Vec<Option<Rules<'t>>> = Vec::with_capacity(old.len());
    for (step, (then, now)) in old.iter().zip(new).enumerate() {
        if !then.is_alike(now) {
            return None;
        }
        for (then, now) in then.added()?.into_iter().zip(now.added()?) {
            if !then.asked.is_none_or(|asked| asked.asks_as(now.asked)) || then.list.len() != now.list.len() {
                return None;
            }
            for (old, new) in then.list.iter().zip(now.list) {
                if !new.is_called_as(old) {
                    return None;
                }
                let touch = if new.has_tree_of(old) { Touch::No } else { Touch::Surely };
                added.push(Touched { place: added.len(), step, old, new, touch });
            }
        }
        let of_step = match (then, now) {
            (Step::Component(then), Step::Component(now)) => match &then.change {
                Some(side_effects) => Some(Rules::of(&then.of, &now.of, side_effects)?),
                None => None,
            },
            _ => None,
        };
        if let Some(rules) = of_step.as_ref().filter(|rules| !rules.are_same) {
            for Rule { old, new, .. } in rules.each().filter(|rule| !rule.is_same) {
                for Touched { place, old: raw, touch, .. } in &mut added {
                    for rule in [old, new] {
                        *touch = (*touch).max(touch_of(rule, raw, gathered.get(*place)));
                    }
                }
            }
        }
        rules.push(of_step);
    }
    if added.len() != gathered.len() {
        return None;
    }
    let touched = added.into_iter().filter(|added| added.touch != Touch::No).collect();
    Some((touched, rules))
}

/// Whether a patch that says something else is meant for a resource.
fn touch_of(rule: &Configured, raw: &Resource, gathered: Option<&Resource>) -> Touch {
    let (Transformer::Patch(patch), Some(gathered)) = (&rule.transformer, gathered) else { return Touch::No };
    match patch.may_be_for(|| ids_of(raw, gathered)) {
        false => Touch::No,
        true if patch.selects_by_content() => Touch::Perhaps,
        true => Touch::Surely,
    }
}

/// Every identity that a resource had between where it was added and the end.
fn ids_of<'r>(raw: &'r Resource, gathered: &'r Resource) -> impl Iterator<Item = &'r ResourceId> {
    gathered.ids().chain([raw.id()])
}

impl<'t> Rules<'t> {
    fn of(then: &'t Prepared, now: &'t Prepared, side_effects: &'t SideEffects) -> Option<Self> {
        let (then, now) = (then.transformers.get()?, now.transformers.get()?);
        let are_same = Arc::ptr_eq(&then.value, &now.value);
        let rules = Self { old: &then.value, new: &now.value, are_same, side_effects };
        let ask_the_same = then.asked.as_ref()?.asks_as(now.asked.as_ref());
        (ask_the_same && rules.old.len() == rules.new.len()).then_some(rules)
    }

    /// One by one. What says the same is the same in memory, so that what it did before is known.
    fn each(&self) -> impl Iterator<Item = Rule<'t>> {
        self.old.iter().zip(self.new).map(|(old, new)| {
            let is_same = match (&old.transformer, &new.transformer) {
                (Transformer::Patch(old), Transformer::Patch(new)) => old.says_as(new),
                // All others are read from the kustomization alone, which is the same.
                _ => true,
            };
            Rule { old, new: if is_same { old } else { new }, is_same }
        })
    }
}

/// Resources that a step added, and what that asked of the files.
struct Added<'t> {
    list: &'t [Resource],
    asked: Option<&'t Answered>,
}

impl Part {
    /// Whether the next thing that it did was to add the resources of a file.
    fn adds_file(&mut self, index: usize) -> bool {
        self.generated.is_empty() && self.change.is_none() && goes_on(&mut self.files, index)
    }

    /// Whether the next thing that it did was to add what a generator made.
    fn adds_generated(&mut self, index: usize) -> bool {
        self.change.is_none() && goes_on(&mut self.generated, index)
    }

    /// Whether the next thing that it did was to change what is there.
    fn changes(&mut self, side_effects: &Arc<SideEffects>) -> bool {
        let is_next = self.change.is_none();
        self.change.get_or_insert_with(|| side_effects.clone());
        is_next
    }

    /// What it added; `None` when that is not known.
    fn added(&self) -> Option<Vec<Added<'_>>> {
        let files = self.of.files.get(self.files.clone())?.iter().map(|file| {
            let kept = file.get()?;
            Some(Added { list: &kept.value, asked: Some(kept.asked.as_ref()?) })
        });
        let generated = self.of.generated.get(self.generated.clone())?.iter().map(|generated| {
            let kept = generated.get()?;
            Some(Added { list: std::slice::from_ref(&kept.value), asked: Some(kept.asked.as_ref()?) })
        });
        files.chain(generated).collect()
    }
}

/// Makes a range longer by an index; `false` when that does not stand next to it.
fn goes_on(range: &mut Range<usize>, index: usize) -> bool {
    if range.start == range.end {
        *range = index..index + 1;
        return true;
    }
    let is_next = range.end == index;
    range.end += usize::from(is_next);
    is_next
}

impl Step {
    /// What it added; `None` when that is not known, or is more than resources.
    fn added(&self) -> Option<Vec<Added<'_>>> {
        match self {
            Self::Own(resources) => Some(vec![Added { list: resources, asked: None }]),
            Self::Base(base) => {
                let Accumulated { resources, config, vars } = &base.accumulated;
                let is_plain = vars.is_empty() && config.as_ref().is_none_or(TransformerConfig::is_built_in);
                let asked = Some(base.asked.as_ref()?);
                is_plain.then(|| vec![Added { list: resources.as_slice(), asked }])
            }
            Self::Component(part) => part.added(),
        }
    }

    /// Whether two steps of the same kind differ in nothing but resources and transformers.
    fn is_alike(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Base(own), Self::Base(other)) => own.says_as(other),
            _ => true,
        }
    }
}

/// Whether a component does nothing that looks at several resources at once, or that is read from files which say more than
/// resources and patches.
fn is_separable(kustomization: &Kustomization) -> bool {
    !gathers_by_more_than_files(kustomization)
        && kustomization.replacements.is_empty()
        && kustomization.vars.is_empty()
        && kustomization.transformers.is_empty()
        && kustomization.validators.is_empty()
}
