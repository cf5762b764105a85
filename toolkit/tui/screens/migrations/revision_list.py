"""Revisions as a graph of text, newest first; each state is a sign and a word. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text
from textual.widgets.option_list import Option

from toolkit.reports.table import printable
from toolkit.tui.facts.migrations import RevisionLine, Revisions

SIGNS = {"applied": "o", "current": "*", "pending": "+", "unknown": "?"}
STYLES = {"applied": "", "current": "bold green", "pending": "bold yellow", "unknown": "bold red"}


def revision_options(revisions: Revisions) -> Iterator[Option]:
    """An option for each revision; lines of lanes alone cannot be chosen."""
    widest = max((len(one.lanes) for one in revisions.lines), default=1)
    for one in revisions.lines:
        yield from (lanes_option(line) for line in one.above)
        yield Option(revision_text(one, widest), id=one.revision)
        yield from (lanes_option(line) for line in one.below)


def lanes_option(line: str) -> Option:
    """A line of the graph between two revisions."""
    return Option(Text(line, style="dim", no_wrap=True), disabled=True)


def revision_text(one: RevisionLine, lanes: int = 1) -> Text:
    """A revision in one line: lanes, id, state, what is special, what it does."""
    text = Text(no_wrap=True, overflow="ellipsis")
    text.append(one.lanes.replace("*", SIGNS[one.state]).ljust(lanes + 1), style=STYLES[one.state])
    text.append(f"{one.short} ")
    text.append(f"{one.state:<7}", style=STYLES[one.state])
    if one.edited:
        text.append(" EDITED", style="bold yellow")
    return text.append(printable(f" {one.message} {one.marks}".rstrip()))


def standing_text(revisions: Revisions) -> str:
    """Where the database stands, in a line."""
    lines = {line.revision: line.short for line in revisions.lines}
    current = ", ".join(lines.get(one, one) for one in revisions.current) or "base"
    heads = "1 head" if len(revisions.heads) == 1 else f"{len(revisions.heads)} heads"
    return f"at {current}  +{len(revisions.pending)}  {heads if revisions.heads else 'no revisions'}"
