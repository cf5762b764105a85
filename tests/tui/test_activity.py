"""Mode 6 on real sessions that block one another."""

from __future__ import annotations

from fixtures.blocking import Blocking
from fixtures.cockpit import CockpitProject, until, words

from toolkit.tui.app import Cockpit
from toolkit.tui.facts.activity import Activity
from toolkit.tui.facts.connection import Identity
from toolkit.tui.screens.modals.confirm import ConfirmScreen


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
        await until(pilot, lambda: f"{root}  neonkit  reports" in words(pilot), "the root blocker")
        assert waiting(app) == 1
        assert "`- " in words(pilot)
        await pilot.press("K")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen), "the question")
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
