#!/usr/bin/env python3
"""For a random sample of the targets of a fleet of 300 services, what `overlens render --all` prints of them, all targets
in one process, equals `kustomize build` of the folder that `overlens generate` writes, byte for byte.

    REFERENCE=/path/to/kubectl tests/oracle/fleet_sample.py OVERLENS [--services N] [--sample N] [--seed S]

The sample is another one in every run; its seed is printed, and `--seed` draws it again."""

import argparse
import concurrent.futures
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

HEADER = re.compile(rb"^(?:---\n)?# (\S+@\S+/\S+)\n", re.MULTILINE)


def rendered(overlens, fleet):
    """The manifests of every target that renders, by its name."""
    printed = subprocess.run([overlens, "-C", fleet, "render", "--all"], capture_output=True).stdout
    pieces = HEADER.split(printed)
    return dict(zip((name.decode() for name in pieces[1::2]), pieces[2::2]))


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("overlens")
    words.add_argument("--services", type=int, default=300)
    words.add_argument("--sample", type=int, default=100)
    words.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    args = words.parse_args()
    reference = os.environ["REFERENCE"]
    with tempfile.TemporaryDirectory() as scratch:
        fleet, out = f"{scratch}/fleet", f"{scratch}/out"
        demo = [args.overlens, "demo", "--into", fleet, "--no-open", "--services", str(args.services)]
        subprocess.run(demo, check=True, capture_output=True)
        ours = rendered(args.overlens, fleet)
        names = random.Random(args.seed).sample(sorted(ours), min(args.sample, len(ours)))

        def compare(name):
            folder = f"{out}/{name.replace('@', '-').replace('/', '-')}"
            subprocess.run([args.overlens, "-C", fleet, "generate", name, "--out", folder], capture_output=True)
            target = pathlib.Path(folder) / name.replace("@", "/")
            theirs = subprocess.run([reference, "kustomize", str(target)], capture_output=True)
            return theirs.returncode == 0 and theirs.stdout == ours[name]

        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            wrong = [name for name, equal in zip(names, pool.map(compare, names)) if not equal]
    print("\n".join(f"differs: {name}" for name in wrong))
    print(f"fleet: {len(names) - len(wrong)} of {len(ours)} targets drawn and byte-identical, {len(wrong)} wrong (seed {args.seed})")
    sys.exit(0 if not wrong and len(names) >= min(args.sample, args.services) else 1)


main()
