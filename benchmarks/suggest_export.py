"""Proposing a mapping, exporting, and what undoing costs, on the rows of the import benchmark.

    python -m benchmarks.suggest_export --rows 100000 --rounds 3 --write

Contenders take turns and the medians are told. The export stands beside psql's \\copy of the same rows as
JSON; the import stands beside itself without what undoing needs. `--write` puts the text into the section
"suggest, export and undo" of benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.catalog import write_section
from benchmarks.import_rows import COLUMNS, write_ndjson
from benchmarks.import_speed import fresh, imported, running
from toolkit.database import Database, DatabaseUrl
from toolkit.database.embedded import find_binaries
from toolkit.transfer import LoadOptions, load, parse_mapping
from toolkit.transfer.export import Order, export
from toolkit.transfer.suggest import suggest, tables_of_database
from toolkit.transfer.undo import undo

SUGGEST = "`neonkit import suggest` of the NDJSON"
JSON_COPY = "`\\copy` of the rows as JSON by psql"
EXPORT = "`neonkit export` as NDJSON"
WITHOUT = "`neonkit import --atomic --no-undo`, in memory"
WITH = "the same with `--undo`"
UNDO = "`neonkit import undo` of it"


def main() -> None:
    """Measure, print, and write if asked to."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as url:
        lines = measured(Path(folder), url, given)
    repeat = f"python -m benchmarks.suggest_export --rows {given.rows} --rounds {given.rounds}"
    lines += ["", f"Repeat: `{repeat} --write`."]
    print("\n".join(lines))
    if given.write:
        write_section("suggest, export and undo", "\n".join(lines))


def measured(folder: Path, url: DatabaseUrl, given: argparse.Namespace) -> list[str]:
    """The table of all contenders."""
    ndjson, database = folder / "items.ndjson", Database.at(url)
    write_ndjson(ndjson, given.rows)
    seconds: dict[str, list[float]] = {}

    def timed(name: str, run: Callable[[], object]) -> None:
        begun = time.monotonic()
        run()
        seconds.setdefault(name, []).append(time.monotonic() - begun)

    for number in range(given.rounds):
        out = folder / f"out{number}.ndjson"
        fresh(url)
        timed(SUGGEST, lambda: suggest([ndjson], tables_of_database(database)))
        imported(url, ndjson, given.rows)
        timed(JSON_COPY, lambda: copied_out(url, folder / "copied.ndjson"))
        timed(EXPORT, partial(export, database, Order(tables=("items",), form="ndjson"), out))
        assert out.read_bytes().count(b"\n") == given.rows
        fresh(url)
        timed(WITHOUT, lambda: in_memory(database, ndjson, keep=False))
        fresh(url)
        timed(WITH, lambda: in_memory(database, ndjson, keep=True))
        timed(UNDO, lambda: undone(database, given.rows))
    return told(
        given, ndjson.stat().st_size, {name: statistics.median(each) for name, each in seconds.items()}
    )


def copied_out(url: DatabaseUrl, out: Path) -> None:
    """By psql, in the order of the key, as the export has it."""
    psql = Path(find_binaries().program("psql"))
    program = str(psql) if psql.exists() else "psql"
    command = f"\\copy (select to_jsonb(i) from items as i order by id) to '{out}'"
    subprocess.run([program, url.reveal_plain(), "-q", "-c", command], check=True)


def in_memory(database: Database, ndjson: Path, *, keep: bool) -> None:
    """On the road that keeps what undoing needs: a column that sums up takes every import there."""
    columns = {name: name for name in COLUMNS}
    table = {"rows": "/*", "columns": columns, "reconcile": {"sums": ["amount"]}}
    mapping = parse_mapping({"version": 1, "table": {"items": table}})
    report = load(ndjson, mapping=mapping, database=database, options=LoadOptions(undo=keep))
    assert report.outcome == "loaded", report


def undone(database: Database, rows: int) -> None:
    """Every row of it."""
    assert undo(database).undone == rows


def told(given: argparse.Namespace, size: int, middle: dict[str, float]) -> list[str]:
    """The result in Markdown."""
    width = size // given.rows
    rows = f"{given.rows:,} rows of {width} bytes of NDJSON, 11 columns, 4 indexes, PostgreSQL 18.6"
    copying = f"The export takes {middle[EXPORT] / middle[JSON_COPY]:.1f} times `\\copy`"
    longer = middle[WITH] / middle[WITHOUT]
    keeping = f"keeping what undoing needs makes that import take {longer:.2f} times as long"
    load_now = f"Load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors at the end"
    return [
        f"{rows}, medians of {given.rounds}:",
        "",
        "| what | seconds | rows a second |",
        "| --- | ---: | ---: |",
        *(f"| {name} | {each:.1f} | {given.rows / each:,.0f} |" for name, each in middle.items()),
        "",
        f"- {copying}; {keeping}.",
        f"- {load_now}, this benchmark included.",
    ]


if __name__ == "__main__":
    main()
