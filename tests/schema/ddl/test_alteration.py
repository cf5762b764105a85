"""Every single change of the base schema, made by our SQL in both directions; what is left out says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixtures.schema_ddl import RoundTrip, cursor_at, drop_subscriptions, snapshot_of
from sqlalchemy import Connection

from toolkit.database.scratch import ScratchDatabases
from toolkit.schema import Snapshot, read_snapshot
from toolkit.schema.ddl.alter import Alteration, Hazard, alteration

FOLDER = Path(__file__).parents[1] / "single_changes"
CASES = [
    "\n".join(line for line in block.strip().splitlines() if not line.startswith("-->"))
    for file in sorted(FOLDER.glob("*.sql"))
    for block in file.read_text("utf-8").split("\n\n")[1:]
]
SKIPPED = {
    "alter role": "roles belong to the cluster",
    "create role": "roles belong to the cluster",
    "grant kit_owner": "roles belong to the cluster",
    "drop constraint email_at": "the server refuses a savepoint behind it in the same transaction",
}


def run(connection: Connection, sql: str) -> None:
    """Run without parameters, so that percent signs stay."""
    connection.connection.cursor().execute(sql)


def closes(connection: Connection, found: Alteration, wanted: Snapshot) -> None:
    """The steps lead to the wanted snapshot, unless they say that they do not."""
    for step in found.steps:
        run(connection, step.sql)
    assert bool(found.left_out) or read_snapshot(connection).hash == wanted.hash


@pytest.mark.parametrize("sql", CASES, ids=[sql.replace("\n", " ")[:70] for sql in CASES])
def test_a_single_change_is_made_and_taken_back(base: Snapshot, every_kind: Connection, sql: str) -> None:
    if reason := next((reason for word, reason in SKIPPED.items() if word in sql), None):
        pytest.skip(reason)
    run(every_kind, "savepoint before")
    run(every_kind, sql.replace("{database}", base.server.database))
    changed = read_snapshot(every_kind)
    closes(every_kind, alteration(changed, base), base)
    run(every_kind, "rollback to savepoint before")
    closes(every_kind, alteration(base, changed), changed)


def test_from_nothing_to_all_pieces(scratch: ScratchDatabases, all_pieces: RoundTrip) -> None:
    with scratch.create() as url:
        found = alteration(snapshot_of(url), all_pieces.before)
        with cursor_at(url) as cursor:
            cursor.execute("set check_function_bodies = off")
            for step in found.steps:
                cursor.execute(step.sql)
        after = snapshot_of(url)
        drop_subscriptions(url, after)
    assert not found.left_out
    assert after.hash == all_pieces.before.hash


def test_equal_snapshots_need_no_step(base: Snapshot) -> None:
    assert alteration(base, base) == Alteration((), ())


@pytest.mark.parametrize(
    ("sql", "hazard"),
    [
        ("drop table app.scratch", Hazard.LOSING_DATA),
        ("alter table app.users drop column name cascade", Hazard.LOSING_DATA),
        ("alter table app.tasks alter column size type numeric(12, 2)", Hazard.REWRITING),
        ("create index extra on app.tasks (note)", Hazard.BLOCKING),
        ("alter table app.tasks add constraint c check (id > 0)", Hazard.BLOCKING),
        ("alter table app.tasks add constraint c check (id > 0) not valid", Hazard.SAFE),
        ("comment on table app.users is 'x'", Hazard.SAFE),
    ],
)
def test_steps_say_what_they_cost(base: Snapshot, every_kind: Connection, sql: str, hazard: Hazard) -> None:
    run(every_kind, sql)
    assert hazard in {step.hazard for step in alteration(base, read_snapshot(every_kind)).steps}
