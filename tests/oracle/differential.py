#!/usr/bin/env python3
"""Builds random trees of kustomizations with overlens and with kustomize, and compares the bytes.

    tests/oracle/differential.py OVERLENS [--cases N] [--seed S] [--from N] [--only I] [--keep DIR] [--tries N]
                                          [--jobs N] [--together N] [--reference-itself]

A case is a random tree of bases, overlays and components, now and then slightly broken; both programs have to print the
same bytes, or both have to refuse. Case I of a seed is always the same tree; `--only I` builds just that one.

REFERENCE names the kubectl whose `kustomize` is v5.8.1. Starting it costs 50 ms, so cases share its builds. overlens builds
each case by itself first. The cases that it refuses are given to the reference one by one. Those that it builds become
the `resources` of one root kustomization (their resources' names end in a word of their own, so they do not meet), which
both programs build: the same bytes for all of them are the same bytes for each. Where the bytes differ or a program refuses,
the group is halved until single cases are left, which are then built by themselves; a group that differs while its halves
do not is a finding of its own.

REFERENCE_SERVER names the program made of `tests/oracle/reference` (its main.go says how): kustomize v5.8.1 that answers for
one folder after the other. With it each case is built by itself. `--reference-itself` compares that server with
REFERENCE instead of overlens. OVERLENS may be such a server too (`cargo build --release --example oracle-server`): then
no process is started for a case.

What differs is made smaller (`--tries` builds at most), and saved in the folder of `--keep`."""

import argparse
import collections
import concurrent.futures
import dataclasses
import os
import pathlib
import random
import re
import shutil
import sys
import tempfile
import time

from fuzzing import cases, programs, shrink

SHRUNK_PER_KEY = 2
# Trees are small and short-lived: memory is the place for them.
SCRATCH = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
# Differences that are meant to be: what kind they are, what the message of the program that refuses says, and the reason.
# docs/conformance.md has the same list.
EXPLAINED = [
    (kind, re.compile(message, re.DOTALL), reason)
    for kind, message, reason in [
        ("overlens-refuses", r"error\[(yaml/duplicate-key|json-patch/syntax\]: the key)", "a key that stands twice is refused, though kustomize may overlook it"),
        ("overlens-refuses", r"error\[(yaml|json-patch)/syntax\]: this stands after the end of the document's value", "kustomize does not read what stands behind the value of a document"),
        ("overlens-refuses", r"error\[yaml/key-type\]: (a map|a list) stands where a key must be", "kustomize overlooks such keys beside the items of a List"),
        ("overlens-refuses", r"error\[hash/kind", "kustomize hashes how its library keeps an object that is neither ConfigMap nor Secret"),
        ("overlens-refuses", r"error\[patch/copies-notes", "kustomize copies its own notes along with the annotations"),
        ("reference-refuses", r"validator shouldn't modify the resource map: nodes unequal: \n -- (\{.*\}),\n -- \1\n", "kustomize takes a value that is set to what it is already for a change"),
        ("reference-refuses", r"number of previous names, number of previous namespaces, number of previous kinds not equal", "kustomize loses count of its own notes"),
        ("overlens-refuses", r"error\[replacement/reads-notes", "kustomize reads its own notes there"),
        ("reference-refuses", r"(^|\n)error: (accumulating [^\n]*: )?yaml: line \d+: (could not find expected ':'|did not find expected ',' or '[\]}]')$", "kustomize cannot read back what it wrote, such as a comment in a wrong place"),
        ("reference-refuses", r"map\[string\]interface \{\}\{.*: yaml: (line \d+: |invalid map key: )[^\n]*$", "kustomize cannot read back what it wrote, such as a comment in a wrong place"),
    ]
]


@dataclasses.dataclass
class Found:
    """What a group of cases came to: how many of each outcome, and the differences with their cases."""

    counts: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    differences: list = dataclasses.field(default_factory=list)

    def single(self, case, difference, equal):
        """Counts what came of one case."""
        if difference is None:
            self.counts[equal] += 1
            return
        name = f"{difference.kind}: {difference.key}"
        if explained(difference):
            self.counts["different as explained"] += 1
            return
        self.counts["different"] += 1
        self.differences.append((name, case, difference))


def explained(difference):
    """Why a difference is meant to be, or nothing."""
    answer = difference.ours if difference.kind == "overlens-refuses" else difference.theirs
    fits = (reason for kind, message, reason in EXPLAINED if kind == difference.kind and message.search(answer.message.strip()))
    return next(fits, None)


