"""Writers keep working while the reference application's history is upgraded: how long does a request wait?

    python -m benchmarks.guarded_upgrade --rows 20000 --write

The history runs up to its first tables, which are filled; then clients update rows of each of them without a
pause while `neonkit upgrade` takes the database to the head. Of each request the time is taken. `--write`
puts the table into the section "guarded upgrade" of benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import psycopg2

from benchmarks.catalog import write_section
from toolkit.database import Database, DatabaseUrl
from toolkit.database.embedded import EmbeddedServer
from toolkit.database.scratch import ScratchDatabases
from toolkit.migrate import AlembicProject, upgrade
from toolkit.migrate.guard.terms import LOCK_TIMEOUT, Terms

REPOSITORY = Path(__file__).parents[1]
FIRST_TABLES = "8b6e0d53f2a1"
REPEAT = "python -m benchmarks.guarded_upgrade --write"
FILL = (
    "INSERT INTO users (email, name) SELECT n || '@example.org', 'U' FROM generate_series(1, {users}) n",
    """INSERT INTO tasks (user_id, title)
       SELECT (SELECT id FROM users OFFSET n % {users} LIMIT 1), 'T' || n
         FROM generate_series(1, {rows}) n""",
)
REQUESTS = (
    "UPDATE tasks SET title = title WHERE id = (SELECT id FROM tasks OFFSET floor(random() * 50) LIMIT 1)",
    "UPDATE users SET name = name WHERE id = (SELECT id FROM users OFFSET floor(random() * 50) LIMIT 1)",
)


@dataclass
class Load:
    """Clients that send requests until they are told to stop."""

    url: DatabaseUrl
    clients: int
    waits: list[float] = field(default_factory=list)
    """Seconds of each request."""
    failures: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._work, args=[number]) for number in range(self.clients)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _work(self, number: int) -> None:
        connection = psycopg2.connect(**self.url.libpq_parameters())
        connection.autocommit = True
        with connection.cursor() as cursor:
            while not self._over.is_set():
                begun = time.perf_counter()
                try:
                    cursor.execute(REQUESTS[number % len(REQUESTS)])
                except psycopg2.Error as error:
                    self.failures.append(str(error).splitlines()[0])
                self.waits.append(time.perf_counter() - begun)
        connection.close()


def main() -> None:
    """Measure, print."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--rows", type=int, default=20_000)
    options.add_argument("--clients", type=int, default=4)
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedServer(Path(folder), durable=False)
        url = server.start().url
        try:
            with ScratchDatabases(url).create() as scratch:
                load, seconds, revisions = measured(scratch, given.rows, given.clients)
        finally:
            server.destroy()
    text = table(load, seconds, revisions, given.rows)
    print(text)
    if given.write:
        write_section("guarded upgrade", text)


def measured(url: DatabaseUrl, rows: int, clients: int) -> tuple[Load, float, int]:
    """The load, how long the upgrade took (seconds), and how many revisions it ran."""
    project, database = AlembicProject.open(REPOSITORY), Database.at(url)
    upgrade(project, database, FIRST_TABLES)
    connection = psycopg2.connect(**url.libpq_parameters())
    with connection, connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement.format(rows=rows, users=200))
    connection.close()
    begun = time.perf_counter()
    with Load(url, clients) as load:
        time.sleep(0.5)
        result = upgrade(project, database, "head", terms=Terms(tries=20))
        time.sleep(0.5)
    return load, time.perf_counter() - begun, len(result.applied)


def table(load: Load, seconds: float, revisions: int, rows: int) -> str:
    """A Markdown table."""
    waits = sorted(load.waits)
    figures = {
        "revisions run": f"{revisions}",
        "tasks": f"{rows}",
        "clients": f"{load.clients}",
        "seconds": f"{seconds:.1f}",
        "requests": f"{len(waits)}",
        "requests failed": f"{len(load.failures)}",
        "median of a request, ms": f"{statistics.median(waits) * 1000:.1f}",
        "99th percentile, ms": f"{waits[int(len(waits) * 0.99)] * 1000:.1f}",
        "longest request, ms": f"{waits[-1] * 1000:.0f}",
        "allowed (lock timeout + 200), ms": f"{LOCK_TIMEOUT * 1000 + 200:.0f}",
    }
    lines = [
        "| what | figure |",
        "| --- | ---: |",
        *(f"| {name} | {value} |" for name, value in figures.items()),
    ]
    load_now = f"Load at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors, this included."
    return "\n".join([*lines, "", load_now, "", f"Repeat: `{REPEAT}`."])


if __name__ == "__main__":
    main()
