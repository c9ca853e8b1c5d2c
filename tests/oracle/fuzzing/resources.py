"""Random Kubernetes resources of many kinds, which name one another."""

from .text import Raw

ODD = """0777 08 1.0 1e3 -0 0x1F 0o17 1_000 .5 1. 1e400 0.0001 123456789.123 12345678901234567890 yes No on y n true
~ null 2020-01-01 12:30:45 1:30 = "a\\tb" 'it''s' "" "é" "😀" 1.10 0b11 +1 -.inf .nan "on" "12" 'null' "1e3" "a: b"
"a #b" "@x" "*x" "- a" "[a" "{{x}}" "trailing " " leading" "tab\\there" a:b a#b 5m 100Mi 1.5Gi 0.5 50% http://x.y/z?q=1
"$(VAR)" !!str 12""".replace("!!str 12", "").split()
ODD = [Raw(word) for word in ODD if word.count('"') != 1] + [Raw('"a: b"'), Raw('"a #b"'), Raw('"trailing "'), Raw("!!str 12")]
TEXTS = ["plain words here", "line one\nline two\n", "no newline\nat end", "a\n\nb\n", "key=value\nother=1\n", "x " * 60, "w" * 100,
         "a long sentence of many words that has to be folded somewhere near the eightieth column, or so it goes",
         "  indented\nfirst\n", "tab\tin it", "trailing space \nnext\n", "{\"json\": [1, 2]}", "a: b\nc: d\n", "café", "ends\n\n\n"]
IMAGES = ["nginx", "nginx:1.7.9", "busybox:latest", "registry.example.com:5000/team/app:v1", "app@sha256:" + "0a" * 32,
          "quay.io/a/b", "nginx:1.2@sha256:" + "1b" * 32, "gcr.io/app:2.0"]
NAMES = ["web", "api", "db", "cache", "app", "job", "k10", "k2"]
KEYS = ["app", "tier", "app.kubernetes.io/name", "env", "team", "release"]
VALUES = ["web", "db", "prod", "blue", "1", "true", "v1.2"]


