#!/usr/bin/env python3
"""Records what the real kustomize prints for every case, or checks that the records are still true.

    refresh.py [--check] [NAME...]     REFERENCE = the kubectl to ask (default: kubectl on PATH)

A case is a folder `cases/FEATURE/NAME` with `why.txt` (one sentence), `in/` (the directory `in/build` is built when
it exists, else `in`), and either `expected.yaml` (what the real program printed) or `refused.txt` (its message, for
reading only: ours has to refuse as well, in its own words)."""

import os
import pathlib
import subprocess
import sys

CASES = pathlib.Path(__file__).parent / "cases"
REFERENCE = os.environ.get("REFERENCE", "kubectl")


def record(case):
    root = case / "in" / "build" if (case / "in" / "build").is_dir() else case / "in"
    result = subprocess.run([REFERENCE, "kustomize", str(root)], capture_output=True, timeout=60)
    if result.returncode == 0:
        return "expected.yaml", result.stdout
    message = result.stderr.decode().replace(str(case.resolve()), "").replace(str(case), "")
    return "refused.txt", (message.strip().splitlines()[0] + "\n").encode()


def main():
    words = [word for word in sys.argv[1:] if word != "--check"]
    check = "--check" in sys.argv
    stale = []
    cases = sorted(path.parent for path in CASES.glob("*/*/why.txt"))
    for case in cases:
        name = str(case.relative_to(CASES))
        if words and not any(word in name for word in words):
            continue
        file, content = record(case)
        other = "refused.txt" if file == "expected.yaml" else "expected.yaml"
        path = case / file
        same = path.exists() and (file == "refused.txt" or path.read_bytes() == content)
        if not same or (case / other).exists():
            stale.append(name)
        if not check:
            (case / other).unlink(missing_ok=True)
            path.write_bytes(content)
    print(f"{len(cases)} cases, {len(stale)} {'stale' if check else 'recorded anew'}")
    print("\n".join(stale))
    sys.exit(1 if check and stale else 0)


main()
