"""A recorded run, said again by a job: what the run view draws of it, at three sizes and after a stop."""

from __future__ import annotations

import threading
from typing import Any

from fixtures.cockpit import CockpitProject, until, words

from toolkit.cancel import CancelToken
from toolkit.events import (
    Blocked,
    Blocker,
    Emit,
    Progress,
    RevisionFinished,
    RevisionStarted,
    StatementFinished,
)
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