class Resources:
    """Makes resources whose names end in a word of their own, so that many cases fit in one build."""

    def __init__(self, random, word):
        self.random = random
        self.word = word
        self.kinds = {}

    def chance(self, odds):
        return self.random.random() < odds

    def name(self):
        return f"{self.random.choice(NAMES)}-{self.word}"

    def named(self, kind):
        """The name of some resource of a kind that may exist."""
        known = self.kinds.get(kind)
        return self.random.choice(known) if known and self.chance(0.85) else self.name()

    def namespace(self):
        return self.random.choice(["default", "prod", "ns-a", "kube-system"])

    def pairs(self, most=3):
        count = self.random.randint(1, most)
        return {self.random.choice(KEYS): self.random.choice(VALUES) for _ in range(count)}

    def some(self, value, odds=0.5):
        return value() if self.chance(odds) else None

    def odd(self, usual):
        if not self.chance(0.12):
            return usual
        return self.random.choice(ODD) if self.chance(0.7) else self.random.choice(TEXTS)

    def metadata(self, kind, cluster=False):
        name = self.name()
        self.kinds.setdefault(kind, []).append(name)
        meta = {"name": name}
        if not cluster and self.chance(0.3):
            meta["namespace"] = self.namespace()
        if self.chance(0.5):
            meta["labels"] = self.pairs()
        if self.chance(0.3):
            meta["annotations"] = {f"example.com/{key.split('/')[-1]}": self.odd(value) for key, value in self.pairs().items()}
            for key, value in meta["annotations"].items():
                if isinstance(value, Raw) and not value.startswith(('"', "'")) and self.chance(0.95):
                    meta["annotations"][key] = "text"
        if self.chance(0.04):
            meta.setdefault("annotations", {})[self.random.choice(["config.kubernetes.io/local-config",
                "kustomize.config.k8s.io/needs-hash", "config.kubernetes.io/index", "config.kubernetes.io/path"])] = self.random.choice(["true", "enabled", "1"])
        if self.chance(0.05):
            meta["creationTimestamp"] = None
        return meta

    def shuffled(self, value):
        if not self.chance(0.2):
            return value
        keys = list(value)
        self.random.shuffle(keys)
        return {key: value[key] for key in keys}

    def env(self):
        name = self.random.choice(["A", "B", "LEVEL", "URL", "k10", "k2"])
        roll = self.random.random()
        if roll < 0.6:
            return {"name": name, "value": self.odd(self.random.choice(["1x", "debug", "$(VAR)", f"$(V_{self.word})", "http://x"]))}
        if roll < 0.75:
            return {"name": name, "valueFrom": {"configMapKeyRef": {"name": self.named("ConfigMap"), "key": "k"}}}
        if roll < 0.9:
            return {"name": name, "valueFrom": {"secretKeyRef": {"name": self.named("Secret"), "key": "k", "optional": True}}}
        return {"name": name, "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}

    def container(self, name):
        out = {"name": name, "image": self.random.choice(IMAGES)}
        if self.chance(0.5):
            env = {item["name"]: item for item in (self.env() for _ in range(self.random.randint(1, 3)))}
            out["env"] = list(env.values())
        if self.chance(0.3):
            out["args"] = [self.odd(word) for word in ["--flag", "--level=2", f"$(V_{self.word})"][: self.random.randint(1, 3)]]
        if self.chance(0.2):
            out["command"] = ["sh", "-c", self.random.choice(TEXTS)]
        if self.chance(0.3):
            port = {"containerPort": self.random.choice([80, 8080, 9090])}
            if self.chance(0.5):
                port["name"] = self.random.choice(["http", "metrics"])
            if self.chance(0.3):
                port["protocol"] = self.random.choice(["TCP", "UDP"])
            out["ports"] = [port] + ([{"containerPort": 53, "protocol": "UDP"}] if self.chance(0.4) else [])
        if self.chance(0.3):
            out["volumeMounts"] = [{"name": "data", "mountPath": f"/m/{place}"} for place in "ab"[: self.random.randint(1, 2)]]
        if self.chance(0.2):
            out["envFrom"] = [{"configMapRef": {"name": self.named("ConfigMap")}}, {"secretRef": {"name": self.named("Secret")}}]
        if self.chance(0.2):
            out["resources"] = {"limits": {"cpu": self.odd(Raw("1")), "memory": "1Gi"}, "requests": {"cpu": "100m"}}
        if self.chance(0.1):
            out["livenessProbe"] = {"httpGet": {"path": "/", "port": self.random.choice([80, "http"])}, "periodSeconds": 5}
        if self.chance(0.1):
            out["securityContext"] = {"runAsUser": 0, "capabilities": {"drop": ["ALL"], "add": ["NET_ADMIN"]}}
        return self.shuffled(out)

    def pod(self):
        names = self.random.sample(["main", "side", "log"], self.random.randint(1, 2))
        spec = {"containers": [self.container(name) for name in names]}
        if self.chance(0.15):
            spec["initContainers"] = [self.container("init")]
        if self.chance(0.3):
            volume = self.random.choice([
                {"name": "data", "configMap": {"name": self.named("ConfigMap"), "items": [{"key": "a", "path": "b"}]}},
                {"name": "data", "secret": {"secretName": self.named("Secret")}},
                {"name": "data", "emptyDir": {}},
                {"name": "data", "persistentVolumeClaim": {"claimName": self.named("PersistentVolumeClaim")}},
                {"name": "data", "projected": {"sources": [{"configMap": {"name": self.named("ConfigMap")}}, {"secret": {"name": self.named("Secret")}}]}},
            ])
            spec["volumes"] = [volume]
        if self.chance(0.2):
            spec["serviceAccountName"] = self.named("ServiceAccount")
        if self.chance(0.1):
            spec["imagePullSecrets"] = [{"name": self.named("Secret")}]
        if self.chance(0.15):
            spec["tolerations"] = [{"key": "a", "operator": "Exists"}, {"key": "b", "operator": "Equal", "value": self.odd("x")}]
        if self.chance(0.1):
            spec["affinity"] = {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [
                {"weight": 1, "podAffinityTerm": {"labelSelector": {"matchLabels": self.pairs(2)}, "topologyKey": "zone"}}]}}
        if self.chance(0.1):
            spec["topologySpreadConstraints"] = [{"maxSkew": 1, "topologyKey": "zone", "labelSelector": {"matchLabels": self.pairs(1)}}]
        if self.chance(0.1):
            spec["hostAliases"] = [{"ip": "1.2.3.4", "hostnames": ["a", "b"]}]
        return self.shuffled(spec)

    def template(self):
        out = {"spec": self.pod()}
        if self.chance(0.8):
            out["metadata"] = {"labels": self.pairs()}
            if self.chance(0.2):
                out["metadata"]["annotations"] = {"a": "b"}
        return self.shuffled(out)

    def workload(self, kind, version="apps/v1"):
        spec = {"template": self.template()}
        if kind != "DaemonSet" and self.chance(0.6):
            spec["replicas"] = self.random.choice([1, 2, 3, 0])
        if self.chance(0.7):
            spec["selector"] = {"matchLabels": self.pairs()}
            if self.chance(0.1):
                spec["selector"]["matchExpressions"] = [{"key": "a", "operator": "In", "values": ["b", "c"]}]
        if kind == "StatefulSet":
            spec["serviceName"] = self.named("Service")
            if self.chance(0.4):
                spec["volumeClaimTemplates"] = [{"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}]
        if kind == "Deployment" and self.chance(0.2):
            spec["strategy"] = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": self.odd(1), "maxUnavailable": "50%"}}
        return {"apiVersion": version, "kind": kind, "metadata": self.metadata(kind), "spec": self.shuffled(spec)}

    def service(self):
        ports = [{"port": 80, "targetPort": self.random.choice([8080, "http"])}]
        if self.chance(0.4):
            ports.append({"port": 53, "protocol": "UDP", "name": "dns"})
        spec = {"ports": ports}
        if self.chance(0.7):
            spec["selector"] = self.pairs()
        if self.chance(0.3):
            spec["type"] = self.random.choice(["ClusterIP", "LoadBalancer", "NodePort"])
        return {"apiVersion": "v1", "kind": "Service", "metadata": self.metadata("Service"), "spec": spec}

    def ingress(self):
        backend = {"service": {"name": self.named("Service"), "port": {"number": 80}}}
        rules = [{"host": f"{host}.example.com", "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}} for host in "ab"[: self.random.randint(1, 2)]]
        spec = {"rules": rules}
        if self.chance(0.3):
            spec["tls"] = [{"hosts": ["a.example.com"], "secretName": self.named("Secret")}]
        if self.chance(0.2):
            spec["defaultBackend"] = backend
        if self.chance(0.2):
            return {"apiVersion": "networking.k8s.io/v1beta1", "kind": "Ingress", "metadata": self.metadata("Ingress"),
                    "spec": {"rules": [{"http": {"paths": [{"path": "/", "backend": {"serviceName": self.named("Service"), "servicePort": 80}}]}}]}}
        out = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": self.metadata("Ingress"), "spec": spec}
        if self.chance(0.2):
            out["metadata"].setdefault("annotations", {})["nginx.ingress.kubernetes.io/auth-secret"] = self.named("Secret")
        return out

    def job(self):
        spec = {"template": self.template(), "backoffLimit": 1}
        if self.chance(0.5):
            return {"apiVersion": "batch/v1", "kind": "Job", "metadata": self.metadata("Job"), "spec": spec}
        return {"apiVersion": self.random.choice(["batch/v1", "batch/v1beta1"]), "kind": "CronJob", "metadata": self.metadata("CronJob"),
                "spec": {"schedule": self.random.choice(["*/5 * * * *", "@daily", "0 3 * * 1"]), "jobTemplate": {"spec": spec}}}

    def autoscaler(self):
        kind = self.random.choice(["Deployment", "StatefulSet"])
        spec = {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": kind, "name": self.named(kind)}, "minReplicas": 1, "maxReplicas": 5}
        return {"apiVersion": self.random.choice(["autoscaling/v2", "autoscaling/v1"]), "kind": "HorizontalPodAutoscaler", "metadata": self.metadata("HorizontalPodAutoscaler"), "spec": spec}

    def role(self):
        kind = self.random.choice(["Role", "ClusterRole"])
        rule = {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"]}
        if self.chance(0.4):
            rule["resourceNames"] = [self.named("ConfigMap"), self.named("ConfigMap")]
        return {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": self.metadata(kind, kind == "ClusterRole"), "rules": [rule]}

    def binding(self):
        kind = self.random.choice(["RoleBinding", "ClusterRoleBinding"])
        role = "ClusterRole" if kind == "ClusterRoleBinding" or self.chance(0.3) else "Role"
        subject = {"kind": "ServiceAccount", "name": self.named("ServiceAccount") if self.chance(0.8) else "default"}
        if self.chance(0.7):
            subject["namespace"] = self.namespace()
        subjects = [subject] + ([{"kind": "User", "name": "jo", "apiGroup": "rbac.authorization.k8s.io"}] if self.chance(0.3) else [])
        return {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": self.metadata(kind, kind == "ClusterRoleBinding"),
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": role, "name": self.named(role)}, "subjects": subjects}

    def data(self, kind):
        out = {"apiVersion": "v1", "kind": kind, "metadata": self.metadata(kind)}
        keys = self.random.sample(["a", "b", "k10", "k2", "file.txt", "A_B", "x.yaml"], self.random.randint(0, 4))
        if kind == "ConfigMap":
            values = {key: self.random.choice(TEXTS) if self.chance(0.5) else self.random.choice(["1", "x", "true", "", "a=b"]) for key in keys}
            for key in values:
                if self.chance(0.04):
                    values[key] = self.random.choice(ODD)
            if keys or self.chance(0.5):
                out["data"] = values
            if self.chance(0.1):
                out["binaryData"] = {"bin": "AAECAw=="}
            if self.chance(0.1):
                out["immutable"] = True
        else:
            out["type"] = self.random.choice(["Opaque", "kubernetes.io/tls"])
            out[self.random.choice(["data", "stringData"])] = {key: "YWJj" for key in keys}
        return self.shuffled(out)

    def custom(self):
        kind = self.random.choice(["Widget", "Certificate", "Rollout"])
        spec = {
            "replicas": self.odd(1),
            "items": [{"name": name, "value": self.odd("v"), "tags": ["a", "b"]} for name in "ab"[: self.random.randint(0, 2)]],
            "ref": {"kind": "ConfigMap", "name": self.named("ConfigMap")},
            "template": {"metadata": {"labels": self.pairs()}, "spec": self.pod()} if self.chance(0.3) else {},
            "a.b/c": self.odd("slash"), "nested": {"deep": [[1, 2], [{"x": self.odd(1)}]], "null": None},
        }
        for key in list(spec):
            if self.chance(0.4):
                del spec[key]
        return {"apiVersion": self.random.choice(["example.com/v1", "cert-manager.io/v1alpha1"]), "kind": kind, "metadata": self.metadata(kind), "spec": spec}

    def definition(self):
        meta = self.metadata("CustomResourceDefinition", True)
        return {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": meta,
                "spec": {"group": "example.com", "names": {"kind": "Widget", "plural": "widgets"}, "scope": "Namespaced",
                         "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}}}}]}}

    def plain(self):
        kind, version, cluster, body = self.random.choice([
            ("ServiceAccount", "v1", False, {}),
            ("ServiceAccount", "v1", False, {"secrets": [{"name": self.named("Secret")}], "imagePullSecrets": [{"name": self.named("Secret")}]}),
            ("Namespace", "v1", True, {}),
            ("PersistentVolumeClaim", "v1", False, {"spec": {"accessModes": ["ReadWriteOnce"], "volumeName": self.named("PersistentVolume"), "storageClassName": self.named("StorageClass")}}),
            ("PersistentVolume", "v1", True, {"spec": {"capacity": {"storage": "1Gi"}, "claimRef": {"name": self.named("PersistentVolumeClaim"), "namespace": "prod"}}}),
            ("StorageClass", "storage.k8s.io/v1", True, {"provisioner": "x"}),
            ("PodDisruptionBudget", "policy/v1", False, {"spec": {"minAvailable": self.odd(1), "selector": {"matchLabels": self.pairs()}}}),
            ("NetworkPolicy", "networking.k8s.io/v1", False, {"spec": {"podSelector": {"matchLabels": self.pairs()}, "ingress": [{"from": [{"podSelector": {"matchLabels": self.pairs()}}, {"namespaceSelector": {}}]}]}}),
            ("PriorityClass", "scheduling.k8s.io/v1", True, {"value": 1000}),
            ("ResourceQuota", "v1", False, {"spec": {"hard": {"pods": self.odd("10")}}}),
            ("ValidatingWebhookConfiguration", "admissionregistration.k8s.io/v1", True, {"webhooks": [{"name": "a.b.c", "clientConfig": {"service": {"name": self.named("Service"), "namespace": "prod"}}}]}),
            ("APIService", "apiregistration.k8s.io/v1", True, {"spec": {"group": "x", "service": {"name": self.named("Service"), "namespace": "prod"}}}),
            ("Pod", "v1", False, {"spec": self.pod()}),
            ("ReplicaSet", "apps/v1", False, {"spec": {"replicas": 1, "template": self.template()}}),
            ("LimitRange", "v1", False, {"spec": {"limits": [{"type": "Container", "default": {"cpu": "1"}}]}}),
            ("EndpointSlice", "discovery.k8s.io/v1", False, {"endpoints": [{"addresses": ["1.2.3.4"]}], "ports": [{"port": 80}]}),
        ])
        return {"apiVersion": version, "kind": kind, "metadata": self.metadata(kind, cluster), **body}

    def resource(self):
        makers = [
            (5, lambda: self.workload("Deployment")), (2, lambda: self.workload("StatefulSet")), (1, lambda: self.workload("DaemonSet")),
            (1, lambda: self.workload("Deployment", self.random.choice(["extensions/v1beta1", "apps/v1beta2"]))),
            (3, self.service), (2, self.ingress), (2, self.job), (1, self.autoscaler), (1, self.role), (2, self.binding),
            (3, lambda: self.data("ConfigMap")), (2, lambda: self.data("Secret")), (2, self.custom), (1, self.definition), (5, self.plain),
        ]
        made = self.random.choices([maker for _, maker in makers], [weight for weight, _ in makers])[0]()
        return self.shuffled(made)
