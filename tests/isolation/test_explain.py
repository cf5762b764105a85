"""Verdicts without running anything: what the policies and the plans can say, and what they cannot."""

from __future__ import annotations

import pytest
from fixtures.isolation import IDENTITY, RULES, World

from toolkit.database import Database
from toolkit.isolation import IsolationReport, Verb, Verdict, judge_database

READ, INSERT, UPDATE, DELETE, REFERENCES = Verb
MINE = f"user_id = {IDENTITY}"


def explain(world: World) -> IsolationReport:
    return judge_database(Database.at(world.url), RULES, app_role=world.role, explain_only=True)


def test_policies_that_bind_need_no_rows(world: World) -> None:
    world.run("TRUNCATE users CASCADE")
    report = explain(world)
    assert {cell.verdict for cell in report.cells} == {Verdict.HELD, Verdict.PROVEN}, report.cells


@pytest.mark.parametrize(
    ("verb", "clause"),
    [
        (READ, "USING (true)"),
        (UPDATE, f"USING (true) WITH CHECK ({MINE})"),
        (DELETE, "USING (true)"),
    ],
)
def test_a_plan_without_condition_is_a_leak(world: World, verb: Verb, clause: str) -> None:
    command = "select" if verb is READ else verb.value
    world.run(f"ALTER POLICY notes_{command} ON notes {clause}")
    assert explain(world).cell("public.notes", verb).verdict is Verdict.LEAK


@pytest.mark.parametrize(
    ("verb", "clause"),
    [
        (READ, f"USING ({MINE} OR title = 'x')"),
        (INSERT, "WITH CHECK (true)"),
        (UPDATE, f"USING ({MINE}) WITH CHECK (true)"),
    ],
)
def test_what_a_plan_cannot_tell_is_unknown(world: World, verb: Verb, clause: str) -> None:
    command = "select" if verb is READ else verb.value
    world.run(f"ALTER POLICY notes_{command} ON notes {clause}")
    assert explain(world).cell("public.notes", verb).verdict is Verdict.UNKNOWN


def test_nothing_is_executed(world: World) -> None:
    world.run(
        "CREATE FUNCTION me() RETURNS int LANGUAGE plpgsql STABLE AS 'BEGIN RAISE EXCEPTION ''called''; END'",
        "ALTER POLICY notes_select ON notes USING (user_id = (SELECT me()))",
        "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''fired''; END'",
        "CREATE TRIGGER stop BEFORE UPDATE OR DELETE ON notes EXECUTE FUNCTION stop()",
    )
    assert explain(world).cell("public.notes", READ).verdict is Verdict.UNKNOWN
