#!/usr/bin/env python3
"""Measures a fleet beside the real kustomize and prints the table of docs/performance.md.

    cargo build --release && REFERENCE=/path/to/kubectl benches/fleet.py [--services 300 1000 5000] [--sample 60]

What is measured, in a fleet of `overlens demo --services N` (three environments, two regions):
- `overlens render --all --output none` as a new process: wall time, processor time and peak memory (best of 3);
- `kustomize build` of the folder that `overlens generate` writes, once for each target of a sample, two at a time;
  the bytes are compared as well. The time for the whole fleet is that of the sample times its share;
- what `cargo bench --bench fleet` prints for one process that stays open (with --bench)."""

import argparse
import concurrent.futures
import os
import pathlib
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time


def measured(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def peak(command):
    """The most memory of a command, in MiB, asked of a shell of its own so that others do not count."""
    script = "import resource,subprocess,sys;subprocess.run(sys.argv[1:],stdout=-3,stderr=-3);print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss//1024)"
    return int(subprocess.run([sys.executable, "-c", script, *command], capture_output=True, text=True).stdout)


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--services", type=int, nargs="+", default=[300, 1000, 5000])
    words.add_argument("--sample", type=int, default=60)
    words.add_argument("--overlens", default="target/release/overlens")
    words.add_argument("--bench", action="store_true")
    args = words.parse_args()
    overlens = str(pathlib.Path(args.overlens).resolve())
    reference = os.environ.get("REFERENCE") or shutil.which("kubectl")
    print("| services | targets | render all | processor time | peak memory | kustomize, two at a time | times faster |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    wrong = []
    for services in args.services:
        with tempfile.TemporaryDirectory() as scratch:
            demo, out = f"{scratch}/demo", f"{scratch}/out"
            subprocess.run([overlens, "demo", "--into", demo, "--no-open", "--services", str(services)], check=True, capture_output=True)
            render = [overlens, "-C", demo, "render", "--all", "--output", "none"]
            wall, processor = min(measured(render) for _ in range(3))
            memory = peak(render)
            targets = subprocess.run([overlens, "-C", demo, "list", "--no-render"], capture_output=True, text=True).stdout
            names = [line.split()[0] for line in targets.splitlines() if "@" in line]
            theirs = "", ""
            if reference:
                sample = random.Random(5811).sample(names, min(args.sample, len(names)))
                for name in sample:
                    subprocess.run([overlens, "-C", demo, "generate", name, "--out", out], capture_output=True)
                folders = [pathlib.Path(out) / name.replace("@", "/") for name in sample]
                folders = [folder for folder in folders if (folder / "kustomization.yaml").exists()]
                build = lambda folder: subprocess.run([reference, "kustomize", str(folder)], capture_output=True)
                start = time.perf_counter()
                with concurrent.futures.ThreadPoolExecutor(2) as pool:
                    built = list(pool.map(build, folders))
                each = (time.perf_counter() - start) / len(folders)
                theirs = f"{each * len(names):.0f} s", f"{each * len(names) / wall:.0f}"
                for folder, result in zip(folders, built):
                    name = "{}@{}/{}".format(*folder.parts[-3:])
                    own = subprocess.run([overlens, "-C", demo, "render", name], capture_output=True)
                    if own.stdout != result.stdout:
                        wrong.append(name)
            print(f"| {services} | {len(names)} | {wall:.2f} s | {processor:.2f} s | {memory} MiB | {theirs[0]} | {theirs[1]} |", flush=True)
    if args.bench:
        sizes = [str(size) for size in args.services]
        output = subprocess.run(["cargo", "bench", "--bench", "fleet", "--", *sizes], capture_output=True, text=True).stdout
        print("\n| what | targets | wall time | processor time | peak memory so far |\n| --- | ---: | ---: | ---: | ---: |")
        for line in output.splitlines():
            name, targets, wall, processor, memory = line.split("\t")
            print(f"| {name} | {targets} | {wall} ms | {processor} ms | {memory} MiB |")
    for name in wrong:
        print(f"differs from kustomize: {name}", file=sys.stderr)
    sys.exit(1 if wrong else 0)


main()
