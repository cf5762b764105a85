"""Lists inside the details: advice with its fix, and tables near the object. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.text import Text

from toolkit.reports.table import printable, width
from toolkit.tui.facts.schema import AdviceLine, AdviceView, Neighbour
from toolkit.tui.screens.schema.sections import pieces

_MARKS: Final = {"error": "E", "warning": "W", "info": "i"}


def advice_text(line: AdviceLine, columns: int, *, about: str) -> Text:
    """One piece of advice: its weight, its rule, what it is about, the sentence."""
    text = Text()
    text.append(f"{_MARKS[line.severity]} ", style="bold")
    text.append(line.rule, style="bold")
    name = about.partition(" ")[2]
    subject = "" if line.subject == name else f"  {line.subject.removeprefix(f'{name}.')}"
    text.append(printable(subject))
    for piece in pieces(printable(line.sentence), columns - 2):
        text.append(f"\n  {piece}")
    return text


def fix_text(line: AdviceLine, columns: int) -> Text:
    """What closes it, in words and as SQL, and what was measured."""
    text = Text()
    if line.fix is None:
        text.append("no fix is known", style="dim")
    else:
        _append(text, f"fix: {line.fix}", columns, "bold")
    for statement in line.sql:
        for part in statement.splitlines():
            _append(text, part, columns, "")
    if line.sql:
        _append(text, "y copies the SQL   f writes it as a revision", columns, "dim")
    for fact in line.facts:
        _append(text, fact, columns, "dim")
    text.rstrip()
    return text


def _append(text: Text, line: str, columns: int, style: str) -> None:
    for piece in pieces(printable(line), columns):
        text.append(f"{piece}\n", style=style)


def advice_remark(view: AdviceView) -> str:
    """What to say where there is nothing to choose from, and below the list."""
    found = "" if view.lines else "nothing to say"
    return "\n".join(filter(None, (found, *view.remarks)))


def graph_lines(key: str, near: Sequence[Neighbour]) -> list[tuple[Text, Neighbour | None]]:
    """The foreign keys of a table, one hop: those that lead away, then those that lead to it.

    None stands beside a heading, which cannot be chosen.
    """
    name = printable(_name(key))
    widest = max((width(printable(_name(one.key))) for one in near), default=0)
    found: list[tuple[Text, Neighbour | None]] = []
    for outgoing, heading in ((True, f"{name} refers to"), (False, f"{name} is referred to by")):
        some = [one for one in near if one.outgoing is outgoing]
        if some:
            found.append((Text(heading, style="bold"), None))
            found += [(_graph_line(one, widest), one) for one in some]
    return found


def _graph_line(one: Neighbour, widest: int) -> Text:
    name = printable(_name(one.key))
    text = Text("  -> " if one.outgoing else "  <- ")
    text.append(name, style="bold")
    text.append(f"{' ' * (widest - width(name))}  {printable('by ' + ', '.join(one.columns))}")
    if one.words:
        text.append(f"   {one.words}", style="dim")
    return text


def _name(key: str) -> str:
    return key.partition(" ")[2]
