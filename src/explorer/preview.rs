//! What a draft would do, found by rendering what it reaches before and after.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::{Failure, Shared, compare};
use crate::base::{Diagnostic, Severity};
use crate::catalog::{Address, Resolution, TargetId};
use crate::diff;
use crate::edit::{Draft, FileChange};
use crate::report::answer::{ChangedTarget, FilePreview, Overview, Preview, TargetEffect};

impl Shared {
    /// The effect of a draft, compared with the files as they are.
    pub(super) fn preview(&self, draft: &Draft, focus: Option<&Address>) -> Result<Preview, Failure> {
        let changes = self.changes(draft)?;
        let before = self.snapshot(Vec::new());
        let after = self.snapshot(changes.clone());
        let focus = focus.map(|address| {
            let (left, right) =
                rayon::join(|| self.target(&before, address), || self.target(&after, address));
            Arc::new(compare::compare(left, right))
        });
        let files = file_previews(&changes);
        let problems = new_problems(&before, &after);
        let pairs = pairs(&before, &after);
        let targets = pairs
            .par_iter()
            .filter_map(|(target, pair)| self.changed(&before, &after, target, *pair))
            .collect();
        Ok(Preview { files, targets, looked_at: pairs.len(), focus, problems })
    }

    /// How one target changes; `None` when it does not.
    fn changed(
        &self,
        before: &Overview,
        after: &Overview,
        target: &TargetId,
        (old, new): Pair<'_>,
    ) -> Option<ChangedTarget> {
        let address = Address { target: target.clone(), reference: None };
        let answer = |references, effect| Some(ChangedTarget { target: target.clone(), references, effect });
        let (Some(old), Some(new)) = (old, new) else {
            let effect = if new.is_some() { TargetEffect::Appears } else { TargetEffect::Disappears };
            return answer(None, effect);
        };
        let reference = |resolution: &Resolution| resolution.reference().map(Arc::from);
        let references = (old.commit() != new.commit() || old.reference() != new.reference())
            .then(|| (reference(old), reference(new)));
        match (self.render(before, &address), self.render(after, &address)) {
            (Ok(left), Ok(right)) => {
                let same = Arc::ptr_eq(&left, &right) || left.text().ok()? == right.text().ok()?;
                if same {
                    return references
                        .and_then(|references| answer(Some(references), TargetEffect::SameManifests));
                }
                let left = compare::side(address.to_string(), &*left.manifest().ok()?);
                let right = compare::side(format!("{address} (draft)"), &*right.manifest().ok()?);
                answer(references, TargetEffect::Differs(Arc::new(diff::compare(&left, &right, &[]))))
            }
            (Ok(_), Err(problem)) => answer(references, TargetEffect::NewlyFails(problem)),
            (Err(_), Ok(_)) => answer(references, TargetEffect::NewlyRenders),
            (Err(left), Err(right)) if same_cause(&left, &right) => None,
            (Err(_), Err(right)) => answer(references, TargetEffect::FailsDifferently(right)),
        }
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
    let is_new =
        |problem: &&Diagnostic| problem.severity > Severity::Note && !known.contains(&problem.to_string());
    after.diagnostics.iter().filter(is_new).cloned().collect()
}

/// Whether two problems are one, though an edit above it has moved it to another line.
pub(super) fn same_cause(left: &Diagnostic, right: &Diagnostic) -> bool {
    let file = |problem: &Diagnostic| problem.primary.as_ref().map(|label| label.span.file.clone());
    left.code == right.code && left.message == right.message && file(left) == file(right)
}

/// The answers of the ladder before and after.
pub(super) type Pair<'a> = (Option<&'a Resolution>, Option<&'a Resolution>);

/// Every target of either side, in the order of the catalog after the draft, lost ones last.
pub(super) fn pairs<'a>(before: &'a Overview, after: &'a Overview) -> Vec<(TargetId, Pair<'a>)> {
    let mut old: BTreeMap<&TargetId, &Resolution> =
        before.resolutions.iter().map(|resolution| (&resolution.target, &**resolution)).collect();
    let mut pairs: Vec<(TargetId, Pair<'a>)> = after
        .resolutions
        .iter()
        .map(|new| (new.target.clone(), (old.remove(&new.target), Some(&**new))))
        .collect();
    pairs.extend(old.into_iter().map(|(target, old)| (target.clone(), (Some(old), None))));
    pairs
}