class Group:
    """Compares cases, as many as possible in one build."""

    def __init__(self, both, scratch):
        self.programs = both
        self.scratch = scratch
        self.found = Found()

    def compare(self, made):
        built = []
        for number, case in enumerate(made):
            root = case.write(self.scratch / f"case{number}")
            ours = self.programs.ours(root)
            if ours.built and len(made) > 1:
                built.append((case, root))
            else:
                self.found.single(case, self.programs.compare(root, ours), "same bytes" if ours.built else "refused by both")
        self.together(built)
        return self.found

    def together(self, built):
        """Compares cases that overlens builds, in one build where that works."""
        if not built:
            return
        if len(built) == 1:
            (case, root), = built
            self.found.single(case, self.programs.compare(root), "same bytes")
            return
        merged = self.root(built)
        root = merged.write(self.scratch)
        difference = self.programs.compare(root)
        if difference is None and self.programs.ours(root).built:
            self.found.counts["same bytes"] += len(built)
            return
        before = len(self.found.differences)
        middle = len(built) // 2
        self.together(built[:middle])
        self.together(built[middle:])
        if difference and difference.kind == "bytes" and len(self.found.differences) == before:
            files = {f"{root.parent.name}/{path}": text for case, root in built for path, text in case.files.items()}
            self.found.single(cases.Case(merged.seed, {**files, **merged.files}, merged.root), difference, "same bytes")

    def root(self, built):
        """A kustomization over cases, with options that only the outermost one obeys."""
        seed = f"{built[0][0].seed}+{len(built)}"
        source = random.Random(seed)
        text = "resources:\n" + "".join(f"- ../{root.parent.name}/{root.name}\n" for _, root in built)
        order = source.choice(["fifo", "legacy", None])
        if order:
            text += f"sortOptions:\n  order: {order}\n"
        if source.random() < 0.15:
            text += "buildMetadata: [originAnnotations, transformerAnnotations, managedByLabel]\n"
        name = f"root{built[0][1].parent.name}-{len(built)}"
        return cases.Case(seed, {f"{name}/kustomization.yaml": text}, name)


WORKER = {}


def start_worker(options):
    """Makes the programs of a worker: a server is its own."""
    reference = programs.Process(os.environ.get("REFERENCE", "kubectl"), "kustomize")
    server = programs.Server(os.environ["REFERENCE_SERVER"]) if "REFERENCE_SERVER" in os.environ else None
    own = programs.Server(options.overlens) if options.overlens.endswith("server") else programs.Process(options.overlens, "build")
    ours = reference if options.reference_itself else own
    WORKER.update(options=options, programs=programs.Programs(ours, server or reference))


def compare(first, stop):
    """Makes the cases from one number up to another, and compares them."""
    made = [cases.make(WORKER["options"].seed, index) for index in range(first, stop)]
    with tempfile.TemporaryDirectory(dir=SCRATCH) as scratch:
        return Group(WORKER["programs"], pathlib.Path(scratch)).compare(made)


def save(folder, name, case, difference):
    """Makes a case smaller and saves it with both answers."""
    both = WORKER["programs"]
    small = shrink.Shrinker(both, difference, WORKER["options"].tries, SCRATCH).shrink(case)
    shutil.rmtree(folder, ignore_errors=True)
    root = small.write(folder / "in")
    (folder / "about.txt").write_text(f"case {case.seed}, build in/{case.root}\n{name}\n")
    for side, answer in [("overlens", both.ours(root)), ("reference", both.theirs(root))]:
        (folder / f"{side}.txt").write_bytes(answer.output + answer.message.encode())


def main():
    server = "REFERENCE_SERVER" in os.environ
    reader = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    reader.add_argument("overlens")
    reader.add_argument("--cases", type=int, default=200)
    reader.add_argument("--seed", default="fixed")
    reader.add_argument("--from", type=int, default=0, dest="first", help="the number of the first case")
    reader.add_argument("--only", type=int, help="the number of the one case to build")
    reader.add_argument("--keep", help="where differences are saved")
    reader.add_argument("--tries", type=int, default=250, help="how many builds making a difference smaller may take")
    reader.add_argument("--jobs", type=int, default=2, help="how many processes compare")
    reader.add_argument("--together", type=int, default=1 if server else 32, help="how many cases share one build")
    reader.add_argument("--reference-itself", action="store_true", help="compare the server with the program, not overlens")
    options = reader.parse_args()
    first, stop = (options.first, options.first + options.cases) if options.only is None else (options.only, options.only + 1)
    start = time.monotonic()
    counts, findings, pending = collections.Counter(), collections.Counter(), set()
    with concurrent.futures.ProcessPoolExecutor(options.jobs, initializer=start_worker, initargs=[options]) as pool:
        waiting = [pool.submit(compare, at, min(at + options.together, stop)) for at in range(first, stop, options.together)]
        for done in concurrent.futures.as_completed(waiting):
            found = done.result()
            counts += found.counts
            for name, case, difference in found.differences:
                findings[name] += 1
                if findings[name] > SHRUNK_PER_KEY:
                    continue
                print(f"case {case.seed}: {name}", flush=True)
                if options.keep:
                    folder = pathlib.Path(options.keep) / f"{len(pending) + 1:03}-{difference.kind}"
                    pending.add(pool.submit(save, folder, name, case, difference))
        for done in pending:
            done.result()
    print("\n".join(f"{number:5}  {name}" for name, number in findings.most_common()))
    outcome = ", ".join(f"{number} {what}" for what, number in sorted(counts.items()))
    print(f"differential: {outcome} in {time.monotonic() - start:.0f} s (seed {options.seed})")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
