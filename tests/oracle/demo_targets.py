#!/usr/bin/env python3
"""For every renderable target of the demo, `overlens render T` equals `kustomize build` of the folder that
`overlens generate` writes for it, byte for byte; targets that cannot render are refused by both verbs."""

import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile

OVERLENS = sys.argv[1]
REFERENCE = os.environ["REFERENCE"]


def run(*command):
    return subprocess.run(command, capture_output=True, timeout=120)


def compare(repository, out, target):
    ours = run(OVERLENS, "-C", repository, "render", target)
    service, place = target.split("@")
    folder = pathlib.Path(out) / service / place
    if not (folder / "kustomization.yaml").exists():
        return None if ours.returncode != 0 and not ours.stdout else f"{target}: renders but was not generated"
    theirs = run(REFERENCE, "kustomize", str(folder))
    if ours.returncode != 0 or theirs.returncode != 0:
        return f"{target}: exit {ours.returncode} and {theirs.returncode}: {ours.stderr.decode()} {theirs.stderr.decode()}"
    if theirs.stderr:
        return f"{target}: the reference warns: {theirs.stderr.decode()}"
    if ours.stdout != theirs.stdout:
        pairs = zip(ours.stdout.split(b"\n"), theirs.stdout.split(b"\n"))
        line = next((n for n, (a, b) in enumerate(pairs, 1) if a != b), "at the end")
        return f"{target}: differs, first at line {line}"
    return ""


def main():
    with tempfile.TemporaryDirectory() as scratch:
        repository, out = f"{scratch}/demo", f"{scratch}/out"
        made = run(OVERLENS, "demo", "--into", repository, "--no-open")
        assert made.returncode == 0, made.stderr.decode()
        listed = json.loads(run(OVERLENS, "-C", repository, "list", "--output", "json").stdout)
        targets = [row["target"] for row in listed]
        run(OVERLENS, "-C", repository, "generate", "--all", "--out", out)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            results = list(pool.map(lambda target: compare(repository, out, target), targets))
    wrong = [result for result in results if result]
    refused = sum(result is None for result in results)
    equal = len(results) - len(wrong) - refused
    print("\n".join(wrong))
    print(f"demo: {equal} targets byte-identical, {refused} refused by both, {len(wrong)} wrong")
    sys.exit(0 if not wrong and equal > 80 else 1)


main()
