"""What could not have failed is UNKNOWN, never a pass."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from fixtures.isolation import IDENTITY, RULES, Moment, World

from toolkit.cancel import CancelledError, CancelToken
from toolkit.database import Database, Job
from toolkit.isolation import (
    BadIdentitySettingError,
    Cell,
    NoSuchRoleError,
    Verb,
    Verdict,
    first_verdicts,
    shapes_of_snapshot,
)
from toolkit.models.ownership import OwnershipRules, build_ownership
from toolkit.models.shapes import ColumnShape, TableShape
from toolkit.schema import read_snapshot
from toolkit.secret import Secret

READ, INSERT, UPDATE, DELETE, REFERENCES = Verb
ROWS = (READ, INSERT, UPDATE, DELETE)
MINE = f"user_id = {IDENTITY}"


def of(cells: Iterable[Cell], table: str) -> dict[Verb, Verdict]:
    return {cell.verb: cell.verdict for cell in cells if cell.table == f"public.{table}"}


def graph(world: World, rules: OwnershipRules = RULES):  # type: ignore[no-untyped-def]
    with Database.at(world.url).connect(Job.INSPECT) as connection:
        return build_ownership(shapes_of_snapshot(read_snapshot(connection)), rules)


@pytest.mark.parametrize(
    "empty", ["TRUNCATE users CASCADE", "DELETE FROM users WHERE id > 1"], ids=["no rows", "one user"]
)
def test_without_two_users_nothing_is_proved(moment: Moment, empty: str) -> None:
    moment.run(empty)
    verdicts = of(moment.judge().cells, "notes")
    assert {verdicts[verb] for verb in ROWS} == {Verdict.UNKNOWN}


def test_rows_of_one_user_only_prove_nothing_about_writing(moment: Moment) -> None:
    moment.run("DELETE FROM notes WHERE user_id = 2")
    verdicts = of(moment.judge().cells, "notes")
    assert {verdicts[verb] for verb in ROWS} == {Verdict.UNKNOWN}


def test_rows_of_one_user_only_still_show_a_leak(moment: Moment) -> None:
    moment.run("DELETE FROM notes WHERE user_id = 2", "ALTER POLICY notes_select ON notes USING (true)")
    assert of(moment.judge().cells, "notes")[READ] is Verdict.LEAK


def test_an_identity_that_the_policies_do_not_read(world: World) -> None:
    report = first_verdicts(
        Database.at(world.url), graph(world), app_role=world.role, identity_setting="app.other_id"
    )
    for table in ("users", "notes", "comments", "labels"):
        verdicts = of(report.cells, table)
        assert {verdicts[verb] for verb in ROWS} == {Verdict.UNKNOWN}, table


@pytest.mark.parametrize("verb", ["insert", "update", "delete"])
def test_a_verb_that_reads_another_setting(moment: Moment, verb: str) -> None:
    other = "user_id::text = current_setting('app.other_id', true)"
    clause = f"WITH CHECK ({other})" if verb == "insert" else f"USING ({other})"
    moment.run(f"ALTER POLICY notes_{verb} ON notes {clause}")
    assert of(moment.judge().cells, "notes")[Verb(verb)] is Verdict.UNKNOWN


def test_a_connection_that_obeys_policies_proves_nothing(world: World) -> None:
    world.run("ALTER ROLE {other} LOGIN PASSWORD 'x'", "GRANT {app} TO {other}")
    url = world.url.with_credentials(world.other_role, Secret("x"))
    report = first_verdicts(Database.at(url), graph(world), app_role=world.role)
    assert not {Verdict.LEAK, Verdict.CONDITIONAL} & {cell.verdict for cell in report.cells}
    assert {of(report.cells, "notes")[verb] for verb in ROWS} == {Verdict.UNKNOWN}
    assert report.subject.observer_exempt is False


def test_a_connection_that_may_not_act_as_the_role(world: World) -> None:
    world.run(
        "ALTER ROLE {other} LOGIN BYPASSRLS PASSWORD 'x'",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {other}",
    )
    url = world.url.with_credentials(world.other_role, Secret("x"))
    report = first_verdicts(Database.at(url), graph(world), app_role=world.role)
    reasons = {cell.reason for cell in report.cells if cell.table == "public.notes" and cell.verb in ROWS}
    assert reasons == {f"role {world.other_role} of this connection may not act as {world.role}"}


def test_a_read_only_connection_proves_nothing_about_writing(world: World) -> None:
    report = first_verdicts(Database.at(world.url, read_only=True), graph(world), app_role=world.role)
    verdicts = of(report.cells, "notes")
    assert {verdicts[verb] for verb in (INSERT, UPDATE, DELETE)} == {Verdict.UNKNOWN}


def test_the_role_is_never_assumed(moment: Moment) -> None:
    found = moment.judge(app_role=None)
    assert (found.subject.role, found.subject.found) == (moment.role, "named by the policies")
    moment.run("CREATE POLICY second ON notes TO {other} USING (false)")
    unsure = moment.judge(app_role=None)
    assert unsure.subject.role is None
    assert {cell.verdict for cell in unsure.cells} <= {Verdict.UNKNOWN, Verdict.PROVEN, Verdict.HELD}
    assert {of(unsure.cells, "notes")[verb] for verb in ROWS} == {Verdict.UNKNOWN}
    assert "not known" in unsure.headline


def test_a_table_nobody_classified(moment: Moment) -> None:
    moment.run("CREATE TABLE stray (id int)", "GRANT SELECT ON stray TO {app}")
    report = moment.judge()
    assert set(of(report.cells, "stray").values()) == {Verdict.UNKNOWN}
    shared = OwnershipRules(
        owner_root="users", owner_columns=("user_id",), shared={"stray": "a list of words"}
    )
    declared = moment.judge(rules=shared)
    assert of(declared.cells, "stray") == {}
    assert declared.shared == {"public.stray": "a list of words"}


def test_a_table_of_the_models_that_is_not_in_the_database(world: World) -> None:
    ghost = TableShape(
        "public",
        "ghosts",
        (ColumnShape("id", "integer", False), ColumnShape("user_id", "integer", False)),
        ("id",),
    )
    with Database.at(world.url).connect(Job.INSPECT) as connection:
        shapes = (*shapes_of_snapshot(read_snapshot(connection)), ghost)
    report = first_verdicts(Database.at(world.url), build_ownership(shapes, RULES), app_role=world.role)
    assert set(of(report.cells, "ghosts").values()) == {Verdict.UNKNOWN}
    assert of(report.cells, "notes")[READ] is Verdict.HELD


def test_a_partition_that_can_be_used_directly(moment: Moment) -> None:
    moment.run(
        "CREATE TABLE logs (id int, user_id int NOT NULL REFERENCES users, PRIMARY KEY (id, user_id))"
        " PARTITION BY RANGE (id)",
        "CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM (0) TO (100)",
        "INSERT INTO logs VALUES (1, 1), (2, 2)",
        "GRANT SELECT ON logs TO {app}",
        f"CREATE POLICY logs_select ON logs TO {{app}} USING ({MINE})",
        "ALTER TABLE logs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
    )
    assert of(moment.judge().cells, "logs")[READ] is Verdict.HELD
    moment.run("GRANT SELECT ON logs_1 TO {app}")
    assert of(moment.judge().cells, "logs")[READ] is Verdict.UNKNOWN


def test_doors_that_nobody_tried_are_named(moment: Moment) -> None:
    moment.run(
        f"CREATE VIEW all_notes AS SELECT * FROM notes WHERE {MINE} OR title = 'published'",
        "GRANT SELECT ON all_notes TO {app}",
        "CREATE FUNCTION peek() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM notes'",
    )
    subjects = {unknown.subject for unknown in moment.judge().audit.unknowns}
    assert subjects == {"public.all_notes", "public.peek()"}


def test_a_role_that_is_not_there(moment: Moment) -> None:
    with pytest.raises(NoSuchRoleError):
        moment.judge(app_role="nobody_of_this_name")


@pytest.mark.parametrize("setting", ["user_id", "", "app.", "app.user id", "app.x'; DROP TABLE notes"])
def test_a_setting_no_policy_could_read(world: World, setting: str) -> None:
    with pytest.raises(BadIdentitySettingError):
        first_verdicts(Database.at(world.url), graph(world), app_role=world.role, identity_setting=setting)


def test_stopping(world: World) -> None:
    token = CancelToken()
    token.cancel("the test asked")
    with pytest.raises(CancelledError):
        first_verdicts(Database.at(world.url), graph(world), app_role=world.role, cancel=token)
