"""What the palette finds: of many objects the right ones, and of each what it is."""

from __future__ import annotations

from toolkit.tui.board import Board
from toolkit.tui.facts.migrations import Revisions
from toolkit.tui.facts.schema import ObjectLine, Schema
from toolkit.tui.palette.entries import candidates, in_order, object_entries, place_entries
from toolkit.tui.themes import THEMES
from toolkit.tui.widgets.tabs import MODES

NAMES = [f"app.u{number}s_e{number}r" for number in range(5000)] + ["app.old_users", "app.users"]


def test_a_name_that_is_typed_is_never_crowded_out() -> None:
    found = candidates("User", NAMES, 300)
    assert [NAMES[number] for number in found[:2]] == ["app.old_users", "app.users"]
    assert len(found) == 300
    assert [NAMES[number] for number in candidates("app.users", NAMES, 1)] == ["app.users"]
    shortest = candidates("u", NAMES, 2)
    assert [len(NAMES[number]) for number in shortest] == [len("app.users"), len("app.u0s_e0r")]
    assert candidates("zzz", NAMES, 300) == []


def test_letters_stand_in_their_order() -> None:
    assert in_order("apusr", "app.users")
    assert not in_order("resu", "app.users")
    assert in_order("", "anything")


def test_objects_and_revisions_are_told_apart() -> None:
    table = ObjectLine("table app.[red]a", "table", "app", "[red]a\x1b")
    schema = Schema("db", schemas=(), objects=(table,), counts=(), tables=(), measured=True)
    board = Board(schema=schema, revisions=Revisions((), (), (), ()))
    (entry,) = object_entries(board)
    assert (entry.text, entry.about, entry.mode, entry.object) == (
        "app.[red]a\\x1b",
        "table",
        "schema",
        "table app.[red]a",
    )
    assert list(object_entries(Board())) == []


def test_every_mode_and_theme_is_there() -> None:
    entries = list(place_entries())
    assert [entry.mode for entry in entries if entry.mode] == [name for name, _ in MODES]
    assert [entry.action for entry in entries if entry.action] == [f"app.theme('{name}')" for name in THEMES]
