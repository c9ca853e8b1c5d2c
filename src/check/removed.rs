//! Resources that are gone: data that goes with them, and protection that they gave.

use super::{Finding, Policies, Subject};
use crate::base::Severity;

struct Rule {
    group: &'static str,
    kind: &'static str,
    code: &'static str,
    severity: Severity,
    words: &'static str,
}

const DATA: &str = "removed-data";
const PROTECTION: &str = "removed-protection";

const RULES: &[Rule] = &[
    Rule {
        group: "",
        kind: "PersistentVolumeClaim",
        code: DATA,
        severity: Severity::Error,
        words: "is removed: where removed resources are pruned, its data is deleted",
    },
    Rule {
        group: "",
        kind: "PersistentVolume",
        code: DATA,
        severity: Severity::Error,
        words: "is removed: where removed resources are pruned, its data may be lost",
    },
    Rule {
        group: "",
        kind: "Namespace",
        code: DATA,
        severity: Severity::Error,
        words: "is removed: where removed resources are pruned, everything in it is deleted",
    },
    Rule {
        group: "apiextensions.k8s.io",
        kind: "CustomResourceDefinition",
        code: DATA,
        severity: Severity::Error,
        words: "is removed: where removed resources are pruned, all objects of its kind are deleted",
    },
    Rule {
        group: "apps",
        kind: "StatefulSet",
        code: DATA,
        severity: Severity::Warning,
        words: "is removed: its claims stay behind and belong to nobody",
    },
    Rule {
        group: "policy",
        kind: "PodDisruptionBudget",
        code: "removed-budget",
        severity: Severity::Warning,
        words: "is removed: an upgrade of the nodes may evict all pods at once",
    },
    Rule {
        group: "networking.k8s.io",
        kind: "NetworkPolicy",
        code: "removed-network-policy",
        severity: Severity::Warning,
        words: "is removed: traffic that it let through may be denied, and what it denied may pass",
    },
    Rule {
        group: "security.istio.io",
        kind: "AuthorizationPolicy",
        code: PROTECTION,
        severity: Severity::Warning,
        words: "is removed: requests that it denied may pass",
    },
    Rule {
        group: "security.istio.io",
        kind: "PeerAuthentication",
        code: PROTECTION,
        severity: Severity::Warning,
        words: "is removed: traffic may no longer be encrypted",
    },
    Rule {
        group: "autoscaling",
        kind: "HorizontalPodAutoscaler",
        code: "lowered-replicas",
        severity: Severity::Warning,
        words: "is removed: the number of pods no longer follows the load",
    },
    Rule {
        group: "",
        kind: "ResourceQuota",
        code: PROTECTION,
        severity: Severity::Warning,
        words: "is removed: the namespace may take whatever the nodes have",
    },
    Rule {
        group: "",
        kind: "LimitRange",
        code: PROTECTION,
        severity: Severity::Warning,
        words: "is removed: containers without limits get none any more",
    },
];

pub(super) fn judge(subject: &Subject<'_, '_>, _: &Policies, found: &mut Vec<Finding>) {
    if subject.new.is_some() {
        return;
    }
    let fits = RULES.iter().filter(|rule| subject.is(rule.group, rule.kind));
    found.extend(fits.map(|rule| subject.finding(rule.code, rule.severity, rule.words)));
}
