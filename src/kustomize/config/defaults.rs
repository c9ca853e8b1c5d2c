//! What is built in, as small tables: places of labels, annotations, images, and names of other objects.
//!
//! case: config/built-in-fields

use std::sync::Arc;

use super::merge::merge_one;
use super::{FieldSpec, FieldSpecs, KindPattern, NameReference, TransformerConfig};
use crate::yaml::field_path::SpecPath;

/// A row: group, version, kind (empty for any), path, and whether the field is made when it is missing.
type Row = (&'static str, &'static str, &'static str, &'static str, bool);

const NAMESPACE: &[Row] = &[
    ("", "", "Namespace", "metadata/name", true),
    ("apiregistration.k8s.io", "", "APIService", "spec/service/namespace", true),
    (
        "apiextensions.k8s.io",
        "",
        "CustomResourceDefinition",
        "spec/conversion/webhook/clientConfig/service/namespace",
        false,
    ),
];

const IMAGES: &[Row] = &[
    ("", "", "", "spec/containers[]/image", true),
    ("", "", "", "spec/initContainers[]/image", true),
    ("", "", "", "spec/volumes[]/image/reference", true),
    ("", "", "", "spec/template/spec/containers[]/image", true),
    ("", "", "", "spec/template/spec/initContainers[]/image", true),
    ("", "", "", "spec/template/spec/volumes[]/image/reference", true),
];

const REPLICAS: &[Row] = &[
    ("", "", "Deployment", "spec/replicas", true),
    ("", "", "ReplicationController", "spec/replicas", true),
    ("", "", "ReplicaSet", "spec/replicas", true),
    ("", "", "StatefulSet", "spec/replicas", true),
];

const ANNOTATIONS: &[Row] = &[
    ("", "", "", "metadata/annotations", true),
    ("", "v1", "ReplicationController", "spec/template/metadata/annotations", true),
    ("", "", "Deployment", "spec/template/metadata/annotations", true),
    ("", "", "ReplicaSet", "spec/template/metadata/annotations", true),
    ("", "", "DaemonSet", "spec/template/metadata/annotations", true),
    ("", "", "StatefulSet", "spec/template/metadata/annotations", true),
    ("batch", "", "Job", "spec/template/metadata/annotations", true),
    ("batch", "", "CronJob", "spec/jobTemplate/metadata/annotations", true),
    ("batch", "", "CronJob", "spec/jobTemplate/spec/template/metadata/annotations", true),
];

const METADATA_LABELS: &[Row] = &[
    ("", "", "", "metadata/labels", true),
    ("", "v1", "ReplicationController", "spec/template/metadata/labels", true),
    ("", "", "Deployment", "spec/template/metadata/labels", true),
    ("", "", "ReplicaSet", "spec/template/metadata/labels", true),
    ("", "", "DaemonSet", "spec/template/metadata/labels", true),
    ("apps", "", "StatefulSet", "spec/template/metadata/labels", true),
    ("apps", "", "StatefulSet", "spec/volumeClaimTemplates[]/metadata/labels", true),
    ("batch", "", "Job", "spec/template/metadata/labels", true),
    ("batch", "", "CronJob", "spec/jobTemplate/metadata/labels", true),
    ("batch", "", "CronJob", "spec/jobTemplate/spec/template/metadata/labels", true),
];

const SELECTORS: &[Row] = &[
    ("", "v1", "Service", "spec/selector", true),
    ("", "v1", "ReplicationController", "spec/selector", true),
    ("", "", "Deployment", "spec/selector/matchLabels", true),
    ("", "", "ReplicaSet", "spec/selector/matchLabels", true),
    ("", "", "DaemonSet", "spec/selector/matchLabels", true),
    ("apps", "", "StatefulSet", "spec/selector/matchLabels", true),
    ("batch", "", "Job", "spec/selector/matchLabels", false),
    ("batch", "", "CronJob", "spec/jobTemplate/spec/selector/matchLabels", false),
    ("policy", "", "PodDisruptionBudget", "spec/selector/matchLabels", false),
    ("networking.k8s.io", "", "NetworkPolicy", "spec/podSelector/matchLabels", false),
    ("networking.k8s.io", "", "NetworkPolicy", "spec/ingress/from/podSelector/matchLabels", false),
    ("networking.k8s.io", "", "NetworkPolicy", "spec/egress/to/podSelector/matchLabels", false),
];

/// Selectors of other pods within a pod, for Deployments and StatefulSets.
const POD_SELECTORS: [&str; 5] = [
    "affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels",
    "affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels",
    "affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels",
    "affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels",
    "topologySpreadConstraints/labelSelector/matchLabels",
];

