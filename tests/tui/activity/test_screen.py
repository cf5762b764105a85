"""Mode 6 on real sessions that block one another."""

from __future__ import annotations

import pytest
from fixtures.blocking import Blocking
from fixtures.cockpit import CockpitProject, asks, until, words
from textual.widgets import DataTable, OptionList

from toolkit.tui.app import Cockpit
from toolkit.tui.facts.activity import Activity, Order, SessionLine
from toolkit.tui.facts.connection import Identity
from toolkit.tui.screens.modals.confirm import ConfirmScreen


def line(pid: int, *, blocks: int = 0, waits: bool = False, seconds: float = 0.0) -> SessionLine:
    """A session made by hand."""
    return SessionLine(
        pid, (str(pid), "ann"), runs=waits, waits=waits, blocks=blocks, transaction_seconds=seconds
    )


@pytest.mark.parametrize(
    ("order", "pids"),
    [("waits", [3, 2, 4, 1]), ("transaction", [4, 1, 2, 3]), ("pid", [1, 2, 3, 4])],
)
def test_sessions_are_ordered_by_the_harm_they_do(order: Order, pids: list[int]) -> None:
    sessions = (line(1, seconds=5), line(2, waits=True), line(3, blocks=1), line(4, seconds=9))
    sample = Activity((), ("pid", "role"), sessions, 1, None, 0)
    assert [one.pid for one in sample.chosen("", order)] == pids
    assert [one.pid for one in sample.chosen("3 ANN", order)] == [3]


def waiting(app: Cockpit) -> int:
    """How many sessions wait in the last sample."""
    return app.board.activity.waiting if isinstance(app.board.activity, Activity) else -1


async def test_the_blocker_is_shown_and_ended_when_its_pid_is_typed(
    cockpit_project: CockpitProject, blocking: Blocking
) -> None:
    root = blocking.hold("reports", "SELECT pg_advisory_lock(1)")
    blocking.want("web", "SELECT pg_advisory_lock(1)")
    app = cockpit_project.open()
    async with app.run_test(size=(140, 45)) as pilot:
        await until(pilot, lambda: isinstance(app.board.identity, Identity), "the connection")
        await pilot.press("6")
        await until(pilot, lambda: waiting(app) == 1, "the one that waits")
        tree = app.screen.query_one("#lock-tree", OptionList)
        lines = [str(tree.get_option_at_index(number).prompt) for number in range(tree.option_count)]
        assert lines[0].startswith(f"{root}  neonkit  reports")
        assert lines[1].startswith("`- ")
        # The root blocker stands first, runs nothing that could be cancelled, and is looked at closely.
        await until(pilot, lambda: "its client must commit" in words(pilot), "what helps")
        await pilot.press("k")
        assert f"session {root} runs no statement" in app.board.line
        await pilot.press("slash", *"web", "enter")
        assert app.screen.query_one("#sessions", DataTable).row_count == 1
        await pilot.press("escape", "s", "s")
        await pilot.press("K")
        await until(pilot, lambda: asks(app), "the question")
        chosen = words(pilot).split("To go on, type: ")[1].split()[0]
        await pilot.press("enter")
        assert isinstance(app.screen, ConfirmScreen)
        await pilot.press(*chosen, "enter")
        await until(pilot, lambda: f"session {chosen} was asked to end" in app.board.line, "the end of it")
        await until(pilot, lambda: waiting(app) == 0, "a sample without waits")


async def test_sampling_stops_when_it_is_paused(cockpit_project: CockpitProject, blocking: Blocking) -> None:
    app = cockpit_project.open()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.board.identity, Identity), "the connection")
        await pilot.press("6")
        await until(pilot, lambda: waiting(app) == 0, "the first sample")
        await pilot.press("space")
        await pilot.pause(0.5)
        last = app.board.activity
        blocking.hold("late", "SELECT 1")
        await pilot.pause(2.5)
        assert app.board.activity is last
        await pilot.press("space")
        await until(pilot, lambda: "late" in str(app.board.activity), "the new session")
