//! Values that go to the main container of the workload: resources, ports, probes.

use super::pointer::{Step, at, scalar};
use super::values::{PLACEHOLDER, Patches, set};
use crate::catalog::setting::{Resolved, ResolvedValue};
use crate::yaml::Node;

/// Kinds that have a pod template.
pub(super) const WORKLOADS: &[&str] =
    &["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob"];

/// The main container of every workload `app`: the index of the resource and the path to the container.
fn main_containers(patches: &Patches<'_>) -> Vec<(usize, Vec<Step>)> {
    let mut found = Vec::new();
    for kind in WORKLOADS {
        let Some(index) = patches.find(kind) else { continue };
        let above: &[&str] = match *kind {
            "CronJob" => &["spec", "jobTemplate", "spec", "template", "spec", "containers"],
            _ => &["spec", "template", "spec", "containers"],
        };
        let mut path: Vec<Step> = above.iter().map(|key| Step::from(*key)).collect();
        if let Some(position) = patches.seen(index).position(&path, &["name"], PLACEHOLDER) {
            path.push(Step::Item(position));
            found.push((index, path));
        }
    }
    found
}

fn below(path: &[Step], rest: impl IntoIterator<Item = Step>) -> Vec<Step> {
    path.iter().cloned().chain(rest).collect()
}

/// `resources`: `requests` and `limits`; `cpu` and `memory` by themselves are both, where the long form says nothing.
pub(super) fn resources(patches: &mut Patches<'_>) {
    let Some(value) = patches.setting("resources") else { return };
    let containers = main_containers(patches);
    if containers.is_empty() {
        return;
    }
    for side in ["requests", "limits"] {
        for amount in ["cpu", "memory", "ephemeral-storage"] {
            let long = value.get(side).and_then(|amounts| amounts.get(amount));
            let Some(said) = long.or_else(|| value.get(amount)) else { continue };
            for (index, container) in &containers {
                patches.set(*index, &below(container, at!["resources", side, amount]), said);
            }
        }
    }
}

/// `ports`: container ports and Service ports by their names; others stay as they are.
pub(super) fn ports(patches: &mut Patches<'_>) {
    let Some(ports) = patches.setting("ports") else { return };
    for port in ports.items() {
        let Some(name) = port.get("name").and_then(Resolved::text).cloned() else { continue };
        let container_port = port.get("containerPort").or_else(|| port.get("port"));
        let protocol = port.get("protocol");
        if let Some(number) = container_port {
            for (index, container) in main_containers(patches) {
                let list = below(&container, at!["ports"]);
                port_entry(patches, index, &list, &name, &[("containerPort", number)], protocol, None);
            }
        }
        // Without `servicePort` and `port`, a port that the Service does not have is private to the pod.
        let service_port = port.get("servicePort").or_else(|| port.get("port"));
        if let (Some(index), Some(number)) = (patches.find("Service"), service_port) {
            let list = at!["spec", "ports"];
            let target = Some(("targetPort", Node::string(&*name)));
            port_entry(patches, index, &list, &name, &[("port", number)], protocol, target);
        }
    }
}

/// Sets fields of the port with this name. When it is not there, it is added, with one more field if one is given.
fn port_entry(
    patches: &mut Patches<'_>,
    index: usize,
    list: &[Step],
    name: &str,
    fields: &[(&str, &Resolved)],
    protocol: Option<&Resolved>,
    when_added: Option<(&str, Node)>,
) {
    let known = patches.patch(index).seen();
    let (count, found) = (known.count(list), known.position(list, &["name"], name));
    let fields = fields.iter().copied().chain(protocol.map(|protocol| ("protocol", protocol)));
    if let Some(at) = found {
        for (key, value) in fields {
            patches.set(index, &below(list, at![at, key]), value);
        }
        return;
    }
    let mut entry = Node::mapping();
    set(&mut entry, "name", Node::string(name));
    let mut span = None;
    for (key, value) in fields {
        if let ResolvedValue::Scalar { text, tag } = &value.value {
            set(&mut entry, key, scalar(text, *tag));
            span.get_or_insert_with(|| value.span.clone());
        }
    }
    if let Some((key, value)) = when_added {
        set(&mut entry, key, value);
    }
    patches.patch(index).set(&below(list, at![count]), entry, span.as_ref());
}

/// `health`: path and port of the probes. The start-up probe follows the liveness path when it had the same one.
pub(super) fn health(patches: &mut Patches<'_>) {
    let Some(health) = patches.setting("health") else { return };
    for (index, container) in main_containers(patches) {
        let probe_path = |patches: &Patches<'_>, probe: &str| {
            let path: Vec<Step> = below(&container, at![probe, "httpGet", "path"]);
            patches.seen(index).text(&path).map(str::to_owned)
        };
        let live = probe_path(patches, "livenessProbe");
        let start = probe_path(patches, "startupProbe");
        let follows = start.is_some() && start == live;
        let startup = health.get("startupPath").or_else(|| health.get("livenessPath").filter(|_| follows));
        let probes = [
            ("startupProbe", startup, start),
            ("livenessProbe", health.get("livenessPath"), live),
            ("readinessProbe", health.get("readinessPath"), probe_path(patches, "readinessProbe")),
        ];
        for (probe, path_value, present) in probes {
            let port_value = health.get("port").filter(|_| present.is_some() || path_value.is_some());
            if let Some(value) = path_value {
                patches.set(index, &below(&container, at![probe, "httpGet", "path"]), value);
            }
            if let Some(value) = port_value {
                patches.set(index, &below(&container, at![probe, "httpGet", "port"]), value);
            } else if present.is_none()
                && let Some(value) = path_value
            {
                // A probe that was not there needs a port: the first one of the container.
                let first = below(&container, at!["ports", 0, "containerPort"]);
                let first = patches.patch(index).seen().value(&first).cloned();
                let span = value.span.clone();
                if let Some(port) = first {
                    let to = below(&container, at![probe, "httpGet", "port"]);
                    patches.patch(index).set(&to, port, Some(&span));
                }
            }
        }
    }
}
