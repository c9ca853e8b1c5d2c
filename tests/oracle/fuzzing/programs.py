"""Runs overlens and the reference on a folder and says how their answers differ."""

import dataclasses
import os
import pathlib
import re
import select
import subprocess

PATIENCE = 60  # seconds until a program counts as hanging


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


class Process:
    """A program that is started for each folder."""

    def __init__(self, *command):
        self.command = command

    def __call__(self, folder):
        try:
            done = subprocess.run([*self.command, str(folder)], capture_output=True, timeout=PATIENCE, close_fds=False)
        except subprocess.TimeoutExpired:
            return Answer(False, b"", f"no answer after {PATIENCE} s", crashed=True)
        message = done.stderr.decode(errors="replace")
        crashed = done.returncode < 0 or "panicked" in message or "goroutine" in message
        return Answer(done.returncode == 0, done.stdout, message, crashed)


class Server:
    """A program that answers for one folder after the other (see reference/main.go)."""

    def __init__(self, program):
        self.program = program
        self.process = None

    def __call__(self, folder):
        if self.process is None:
            self.process = subprocess.Popen([self.program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        pipe = self.process.stdout
        try:
            self.process.stdin.write(os.fsencode(folder) + b"\n")
            self.process.stdin.flush()
            if not select.select([pipe], [], [], PATIENCE)[0]:
                raise TimeoutError(f"no answer after {PATIENCE} s")
            status, output, message = pipe.readline().split()
        except (TimeoutError, BrokenPipeError, ValueError) as problem:
            self.process.kill()
            self.process = None
            return Answer(False, b"", f"the server ended: {problem}", crashed=True)
        output, message = pipe.read(int(output)), pipe.read(int(message))
        return Answer(status == b"built", output, message.decode(errors="replace"), status == b"panicked")


@dataclasses.dataclass
class Programs:
    """The two programs, each a function from a folder to its answer."""

    ours: object
    theirs: object

    def compare(self, folder, ours=None):
        """The difference between both programs on a folder, or nothing."""
        ours = ours or self.ours(folder)
        return difference(ours, self.theirs(folder), folder)


def difference(ours, theirs, folder):
    """The difference between two answers for a folder, or nothing."""
    if ours.crashed and first_line(ours.message) != first_line(theirs.message):
        return Difference("crash", plain(first_line(ours.message), folder), ours, theirs)
    if ours.built and theirs.built:
        if ours.output == theirs.output:
            return None
        return Difference("bytes", plain(" | ".join(first_unlike(ours.output, theirs.output)), folder), ours, theirs)
    if ours.built:
        return Difference("reference-refuses", plain(cause(first_line(theirs.message)), folder), ours, theirs)
    if theirs.built:
        return Difference("overlens-refuses", plain(first_line(ours.message), folder), ours, theirs)
    if ours.output or not ours.message:
        return Difference("refusal-without-words", "", ours, theirs)
    return None


def first_line(message):
    """The line of a message that says what is wrong: not a warning, not a usage text."""
    lines = [line for line in message.splitlines() if line.strip() and not line.startswith(("# Warning", "warning", "Warning"))]
    return lines[0] if lines else ""


def cause(line):
    """What the reference refuses, without the chain of kustomizations that lead there."""
    return re.sub(r"^error: .*(recursed accumulation of path|couldn't make target for path) '[^']*': ", "error: ", line)


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
    text = re.sub(r"(/tmp|/dev/shm)/\S+", "/", text)
    text = re.sub(r"-c[0-9]+\b", "", text)
    text = re.sub(r"\b[\w./-]*\.(ya?ml|json|txt|env)\b", "FILE", text)
    text = re.sub(r"0x[0-9a-f]+", "0x", text)
    text = re.sub(r"\b(web|api|db|cache|app|job|k10|k2|dev|prod|base|layer|overlay)\b", "W", text)
    return re.sub(r"[0-9]+", "N", text)[:160]
