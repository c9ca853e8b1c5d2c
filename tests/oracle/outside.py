#!/usr/bin/env python3
"""Compares what lies outside the tree with the real kustomize: remote bases over file://, and Helm charts.

Usage: outside.py OVERLENS   (REFERENCE names kubectl)

Remote bases come from repositories made here. A shell script stands in for helm; both programs must call it with the same
words and environment, hand it the same values, and print the same bytes.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

OVERLENS = os.path.abspath(sys.argv[1])
REFERENCE = os.environ["REFERENCE"]
STAND_IN = str(Path(__file__).resolve().parent / "helm_stand_in")

CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\n"
METADATA = "buildMetadata: [originAnnotations, transformerAnnotations]\n"

# Files of the remote repository; `v1` is the first commit, `main` the second, which changes base/cm.yaml.
REMOTE = {
    "kustomization.yaml": "resources: [root.yaml]\n",
    "root.yaml": CONFIG_MAP % "root",
    "base/kustomization.yaml": "resources: [cm.yaml]\nconfigMapGenerator:\n- name: gen\n  files: [text=cm.yaml]\n",
    "base/cm.yaml": CONFIG_MAP % "first",
    "app/kustomization.yaml": "resources: [../base]\nnamePrefix: app-\n",
    "component/kustomization.yaml": (
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncommonAnnotations: {by: component}\n"
    ),
    "escape/kustomization.yaml": "configMapGenerator:\n- name: x\n  files: [../root.yaml]\n",
    "climb/kustomization.yaml": "resources: [../../../elsewhere]\n",
    "nested/kustomization.yaml": "resources: ['file://{other}//lib?ref=main', cm.yaml]\nnameSuffix: -n\n",
    "nested/cm.yaml": CONFIG_MAP % "nested",
    "circle/kustomization.yaml": "resources: ['file://{repo}//circle']\n",
    "above/in/kustomization.yaml": "resources: ['..']\n",
    "values/kustomization.yaml": (
        "generators:\n- |-\n  apiVersion: builtin\n  kind: ConfigMapGenerator\n  metadata: {name: g}\n  literals: [a=b]\n"
        "transformers: [prefix.yaml]\n"
    ),
    "values/prefix.yaml": (
        "apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: p}\nprefix: r-\nfieldSpecs: [{path: metadata/name}]\n"
    ),
}
OTHER = {"lib/kustomization.yaml": "resources: [x.yaml]\n", "lib/x.yaml": CONFIG_MAP % "other"}

# Name, text of the kustomization.
REMOTE_CASES = {
    "a tag": "resources: ['file://{repo}//app?ref=v1']\n",
    "the default branch": "resources: ['file://{repo}//app']\n",
    "a branch": "resources: ['file://{repo}//base?ref=main&timeout=60s&submodules=false']\n",
    "version": "resources: ['file://{repo}//base?version=v1']\n",
    "a commit": "resources: ['file://{repo}//base?ref={commit}']\n",
    "the root": "resources: ['file://{repo}?ref=v1']\n",
    "origin": METADATA + "resources: ['file://{repo}//app?ref=v1', 'file://{repo}?ref=v1']\nnamePrefix: l-\n",
    "origin without ref": METADATA + "resources: ['file://{repo}//app']\n",
    "origin of plugins": METADATA + "resources: ['file://{repo}//values?ref=v1']\n",
    "origin of nested": METADATA + "resources: ['file://{repo}//nested?ref=main']\n",
    "component": METADATA + "resources: [own.yaml]\ncomponents: ['file://{repo}//component?ref=v1']\n",
    "git prefix": "resources: ['git::file://{repo}//base?ref=v1']\n",
    "two refs": "resources: ['file://{repo}//base?ref=v1', 'file://{repo}//base?ref=main']\nnameSuffix: -s\n",
    "the same twice": "resources: ['file://{repo}//base?ref=v1', 'file://{repo}//base?ref=v1']\n",
    "no such ref": "resources: ['file://{repo}//base?ref=v9']\n",
    "no such directory": "resources: ['file://{repo}//nothing?ref=v1']\n",
    "a file for a directory": "resources: ['file://{repo}//root.yaml?ref=v1']\n",
    "no such repository": "resources: ['file://{repo}-not//base?ref=v1']\n",
    "a file outside": "resources: ['file://{repo}//escape?ref=v1']\n",
    "a directory outside": "resources: ['file://{repo}//climb?ref=v1']\n",
    "a circle": "resources: ['file://{repo}//circle']\n",
    "the directory above": "resources: ['file://{repo}//above/in?ref=v1']\n",
    "a patch is no base": "resources: [own.yaml]\npatches: [{{path: 'file://{repo}//root.yaml'}}]\n",
    "generators": "generators: ['file://{repo}//nothing?ref=v1']\n",
    "short commit": "resources: ['file://{repo}//base?ref={short}']\n",
}

CHART = "helmCharts:\n- name: web\n"
# Name, text of the kustomization, flags.
HELM_CASES = {
    "least": (CHART, []),
    "release and namespace": (CHART + "  releaseName: shop\n  namespace: prod\n", []),
    "namespace of the kustomization": ("namespace: outer\n" + CHART + "  releaseName: shop\n", []),
    "every word": (
        CHART + "  releaseName: shop\n  namespace: prod\n  nameTemplate: '{{ .Release.Name }}'\n  includeCRDs: true\n"
        "  skipTests: true\n  skipHooks: true\n  devel: true\n  debug: true\n  kubeVersion: 1.30.0\n"
        "  apiVersions: [a/v1, b/v2]\n  valuesFile: own.yaml\n  additionalValuesFiles: [more.yaml, sub/most.yaml]\n",
        [],
    ),
    "flags": (CHART, ["--helm-api-versions", "x/v1", "--helm-api-versions", "y/v1", "--helm-kube-version", "1.29.0", "--helm-debug"]),
    "flags and fields": (CHART + "  apiVersions: [a/v1]\n  kubeVersion: 1.30.0\n", ["--helm-api-versions", "x/v1", "--helm-kube-version", "1.29.0"]),
    "inline": (CHART + "  valuesInline: {replicas: 3, image: {tag: v2}, list: [x], none: null, big: 1000000, f: 1.50, oct: 010, s: 'yes', e: {}}\n", []),
    "inline merge": (CHART + "  valuesMerge: merge\n  valuesInline: {replicas: 3, image: {tag: v2}, list: [x], new: on}\n", []),
    "inline replace": (CHART + "  valuesMerge: replace\n  valuesInline: {replicas: 3, image: {tag: v2}, big: 1e21}\n", []),
    "inline override": (CHART + "  valuesMerge: override\n  valuesInline: {image: {name: null}}\n", []),
    "inline and file": (CHART + "  valuesFile: own.yaml\n  valuesInline: {replicas: 3, items: [{name: b}]}\n", []),
    "inline with empty file": (CHART + "  valuesFile: empty.yaml\n  valuesInline: {replicas: 3}\n", []),
    "inline with null file": (CHART + "  valuesFile: comment.yaml\n  valuesInline: {replicas: 3}\n", []),
    "inline scalars": (CHART + "  valuesMerge: replace\n  valuesInline: {a: 1_000, b: 0b11, c: 0o17, d: 12:30, e: 2020-01-01, f: .5, g: 1e3, h: ~, i: 0x1F, j: -0, k: +1, l: 1., m: 'on', nn: off, o: y, p: 1e21, q: 123456789012345678, r: 0.1, s: 1e-7, t: '1', u: 1.0, v: [on, {w: no}]}\n", []),
    "inline scalars over a file": (CHART + "  valuesInline: {a: 1_000, b: 0b11, c: 0o17, d: 12:30, f: .5, g: 1e3, h: ~, j: -0, m: 'on', nn: off, q: 1234567, r: 0.1, t: '1', u: 1.0, replicas: '2', image: {tag: 3}}\n", []),
    "inline scalar over a map": (CHART + "  valuesInline: {image: text}\n", []),
    "inline list over a map": (CHART + "  valuesInline: {image: [text]}\n", []),
    "inline in a generator": ("generators:\n- |-\n  apiVersion: builtin\n  kind: HelmChartInflationGenerator\n  metadata: {name: g}\n  name: web\n  debug: false\n  kubeVersion: ''\n  apiVersions: []\n  valuesInline: {a: on, b: 010, d: 2020-01-01, n: 1, c: 1.50, big: 12345678}\n", ["--helm-kube-version", "1.29.0", "--helm-debug", "--helm-api-versions", "x/v1"]),
    "empty inline": (CHART + "  valuesInline: {}\n", []),
    "wrong merge": (CHART + "  valuesMerge: both\n  valuesInline: {a: b}\n", []),
    "no name": ("helmCharts:\n- releaseName: shop\n", []),
    "unknown field": (CHART + "  nonsense: true\n", []),
    "wrong type": (CHART + "  includeCRDs: 'true'\n", []),
    "chart home": ("helmGlobals: {chartHome: more/charts, configHome: /nowhere/config}\nhelmCharts:\n- name: deep\n", []),
    "no such chart": ("helmCharts:\n- name: nothing\n", []),
    "pulled": ("helmCharts:\n- name: fetched\n  repo: https://charts.example.com\n  releaseName: f\n", []),
    "pulled version": ("helmCharts:\n- name: fetched\n  repo: https://charts.example.com\n  version: 1.2.3\n  devel: true\n", []),
    "pulled oci": ("helmCharts:\n- name: fetched\n  repo: oci://registry.example.com/charts/\n  version: 1.2.3\n", []),
    "two charts": (CHART + "  releaseName: a\n- name: web\n  releaseName: b\n", []),
    "same release twice": (CHART + "  releaseName: a\n- name: web\n  releaseName: a\n", []),
    "transformers": (
        "namespace: outer\nnamePrefix: p-\nlabels: [{pairs: {x: y}}]\nresources: [cm.yaml]\n" + CHART
        + "  releaseName: shop\n  namespace: prod\npatches:\n- patch: |-\n    apiVersion: v1\n    kind: Service\n    metadata: {name: shop}\n    spec: {type: NodePort}\n",
        [],
    ),
    "origin": (METADATA + CHART + "  releaseName: shop\nnameSuffix: -s\n", []),
    "legacy": (
        "helmChartInflationGenerator:\n- chartName: deep\n  chartHome: more/charts\n  releaseName: old\n  releaseNamespace: n\n"
        "  values: own.yaml\n  valuesLocal: {a: b}\n  valuesMerge: merge\n  helmBin: x\n  extraArgs: [y]\n",
        [],
    ),
    "legacy and new": (CHART + "helmChartInflationGenerator:\n- chartName: web\n  releaseName: old\n  helmHome: /nowhere/home\n", []),
    "generator file": (METADATA + "generators: [generator.yaml]\n", []),
    "generator inline": (
        "namespace: outer\ngenerators:\n- |-\n  apiVersion: builtin\n  kind: HelmChartInflationGenerator\n  metadata: {name: g}\n"
        "  name: web\n  releaseName: g\n  valuesInline: {a: 1}\n",
        [],
    ),
    "values outside": (CHART + "  valuesFile: ../outside.yaml\n", []),
    "values outside allowed": (CHART + "  valuesFile: ../outside.yaml\n", ["--load-restrictor", "LoadRestrictionsNone"]),
    "more values outside": (CHART + "  additionalValuesFiles: [../outside.yaml]\n", []),
    "charts outside": ("helmGlobals: {chartHome: ../charts}\nhelmCharts:\n- name: far\n  valuesFile: own.yaml\n", []),
    "charts and values outside": ("helmGlobals: {chartHome: ../charts}\nhelmCharts:\n- name: far\n", []),
    "inherited namespace": ("namespace: top\nresources: [base]\n", []),
    "own namespace below": ("namespace: top\nresources: [other]\n", []),
}
HELM_FILES = {
    "in/charts/web/Chart.yaml": "name: web\nversion: 0.1.0\n",
    "in/charts/web/values.yaml": "# the values\nreplicas: 1\nimage:\n  name: web\n  tag: v1\nlist: [a, b]\nnone: 1\ne: {x: 1}\n",
    "in/more/charts/deep/values.yaml": "deep: true\n",
    "in/own.yaml": "own: 0x10\nitems:\n- name: a\n  v: 1\n",
    "in/empty.yaml": "",
    "in/comment.yaml": "# nothing\n",
    "in/more.yaml": "more: 1\n",
    "in/sub/most.yaml": "most: 1\n",
    "in/cm.yaml": CONFIG_MAP % "plain",
    "in/generator.yaml": "apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: g}\nname: web\nreleaseName: file\nincludeCRDs: true\nchartHome: ./charts\n",
    "in/base/kustomization.yaml": "helmGlobals: {chartHome: charts}\n" + CHART + "  releaseName: below\n",
    "in/base/charts/web/values.yaml": "a: b\n",
    "in/other/kustomization.yaml": "namespace: own\n" + CHART + "  releaseName: below\n",
    "in/other/charts/web/values.yaml": "a: b\n",
    "outside.yaml": "outside: true\n",
    "charts/far/values.yaml": "far: true\n",
}


def write(root, files, **names):
    for path, text in files.items():
        for name, value in names.items():
            text = text.replace("{" + name + "}", value)
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def git(root, *words):
    me = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    run = subprocess.run(["git", *me, "-C", str(root), *words], check=True, capture_output=True, text=True)
    return run.stdout.strip()


def repository(root, files, **names):
    root.mkdir()
    write(root, files, **names)
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "one")
    git(root, "tag", "-a", "-m", "one", "v1")


def run(words, where, extra=None):
    env = dict(os.environ, **(extra or {}))
    done = subprocess.run(words, cwd=where, env=env, capture_output=True, text=True, timeout=120)
    return done.returncode == 0, done.stdout if done.returncode == 0 else "", done.stderr


def compare(name, reference, own, failures):
    if (reference[0], reference[1]) == (own[0], own[1]):
        return
    failures.append(name)
    print(f"DIFFERENT: {name}")
    print("  kustomize:", "printed" if reference[0] else "refused: " + reference[2].strip()[-300:])
    print("  overlens: ", "printed" if own[0] else "refused: " + own[2].strip()[-600:])
    if reference[0] and own[0]:
        print("--- kustomize\n" + reference[1] + "--- overlens\n" + own[1])


def remotes(top, failures):
    other, repo = top / "other", top / "repo"
    repository(other, OTHER)
    repository(repo, REMOTE, other=str(other), repo=str(repo))
    first = git(repo, "rev-parse", "HEAD")
    write(repo, {"base/cm.yaml": CONFIG_MAP % "second"})
    git(repo, "commit", "-qam", "two")
    names = {"repo": str(repo), "commit": first, "short": first[:8]}
    for name, text in REMOTE_CASES.items():
        where = top / "top"
        shutil.rmtree(where, ignore_errors=True)
        write(where, {"kustomization.yaml": text.format(**names), "own.yaml": CONFIG_MAP % "own"})
        reference = run([REFERENCE, "kustomize", "."], where)
        own = run([OVERLENS, "build", "--allow-remote", "--remote-cache", str(top / "cache")], where)
        compare("remote: " + name, reference, own, failures)
        if own[0]:
            again = run([OVERLENS, "build", "--offline", "--remote-cache", str(top / "cache")], where)
            compare("remote, offline: " + name, reference, again, failures)
    for directory in ["//app?ref=v1", "", "//nothing?ref=v1", "//nested?ref=main"]:
        address = f"file://{repo}{directory}"
        reference = run([REFERENCE, "kustomize", address], top)
        own = run([OVERLENS, "build", "--allow-remote", "--remote-cache", str(top / "cache"), address], top)
        compare("remote argument: " + address, reference, own, failures)
    return len(REMOTE_CASES) + 4


def called(log, where):
    text = log.read_text() if log.exists() else ""
    return re.sub(r"/[^ \]\n]*/kustomize-helm-[^/ \]\n]+", "TEMPORARY", text).replace(str(where), "HERE")


def charts(top, failures):
    count = 0
    for name, (text, flags) in HELM_CASES.items():
        for says in ["v3.14.0+g3fc9f4b"] if name != "least" else ["v3.14.0+g3fc9f4b", "v4.0.1", "Client: v2.17.0", "none"]:
            answers = []
            for program in ([REFERENCE, "kustomize"], [OVERLENS, "build"]):
                # The same place for both, because paths are among the words.
                where, log = top / "charts", top / "log"
                shutil.rmtree(where, ignore_errors=True)
                log.unlink(missing_ok=True)
                write(where, HELM_FILES)
                write(where, {"in/kustomization.yaml": text})
                extra = {"HELM_LOG": str(log), "HELM_SAYS": says, "HELM_PULLS": "fetched"}
                words = [*program, "--enable-helm", "--helm-command", STAND_IN, *flags, str(where / "in")]
                answer = run(words, top, extra)
                answers.append((answer[0], answer[1] + called(log, where), answer[2]))
            compare(f"chart: {name} ({says})", *answers, failures)
            count += 1
    return count


def main():
    failures = []
    top = Path(tempfile.mkdtemp(prefix="overlens-outside-"))
    try:
        if shutil.which("git"):
            print(remotes(top, failures), "cases of remote bases")
        else:
            print("SKIPPED: remote bases need git")
        print(charts(top, failures), "cases of charts")
    finally:
        shutil.rmtree(top, ignore_errors=True)
    print(f"{len(failures)} different")
    sys.exit(1 if failures else 0)


main()
