//! Fewer pods than before: replicas, the bounds of the autoscaler, the disruption budget.

use super::{Finding, Policies, Subject, keys};
use crate::base::Severity;
use crate::yaml::Node;

/// Which way of a number is the bad one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bad {
    Less,
    More,
}

struct Rule {
    group: &'static str,
    kind: &'static str,
    path: &'static [&'static str],
    bad: Bad,
    code: &'static str,
    words: &'static str,
}

const LOWERED: &str = "lowered-replicas";
const BUDGET: &str = "weakened-budget";

const fn fewer(
    group: &'static str,
    kind: &'static str,
    path: &'static [&'static str],
    words: &'static str,
) -> Rule {
    Rule { group, kind, path, bad: Bad::Less, code: LOWERED, words }
}

const RULES: &[Rule] = &[
    fewer("apps", "Deployment", &["spec", "replicas"], "fewer pods"),
    fewer("apps", "StatefulSet", &["spec", "replicas"], "fewer pods"),
    fewer("apps", "ReplicaSet", &["spec", "replicas"], "fewer pods"),
    fewer(
        "autoscaling",
        "HorizontalPodAutoscaler",
        &["spec", "minReplicas"],
        "fewer pods when there is little load",
    ),
    fewer(
        "autoscaling",
        "HorizontalPodAutoscaler",
        &["spec", "maxReplicas"],
        "fewer pods when there is much load",
    ),
    Rule {
        group: "policy",
        kind: "PodDisruptionBudget",
        path: &["spec", "minAvailable"],
        bad: Bad::Less,
        code: BUDGET,
        words: "more pods may be evicted at once",
    },
    Rule {
        group: "policy",
        kind: "PodDisruptionBudget",
        path: &["spec", "maxUnavailable"],
        bad: Bad::More,
        code: BUDGET,
        words: "more pods may be evicted at once",
    },
];

pub(super) fn judge(subject: &Subject<'_, '_>, _: &Policies, found: &mut Vec<Finding>) {
    let (Some(old), Some(new)) = (subject.old, subject.new) else { return };
    for rule in RULES.iter().filter(|rule| subject.is(rule.group, rule.kind)) {
        let (Some(old), Some(new)) = (old.get_path(rule.path), new.get_path(rule.path)) else { continue };
        let (Some((before, is_part)), Some((after, is_also_part))) = (number(old), number(new)) else {
            continue;
        };
        let is_bad = match rule.bad {
            Bad::Less => after < before,
            Bad::More => after > before,
        };
        if is_part == is_also_part && is_bad {
            let key = rule.path.last().copied().unwrap_or_default();
            let words = format!("{key} {} → {}: {}", text(old), text(new), rule.words);
            found.push(subject.finding(rule.code, Severity::Warning, words).at(
                keys(rule.path),
                Some(old),
                Some(new),
            ));
        }
    }
}

fn text(node: &Node) -> &str {
    node.as_text().unwrap_or_default()
}

/// A number, and whether it is a part of a hundred.
fn number(node: &Node) -> Option<(i64, bool)> {
    match node.as_text()?.strip_suffix('%') {
        Some(part) => Some((part.parse().ok()?, true)),
        None => Some((node.as_i64()?, false)),
    }
}
