//! Fields that the API server refuses to change: an apply fails, or the object must be deleted and made anew.
//!
//! The table follows the validation code of Kubernetes 1.33 (`Validate...Update` of each kind).

use super::policies::ImmutableField;
use super::{Finding, Policies, Subject, keys, quantity};
use crate::base::Severity;
use crate::diff::fields::prints_same;
use crate::diff::{FieldDifference, FieldPath};
use crate::yaml::Node;

const CODE: &str = "immutable-field";

/// A field that cannot change.
struct Rule {
    group: &'static str,
    kind: &'static str,
    path: &'static [&'static str],
    /// What the API server fills in: whether that is written or left out makes no difference.
    default: Option<&'static str>,
    /// Keys directly below the path that can change all the same.
    except: &'static [&'static str],
}

const fn rule(group: &'static str, kind: &'static str, path: &'static [&'static str]) -> Rule {
    Rule { group, kind, path, default: None, except: &[] }
}

const fn or_default(rule: Rule, default: &'static str) -> Rule {
    Rule { default: Some(default), ..rule }
}

const fn except(rule: Rule, except: &'static [&'static str]) -> Rule {
    Rule { except, ..rule }
}

const RBAC: &str = "rbac.authorization.k8s.io";
const STORAGE: &str = "storage.k8s.io";
const EXTENSIONS: &str = "apiextensions.k8s.io";

const RULES: &[Rule] = &[
    rule("apps", "Deployment", &["spec", "selector"]),
    rule("apps", "DaemonSet", &["spec", "selector"]),
    rule("apps", "ReplicaSet", &["spec", "selector"]),
    rule("apps", "StatefulSet", &["spec", "selector"]),
    rule("apps", "StatefulSet", &["spec", "serviceName"]),
    rule("apps", "StatefulSet", &["spec", "volumeClaimTemplates"]),
    or_default(rule("apps", "StatefulSet", &["spec", "podManagementPolicy"]), "OrderedReady"),
    rule("apps", "ControllerRevision", &["data"]),
    rule("batch", "Job", &["spec", "selector"]),
    rule("batch", "Job", &["spec", "template"]),
    or_default(rule("batch", "Job", &["spec", "completionMode"]), "NonIndexed"),
    rule("batch", "Job", &["spec", "completions"]),
    rule("batch", "Job", &["spec", "podFailurePolicy"]),
    rule("batch", "Job", &["spec", "successPolicy"]),
    rule("batch", "Job", &["spec", "backoffLimitPerIndex"]),
    rule("batch", "Job", &["spec", "managedBy"]),
    except(
        rule("", "Pod", &["spec"]),
        &[
            "activeDeadlineSeconds",
            "containers",
            "initContainers",
            "terminationGracePeriodSeconds",
            "tolerations",
        ],
    ),
    rule("", "Service", &["spec", "clusterIP"]),
    rule("", "Service", &["spec", "clusterIPs"]),
    rule("", "Service", &["spec", "loadBalancerClass"]),
    except(rule("", "PersistentVolumeClaim", &["spec"]), &["resources", "volumeAttributesClassName"]),
    // What is left of the spec is the source of the volume, its mode and its nodes.
    except(
        rule("", "PersistentVolume", &["spec"]),
        &[
            "accessModes",
            "capacity",
            "claimRef",
            "mountOptions",
            "persistentVolumeReclaimPolicy",
            "storageClassName",
            "volumeAttributesClassName",
        ],
    ),
    or_default(rule("", "Secret", &["type"]), "Opaque"),
    rule("", "ResourceQuota", &["spec", "scopes"]),
    rule(STORAGE, "StorageClass", &["provisioner"]),
    rule(STORAGE, "StorageClass", &["parameters"]),
    or_default(rule(STORAGE, "StorageClass", &["reclaimPolicy"]), "Delete"),
    or_default(rule(STORAGE, "StorageClass", &["volumeBindingMode"]), "Immediate"),
    rule(STORAGE, "VolumeAttributesClass", &["driverName"]),
    rule(STORAGE, "VolumeAttributesClass", &["parameters"]),
    rule(STORAGE, "CSIDriver", &["spec", "attachRequired"]),
    rule(STORAGE, "CSIDriver", &["spec", "volumeLifecycleModes"]),
    rule(RBAC, "RoleBinding", &["roleRef"]),
    rule(RBAC, "ClusterRoleBinding", &["roleRef"]),
    rule("scheduling.k8s.io", "PriorityClass", &["value"]),
    or_default(rule("scheduling.k8s.io", "PriorityClass", &["preemptionPolicy"]), "PreemptLowerPriority"),
    rule("node.k8s.io", "RuntimeClass", &["handler"]),
    rule("networking.k8s.io", "IngressClass", &["spec", "controller"]),
    rule("discovery.k8s.io", "EndpointSlice", &["addressType"]),
    rule(EXTENSIONS, "CustomResourceDefinition", &["spec", "group"]),
    rule(EXTENSIONS, "CustomResourceDefinition", &["spec", "scope"]),
    rule(EXTENSIONS, "CustomResourceDefinition", &["spec", "names", "kind"]),
    rule(EXTENSIONS, "CustomResourceDefinition", &["spec", "names", "plural"]),
];

