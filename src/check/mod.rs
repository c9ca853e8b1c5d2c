//! Verdicts on a change: what the cluster will refuse, and what people should know before they let it through.
//!
//! Everything is judged on what differs between two renders of one target. Nothing is asked of a cluster, so a
//! verdict says what a change of the manifests means, not what is running.

mod access;
mod immutable;
mod pods;
mod policies;
mod quantity;
mod removed;
mod scale;

#[cfg(test)]
mod tests;

pub use policies::Policies;

use crate::base::Severity;
use crate::diff::phrase::short_value;
use crate::diff::{FieldPath, FieldValue, Identity, PathStep, RenderDifference, ResourceDifference};
use crate::yaml::Node;

/// Names of all verdicts; docs/promotion.md says what each means.
pub const CODES: &[&str] = &[
    "dropped-resources",
    "image-changed",
    "immutable-field",
    "loosened-security",
    "lowered-replicas",
    "lowered-resources",
    "removed-budget",
    "removed-data",
    "removed-network-policy",
    "removed-probe",
    "removed-protection",
    "weakened-budget",
    "widened-access",
];

/// One verdict on one resource.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// One of [`CODES`].
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The place of the resource in [`RenderDifference::resources`].
    pub resource: usize,
    /// The field; empty for the whole resource.
    pub path: FieldPath,
    /// The old value in one line.
    pub old: Option<String>,
    /// The new value in one line.
    pub new: Option<String>,
    /// What it means, behind the name of the resource: `spec.selector cannot change ...`.
    pub words: String,
}

/// A resource under judgement.
#[derive(Clone, Copy)]
struct Subject<'d, 'n> {
    place: usize,
    difference: &'d ResourceDifference<'n>,
    identity: &'d Identity,
    old: Option<&'n Node>,
    new: Option<&'n Node>,
}

impl Subject<'_, '_> {
    fn is(&self, group: &str, kind: &str) -> bool {
        self.identity.group == group && self.identity.kind == kind
    }

    fn finding(&self, code: &'static str, severity: Severity, words: impl Into<String>) -> Finding {
        Finding {
            code,
            severity,
            resource: self.place,
            path: FieldPath::default(),
            old: None,
            new: None,
            words: words.into(),
        }
    }
}

impl Finding {
    /// Says which field it is about.
    fn at(mut self, path: FieldPath, old: Option<&Node>, new: Option<&Node>) -> Self {
        self.path = path;
        self.old = old.map(|node| short_value(FieldValue::whole(node)));
        self.new = new.map(|node| short_value(FieldValue::whole(node)));
        self
    }
}

/// A path of keys.
fn keys(keys: &[&str]) -> FieldPath {
    FieldPath(keys.iter().map(|key| PathStep::Key((*key).into())).collect())
}

/// All verdicts on what differs between two renders, the worst first.
#[must_use]
pub fn judge(difference: &RenderDifference<'_>, policies: &Policies) -> Vec<Finding> {
    let mut found = Vec::new();
    for (place, resource) in difference.resources.iter().enumerate() {
        let Some(identity) = resource.identity() else { continue };
        let subject = Subject {
            place,
            difference: resource,
            identity,
            old: resource.old.as_ref().map(|(_, node)| *node),
            new: resource.new.as_ref().map(|(_, node)| *node),
        };
        for judge in
            [immutable::judge, immutable::judge_own, removed::judge, access::judge, scale::judge, pods::judge]
        {
            judge(&subject, policies, &mut found);
        }
    }
    found.sort_by(|a, b| {
        (b.severity, a.resource, a.code, &a.path).cmp(&(a.severity, b.resource, b.code, &b.path))
    });
    found
}
