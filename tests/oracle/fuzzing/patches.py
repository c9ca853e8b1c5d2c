"""Random patches: strategic merge with its directives, JSON 6902, and their targets."""

from .resources import ODD, TEXTS

WORKLOADS = {"Deployment", "StatefulSet", "DaemonSet", "Job", "ReplicaSet"}


class Patches:
    """Makes patch entries for the resources that a layer stands for."""

    def __init__(self, random, word, resources):
        self.random = random
        self.word = word
        self.resources = resources

    def chance(self, odds):
        return self.random.random() < odds

    def add(self, layer, folder, made, known):
        """Gives a kustomization some patches."""
        if known and self.chance(0.45):
            made["patches"] = [self.patch(layer, folder, known) for _ in range(self.random.choice([1, 1, 2, 3]))]
        documents = [item for item in known if item["doc"]]
        if documents and self.chance(0.05):
            value = self.merge(self.random.choice(documents))
            made["patchesStrategicMerge"] = [self.placed(layer, folder, layer.text(value))]
        if documents and self.chance(0.05):
            item = self.random.choice(documents)
            target = {"version": item["version"].split("/")[-1], "kind": item["kind"], "name": item["now"]}
            if "/" in item["version"]:
                target["group"] = item["version"].split("/")[0]
            if item["namespace"]:
                target["namespace"] = item["namespace"]
            made["patchesJson6902"] = [{"target": target, self.random.choice(["path", "patch"]): None}]
            entry = made["patchesJson6902"][0]
            text = layer.text(self.operations(item))
            if "path" in entry:
                entry["path"] = self.placed(layer, folder, text, always=True)
            else:
                entry["patch"] = text

    def placed(self, layer, folder, text, always=False):
        if not always and self.chance(0.4):
            return text
        name = layer.fresh("patch") + ".yaml"
        layer.files[f"{folder}/{name}"] = text
        return name

    def target(self, item):
        out = {"kind": item["kind"], "name": item["now"]}
        roll = self.random.random()
        if roll < 0.1:
            out = {"kind": item["kind"]}
        elif roll < 0.13:
            out = {"kind": self.random.choice(["Deployment|Service", ".*Set", ".*", "Config.*", "deployment"])}
        elif roll < 0.3:
            out["name"] = self.random.choice([f".*-{self.word}", "web.*", "(api|db).*", item["name"], ".*", "^" + item["now"] + "$"])
        elif roll < 0.4:
            out = {"labelSelector": self.random.choice(["app=web", "app", "app!=web", "env in (prod,1)", "!team", "app=web,tier", "tier notin (db)", "app==db"])}
        elif roll < 0.45:
            out = {"annotationSelector": self.random.choice(["example.com/app", "example.com/app=web", "a=b", "!a"])}
        if self.chance(0.1) and "/" in item["version"]:
            out["group"] = item["version"].split("/")[0]
        if self.chance(0.1):
            out["version"] = item["version"].split("/")[-1]
        if self.chance(0.08):
            out["namespace"] = item["namespace"] or "default"
        return out

    def patch(self, layer, folder, known):
        item = self.random.choice(known)
        entry = {}
        if self.chance(0.45):
            value = self.operations(item)
            entry["target"] = self.target(item)
        else:
            value = self.merge(item)
            if self.chance(0.4):
                entry["target"] = self.target(item)
        text = layer.text(value)
        if self.chance(0.06) and isinstance(value, dict) and ("target" not in entry or self.chance(0.05)):
            text += "---\n" + layer.text(self.merge(self.random.choice(known)))
        place = self.placed(layer, folder, text)
        entry["patch" if "\n" in place else "path"] = place
        if self.chance(0.08):
            entry["options"] = {key: self.chance(0.7) for key in self.random.sample(["allowNameChange", "allowKindChange"], self.random.randint(1, 2))}
        return entry

    def pointer(self, item):
        """A pointer into the resource, most often to something that is there."""
        node, out = item["doc"], ""
        while isinstance(node, (dict, list)) and node and (not out or self.chance(0.8)):
            if isinstance(node, dict):
                key = self.random.choice([key for key in node if out or key in ("metadata", "spec", "data") or self.chance(0.05)] or list(node))
                out += "/" + str(key).replace("~", "~0").replace("/", "~1")
                node = node[key]
            else:
                place = self.random.randrange(len(node))
                out += f"/{place}"
                node = node[place]
        return out or "/metadata/labels"

    def at(self, item, path):
        """What the resource has at a pointer."""
        node = item["doc"]
        for part in path.split("/")[1:]:
            part = part.replace("~1", "/").replace("~0", "~")
            try:
                node = node[int(part)] if isinstance(node, list) else node[part]
            except (KeyError, IndexError, ValueError, TypeError):
                return None
        return node

    def value(self):
        return self.random.choice(["new", 1, True, None, {"a": "b"}, ["x"], {"deep": {"k": 1.5}}, [], {}, self.random.choice(ODD), self.random.choice(TEXTS), {"z": "1", "a": {"c": 1, "b": 2}}])

    def operations(self, item):
        out = []
        for _ in range(self.random.choice([1, 1, 1, 2, 3])):
            path = self.pointer(item)
            while path in ("/metadata/name", "/kind", "/apiVersion", "/metadata", "/metadata/namespace") and self.chance(0.9):
                path = "/metadata/annotations"
            kind = self.random.choices(["replace", "add", "remove", "copy", "move", "test"], [20, 30, 6, 4, 4, 1])[0]
            if self.at(item, path) is None and self.chance(0.9):
                path = "/metadata/annotations"
            if not item["doc"] or path == "/metadata/annotations" and kind in ("replace", "remove") and "annotations" not in item["doc"]["metadata"]:
                kind, path = "add", "/metadata/annotations"
            if kind == "test" and path.startswith("/metadata"):
                path = "/kind"  # the reference compares its own notes as well
            there = self.at(item, path)
            operation = {"op": kind, "path": path}
            if kind in ("copy", "move"):
                # The reference copies its own notes along with the annotations.
                operation["from"] = "/kind" if path in ("/metadata", "/metadata/annotations") else path
                operation["path"] = self.random.choice(["/metadata/copied", "/copied", path])
            if kind == "add" and self.chance(0.5):
                tail = self.random.choice(["/-", "/0", "/1"] if isinstance(there, list) else ["/new", "/a~1b", "/0", "/x.y"])
                if isinstance(there, (dict, list)) or self.chance(0.1):
                    operation["path"] = path + tail
            if kind in ("add", "replace", "test"):
                operation["value"] = there if kind == "test" and self.chance(0.6) else self.value()
                if path.startswith(("/metadata/labels", "/metadata/annotations")):
                    operation["value"] = self.random.choice(["v", "1"]) if path.count("/") > 2 else {"a": "b"}
            out.append(operation)
        return out

    def merge(self, item):
        name = item["now"] if self.chance(0.5) else item["name"]
        value = {"apiVersion": item["version"], "kind": item["kind"], "metadata": {"name": name}}
        if item["namespace"] and self.chance(0.9):
            value["metadata"]["namespace"] = item["namespace"]
        if self.chance(0.05):
            value["$patch"] = self.random.choice(["delete", "replace", "merge"])
        if self.chance(0.25):
            value["metadata"]["labels"] = {self.random.choice(["app", "env", "new"]): self.random.choice(["p", None])}
        if self.chance(0.25):
            value["metadata"]["annotations"] = {self.random.choice(["example.com/app", "new"]): self.random.choice(["p", None, "a\nb"])}
        if item["doc"] and self.chance(0.8):
            for key, inner in item["doc"].items():
                if key not in ("apiVersion", "kind", "metadata") and self.chance(0.8):
                    value[key] = self.changed(inner)
        if item["kind"] in WORKLOADS and self.chance(0.6):
            value["spec"] = self.workload()
        return value

    def changed(self, node):
        """Part of a value, with changes, additions, deletions and directives in it."""
        if isinstance(node, dict):
            out = {}
            for key, inner in node.items():
                if self.chance(0.5):
                    out[key] = None if self.chance(0.1) else self.changed(inner)
                elif key in ("name", "port", "containerPort", "mountPath", "ip", "key") and self.chance(0.8):
                    out[key] = inner
            if self.chance(0.15):
                out[self.random.choice(["added", "k2", "k10", "a.b/c"])] = self.value()
            if self.chance(0.04):
                out["$patch"] = self.random.choice(["delete", "replace", "merge"])
            return out
        if isinstance(node, list):
            out = [self.changed(inner) for inner in node if self.chance(0.7)]
            if self.chance(0.1) and out:
                out.append(self.random.choice(out))
            if self.chance(0.05):
                out.append({"$patch": self.random.choice(["replace", "delete", "merge"])})
            if self.chance(0.05):
                out.append({"name": "extra"})
            return out
        return node if self.chance(0.4) else self.value() if self.chance(0.1) else self.resources.odd("changed")

    def workload(self):
        containers = [self.container(name) for name in self.random.sample(["main", "side", "log", "init"], self.random.randint(1, 2))]
        if self.chance(0.08):
            containers.insert(self.random.randint(0, len(containers)), {"$patch": "replace"})
        pod = {"containers": containers}
        if self.chance(0.2):
            pod["volumes"] = [{"name": "data", self.random.choice(["emptyDir", "configMap", "$patch"]): self.random.choice([{}, "delete", None])}]
        if self.chance(0.1):
            pod["$setElementOrder/containers"] = [{"name": name} for name in ["side", "main"]]
        if self.chance(0.1):
            pod["$retainKeys"] = ["containers"]
        if self.chance(0.1):
            pod["initContainers"] = None if self.chance(0.5) else [{"name": "init", "image": "p"}]
        if self.chance(0.1):
            pod["tolerations"] = [{"key": "c"}]
        spec = {"template": {"spec": pod}}
        if self.chance(0.3):
            spec["replicas"] = self.random.choice([4, None])
        if self.chance(0.1):
            spec["strategy"] = self.random.choice([{"$retainKeys": ["type"], "type": "Recreate"}, {"$patch": "replace", "type": "Recreate"}, None, {"rollingUpdate": None}])
        return spec

    def container(self, name):
        out = {"name": name}
        if self.chance(0.05):
            return {"name": name, "$patch": "delete"}
        if self.chance(0.4):
            out["image"] = self.random.choice(["patched:1", "nginx"])
        if self.chance(0.4):
            out["env"] = [{"name": self.random.choice(["A", "B", "NEW"]), **self.random.choice([{"value": "p"}, {"$patch": "delete"}, {"value": None}, {"valueFrom": {"fieldRef": {"fieldPath": "x"}}}])}]
        if self.chance(0.2):
            out["ports"] = [{"containerPort": self.random.choice([80, 8080, 53]), **({"protocol": self.random.choice(["TCP", "UDP"])} if self.chance(0.5) else {}), **({"name": "p"} if self.chance(0.5) else {})}]
        if self.chance(0.2):
            out["volumeMounts"] = [{"mountPath": self.random.choice(["/m/a", "/m/z"]), "name": "data", **({"$patch": "delete"} if self.chance(0.2) else {})}]
        if self.chance(0.15):
            out["args"] = self.random.choice([["--new"], None, []])
        if self.chance(0.1):
            out["resources"] = {"limits": {"cpu": None, "memory": "2Gi"}}
        if self.chance(0.1):
            out["$deleteFromPrimitiveList/args"] = ["--flag"]
        return out
