#!/usr/bin/env python3
"""Measures Overlens beside the real kustomize, in one run, and prints a Markdown table.

    cargo build --release && benches/side_by_side.py [--services N] [--overlens PATH] [--kubectl PATH]

What is measured:
- `overlens generate --all --out DIR` of the demo (best of 5), against `kubectl kustomize` once for each of the
  written folders, one after the other;
- one process that renders one target, against `kubectl kustomize` of its folder (median of 20 each).

The screen is measured by `cargo bench --bench screen`, a warm engine by `cargo bench --bench render`."""

import argparse
import json
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time


def seconds(command, cwd=None):
    start = time.perf_counter()
    subprocess.run(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--services", type=int, default=0)
    words.add_argument("--overlens", default="target/release/overlens")
    words.add_argument("--kubectl", default=shutil.which("kubectl") or "target/oracle-venv/bin/kubectl")
    args = words.parse_args()
    overlens = str(pathlib.Path(args.overlens).resolve())
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        demo, out = f"{scratch}/demo", f"{scratch}/out"
        fleet = ["--services", str(args.services)] if args.services else []
        subprocess.run([overlens, "demo", "--into", demo, "--no-open", *fleet], check=True, capture_output=True)
        ours = []
        for attempt in range(5):
            ours.append(seconds([overlens, "-C", demo, "generate", "--all", "--out", f"{out}{attempt}"]))
        folders = sorted(path.parent for path in pathlib.Path(f"{out}0").glob("*/*/*/kustomization.yaml"))
        theirs = sum(seconds([args.kubectl, "kustomize", str(folder)]) for folder in folders)
        rows.append((f"{len(folders)} targets: generate --all / kustomize build each", min(ours), theirs))
        render_all = min(seconds([overlens, "-C", demo, "render", "--all", "--output", "none"]) for _ in range(5))
        rows.append((f"{len(folders)} targets: render --all / kustomize build each", render_all, theirs))
        target = json.loads(subprocess.run([overlens, "-C", demo, "list", "--output", "json"], capture_output=True).stdout)[0]["target"]
        folder = pathlib.Path(f"{out}0") / target.replace("@", "/")
        one = statistics.median(seconds([overlens, "-C", demo, "render", target]) for _ in range(20))
        other = statistics.median(seconds([args.kubectl, "kustomize", str(folder)]) for _ in range(20))
        rows.append((f"one process, one target ({target})", one, other))
        print("| what | overlens | kustomize v5.8.1 | times faster |\n| --- | ---: | ---: | ---: |")
        for name, left, right in rows:
            print(f"| {name} | {left * 1000:.1f} ms | {right * 1000:.0f} ms | {right / left:.0f} |")


main()
