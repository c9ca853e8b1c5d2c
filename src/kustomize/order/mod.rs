//! The order of the output: kustomize's fixed order of kinds, one's own, or the order of reading.

use std::borrow::Borrow;
use std::cmp::Ordering;

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
pub(super) fn kind_key(group: &str, version: &str, kind: &str) -> String {
    kind_parts(group, version, kind).join("_")
}

fn kind_parts<'t>(group: &'t str, version: &'t str, kind: &'t str) -> [&'t str; 3] {
    [or(group, "~G"), or(version, "~V"), or(kind, "~K")]
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
            sort_by_kind(resources, &FIRST, &LAST);
        }
        return Ok(());
    };
    match (options.order.as_str(), &options.legacy) {
        ("legacy", None) => sort_by_kind(resources, &FIRST, &LAST),
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

/// The places of resources, in the built-in order.
pub(super) fn in_built_in_order<R: Borrow<Resource>>(resources: &[R]) -> Vec<usize> {
    order_of(resources, &FIRST, &LAST)
}

fn sort_by_kind<T: AsRef<str>>(resources: &mut Vec<Resource>, first: &[T], last: &[T]) {
    let order = order_of(resources, first, last);
    let mut places: Vec<Option<Resource>> = resources.drain(..).map(Some).collect();
    resources.extend(order.into_iter().filter_map(|place| places[place].take()));
}

fn order_of<R: Borrow<Resource>, T: AsRef<str>>(resources: &[R], first: &[T], last: &[T]) -> Vec<usize> {
    let id = |place: usize| resources[place].borrow().id();
    let ranks: Vec<isize> = (0..resources.len()).map(|place| rank(&id(place).kind, first, last)).collect();
    let mut order: Vec<usize> = (0..resources.len()).collect();
    order.sort_by(|&left, &right| {
        let ranks = ranks[left].cmp(&ranks[right]);
        let (left, right) = (id(left), id(right));
        ranks.then_with(|| compare_kinds(left, right)).then_with(|| compare_names(left, right))
    });
    order
}

/// Two kinds of the same rank. Namespaces of different groups are the other way round when one is of the core.
fn compare_kinds(left: &ResourceId, right: &ResourceId) -> Ordering {
    let order = compare_joined(
        kind_parts(&left.group, &left.version, &left.kind),
        kind_parts(&right.group, &right.version, &right.kind),
        "_",
    );
    let both_namespaces = left.kind == "Namespace" && right.kind == "Namespace";
    if both_namespaces && (left.group.is_empty() || right.group.is_empty()) { order.reverse() } else { order }
}

/// Two resources of the same kind: by namespace, then name, absent ones near the end.
fn compare_names(left: &ResourceId, right: &ResourceId) -> Ordering {
    let [left, right] = [left, right].map(|id| [or(&id.namespace, "~X"), or(&id.name, "~N")]);
    compare_joined(left, right, "|")
}

/// Compares the texts that kustomize makes of the parts, with a sign between them. Makes them only where one part goes
/// on behind another, so that the sign counts.
fn compare_joined<const N: usize>(left: [&str; N], right: [&str; N], sign: &str) -> Ordering {
    match left.iter().zip(&right).find(|(left, right)| left != right) {
        None => Ordering::Equal,
        Some((one, other)) if one.starts_with(other) || other.starts_with(one) => {
            left.join(sign).cmp(&right.join(sign))
        }
        Some((one, other)) => one.cmp(other),
    }
}

fn or<'t>(text: &'t str, absent: &'static str) -> &'t str {
    if text.is_empty() { absent } else { text }
}
