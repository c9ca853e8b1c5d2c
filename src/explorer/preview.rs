//! What a draft would do, found by rendering what it reaches before and after.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::fingerprints::OfCatalog;
use super::pairs::{PairAnswer, RenderPair, RenderSide};
use super::{Failure, Shared, compare, fleet};
use crate::base::{Cancel, Diagnostic, Severity};
use crate::catalog::{Address, Catalog, Resolution, TargetId};
use crate::diff;
use crate::edit::{Draft, FileChange};
use crate::report::answer::{ChangedTarget, FilePreview, Overview, Preview, TargetEffect};

impl Shared {
    /// The effect of a draft, compared with the files as they are.
    pub(super) fn preview(
        &self,
        draft: &Draft,
        focus: Option<&Address>,
        cancel: &Cancel,
    ) -> Result<Preview, Failure> {
        let changes = self.changes(draft)?;
        let before = self.snapshot(Vec::new());
        let (after, files) = fleet::join(|| self.snapshot(changes.clone()), || file_previews(&changes));
        let focus = focus.map(|address| {
            let (left, right) =
                fleet::join(|| self.target(&before, address), || self.target(&after, address));
            Arc::new(compare::compare(left, right))
        });
        let problems = new_problems(&before, &after);
        let mut pairs = pairs(&before, &after);
        let looked_at = pairs.len();
        let prints =
            (self.renders.fingerprints.of(&before.catalog), self.renders.fingerprints.of(&after.catalog));
        if prints.0.has_frame_of(&prints.1) {
            pairs.retain(|(target, (old, new))| {
                let is_untouched =
                    |pair| self.is_untouched((&before.catalog, &after.catalog), &prints, target, pair);
                !old.zip(*new).is_some_and(is_untouched)
            });
        }
        let found: Vec<OnceLock<ChangedTarget>> = pairs.iter().map(|_| OnceLock::new()).collect();
        fleet::for_each(pairs.len(), cancel, &|index| {
            let (target, pair) = &pairs[index];
            if let Some(changed) = self.changed(&before, &after, target, *pair, cancel) {
                // Each index is worked on once.
                drop(found[index].set(changed));
            }
        });
        let targets = found.into_iter().filter_map(OnceLock::into_inner).collect();
        Ok(Preview { files, targets, looked_at, focus, problems })
    }

    /// How one target changes; `None` when it does not.
    fn changed(
        &self,
        before: &Arc<Overview>,
        after: &Arc<Overview>,
        target: &TargetId,
        (old, new): Pair<'_>,
        cancel: &Cancel,
    ) -> Option<ChangedTarget> {
        let answer = |references, effect| Some(ChangedTarget { target: target.clone(), references, effect });
        let (Some(old), Some(new)) = (old, new) else {
            let effect = if new.is_some() { TargetEffect::Appears } else { TargetEffect::Disappears };
            return answer(None, effect);
        };
        let reference = |resolution: &Resolution| resolution.reference().map(Arc::from);
        let references = (old.commit() != new.commit() || old.reference() != new.reference())
            .then(|| (reference(old), reference(new)));
        let address = Address { target: target.clone(), reference: None };
        let side =
            |overview: &Arc<Overview>| RenderSide { overview: overview.clone(), address: address.clone() };
        let pair = RenderPair { before: Some(side(before)), after: Some(side(after)) };
        match self.pair(&pair, cancel)? {
            PairAnswer::Same(_) => {
                references.and_then(|references| answer(Some(references), TargetEffect::SameManifests))
            }
            PairAnswer::Differs { before, after } => {
                let left = compare::side(address.to_string(), &*before.manifest().ok()?);
                let right = compare::side(format!("{address} (draft)"), &*after.manifest().ok()?);
                answer(references, TargetEffect::Differs(Arc::new(diff::compare(&left, &right, &[]))))
            }
            PairAnswer::NewlyFails { problem, .. } => answer(references, TargetEffect::NewlyFails(problem)),
            PairAnswer::NewlyRenders { .. } => answer(references, TargetEffect::NewlyRenders),
            PairAnswer::StillFails { before, after } if same_cause(&before, &after) => None,
            PairAnswer::StillFails { after, .. } => answer(references, TargetEffect::FailsDifferently(after)),
            PairAnswer::Appears(_) | PairAnswer::Disappears(_) | PairAnswer::Neither => None,
        }
    }

