//! Turns the values of a service into patches of the resources that its layers have.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::inventory::{Inventory, InventoryItem};
use super::looks::{Looking, Looks, Seen};
use super::pointer::{Patch, Step, at, scalar};
use super::{containers, traffic};
use crate::base::Diagnostic;
use crate::catalog::setting::{Resolved, ResolvedValue};
use crate::catalog::{Service, TargetId, resolve_setting};
use crate::yaml::Node;

/// What the resources, and the main container, of archetypes and components are called.
pub(super) const PLACEHOLDER: &str = "app";

/// The patches in the making, by the index of the resource in the inventory.
pub(super) struct Patches<'a> {
    pub(super) inventory: &'a Inventory,
    pub(super) by_item: BTreeMap<usize, Patch>,
    pub(super) warnings: Vec<Diagnostic>,
    pub(super) service: &'a Service,
    pub(super) target: &'a TargetId,
    /// What settings come to, each worked out once.
    settings: RefCell<Vec<KnownSetting>>,
    /// Looks at the resources as the layers have them.
    looks: Vec<Looking>,
}

/// The key of a setting, and what that comes to.
type KnownSetting = (&'static str, Option<Rc<Resolved>>);

/// A single value that goes to one field as it is.
struct Simple {
    /// Keys below the service.
    from: &'static [&'static str],
    /// Kinds of the resource `app`.
    kinds: &'static [&'static str],
    /// Field of the resource.
    to: &'static [&'static str],
}

const SIMPLE: &[Simple] = &[
    Simple { from: &["hpa", "minReplicas"], kinds: AUTOSCALER, to: &["spec", "minReplicas"] },
    Simple { from: &["hpa", "maxReplicas"], kinds: AUTOSCALER, to: &["spec", "maxReplicas"] },
    Simple { from: &["schedule"], kinds: &["CronJob"], to: &["spec", "schedule"] },
    Simple {
        from: &["trafficPolicy", "maxConnections"],
        kinds: DESTINATION_RULE,
        to: &["spec", "trafficPolicy", "connectionPool", "tcp", "maxConnections"],
    },
    Simple {
        from: &["trafficPolicy", "maxPendingRequests"],
        kinds: DESTINATION_RULE,
        to: &["spec", "trafficPolicy", "connectionPool", "http", "http1MaxPendingRequests"],
    },
    Simple {
        from: &["trafficPolicy", "maxRequestsPerConnection"],
        kinds: DESTINATION_RULE,
        to: &["spec", "trafficPolicy", "connectionPool", "http", "maxRequestsPerConnection"],
    },
    Simple {
        from: &["trafficPolicy", "consecutiveErrors"],
        kinds: DESTINATION_RULE,
        to: &["spec", "trafficPolicy", "outlierDetection", "consecutive5xxErrors"],
    },
    Simple {
        from: &["trafficPolicy", "interval"],
        kinds: DESTINATION_RULE,
        to: &["spec", "trafficPolicy", "outlierDetection", "interval"],
    },
    Simple {
        from: &["trafficPolicy", "ejectionTime"],
        kinds: DESTINATION_RULE,
        to: &["spec", "trafficPolicy", "outlierDetection", "baseEjectionTime"],
    },
    Simple {
        from: &["trafficPolicy", "maxEjectionPercent"],
        kinds: DESTINATION_RULE,
        to: &["spec", "trafficPolicy", "outlierDetection", "maxEjectionPercent"],
    },
];

const AUTOSCALER: &[&str] = &["HorizontalPodAutoscaler"];
const DESTINATION_RULE: &[&str] = &["DestinationRule"];
const SCALED: &[&str] = &["Deployment", "StatefulSet", "ReplicaSet"];

/// What a setting needs, for the warning when it is not there.
struct Needs {
    setting: &'static str,
    kinds: &'static [&'static str],
    /// The component that usually brings it; empty when the archetype does.
    component: &'static str,
}

const NEEDS: &[Needs] = &[
    Needs { setting: "hpa", kinds: AUTOSCALER, component: "hpa" },
    Needs { setting: "replicas", kinds: SCALED, component: "" },
    Needs { setting: "schedule", kinds: &["CronJob"], component: "" },
    Needs { setting: "trafficPolicy", kinds: DESTINATION_RULE, component: "circuit-breaker" },
    Needs { setting: "retry", kinds: &["VirtualService"], component: "retry" },
    Needs { setting: "domains", kinds: &["Ingress"], component: "ingress" },
    Needs { setting: "resources", kinds: containers::WORKLOADS, component: "" },
    Needs { setting: "ports", kinds: containers::WORKLOADS, component: "" },
    Needs { setting: "health", kinds: containers::WORKLOADS, component: "" },
];

