"""One random case: a tree of files, sometimes slightly broken, and the folder to build."""

import dataclasses
import random
import re

from .layers import Layers


@dataclasses.dataclass
class Case:
    """A tree of files and the folder in it to build."""

    seed: str
    files: dict
    root: str

    def write(self, folder):
        """Writes the files. Returns the folder to build."""
        for path, text in self.files.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
        return folder / self.root


def make(seed, index):
    """The case of a seed. The word in its names is its own, so cases can stand in one build."""
    name = f"{seed}/{index}"
    source = random.Random(name)
    layers = Layers(source, f"c{index}", source.choice([0, 0.05, 0.1, 0.25]))
    files = layers.files
    if source.random() < 0.08:
        damage(source, files)
    return Case(name, files, layers.root)


def damage(source, files):
    """Breaks one place of one file."""
    path = source.choice([path for path, text in files.items() if isinstance(text, str)])
    lines = files[path].split("\n")
    place = source.randrange(len(lines))
    line = lines[place]
    kind = source.choice(["drop", "twice", "shift", "swap", "word", "cut", "rename", "value", "stray"])
    if kind == "drop":
        del lines[place]
    elif kind == "twice":
        lines.insert(place, line)
    elif kind == "shift":
        lines[place] = source.choice([" ", "  ", "\t"]) + line if source.random() < 0.6 else line[1:]
    elif kind == "swap":
        other = source.randrange(len(lines))
        lines[place], lines[other] = lines[other], lines[place]
    elif kind == "word":
        lines[place] = re.sub(r"\w+", lambda found: source.choice([found[0], "x", "1", found[0].upper()]), line, count=1)
    elif kind == "cut":
        lines = lines[:place]
    elif kind == "rename":
        lines[place] = re.sub(r"(\w+):", source.choice([r"\1x:", r"1:", r"\1 :", r"\1", r"null:", r"'\1':", r"? \1:"]), line, count=1)
    elif kind == "value":
        lines[place] = re.sub(r": .*", lambda _: ": " + source.choice(["", "[]", "{}", "1", "x", "~", "true", "- a", "{a: b}", "[a]", "''"]), line)
    else:
        lines.insert(place, source.choice(["---", "...", "}", "x", "- a", "a: b", "\t", "%YAML 1.1", "? x", "#", "kind: X", "{}", "!!str"]))
    files[path] = "\n".join(lines)