    /// Whether the catalogs say the same of a target before and after, so that nothing need be rendered to know that it
    /// stays as it is. They must have the same frame.
    fn is_untouched(
        &self,
        (before, after): (&Catalog, &Catalog),
        prints: &(Arc<OfCatalog>, Arc<OfCatalog>),
        target: &TargetId,
        (old, new): (&Resolution, &Resolution),
    ) -> bool {
        let services = before.shared_service(&target.service).zip(after.shared_service(&target.service));
        let Some((left, right)) = services else { return false };
        let says_the_same = || {
            let is_usable = !left.is_broken() && !right.is_broken();
            let source = self.platform.catalog();
            is_usable
                && prints.0.fingerprint(before, left, &*source)
                    == prints.1.fingerprint(after, right, &*source)
        };
        // Why a ref is broken may change with the text of the catalog.
        old.revision.is_some()
            && old.revision == new.revision
            && old.reference() == new.reference()
            && (Arc::ptr_eq(left, right) || says_the_same())
    }
}

/// The files that change, before and after.
pub(super) fn file_previews(changes: &[FileChange]) -> Vec<FilePreview> {
    let preview = |change: &FileChange| FilePreview {
        path: change.path.clone(),
        diff: diff::text(change.old.clone().unwrap_or_default(), change.new.clone()),
    };
    changes.iter().map(preview).collect()
}

/// Problems of the catalog that only the second has.
pub(super) fn new_problems(before: &Overview, after: &Overview) -> Vec<Diagnostic> {
    let known: Vec<String> = before.diagnostics.iter().map(ToString::to_string).collect();
    // The same warning at the same place is no news, even if its words name the ref that has moved.
    let place = |problem: &Diagnostic| {
        let span = problem.primary.as_ref()?.span.clone();
        (problem.severity < Severity::Error).then_some((problem.code, span))
    };
    let places: Vec<_> = before.diagnostics.iter().filter_map(place).collect();
    let is_new = |problem: &&Diagnostic| {
        problem.severity > Severity::Note
            && !known.contains(&problem.to_string())
            && !place(problem).is_some_and(|place| places.contains(&place))
    };
    after.diagnostics.iter().filter(is_new).cloned().collect()
}

/// Whether two problems are one, though an edit above it has moved it to another line.
pub(super) fn same_cause(left: &Diagnostic, right: &Diagnostic) -> bool {
    let file = |problem: &Diagnostic| problem.primary.as_ref().map(|label| label.span.file.clone());
    left.code == right.code && left.message == right.message && file(left) == file(right)
}

/// The answers of the ladder before and after.
type Pair<'a> = (Option<&'a Resolution>, Option<&'a Resolution>);

/// Every target of either side, in the order of the catalog after the draft, lost ones last.
fn pairs<'a>(before: &'a Overview, after: &'a Overview) -> Vec<(&'a TargetId, Pair<'a>)> {
    let (old, new) = (&before.resolutions, &after.resolutions);
    let is_same =
        |(old, new): (&Arc<Resolution>, &Arc<Resolution>)| Arc::ptr_eq(old, new) || old.target == new.target;
    // Edits rarely add or take away targets.
    if old.len() == new.len() && old.iter().zip(new).all(is_same) {
        return old.iter().zip(new).map(|(old, new)| (&new.target, (Some(&**old), Some(&**new)))).collect();
    }
    let mut old: BTreeMap<&TargetId, &Resolution> =
        old.iter().map(|resolution| (&resolution.target, &**resolution)).collect();
    let mut pairs: Vec<(&TargetId, Pair<'a>)> =
        new.iter().map(|new| (&new.target, (old.remove(&new.target), Some(&**new)))).collect();
    pairs.extend(old.into_iter().map(|(target, old)| (target, (Some(old), None))));
    pairs
}
