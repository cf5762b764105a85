"""The UI in a real terminal, at two sizes: driven to a filled database, and the terminal restored."""

from __future__ import annotations

import sys

import pytest
from fixtures.cockpit import CockpitProject
from fixtures.terminal import OpenTerminal, Terminal

pytestmark = pytest.mark.tmux

CLEAN = "0 0 1"
"""No alternate screen, no mouse mode, a cursor."""


def opened(project: CockpitProject, open_terminal: OpenTerminal, columns: int, rows: int) -> Terminal:
    """A terminal in which the UI runs and is connected."""
    environment = project.environment
    terminal = open_terminal(project.directory, columns=columns, rows=rows, environment=environment)
    terminal.run(sys.executable, "-m", "toolkit", "tui")
    terminal.wait_for("connected in")
    return terminal


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (140, 45)])
def test_from_start_to_a_filled_database(
    cockpit_project: CockpitProject, open_terminal: OpenTerminal, columns: int, rows: int
) -> None:
    terminal = opened(cockpit_project, open_terminal, columns, rows)
    screen = terminal.wait_for("DEV", f"db={cockpit_project.url.database}"[:12], "WRITES ON", "[1 Overview]")
    assert all(len(line) <= columns for line in screen.splitlines())
    terminal.wait_for("pending")
    terminal.press("3", "a")
    terminal.wait_for("Apply the plan", "Cancel (esc)")
    terminal.press("y")
    terminal.wait_for("now at", "at head")
    terminal.press("4", "l")
    terminal.wait_for("Import (y)")
    terminal.press("y")
    terminal.wait_for("everything arrived")
    terminal.press("5", "p")
    terminal.wait_for("PROVEN", "task_tag_links", "no LEAK")
    terminal.press("2")
    terminal.wait_for("[2 Schema]", "tables")
    terminal.press("q")
    terminal.wait_for("ended with 0")
    assert terminal.state() == CLEAN


@pytest.mark.parametrize(("signal", "code"), [("TERM", 143), ("HUP", 129)])
def test_a_signal_leaves_a_clean_terminal(
    cockpit_project: CockpitProject, open_terminal: OpenTerminal, signal: str, code: int
) -> None:
    terminal = opened(cockpit_project, open_terminal, 80, 24)
    assert terminal.state() != CLEAN
    terminal.signal(signal)
    terminal.wait_for(f"ended with {code}")
    assert terminal.state() == CLEAN


def test_without_colour_every_word_is_there(
    cockpit_project: CockpitProject, open_terminal: OpenTerminal
) -> None:
    environment = {**cockpit_project.environment, "NO_COLOR": "1"}
    terminal = open_terminal(cockpit_project.directory, columns=100, rows=30, environment=environment)
    terminal.run(sys.executable, "-m", "toolkit", "tui")
    terminal.wait_for("connected in", "DEV", "WRITES ON", "[1 Overview]")
    terminal.press("q")
    terminal.wait_for("ended with 0")
    assert terminal.state() == CLEAN
