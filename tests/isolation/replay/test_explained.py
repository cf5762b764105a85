"""What shows a verdict again that nothing was executed for: the plan, as the role gets it."""

from __future__ import annotations

import pytest
from fixtures.isolation import Moment
from sqlalchemy import text

from toolkit.isolation import Verb, Verdict
from toolkit.isolation.first import Examined, examined_within
from toolkit.isolation.replay.explained import plan_script, unplanned

NOTES = "public.notes"


def explained(moment: Moment) -> Examined:
    return examined_within(moment.connection, moment.graph(), app_role=moment.role, explain_only=True)


def script(examined: Examined, verb: Verb) -> str | None:
    return plan_script(examined.report.cell(NOTES, verb), examined.report.subject, examined.plans)


def plan(moment: Moment, said: str) -> str:
    """What the script shows, within the transaction of the test."""
    body = [line for line in said.splitlines() if line not in ("BEGIN;", "ROLLBACK;")]
    found = [moment.connection.execute(text(part)) for part in _statements(body)]
    moment.run("SET LOCAL ROLE NONE")
    return "\n".join(str(row[0]) for row in found[-1])


def _statements(lines: list[str]) -> list[str]:
    joined = "\n".join(line for line in lines if not line.startswith("--"))
    return [part for part in joined.split(";\n") if part.strip()]


@pytest.mark.parametrize("verb", [Verb.READ, Verb.UPDATE, Verb.DELETE])
def test_the_plan_shows_the_condition_and_where_it_is_missing(moment: Moment, verb: Verb) -> None:
    said = script(explained(moment), verb)
    assert said is not None
    assert "app.user_id" in plan(moment, said)
    command = "select" if verb is Verb.READ else verb.value
    moment.run(f"ALTER POLICY notes_{command} ON notes USING (true)")
    examined = explained(moment)
    assert examined.report.cell(NOTES, verb).verdict is Verdict.LEAK
    leaking = script(examined, verb)
    assert leaking is not None
    assert "no condition on the rows" in leaking
    assert "Filter" not in plan(moment, leaking)


def test_what_a_plan_does_not_show_is_said(moment: Moment) -> None:
    examined = explained(moment)
    report = examined.report
    for verb, reason in ((Verb.INSERT, "no check of new rows"), (Verb.REFERENCES, "no stored reference")):
        assert script(examined, verb) is None
        assert reason in unplanned(report.cell(NOTES, verb), report.subject)
    assert not examined_within(moment.connection, moment.graph(), app_role=moment.role).plans
