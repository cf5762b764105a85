"""Verdicts without running anything: what the policies and the plans can say, and what they cannot."""

from __future__ import annotations

import pytest
from fixtures.isolation import IDENTITY, Moment

from toolkit.isolation import IsolationReport, Verb, Verdict

READ, INSERT, UPDATE, DELETE, REFERENCES = Verb
MINE = f"user_id = {IDENTITY}"


def explain(moment: Moment) -> IsolationReport:
    return moment.judge(explain_only=True)


def test_policies_that_bind_need_no_rows(moment: Moment) -> None:
    moment.run("TRUNCATE users CASCADE")
    report = explain(moment)
    assert {cell.verdict for cell in report.cells} == {Verdict.HELD, Verdict.PROVEN}, report.cells


@pytest.mark.parametrize(
    ("verb", "clause"),
    [
        (READ, "USING (true)"),
        (UPDATE, f"USING (true) WITH CHECK ({MINE})"),
        (DELETE, "USING (true)"),
    ],
)
def test_a_plan_without_condition_is_a_leak(moment: Moment, verb: Verb, clause: str) -> None:
    command = "select" if verb is READ else verb.value
    moment.run(f"ALTER POLICY notes_{command} ON notes {clause}")
    assert explain(moment).cell("public.notes", verb).verdict is Verdict.LEAK


@pytest.mark.parametrize(
    ("verb", "clause"),
    [
        (READ, f"USING ({MINE} OR title = 'x')"),
        (INSERT, "WITH CHECK (true)"),
        (UPDATE, f"USING ({MINE}) WITH CHECK (true)"),
    ],
)
def test_what_a_plan_cannot_tell_is_unknown(moment: Moment, verb: Verb, clause: str) -> None:
    command = "select" if verb is READ else verb.value
    moment.run(f"ALTER POLICY notes_{command} ON notes {clause}")
    assert explain(moment).cell("public.notes", verb).verdict is Verdict.UNKNOWN


def test_nothing_is_executed(moment: Moment) -> None:
    moment.run(
        "CREATE FUNCTION me() RETURNS int LANGUAGE plpgsql STABLE AS 'BEGIN RAISE EXCEPTION ''called''; END'",
        "ALTER POLICY notes_select ON notes USING (user_id = (SELECT me()))",
        "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''fired''; END'",
        "CREATE TRIGGER stop BEFORE UPDATE OR DELETE ON notes EXECUTE FUNCTION stop()",
    )
    assert explain(moment).cell("public.notes", READ).verdict is Verdict.UNKNOWN
