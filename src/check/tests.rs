//! Each verdict by an example: before, after, and what is said.

use super::*;
use crate::base::FileId;
use crate::diff::render_difference;
use crate::yaml::{Limits, parse};

fn nodes(text: &str) -> Vec<Node> {
    parse(text.as_bytes(), FileId::NONE, &Limits::default()).unwrap()
}

/// `severity code path: words`, one line for each verdict.
fn told(before: &str, after: &str) -> Vec<String> {
    told_with(before, after, &Policies::default())
}

fn told_with(before: &str, after: &str, policies: &Policies) -> Vec<String> {
    let (before, after) = (nodes(before), nodes(after));
    let (before, after): (Vec<&Node>, Vec<&Node>) = (before.iter().collect(), after.iter().collect());
    let line = |finding: &Finding| {
        assert!(CODES.contains(&finding.code), "{}", finding.code);
        let sign = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        format!("{sign} {} {}: {}", finding.code, finding.path, finding.words)
    };
    judge(&render_difference(&before, &after), policies).iter().map(line).collect()
}

/// A resource with these lines below its name.
fn resource(api_version: &str, kind: &str, rest: &str) -> String {
    format!("apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: x}}\n{rest}\n")
}

/// What is said when the rest of a resource changes.
fn change(api_version: &str, kind: &str, before: &str, after: &str) -> Vec<String> {
    told(&resource(api_version, kind, before), &resource(api_version, kind, after))
}

#[test]
fn what_the_cluster_refuses_to_change_is_an_error() {
    let cases = [
        (
            "apps/v1",
            "Deployment",
            "spec: {selector: {matchLabels: {a: b}}}",
            "spec: {selector: {matchLabels: {a: c}}}",
        ),
        (
            "apps/v1",
            "DaemonSet",
            "spec: {selector: {matchLabels: {a: b}}}",
            "spec: {selector: {matchLabels: {a: b, c: d}}}",
        ),
        ("apps/v1", "StatefulSet", "spec: {serviceName: a}", "spec: {serviceName: b}"),
        ("apps/v1", "StatefulSet", "spec: {}", "spec: {volumeClaimTemplates: [{metadata: {name: a}}]}"),
        ("apps/v1", "StatefulSet", "spec: {a: b}", "spec: {a: b, podManagementPolicy: Parallel}"),
        ("batch/v1", "Job", "spec: {template: {spec: {a: 1}}}", "spec: {template: {spec: {a: 2}}}"),
        ("batch/v1", "Job", "spec: {completionMode: Indexed}", "spec: {completionMode: NonIndexed}"),
        ("v1", "Service", "spec: {clusterIP: None}", "spec: {clusterIP: 10.0.0.1}"),
        (
            "v1",
            "PersistentVolumeClaim",
            "spec: {accessModes: [ReadWriteOnce]}",
            "spec: {accessModes: [ReadWriteMany]}",
        ),
        ("v1", "PersistentVolume", "spec: {nfs: {server: a}}", "spec: {nfs: {server: b}}"),
        ("v1", "Secret", "type: Opaque", "type: kubernetes.io/tls"),
        ("v1", "Pod", "spec: {nodeName: a}", "spec: {nodeName: b}"),
        ("storage.k8s.io/v1", "StorageClass", "parameters: {type: a}", "parameters: {type: b}"),
        ("storage.k8s.io/v1", "StorageClass", "reclaimPolicy: Delete", "reclaimPolicy: Retain"),
        ("rbac.authorization.k8s.io/v1", "RoleBinding", "roleRef: {name: a}", "roleRef: {name: b}"),
        ("scheduling.k8s.io/v1", "PriorityClass", "value: 1", "value: 2"),
        ("node.k8s.io/v1", "RuntimeClass", "handler: a", "handler: b"),
        ("networking.k8s.io/v1", "IngressClass", "spec: {controller: a}", "spec: {controller: b}"),
        (
            "apiextensions.k8s.io/v1",
            "CustomResourceDefinition",
            "spec: {scope: Cluster}",
            "spec: {scope: Namespaced}",
        ),
    ];
    for (api_version, kind, before, after) in cases {
        let found = change(api_version, kind, before, after);
        assert!(
            matches!(found.as_slice(), [only] if only.starts_with("error immutable-field")),
            "{kind}: {found:?}"
        );
    }
}

