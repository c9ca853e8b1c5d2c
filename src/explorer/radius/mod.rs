//! The blast radius of a change: every target rendered before and after, and equal changes folded into classes.
//!
//! First a quick look at all targets, which keeps only what tells their changes apart; then one target of each class
//! is looked at in full.

mod candidates;
mod causes;
mod found;
mod member;
mod names;
mod reach;
mod sides;
mod trace;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use rustc_hash::FxHashMap;

use super::pairs::{PairAnswer, RenderPair, RenderSide};
use super::preview::{file_previews, new_problems, same_cause};
use super::{Failure, Shared, fleet};
use crate::base::Cancel;
use crate::edit::Draft;
use crate::report::answer::{
    Change, ChangeClass, FailureGroup, LayerChoice, Member, Progress, Radius, SoFar, TargetScope,
};
use crate::report::failures::cause;
use found::Found;
use sides::{Pair, Sides};

/// Is told how far a question has come, and may ask what was found so far, which costs a copy; may be called from several
/// threads.
pub type OnProgress<'a> = &'a (dyn Fn(Progress, &dyn Fn() -> SoFar) + Sync);

/// What became of one target.
enum Effect {
    Unchanged,
    SameManifests,
    /// Its manifests differ, in the way with this number.
    Differs(usize),
    StillFails,
    NewlyFails(Failure),
    FailsDifferently(Failure),
    NewlyRenders,
    Appears,
    Disappears,
}

/// Counts while targets are looked at.
#[derive(Default)]
struct Counts {
    done: AtomicUsize,
    changed: AtomicUsize,
    failing: AtomicUsize,
}

impl Shared {
    /// What a change does to the targets of a scope.
    ///
    /// # Errors
    ///
    /// When the draft does not apply, or a ref leads to no commit.
    pub(super) fn radius(
        &self,
        change: &Change,
        draft: &Draft,
        scope: &TargetScope,
        progress: OnProgress<'_>,
        cancel: &Cancel,
    ) -> Result<Radius, Failure> {
        let start = Instant::now();
        let sides = self.sides(change, draft)?;
        let mut pairs = sides.pairs();
        pairs.retain(|pair| scope.covers(&pair.target));
        let (found, counts) = (Found::default(), Counts::default());
        let tell = || {
            let read = |count: &AtomicUsize| count.load(Ordering::Relaxed);
            let so_far = Progress {
                done: read(&counts.done),
                total: pairs.len(),
                changed: read(&counts.changed),
                classes: found.ways(),
                failing: read(&counts.failing),
            };
            progress(so_far, &|| found.so_far());
        };
        tell();
        let effects: Vec<OnceLock<Effect>> = pairs.iter().map(|_| OnceLock::new()).collect();
        fleet::for_each(pairs.len(), cancel, &|place| {
            let Some(effect) = self.effect(&sides, &pairs[place], &found, cancel) else { return };
            counts.done.fetch_add(1, Ordering::Relaxed);
            match effect {
                Effect::Differs(_) => counts.changed.fetch_add(1, Ordering::Relaxed),
                Effect::NewlyFails(_) => counts.failing.fetch_add(1, Ordering::Relaxed),
                _ => 0,
            };
            let _ = effects[place].set(effect);
            tell();
        });
        let effects = effects.into_iter().map(OnceLock::into_inner).collect();
        let mut radius = self.sorted(&sides, &pairs, effects, found.ways(), cancel);
        radius.title = title(change, draft);
        radius.files = file_previews(&sides.changes);
        radius.problems = new_problems(&sides.before.overview, &sides.after.overview);
        radius.looked_at = pairs.len();
        radius.moved = self.common_move(&sides, &pairs);
        radius.took = start.elapsed();
        Ok(radius)
    }

    /// What becomes of one target; `None` when the question was called off meanwhile.
    fn effect(&self, sides: &Sides, pair: &Pair<'_>, found: &Found, cancel: &Cancel) -> Option<Effect> {
        let side = |side: &sides::Side| RenderSide {
            overview: side.overview.clone(),
            address: side.address(&pair.target),
        };
        let both = match (pair.before, pair.after) {
            (None, _) => return Some(Effect::Appears),
            (_, None) => return Some(Effect::Disappears),
            _ => RenderPair { before: Some(side(&sides.before)), after: Some(side(&sides.after)) },
        };
        Some(match self.pair(&both, cancel)? {
            PairAnswer::Differs { before, after } => {
                let (old, new) = (before.rendered(), after.rendered());
                let difference = old.difference(new);
                let key = member::key(sides, pair, (old, new), &difference);
                let first = |key: &str| member::so_far(sides, pair, key, &difference);
                Effect::Differs(found.differs(key, member(sides, pair), first))
            }
            PairAnswer::NewlyFails { problem, .. } => {
                found.fails(&problem, member(sides, pair));
                Effect::NewlyFails(problem)
            }
            PairAnswer::NewlyRenders { .. } => Effect::NewlyRenders,
            PairAnswer::StillFails { before, after } if same_cause(&before, &after) => Effect::StillFails,
            PairAnswer::StillFails { after, .. } => Effect::FailsDifferently(after),
            PairAnswer::Same(_) if sides.moved(pair).is_some() => Effect::SameManifests,
            PairAnswer::Same(_) | PairAnswer::Neither => Effect::Unchanged,
            PairAnswer::Appears(_) => Effect::Appears,
            PairAnswer::Disappears(_) => Effect::Disappears,
        })
    }

