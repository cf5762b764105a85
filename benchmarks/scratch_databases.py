"""What a scratch database costs on a throw-away server: made by either strategy, dropped, and connected to.

    python -m benchmarks.scratch_databases --rounds 15 --write

The strategies take turns. `--write` puts the table into the section "scratch" of benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from benchmarks.catalog import write_section
from toolkit.database.driver import open_connection
from toolkit.database.embedded import EmbeddedServer

REPEAT = "python -m benchmarks.scratch_databases --write"


def main() -> None:
    """Measure, print."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--rounds", type=int, default=15)
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedServer(Path(folder) / "server", durable=False)
        url = server.start().url
        taken: dict[str, list[float]] = {}
        try:
            with closing(open_connection(url)) as admin, admin.cursor() as cursor:
                admin.autocommit = True
                for _ in range(given.rounds):
                    for strategy in ("wal_log", "file_copy"):
                        make = f"create database x template template0 strategy {strategy}"
                        note(taken, f"`CREATE DATABASE`, {strategy}", partial(cursor.execute, make))
                        note(taken, "a connection", lambda: open_connection(url).close())
                        note(taken, "`DROP DATABASE`", partial(cursor.execute, "drop database x"))
        finally:
            server.destroy()
    load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
    lines = [
        f"Medians of {given.rounds}, {load}:",
        "",
        "| what | milliseconds | fastest |",
        "| --- | ---: | ---: |",
    ]
    lines += [
        f"| {name} | {statistics.median(found):.1f} | {min(found):.1f} |" for name, found in taken.items()
    ]
    text = "\n".join([*lines, "", f"Repeat: `{REPEAT}`."])
    print(text)
    if given.write:
        write_section("scratch", text)


def note(taken: dict[str, list[float]], name: str, run: Callable[[], object]) -> None:
    """Milliseconds of one run."""
    begun = time.perf_counter()
    run()
    taken.setdefault(name, []).append((time.perf_counter() - begun) * 1000)


if __name__ == "__main__":
    main()
