"""Makes a case smaller while both programs still disagree about it in the same way."""

import tempfile
import pathlib

from .cases import Case


class Shrinker:
    """Tries smaller cases, at most `tries` of them."""

    def __init__(self, programs, found, tries, scratch=None):
        self.programs = programs
        self.scratch = scratch
        self.kind = found.kind
        self.key = found.key if found.kind != "bytes" else None
        self.tries = tries

    def same(self, case):
        """Whether the case still shows the difference."""
        if self.tries <= 0:
            return False
        self.tries -= 1
        with tempfile.TemporaryDirectory(dir=self.scratch) as scratch:
            root = case.write(pathlib.Path(scratch))
            found = self.programs.compare(root)
        return bool(found) and found.kind == self.kind and self.key in (None, found.key)

    def shrink(self, case):
        files = dict(case.files)
        files = self.without_files(case, files)
        while self.tries > 0:
            before = sum(map(len, files.values()))
            for path in sorted(files, key=lambda path: -len(files[path])):
                if isinstance(files[path], str):
                    files = self.shorter(case, files, path)
            if sum(map(len, files.values())) == before:
                break
        return Case(case.seed, files, case.root)

    def without_files(self, case, files):
        for path in list(files):
            fewer = {other: text for other, text in files.items() if other != path}
            if self.same(Case(case.seed, fewer, case.root)):
                files = fewer
        return files

    def shorter(self, case, files, path):
        """Removes documents, then lines with everything indented below them, biggest first."""
        parts = files[path].split("\n---\n")
        place = 0
        while len(parts) > 1 and place < len(parts):
            fewer = {**files, path: "\n---\n".join(parts[:place] + parts[place + 1:])}
            if self.same(Case(case.seed, fewer, case.root)):
                files, parts = fewer, parts[:place] + parts[place + 1:]
            else:
                place += 1
        place = 0
        while True:
            lines = files[path].split("\n")
            if place >= len(lines):
                return files
            stop = block_end(lines, place)
            fewer = {**files, path: "\n".join(lines[:place] + lines[stop:])}
            if lines[place:stop] != [""] and self.same(Case(case.seed, fewer, case.root)):
                files = fewer
            else:
                place += 1


def block_end(lines, start):
    """Where the block that begins on a line ends: at the next line that is not indented deeper."""
    def indent(line):
        return len(line) - len(line.lstrip(" "))

    own = indent(lines[start])
    head = lines[start].lstrip(" ")
    stop = start + 1
    while stop < len(lines):
        line = lines[stop]
        listed = line.lstrip(" ").startswith("- ") and not head.startswith("- ") and indent(line) == own
        if line.strip() and indent(line) <= own and not listed:
            break
        stop += 1
    return stop
