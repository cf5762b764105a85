"""The graph of revisions as lines of text, newest first: a lane for each line of descent.

Pure. `*` stands where the revision is; doors put their own sign there. Only parents are drawn, not what a
revision depends on beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

NODE = "*"


@dataclass(frozen=True, slots=True)
class DrawnRevision:
    """A revision's own line, and the lines of nothing but lanes above and below it."""

    revision: str
    above: tuple[str, ...]
    lanes: str
    """With `NODE` where the revision is."""
    below: tuple[str, ...]


def drawn(revisions: Iterable[tuple[str, Sequence[str]]]) -> tuple[DrawnRevision, ...]:
    """The lines for revisions and their parents; each revision comes before its parents."""
    lanes: list[str | None] = []
    return tuple(_next(revision, tuple(parents), lanes) for revision, parents in revisions)


def _next(revision: str, parents: tuple[str, ...], lanes: list[str | None]) -> DrawnRevision:
    """Draw one, and change `lanes`: for each, the revision that it leads down to, or None if it is free."""
    mine = [number for number, waited in enumerate(lanes) if waited == revision]
    own = mine[0] if mine else _free(lanes)
    above = []
    for other in reversed(mine[1:]):
        above.append(_joined(lanes, own, other, "/"))
        lanes[other] = None
    lanes[own] = revision
    line = _row(lanes, own)
    below = []
    lanes[own] = parents[0] if parents else None
    for parent in parents[1:]:
        other = lanes.index(parent) if parent in lanes else _free(lanes)
        lanes[other] = parent
        below.append(_joined(lanes, own, other, "\\") if other > own else _joined(lanes, other, own, "/"))
    while lanes and lanes[-1] is None:
        lanes.pop()
    return DrawnRevision(revision, tuple(above), line, tuple(below))


def _free(lanes: list[str | None]) -> int:
    """A lane that leads nowhere, made if there is none."""
    if None in lanes:
        return lanes.index(None)
    lanes.append(None)
    return len(lanes) - 1


def _row(lanes: Sequence[str | None], node: int) -> str:
    signs = [" " if waited is None else "|" for waited in lanes]
    signs[node] = NODE
    return " ".join(signs).rstrip()


def _joined(lanes: Sequence[str | None], left: int, right: int, stroke: str) -> str:
    """Lanes side by side, with a stroke between two of them; it passes under those that lie between."""
    signs = list(" ".join(" " if waited is None else "|" for waited in lanes))
    if stroke == "\\" or lanes[left] == lanes[right]:
        signs[2 * right] = " "  # the right lane begins or ends here
    for column in range(2 * left + 1, 2 * right - 1):
        signs[column] = "_" if signs[column] == " " else signs[column]
    signs[2 * right - 1] = stroke
    return "".join(signs).rstrip()
