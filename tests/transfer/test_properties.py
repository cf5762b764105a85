"""What holds for every import, tried on random schemas, rows and faults.

The ordinary run tries a few; `pytest -m slow tests/transfer/test_properties.py` tries many more, and shrinks
what fails.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest
from fixtures.random_imports import Row, Schema, sets
from fixtures.transfer import Importer
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, pool

from toolkit.cancel import CancelledError, CancelToken
from toolkit.database import Database
from toolkit.database.scratch import ScratchDatabases
from toolkit.events import Event, Progress
from toolkit.transfer import LoadOptions, LoadReport
from toolkit.transfer.undo import undo

FILES: Final = count()
STORED: Final = {2, 7}
"""The keys of the rows that stand in every table before."""
Case = tuple[Schema, dict[str, list[Row]]]
few = settings(
    max_examples=3, deadline=None, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def importer(scratch: ScratchDatabases) -> Iterator[Importer]:
    """One database for all examples."""
    with scratch.create() as url:
        engine: Engine = create_engine(url.sqlalchemy, poolclass=pool.NullPool)
        yield Importer(Database.at(url), engine)
        engine.dispose()


def begin(importer: Importer, schema: Schema) -> None:
    """Make the tables anew, with their stored rows; no import is remembered."""
    importer.make(
        "DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA IF EXISTS neonkit_import CASCADE; "
        + schema.ddl
    )


def written(folder: Path, rows: dict[str, list[Row]]) -> Path:
    """The rows as a file that no other test has."""
    path = folder / f"{next(FILES)}.json"
    path.write_text(json.dumps(rows))
    return path


def stands(importer: Importer, schema: Schema) -> dict[str, list[tuple[Any, ...]]]:
    """What the tables hold, with the unique column of what is referred to in place of keys."""
    found = {}
    for name, parents in schema.parents.items():
        key = "NULL" if name in schema.serial else "t.id"
        columns = "".join(f", {parent}_.u" for parent in parents)
        joins = "".join(
            f" LEFT JOIN {parent} AS {parent}_ ON {parent}_.id = t.to_{parent}" for parent in parents
        )
        query = f"SELECT {key}, t.u, t.n{columns} FROM {name} AS t{joins} ORDER BY t.u, t.n"
        found[name] = importer.stored(query)
    return found


def versions(importer: Importer, schema: Schema) -> list[Any]:
    """Which version of each row stands where."""
    return [importer.stored(f"SELECT ctid, xmin::text FROM {name} ORDER BY 1") for name in schema.parents]


def told(report: LoadReport, rows: dict[str, list[Row]]) -> tuple[Any, ...]:
    """Verdicts and numbers, whatever the order of rows and sections."""
    assert all(line.balances for line in report.tables)
    rejects = {(one.table, rows[one.table][one.ordinal - 1]["u"], one.code) for one in report.rejects}
    lines = {
        (line.table, line.read, line.inserted, line.updated, line.skipped, line.unchanged, line.rejected)
        for line in report.tables
    }
    return rejects, lines


def shuffled(case: Case, seed: int) -> Case:
    """The same tables and rows in another order."""
    schema, rows = case
    mixed = random.Random(seed)
    names = mixed.sample(sorted(rows), len(rows))
    parents = {name: schema.parents[name] for name in names}
    other = {name: mixed.sample(rows[name], len(rows[name])) for name in names}
    return Schema(parents, schema.serial, schema.skipping), other


def load(importer: Importer, case: Case, path: Path, **options: Any) -> LoadReport:
    """Import the file, bearing all rejects."""
    schema, _ = case
    dry = options.pop("dry_run", False)
    tables = schema.mapping(list(schema.parents))
    rest = {"policy": {"show_errors": 1000}}
    given_ = LoadOptions(**{"on_error": "reject", "max_errors": 1000, **options})
    return importer.load(path, tables, options=given_, rest=rest, dry_run=dry)


def neither_batches_nor_order_matter(importer: Importer, folder: Path, case: Case, seed: int) -> None:
    begin(importer, case[0])
    wanted = told(load(importer, case, written(folder, case[1])), case[1])
    whole = stands(importer, case[0])
    other = shuffled(case, seed)
    begin(importer, other[0])
    size = (1, 2, 7)[seed % 3]
    report = load(importer, other, written(folder, other[1]), transaction="batched", batch_rows=size)
    assert told(report, other[1]) == wanted
    assert stands(importer, other[0]) == whole
    assert report.reconciles


def a_dry_run_tells_what_the_run_does(importer: Importer, folder: Path, case: Case, seed: int) -> None:
    begin(importer, case[0])
    path = written(folder, case[1])
    mode: dict[str, Any] = {"transaction": "batched", "batch_rows": 2} if seed % 2 else {}
    before = stands(importer, case[0])
    dry = load(importer, case, path, dry_run=True, **mode)
    assert stands(importer, case[0]) == before
    real = load(importer, case, path, **mode)
    assert told(dry, case[1]) == told(real, case[1])


def a_second_run_writes_nothing(importer: Importer, folder: Path, case: Case, seed: int) -> None:
    begin(importer, case[0])
    path = written(folder, case[1])
    mode: dict[str, Any] = {"transaction": "batched", "batch_rows": 2} if seed % 2 else {}
    first = load(importer, case, path, **mode)
    before = versions(importer, case[0])
    again = load(importer, case, path, **mode)
    assert versions(importer, case[0]) == before
    assert again.outcome in ("unchanged", "partly", "rejected")
    assert {one.sentence for one in again.rejects} >= {one.sentence for one in first.rejects}


def stopped_anywhere_it_goes_on_as_one_run(importer: Importer, folder: Path, case: Case, seed: int) -> None:
    begin(importer, case[0])
    path = written(folder, case[1])
    wanted = told(load(importer, case, path), case[1])
    whole = stands(importer, case[0])
    begin(importer, case[0])
    for _ in range(40):
        token = CancelToken()
        heard = count()

        def emit(event: Event, token: CancelToken = token, heard: Iterator[int] = heard) -> None:
            if isinstance(event, Progress) and event.step == "batches" and next(heard) == 1 + seed % 3:
                token.cancel("the test says so")

        remembered = importer.stored("SELECT to_regclass('neonkit_import.batch') IS NOT NULL")[0][0]
        begun = remembered and importer.stored("SELECT count(*) FROM neonkit_import.batch")[0][0]
        try:
            report = importer.load(
                path,
                case[0].mapping(list(case[0].parents)),
                options=LoadOptions(
                    on_error="reject", max_errors=1000, transaction="batched", batch_rows=2,
                    resume="latest" if begun else None,
                ),
                rest={"policy": {"show_errors": 1000}}, emit=emit, cancel=token,
            )  # fmt: skip
            break
        except CancelledError:
            continue
    assert (told(report, case[1]), stands(importer, case[0])) == (wanted, whole)


def mended(row: Row, known: dict[str, set[int]], *, clashes: bool) -> Row:
    """The row as it should have been: a value that fits, a free unique one, parents that are there."""
    right = {**row, "n": 1, "u": row["u"] + 100, "id": free(row["id"], clashes=clashes)}
    for name, value in row.items():
        if name.startswith("to_") and value not in known[name.removeprefix("to_")]:
            right[name] = None
    return right


def free(key: int, *, clashes: bool) -> int:
    """A key that no stored row has."""
    return key + 100 if clashes and key in STORED else key


def what_is_mended_and_fed_back_completes_it(importer: Importer, folder: Path, case: Case, seed: int) -> None:
    """As if the file had been right at first, children included."""
    schema, rows = case
    begin(importer, schema)
    file = folder / f"{next(FILES)}.ndjson"
    first = load(importer, case, written(folder, rows), rejects=file)
    if not first.rejects:
        return
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    rejected = {name: [line["record"] for line in lines if line["container"] == [name]] for name in rows}
    kept = {name: [row for row in found if row not in rejected[name]] for name, found in rows.items()}
    known = {
        name: {row["id"] for row in kept[name]}
        | {free(row["id"], clashes=name not in schema.serial) for row in rejected[name]}
        | (set() if name in schema.serial else STORED)
        for name in rows
    }
    for line in lines:
        clashes = line["container"][0] not in schema.serial
        line["record"] = mended(line["record"], known, clashes=clashes)
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    tables = schema.mapping(list(schema.parents))
    fed = importer.load(None, tables, options=LoadOptions(refeed=file))
    assert fed.outcome == "loaded", [one.sentence for one in fed.rejects]
    completed = stands(importer, schema)
    begin(importer, schema)
    right = {
        name: [
            *kept[name],
            *(mended(row, known, clashes=name not in schema.serial) for row in rejected[name]),
        ]
        for name in rows
    }
    assert load(importer, (schema, right), written(folder, right)).rejects == ()
    assert completed == stands(importer, schema)


def undone_everything_is_as_before(importer: Importer, folder: Path, case: Case, seed: int) -> None:
    schema, rows = case
    begin(importer, schema)
    before = stands(importer, schema)
    tables = schema.mapping(list(schema.parents))
    mode: dict[str, Any] = {"transaction": "batched", "batch_rows": 2} if seed % 2 else {}
    changing = {
        **tables,
        **{name: {**tables[name], "conflict": "update-changed"} for name in schema.skipping},
    }
    importer.load(
        written(folder, rows), changing, options=LoadOptions(on_error="reject", max_errors=1000, **mode)
    )
    if importer.stored("SELECT FROM neonkit_import.run WHERE status = 'done'"):
        assert undo(importer.database).left == 0
    assert stands(importer, schema) == before


PROPERTIES: Final[list[Callable[[Importer, Path, Case, int], None]]] = [
    neither_batches_nor_order_matter,
    a_dry_run_tells_what_the_run_does,
    a_second_run_writes_nothing,
    stopped_anywhere_it_goes_on_as_one_run,
    what_is_mended_and_fed_back_completes_it,
    undone_everything_is_as_before,
]


@pytest.mark.parametrize("prove", PROPERTIES, ids=lambda prove: prove.__name__)
@given(case=sets(), seed=st.integers(0, 2**16))
@few
def test_it_holds(
    importer: Importer,
    tmp_path: Path,
    prove: Callable[[Importer, Path, Case, int], None],
    case: Case,
    seed: int,
) -> None:
    prove(importer, tmp_path, case, seed)


@pytest.mark.slow
@pytest.mark.parametrize("prove", PROPERTIES, ids=lambda prove: prove.__name__)
@given(case=sets(), seed=st.integers(0, 2**16))
@many
def test_it_holds_long(
    importer: Importer,
    tmp_path: Path,
    prove: Callable[[Importer, Path, Case, int], None],
    case: Case,
    seed: int,
) -> None:
    prove(importer, tmp_path, case, seed)
