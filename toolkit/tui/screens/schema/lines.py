"""The lines of the object tree: what is shown of the catalog, folded or found. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rich.text import Text

from toolkit.reports.table import printable, width
from toolkit.schema.spelling import plural
from toolkit.tui.facts.schema import EVERYTHING, ObjectLine, Schema
from toolkit.tui.widgets.fuzzy import letters
from toolkit.tui.widgets.words import cut, size

_FIRST: Final = (
    "table", "partition", "view", "materialized view", "foreign table", "enum", "domain", "composite type",
    "range type", "function", "procedure", "aggregate", "sequence",
)  # fmt: skip
_FEW: Final = 12
"""A group of other things than tables is open where it holds no more."""


@dataclass(frozen=True, slots=True)
class TreeLine:
    """One line. `group` is the name by which it is folded; None for an object."""

    depth: int
    label: str
    key: str | None
    detail: str = ""
    group: str | None = None
    is_open: bool = False
    thing: ObjectLine | None = None


Groups = dict[str | None, dict[str, list[ObjectLine]]]


def groups_of(schema: Schema) -> Groups:
    """The objects by schema and kind. What is in no schema stands under None."""
    found: Groups = {}
    for one in schema.objects:
        kind = "partition" if one.partition else "of extensions" if one.of_extension else one.kind
        found.setdefault(one.schema, {}).setdefault(kind, []).append(one)
    return found


def folded(groups: Groups) -> set[str]:
    """The groups that are closed at first: what is not tables, and is many."""
    return {
        f"{schema}/{kind}"
        for schema, kinds in groups.items()
        for kind, things in kinds.items()
        if kind in ("partition", "of extensions") or (kind != "table" and len(things) > _FEW)
    }


def tree_lines(schema: Schema, groups: Groups, closed: set[str]) -> list[TreeLine]:
    """All lines that are not folded away."""
    lines = [TreeLine(0, schema.database, EVERYTHING, "all of it")]
    for name, key in schema.schemas:
        is_open = name not in closed
        detail = plural("table", len(groups[name].get("table", ())))
        lines.append(TreeLine(0, name, key, detail, name, is_open))
        if is_open:
            lines += _group_lines(name, groups[name], closed, depth=1)
    if None in groups:
        lines += _group_lines(None, groups[None], closed, depth=0)
    return lines


def _group_lines(
    schema: str | None, kinds: dict[str, list[ObjectLine]], closed: set[str], *, depth: int
) -> Iterator[TreeLine]:
    for kind in sorted(kinds, key=_place):
        group = f"{schema}/{kind}"
        is_open = group not in closed
        label = kind if kind == "of extensions" else plural(kind)
        yield TreeLine(depth, label, None, f"{len(kinds[kind]):,}", group, is_open)
        if is_open:
            for one in kinds[kind]:
                yield TreeLine(depth + 1, one.name, one.key, sized(one), thing=one)


def found_lines(schema: Schema, numbers: Sequence[int]) -> list[TreeLine]:
    """The objects with these numbers, as a flat list."""
    things = [schema.objects[number] for number in numbers]
    return [TreeLine(0, one.full_name, one.key, _found_detail(one), thing=one) for one in things]


def sized(one: ObjectLine) -> str:
    """How big it is, where it has a size."""
    return "" if one.size_bytes is None else size(one.size_bytes)


def _found_detail(one: ObjectLine) -> str:
    return sized(one) if one.kind == "table" else one.kind


def _place(kind: str) -> tuple[int, str]:
    return (_FIRST.index(kind) if kind in _FIRST else len(_FIRST), kind)


def line_text(line: TreeLine, columns: int, *, cursor: bool, query: str = "") -> Text:
    """A line exactly `columns` wide: a mark for the cursor, a mark for a fold, the name, the size."""
    mark = "" if line.group is None else "- " if line.is_open else "+ "
    text = Text(f"{'>' if cursor else ' '}{'  ' * line.depth}{mark}")
    start = len(text.plain)
    label = printable(line.label)
    detail = line.detail
    room = columns - start - (width(detail) + 2 if detail else 0)
    if width(label) > room:
        room, detail = columns - start, ""
    shown = cut(label, room)
    text.append(shown, style="bold" if line.group is not None else "")
    for place in letters(query, shown) if query else ():
        text.stylize("bold underline", start + place, start + place + 1)
    gap = columns - start - width(shown) - width(detail)
    text.append(" " * max(gap, 0))
    text.append(detail, style="dim")
    return text
