"""The catalog snapshot against SQLAlchemy's reflection and Alembic's comparison, side by side on one server.

    python -m benchmarks.catalog --tables 1000 --rounds 5 --write

Contenders take turns, so that a busy moment of the machine hits all of them; the medians are compared.
`--write` puts the table into the section "catalog" of benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import gc
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, MetaData, NullPool, create_engine

from benchmarks.catalog_schema import statements
from toolkit.database import DatabaseUrl
from toolkit.database.embedded import EmbeddedServer
from toolkit.schema import Snapshot, read_digest, read_snapshot, read_with_digest
from toolkit.schema.diff import compare

README = Path(__file__).with_name("README.md")
REPEAT = "python -m benchmarks.catalog --tables 1000 --tables 5000 --write"

SNAPSHOT = "`read_snapshot`"
COMPARED = "`read_snapshot` and comparison with a cached one"
DIGEST = "`read_digest`: nothing changed since a cached one"
REFLECT = "`MetaData.reflect()`"
ALEMBIC = "Alembic's `compare_metadata` with a reflected `MetaData`, no difference"

BATCH = 200
"""Statements sent together while building; one at a time only measures the network."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run cost: seconds on the clock, and of the processor in this process, without the server."""

    wall: float
    processor: float


def main() -> None:
    """Build, measure, print."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--tables", type=int, action="append")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--write", action="store_true")
    options.add_argument("--memory-of", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.memory_of:
        print(peak_memory_here(given.memory_of))
        return
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedServer(Path(folder) / "server", durable=False)
        url = server.start().url
        try:
            blocks = [measured(url, tables, given.rounds) for tables in given.tables or [1000]]
        finally:
            server.destroy()
    text = "\n\n".join([*blocks, f"Repeat: `{REPEAT}`."])
    print(text)
    if given.write:
        write_section("catalog", text)


def measured(admin: DatabaseUrl, tables: int, rounds: int) -> str:
    """A Markdown table of all contenders on a schema of so many tables."""
    url = built(admin, tables)
    engine = create_engine(url.sqlalchemy, poolclass=NullPool)
    with engine.connect() as connection:
        cached, digest = read_with_digest(connection)
        reflected = MetaData()
        reflected.reflect(connection)
    contenders = contenders_with(cached, digest, reflected)
    costs: dict[str, list[Cost]] = {name: [] for name in contenders}
    loads = [os.getloadavg()[0]]
    for _ in range(rounds):
        for name, run in contenders.items():
            costs[name].append(timed(engine, run))
        loads.append(os.getloadavg()[0])
    engine.dispose()
    wall = {name: statistics.median(one.wall for one in found) for name, found in costs.items()}
    processor = {name: statistics.median(one.processor for one in found) for name, found in costs.items()}
    load = f"load {min(loads):.1f} to {max(loads):.1f} on {os.cpu_count()} processors"
    objects = f"{len(cached.objects):,} objects"
    lines = [
        f"{tables:,} tables, {objects}, PostgreSQL {cached.server.version}, medians of {rounds}:",
        "",
        "| what | seconds | processor seconds of the client |",
        "| --- | ---: | ---: |",
        *(f"| {name} | {wall[name]:.3f} | {processor[name]:.3f} |" for name in contenders),
        "",
        *(
            f"- {slow} takes {wall[slow] / wall[fast]:.1f} times as long as {fast}."
            for slow, fast in ((REFLECT, SNAPSHOT), (ALEMBIC, COMPARED), (ALEMBIC, DIGEST))
        ),
        f"- Other work on the machine: {load}, this benchmark included.",
        f"- Peak memory of a process that reads one snapshot: {peak_memory(url)} MB.",
    ]
    return "\n".join(lines)


def contenders_with(
    cached: Snapshot, digest: str, reflected: MetaData
) -> dict[str, Callable[[Connection], object]]:
    """What is measured, by name. Each side that compares has what it compares with in memory already."""

    def still_holds(connection: Connection) -> None:
        assert read_digest(connection) == digest

    def compared_by_alembic(connection: Connection) -> None:
        assert not compare_metadata(MigrationContext.configure(connection), reflected)

    return {
        SNAPSHOT: read_snapshot,
        "`read_snapshot` and its hash": lambda connection: read_snapshot(connection).hash,
        COMPARED: lambda connection: compare(cached, read_snapshot(connection)),
        DIGEST: still_holds,
        REFLECT: lambda connection: MetaData().reflect(connection),
        ALEMBIC: compared_by_alembic,
    }


def built(admin: DatabaseUrl, tables: int) -> DatabaseUrl:
    """A database with the made-up schema, vacuumed and analysed."""
    name = f"tables_{tables}"
    engine = create_engine(admin.sqlalchemy, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"create database {name}")
    url = admin.with_database(name)
    engine = create_engine(url.sqlalchemy, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    todo = list(statements(tables))
    with engine.connect() as connection:
        for start in range(0, len(todo), BATCH):
            connection.exec_driver_sql(";".join(todo[start : start + BATCH]))
        connection.exec_driver_sql("vacuum analyze")
    return url


def timed(engine: Engine, run: Callable[[Connection], object]) -> Cost:
    """The cost of one run on a connection that is already open, from a clean heap."""
    with engine.connect() as connection:
        gc.collect()
        begun, processor = time.perf_counter(), time.process_time()
        run(connection)
        return Cost(time.perf_counter() - begun, time.process_time() - processor)


def peak_memory(url: DatabaseUrl) -> int:
    """Megabytes, measured in a process of its own; the URL goes through its standard input."""
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.catalog", "--memory-of", "-"],
        input=url.reveal(),
        capture_output=True,
        text=True,
        check=True,
    )
    return int(ran.stdout)


def peak_memory_here(source: str) -> int:
    """Megabytes that this process needed at most to read one snapshot of the database named on stdin."""
    assert source == "-"
    engine = create_engine(sys.stdin.read(), poolclass=NullPool)
    with engine.connect() as connection:
        read_snapshot(connection)
    # Not `getrusage`: there a new process begins with what its parent had.
    status = Path("/proc/self/status").read_text("ascii")
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) // 1024


def write_section(name: str, text: str) -> None:
    """Put the text under the heading of this name in the README, in place of what stood there."""
    old = README.read_text("utf-8") if README.exists() else "# Benchmarks\n"
    section = f"## {name}\n\n{text}\n"
    pattern = re.compile(rf"^## {re.escape(name)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    new = pattern.sub(lambda _: section + "\n", old) if pattern.search(old) else f"{old}\n{section}"
    README.write_text(new.rstrip() + "\n", "utf-8")


if __name__ == "__main__":
    main()
