"""How much memory an import of millions of rows takes, whatever their width.

    python -m benchmarks.import_memory --rows 5000000 --write

Each case is a file that is written on the fly and gone when its import is done, and a process of its own
which imports it: in batches, rejects armed. `--write` puts the text into the section "import memory" of
benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final

from sqlalchemy import NullPool, create_engine, text

from benchmarks.catalog import write_section
from benchmarks.import_rows import COLUMNS, TABLE, records
from benchmarks.import_speed import running
from toolkit.database import Database, DatabaseUrl
from toolkit.transfer import load, parse_mapping

BOUND: Final = 300
"""MB that no import may take."""


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of rows."""

    told: str
    table: str
    columns: tuple[str, ...]
    share: int
    """Of so many rows one is written."""
    lines: Callable[[], Iterator[str]]
    """Without end."""


def main() -> None:
    """Measure, print, and write if asked to."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--rows", type=int, default=5_000_000)
    options.add_argument("--case", choices=CASES, action="append")
    options.add_argument("--write", action="store_true")
    options.add_argument("--peak-of", nargs=3, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.peak_of:
        print(json.dumps(peak_here(*given.peak_of)))
        return
    lines = [
        "PostgreSQL 18.6; a process of its own for each import, the interpreter and its libraries included:",
        "",
        "| rows | each | NDJSON, MB | columns | unique keys | peak memory, MB |",
        "| ---: | --- | ---: | ---: | ---: | ---: |",
    ]
    for name in given.case or CASES:
        with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as url:
            lines.append(measured(name, Path(folder), url, given.rows))
        print(lines[-1], flush=True)
    lines += ["", f"Repeat: `python -m benchmarks.import_memory --rows {given.rows} --write`."]
    print("\n".join(lines))
    if given.write:
        write_section("import memory", "\n".join(lines))


def narrow() -> Iterator[str]:
    """Three short fields."""
    for number, owner in enumerate(cycle(range(1000)), start=1):
        yield f'{{"id": {number}, "owner_id": {owner}, "status": "open"}}\n'


def usual() -> Iterator[str]:
    """The rows of the benchmark of speed."""
    return _numbered(list(records(1000)))


def wide() -> Iterator[str]:
    """The same with a body of about 4,000 bytes."""
    return _numbered([record | {"body": record["body"] * 40} for record in records(1000)])


CASES: Final[Mapping[str, Case]] = {
    "narrow": Case(
        "three short fields",
        "CREATE TABLE items (id bigint PRIMARY KEY, owner_id integer NOT NULL, status text NOT NULL)",
        ("id", "owner_id", "status"),
        1,
        narrow,
    ),
    "usual": Case('those of the section "import"', TABLE, COLUMNS, 1, usual),
    "wide": Case("the same with a long text", TABLE, COLUMNS, 10, wide),
}


def measured(name: str, folder: Path, url: DatabaseUrl, rows: int) -> str:
    """One line of the table."""
    case = CASES[name]
    count, ndjson = rows // case.share, folder / "items.ndjson"
    with ndjson.open("w", encoding="utf-8") as file:
        file.writelines(islice(case.lines(), count))
    size = ndjson.stat().st_size
    engine = create_engine(url.sqlalchemy, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(case.table))
    engine.dispose()
    environ = os.environ | {"IMPORT_URL": url.reveal()}
    command = [sys.executable, "-m", "benchmarks.import_memory", "--peak-of", name, str(ndjson), str(count)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environ)
    found = json.loads(done.stdout)
    uniques = case.table.count("PRIMARY KEY") + case.table.count("UNIQUE")
    bold = "" if found["peak"] < BOUND else " (beyond the bound)"
    return (
        f"| {count:,} | {size // count} bytes, {case.told} | {size >> 20:,} | {len(case.columns)} | {uniques}"
        f" | {found['peak']}{bold} |"
    )


def peak_here(name: str, ndjson: str, rows: str) -> dict[str, int]:
    """Import in this process, and look at it."""
    policy = {"mode": "batched", "on_error": "reject"}
    table = {"rows": "/*", "columns": {column: column for column in CASES[name].columns}}
    mapping = parse_mapping({"version": 1, "policy": policy, "table": {"items": table}})
    database = Database.at(DatabaseUrl.parse(os.environ["IMPORT_URL"]))
    report = load(Path(ndjson), mapping=mapping, database=database)
    assert (report.outcome, report.tables[0].inserted) == ("loaded", int(rows)), report
    return {"peak": peak_memory()}


def peak_memory() -> int:
    """The most memory that this process had at once, in MB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) >> 10


def _numbered(some: list[dict[str, Any]]) -> Iterator[str]:
    """These records again and again, each time with keys of their own."""
    texts = [json.dumps({**record, "id": 0, "email": ""}) for record in some]
    rests = [text.partition('"id": 0')[2].replace('"email": ""', '"email": "%s"') for text in texts]
    for number, rest in enumerate(cycle(rests), start=1):
        yield f'{{"id": {number}{rest % f"user{number}@example.org"}\n'


if __name__ == "__main__":
    main()
