"""A recorded run, said again by a job: what the run view draws of it, at three sizes and after a stop."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

from fixtures.cockpit import CockpitProject, until, words

from toolkit.cancel import CancelToken
from toolkit.events import (
    Blocked,
    Blocker,
    Emit,
    Event,
    Progress,
    RevisionFinished,
    RevisionStarted,
    StatementFinished,
    Waiting,
)
from toolkit.migrate.run_errors import MigrationFailedError
from toolkit.tui.facts.migrations import Revisions
from toolkit.tui.facts.runs import RunPlan, RunStep
from toolkit.tui.screens.migrations import moves
from toolkit.tui.screens.migrations.run_screen import RunScreen

ADD, INDEX = "ALTER TABLE orders ADD tenant uuid", "CREATE INDEX CONCURRENTLY ix ON orders (tenant)"
PLAN = RunPlan(
    "upgrade",
    "neonkit upgrade --plan 7f31c9 --yes",
    (RunStep("b7d1", "b7d1", ADD, ADD, "1"), RunStep("41c0", "41c0", INDEX, INDEX, "own")),
    "7f31c9",
    "apply again",
)
READER = Blocker(
    4121, "app_rw", "reports", "idle in transaction", 432.0, "SELECT [red]total[/red] FROM orders"
)


async def test_a_recorded_run_is_drawn_as_it_is_said(cockpit_project: CockpitProject) -> None:
    app, goes_on = cockpit_project.open(), threading.Event()

    def work(_: Any, emit: Emit, token: CancelToken) -> str:
        emit(RevisionStarted("b7d1", "upgrade", "add tenant"))
        emit(Blocked(ADD, 0.2, (READER,)))
        goes_on.wait(60)
        emit(StatementFinished("b7d1", ADD, 2.5, None))
        emit(RevisionFinished("b7d1", "upgrade", 2.6))
        emit(RevisionStarted("41c0", "upgrade", "index it"))
        emit(Progress("index build, scanning table", 30, 100, "blocks"))
        stopped = threading.Event()
        with token.on_cancel(stopped.set):
            stopped.wait(60)
        token.raise_if_cancelled()
        return "never"

    async with app.run_test(size=(140, 45)) as pilot:
        await until(pilot, lambda: isinstance(app.board.revisions, Revisions), "the revisions")
        await pilot.press("3")
        moves.go(app, PLAN, work, lambda: None)
        for columns, rows in ((140, 45), (100, 30), (80, 24)):
            await pilot.resize_terminal(columns, rows)
            await until(pilot, lambda: "SELECT [red]total[/red]" in words(pilot), "the last statement")
            assert "pid 4121  app_rw  'reports'  idle in transaction" in words(pilot)
            now = app.screen.query_one("#run-now")
            assert now.content_size.height >= 5
        goes_on.set()
        await until(pilot, lambda: "30 %" in words(pilot), "how far the index is")
        assert "] 50 %  1 of 2" in words(pilot)
        assert "ok     1 b7d1 2.50 s" in words(pilot)
        assert isinstance(app.screen, RunScreen)
        await pilot.press("y")
        await until(pilot, lambda: "neonkit upgrade --plan 7f31c9 --yes" in app.board.line, "the twin")
        await pilot.press("x")
        await until(pilot, lambda: "Stopped: x was pressed." in words(pilot), "the end")
        assert "STOP   2 41c0" in words(pilot)
        assert "apply again" in words(pilot)


BACKFILL = "UPDATE orders SET tenant = 'x'"
LONG = RunPlan(
    "upgrade",
    "neonkit upgrade --plan 7f31c9 --yes",
    (
        RunStep("b7d1", "b7d1", ADD, ADD, "1"),
        RunStep("b7d1", "b7d1", BACKFILL, BACKFILL, "1"),
        RunStep("41c0", "41c0", INDEX, INDEX, "own"),
    ),
    "7f31c9",
    "pre-7f31c9",
    "apply again",
)
GIVES_WAY: tuple[Event, ...] = (
    RevisionStarted("b7d1", "upgrade", "add tenant"),
    Blocked(ADD, 2.0, (READER,)),
    Waiting("b7d1 gave way: canceling statement due to lock timeout", 4.0, 1),
)
FILLS: tuple[Event, ...] = (
    RevisionStarted("b7d1", "upgrade", "add tenant"),
    StatementFinished("b7d1", ADD, 0.5, None),
    Progress("backfill", 12_000, None, "rows"),
)
FULL = MigrationFailedError(
    "b7d1", "upgrade", None, None, "no space left on device", "53100", BACKFILL, (), ("9f2c",), partial=False
)
ENDS: tuple[Event, ...] = (
    StatementFinished("b7d1", BACKFILL, 9.0, 30_000),
    RevisionFinished("b7d1", "upgrade", 9.6),
    RevisionStarted("41c0", "upgrade", "index it"),
    StatementFinished("41c0", INDEX, 3.0, None),
    RevisionFinished("41c0", "upgrade", 3.1),
)


async def test_giving_way_trying_again_filling_failing_and_the_good_end(
    cockpit_project: CockpitProject,
) -> None:
    app = cockpit_project.open()
    gates = [threading.Event() for _ in range(3)]

    def work(_: Any, emit: Emit, token: CancelToken, *, fails: bool) -> str:
        for gate, part in zip(gates, (GIVES_WAY, FILLS, ENDS), strict=True):
            if fails and part is ENDS:
                raise FULL
            for event in part:
                emit(event)
            gate.wait(60)
        return "upgraded 2 revisions in 12.7 s, now at 41c0"

    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: isinstance(app.board.revisions, Revisions), "the revisions")
        await pilot.press("3")
        moves.go(app, LONG, partial(work, fails=True), lambda: None)
        await until(pilot, lambda: "then try 2" in words(pilot), "the pause")
        assert "t  try again now" in words(pilot)
        assert "terminate pid 4121" in words(pilot), "the blocker stays at hand while it backs off"
        assert "WAIT   1 b7d1" in words(pilot)
        gates[0].set()
        await until(pilot, lambda: "RUN    2 b7d1 try 2" in words(pilot), "the second try")
        await until(pilot, lambda: "] 33 %  1 of 3" in words(pilot), "how far it is")
        assert "12,000 rows, total unknown" in words(pilot)
        gates[1].set()
        await until(pilot, lambda: "no space left on device" in words(pilot), "the failure")
        assert "undone 1 b7d1" in words(pilot)
        assert "FAIL   2 b7d1" in words(pilot)
        assert "to go back to: restore point pre-7f31c9" in words(pilot)
        assert "100 %" not in words(pilot)

        await pilot.press("escape")
        for gate in gates:
            gate.set()
        moves.go(app, LONG, partial(work, fails=False), lambda: None)
        await until(pilot, lambda: "now at 41c0" in words(pilot), "the good end")
        assert "] 100 %  3 of 3" in words(pilot)
        assert words(pilot).count("ok    ") == 3