#[test]
fn what_the_cluster_lets_change_is_not_called_immutable() {
    let cases = [
        ("apps/v1", "Deployment", "spec: {replicas: 1}", "spec: {replicas: 2}"),
        ("apps/v1", "StatefulSet", "spec: {a: b}", "spec: {a: b, podManagementPolicy: OrderedReady}"),
        (
            "apps/v1",
            "StatefulSet",
            "spec: {updateStrategy: {type: OnDelete}}",
            "spec: {updateStrategy: {type: RollingUpdate}}",
        ),
        ("batch/v1", "Job", "spec: {a: b}", "spec: {a: b, completionMode: NonIndexed}"),
        ("batch/v1", "Job", "spec: {backoffLimit: 1}", "spec: {backoffLimit: 2}"),
        (
            "batch/v1",
            "CronJob",
            "spec: {jobTemplate: {spec: {template: {spec: {a: 1}}}}}",
            "spec: {jobTemplate: {spec: {template: {spec: {a: 2}}}}}",
        ),
        ("v1", "Service", "spec: {type: ExternalName}", "spec: {type: ClusterIP, clusterIP: None}"),
        (
            "v1",
            "PersistentVolumeClaim",
            "spec: {resources: {requests: {storage: 1Gi}}}",
            "spec: {resources: {requests: {storage: 2Gi}}}",
        ),
        ("v1", "PersistentVolume", "spec: {capacity: {storage: 1Gi}}", "spec: {capacity: {storage: 2Gi}}"),
        ("v1", "Secret", "a: b", "{type: Opaque, a: b}"),
        ("v1", "ConfigMap", "data: {a: b}", "data: {a: c}"),
        ("storage.k8s.io/v1", "StorageClass", "allowVolumeExpansion: false", "allowVolumeExpansion: true"),
        ("networking.k8s.io/v1", "Ingress", "spec: {ingressClassName: a}", "spec: {ingressClassName: b}"),
        ("example.com/v1", "Deployment", "spec: {selector: a}", "spec: {selector: b}"),
    ];
    for (api_version, kind, before, after) in cases {
        let found = match after.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(rest) => change(api_version, kind, before, &rest.replace(", ", "\n")),
            None => change(api_version, kind, before, after),
        };
        assert!(!found.iter().any(|line| line.contains("immutable")), "{kind}: {found:?}");
    }
}

#[test]
fn an_address_that_is_no_longer_asked_for_stays() {
    let found = change("v1", "Service", "spec: {clusterIP: None, a: b}", "spec: {a: b}");
    assert_eq!(
        found,
        [
            "warning immutable-field spec.clusterIP: spec.clusterIP is gone, but the cluster keeps the old value until it is created anew"
        ]
    );
}

#[test]
fn data_that_says_it_is_immutable_and_claims_that_shrink() {
    let found = change("v1", "ConfigMap", "immutable: true\ndata: {a: b}", "immutable: true\ndata: {a: c}");
    assert_eq!(
        found,
        ["error immutable-field data.a: it is immutable: apply will fail, or it must be created anew"]
    );
    let secret = |value: &str| resource("v1", "Secret", &format!("immutable: true\ndata: {{a: {value}}}"));
    let (before, after) = (nodes(&secret("aGVsbG8=")), nodes(&secret("d29ybGQ=")));
    let difference = render_difference(&[&before[0]], &[&after[0]]);
    let [finding] = &judge(&difference, &Policies::default())[..] else { panic!("one verdict") };
    assert_eq!((&finding.old, &finding.new), (&None, &None), "a secret is not repeated");
    let claim = |size: &str| format!("spec: {{resources: {{requests: {{storage: {size}}}}}}}");
    let found = change("v1", "PersistentVolumeClaim", &claim("2Gi"), &claim("1Gi"));
    assert!(found[0].starts_with("error immutable-field spec.resources.requests.storage"), "{found:?}");
}