/// Data of objects that say they are immutable.
const DATA: &[&str] = &["binaryData", "data", "immutable", "stringData"];

/// Built-in rules.
pub(super) fn judge(subject: &Subject<'_, '_>, _: &Policies, found: &mut Vec<Finding>) {
    let (Some(old), Some(new)) = (subject.old, subject.new) else { return };
    for rule in RULES.iter().filter(|rule| subject.is(rule.group, rule.kind)) {
        if !differs(rule, old, new) {
            continue;
        }
        // An address that is no longer asked for is not taken away.
        let is_kept = rule.kind == "Service" && new.get_path(rule.path).is_none();
        let is_external = rule.kind == "Service" && (is_external(old) || is_external(new));
        if is_external {
            continue;
        }
        let path = rule.path.join(".");
        let words = match is_kept {
            true => format!("{path} is gone, but the cluster keeps the old value until it is created anew"),
            false => format!("{path} cannot change in place: apply will fail, or it must be created anew"),
        };
        let severity = if is_kept { Severity::Warning } else { Severity::Error };
        found.push(about(subject, rule.path, severity, words));
    }
    shrinking_claim(subject, found);
    immutable_data(subject, found);
}

/// Rules of the platform; what a built-in rule has said is not said again.
pub(super) fn judge_own(subject: &Subject<'_, '_>, policies: &Policies, found: &mut Vec<Finding>) {
    let (Some(old), Some(new)) = (subject.old, subject.new) else { return };
    let fits = |own: &&ImmutableField| {
        *own.kind == *subject.identity.kind
            && own.group.as_ref().is_none_or(|group| **group == *subject.identity.group)
    };
    for own in policies.immutable.iter().filter(fits) {
        let path: Vec<&str> = own.path.iter().map(String::as_str).collect();
        let is_built_in =
            RULES.iter().any(|rule| subject.is(rule.group, rule.kind) && path.starts_with(rule.path));
        let same = match (old.get_path(&path), new.get_path(&path)) {
            (Some(old), Some(new)) => prints_same(old, new),
            (old, new) => old.is_none() && new.is_none(),
        };
        if same || is_built_in {
            continue;
        }
        let words = format!(
            "{} must not change ({}): apply will fail, or it must be created anew",
            path.join("."),
            own.span,
        );
        found.push(about(subject, &path, Severity::Error, words));
    }
}