/// Makes the patches for all values of a service, for one target.
pub(super) fn patches<'a>(
    service: &'a Service,
    target: &'a TargetId,
    inventory: &'a Inventory,
) -> Patches<'a> {
    let mut patches = Patches {
        inventory,
        by_item: BTreeMap::new(),
        warnings: Vec::new(),
        service,
        target,
        settings: RefCell::default(),
        looks: inventory.items.iter().map(|_| Looking::default()).collect(),
    };
    for needs in NEEDS {
        patches.warn_without_resource(needs);
    }
    for simple in SIMPLE {
        patches.simple(simple);
    }
    autoscaler_metric(&mut patches);
    replicas(&mut patches);
    containers::resources(&mut patches);
    containers::ports(&mut patches);
    containers::health(&mut patches);
    traffic::domains(&mut patches);
    traffic::retry(&mut patches);
    traffic::hosts(&mut patches);
    patches
}

impl Patches<'_> {
    /// What a setting comes to for this target.
    pub(super) fn setting(&self, key: &'static str) -> Option<Rc<Resolved>> {
        let mut settings = self.settings.borrow_mut();
        if let Some((_, known)) = settings.iter().find(|(known, _)| *known == key) {
            return known.clone();
        }
        let value = resolve_setting(self.service, key, &self.target.env, &self.target.region).map(Rc::new);
        settings.push((key, value.clone()));
        value
    }

    /// The index of the resource `app` of a kind.
    pub(super) fn find(&self, kind: &str) -> Option<usize> {
        self.inventory.items.iter().position(|item| item.kind == kind && item.name == PLACEHOLDER)
    }

    /// The patch for a resource of the inventory.
    pub(super) fn patch(&mut self, index: usize) -> &mut Patch {
        let inventory = self.inventory;
        self.by_item.entry(index).or_insert_with(|| Patch::new(inventory.items[index].node.clone()))
    }

    /// A resource of the inventory as it is without patches.
    pub(super) fn seen(&self, index: usize) -> Seen<'_> {
        Seen::new(&self.inventory.items[index].node, &self.looks[index])
    }

    /// Everything that was looked at.
    pub(super) fn into_looks(self) -> Looks {
        let mut looks = Looks::default();
        let items = &self.inventory.items;
        self.by_item.into_iter().for_each(|(index, patch)| looks.add(&items[index], patch.into_looks()));
        items.iter().zip(self.looks).for_each(|(item, looking)| looks.add(item, looking));
        looks
    }

    /// What a resource of the inventory is called.
    pub(super) fn item(&self, index: usize) -> &InventoryItem {
        &self.inventory.items[index]
    }

    /// Sets a field to a single value of the catalog.
    pub(super) fn set(&mut self, index: usize, path: &[Step], value: &Resolved) {
        if let ResolvedValue::Scalar { text, tag } = &value.value {
            self.patch(index).set(path, scalar(text, *tag), Some(&value.span));
        }
    }

    fn simple(&mut self, simple: &Simple) {
        let (first, rest) = (simple.from[0], &simple.from[1..]);
        let Some(whole) = self.setting(first) else { return };
        let Some(value) = rest.iter().try_fold(&*whole, |value, key| value.get(key)) else { return };
        let path: Vec<Step> = simple.to.iter().map(|key| Step::from(*key)).collect();
        for kind in simple.kinds {
            if let Some(index) = self.find(kind) {
                self.set(index, &path, value);
            }
        }
    }

    /// Warns when a setting has no resource to go to.
    fn warn_without_resource(&mut self, needs: &Needs) {
        if self.setting(needs.setting).is_none() {
            return;
        }
        if needs.kinds.iter().any(|kind| self.find(kind).is_some()) {
            return;
        }
        let kind = match needs.kinds {
            [one] => (*one).to_owned(),
            [first, ..] => format!("workload such as a {first}"),
            [] => return,
        };
        let hint = if needs.component.is_empty() || self.uses_component(needs.component) {
            format!("Remove `{}`, or choose an archetype that has it.", needs.setting)
        } else {
            format!("Add `{}` to `components`, or remove `{}`.", needs.component, needs.setting)
        };
        let message = format!(
            "`{}` of service `{}` has no effect: its layers have no {kind} called `{PLACEHOLDER}`",
            needs.setting, self.service.name.value
        );
        let key = self.service.settings.iter().find(|entry| &*entry.key == needs.setting);
        let problem = Diagnostic::warning("catalog/no-effect", message);
        self.warnings.push(problem.at_maybe(key.map(|entry| entry.key_span.clone()), "").hint(hint));
    }

    fn uses_component(&self, name: &str) -> bool {
        self.service.components.iter().any(|component| &*component.value == name)
    }

    /// Says that a value has no effect.
    pub(super) fn warn(&mut self, message: String, value: &Resolved, hint: impl Into<String>) {
        self.warnings.push(
            Diagnostic::warning("catalog/no-effect", message).at(value.span.clone(), "").hint(hint.into()),
        );
    }
}

