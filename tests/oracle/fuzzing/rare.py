"""Random uses of what few kustomizations have: plugins of all kinds, vars, configurations, CRDs, legacy fields."""

import json

from .resources import KEYS, ODD, VALUES

WORKLOADS = ["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Widget"]
PLACES = ["metadata/annotations", "spec/template/metadata/annotations", "spec/items/value", "spec/ref/name", "data", "spec/replicas",
          "spec/template/spec/containers/image", "spec/template/spec/containers[]/env[]/value", "spec/foo/bar", "spec/nested", "metadata/labels"]


class Rare:
    """Adds rare fields to a kustomization of a layer."""

    def __init__(self, random, word, resources):
        self.random = random
        self.word = word
        self.resources = resources

    def chance(self, odds):
        return self.random.random() < odds

    def pick(self, *choices):
        return self.random.choice(choices)

    def maybe(self, odds, **fields):
        return fields if self.chance(odds) else {}

    def add(self, layer, folder, made, known):
        """Gives a kustomization some of the rare fields."""
        for odds, field in [(0.1, self.transformers), (0.04, self.validators), (0.05, self.generators), (0.06, self.vars), (0.06, self.configurations),
                            (0.03, self.crds), (0.03, self.legacy), (0.03, self.lists), (0.03, self.order), (0.05, self.replacements)]:
            if self.chance(odds):
                field(layer, folder, made, known)

    # Plugins.

    def target(self, known):
        item = self.random.choice(known) if known else {"kind": "Deployment", "now": f"web-{self.word}", "namespace": None}
        out = {"kind": self.pick(item["kind"], item["kind"], ".*", "Deployment|ConfigMap")}
        out |= self.maybe(0.3, name=self.pick(item["now"], "web.*", f".*-{self.word}"))
        out |= self.maybe(0.15, labelSelector=self.pick("app", "app=web", "!app", "app in (web,db)", "app!=db"))
        out |= self.maybe(0.1, annotationSelector=self.pick("a=b", "!a", "example.com/app"))
        out |= self.maybe(0.1, namespace=item["namespace"] or "default")
        return out

    def specs(self, *paths):
        specs = []
        for path in self.random.sample(paths, self.random.randint(1, len(paths))):
            specs.append({"path": path} | self.maybe(0.6, create=self.chance(0.7)) | self.maybe(0.3, kind=self.random.choice(WORKLOADS))
                         | self.maybe(0.1, group=self.pick("apps", "")) | self.maybe(0.1, version=self.pick("v1", "v1beta1")))
        return specs

    def transformer(self, layer, folder, known):
        """The kind and the body of a transformer's configuration."""
        random = self.random
        item = random.choice(known) if known else None
        name = item["now"] if item else "web"
        merge = lambda: {"apiVersion": item["version"], "kind": item["kind"], "metadata": {"name": name, "labels": {"plugged": random.choice(VALUES)}}}
        operations = [{"op": "add", "path": self.pick("/metadata/labels", "/metadata/annotations", "/metadata/annotations", "/spec/new"), "value": {"z": random.choice(VALUES)}}]
        kind = random.choice(["AnnotationsTransformer", "LabelTransformer", "ImageTagTransformer", "NamespaceTransformer", "PrefixTransformer", "SuffixTransformer",
                              "ReplicaCountTransformer", "ValueAddTransformer", "HashTransformer", "PatchTransformer", "PatchTransformer", "PatchJson6902Transformer",
                              "PatchStrategicMergeTransformer", "ReplacementTransformer", "ReplacementTransformer"])
        if self.chance(0.03):
            kind = self.pick("PrefixSuffixTransformer", "SortOrderTransformer", "NoTransformer")
        if kind == "AnnotationsTransformer":
            return kind, {"annotations": self.resources.pairs(), "fieldSpecs": self.specs("metadata/annotations", "spec/template/metadata/annotations")}
        if kind == "LabelTransformer":
            return kind, {"labels": self.resources.pairs(), "fieldSpecs": self.specs("metadata/labels", "spec/selector/matchLabels", "spec/template/metadata/labels", "spec/foo")}
        if kind == "ImageTagTransformer":
            image = {"name": self.pick("nginx", "busybox", "app")} | self.maybe(0.7, newTag=self.pick("9", "v9")) | self.maybe(0.3, newName="plugged/image") | self.maybe(0.2, digest="sha256:" + "ab" * 32)
            return kind, {"imageTag": image} | self.maybe(0.5, fieldSpecs=self.specs("spec/template/spec/containers[]/image", "spec/template/spec/containers/image", "spec/image"))
        if kind == "NamespaceTransformer":
            meta = {"name": "n"} | self.maybe(0.9, namespace=self.resources.namespace())
            return kind, {"metadata": meta} | self.maybe(0.6, fieldSpecs=self.specs("metadata/namespace", "subjects/namespace", "spec/ns")) | \
                self.maybe(0.3, unsetOnly=self.chance(0.7)) | self.maybe(0.3, setRoleBindingSubjects=self.pick("none", "allServiceAccounts", "defaultOnly", "x"))
        if kind in ("PrefixTransformer", "SuffixTransformer"):
            return kind, {kind[:6].lower(): self.pick("q-", "-q", "")} | self.maybe(0.9, fieldSpecs=self.specs("metadata/name", "spec/ref/name"))
        if kind == "PrefixSuffixTransformer":
            return kind, {"prefix": "q-", "suffix": "-q", "fieldSpecs": self.specs("metadata/name")}
        if kind == "ReplicaCountTransformer":
            return kind, {"replica": {"name": name, "count": self.pick(0, 7)}, "fieldSpecs": self.specs("spec/replicas", "spec/size")}
        if kind == "ValueAddTransformer":
            targets = [{"fieldPath": random.choice(PLACES)} | self.maybe(0.6, selector=self.target(known)) | self.maybe(0.3, filePathPosition=self.pick(1, 2)) for _ in range(random.randint(1, 2))]
            return kind, {"value": self.pick("added", "", "12")} | {"targets": targets}
        if kind == "PatchTransformer":
            if item and self.chance(0.5):
                body = {"patch": layer.text(merge())} | self.maybe(0.4, target=self.target(known))
            else:
                body = {"patch": self.pick(json.dumps(operations), layer.text(operations)), "target": self.target(known)}
            if self.chance(0.3):
                body["path"] = layer.patches.placed(layer, folder, body.pop("patch"), always=True)
            return kind, body | self.maybe(0.2, options={self.pick("allowNameChange", "allowKindChange"): self.chance(0.8)})
        if kind == "PatchJson6902Transformer":
            target = {"kind": item["kind"] if item else "Deployment", "name": name, "version": "v1"}
            body = {"target": target, "jsonOp": self.pick(json.dumps(operations), layer.text(operations))}
            if self.chance(0.3):
                body["path"] = layer.patches.placed(layer, folder, body.pop("jsonOp"), always=True)
            return kind, body
        if kind == "PatchStrategicMergeTransformer" and item:
            text = layer.text(merge())
            return kind, {"patches": text} if self.chance(0.6) else {"paths": [layer.patches.placed(layer, folder, text, always=True)]}
        if kind == "ReplacementTransformer" and known:
            return kind, {"replacements": [layer.replacement(folder, known)]}
        if kind == "SortOrderTransformer":
            return kind, {"sortOptions": {"order": self.pick("fifo", "legacy")}}
        return "HashTransformer", {}

    def generator(self, layer, folder, known):
        kind = self.pick("ConfigMapGenerator", "SecretGenerator", "IAMPolicyGenerator", "ConfigMapGenerator")
        if kind == "IAMPolicyGenerator":
            body = {"cloud": self.pick("gke", "gke", "gke", "gke", "aws"), "kubernetesService": {"name": layer.fresh(f"iam-{self.word}-")} | self.maybe(0.5, namespace="ns-a")}
            return kind, body | {"serviceAccount": {"name": "sa", "projectId": "p"}}
        body = {"metadata": {"name": layer.fresh(f"plugged-{self.word}-")} | self.maybe(0.2, namespace=self.resources.namespace())}
        layer.pieces(folder, body)
        if "env" in body:
            body["envs"] = [body.pop("env")]
        same = [item for item in known if item["kind"] == kind[:-9]]
        if same and self.chance(0.3):
            body["metadata"] = {"name": self.random.choice(same)["now"]}
            body["behavior"] = self.pick("merge", "replace")
        return kind, body | self.maybe(0.3, options=layer.options()) | (self.maybe(0.3, type="Opaque") if kind[0] == "S" else {})

    def placed(self, layer, folder, made, field, bodies):
        """Puts plugin configurations in a file, a directory, or inline."""
        values = [layer.plugin(kind, {key: value for key, value in body.items() if key != "metadata"}) | ({"metadata": body["metadata"]} if "metadata" in body else {}) for kind, body in bodies]
        roll = self.random.random()
        if roll < 0.35:
            entries = [layer.text(value) for value in values]
        elif roll < 0.8:
            name = layer.fresh("plugged") + self.pick(".yaml", ".yaml", ".json")
            layer.write(f"{folder}/{name}", values, 0.02)
            entries = [name]
        else:
            name = layer.fresh("plugins")
            layer.write(f"{name}/all.yaml", values, 0.02)
            layer.write(f"{name}/kustomization.yaml", [{"resources": ["all.yaml"]} | self.maybe(0.1, namePrefix="x-") | self.maybe(0.1, commonAnnotations={"a": "b"})], 0.02)
            entries = [f"../{name}"]
        made.setdefault(field, []).extend(entries)

    def transformers(self, layer, folder, made, known):
        self.placed(layer, folder, made, "transformers", [self.transformer(layer, folder, known) for _ in range(self.pick(1, 1, 2))])

    def validators(self, layer, folder, made, known):
        if self.chance(0.9):
            body = ("LabelTransformer", {"labels": self.resources.pairs(), "fieldSpecs": self.specs("spec/none", "spec/nowhere/labels")})
            body[1]["fieldSpecs"] = [{"path": spec["path"]} for spec in body[1]["fieldSpecs"]]
        else:
            body = self.transformer(layer, folder, known)
        self.placed(layer, folder, made, "validators", [body])

    def generators(self, layer, folder, made, known):
        self.placed(layer, folder, made, "generators", [self.generator(layer, folder, known) for _ in range(self.pick(1, 1, 2))])

    # Names, values and where they stand.

    def vars(self, layer, folder, made, known):
        documents = [item for item in known if item["doc"]]
        for _ in range(self.random.randint(1, 2) if documents else 0):
            item = self.random.choice(documents)
            entry = {"name": self.pick(f"V_{self.word}", f"W_{self.word}"), "objref": {"kind": item["kind"], "name": self.pick(item["name"], item["now"])}}
            entry["objref"] |= self.maybe(0.7, apiVersion=item["version"])
            entry |= self.maybe(0.6, fieldref={"fieldpath": self.pick("metadata.name", "metadata.namespace", "metadata.labels.app", "spec.replicas", "metadata.annotations[a]", "spec", "kind",
                                                                      "spec.template.spec.containers[0].image", "spec.ports[0].port", "data.a")})
            made.setdefault("vars", []).append(entry)
        if self.chance(0.6) and documents:
            item = self.random.choice(documents)
            item["doc"]["metadata"].setdefault("annotations", {})
            value = self.pick(f"$(V_{self.word})", f"x-$(V_{self.word})-$(W_{self.word})", f"$$(V_{self.word})", "$(", f"$(V_{self.word}")
            layer.write(f"{folder}/{layer.fresh('uses')}.yaml", [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": layer.fresh(f"uses-{self.word}-")}, "data": {"a": value}}])
            made.setdefault("resources", []).append([path for path in layer.files if path.startswith(folder + "/")][-1].split("/")[-1])

    def configurations(self, layer, folder, made, known):
        spec = lambda: {"path": self.random.choice(PLACES)} | self.maybe(0.6, kind=self.random.choice(WORKLOADS)) | self.maybe(0.4, create=self.chance(0.5)) | self.maybe(0.1, group="apps")
        config = {}
        for field in ["namePrefix", "nameSuffix", "namespace", "commonLabels", "labels", "templateLabels", "commonAnnotations", "varReference", "images", "replicas"]:
            if self.chance(0.2):
                config[field] = [spec() for _ in range(self.random.randint(1, 2))]
        if self.chance(0.4):
            config["nameReference"] = [{"kind": self.pick("ConfigMap", "Secret", "Widget", "Service")} | self.maybe(0.5, version="v1") | {"fieldSpecs": [spec()]}]
        if self.chance(0.03):
            config[self.pick("unknown", "NamePrefix")] = []
        name = layer.fresh("config") + ".yaml"
        layer.write(f"{folder}/{name}", [config], 0.02)
        made.setdefault("configurations", []).append(name)

    def crds(self, layer, folder, made, known):
        """An OpenAPI description with references in it, as `crds` wants it."""
        reference = {"type": "string", "x-kubernetes-object-ref-api-version": "v1", "x-kubernetes-object-ref-kind": self.pick("ConfigMap", "Secret"),
                     **self.maybe(0.5, **{"x-kubernetes-object-ref-name-key": "name"})}
        spec = {"properties": {"ref": self.pick(reference, {"type": "object", "properties": {"name": reference}}), "tags": {"type": "object", "x-kubernetes-label-selector": ""}}}
        definition = {"Schema": {"type": "object", "properties": {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "spec": {"type": "object", **spec}}}}
        definition["Schema"] |= self.maybe(0.5, properties={"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object"}, "spec": {"$ref": "x.WidgetSpec"}})
        name = layer.fresh("crd") + ".json"
        layer.files[f"{folder}/{name}"] = json.dumps({"x.Widget": definition, "x.WidgetSpec": {"Schema": spec}}, indent=2)
        made["crds"] = [name]

    def replacements(self, layer, folder, made, known):
        """Replacements with all options, between fields that are most often there."""
        for _ in range(self.random.randint(1, 2) if known else 0):
            source, target = self.random.choice(known), self.random.choice(known)
            entry = {"source": {"kind": source["kind"], "name": self.pick(source["name"], source["now"]), "fieldPath": self.pick("metadata.name", "kind", "metadata.name", "apiVersion")}}
            entry["source"] |= self.maybe(0.3, options={"delimiter": self.pick("-", "", "/", "."), "index": self.pick(0, 0, 1)})
            if self.chance(0.2):
                entry = {"sourceValue": self.pick("text", "12", "true", "a:b", "", "[a]", "null", "1.0")}
            select = {"kind": target["kind"]} | self.maybe(0.5, name=self.pick(target["name"], target["now"], ".*"))
            select |= self.maybe(0.1, labelSelector=self.pick("app", "app=web", "!app")) | self.maybe(0.1, annotationSelector="!a")
            paths = self.random.sample(["metadata.annotations.copied", "metadata.annotations.other", "metadata.labels.other", "spec.other", "metadata.labels.copied", "spec.template.metadata.labels.copied", "metadata.annotations.[a.b/c]", "spec.copied.deep",
                                        "spec.template.spec.containers.[name=main].image", "spec.template.spec.containers.*.image", "spec.items.*.value", "spec.list.-", "data.a", "spec.replicas"], self.pick(1, 1, 1, 2))
            options = {"create": self.chance(0.95)} | self.maybe(0.2, delimiter=self.pick("-", ":", "/"), index=self.pick(0, 1, 5, -1))
            made.setdefault("replacements", []).append(entry | {"targets": [{"select": select, "fieldPaths": paths, "options": options} | self.maybe(0.2, reject=[{"kind": self.pick("Service", ".*", target["kind"])} | self.maybe(0.5, name=self.pick("web.*", target["now"]))])]})

    # Older and other forms.

    def legacy(self, layer, folder, made, known):
        folders = [entry for entry in made.get("resources", []) if str(entry).startswith("../")]
        if folders and self.chance(0.5):
            made["resources"] = [entry for entry in made["resources"] if entry not in folders]
            made["bases"] = folders
        if self.chance(0.5):
            made["imageTags"] = [{"name": self.pick("nginx", "busybox"), self.pick("newTag", "newName"): "legacy"}]
        if self.chance(0.2):
            made["helmGlobals"] = self.pick({"chartHome": "x"}, {}, "x", [])
        if self.chance(0.2):
            made["commonLabels"] = {self.random.choice(KEYS): self.random.choice(VALUES)}

    def lists(self, layer, folder, made, known):
        """A list kind, resources without some fields, and anchors that reach over them."""
        name = layer.fresh("list") + ".yaml"
        item = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": layer.fresh(f"listed-{self.word}-")} | self.maybe(0.2, labels=None), "data": {"k": self.random.choice(ODD) if self.chance(0.1) else "v"}}
        value = {"apiVersion": "v1", "kind": self.pick("List", "ConfigMapList", "WidgetList"), **self.maybe(0.3, metadata={}), "items": self.pick([item], [item], [], None, [item, None])}
        layer.write(f"{folder}/{name}", [value])
        made.setdefault("resources", []).append(name)

    def order(self, layer, folder, made, known):
        kinds = ["Deployment", "Service", "ConfigMap", "Secret", "Namespace", "Widget"]
        made["sortOptions"] = {"order": "legacy", "legacySortOptions": self.maybe(0.8, orderFirst=self.random.sample(kinds, 2)) | self.maybe(0.8, orderLast=self.random.sample(kinds, 2))}
