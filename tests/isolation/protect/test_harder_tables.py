"""Partitioned tables and owners that may be NULL: what is closed while others work, and what is left."""

from __future__ import annotations

from contextlib import closing

import pytest
from fixtures.isolation import IDENTITY, RULES, World

from toolkit.database import Database, Job
from toolkit.database.driver import open_connection
from toolkit.isolation import Verb, Verdict, judge_database
from toolkit.isolation.protect import Protection, protect
from toolkit.schema import Snapshot, read_snapshot

PARTITIONED = (
    (
        "CREATE TABLE logs (id int, user_id int NOT NULL REFERENCES users, label_id int, PRIMARY KEY (id))"
        " PARTITION BY RANGE (id)"
    ),
    "CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM (0) TO (100)",
    "CREATE TABLE logs_2 PARTITION OF logs FOR VALUES FROM (100) TO (200)",
    "INSERT INTO logs SELECT n, 1 + n % 2 FROM generate_series(1, 150) AS n",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON logs TO {app}",
    f"CREATE POLICY own ON logs TO {{app}} USING (user_id = {IDENTITY})",
    "ALTER TABLE logs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
)


def compiled(world: World, *, prove: bool = False) -> Protection:
    return protect(Database.at(world.url), RULES, app_role=world.role, prove=prove).protection


def about(found: Protection, table: str) -> list[str]:
    return [step.does for step in found.steps if step.subject == f"public.{table}"]


def left(found: Protection, table: str) -> list[str]:
    return [each.reason for each in found.left_open if each.subject == f"public.{table}"]


def snapshot(world: World) -> Snapshot:
    with Database.at(world.url).connect(Job.INSPECT) as connection:
        return read_snapshot(connection)


def run(world: World, found: Protection, table: str, *, back: bool = False) -> None:
    """The steps of one table, each statement by itself."""
    steps = [step for step in found.steps if step.subject == f"public.{table}"]
    with closing(open_connection(world.url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        for step in reversed(steps) if back else steps:
            for statement in step.back if back else step.sql:
                cursor.execute(statement)


def test_a_partitioned_table_gets_an_index_that_can_be_built_again(world: World) -> None:
    world.run(*PARTITIONED)
    before, found = snapshot(world), compiled(world)
    assert about(found, "logs") == ["index on (user_id), partition by partition"]
    assert left(found, "logs") == []
    for _ in range(2):
        run(world, found, "logs")
    assert about(compiled(world), "logs") == []
    run(world, found, "logs", back=True)
    assert snapshot(world).hash == before.hash


def test_a_reference_of_a_partitioned_table_gets_a_key(world: World) -> None:
    world.run(*PARTITIONED, "ALTER TABLE logs ADD FOREIGN KEY (label_id) REFERENCES labels")
    before, found = snapshot(world), compiled(world)
    if before.server.major < 18:
        pytest.skip("a foreign key of a partitioned table can be NOT VALID from PostgreSQL 18 on")
    assert "(label_id, user_id) refers to public.labels with the owner" in about(found, "logs")
    run(world, found, "logs")
    report = judge_database(Database.at(world.url), RULES, app_role=world.role)
    assert report.cell("public.logs", Verb.REFERENCES).verdict is Verdict.PROVEN
    assert about(compiled(world), "logs") == []
    run(world, found, "logs", back=True)
    assert snapshot(world).hash == before.hash


def test_an_owner_that_no_row_lacks_is_required(world: World) -> None:
    world.run("ALTER TABLE labels ALTER user_id DROP NOT NULL")
    before, found = snapshot(world), compiled(world, prove=True)
    said = ["new rows have a value in user_id", "every row has a value in user_id"]
    assert [each for each in about(found, "labels") if not each.startswith("index")] == said
    run(world, found, "labels")
    assert about(compiled(world), "labels") == []
    with Database.at(world.url).connect(Job.INSPECT) as connection:
        assert connection.exec_driver_sql(
            "SELECT attnotnull FROM pg_attribute WHERE attrelid = 'labels'::regclass AND attname = 'user_id'"
        ).scalar_one()
    run(world, found, "labels", back=True)
    assert snapshot(world).hash == before.hash


def test_rows_without_an_owner_are_left_to_a_person(world: World) -> None:
    world.run("ALTER TABLE labels ALTER user_id DROP NOT NULL", "INSERT INTO labels VALUES (90, NULL, 'x')")
    (reason,) = left(compiled(world), "labels")
    assert reason == (
        "rows may have no owner, for user_id can be NULL: 1 rows have none; give them one, or delete them"
    )


def test_an_owner_that_a_deletion_takes_away_stays(world: World) -> None:
    world.run(
        "ALTER TABLE labels ALTER user_id DROP NOT NULL",
        "ALTER TABLE labels DROP CONSTRAINT labels_user_id_fkey",
        "ALTER TABLE labels ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE SET NULL",
    )
    (reason,) = left(compiled(world), "labels")
    assert reason.endswith("a foreign key sets it to NULL when public.users loses the row")