/// `hpa.targetCPUUtilizationPercentage`: the CPU metric of `autoscaling/v2`, or the field of `v1`.
fn autoscaler_metric(patches: &mut Patches<'_>) {
    let Some(index) = patches.find("HorizontalPodAutoscaler") else { return };
    let Some(hpa) = patches.setting("hpa") else { return };
    bounds(patches, &hpa, index);
    let Some(value) = hpa.get("targetCPUUtilizationPercentage") else { return };
    if patches.item(index).version == "v1" {
        patches.set(index, &at!["spec", "targetCPUUtilizationPercentage"], value);
        return;
    }
    let metrics = at!["spec", "metrics"];
    if let Some(position) = patches.seen(index).position(&metrics, &["resource", "name"], "cpu") {
        patches.set(
            index,
            &at!["spec", "metrics", position, "resource", "target", "averageUtilization"],
            value,
        );
        return;
    }
    let count = patches.seen(index).count(&metrics);
    let Some(ResolvedValue::Scalar { text, tag }) = Some(&value.value) else { return };
    let mut target = Node::mapping();
    let mut resource = Node::mapping();
    let mut metric = Node::mapping();
    set(&mut target, "type", Node::string("Utilization"));
    set(&mut target, "averageUtilization", scalar(text, *tag));
    set(&mut resource, "name", Node::string("cpu"));
    set(&mut resource, "target", target);
    set(&mut metric, "type", Node::string("Resource"));
    set(&mut metric, "resource", resource);
    patches.patch(index).set(&at!["spec", "metrics", count], metric, Some(&value.span));
}

/// Sets a key of a map node.
pub(super) fn set(node: &mut Node, key: &str, value: Node) {
    if let Some(map) = node.as_mapping_mut() {
        map.set(key, value);
    }
}

/// Warns about bounds that contradict each other.
fn bounds(patches: &mut Patches<'_>, hpa: &Resolved, index: usize) {
    let number =
        |value: Option<&Resolved>| value.and_then(Resolved::text).and_then(|text| text.parse::<i64>().ok());
    let base = |key: &str| patches.seen(index).value(&at!["spec", key]).and_then(Node::as_i64);
    let (low, high) = (hpa.get("minReplicas"), hpa.get("maxReplicas"));
    let minimum = number(low).or_else(|| base("minReplicas"));
    let maximum = number(high).or_else(|| base("maxReplicas"));
    if let (Some(minimum), Some(maximum), Some(place)) = (minimum, maximum, low.or(high))
        && minimum > maximum
    {
        let message =
            format!("`hpa` of {} asks for at least {minimum} and at most {maximum} replicas", patches.target);
        patches.warnings.push(
            Diagnostic::warning("catalog/bounds", message)
                .at(place.span.clone(), "")
                .hint("The cluster refuses such an autoscaler: raise `maxReplicas` or lower `minReplicas`."),
        );
    }
}

/// `replicas`, unless an autoscaler owns the number.
fn replicas(patches: &mut Patches<'_>) {
    let Some(value) = patches.setting("replicas") else { return };
    if patches.find("HorizontalPodAutoscaler").is_some() {
        let message = format!(
            "`replicas` of service `{}` has no effect: its HorizontalPodAutoscaler decides the number",
            patches.service.name.value
        );
        patches.warn(message, &value, "Set `hpa.minReplicas` instead, or remove the component `hpa`.");
        return;
    }
    for kind in SCALED {
        if let Some(index) = patches.find(kind) {
            patches.set(index, &at!["spec", "replicas"], &value);
        }
    }
}