const POD: &str = "spec/";
const POD_TEMPLATE: &str = "template/spec/";
const WORKLOAD: &str = "spec/template/spec/";
const CRON_JOB: &str = "spec/jobTemplate/spec/template/spec/";

/// Kinds whose pods may name ConfigMaps and Secrets: version, kind, where the pod stands.
const DATA_USERS: [(&str, &str, &str); 8] = [
    ("v1", "Pod", POD),
    ("", "PodTemplate", POD_TEMPLATE),
    ("", "Deployment", WORKLOAD),
    ("", "ReplicaSet", WORKLOAD),
    ("", "DaemonSet", WORKLOAD),
    ("", "StatefulSet", WORKLOAD),
    ("", "Job", WORKLOAD),
    ("", "CronJob", CRON_JOB),
];

/// Kinds whose pods may name service accounts, claims and priority classes.
const POD_USERS: [(&str, &str, &str); 7] = [
    ("", "Pod", POD),
    ("", "StatefulSet", WORKLOAD),
    ("", "Deployment", WORKLOAD),
    ("", "ReplicationController", WORKLOAD),
    ("", "CronJob", CRON_JOB),
    ("", "Job", WORKLOAD),
    ("", "DaemonSet", WORKLOAD),
];

const CONFIG_MAP_IN_POD: &[&str] = &[
    "volumes/configMap/name",
    "containers/env/valueFrom/configMapKeyRef/name",
    "initContainers/env/valueFrom/configMapKeyRef/name",
    "containers/envFrom/configMapRef/name",
    "initContainers/envFrom/configMapRef/name",
    "volumes/projected/sources/configMap/name",
];

const SECRET_IN_POD: &[&str] = &[
    "volumes/secret/secretName",
    "containers/env/valueFrom/secretKeyRef/name",
    "initContainers/env/valueFrom/secretKeyRef/name",
    "containers/envFrom/secretRef/name",
    "initContainers/envFrom/secretRef/name",
    "imagePullSecrets/name",
    "volumes/projected/sources/secret/name",
];

/// References from pods: what is named, by which kinds, in which fields of the pod.
const POD_REFERENCES: &[(KindRow, &[PodUser], &[&str])] = &[
    (("", "v1", "ConfigMap"), &DATA_USERS, CONFIG_MAP_IN_POD),
    (("", "v1", "Secret"), &DATA_USERS, SECRET_IN_POD),
    (("", "v1", "ServiceAccount"), &POD_USERS, &["serviceAccountName"]),
    (("", "v1", "PersistentVolumeClaim"), &POD_USERS, &["volumes/persistentVolumeClaim/claimName"]),
    (("scheduling.k8s.io", "v1", "PriorityClass"), &POD_USERS, &["priorityClassName"]),
];

