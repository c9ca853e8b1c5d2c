#!/usr/bin/env python3
"""Measures one large build beside the real kustomize, in one run, and prints a Markdown table.

    cargo build --release && benches/large.py [--resources N...] [--runs N] [--overlens PATH] [--kubectl PATH]

The input is made for it: a base with N resources of several kinds in one file each, and an overlay that patches a quarter
of them (strategic merge by name, JSON patches and strategic merges by target, by label and by regular expression) and has
a namespace, labels, images, replicas, replacements and generated ConfigMaps that the workloads refer to. Another row has
one resource, for what a process costs.

Time is wall time, the best of the runs (from 1,000 resources on kustomize runs once: its time grows with the square);
memory is the largest resident set. The two outputs must be equal."""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

KINDS = ["Deployment", "Service", "ConfigMap", "ServiceAccount"]

DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-{n}
  labels:
    tier: t{tier}
spec:
  replicas: 1
  selector:
    matchLabels:
      run: app-{n}
  template:
    metadata:
      labels:
        run: app-{n}
    spec:
      serviceAccountName: app-{n}
      containers:
      - name: main
        image: example.com/app:1.0
        args: ["--port", "8080", "--name", "app-{n}"]
        env:
        - name: LEVEL
          value: info
        - name: HOST
          value: placeholder
        envFrom:
        - configMapRef:
            name: app-{n}
        - configMapRef:
            name: generated-{group}
        resources:
          requests:
            cpu: 100m
            memory: 128Mi
      volumes:
      - name: config
        configMap:
          name: app-{n}
"""

OTHERS = {
    "Service": """apiVersion: v1
kind: Service
metadata:
  name: app-{n}
spec:
  selector:
    run: app-{n}
  ports:
  - name: http
    port: 80
    targetPort: 8080
""",
    "ConfigMap": """apiVersion: v1
kind: ConfigMap
metadata:
  name: app-{n}
data:
  level: info
  text: |
    one: 1
    two: [a, b]
""",
    "ServiceAccount": """apiVersion: v1
kind: ServiceAccount
metadata:
  name: app-{n}
""",
}

ENTRY = """- patch: |-
{patch}
"""

STRATEGIC = """    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: app-{n}
    spec:
      template:
        spec:
          containers:
          - name: main
            env:
            - name: LEVEL
              value: debug
            resources:
              limits:
                memory: 256Mi"""

JSON = """    - op: replace
      path: /spec/ports/0/port
      value: 8443
    - op: add
      path: /metadata/annotations/patched
      value: "yes"
  target:
    kind: Service
    name: app-{n}"""

MERGE = """    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: any
    data:
      extra: "{n}"
  target:
    kind: ConfigMap
    name: app-{n}"""


def write_input(folder, count):
    base, overlay = folder / "base", folder / "overlay"
    for directory in (base, overlay):
        directory.mkdir(parents=True)
    names = []
    units = max(count // len(KINDS), 1)
    for n in range(units):
        for kind in KINDS if count >= len(KINDS) else KINDS[:1]:
            text = DEPLOYMENT if kind == "Deployment" else OTHERS[kind]
            name = f"{kind.lower()}-{n}.yaml"
            (base / name).write_text(text.format(n=n, tier=n % 7, group=n % 20))
            names.append(name)
    (base / "kustomization.yaml").write_text("resources:\n" + "".join(f"- {name}\n" for name in names))
    lines = ["resources:\n- ../base\n"]
    if count >= len(KINDS):
        lines.append("namespace: large\nlabels:\n- pairs:\n    team: a\n    env: prod\n  includeSelectors: true\n")
        lines.append("images:\n- name: example.com/app\n  newTag: '2.5'\n")
        lines.append("replicas:\n- name: app-0\n  count: 3\n")
        generators = [f"- name: generated-{g}\n  literals:\n  - key={g}\n" for g in range(min(20, units))]
        lines.append("configMapGenerator:\n" + "".join(generators))
        patches = []
        for n in range(units):
            patches.append([STRATEGIC, JSON, MERGE, None][n % 4])
        entries = [ENTRY.format(patch=text.format(n=n)) for n, text in enumerate(patches) if text]
        entries.append(ENTRY.format(patch="    - op: add\n      path: /metadata/annotations\n      value: {found: by-label}\n"
                                          "  target:\n    labelSelector: tier=t3"))
        entries.append(ENTRY.format(patch="    - op: add\n      path: /spec/replicas\n      value: 2\n"
                                          "  target:\n    kind: Deployment\n    name: app-.*7"))
        lines.append("patches:\n" + "".join(entries))
        lines.append("replacements:\n- source:\n    kind: Service\n    name: app-0\n    fieldPath: metadata.name\n  targets:\n"
                     "  - select:\n      kind: Deployment\n    fieldPaths:\n"
                     "    - spec.template.spec.containers.[name=main].env.[name=HOST].value\n")
    (overlay / "kustomization.yaml").write_text("".join(lines))
    return overlay


def run(command, output):
    with open(output, "wb") as out:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=out)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
    if status != 0:
        sys.exit(f"{' '.join(command)} failed")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def best(command, output, runs):
    results = [run(command, output) for _ in range(runs)]
    return [min(values) for values in zip(*results)]


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--resources", type=int, nargs="+", default=[1, 1000, 4000, 16000])
    words.add_argument("--runs", type=int, default=3)
    words.add_argument("--overlens", default="target/release/overlens")
    words.add_argument("--kubectl", default=os.environ.get("REFERENCE") or shutil.which("kubectl") or "target/oracle-venv/bin/kubectl")
    args = words.parse_args()
    overlens = str(pathlib.Path(args.overlens).resolve())
    print("| resources | overlens | CPU | memory | kustomize v5.8.1 | CPU | memory | times faster | memory, share |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as scratch:
        for count in args.resources:
            overlay = write_input(pathlib.Path(scratch) / str(count), count)
            runs = args.runs * 5 if count < 100 else args.runs
            ours = best([overlens, "build", str(overlay)], f"{scratch}/ours", runs)
            theirs = best([args.kubectl, "kustomize", str(overlay)], f"{scratch}/theirs", 1 if count >= 1000 else runs)
            if pathlib.Path(f"{scratch}/ours").read_bytes() != pathlib.Path(f"{scratch}/theirs").read_bytes():
                sys.exit(f"the outputs for {count} resources differ")
            cells = [f"{value * 1000:.1f} ms" if place < 2 else f"{value:.0f} MiB" for who in (ours, theirs) for place, value in enumerate(who)]
            print(f"| {count} | " + " | ".join(cells) + f" | {theirs[0] / ours[0]:.0f} | {ours[2] / theirs[2] * 100:.0f} % |", flush=True)


main()
