#!/usr/bin/env python3
"""Makes table.txt from the Kubernetes 1.21 schema that the Python package kubernetes-validate 1.21.0 carries.

Usage: make_table.py PATH/TO/kubernetes-validate-1.21.0 > table.txt

Only what merging needs is kept: the graph of types, how lists merge, and the scope of kinds. The format is
described at the top of the table.
"""

import json
import pathlib
import sys

DEFINITIONS = "src/kubernetes_validate/kubernetes-json-schema/v1.21.0-local/_definitions.json"

# Parts of Kubernetes that are off by default. kustomize's own schema was made without them.
OFF_BY_DEFAULT = ("v1alpha1.", "core.v1.EphemeralContainers")

# The schema of the package has no API paths, so scopes are stated here: (apiVersions, namespaced kinds, others).
SCOPES = [
    ("admissionregistration.k8s.io/v1 admissionregistration.k8s.io/v1beta1", "",
     "MutatingWebhookConfiguration ValidatingWebhookConfiguration"),
    ("apiextensions.k8s.io/v1 apiextensions.k8s.io/v1beta1", "", "CustomResourceDefinition"),
    ("apiregistration.k8s.io/v1 apiregistration.k8s.io/v1beta1", "", "APIService"),
    ("apps/v1", "ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet", ""),
    ("autoscaling/v1", "HorizontalPodAutoscaler Scale", ""),
    ("autoscaling/v2beta1 autoscaling/v2beta2", "HorizontalPodAutoscaler", ""),
    ("batch/v1", "CronJob Job", ""),
    ("batch/v1beta1", "CronJob", ""),
    ("certificates.k8s.io/v1 certificates.k8s.io/v1beta1", "", "CertificateSigningRequest"),
    ("coordination.k8s.io/v1 coordination.k8s.io/v1beta1", "Lease", ""),
    ("discovery.k8s.io/v1 discovery.k8s.io/v1beta1", "EndpointSlice", ""),
    ("events.k8s.io/v1 events.k8s.io/v1beta1", "Event", ""),
    ("extensions/v1beta1", "Ingress", ""),
    ("flowcontrol.apiserver.k8s.io/v1beta1", "", "FlowSchema PriorityLevelConfiguration"),
    ("networking.k8s.io/v1", "Ingress NetworkPolicy", "IngressClass"),
    ("networking.k8s.io/v1beta1", "Ingress", "IngressClass"),
    ("node.k8s.io/v1 node.k8s.io/v1beta1", "", "RuntimeClass"),
    ("policy/v1", "PodDisruptionBudget", ""),
    ("policy/v1beta1", "PodDisruptionBudget", "PodSecurityPolicy"),
    ("rbac.authorization.k8s.io/v1 rbac.authorization.k8s.io/v1beta1", "Role RoleBinding",
     "ClusterRole ClusterRoleBinding"),
    ("scheduling.k8s.io/v1 scheduling.k8s.io/v1beta1", "", "PriorityClass"),
    ("storage.k8s.io/v1", "", "CSIDriver CSINode StorageClass VolumeAttachment"),
    ("storage.k8s.io/v1beta1", "CSIStorageCapacity", "CSIDriver CSINode StorageClass VolumeAttachment"),
    ("v1",
     "ConfigMap Endpoints Event LimitRange PersistentVolumeClaim Pod PodAttachOptions PodExecOptions "
     "PodPortForwardOptions PodProxyOptions PodTemplate ReplicationController ResourceQuota Secret Service "
     "ServiceAccount ServiceProxyOptions",
     "ComponentStatus Namespace Node NodeProxyOptions PersistentVolume"),
]

HEADER = """\
# How lists of Kubernetes 1.21 objects merge, and which kinds live in namespaces. Made by make_table.py; see NOTICE.md.
#
# `@ NAME` begins a type; types are numbered from 0. The lines after it are its fields: `KEY SHAPE`.
# SHAPE: `.` scalar, `*` anything, `3` type number 3, `{SHAPE` map of, `[SHAPE` list of,
# `[!KEYS;SHAPE` list that merges by the keys between commas (by value if there are none).
# Fields that are scalars, or lists of scalars that are replaced, are left out.
# `= TYPE APIVERSION/KIND` says which type a resource has. `+` and `-` list namespaced kinds and others."""


def main() -> None:
    path = pathlib.Path(sys.argv[1]) / DEFINITIONS
    definitions = json.loads(path.read_text())["definitions"]
    names = sorted(n for n in definitions if not any(off in n for off in OFF_BY_DEFAULT))
    numbers = {name: str(number) for number, name in enumerate(names)}

    def shape(schema: dict) -> str:
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[1]
            return "." if is_scalar(definitions[name]) else numbers[name]
        kind = schema.get("type")
        kind = kind[0] if isinstance(kind, list) else kind
        if kind == "array":
            strategies = schema.get("x-kubernetes-patch-strategy", "").split(",")
            merge = ""
            if "merge" in strategies:
                single = schema.get("x-kubernetes-patch-merge-key")
                keys = schema.get("x-kubernetes-list-map-keys") or ([single] if single else [])
                merge = f"!{','.join(keys)};"
            return f"[{merge}{shape(schema['items'])}"
        if kind in ("string", "integer", "number", "boolean"):
            return "."
        more = schema.get("additionalProperties")
        return "{" + shape(more) if isinstance(more, dict) else "*"

    def is_scalar(schema: dict) -> bool:
        kinds = {schema.get("type")} | {one.get("type") for one in schema.get("oneOf", [])}
        return bool(kinds & {"string", "integer", "number", "boolean"})

    print(HEADER)
    resources = []
    for name in names:
        definition = definitions[name]
        print("@", name.removeprefix("io.k8s."))
        for key, schema in sorted(definition.get("properties", {}).items()):
            text = shape(schema)
            if text.lstrip("[") != ".":
                print(key, text)
        for kind in definition.get("x-kubernetes-group-version-kind", []):
            group = f"{kind['group']}/" if kind["group"] else ""
            resources.append((f"{group}{kind['version']}/{kind['kind']}", numbers[name]))
    for resource, number in sorted(resources):
        print("=", number, resource)
    for versions, namespaced, others in SCOPES:
        for version in versions.split():
            for sign, kinds in (("+", namespaced), ("-", others)):
                if kinds:
                    print(sign, version, kinds)


if __name__ == "__main__":
    main()