#[test]
fn the_platform_can_add_fields_of_its_own() {
    let text = "immutableFields:\n- {kind: Topic, path: spec.partitions}\n- {kind: Deployment, path: spec.selector}\n";
    let memory = crate::vfs::Memory::new([
        (crate::base::RepoPath::parse("catalog/services.yaml").unwrap(), "services: []\n".as_bytes()),
        (crate::base::RepoPath::parse("catalog/policies.yaml").unwrap(), text.as_bytes()),
    ]);
    let (catalog, _) = crate::catalog::load(&memory, &crate::yaml::Limits::default());
    let policies = Policies::read(catalog.policies.as_ref());
    let topic =
        |number: u32| resource("kafka.example.com/v1", "Topic", &format!("spec: {{partitions: {number}}}"));
    let found = told_with(&topic(3), &topic(6), &policies);
    let [only] = found.as_slice() else { panic!("{found:?}") };
    assert!(only.contains("spec.partitions must not change (catalog/policies.yaml:2"), "{only}");
    let deployment =
        |label: &str| resource("apps/v1", "Deployment", &format!("spec: {{selector: {{a: {label}}}}}"));
    assert_eq!(
        told_with(&deployment("b"), &deployment("c"), &policies).len(),
        1,
        "the built-in rule says it already"
    );
}

#[test]
fn what_is_gone_takes_its_protection_or_its_data_with_it() {
    let gone = |api_version: &str, kind: &str| told(&resource(api_version, kind, "a: b"), "");
    for (api_version, kind, expected) in [
        ("policy/v1", "PodDisruptionBudget", "warning removed-budget"),
        ("networking.k8s.io/v1", "NetworkPolicy", "warning removed-network-policy"),
        ("v1", "PersistentVolumeClaim", "error removed-data"),
        ("v1", "Namespace", "error removed-data"),
        ("autoscaling/v2", "HorizontalPodAutoscaler", "warning lowered-replicas"),
        ("security.istio.io/v1", "PeerAuthentication", "warning removed-protection"),
    ] {
        let found = gone(api_version, kind);
        assert!(matches!(found.as_slice(), [only] if only.starts_with(expected)), "{kind}: {found:?}");
    }
    assert_eq!(gone("v1", "Service"), [""; 0]);
}

#[test]
fn access_is_widened_by_what_was_not_allowed_before() {
    const GROUP: &str = "rbac.authorization.k8s.io/v1";
    let role = |before: &str, after: &str| {
        change(GROUP, "Role", &format!("rules: [{before}]"), &format!("rules: [{after}]"))
    };
    let rule = |verbs: &str, resources: &str| {
        format!("{{apiGroups: [''], resources: [{resources}], verbs: [{verbs}]}}")
    };
    let found = role(&rule("get", "pods"), &rule("get, delete", "pods"));
    assert_eq!(found, ["warning widened-access rules: allows more: delete pods"]);
    let found = role(&rule("get", "pods"), &rule("'*'", "'*'"));
    assert_eq!(found, ["warning widened-access rules: allows more: do anything with all resources"]);
    // Fewer, the same in another form, and what a wildcard had allowed already.
    assert_eq!(role(&rule("get, list", "pods"), &rule("get", "pods")), [""; 0]);
    let split = format!("{}, {}", rule("get", "pods"), rule("list", "pods"));
    assert_eq!(role(&rule("get, list", "pods"), &split), [""; 0]);
    assert_eq!(role(&rule("'*'", "pods"), &rule("get", "pods")), [""; 0]);
    // One object, then all of them.
    let one = "{apiGroups: [''], resources: [secrets], resourceNames: [a], verbs: [get]}";
    assert_eq!(
        role(one, &rule("get", "secrets")),
        ["warning widened-access rules: allows more: get secrets"]
    );

    let binding = |subjects: &str| format!("roleRef: {{name: admin}}\nsubjects: [{subjects}]");
    let found = change(
        GROUP,
        "RoleBinding",
        &binding("{kind: User, name: a}"),
        &binding("{kind: User, name: a}, {kind: Group, name: b}"),
    );
    assert_eq!(found, ["warning widened-access subjects: gives admin to Group b"]);
    let found = told("", &resource(GROUP, "ClusterRoleBinding", &binding("{kind: User, name: a}")));
    assert_eq!(found, ["warning widened-access : gives admin to User a"]);
}

