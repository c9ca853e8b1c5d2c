//! What changes in the pods of a workload: images, probes, requests and limits, and what keeps them apart from the node.

use super::{Finding, Policies, Subject, quantity};
use crate::base::Severity;
use crate::diff::PathStep;
use crate::diff::fields::prints_same;
use crate::diff::phrase::without_common_start;
use crate::yaml::Node;

const SECURITY: &str = "loosened-security";

/// Where each kind has its pods.
const TEMPLATES: &[(&str, &[&str])] = &[
    ("Deployment", &["spec", "template", "spec"]),
    ("StatefulSet", &["spec", "template", "spec"]),
    ("DaemonSet", &["spec", "template", "spec"]),
    ("ReplicaSet", &["spec", "template", "spec"]),
    ("ReplicationController", &["spec", "template", "spec"]),
    ("Rollout", &["spec", "template", "spec"]),
    ("Job", &["spec", "template", "spec"]),
    ("CronJob", &["spec", "jobTemplate", "spec", "template", "spec"]),
    ("Pod", &["spec"]),
];

const CONTAINERS: &[&str] = &["initContainers", "containers"];
const PROBES: &[&str] = &["livenessProbe", "readinessProbe", "startupProbe"];

/// A switch of a pod or container that opens something up when it has this value.
struct Switch {
    path: &'static [&'static str],
    /// The value that opens.
    open: &'static str,
    words: &'static str,
}

const POD_SWITCHES: &[Switch] = &[
    Switch { path: &["hostNetwork"], open: "true", words: "pods are in the network of the node" },
    Switch { path: &["hostPID"], open: "true", words: "pods see the processes of the node" },
    Switch { path: &["hostIPC"], open: "true", words: "pods share memory with the node" },
    Switch { path: &["shareProcessNamespace"], open: "true", words: "containers see each other's processes" },
];

const CONTAINER_SWITCHES: &[Switch] = &[
    Switch { path: &["securityContext", "privileged"], open: "true", words: "the container is privileged" },
    Switch {
        path: &["securityContext", "allowPrivilegeEscalation"],
        open: "true",
        words: "processes may get more privileges than their parent",
    },
    Switch { path: &["securityContext", "runAsUser"], open: "0", words: "the container runs as root" },
    Switch {
        path: &["securityContext", "seccompProfile", "type"],
        open: "Unconfined",
        words: "system calls are not filtered",
    },
];

/// A setting that protects as long as it has this value.
struct Guard {
    path: &'static [&'static str],
    /// The value that protects; `None` for any.
    safe: Option<&'static str>,
    words: &'static str,
}

const GUARDS: &[Guard] = &[
    Guard { path: &["securityContext", "runAsNonRoot"], safe: Some("true"), words: "it may run as root" },
    Guard {
        path: &["securityContext", "readOnlyRootFilesystem"],
        safe: Some("true"),
        words: "its file system can be written",
    },
    Guard {
        path: &["securityContext", "allowPrivilegeEscalation"],
        safe: Some("false"),
        words: "processes may get more privileges than their parent",
    },
    Guard {
        path: &["securityContext", "seccompProfile"],
        safe: None,
        words: "system calls are not filtered",
    },
];

pub(super) fn judge(subject: &Subject<'_, '_>, _: &Policies, found: &mut Vec<Finding>) {
    let kind = subject.identity.kind.as_str();
    let Some((_, template)) = TEMPLATES.iter().find(|(own, _)| *own == kind) else { return };
    let Some(new) = subject.new.and_then(|new| new.get_path(template)) else { return };
    let old = subject.old.and_then(|old| old.get_path(template));
    let pod = Part { subject, template, list: None, name: "", old, new };
    pod.switches(POD_SWITCHES, found);
    pod.guards(found);
    pod.host_paths(found);
    for list in CONTAINERS {
        for own in named(Some(new), list) {
            let name = own.get("name").and_then(Node::as_text).unwrap_or_default();
            let before =
                named(old, list).iter().find(|other| other.get("name").and_then(Node::as_text) == Some(name));
            let container = Part { list: Some(list), name, old: before, new: own, ..pod };
            container.switches(CONTAINER_SWITCHES, found);
            container.guards(found);
            container.capabilities(found);
            container.image(found);
            container.probes(found);
            container.resources(found);
        }
    }
}

fn named<'n>(pod: Option<&'n Node>, list: &str) -> &'n [Node] {
    pod.and_then(|pod| pod.get(list)).and_then(Node::as_sequence).unwrap_or_default()
}

/// A pod or a container, before and after.
#[derive(Clone, Copy)]
struct Part<'p, 'd, 'n> {
    subject: &'p Subject<'d, 'n>,
    /// Where the pod is.
    template: &'static [&'static str],
    /// The list that the container is in; `None` for the pod.
    list: Option<&'static str>,
    /// The name of the container; empty for the pod.
    name: &'p str,
    old: Option<&'p Node>,
    new: &'p Node,
}

impl<'p> Part<'p, '_, '_> {
    fn find(
        &self,
        code: &'static str,
        severity: Severity,
        path: &[&str],
        words: &str,
        found: &mut Vec<Finding>,
    ) {
        let mut full = super::keys(self.template);
        if let Some(list) = self.list {
            full.0.extend([PathStep::Key(list.into()), PathStep::Name(self.name.into())]);
        }
        full.0.extend(super::keys(path).0);
        let words = match self.name {
            "" => words.to_owned(),
            name => format!("container {name}: {words}"),
        };
        let old = self.old.and_then(|old| old.get_path(path));
        found.push(self.subject.finding(code, severity, words).at(full, old, self.new.get_path(path)));
    }

