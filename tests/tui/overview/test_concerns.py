"""What needs somebody: a table of boards, and the way from a line to the mode that says more."""

from __future__ import annotations

import dataclasses

import pytest
from fixtures.cockpit import CockpitProject, until, words
from textual.widgets import OptionList

from toolkit.tui.board import Board
from toolkit.tui.facts.activity import Activity, SessionLine
from toolkit.tui.facts.connection import Failure
from toolkit.tui.facts.isolation import Isolation
from toolkit.tui.facts.migrations import RevisionLine, Revisions
from toolkit.tui.facts.runs import Journal, JournalRun
from toolkit.tui.facts.schema import AdviceLine, AdviceView, Schema, TableLine
from toolkit.tui.screens.overview.concerns import concerns
from toolkit.tui.screens.overview.health import health
from toolkit.tui.screens.overview.sizes import sizes

OPEN_LONG = SessionLine(7, ("7",), runs=False, waits=False, blocks=1, transaction_seconds=432)
FAILED = JournalRun("r", "today", "upgrade", "head", "failed", "ann", "1 s", ())
EDITED = RevisionLine("a", "m", "applied", "", "a.py", "", edited="a.py was edited")
CASES = [
    (Board(), []),
    (Board(revisions=Failure("E1", "No project.")), ["E  migrations: No project."]),
    (Board(revisions=Revisions((), (), ("b",), ("a", "b"))), ["W  2 revisions are pending"]),
    (Board(revisions=Revisions((), ("x",), ("b",), (), ("x",))), ["E  revision x is in the database"]),
    (Board(journal=Journal((FAILED,))), ["E  last run: upgrade head failed, today"]),
    (Board(journal=Journal((dataclasses.replace(FAILED, outcome="done"), FAILED))), []),
    (
        Board(activity=Activity((), (), (OPEN_LONG,), 1, "2 s", 0)),
        ["W  1 session waits", "W  session 7 is idle"],
    ),
    (Board(advice=AdviceView("", (AdviceLine("r", "info", "t", "s", (), None, ()),), ())), []),
    (
        Board(
            advice=AdviceView("", (AdviceLine("r", "warning", "t", "s", (), None, ()),), ()),
            revisions=Revisions((EDITED,), (), ("a", "b"), ()),
        ),
        ["W  2 heads", "W  a.py was edited", "W  t: s"],
    ),
]


@pytest.mark.parametrize(("board", "wanted"), CASES)
def test_what_needs_somebody(board: Board, wanted: list[str]) -> None:
    found = [f"{one.weight}  {one.text}" for one in concerns(board)]
    assert len(found) == len(wanted)
    assert all(line.startswith(start) for line, start in zip(found, wanted, strict=True))


def test_a_leak_comes_first() -> None:
    board = Board(
        revisions=Revisions((), (), ("b",), ("b",)),
        isolation=Isolation("first", (), (("LEAK", 2), ("UNKNOWN", 1)), ()),
    )
    assert next(one.text for one in concerns(board)) == "isolation: 2 LEAK"


def test_what_is_not_known_is_said() -> None:
    assert health(Board()) == "connecting ..."
    assert "nowhere" in health(Board(identity=Failure("E3", "nowhere")))


async def test_a_line_leads_to_its_mode(cockpit_project: CockpitProject) -> None:
    app = cockpit_project.open()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "pending" in words(pilot), "what is pending")
        await until(pilot, lambda: "limits" in words(pilot), "the limits")
        attention = app.screen.query_one("#attention", OptionList)
        await until(pilot, lambda: "pending" in str(attention.get_option_at_index(0).prompt), "the concern")
        await pilot.press("enter")
        await until(pilot, lambda: app.current_mode == "migrations", "the migrations")


@pytest.mark.parametrize("columns", [30, 34, 44, 100])
def test_sizes_keep_to_their_columns(columns: int) -> None:
    tables = tuple(TableLine(f"public.table_{n}", "table", n, 1000 * n, "off") for n in range(20))
    text = sizes(Board(schema=Schema("db", (), (), (), tables, True)), columns=columns)
    assert max(map(len, text.splitlines())) <= columns
    assert "8 others" in text
    assert ("||||" in text) == (columns > 30)
    assert ("rows" in text) == (columns > 34)
