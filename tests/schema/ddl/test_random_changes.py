"""Random schemas and what random statements make of them: the way back and the way there, by our SQL.

`-m slow` draws many more: `pytest -m slow tests/schema/ddl/test_random_changes.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import psycopg2
import pytest
from fixtures.random_ddl import Drawing
from fixtures.schema_ddl import cursor_at, snapshot_of

from toolkit.database import DatabaseUrl
from toolkit.database.scratch import ScratchDatabases
from toolkit.schema import Snapshot
from toolkit.schema.ddl.alter import LeftOut, alteration
from toolkit.schema.diff import ObjectChange, compare
from toolkit.schema.objects import Kind, StatisticsObject

CLEAN = "drop schema if exists r1 cascade; drop schema if exists r2 cascade; set check_function_bodies = on"


@pytest.fixture(scope="module")
def arena(scratch: ScratchDatabases, kit_roles: None) -> Iterator[DatabaseUrl]:
    """A database for one schema after another."""
    with scratch.create() as url:
        yield url


def drawn(cursor: Any, statements: Iterable[str]) -> None:
    """Run what the server takes of it."""
    for statement in statements:
        try:
            cursor.execute(statement)
        except psycopg2.Error:
            continue


def unexplained(now: Snapshot, wanted: Snapshot, left_out: Iterable[LeftOut]) -> list[ObjectChange]:
    """What differs although nothing said that it would."""
    known = {key for one in left_out for key in (one.key, *one.change.followers)}
    tables = {key.path[:2] for key in known}

    def follows(change: ObjectChange) -> bool:
        # Statistics list their columns as the table has them; local is what a table declared itself.
        thing = wanted.objects.get(change.key) or now.objects[change.key]
        if isinstance(thing, StatisticsObject):
            return tuple(thing.relation) in tables
        local = {part.attribute for part in change.attributes} <= {"local", "parent"} and change.attributes
        return change.key.path[:2] in tables and bool(local or change.key.kind is Kind.TRIGGER)

    found = compare(now, wanted).changes
    return [change for change in found if change.key not in known and not follows(change)]


def goes_both_ways(url: DatabaseUrl, seed: int) -> None:
    """From a random schema through random changes, back by our SQL, and there again."""
    with cursor_at(url) as cursor:
        cursor.execute(CLEAN)
        cursor.execute("select current_setting('server_version_num')::int / 10000")
        drawing = Drawing(seed, cursor.fetchone()[0])
        drawn(cursor, drawing.base())
        before = snapshot_of(url)
        drawn(cursor, drawing.changes())
        after = snapshot_of(url)
        cursor.execute("set check_function_bodies = off")
        for wanted in (before, after):
            found = alteration(snapshot_of(url), wanted)
            for step in found.steps:
                try:
                    cursor.execute(step.sql)
                except psycopg2.errors.InvalidFunctionDefinition:
                    # A function that returns rows of a table, and the table got another column since.
                    return
            now = snapshot_of(url)
            assert not unexplained(now, wanted, found.left_out)
            assert found.left_out or now.hash == wanted.hash


@pytest.mark.older
@pytest.mark.parametrize("seed", [3, 1012, 1106, 2060, 2369, 2485])
def test_random_changes_are_taken_back_and_made_again(arena: DatabaseUrl, seed: int) -> None:
    goes_both_ways(arena, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20_000, 20_300))
def test_many_random_changes_are_taken_back_and_made_again(arena: DatabaseUrl, seed: int) -> None:
    goes_both_ways(arena, seed)
