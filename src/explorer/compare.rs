//! Two targets side by side.

use std::sync::Arc;

use crate::diff::{self, Document, Identity, Side};
use crate::report::answer::{Comparison, Manifest, TargetView};

/// Compares two targets; a side that does not render is the answer's problem.
pub(super) fn compare(left: Arc<TargetView>, right: Arc<TargetView>) -> Comparison {
    let difference = match (&left.manifest, &right.manifest) {
        (Err(problem), _) | (_, Err(problem)) => Err(problem.clone()),
        (Ok(left_manifest), Ok(right_manifest)) => {
            let left_side = side(left.address.to_string(), left_manifest);
            let right_side = side(right.address.to_string(), right_manifest);
            Ok(Arc::new(diff::compare(&left_side, &right_side, &expected(&left, &right))))
        }
    };
    Comparison { left, right, difference }
}

/// A manifest as one side of a comparison.
pub(super) fn side(label: String, manifest: &Manifest) -> Side {
    let resources = manifest.documents.iter().map(|document| {
        let (group, version) = document.api_version.split_once('/').unwrap_or(("", &document.api_version));
        let mut text = String::new();
        for line in &manifest.lines[document.lines.clone()] {
            text.push_str(&line.text);
            text.push('\n');
        }
        let identity = Identity {
            group: group.to_owned(),
            version: version.to_owned(),
            kind: document.kind.clone(),
            namespace: document.namespace.clone(),
            name: document.name.clone(),
        };
        Document { identity, text: text.into() }
    });
    Side { label, resources: resources.collect() }
}

/// Names that two targets always differ in: those of their service, environment and region.
fn expected(left: &TargetView, right: &TargetView) -> Vec<(String, String)> {
    let (left, right) = (&left.address.target, &right.address.target);
    [(&left.service, &right.service), (&left.env, &right.env), (&left.region, &right.region)]
        .into_iter()
        .filter(|(left, right)| left != right)
        .map(|(left, right)| (left.to_string(), right.to_string()))
        .collect()
}
