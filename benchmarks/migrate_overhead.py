"""A long history from base: `neonkit upgrade` beside plain `alembic upgrade head`, each a process of its own.

    python -m benchmarks.migrate_overhead --rounds 5 --write

One revision shows what starting costs, 300 what the revisions cost. Contenders take turns on fresh databases
of one embedded server, so that a busy moment of the machine hits both; the medians are compared. Processor
time is that of the process, without the server. `--write` puts the tables into the section "migrate" of
benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.catalog import Cost, write_section
from benchmarks.migrate_project import write_project
from toolkit.database import DatabaseUrl
from toolkit.database.embedded import EmbeddedServer
from toolkit.database.scratch import ScratchDatabases

REPEAT = "python -m benchmarks.migrate_overhead --write"

COMMANDS = {
    "`alembic upgrade head`": ("-m", "alembic", "upgrade", "head"),
    "`neonkit upgrade head --yes`": ("-m", "toolkit", "upgrade", "head", "--yes"),
}


def main() -> None:
    """Build, measure, print."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--revisions", type=int, action="append")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedServer(Path(folder) / "server", durable=False)
        url = server.start().url
        try:
            scratch = ScratchDatabases(url)
            blocks = [
                compared(scratch, write_project(Path(folder) / str(count), count), count, given.rounds)
                for count in given.revisions or [1, 300]
            ]
        finally:
            server.destroy()
    load = f"Load at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors, this included."
    text = "\n\n".join([*blocks, load, f"Repeat: `{REPEAT}`."])
    print(text)
    if given.write:
        write_section("migrate", text)


def compared(scratch: ScratchDatabases, project: Path, revisions: int, rounds: int) -> str:
    """A Markdown table of both commands."""
    costs: dict[str, list[Cost]] = {name: [] for name in COMMANDS}
    for turn in range(rounds + 1):
        for name, command in COMMANDS.items():
            with scratch.create() as url:
                cost = measured(command, project, url)
            if turn:  # the first turn compiles the revision files for both
                costs[name].append(cost)
    wall = {name: statistics.median(one.wall for one in found) for name, found in costs.items()}
    processor = {name: statistics.median(one.processor for one in found) for name, found in costs.items()}
    plain = next(iter(COMMANDS))
    lines = [
        f"Revisions from base: {revisions}; a process each, medians of {rounds}:",
        "",
        "| what | seconds | times Alembic | processor seconds | times Alembic |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(
            f"| {name} | {wall[name]:.2f} | {wall[name] / wall[plain]:.2f}"
            f" | {processor[name]:.2f} | {processor[name] / processor[plain]:.2f} |"
            for name in COMMANDS
        ),
    ]
    return "\n".join(lines)


def measured(command: tuple[str, ...], project: Path, url: DatabaseUrl) -> Cost:
    """Run the command in the project's folder on the database."""
    environment = {**os.environ, "DATABASE_URL": url.reveal(), "PYTHONWARNINGS": "ignore"}
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    ran = subprocess.run(
        [sys.executable, *command],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if ran.returncode:
        raise SystemExit(ran.stderr)
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


if __name__ == "__main__":
    main()
