//! Values that go to the network: hosts of the Ingress, retries, and the host names inside Istio's resources.

use super::pointer::{Patch, Step, at};
use super::values::{PLACEHOLDER, Patches};
use crate::base::Span;
use crate::yaml::{Node, Value};

/// `domains`: one rule per host, each with the paths of the first rule, and the hosts of every TLS entry.
pub(super) fn domains(patches: &mut Patches<'_>) {
    let Some(domains) = patches.setting("domains") else { return };
    let Some(index) = patches.find("Ingress") else { return };
    let hosts = domains.items();
    let rules = at!["spec", "rules"];
    let patch = patches.patch(index);
    let Some(first) = patch.seen().value(&at!["spec", "rules", 0]).cloned() else {
        let message = format!(
            "`domains` of service `{}` has no effect: Ingress `{PLACEHOLDER}` has no rules",
            patches.service.name.value
        );
        patches.warn(message, &domains, "Give the Ingress of the component one rule with its paths.");
        return;
    };
    for (at, host) in hosts.iter().enumerate() {
        let Some(text) = host.text() else { continue };
        let span = Some(&host.span);
        if patch.seen().has(&at!["spec", "rules", at]) {
            patch.set(&at!["spec", "rules", at, "host"], Node::string(&**text), span);
        } else {
            let mut rule = first.clone();
            super::values::set(&mut rule, "host", Node::string(&**text));
            patch.set(&at!["spec", "rules", at], rule, span);
        }
    }
    patch.truncate(&rules, hosts.len().max(1), Some(&domains.span));
    let entries = patch.seen().count(&at!["spec", "tls"]);
    for entry in 0..entries {
        let list = at!["spec", "tls", entry, "hosts"];
        for (at, host) in hosts.iter().enumerate() {
            if let Some(text) = host.text() {
                let to: Vec<Step> = list.iter().cloned().chain([Step::Item(at)]).collect();
                patch.set(&to, Node::string(&**text), Some(&host.span));
            }
        }
        patch.truncate(&list, hosts.len(), Some(&domains.span));
    }
}

/// `retry`: the retries of every HTTP route of the VirtualService.
pub(super) fn retry(patches: &mut Patches<'_>) {
    let Some(retry) = patches.setting("retry") else { return };
    let Some(index) = patches.find("VirtualService") else { return };
    for route in 0..patches.seen(index).count(&at!["spec", "http"]) {
        for field in ["attempts", "perTryTimeout", "retryOn"] {
            if let Some(value) = retry.get(field) {
                patches.set(index, &at!["spec", "http", route, "retries", field], value);
            }
        }
    }
}

/// The fields in which Istio names a Service by its host name; kustomize does not follow them.
const HOST_FIELDS: [&str; 2] = ["host", "hosts"];

/// Puts the service's name in the place of `app` and `app-*` in the host names of Istio's resources, where a Service
/// of the layers has that name.
pub(super) fn hosts(patches: &mut Patches<'_>) {
    let services: Vec<&str> = patches
        .inventory
        .items
        .iter()
        .filter(|item| item.kind == "Service" && item.group.is_empty() && renamed(&item.name, "").is_some())
        .map(|item| item.name.as_str())
        .collect();
    let (name, span) = (patches.service.name.value.clone(), patches.service.name.span.clone());
    for index in 0..patches.inventory.items.len() {
        if patches.item(index).group != "networking.istio.io" {
            continue;
        }
        for (path, host) in patches.seen(index).host_names() {
            if services.contains(&host.as_str())
                && let Some(host) = renamed(&host, &name)
            {
                replace(patches.patch(index), &path, &host, &span);
            }
        }
    }
}

fn replace(patch: &mut Patch, path: &[Step], host: &str, span: &Span) {
    patch.set(path, Node::string(host), Some(span));
}

/// Every text in a host field, with its path.
pub(super) fn host_names(node: &Node) -> Vec<(Vec<Step>, String)> {
    let mut found = Vec::new();
    collect(node, &mut Vec::new(), false, &mut found);
    found
}

fn collect(node: &Node, path: &mut Vec<Step>, in_host: bool, found: &mut Vec<(Vec<Step>, String)>) {
    match &node.value {
        Value::Scalar(scalar) if in_host => found.push((path.clone(), scalar.text.to_string())),
        Value::Scalar(_) => {}
        Value::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(Step::Item(index));
                collect(item, path, in_host, found);
                path.pop();
            }
        }
        Value::Mapping(map) => {
            for entry in map.iter() {
                path.push(Step::Key(entry.key.to_string()));
                collect(&entry.value, path, HOST_FIELDS.contains(&entry.key.as_str()), found);
                path.pop();
            }
        }
    }
}

/// What `app` or `app-*` becomes for a service; `None` for other names.
pub(super) fn renamed(name: &str, service: &str) -> Option<String> {
    let suffix = name.strip_prefix(PLACEHOLDER)?;
    (suffix.is_empty() || suffix.starts_with('-')).then(|| format!("{service}{suffix}"))
}
