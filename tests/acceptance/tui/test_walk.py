"""From an empty database to a filled and judged one, and out again by a signal, in a real terminal."""

from __future__ import annotations

import pytest
from fixtures.cockpit import CockpitProject
from fixtures.sitting import CLEAN, Sit

pytestmark = pytest.mark.tmux


@pytest.mark.parametrize(
    "size",
    [(80, 24), pytest.param((160, 50), marks=pytest.mark.slow)],
    ids=["80x24", "160x50"],
)
def test_from_start_to_a_filled_database(desk: CockpitProject, sit: Sit, size: tuple[int, int]) -> None:
    sitting = sit(desk.directory, desk.url, size=size)
    sitting.sees("DEV", f"db={desk.url.database}", "WRITES ON", "[1 Overview]", "pending")
    sitting.press("3", "a")
    sitting.sees("Apply the plan", "Cancel (esc)")
    sitting.press("y")
    sitting.sees("now at", "at head")
    sitting.press("4")
    sitting.sees("users.json")
    sitting.press("l")
    sitting.sees("Import (y)")
    sitting.press("y")
    sitting.sees("everything arrived")
    sitting.press("5", "p")
    sitting.sees("PROVEN", "task_tag_links", "no LEAK")
    sitting.press("2")
    sitting.sees("[2 Schema]", "tables")
    sitting.leave()


@pytest.mark.parametrize(
    ("signal", "code"), [("TERM", 143), pytest.param("HUP", 129, marks=pytest.mark.slow)]
)
def test_a_signal_leaves_a_clean_terminal(desk: CockpitProject, sit: Sit, signal: str, code: int) -> None:
    sitting = sit(desk.directory, desk.url, size=(80, 24))
    assert sitting.terminal.state() != CLEAN
    sitting.terminal.signal(signal)
    sitting.ended(code)
