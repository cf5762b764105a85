"""A whole import against psql's \\copy of the same rows, ready as CSV, into the same table, side by side.

    python -m benchmarks.import_speed --rows 500000 --rounds 3 --write

The import reads NDJSON, validates, holds rejects ready and writes a checkpoint with each batch. Contenders
take turns, so that a busy moment of the machine hits all of them; the medians are compared. A naive
`session.add_all` of SQLModel objects runs on a part of the rows, and its time is multiplied. `--write` puts
the text into the section "import" of benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from sqlalchemy import NullPool, create_engine, text
from sqlmodel import Field, Session, SQLModel

from benchmarks.catalog import write_section
from benchmarks.import_rows import MAPPING, TABLE, write_csv, write_ndjson
from toolkit.database import Database, DatabaseUrl
from toolkit.database.embedded import EmbeddedServer, find_binaries
from toolkit.transfer import load, parse_mapping

COPY = "`\\copy` of the rows as CSV by psql"
IMPORT = "`neonkit import` of the rows as NDJSON, in batches, rejects armed"
ADD_ALL = "`session.add_all` of SQLModel objects from the same NDJSON"


class Item(SQLModel, table=True):
    """The table as the ORM sees it."""

    __tablename__ = "items"

    id: int = Field(primary_key=True)
    external_id: UUID
    email: str
    owner_id: int
    title: str
    body: str | None
    status: str
    amount: Decimal | None
    active: bool
    created_at: datetime
    due: date | None


def main() -> None:
    """Measure, print, and write if asked to."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--rows", type=int, default=500_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--fraction", type=int, default=10, help="add_all runs on one row of so many")
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as url:
        lines = side_by_side(Path(folder), url, given)
    repeat = f"python -m benchmarks.import_speed --rows {given.rows} --rounds {given.rounds}"
    lines += ["", f"Repeat: `{repeat} --write`."]
    print("\n".join(lines))
    if given.write:
        write_section("import", "\n".join(lines))


@contextmanager
def running(folder: Path) -> Iterator[DatabaseUrl]:
    """A server of its own; it may lose data in a crash, which spares all contenders the same waiting."""
    server = EmbeddedServer(folder / "server", durable=False)
    try:
        yield server.start().url
    finally:
        server.destroy()


def side_by_side(folder: Path, url: DatabaseUrl, given: argparse.Namespace) -> list[str]:
    """The table of all contenders."""
    rows, part = given.rows, given.rows // given.fraction
    ndjson, ready, some = folder / "items.ndjson", folder / "items.csv", folder / "some.ndjson"
    write_ndjson(ndjson, rows)
    write_csv(ready, rows)
    write_ndjson(some, part)
    contenders: dict[str, Callable[[], None]] = {
        COPY: lambda: copied(url, ready),
        IMPORT: lambda: imported(url, ndjson, rows),
        ADD_ALL: lambda: added(url, some),
    }
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(given.rounds):
        for name, run in contenders.items():
            fresh(url)
            begun = time.monotonic()
            run()
            seconds[name].append(time.monotonic() - begun)
    seconds[ADD_ALL] = [each * given.fraction for each in seconds[ADD_ALL]]
    return told(rows, ndjson.stat().st_size // rows, given, seconds)


def told(rows: int, width: int, given: argparse.Namespace, seconds: dict[str, list[float]]) -> list[str]:
    """The result in Markdown."""
    middle = {name: statistics.median(each) for name, each in seconds.items()}
    ratios = [mine / theirs for mine, theirs in zip(seconds[IMPORT], seconds[COPY], strict=True)]
    width_told = f"{rows:,} rows of {width} bytes of NDJSON into a table of 11 columns with 4 indexes"
    load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors at the end, this benchmark included"
    nice = os.getpriority(os.PRIO_PROCESS, 0)
    before = f"; all contenders and the server went before it (niceness {nice})" if nice < 0 else ""
    part = f"one row of {given.fraction}; its seconds are multiplied by {given.fraction}"
    return [
        f"{width_told}, PostgreSQL 18.6, medians of {given.rounds}:",
        "",
        "| what | seconds | times `\\copy` |",
        "| --- | ---: | ---: |",
        *(f"| {name} | {middle[name]:.1f} | {middle[name] / middle[COPY]:.2f} |" for name in middle),
        "",
        f"- By rounds, the import takes {', '.join(f'{ratio:.2f}' for ratio in ratios)} times `\\copy`.",
        f"- `session.add_all` ran on {part}.",
        f"- Other work on the machine: {load}{before}.",
    ]


def fresh(url: DatabaseUrl) -> None:
    """The empty table, and no ledger."""
    engine = create_engine(url.sqlalchemy, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS items"))
        connection.execute(text("DROP SCHEMA IF EXISTS neonkit_import CASCADE"))
        connection.execute(text(TABLE))
    engine.dispose()


def copied(url: DatabaseUrl, ready: Path) -> None:
    """By psql."""
    psql = Path(find_binaries().program("psql"))
    program = str(psql) if psql.exists() else "psql"
    command = f"\\copy items from '{ready}' with (format csv)"
    subprocess.run([program, url.reveal_plain(), "-q", "-c", command], check=True)


def imported(url: DatabaseUrl, ndjson: Path, rows: int) -> None:
    """By the library call that the command makes."""
    report = load(ndjson, mapping=parse_mapping(MAPPING), database=Database.at(url))
    assert (report.outcome, report.tables[0].inserted) == ("loaded", rows), report


def added(url: DatabaseUrl, some: Path) -> None:
    """As one would without a tool: every object at once, one commit."""
    engine = create_engine(url.sqlalchemy, poolclass=NullPool)
    with Session(engine) as session, some.open(encoding="utf-8") as file:
        session.add_all([Item.model_validate(json.loads(line)) for line in file])
        session.commit()
    engine.dispose()


if __name__ == "__main__":
    main()
