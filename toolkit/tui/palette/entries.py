"""What the palette can find, as plain values made from the bindings and from the board."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from textual.screen import Screen

from toolkit.reports.table import printable
from toolkit.tui.facts.connection import known
from toolkit.tui.keys.table import EVERYWHERE, shown
from toolkit.tui.themes import THEMES
from toolkit.tui.widgets.tabs import MODES

if TYPE_CHECKING:
    from toolkit.tui.board import Board

NOT_FOUND_HERE = ("app.palette", "help.close")
"""Actions that make no sense in the palette."""
EVERYWHERE_WORD = "everywhere"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to find: its text, what it is, and what enter does: an action, or a place to go to."""

    text: str
    about: str
    key: str = ""
    """The key that does the same, as people read it."""
    action: str = ""
    mode: str = ""
    object: str = ""


def action_entries(screen: Screen[object]) -> Iterator[tuple[Entry, object]]:
    """The actions that work on a screen now, each with the node that does it."""
    found: set[tuple[str, str]] = set()
    for key, active in screen.active_bindings.items():
        binding = active.binding
        words = binding.tooltip or binding.description
        name = binding.id or ""
        if not name or name in NOT_FOUND_HERE or name.startswith(("list.", "mode.")):
            continue
        if (name, binding.action) in found or not words:
            continue
        found.add((name, binding.action))
        where = name.partition(".")[0]
        where = EVERYWHERE_WORD if where in EVERYWHERE else where
        about = where if active.enabled else f"{where}, off now"
        yield Entry(words, about, binding.key_display or shown(key), action=binding.action), active.node


def place_entries() -> Iterator[Entry]:
    """The modes and the themes."""
    for number, (name, title) in enumerate(MODES, 1):
        yield Entry(title, "mode", str(number), mode=name)
    for name, (_, words) in THEMES.items():
        yield Entry(f"theme {name}", words, action=f"app.theme('{name}')")


def object_entries(board: Board) -> Iterator[Entry]:
    """The objects of the catalog and the revisions, as far as they have been read."""
    if known(board.schema):
        for each in board.schema.objects:
            yield Entry(printable(each.full_name), each.kind, mode="schema", object=each.key)
    if known(board.revisions):
        for line in board.revisions.lines:
            text = printable(f"{line.revision}  {line.message}")
            yield Entry(text, f"revision, {line.state}", mode="migrations", object=line.revision)


def candidates(query: str, texts: Sequence[str], limit: int) -> list[int]:
    """The numbers of the texts, in small letters, that are worth ranking: those that hold the query first."""
    wanted = query.casefold()
    whole = [number for number, text in enumerate(texts) if wanted in text]
    if len(whole) >= limit:
        return sorted(whole, key=lambda number: len(texts[number]))[:limit]
    letters, known = wanted.replace(" ", ""), set(whole)
    rest = (number for number, text in enumerate(texts) if number not in known and in_order(letters, text))
    return [*whole, *islice(rest, limit - len(whole))]


def in_order(wanted: str, text: str) -> bool:
    """Whether all letters of `wanted` stand in `text` in their order: a quick test before the ranking."""
    position = 0
    for letter in wanted:
        position = text.find(letter, position) + 1
        if not position:
            return False
    return True
