#!/usr/bin/env python3
"""Makes the corpora that the fuzz targets start from, out of the fixtures of the tests and the demo's catalog.

    fuzz/seed.py            writes fuzz/corpus/TARGET/*
"""

import pathlib

FUZZ = pathlib.Path(__file__).resolve().parent
PROJECT = FUZZ.parent


def tree(folder, below=""):
    """The files of a folder as one text, each after a line that names it."""
    text = b""
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()):
        text += f"#- {below}{path.relative_to(folder)}\n".encode() + path.read_bytes().rstrip(b"\n") + b"\n"
    return text


def main():
    cases = sorted((PROJECT / "tests/conformance/cases").glob("*/*/in"))
    catalog = PROJECT / "catalog"
    files = [path for case in cases for path in case.rglob("*.yaml")] + sorted(catalog.rglob("*.yaml"))
    routes = ["metadata.name", "spec.replicas", "services[0].name", "services[+]", "resources[0]", "a.b[name=x]"]
    seeds = {
        "parse": [path.read_bytes() for path in files],
        "trees": [tree(case) for case in cases],
        "edit": [f"{routes[at % len(routes)]}\nvalue\n".encode() + path.read_bytes() for at, path in enumerate(files)],
        "catalog": [tree(catalog, "catalog/")] + [b"#- catalog/services.yaml\n" + path.read_bytes() for path in files[-6:]],
    }
    for target, texts in seeds.items():
        folder = FUZZ / "corpus" / target
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("seed-*"):
            old.unlink()
        for number, text in enumerate(texts):
            (folder / f"seed-{number}").write_bytes(text)
        print(f"{target}: {len(texts)} seeds")


main()
