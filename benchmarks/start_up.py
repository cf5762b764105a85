"""How long a person waits: help, status, the first paint of the terminal UI, a demo that has nothing to do.

    python -m benchmarks.start_up --rounds 7

Everything is a real process; the first paint is taken in a real terminal, at the first byte of the banner.
The bare interpreter stands beside, so that a slow machine can be told from a slow program. Prints a Markdown
table for the section "start-up" of benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import os
import pty
import select
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

NEONKIT = (sys.executable, "-m", "toolkit")


def main() -> None:
    """Measure in turns and print the medians."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--rounds", type=int, default=7)
    rounds: int = options.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        cold = seconds_of(*NEONKIT, "demo", cwd=place)
        project = place
        try:
            medians = measured(project, rounds)
        finally:
            seconds_of(*NEONKIT, "server", "destroy", "--yes", cwd=project)
    print(f"Medians of {rounds}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n")
    print("| what | seconds |\n| --- | ---: |")
    print(f"| `neonkit demo`, first run | {cold:.2f} |")
    for name, seconds in medians.items():
        print(f"| {name} | {seconds:.3f} |")


def measured(project: Path, rounds: int) -> dict[str, float]:
    """The median of each contender; contenders take turns."""
    contenders: dict[str, Callable[[], float]] = {
        "bare interpreter": lambda: seconds_of(sys.executable, "-c", "pass", cwd=project),
        "`neonkit --help`": lambda: seconds_of(*NEONKIT, "--help", cwd=project),
        "`neonkit status`": lambda: seconds_of(*NEONKIT, "status", cwd=project),
        "`neonkit tui`, first paint": lambda: first_paint(project),
        "`neonkit demo`, nothing to do": lambda: seconds_of(*NEONKIT, "demo", cwd=project),
    }
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, run in contenders.items():
            times[name].append(run())
    return {name: statistics.median(found) for name, found in times.items()}


def seconds_of(*command: str, cwd: Path) -> float:
    """The time of one process that must end well."""
    begun = time.perf_counter()
    subprocess.run(command, cwd=cwd, check=True, capture_output=True, stdin=subprocess.DEVNULL)
    return time.perf_counter() - begun


def first_paint(project: Path) -> float:
    """From the start of the process to the first byte of the banner in a terminal of 100x30."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(project)
        os.environ.update(COLUMNS="100", LINES="30", TERM="xterm-256color")
        os.execv(NEONKIT[0], (*NEONKIT, "tui"))
    begun, seen = time.perf_counter(), b""
    while b"NEONKIT" not in seen and b"DEV" not in seen:
        if not select.select([terminal], [], [], 20)[0]:
            raise TimeoutError("the terminal UI never painted")
        seen += os.read(terminal, 65536)
    painted = time.perf_counter() - begun
    os.kill(pid, signal.SIGTERM)
    while select.select([terminal], [], [], 5)[0]:
        try:
            if not os.read(terminal, 65536):
                break
        except OSError:
            break
    os.waitpid(pid, 0)
    os.close(terminal)
    return painted


if __name__ == "__main__":
    main()