/// A finding about a path, told by the one field below it that differs, or by the whole when there are several.
fn about(subject: &Subject<'_, '_>, path: &[&str], severity: Severity, words: String) -> Finding {
    let own: Vec<&FieldDifference<'_>> =
        subject.difference.fields.iter().filter(|field| is_below(&field.path, path)).collect();
    let finding = subject.finding(CODE, severity, words);
    match own.as_slice() {
        [only] => finding.at(only.path.clone(), only.old.map(|own| own.node), only.new.map(|own| own.node)),
        _ => finding.at(
            keys(path),
            subject.old.and_then(|old| old.get_path(path)),
            subject.new.and_then(|new| new.get_path(path)),
        ),
    }
}

/// Whether a field lies at or below a path of keys.
fn is_below(field: &FieldPath, path: &[&str]) -> bool {
    field.0.len() >= path.len()
        && field.0.iter().zip(path).all(|(step, key)| *step == crate::diff::PathStep::Key((*key).into()))
}

fn differs(rule: &Rule, old: &Node, new: &Node) -> bool {
    let (old, new) = (old.get_path(rule.path), new.get_path(rule.path));
    if rule.except.is_empty() {
        return match (old, new) {
            (Some(old), Some(new)) => !prints_same(old, new),
            (None, None) => false,
            (Some(only), None) | (None, Some(only)) => {
                rule.default.is_none_or(|default| only.as_text() != Some(default))
            }
        };
    }
    let maps = [old, new].map(|side| side.and_then(Node::as_mapping));
    let keys = maps.iter().flatten().flat_map(|map| map.iter()).map(|entry| entry.key.as_str());
    keys.filter(|key| !rule.except.contains(key)).any(|key| {
        match (old.and_then(|old| old.get(key)), new.and_then(|new| new.get(key))) {
            (Some(old), Some(new)) => !prints_same(old, new),
            // The mode of a volume is filled in.
            (Some(only), None) | (None, Some(only)) => only.as_text() != Some("Filesystem"),
            (None, None) => false,
        }
    })
}

fn is_external(service: &Node) -> bool {
    service.get_path(&["spec", "type"]).and_then(Node::as_text) == Some("ExternalName")
}

/// A claim can grow, not shrink.
fn shrinking_claim(subject: &Subject<'_, '_>, found: &mut Vec<Finding>) {
    const PATH: &[&str] = &["spec", "resources", "requests", "storage"];
    if !subject.is("", "PersistentVolumeClaim") {
        return;
    }
    let (old, new) =
        (subject.old.and_then(|node| node.get_path(PATH)), subject.new.and_then(|node| node.get_path(PATH)));
    if let (Some(old), Some(new)) = (old, new)
        && quantity::is_less(new, old) == Some(true)
    {
        let words = "a claim cannot shrink: apply will fail, or it must be created anew without its data";
        let finding = subject.finding(CODE, Severity::Error, words);
        found.push(finding.at(keys(PATH), Some(old), Some(new)));
    }
}

/// A `ConfigMap` or `Secret` that says it is immutable.
fn immutable_data(subject: &Subject<'_, '_>, found: &mut Vec<Finding>) {
    if !subject.is("", "ConfigMap") && !subject.is("", "Secret") {
        return;
    }
    let (Some(old), Some(new)) = (subject.old, subject.new) else { return };
    let named = |node: &Node| node.get_path(&["metadata", "name"]).and_then(Node::as_text).map(str::to_owned);
    if old.get("immutable").and_then(Node::as_bool) != Some(true) || named(old) != named(new) {
        return;
    }
    let is_data =
        |field: &&FieldDifference<'_>| field.path.keys().next().is_some_and(|key| DATA.contains(&key));
    if let Some(field) = subject.difference.fields.iter().find(is_data) {
        let words = "it is immutable: apply will fail, or it must be created anew";
        let finding = subject.finding(CODE, Severity::Error, words);
        let value = |value: Option<crate::diff::FieldValue<'_>>| {
            // What is in a secret is not repeated in a verdict.
            value.filter(|_| subject.identity.kind != "Secret").map(crate::diff::phrase::short_value)
        };
        let (old, new) = (value(field.old), value(field.new));
        found.push(Finding { path: field.path.clone(), old, new, ..finding });
    }
}
