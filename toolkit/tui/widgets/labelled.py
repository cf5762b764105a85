"""Facts under their names: a label, and a value that is wrapped beside it. Pure; nothing is drawn here."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text

from toolkit.reports.table import printable, width


def labelled(facts: Iterable[tuple[str, str | Text]], columns: int) -> Text:
    """The facts, one below the other, none wider than `columns`; one without a label goes on with the last.

    Control characters of plain values are shown escaped; a `Text` keeps its lines and colours. A label wider
    than a quarter of the room has a line of its own.
    """
    listed = [(label, value) for label, value in facts if value or label]
    widest = max(16, columns // 4)
    edge = max((width(label) for label, _ in listed if width(label) <= widest), default=0) + 2
    whole = Text()
    for given, value in listed:
        label = given
        if width(given) > widest:
            whole.append(f"{given}\n", style="bold")
            label = ""
        room = max(columns - edge, 16)
        for number, line in enumerate(_lines(value, room)):
            whole.append(label if number == 0 else "", style="bold")
            whole.append(" " * (edge - (width(label) if number == 0 else 0)))
            whole.append_text(line)
            whole.append("\n")
    whole.rstrip()
    return whole


def _lines(value: str | Text, room: int) -> list[Text]:
    found: list[Text] = []
    for line in value.split("\n") if isinstance(value, Text) else map(_plain, value.split("\n")):
        found += wrapped(line, room) or [Text()]
    return found


def _plain(line: str) -> Text:
    return Text(printable(line))


def wrapped(line: Text, room: int) -> list[Text]:
    """The line in pieces of at most `room` columns, cut between words where that is possible."""
    pieces: list[Text] = []
    while width(line.plain) > room:
        end = _fitting(line.plain, room)
        space = line.plain.rfind(" ", 1, end + 1)
        cut = space if space > 0 and line.plain[:space].strip() else end
        pieces.append(line[:cut])
        line = line[cut:]
        line = line[len(line.plain) - len(line.plain.lstrip(" ")) :]
    pieces.append(line)
    return pieces


def _fitting(text: str, room: int) -> int:
    """How many characters fit."""
    taken = 0
    for number, letter in enumerate(text):
        taken += width(letter)
        if taken > room:
            return max(number, 1)
    return len(text)
