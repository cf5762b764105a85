"""The lock matrix says what the server at hand does, and the page says what the matrix says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psycopg2
import pytest
from psycopg2.extensions import connection

from toolkit.database import DatabaseUrl
from toolkit.sql.classify import KnownFacts, StatementKind, classify
from toolkit.sql.classify.undetermined import CANDIDATES
from toolkit.sql.locks.examples import Example, read_examples
from toolkit.sql.locks.matrix import MatrixRow, measured_majors, read_matrix, rows_from_json, rows_to_json
from toolkit.sql.locks.measure import measure_every
from toolkit.sql.locks.measure.knowing import read_known_facts
from toolkit.sql.locks.measure.world import build_world
from toolkit.sql.locks.page import render_page
from toolkit.sql.locks.verdict import verdict

PAGE = Path(__file__).parents[2] / "docs" / "lock-matrix.md"
EXAMPLES = read_examples()
LONG = {"reindex", "create_database", "drop_database"}
NOT_MEASURED = {
    StatementKind.ALTER_TABLE_DETACH_PARTITION_FINALIZE,  # needs a detach that was cut off half-way
    StatementKind.ALTER_EXTENSION,
    StatementKind.DROP_EXTENSION,
    StatementKind.DROP_ROLE,
    StatementKind.RELEASE_SAVEPOINT,
    StatementKind.ROLLBACK_TO_SAVEPOINT,
    StatementKind.DO_BLOCK,
    StatementKind.CALL,
    StatementKind.PREPARE,
    StatementKind.EXECUTE,
    StatementKind.DEALLOCATE,
    StatementKind.UNKNOWN,
}


def is_long(example: Example) -> bool:
    return example.kind.value.split(".")[0] in LONG and "schema" not in example.kind.value


@pytest.fixture
def connect(database_url: DatabaseUrl) -> Callable[[], connection]:
    """Opens sessions on the fresh database."""
    return lambda: psycopg2.connect(**database_url.libpq_parameters())


@pytest.fixture
def major(connect: Callable[[], connection]) -> int:
    """The server's; the test is skipped where its matrix is not kept."""
    session = connect()
    found = session.info.server_version // 10000
    session.close()
    if found not in measured_majors():
        pytest.skip(f"no matrix is kept for PostgreSQL {found}")
    return found


def disagreements(major: int, measured: tuple[MatrixRow, ...]) -> list[MatrixRow]:
    kept = {(row.kind, row.statement): row for rows in read_matrix(major).values() for row in rows}
    return [row for row in measured if kept.get((row.kind, row.statement)) != row]


@pytest.mark.timeout(400)
def test_the_matrix_is_what_the_server_does(connect: Callable[[], connection], major: int) -> None:
    measured = measure_every(connect, [one for one in EXAMPLES if not is_long(one)])
    assert disagreements(major, measured) == []


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_the_matrix_is_what_the_server_does_with_whole_databases(
    connect: Callable[[], connection], major: int
) -> None:
    measured = measure_every(connect, [one for one in EXAMPLES if is_long(one)])
    assert disagreements(major, measured) == []


@pytest.fixture
def known(connect: Callable[[], connection], major: int) -> dict[str, KnownFacts]:
    """What the world's catalog says, by time zone."""
    session = connect()
    session.autocommit = True
    build_world(session)
    facts = {zone: read_known_facts(session, zone) for zone in {one.time_zone for one in EXAMPLES}}
    session.close()
    return facts


def test_every_example_is_of_its_own_kind_and_its_locks_are_foretold(
    known: dict[str, KnownFacts], major: int
) -> None:
    kept = {(row.kind, row.statement): row for rows in read_matrix(major).values() for row in rows}
    wrong: list[tuple[object, ...]] = []
    for example in EXAMPLES:
        row = kept[example.kind, example.statement]
        if row.refused is not None:
            continue
        facts = known[example.time_zone]
        if classify(example.statement, facts).kinds != (example.kind,):
            wrong.append((example, classify(example.statement, facts).kinds))
        foretold = verdict(example.statement, major, facts)
        uncertain = [lock for part in foretold.parts for lock in part.locks if not lock.certain]
        for role, mode in row.locks.items():
            said = foretold.mode_on(role)
            several = len(read_matrix(major)[example.kind]) > 1
            if said != mode and not (several and said is not None and said > mode and uncertain):
                wrong.append((example, (role, mode, said)))
    assert wrong == []


def test_at_least_110_kinds_are_measured_and_the_others_are_named() -> None:
    measured = set(read_matrix(measured_majors()[-1]))
    assert len(measured) >= 110
    assert measured == set(StatementKind) - set(CANDIDATES) - NOT_MEASURED
    assert not any(row.refused for rows in read_matrix(18).values() for row in rows)


@pytest.mark.parametrize("kept", measured_majors())
def test_the_data_is_in_its_canonical_form(kept: int) -> None:
    rows = [row for rows in read_matrix(kept).values() for row in rows]
    assert {(row.kind, row.statement) for row in rows} == {(one.kind, one.statement) for one in EXAMPLES}
    assert rows_from_json(rows_to_json(kept, rows)) == tuple(
        sorted(rows, key=lambda row: (row.kind, row.statement))
    )


def test_the_page_is_made_from_the_data() -> None:
    assert PAGE.read_text(encoding="utf-8") == render_page()
