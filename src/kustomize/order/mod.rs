//! The order of the output: kustomize's fixed order of kinds, one's own, or the order of reading.

use std::cmp::Ordering;

use compact_str::{CompactString, format_compact};

use super::kustomization::SortOptions;
use super::options::OutputOrder;
use super::resource::{Resource, ResourceId};
use crate::yaml::Fault;

/// Kinds that come first, in this order.
const FIRST: [&str; 22] = [
    "Namespace",
    "ResourceQuota",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "PodSecurityPolicy",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "ConfigMap",
    "Secret",
    "Endpoints",
    "Service",
    "LimitRange",
    "PriorityClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "PodDisruptionBudget",
];

/// Kinds that come last, in this order.
const LAST: [&str; 2] = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

/// The place of a kind in the built-in order: negative first, 0 for most, positive last.
pub(super) fn built_in_rank(kind: &str) -> isize {
    rank(kind, &FIRST, &LAST)
}

fn rank<T: AsRef<str>>(kind: &str, first: &[T], last: &[T]) -> isize {
    // A kind in both lists counts by the second, and the last mention in a list counts.
    if let Some(index) = last.iter().rposition(|other| other.as_ref() == kind) {
        return signed(index) + 1;
    }
    match first.iter().rposition(|other| other.as_ref() == kind) {
        Some(index) => signed(index) - signed(first.len()),
        None => 0,
    }
}

fn signed(index: usize) -> isize {
    isize::try_from(index).unwrap_or(isize::MAX)
}

/// How kinds with the same rank are ordered: by group, version and kind, absent ones near the end.
pub(super) fn kind_key(group: &str, version: &str, kind: &str) -> CompactString {
    let or =
        |text: &str, absent: &'static str| CompactString::from(if text.is_empty() { absent } else { text });
    format_compact!("{}_{}_{}", or(group, "~G"), or(version, "~V"), or(kind, "~K"))
}

/// Puts resources into the order that the kustomization or the caller asks for.
///
/// # Errors
///
/// A [`Fault`] when `sortOptions` contradicts itself.
pub(super) fn sort(
    resources: &mut Vec<Resource>,
    options: Option<&SortOptions>,
    default: OutputOrder,
) -> Result<(), Fault> {
    let Some(options) = options else {
        if default == OutputOrder::Legacy {
            sort_as_built_in(resources);
        }
        return Ok(());
    };
    match (options.order.as_str(), &options.legacy) {
        ("legacy", None) => sort_as_built_in(resources),
        ("legacy", Some((first, last))) => sort_by_kind(resources, first, last),
        ("fifo", None) => {}
        ("fifo", Some(_)) => {
            return Err(Fault::new(
                "kustomization/sort-options",
                options.mark,
                "`legacySortOptions` is set, but `order` is `fifo`, not `legacy`",
            ));
        }
        (order, _) => {
            let message = format!("`order` of `sortOptions` must be `legacy` or `fifo`, not `{order}`");
            return Err(Fault::new("kustomization/sort-options", options.mark, message));
        }
    }
    Ok(())
}

/// Puts resources into the built-in order.
pub(super) fn sort_as_built_in(resources: &mut Vec<Resource>) {
    sort_by_kind(resources, &FIRST, &LAST);
}

/// A resource with the rank of its kind, the key of its kind and the key of its name.
type Keyed = (isize, CompactString, CompactString, Resource);

fn sort_by_kind<T: AsRef<str>>(resources: &mut Vec<Resource>, first: &[T], last: &[T]) {
    let mut keyed: Vec<Keyed> = std::mem::take(resources)
        .into_iter()
        .map(|resource| {
            let id = resource.id();
            let kind = kind_key(&id.group, &id.version, &id.kind);
            (rank(&id.kind, first, last), kind, name_key(id), resource)
        })
        .collect();
    keyed.sort_by(|left, right| {
        left.0.cmp(&right.0).then_with(|| compare_kinds(left, right)).then_with(|| left.2.cmp(&right.2))
    });
    resources.extend(keyed.into_iter().map(|(_, _, _, resource)| resource));
}

/// Two kinds of the same rank. Namespaces of different groups are the other way round when one is of the core.
fn compare_kinds(left: &Keyed, right: &Keyed) -> Ordering {
    let (left_id, right_id) = (left.3.id(), right.3.id());
    let both_namespaces = left_id.kind == "Namespace" && right_id.kind == "Namespace";
    if both_namespaces && (left_id.group.is_empty() || right_id.group.is_empty()) {
        right.1.cmp(&left.1)
    } else {
        left.1.cmp(&right.1)
    }
}

/// How resources of the same kind are ordered: by namespace, then name, absent ones near the end.
fn name_key(id: &ResourceId) -> CompactString {
    let or = |text: &CompactString, absent: &'static str| {
        if text.is_empty() { CompactString::const_new(absent) } else { text.clone() }
    };
    format_compact!("{}|{}", or(&id.namespace, "~X"), or(&id.name, "~N"))
}