    fn switches(&self, switches: &[Switch], found: &mut Vec<Finding>) {
        for switch in switches {
            let is_open =
                |node: &Node| node.get_path(switch.path).and_then(Node::as_text) == Some(switch.open);
            // A guard says it where the safe value was written before.
            let was_safe = GUARDS
                .iter()
                .any(|guard| guard.path == switch.path && self.old.is_some_and(|old| holds(guard, old)));
            if is_open(self.new) && !self.old.is_some_and(is_open) && !was_safe {
                let key = switch.path.last().copied().unwrap_or_default();
                let words = format!("{key} is {}: {}", switch.open, switch.words);
                self.find(SECURITY, Severity::Error, switch.path, &words, found);
            }
        }
    }

    fn guards(&self, found: &mut Vec<Finding>) {
        let Some(old) = self.old else { return };
        for guard in GUARDS.iter().filter(|guard| holds(guard, old) && !holds(guard, self.new)) {
            let key = guard.path.last().copied().unwrap_or_default();
            let words = match self.new.get_path(guard.path).and_then(Node::as_text) {
                Some(value) => format!("{key} is {value}: {}", guard.words),
                None => format!("{key} is removed: {}", guard.words),
            };
            self.find(SECURITY, Severity::Warning, guard.path, &words, found);
        }
    }

    fn capabilities(&self, found: &mut Vec<Finding>) {
        let list = |node: Option<&'p Node>, key: &str| -> Vec<&'p str> {
            let items = node.and_then(|node| node.get_path(&["securityContext", "capabilities", key]));
            items.and_then(Node::as_sequence).unwrap_or_default().iter().filter_map(Node::as_text).collect()
        };
        let before = list(self.old, "add");
        let mut added = list(Some(self.new), "add");
        added.retain(|own| !before.contains(own));
        if !added.is_empty() {
            let words = format!("gets the capability {}", added.join(", "));
            self.find(SECURITY, Severity::Error, &["securityContext", "capabilities", "add"], &words, found);
        }
        let new = list(Some(self.new), "drop");
        let mut kept = list(self.old, "drop");
        kept.retain(|own| !new.contains(own));
        if !kept.is_empty() && !new.contains(&"ALL") {
            let words = format!("no longer gives up the capability {}", kept.join(", "));
            self.find(
                SECURITY,
                Severity::Warning,
                &["securityContext", "capabilities", "drop"],
                &words,
                found,
            );
        }
    }

    fn host_paths(&self, found: &mut Vec<Finding>) {
        let paths = |pod: Option<&'p Node>| -> Vec<&'p str> {
            let volumes = named(pod, "volumes").iter();
            volumes
                .filter_map(|volume| volume.get_path(&["hostPath", "path"]).and_then(Node::as_text))
                .collect()
        };
        let old = paths(self.old);
        let mut new = paths(Some(self.new));
        new.retain(|own| !old.contains(own));
        if !new.is_empty() {
            let words = format!("pods get the node's {}", new.join(", "));
            self.find(SECURITY, Severity::Error, &["volumes"], &words, found);
        }
    }

    fn image(&self, found: &mut Vec<Finding>) {
        let image = |node: &'p Node| node.get("image").and_then(Node::as_text);
        let (Some(old), Some(new)) = (self.old.and_then(image), image(self.new)) else { return };
        if old != new {
            let (old, new) = without_common_start(old, new);
            let words = format!("another image, {old} → {new}");
            self.find("image-changed", Severity::Note, &["image"], &words, found);
        }
    }

    fn probes(&self, found: &mut Vec<Finding>) {
        let Some(old) = self.old else { return };
        for probe in PROBES.iter().filter(|probe| old.get(probe).is_some() && self.new.get(probe).is_none()) {
            self.find("removed-probe", Severity::Warning, &[probe], &format!("{probe} is removed"), found);
        }
    }

    fn resources(&self, found: &mut Vec<Finding>) {
        let Some(old) = self.old else { return };
        for list in ["limits", "requests"] {
            let before = old.get_path(&["resources", list]).and_then(Node::as_mapping);
            for entry in before.into_iter().flat_map(|map| map.iter()) {
                let path = ["resources", list, entry.key.as_str()];
                let noun = list.trim_end_matches('s');
                match self.new.get_path(&path) {
                    None => {
                        let words = format!("the {} {noun} is removed", entry.key);
                        self.find("dropped-resources", Severity::Warning, &path, &words, found);
                    }
                    Some(new)
                        if !prints_same(&entry.value, new)
                            && quantity::is_less(new, &entry.value) == Some(true) =>
                    {
                        let text = |node: &Node| node.as_text().unwrap_or_default().to_owned();
                        let words = format!(
                            "the {} {noun} goes down, {} → {}",
                            entry.key,
                            text(&entry.value),
                            text(new)
                        );
                        self.find("lowered-resources", Severity::Note, &path, &words, found);
                    }
                    Some(_) => {}
                }
            }
        }
    }
}

fn holds(guard: &Guard, node: &Node) -> bool {
    match (node.get_path(guard.path), guard.safe) {
        (Some(value), Some(safe)) => value.as_text() == Some(safe),
        (Some(_), None) => true,
        (None, _) => false,
    }
}
