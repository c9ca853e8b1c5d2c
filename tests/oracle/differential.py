#!/usr/bin/env python3
"""Builds random trees of kustomizations with overlens and with kustomize, and compares the bytes.

    tests/oracle/differential.py OVERLENS [--cases N] [--seed S] [--keep DIR] [--together N] [--tries N] [--only I]

REFERENCE names the kubectl whose `kustomize` is v5.8.1. A case is a random tree of bases, overlays and components, now
and then slightly broken; both programs have to print the same bytes, or both have to refuse.

Starting the reference costs 50 ms, so cases share its builds. overlens builds each case by itself first. The cases that it
refuses are given to the reference one by one. Those that it builds become the `resources` of one root kustomization
(their resources' names end in a word of their own, so they do not meet), which both programs build: the same bytes for
all of them are the same bytes for each. Where the bytes differ or a program refuses, the group is halved until single
cases are left, which are then built by themselves; a group that differs while its halves do not is a finding of its own.
What differs is made smaller (`--tries` builds at most), and saved in the folder of `--keep`. Two processes run at a time.
`--only I` builds the one case with that number."""

import argparse
import collections
import concurrent.futures
import os
import pathlib
import random
import shutil
import sys
import tempfile
import threading
import time

from fuzzing import cases, programs, shrink

SHRUNK_PER_KEY = 2
# Differences that are meant to be, by how their names begin, with the reason.
EXPLAINED = {
    "overlens-refuses: error[yaml/duplicate-key]": "a key that stands twice is refused also where kustomize overlooks it",
    "overlens-refuses: error[json-patch/syntax]: the key": "a key that stands twice is refused also where kustomize overlooks it",
    "reference-refuses: error: error getting node IDs: number of previous names": "kustomize loses its own notes",
    "reference-refuses: panic: number of previous names": "kustomize loses its own notes",
}


class Run:
    """One run: its counters and its findings."""

    def __init__(self, options):
        self.options = options
        self.programs = programs.Programs(options.overlens, os.environ.get("REFERENCE", "kubectl"))
        self.lock = threading.Lock()
        self.counts = collections.Counter()
        self.findings = collections.Counter()

    def group(self, first, scratch):
        """Makes and compares a group of cases."""
        stop = min(first + self.options.together, self.options.cases)
        built = []
        for index in range(first, stop):
            case = cases.make(self.options.seed, index)
            folder = scratch / f"case{index}"
            root = case.write(folder)
            ours = self.programs.ours(root)
            if ours.built:
                built.append((case, root))
                continue
            found = self.programs.compare(root, ours)
            self.count("refused by both" if not found else "different")
            if found:
                self.keep(case, found)
        self.together(built, scratch)

    def together(self, built, scratch):
        """Compares cases that overlens builds, in one build where that works."""
        if len(built) == 1:
            (case, root), = built
            found = self.programs.compare(root)
            self.count("same bytes" if not found else "different")
            if found:
                self.keep(case, found)
            return
        if not built:
            return
        merged = self.root(built)
        root = merged.write(scratch)
        found = self.programs.compare(root)
        if found is None and self.programs.ours(root).built:
            self.count("same bytes", len(built))
            return
        before = sum(self.findings.values())
        middle = len(built) // 2
        self.together(built[:middle], scratch)
        self.together(built[middle:], scratch)
        if found and found.kind == "bytes" and sum(self.findings.values()) == before:
            files = {f"case{case.seed.split('/')[1]}/{path}": text for case, _ in built for path, text in case.files.items()}
            self.keep(cases.Case(f"{built[0][0].seed}+{len(built)}", {**files, **merged.files}, merged.root), found)

    def root(self, built):
        """A kustomization over cases, with options that only the outermost one obeys."""
        first = built[0][0].seed
        source = random.Random(f"{first}+{len(built)}")
        text = "resources:\n" + "".join(f"- ../{root.parent.name}/{root.name}\n" for _, root in built)
        order = source.choice(["fifo", "legacy", None])
        if order:
            text += f"sortOptions:\n  order: {order}\n"
        if source.random() < 0.15:
            text += "buildMetadata: [originAnnotations, transformerAnnotations, managedByLabel]\n"
        name = f"root{first.split('/')[1]}-{len(built)}"
        return cases.Case(first, {f"{name}/kustomization.yaml": text}, name)

    def count(self, what, number=1):
        with self.lock:
            self.counts[what] += number

    def keep(self, case, found):
        """Shrinks and saves a difference, unless enough like it are saved."""
        name = f"{found.kind}: {found.key}"
        if any(name.startswith(start) for start in EXPLAINED):
            self.count("different as explained")
            return
        with self.lock:
            self.findings[name] += 1
            if self.findings[name] > SHRUNK_PER_KEY:
                return
            number = sum(self.findings.values())
        print(f"case {case.seed}: {name}", flush=True)
        if not self.options.keep:
            return
        small = shrink.Shrinker(self.programs, found, self.options.tries).shrink(case)
        folder = pathlib.Path(self.options.keep) / f"{number:03}-{found.kind}"
        shutil.rmtree(folder, ignore_errors=True)
        root = small.write(folder / "in")
        (folder / "about.txt").write_text(f"case {case.seed}, build in/{case.root}\n{name}\n")
        for side, answer in [("overlens", self.programs.ours(root)), ("reference", self.programs.theirs(root))]:
            (folder / f"{side}.txt").write_bytes(answer.output + answer.message.encode())


def main():
    reader = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    reader.add_argument("overlens")
    reader.add_argument("--cases", type=int, default=200)
    reader.add_argument("--seed", default="fixed")
    reader.add_argument("--keep", help="where differences are saved")
    reader.add_argument("--together", type=int, default=32, help="how many cases share one build")
    reader.add_argument("--tries", type=int, default=250, help="how many builds making a difference smaller may take")
    reader.add_argument("--only", type=int, help="the number of the one case to build")
    options = reader.parse_args()
    start, first = time.monotonic(), 0
    if options.only is not None:
        first, options.cases = options.only, options.only + 1
    run = Run(options)

    def work(first):
        with tempfile.TemporaryDirectory() as scratch:
            run.group(first, pathlib.Path(scratch))

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for done in concurrent.futures.as_completed([pool.submit(work, at) for at in range(first, options.cases, options.together)]):
            done.result()
    print("\n".join(f"{number:5}  {name}" for name, number in run.findings.most_common()))
    counts = ", ".join(f"{number} {what}" for what, number in sorted(run.counts.items()))
    print(f"differential: {counts} in {time.monotonic() - start:.0f} s (seed {options.seed})")
    sys.exit(1 if run.findings else 0)


main()
