"""Random kustomizations: bases, overlays and components that change the resources below them."""

import copy

from .patches import Patches
from .rare import Rare
from .resources import ODD, TEXTS, VALUES, Resources
from .text import Raw, Writer

FIELD_PATHS = ["metadata/annotations", "spec/items", "spec/foo/bar", "spec/selector/matchLabels"]
SOURCES = ["metadata.name", "metadata.name", "kind", "metadata.namespace", "spec.template.spec.containers.0.image", "spec.no.such"]
TARGETS = ["metadata.annotations.copied", "metadata.annotations.copied", "metadata.labels.app", "metadata.name", "spec.replicas", "spec.new.deep.field",
           "spec.template.metadata.labels.new", "metadata.annotations.a\\.b/c", "spec.template.spec.containers.[image=nginx].name", "spec.items.[name=a].tags.-",
           "spec.template.spec.containers.*.image", "spec.template.spec.containers.[name=main].env.[name=A].value", "metadata.annotations.[example.com/app]"]
LITERALS = ["1", "x y", "", '"q"', "'q'", "a=b", "true", "é", "l1\\nl2", " lead", "null", "l1\nl2"]


class Layers:
    """Makes the files of one case. `files` maps a path to its text; `root` is the folder to build."""

    def __init__(self, random, word, wild):
        self.random = random
        self.word = word
        self.wild = wild
        self.files = {}
        self.resources = Resources(random, word)
        self.count = 0
        self.patches = Patches(random, word, self.resources)
        self.unusual = Rare(random, word, self.resources)
        depth = random.choice([0, 0, 1, 1, 1, 2, 3])
        self.root, _ = self.layer(depth)

    def chance(self, odds):
        return self.random.random() < odds

    def write(self, path, values, wild=None):
        self.files[path] = Writer(self.random, self.wild if wild is None else wild).documents(values)

    def text(self, value):
        return Writer(self.random, self.wild / 2).document(value)

    def fresh(self, stem):
        self.count += 1
        return f"{stem}{self.count}"

    def own_resources(self, folder, entries):
        """Writes some resources in the folder, names their files in `entries`, and returns them."""
        docs, seen = [], set()
        for _ in range(self.random.choice([0, 1, 1, 2, 2, 3, 4, 6])):
            doc = self.resources.resource()
            key = (doc["kind"], doc["metadata"]["name"])
            if key not in seen or self.chance(0.02):
                seen.add(key)
                docs.append(doc)
        rest = list(docs)
        while rest:
            take = self.random.randint(1, len(rest))
            name = self.fresh("res") + self.random.choice([".yaml", ".yaml", ".yml", ".json"])
            part, rest = rest[:take], rest[take:]
            printed = copy.deepcopy(part)
            if self.chance(0.05):
                printed = [{"apiVersion": "v1", "kind": "List", "items": printed}]
            if self.chance(0.02):
                printed.append(None)
            self.write(f"{folder}/{name}", printed)
            if self.chance(0.04):
                self.anchor(f"{folder}/{name}")
            entries.append(self.random.choice([name, name, "./" + name]))
        return docs

    def anchor(self, path):
        """Makes a resource of anchors, aliases and merge keys stand at the head of a file."""
        name = self.fresh(f"anchored-{self.word}-")
        merged = self.random.choice(["  <<: *m\n", "  <<: [*m, {c: d}]\n", "  c: d\n  <<: *m\n", "  other: *s\n", "  k: *s\n  <<: *m\n"])
        self.files[path] = (
            f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n  labels: &m\n    a: &s x\n    b: *s\n"
            f"  annotations: *m\ndata:\n{merged}---\n{self.files[path]}"
        )

    def layer(self, depth, component=False):
        """Writes one kustomization. Returns its folder and the resources that it stands for."""
        random = self.random
        folder = self.fresh("comp" if component else random.choice(["base", "layer", "overlay"]))
        entries, known = [], []
        made = {}
        if depth:
            for _ in range(random.choice([1, 1, 1, 2])):
                below, inner = self.layer(depth - 1)
                entries.append(f"../{below}" + random.choice(["", "", "/"]))
                known += inner
        if not component or self.chance(0.3):
            known = known + [self.tracked(doc) for doc in self.own_resources(folder, entries)]
        if entries:
            random.shuffle(entries)
            made["resources"] = entries
        self.generators(folder, made, known)
        if not component and self.chance(0.12):
            parts = [self.layer(int(self.chance(0.1)), component=True) for _ in range(random.randint(1, 2))]
            made["components"] = [f"../{part}" for part, _ in parts]
            for _, inner in parts:
                known += inner
        elif component:
            known = known + getattr(self, "outer", [])
        self.outer = known
        self.names(made, known)
        self.marks(made)
        self.values(folder, made, known)
        self.patches.add(self, folder, made, known)
        self.references(folder, made, known)
        self.plugins(folder, made, known)
        self.rare(folder, made, known)
        self.unusual.add(self, folder, made, known)
        keys = list(made)
        random.shuffle(keys)
        made = {key: made[key] for key in keys}
        if component:
            made = {"apiVersion": "kustomize.config.k8s.io/v1alpha1", "kind": "Component", **made}
        elif self.chance(0.4):
            made = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", **made}
        name = random.choice(["kustomization.yaml"] * 8 + ["kustomization.yml", "Kustomization"])
        self.files[f"{folder}/{name}"] = Writer(random, self.wild / 2).document(made)
        prefix, suffix = made.get("namePrefix") or "", made.get("nameSuffix") or ""
        for item in known:
            item["now"] = f"{prefix}{item['now']}{suffix}"
        return folder, known

    def tracked(self, doc):
        return {"doc": doc, "kind": doc["kind"], "version": doc["apiVersion"], "name": doc["metadata"]["name"], "now": doc["metadata"]["name"],
                "namespace": doc["metadata"].get("namespace")}

    def names(self, made, known):
        if self.chance(0.3):
            made["namePrefix"] = self.random.choice(["dev-", "a.", "p-", "x"])
        if self.chance(0.2):
            made["nameSuffix"] = self.random.choice(["-v1", "-x", ".s"])
        if self.chance(0.3):
            made["namespace"] = self.resources.namespace()
        if self.chance(0.15):
            scalable = [item for item in known if item["kind"] in ("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController")]
            if scalable:
                made["replicas"] = [{"name": self.random.choice(scalable)["now"], "count": self.random.choice([0, 1, 5])}]

    def marks(self, made):
        if self.chance(0.15):
            made["commonLabels"] = self.resources.pairs()
        if self.chance(0.2):
            labels = []
            for key in self.random.sample(["app", "team", "x/y", "env"], self.random.randint(1, 2)):
                entry = {"pairs": {key: self.random.choice(VALUES), **({"k2": "1"} if self.chance(0.2) else {})}}
                if self.chance(0.4):
                    entry["includeSelectors"] = self.chance(0.6)
                if self.chance(0.3):
                    entry["includeTemplates"] = self.chance(0.7)
                if self.chance(0.15):
                    entry["fields"] = [{"path": self.random.choice(FIELD_PATHS), "kind": self.random.choice(["Widget", "Deployment", "Service"]), "create": self.chance(0.6)}]
                labels.append(entry)
            made["labels"] = labels
        if self.chance(0.15):
            made["commonAnnotations"] = {key: self.random.choice([*VALUES, "long text: with colon", "a\nb\n"]) for key in self.resources.pairs()}

    def values(self, folder, made, known):
        if self.chance(0.2):
            images = []
            for _ in range(self.random.randint(1, 3)):
                entry = {"name": self.random.choice(["nginx", "busybox", "app", "registry.example.com:5000/team/app", "quay.io/a/b", "gcr.io/app"])}
                for key, choices in [("newName", ["mine", "r.io/x/y", "host:5000/z"]), ("newTag", ["2.0", Raw("1.10"), Raw("2"), "v1"]), ("digest", ["sha256:" + "2c" * 32]), ("tagSuffix", ["-s"])]:
                    if self.chance(0.4):
                        entry[key] = self.random.choice(choices)
                        if isinstance(entry[key], Raw):
                            entry[key] = str(entry[key])
                images.append(entry)
            made["images"] = images

    def pieces(self, folder, entry):
        """Gives a generator entry its literals, files and env files."""
        keys = ["a", "b", "k10", "k2", "C_D", "x.y"]
        if self.chance(0.7):
            picked = self.random.sample(keys, self.random.randint(1, 3))
            entry["literals"] = [f"{key}={self.random.choice(LITERALS)}" for key in picked]
        if self.chance(0.3):
            name = self.fresh("file") + ".txt"
            text = self.random.choice([*TEXTS, "", "\n", "one", "\r\nwindows\r\n", "tab\tend\n", "nul\x00byte", " lead\n", "#c\n", "😀\n"])
            self.files[f"{folder}/{name}"] = b"\xff\xfe\x00bin" if self.chance(0.08) else text
            entry["files"] = [self.random.choice([name, f"key.{name}={name}"])]
        if self.chance(0.2):
            name = self.fresh("vars") + ".env"
            self.files[f"{folder}/{name}"] = self.random.choice(["A=1\nB=two\n", "# c\n\nX=\nY=a=b\n", "  Z=1  \n", "Q=\"x\"\n", "\ufeffW=1\n", "C=1\r\nD=2\r\n", "E=l1\\nl2", ""])
            if self.chance(0.2):
                entry["env"] = name
            else:
                entry["envs"] = [name]

    def options(self):
        out = {}
        for key, value in [("disableNameSuffixHash", lambda: self.chance(0.6)), ("labels", lambda: self.resources.pairs(2)),
                           ("annotations", lambda: {"note": self.random.choice(["x", "1", "true"])}), ("immutable", lambda: self.chance(0.6))]:
            if self.chance(0.4):
                out[key] = value()
        return out

    def generators(self, folder, made, known):
        for field, kind in [("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")]:
            if not self.chance(0.25):
                continue
            entries = []
            for _ in range(self.random.randint(1, 2)):
                same = [item for item in known if item["kind"] == kind]
                if same and self.chance(0.4):
                    item = self.random.choice(same)
                    entry = {"name": item["now"] if self.chance(0.3) else item["name"], "behavior": self.random.choice(["merge", "merge", "replace"])}
                    if item["namespace"]:
                        entry["namespace"] = item["namespace"]
                else:
                    entry = {"name": self.fresh(f"gen-{self.word}-")}
                    if self.chance(0.2):
                        entry["namespace"] = self.resources.namespace()
                    if self.chance(0.1):
                        entry["behavior"] = "create"
                    self.resources.kinds.setdefault(kind, []).append(entry["name"])
                    known.append({"doc": {}, "kind": kind, "version": "v1", "name": entry["name"], "now": entry["name"], "namespace": entry.get("namespace")})
                self.pieces(folder, entry)
                if kind == "Secret" and self.chance(0.4):
                    entry["type"] = self.random.choice(["Opaque", "kubernetes.io/tls"])
                if self.chance(0.3):
                    entry["options"] = self.options()
                entries.append(entry)
            made[field] = entries
        if self.chance(0.1):
            made["generatorOptions"] = self.options()

    def selector(self, item):
        """A `select` or `source` for a resource."""
        out = {"kind": item["kind"], "name": item["now"] if self.chance(0.6) else item["name"]}
        if self.chance(0.1):
            del out["name"]
        if self.chance(0.1) and "/" in item["version"]:
            out["group"] = item["version"].split("/")[0]
        if self.chance(0.1) and item["namespace"]:
            out["namespace"] = item["namespace"]
        return out

    def references(self, folder, made, known):
        if known and self.chance(0.2):
            made["replacements"] = [self.replacement(folder, known) for _ in range(self.random.randint(1, 2))]
        documents = [item for item in known if item["doc"]]
        if documents and self.chance(0.07):
            item = self.random.choice(documents)
            made["vars"] = [{"name": f"V_{self.word}", "objref": {"kind": item["kind"], "name": item["name"], "apiVersion": item["version"]}}]
            if self.chance(0.4):
                made["vars"][0]["fieldref"] = {"fieldpath": self.random.choice(["metadata.name", "metadata.namespace", "metadata.labels.app", "spec.replicas"])}

    def field(self, item, others):
        """The path of a field, most often of one that the resource has."""
        if not item["doc"] or self.chance(0.15):
            return self.random.choice(others)
        node, parts = item["doc"], []
        while isinstance(node, (dict, list)) and node and (len(parts) < 2 or self.chance(0.85)):
            if isinstance(node, dict):
                key = self.random.choice(list(node) if parts else [key for key in node if key != "apiVersion"])
                parts.append(f"[{key}]" if "." in key and self.chance(0.5) else key.replace(".", "\\."))
                node = node[key]
                continue
            at = self.random.randrange(len(node))
            parts.append(str(at) if self.chance(0.6) else "*")
            node = node[at]
            if isinstance(node, dict) and isinstance(node.get("name"), str) and self.chance(0.5):
                parts[-1] = f"[name={node['name']}]"
        return ".".join(parts)

    def replacement(self, folder, known):
        item = self.random.choice(known)
        source = {**self.selector(item)}
        if self.chance(0.8):
            source["fieldPath"] = self.field(item, SOURCES)
        if self.chance(0.2):
            source["options"] = {"delimiter": self.random.choice(["-", ":", "/"]), "index": self.random.choice([0, 0, 1, 5, -1])}
        targets = []
        for _ in range(self.random.randint(1, 2)):
            other = self.random.choice(known)
            target = {"select": self.selector(other)}
            if self.chance(0.2):
                target["select"] = {"kind": other["kind"]}
            if self.chance(0.15):
                target["reject"] = [self.selector(self.random.choice(known))]
            if self.chance(0.95):
                target["fieldPaths"] = [self.field(other, TARGETS) for _ in range(self.random.choice([1, 1, 2]))]
            options = {}
            if self.chance(0.8):
                options["create"] = self.chance(0.95)
            if self.chance(0.2):
                options.update({"delimiter": self.random.choice(["-", ":", "/"]), "index": self.random.choice([0, 1, 5, -1])})
            if options:
                target["options"] = options
            targets.append(target)
        value = {"source": source, "targets": targets}
        if self.chance(0.08):
            del value["source"]
            value["sourceValue"] = self.random.choice(["text", "12", "a:b"])
        if self.chance(0.15):
            name = self.fresh("replacement") + ".yaml"
            self.write(f"{folder}/{name}", [value if self.chance(0.5) else [value]], self.wild / 2)
            return {"path": name}
        return value

    def plugin(self, kind, body, name=None):
        return {"apiVersion": "builtin", "kind": kind, "metadata": {"name": name or self.fresh("plug")}, **body}

    def plugins(self, folder, made, known):
        if self.chance(0.08):
            choices = [
                ("PrefixTransformer", {"prefix": "t-", **({"fieldSpecs": [{"path": "metadata/name"}]} if self.chance(0.9) else {})}),
                ("SuffixTransformer", {"suffix": "-t", "fieldSpecs": [{"path": "metadata/name", **({"kind": "Deployment"} if self.chance(0.3) else {})}]}),
                ("LabelTransformer", {"labels": {"plug": "in"}, "fieldSpecs": [{"path": "metadata/labels", "create": self.chance(0.7)}, {"path": "spec/template/metadata/labels", "create": True, "kind": "Deployment"}]}),
                ("AnnotationsTransformer", {"annotations": {"plug": "in"}, "fieldSpecs": [{"path": "metadata/annotations", "create": True}]}),
                ("NamespaceTransformer", {"metadata": {"name": "n", "namespace": "plugged"}, **({"fieldSpecs": [{"path": "metadata/namespace", "create": True}]} if self.chance(0.6) else {}),
                    **({"unsetOnly": True} if self.chance(0.5) else {}), **({"setRoleBindingSubjects": self.random.choice(["none", "allServiceAccounts", "defaultOnly"])} if self.chance(0.5) else {})}),
                ("ImageTagTransformer", {"imageTag": {"name": "nginx", "newTag": "plugged"}, **({"fieldSpecs": [{"path": "spec/template/spec/containers[]/image"}]} if self.chance(0.6) else {})}),
                ("ReplicaCountTransformer", {"replica": {"name": "web-" + self.word, "count": 7}, "fieldSpecs": [{"path": "spec/replicas", "create": True, "kind": "Deployment"}]}),
                ("ValueAddTransformer", {"value": "added", "targets": [{"fieldPath": "metadata/annotations/added", **({"selector": {"kind": "Deployment"}} if self.chance(0.5) else {})}]}),
                ("PatchTransformer", {"patch": '[{"op": "add", "path": "/metadata/annotations", "value": {"z": "1"}}]', "target": {"kind": self.random.choice(["Deployment", "ConfigMap", ".*"])}}),
                ("HashTransformer", {}), ("NamespaceTransformer", {"metadata": {"name": "n"}, "namespace": "other"}),
            ]
            kind, body = self.random.choice(choices)
            value = self.plugin(kind, body)
            if self.chance(0.3):
                made["transformers"] = [self.text(value)]
            else:
                name = self.fresh("plugin") + ".yaml"
                self.write(f"{folder}/{name}", [value], 0.02)
                made["transformers"] = [name]
        if self.chance(0.04):
            body = {"literals": ["a=b"], **({"options": self.options()} if self.chance(0.4) else {})}
            kind = self.random.choice(["ConfigMapGenerator", "SecretGenerator"])
            name = self.fresh("generator") + ".yaml"
            self.write(f"{folder}/{name}", [self.plugin(kind, body, self.fresh(f"plugged-{self.word}-"))], 0.02)
            made["generators"] = [name]

    def rare(self, folder, made, known):
        if self.chance(0.05):
            config = {}
            if self.chance(0.5):
                config["nameReference"] = [{"kind": "ConfigMap", "version": "v1", "fieldSpecs": [{"path": "spec/ref/name", "kind": "Widget"}]}]
            if self.chance(0.4):
                config["namePrefix"] = [{"path": "metadata/name", "kind": self.random.choice(["Widget", "Deployment"])}]
            if self.chance(0.3):
                config["commonLabels"] = [{"path": "spec/labels", "kind": "Widget", "create": True}]
            if self.chance(0.3):
                config["images"] = [{"path": "spec/template/spec/containers[]/image", "kind": "Widget", "create": True}]
            if self.chance(0.3):
                config["replicas"] = [{"path": "spec/replicas", "kind": "Widget"}]
            if self.chance(0.3):
                config["varReference"] = [{"path": "metadata/annotations"}, {"path": "spec/items/value", "kind": "Widget"}]
            name = self.fresh("config") + ".yaml"
            self.write(f"{folder}/{name}", [config], 0.02)
            made["configurations"] = [name]
        if self.chance(0.04):
            made["sortOptions"] = {"order": self.random.choice(["fifo", "legacy"])}
        if self.chance(0.05):
            made["buildMetadata"] = self.random.sample(["originAnnotations", "transformerAnnotations", "managedByLabel"], self.random.randint(1, 2))
        if self.chance(0.02):
            made["metadata"] = {"name": "x", "annotations": {"a": "b"}}
        if self.chance(0.01):
            made[self.random.choice(["foo", "Resources", "crds", "commonLabels", "namespace"])] = self.random.choice([{}, [], "x", None, ODD[0]])
