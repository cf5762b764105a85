"""What needs somebody: a table of boards, and the way from a line to the mode that says more."""

from __future__ import annotations

import dataclasses

import pytest
from fixtures.cockpit import CockpitProject, until, words
from textual.widgets import OptionList

from toolkit.reports.table import width
from toolkit.tui.board import Board
from toolkit.tui.facts.activity import Activity, SessionLine
from toolkit.tui.facts.connection import Failure
from toolkit.tui.facts.isolation import Isolation
from toolkit.tui.facts.migrations import RevisionLine, Revisions
from toolkit.tui.facts.overview import DriftGlance
from toolkit.tui.facts.runs import Journal, JournalRun
from toolkit.tui.facts.schema import AdviceLine, AdviceView, Drift, Schema, TableLine
from toolkit.tui.screens.overview.concerns import Concern, concerns, quiet
from toolkit.tui.screens.overview.health import health, standing
from toolkit.tui.screens.overview.lines import line_text
from toolkit.tui.screens.overview.sizes import sizes
from toolkit.tui.themes import ONE_COLOUR
from toolkit.tui.widgets.words import bar

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
    assert health(Board(), 40).plain == "connecting ..."
    lost = Failure("E3", "nowhere")
    board = Board(identity=lost, revisions=lost, schema=lost)
    assert "nowhere" in health(board, 40).plain
    # The connection is told of once.
    assert standing(board, 40).plain == sizes(board, columns=40).plain == "not connected"
    assert quiet(Board()) == ()


WELL = Board(
    revisions=Revisions((), ("a",), ("a",), ()),
    journal=Journal((dataclasses.replace(FAILED, outcome="done"),)),
    schema=Schema("db", (), (), (), (), True),
    advice=AdviceView("", (AdviceLine("r", "info", "t", "s", (), None, ()),), ()),
    isolation=Isolation("first", (), (("PROVEN", 3), ("LEAK", 0)), ()),
    activity=Activity((), (), (), 0, None, 0),
    glance=DriftGlance(0, "compared today"),
)
UNASKED = Board(schema=WELL.schema, glance=DriftGlance(None, "not compared yet"))


def test_what_is_well_is_said_and_what_nobody_asked_for_too() -> None:
    assert concerns(WELL) == ()
    assert [(one.weight, one.text.partition(":")[0], one.keys) for one in quiet(WELL)] == [
        ("ok", "migrations", "3"),
        ("ok", "last run", "3 J"),
        ("ok", "drift", "2 m"),
        ("ok", "advice", "2 a"),
        ("ok", "isolation", "5"),
        ("ok", "locks", "6"),
    ]
    assert [(one.weight, one.text.partition(":")[0]) for one in quiet(UNASKED)] == [
        ("?", "drift"),
        ("?", "advice"),
        ("?", "isolation"),
    ]


def test_drift_that_is_known_is_a_concern_and_a_comparison_wins_over_a_glance() -> None:
    board = dataclasses.replace(WELL, glance=DriftGlance(2, "compared today"))
    assert [(one.weight, one.keys) for one in concerns(board)] == [("W", "2 m")]
    assert "drift" not in " ".join(one.text for one in quiet(board))
    assert concerns(dataclasses.replace(board, drift=Drift((), (), "no drift"))) == ()


@pytest.mark.parametrize("columns", [30, 45, 90])
def test_a_line_is_whole_and_fits(columns: int) -> None:
    told = "a [red]long name\N{CJK UNIFIED IDEOGRAPH-8868}.with: a sentence that goes on and on for a while"
    lines = line_text(Concern("W", told, "schema", then="a"), columns).plain.splitlines()
    assert lines[0].startswith("W  a [red]long")
    assert lines[0].endswith("[2 a]")
    assert width(lines[0]) == columns
    assert all(width(line) <= columns for line in lines)
    assert " ".join(" ".join(lines).replace("[2 a]", "").split()) == f"W {told}"


async def test_a_line_leads_to_its_mode(cockpit_project: CockpitProject) -> None:
    app = cockpit_project.open()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "pending" in words(pilot), "what is pending")
        await until(pilot, lambda: "limits" in words(pilot), "the limits")
        attention = app.screen.query_one("#attention", OptionList)
        await until(pilot, lambda: "pending" in str(attention.get_option_at_index(0).prompt), "the concern")
        # Without a colour the line under the cursor is told from the others, too.
        app.theme = ONE_COLOUR
        marked = "option-list--option-highlighted"
        await until(pilot, lambda: bool(attention.get_visual_style(marked).underline), "the mark")
        await pilot.press("enter")
        await until(pilot, lambda: app.current_mode == "migrations", "the migrations")


def sizes_of(table: TableLine, columns: int) -> list[str]:
    schema = Schema("db", (), (), (), (table,), True)
    return sizes(Board(schema=schema), columns=columns).plain.splitlines()


@pytest.mark.parametrize("columns", [30, 34, 44, 100])
def test_sizes_keep_to_their_columns(columns: int) -> None:
    tables = tuple(TableLine(f"public.table_{n}", "table", n, 1000 * n, "off") for n in range(20))
    long = TableLine("public.a_[red]table\N{CJK UNIFIED IDEOGRAPH-8868}" + "x" * 90, "table", 1, 1, "off")
    assert max(map(width, sizes_of(long, columns))) <= columns
    text = sizes(Board(schema=Schema("db", (), (), (), tables, True)), columns=columns).plain
    assert max(map(len, text.splitlines())) <= columns
    assert "8 others" in text
    assert (bar(4, 4, 4) in text) == (columns > 30)
    assert ("rows" in text) == (columns > 34)
