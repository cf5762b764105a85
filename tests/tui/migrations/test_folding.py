"""Runs folded from recorded events, without a database."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from toolkit.events import (
    Blocked,
    Blocker,
    Event,
    Notice,
    Progress,
    RevisionFinished,
    RevisionStarted,
    StatementFinished,
    Waiting,
)
from toolkit.tui.facts.runs import RunPlan, RunStep
from toolkit.tui.screens.migrations.folding import Ended, RunView, fold

ADD, FILL, INDEX = "ALTER TABLE t ADD x int", "UPDATE t SET x = 1", "CREATE INDEX CONCURRENTLY i ON t (x)"
PLAN = RunPlan(
    "upgrade",
    "neonkit upgrade --plan 7f31c9 --yes",
    (
        RunStep("b7d1", "b7d1", ADD, ADD, "1"),
        RunStep("b7d1", "b7d1", FILL, FILL, "1"),
        RunStep("41c0", "41c0", INDEX, INDEX, "own"),
    ),
)
WRITE = "UPDATE alembic_version SET version_num='b7d1'"
READER = Blocker(4121, "app_rw", "reports", "idle in transaction", 432.0, "SELECT * FROM t")
FIRST: tuple[Event, ...] = (
    RevisionStarted("b7d1", "upgrade", "add x"),
    StatementFinished("b7d1", "ALTER TABLE t\n  ADD x int", 0.02, None),
    StatementFinished("b7d1", FILL, 0.5, 10),
    StatementFinished("b7d1", WRITE, 0.01, 1),
    RevisionFinished("b7d1", "upgrade", 0.6),
)
WAITS: tuple[Event, ...] = (
    RevisionStarted("b7d1", "upgrade", "add x"),
    Blocked(ADD, 0.1, (READER,)),
)
GAVE_WAY: tuple[Event, ...] = (*WAITS, Waiting("b7d1 gave way: lock timeout", 0.5, 1))
BUILDS: tuple[Event, ...] = (*FIRST, RevisionStarted("41c0", "upgrade", "index x"))
WELL = Ended(True, "upgraded 2 revisions in 1.0 s, now at 41c0")
BADLY = Ended(False, "[E850] Stopped: x was pressed.")


def states(view: RunView) -> list[str]:
    return [step.state for step in view.steps]


@pytest.mark.parametrize(
    ("events", "ended", "expected"),
    [
        ((), None, ["", "", ""]),
        (FIRST[:1], None, ["RUN", "", ""]),
        (FIRST[:2], None, ["ok", "RUN", ""]),
        (FIRST[:4], None, ["ok", "ok", ""]),
        (FIRST, None, ["ok", "ok", ""]),
        (BUILDS, None, ["ok", "ok", "RUN"]),
        (WAITS, None, ["WAIT", "", ""]),
        (GAVE_WAY, None, ["WAIT", "", ""]),
        ((*GAVE_WAY, FIRST[0]), None, ["RUN", "", ""]),
        ((*FIRST[:2], Blocked(FILL, 0.1, (READER,)), FIRST[0]), None, ["RUN", "", ""]),
        (BUILDS, WELL, ["ok", "ok", "ok"]),
        ((), WELL, ["ok", "ok", "ok"]),
        (FIRST[:2], BADLY, ["undone", "FAIL", ""]),
        (WAITS, BADLY, ["FAIL", "", ""]),
        (BUILDS, BADLY, ["ok", "ok", "FAIL"]),
        (FIRST, BADLY, ["?", "?", ""]),
        ((), BADLY, ["", "", ""]),
    ],
)
def test_states(events: Sequence[Event], ended: Ended | None, expected: list[str]) -> None:
    assert states(fold(PLAN, events, (), ended)) == expected


def test_a_wait_names_the_blocker_until_something_goes_on() -> None:
    waits = fold(PLAN, WAITS, (100.0, 100.5))
    assert waits.blocked is not None
    assert waits.blocked.blockers == (READER,)
    assert waits.since == 100.5
    for goes_on in (
        StatementFinished("b7d1", ADD, 3.0, None),
        Progress("index build", 1, 9, "blocks"),
        RevisionStarted("b7d1", "upgrade", "add x"),
    ):
        assert fold(PLAN, (*WAITS, goes_on)).blocked is None
    assert fold(PLAN, (*WAITS, Notice("info", "The session of pid 4121 was ended."))).blocked is not None


def test_tries_are_counted_and_a_try_begins_the_transaction_anew() -> None:
    view = fold(PLAN, (*GAVE_WAY, *GAVE_WAY, RevisionStarted("b7d1", "upgrade", "add x")))
    assert view.tries == 3
    assert view.blocked is None
    assert view.waiting is None


def test_what_was_committed_by_itself_is_not_begun_anew() -> None:
    plan = RunPlan("upgrade", "", (RunStep("a", "a", INDEX, INDEX, "own"), RunStep("a", "a", ADD, ADD, "2")))
    again = RevisionStarted("a", "upgrade", "")
    events = (again, StatementFinished("a", INDEX, 1.0, None), Blocked(ADD, 0.1, (READER,)), again)
    assert states(fold(plan, events)) == ["ok", "RUN"]
    assert states(fold(plan, events, (), BADLY)) == ["ok", "FAIL"]


def test_the_bar_never_goes_back_and_is_full_at_the_good_end_alone() -> None:
    stream: list[Event] = [*FIRST[:2], *GAVE_WAY, *BUILDS]
    stream += [StatementFinished("41c0", INDEX, 2.0, None), RevisionFinished("41c0", "upgrade", 2.0)]
    seen = [fold(PLAN, stream[:number]).percent for number in range(len(stream) + 1)]
    known = [percent for percent in seen if percent is not None]
    assert known == sorted(known)
    assert len(known) == len(seen)
    assert known[-1] == 99
    assert fold(PLAN, stream, (), WELL).percent == 100
    assert fold(PLAN, stream, (), BADLY).percent == 99


def test_without_a_plan_the_total_is_unknown_and_the_steps_are_those_that_came() -> None:
    view = fold(RunPlan("upgrade", "", ()), BUILDS)
    assert view.total is None
    assert view.percent is None
    assert [step.step.revision for step in view.steps] == ["b7d1", "41c0"]
    assert states(view) == ["ok", "RUN"]


def test_revisions_whose_statements_nobody_foresaw() -> None:
    plan = RunPlan("downgrade", "", (RunStep("b", "b", "more"), RunStep("a", "a", "first")))
    events: list[Event] = [
        RevisionStarted("b", "downgrade", "more"),
        StatementFinished("b", "DROP TABLE t", 0.1, None),
        RevisionFinished("b", "downgrade", 0.2),
        RevisionStarted("a", "downgrade", "first"),
    ]
    view = fold(plan, events)
    assert states(view) == ["ok", "RUN"]
    assert view.steps[0].seconds == 0.2
    # Whether both were one transaction nobody knows.
    assert states(fold(plan, events, (), BADLY)) == ["?", "FAIL"]


def test_a_statement_that_is_repeated_is_one_step() -> None:
    plan = RunPlan("upgrade", "", (RunStep("a", "a", FILL, FILL, "1"), RunStep("a", "a", ADD, ADD, "1")))
    events: list[Event] = [RevisionStarted("a", "upgrade", ""), *[StatementFinished("a", FILL, 0.5, 1)] * 3]
    view = fold(plan, events)
    assert states(view) == ["ok", "RUN"]
    assert view.steps[0].seconds == 1.5