#[test]
fn fewer_pods_and_weaker_budgets() {
    let found = change("apps/v1", "Deployment", "spec: {replicas: 3}", "spec: {replicas: 2}");
    assert_eq!(found, ["warning lowered-replicas spec.replicas: replicas 3 → 2: fewer pods"]);
    assert_eq!(change("apps/v1", "Deployment", "spec: {replicas: 9}", "spec: {replicas: 10}"), [""; 0]);
    let found = change(
        "policy/v1",
        "PodDisruptionBudget",
        "spec: {maxUnavailable: 10%}",
        "spec: {maxUnavailable: 50%}",
    );
    assert_eq!(
        found,
        [
            "warning weakened-budget spec.maxUnavailable: maxUnavailable 10% → 50%: more pods may be evicted at once"
        ]
    );
    let found =
        change("policy/v1", "PodDisruptionBudget", "spec: {minAvailable: 50%}", "spec: {minAvailable: 1}");
    assert_eq!(found, [""; 0], "a part and a number cannot be compared");
}

/// What is said when a container of a Deployment changes.
fn container(before: &str, after: &str) -> Vec<String> {
    let pod = |own: &str| format!("spec: {{template: {{spec: {{containers: [{{name: app, {own}}}]}}}}}}");
    let path = "spec.template.spec.containers[name=app]";
    let found = change("apps/v1", "Deployment", &pod(before), &pod(after));
    found.iter().map(|line| line.replace(path, "…").replace("container app: ", "")).collect()
}

#[test]
fn containers_lose_probes_limits_and_locks() {
    assert_eq!(
        container("livenessProbe: {a: b}", "a: b"),
        ["warning removed-probe ….livenessProbe: livenessProbe is removed"]
    );
    assert_eq!(
        container("image: r/a:1", "image: r/a:2"),
        ["note image-changed ….image: another image, a:1 → a:2"]
    );
    let found =
        container("resources: {limits: {memory: 1Gi, cpu: 1}}", "resources: {limits: {memory: 512Mi}}");
    assert_eq!(
        found,
        [
            "warning dropped-resources ….resources.limits.cpu: the cpu limit is removed",
            "note lowered-resources ….resources.limits.memory: the memory limit goes down, 1Gi → 512Mi",
        ]
    );
    assert_eq!(container("resources: {limits: {cpu: 500m}}", "resources: {limits: {cpu: 0.5}}"), [""; 0]);
    let security = |own: &str| format!("securityContext: {{{own}}}");
    let found = container(
        &security("runAsNonRoot: true, readOnlyRootFilesystem: true"),
        &security("readOnlyRootFilesystem: false"),
    );
    assert_eq!(
        found,
        [
            "warning loosened-security ….securityContext.readOnlyRootFilesystem: readOnlyRootFilesystem is false: its file system can be written",
            "warning loosened-security ….securityContext.runAsNonRoot: runAsNonRoot is removed: it may run as root",
        ]
    );
    assert_eq!(
        container(&security("a: b"), &security("privileged: true")),
        [
            "error loosened-security ….securityContext.privileged: privileged is true: the container is privileged"
        ]
    );
    assert_eq!(
        container(&security("a: b"), &security("capabilities: {add: [NET_ADMIN]}")),
        ["error loosened-security ….securityContext.capabilities.add: gets the capability NET_ADMIN"]
    );
    let drop = |names: &str| security(&format!("capabilities: {{drop: [{names}]}}"));
    assert_eq!(
        container(&drop("ALL"), &drop("NET_RAW")),
        [
            "warning loosened-security ….securityContext.capabilities.drop: no longer gives up the capability ALL"
        ]
    );
    assert_eq!(container(&drop("NET_RAW"), &drop("ALL")), [""; 0]);
}

#[test]
fn pods_that_come_near_the_node() {
    let pod = |own: &str| format!("spec: {{template: {{spec: {{{own}}}}}}}");
    let found = change(
        "apps/v1",
        "DaemonSet",
        &pod("a: b"),
        &pod("hostNetwork: true, volumes: [{name: a, hostPath: {path: /etc}}]"),
    );
    assert_eq!(
        found,
        [
            "error loosened-security spec.template.spec.hostNetwork: hostNetwork is true: pods are in the network of the node",
            "error loosened-security spec.template.spec.volumes: pods get the node's /etc",
        ]
    );
    let found = told("", &resource("apps/v1", "Deployment", &pod("hostPID: true")));
    assert_eq!(
        found,
        [
            "error loosened-security spec.template.spec.hostPID: hostPID is true: pods see the processes of the node"
        ]
    );
}
