"""Runs overlens and the reference on a folder and says how their answers differ."""

import dataclasses
import pathlib
import re
import subprocess


@dataclasses.dataclass
class Answer:
    """What a program did with a folder."""

    built: bool
    output: bytes
    message: str
    crashed: bool = False


@dataclasses.dataclass
class Difference:
    """A disagreement: `kind` says which, `key` is the same for disagreements that look alike."""

    kind: str
    key: str
    ours: Answer
    theirs: Answer


class Programs:
    """The two programs."""

    def __init__(self, overlens, reference):
        self.overlens = [overlens, "build"]
        self.reference = [reference, "kustomize"]

    def run(self, command, folder):
        try:
            done = subprocess.run([*command, str(folder)], capture_output=True, timeout=60)
        except subprocess.TimeoutExpired:
            return Answer(False, b"", "no answer after 60 s", crashed=True)
        message = done.stderr.decode(errors="replace")
        crashed = done.returncode < 0 or "panicked" in message or "goroutine" in message
        return Answer(done.returncode == 0, done.stdout, message, crashed)

    def ours(self, folder):
        return self.run(self.overlens, folder)

    def theirs(self, folder):
        return self.run(self.reference, folder)

    def compare(self, folder, ours=None):
        """The difference between both programs on a folder, or nothing."""
        ours = ours or self.ours(folder)
        return difference(ours, self.theirs(folder), folder)


def difference(ours, theirs, folder):
    """The difference between two answers for a folder, or nothing."""
    if ours.crashed:
        return Difference("crash", plain(first_line(ours.message), folder), ours, theirs)
    if ours.built and theirs.built:
        if ours.output == theirs.output:
            return None
        return Difference("bytes", plain(" | ".join(first_unlike(ours.output, theirs.output)), folder), ours, theirs)
    if ours.built:
        return Difference("reference-refuses", plain(first_line(theirs.message), folder), ours, theirs)
    if theirs.built:
        return Difference("overlens-refuses", plain(first_line(ours.message), folder), ours, theirs)
    if ours.output or not ours.message:
        return Difference("refusal-without-words", "", ours, theirs)
    return None


def first_line(message):
    """The line of a message that says what is wrong: not a warning, not a usage text."""
    lines = [line for line in message.splitlines() if line.strip() and not line.startswith(("# Warning", "warning", "Warning"))]
    return lines[0] if lines else ""


def first_unlike(ours, theirs):
    """The first lines that differ."""
    left, right = ours.decode(errors="replace").split("\n"), theirs.decode(errors="replace").split("\n")
    for one, other in zip(left, right):
        if one != other:
            return one.strip(), other.strip()
    return "more" if len(left) > len(right) else "", "more" if len(right) > len(left) else ""


def plain(text, folder):
    """Text without what differs from case to case."""
    text = text.replace(str(pathlib.Path(folder).resolve()), "").replace(str(folder), "")
    text = re.sub(r"/tmp/\S+", "/", text)
    text = re.sub(r"-c[0-9]+\b", "", text)
    text = re.sub(r"\b[\w./-]*\.(ya?ml|json|txt|env)\b", "FILE", text)
    text = re.sub(r"0x[0-9a-f]+", "0x", text)
    text = re.sub(r"\b(web|api|db|cache|app|job|k10|k2|dev|prod|base|layer|overlay)\b", "W", text)
    return re.sub(r"[0-9]+", "N", text)[:160]
