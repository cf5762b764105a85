"""How long a person waits: help, status, the first paint of the terminal UI, a demo that has nothing to do.

    python -m benchmarks.start_up --rounds 7 --write

Everything is a real process; the first paint is taken in a real terminal, at the first byte of the banner,
and the way of a command to the network at a port that answers nothing. The bare interpreter and an import of
SQLAlchemy stand beside, so that a slow machine can be told from a slow program. `--write` puts the table into
the section "start-up" of benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import os
import pty
import resource
import select
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.catalog import Cost, write_section

REPEAT = "python -m benchmarks.start_up --write"
NEONKIT = (sys.executable, "-m", "toolkit")


def main() -> None:
    """Measure in turns and print the medians."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        cold = cost_of(lambda: run(*NEONKIT, "demo", cwd=place))
        try:
            costs = measured(place, given.rounds)
        finally:
            run(*NEONKIT, "server", "destroy", "--yes", cwd=place)
    lines = [
        f"Medians of {given.rounds}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors:",
        "",
        "| what | seconds | fastest | processor seconds |",
        "| --- | ---: | ---: | ---: |",
        f"| `neonkit demo`, first run | {cold.wall:.2f} | | {cold.processor:.2f} |",
        *(row(name, found) for name, found in costs.items()),
        "",
        f"Repeat: `{REPEAT}`.",
    ]
    text = "\n".join(lines)
    print(text)
    if given.write:
        write_section("start-up", text)


def row(name: str, costs: list[Cost]) -> str:
    """One contender's line of the table."""
    wall, processor = [one.wall for one in costs], [one.processor for one in costs]
    return (
        f"| {name} | {statistics.median(wall):.3f} | {min(wall):.3f} | {statistics.median(processor):.3f} |"
    )


def measured(project: Path, rounds: int) -> dict[str, list[Cost]]:
    """The costs of each contender; contenders take turns."""
    libraries = "import sqlalchemy.dialects.postgresql, psycopg2"
    contenders: dict[str, Callable[[], float | None]] = {
        "bare interpreter": lambda: run(sys.executable, "-c", "pass", cwd=project),
        "SQLAlchemy and psycopg2, imported": lambda: run(sys.executable, "-c", libraries, cwd=project),
        "`neonkit --help`": lambda: run(*NEONKIT, "--help", cwd=project),
        "`neonkit rule`, of one rule": lambda: run(*NEONKIT, "rule", "fk-without-index", cwd=project),
        "`neonkit status --json`, until it connects": lambda: until_it_connects(project, "status", "--json"),
        "`neonkit plan`, until it connects": lambda: until_it_connects(project, "plan"),
        "`neonkit upgrade`, until it connects": lambda: until_it_connects(project, "upgrade", "--yes"),
        "a revision completed by tab": lambda: completed(project, "neonkit upgrade 15"),
        "a table completed by tab": lambda: completed(project, "neonkit schema show ta"),
        "`neonkit status`": lambda: run(*NEONKIT, "status", cwd=project),
        "`neonkit tui`, first paint": lambda: first_paint(project),
        "`neonkit demo`, nothing to do": lambda: run(*NEONKIT, "demo", cwd=project),
    }
    costs: dict[str, list[Cost]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, contender in contenders.items():
            costs[name].append(cost_of(contender))
    return costs


def cost_of(contender: Callable[[], float | None]) -> Cost:
    """Seconds of one turn, those that it measured itself if it did, and the processor's of its processes."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    measured_itself = contender()
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall if measured_itself is None else measured_itself, processor)


def run(*command: str, cwd: Path, **variables: str) -> None:
    """One process that must end well."""
    environment = {**os.environ, **variables}
    subprocess.run(
        command, cwd=cwd, env=environment, check=True, capture_output=True, stdin=subprocess.DEVNULL
    )


def completed(project: Path, line: str) -> None:
    """What the shell runs at a press of the tab key behind `line`."""
    asked = {"_NEONKIT_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}
    run(*NEONKIT, cwd=project, **asked)


def until_it_connects(project: Path, *words: str) -> float:
    """From the start of a command to its first connection, at a port where nothing answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"postgresql://nobody@127.0.0.1:{server.getsockname()[1]}/nothing"
        begun = time.perf_counter()
        with subprocess.Popen(
            [*NEONKIT, *words],
            cwd=project,
            env={**os.environ, "DATABASE_URL": url},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            server.settimeout(30)
            connection, _address = server.accept()
            took = time.perf_counter() - begun
            process.kill()
            connection.close()
    return took


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