/// Group, version and kind.
type KindRow = (&'static str, &'static str, &'static str);

/// Version and kind of what has pods, and where in it the pod stands.
type PodUser = (&'static str, &'static str, &'static str);

/// Group, version and kind of what refers to something, and the field.
type Referrer = (&'static str, &'static str, &'static str, &'static str);

/// References from elsewhere: what is named; group, version and kind of what names it; the field.
const REFERENCES: &[(KindRow, &[Referrer])] = &[
    (("", "", "Deployment"), &[("", "", "HorizontalPodAutoscaler", "spec/scaleTargetRef/name")]),
    (("", "", "ReplicationController"), &[("", "", "HorizontalPodAutoscaler", "spec/scaleTargetRef/name")]),
    (("", "", "ReplicaSet"), &[("", "", "HorizontalPodAutoscaler", "spec/scaleTargetRef/name")]),
    (("", "", "StatefulSet"), &[("", "", "HorizontalPodAutoscaler", "spec/scaleTargetRef/name")]),
    (
        ("", "v1", "ConfigMap"),
        &[
            ("", "", "Node", "spec/configSource/configMap"),
            ("", "", "Role", "rules/resourceNames"),
            ("", "", "ClusterRole", "rules/resourceNames"),
            (
                "",
                "",
                "Ingress",
                r"metadata/annotations/nginx.ingress.kubernetes.io\/fastcgi-params-configmap",
            ),
        ],
    ),
    (
        ("", "v1", "Secret"),
        &[
            ("", "", "Ingress", "spec/tls/secretName"),
            ("", "", "Ingress", r"metadata/annotations/ingress.kubernetes.io\/auth-secret"),
            ("", "", "Ingress", r"metadata/annotations/nginx.ingress.kubernetes.io\/auth-secret"),
            ("", "", "Ingress", r"metadata/annotations/nginx.ingress.kubernetes.io\/auth-tls-secret"),
            // Looked at again, as kustomize does: the name that it came to may be one that something else had before.
            ("", "", "Ingress", "spec/tls/secretName"),
            ("", "", "ServiceAccount", "imagePullSecrets/name"),
            ("", "", "StorageClass", "parameters/secretName"),
            ("", "", "StorageClass", "parameters/adminSecretName"),
            ("", "", "StorageClass", "parameters/userSecretName"),
            ("", "", "StorageClass", "parameters/secretRef"),
            ("", "", "Role", "rules/resourceNames"),
            ("", "", "ClusterRole", "rules/resourceNames"),
            (
                "serving.knative.dev",
                "v1",
                "Service",
                "spec/template/spec/containers/env/valueFrom/secretKeyRef/name",
            ),
            ("", "", "PersistentVolume", "spec/azureFile/secretName"),
        ],
    ),
    (
        ("", "v1", "Service"),
        &[
            ("apps", "", "StatefulSet", "spec/serviceName"),
            ("", "", "Ingress", "spec/rules/http/paths/backend/serviceName"),
            ("", "", "Ingress", "spec/backend/serviceName"),
            ("", "", "Ingress", "spec/rules/http/paths/backend/service/name"),
            ("", "", "Ingress", "spec/defaultBackend/service/name"),
            ("apiregistration.k8s.io", "", "APIService", "spec/service/name"),
            (
                "admissionregistration.k8s.io",
                "",
                "ValidatingWebhookConfiguration",
                "webhooks/clientConfig/service",
            ),
            (
                "admissionregistration.k8s.io",
                "",
                "MutatingWebhookConfiguration",
                "webhooks/clientConfig/service",
            ),
        ],
    ),
    (
        ("rbac.authorization.k8s.io", "", "Role"),
        &[("rbac.authorization.k8s.io", "", "RoleBinding", "roleRef/name")],
    ),
    (
        ("rbac.authorization.k8s.io", "", "ClusterRole"),
        &[
            ("rbac.authorization.k8s.io", "", "RoleBinding", "roleRef/name"),
            ("rbac.authorization.k8s.io", "", "ClusterRoleBinding", "roleRef/name"),
        ],
    ),
    (
        ("", "v1", "ServiceAccount"),
        &[
            ("rbac.authorization.k8s.io", "", "RoleBinding", "subjects"),
            ("rbac.authorization.k8s.io", "", "ClusterRoleBinding", "subjects"),
        ],
    ),
    (
        ("", "v1", "PersistentVolume"),
        &[
            ("", "", "PersistentVolumeClaim", "spec/volumeName"),
            ("", "", "ClusterRole", "rules/resourceNames"),
        ],
    ),
    (
        ("storage.k8s.io", "v1", "StorageClass"),
        &[
            ("", "", "PersistentVolume", "spec/storageClassName"),
            ("", "", "PersistentVolumeClaim", "spec/storageClassName"),
            ("", "", "StatefulSet", "spec/volumeClaimTemplates/spec/storageClassName"),
        ],
    ),
    // The group is written like this in kustomize, so that no object ever has it and the reference never follows.
    (("networking.k8s.io/v1", "v1", "IngressClass"), &[("", "", "Ingress", "spec/ingressClassName")]),
    (
        ("admissionregistration.k8s.io", "", "ValidatingAdmissionPolicy"),
        &[("admissionregistration.k8s.io", "", "ValidatingAdmissionPolicyBinding", "spec/policyName")],
    ),
];

/// Fields of containers in which vars are replaced.
const VARS_IN_CONTAINER: [&str; 4] = ["args", "command", "env/value", "volumeMounts/mountPath"];

/// Kinds with containers in which vars are replaced, and the place of an NFS server.
const VAR_USERS: [(&str, &str, &str); 7] = [
    ("CronJob", CRON_JOB, "spec/jobTemplate/spec/template/volumes/nfs/server"),
    ("DaemonSet", WORKLOAD, "spec/template/spec/volumes/nfs/server"),
    ("Deployment", WORKLOAD, "spec/template/spec/volumes/nfs/server"),
    ("Job", WORKLOAD, "spec/template/spec/volumes/nfs/server"),
    ("Pod", POD, "spec/volumes/nfs/server"),
    ("ReplicaSet", WORKLOAD, "spec/template/spec/volumes/nfs/server"),
    ("StatefulSet", WORKLOAD, "spec/volumeClaimTemplates/spec/nfs/server"),
];

/// Other fields in which vars are replaced.
const VARS_ELSEWHERE: &[Row] = &[
    ("", "", "Deployment", "spec/template/metadata/annotations", false),
    ("", "", "Ingress", "spec/rules/host", false),
    ("", "", "Ingress", "spec/tls/hosts", false),
    ("", "", "Ingress", "spec/tls/secretName", false),
    ("", "", "Service", "spec/ports/port", false),
    ("", "", "Service", "spec/ports/targetPort", false),
    ("", "", "PersistentVolume", "spec/nfs/server", false),
    ("", "", "", "metadata/labels", false),
    ("", "", "", "metadata/annotations", false),
];

fn pattern((group, version, kind): KindRow) -> KindPattern {
    KindPattern { group: group.into(), version: version.into(), kind: kind.into() }
}

fn spec(of: KindRow, path: &str, create: bool) -> FieldSpec {
    FieldSpec { of: pattern(of), path: SpecPath::parse(path), create }
}

fn rows(rows: &'static [Row]) -> Vec<FieldSpec> {
    rows.iter()
        .map(|(group, version, kind, path, create)| spec((group, version, kind), path, *create))
        .collect()
}

/// The built-in configuration, as it is after kustomize has merged it with nothing.
pub(super) fn config() -> TransformerConfig {
    let mut common_labels = rows(SELECTORS);
    for kind in ["Deployment", "StatefulSet"] {
        let specs = POD_SELECTORS.map(|path| spec(("apps", "", kind), &format!("{WORKLOAD}{path}"), false));
        common_labels.extend(specs);
    }
    common_labels.extend(rows(METADATA_LABELS));
    let mut config = TransformerConfig {
        name_prefix: Arc::new(vec![FieldSpec::everywhere("metadata/name", false)]),
        name_suffix: Arc::new(vec![FieldSpec::everywhere("metadata/name", false)]),
        namespace: Arc::new(rows(NAMESPACE)),
        common_labels: Arc::new(common_labels),
        labels: FieldSpecs::default(),
        template_labels: Arc::new(rows(METADATA_LABELS)),
        common_annotations: Arc::new(rows(ANNOTATIONS)),
        name_references: name_references(),
        var_references: Arc::new(var_references()),
        images: Arc::new(rows(IMAGES)),
        replicas: Arc::new(rows(REPLICAS)),
    };
    config.sort();
    config
}

fn name_references() -> Vec<NameReference> {
    let mut references: Vec<NameReference> = Vec::new();
    let mut add = |target: KindRow, specs: &[FieldSpec]| {
        let target = pattern(target);
        let index = references.iter().position(|known| known.target == target).unwrap_or_else(|| {
            references.push(NameReference { target, referrers: Vec::new() });
            references.len() - 1
        });
        // Not merged: a field that is there twice is looked at twice.
        references[index].referrers.extend_from_slice(specs);
    };
    for (target, users, fields) in POD_REFERENCES {
        for (version, kind, pod) in *users {
            let specs: Vec<FieldSpec> = fields
                .iter()
                .map(|field| spec(("", version, kind), &format!("{pod}{field}"), false))
                .collect();
            add(*target, &specs);
        }
    }
    for (target, referrers) in REFERENCES {
        let specs: Vec<FieldSpec> = referrers
            .iter()
            .map(|(group, version, kind, path)| spec((group, version, kind), path, false))
            .collect();
        add(*target, &specs);
    }
    references
}

fn var_references() -> Vec<FieldSpec> {
    let mut specs = Vec::new();
    for (kind, pod, nfs) in VAR_USERS {
        for containers in ["containers", "initContainers"] {
            for field in VARS_IN_CONTAINER {
                specs.push(spec(("", "", kind), &format!("{pod}{containers}/{field}"), false));
            }
        }
        specs.push(spec(("", "", kind), nfs, false));
    }
    for row in rows(VARS_ELSEWHERE) {
        merge_one(&mut specs, &row).expect("no built-in field for vars is made");
    }
    specs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_built_in_reference_is_there_twice_as_in_kustomize() {
        let mut twice = Vec::new();
        for reference in name_references() {
            for (at, field) in reference.referrers.iter().enumerate() {
                if reference.referrers[..at].iter().any(|other| other.same_field(field)) {
                    twice.push(field.path.as_str().to_owned());
                }
            }
        }
        assert_eq!(twice, ["spec/tls/secretName"]);
    }
}