    /// Sorts targets by what becomes of them, and looks at one of each class in full.
    fn sorted(
        &self,
        sides: &Sides,
        pairs: &[Pair<'_>],
        effects: Vec<Option<Effect>>,
        ways: usize,
        cancel: &Cancel,
    ) -> Radius {
        let mut radius = Radius { is_complete: true, ..Radius::default() };
        let mut classes: Vec<Vec<usize>> = vec![Vec::new(); ways];
        let (mut failing, mut failing_differently) = (Vec::new(), Vec::new());
        for (place, effect) in effects.into_iter().enumerate() {
            let member = || member(sides, &pairs[place]);
            match effect {
                None => radius.is_complete = false,
                Some(Effect::Unchanged) => radius.unchanged += 1,
                Some(Effect::StillFails) => radius.still_fail += 1,
                Some(Effect::SameManifests) => radius.same_manifests.push(member()),
                Some(Effect::Differs(way)) => classes[way].push(place),
                Some(Effect::NewlyFails(problem)) => failing.push((problem, member())),
                Some(Effect::FailsDifferently(problem)) => failing_differently.push((problem, member())),
                Some(Effect::NewlyRenders) => radius.newly_render.push(member()),
                Some(Effect::Appears) => radius.appear.push(member()),
                Some(Effect::Disappears) => radius.disappear.push(member()),
            }
        }
        let words = reach::Words::of(sides, pairs);
        radius.failures = groups(failing, &words);
        radius.fail_differently = groups(failing_differently, &words);
        // The largest first; of equally large ones the one that the catalog names first.
        classes.sort_by_key(|places| (std::cmp::Reverse(places.len()), places.first().copied()));
        let full = |number: usize| {
            let places = &classes[number];
            let members: Vec<Member> = places.iter().map(|place| member(sides, &pairs[*place])).collect();
            let first = &pairs[*places.first()?];
            self.class(
                sides,
                first,
                letter(number),
                words.of_targets(members.iter().map(|own| &own.target)),
                members,
            )
        };
        let found: Vec<Option<ChangeClass>> = fleet::map(classes.len(), &full);
        // What was rendered a moment ago can only be gone when refs or files change underneath.
        radius.is_complete &= found.iter().all(Option::is_some) && !cancel.is_cancelled();
        radius.classes = found.into_iter().flatten().map(Arc::new).collect();
        radius
    }
}

fn member(sides: &Sides, pair: &Pair<'_>) -> Member {
    Member { target: pair.target.clone(), references: sides.moved(pair) }
}

/// `A` to `Z`, then `AA`, `AB`, ...
fn letter(number: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = number + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or_default()));
        rest /= 26;
    }
    letters.into_iter().rev().collect()
}

/// Failures by cause, the largest group first. What the messages say about the target itself does not count.
fn groups(failing: Vec<(Failure, Member)>, words: &reach::Words) -> Vec<FailureGroup> {
    let mut groups: Vec<FailureGroup> = Vec::new();
    let mut known: FxHashMap<String, usize> = FxHashMap::default();
    for (problem, member) in failing {
        let key = cause(&problem, &member.target);
        let place = *known.entry(key).or_insert_with(|| {
            groups.push(FailureGroup { problem, members: Vec::new(), reach: String::new() });
            groups.len() - 1
        });
        groups[place].members.push(member);
    }
    for group in &mut groups {
        group.reach = words.of_targets(group.members.iter().map(|member| &member.target));
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.members.len()));
    groups
}

fn title(change: &Change, draft: &Draft) -> String {
    match change {
        Change::Draft => match draft.unsaved_entries() {
            [only] => only.operation.to_string(),
            entries => format!("{} edits", entries.len()),
        },
        Change::Layers { to: LayerChoice::At(to), .. } if &**to == "." => {
            "layers of the work tree".to_owned()
        }
        Change::Layers { .. } => "layers".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_go_on_after_z() {
        let letters: Vec<String> = [0, 1, 25, 26, 27, 51, 52, 701, 702].map(letter).to_vec();
        assert_eq!(letters, ["A", "B", "Z", "AA", "AB", "AZ", "BA", "ZZ", "AAA"]);
    }
}
