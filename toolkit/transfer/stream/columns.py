"""From the values of a field to the cells of its column: by a vector what it knows, the others exactly."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from msgspec import Raw

from toolkit.transfer.judge.bind import ColumnPlan
from toolkit.transfer.judge.rows import MISSING, Cell
from toolkit.transfer.stream.exactly import ExactColumn, Made
from toolkit.transfer.stream.found import Found
from toolkit.transfer.stream.vectors import Vector


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one column for some records."""

    cells: Sequence[Cell]
    doubtful: Collection[int]
    """Where the cell means nothing."""
    noted: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """By rule of the mapping: where it altered the value."""


JudgedField: TypeAlias = "tuple[list[tuple[str, Cells]], Collection[int]]"
"""The cells of the columns that are read from a field, and the records in which the field is doubtful."""


class CellsBuilder:
    """Cells that are made one by one."""

    def __init__(self, count: int) -> None:
        self.cells: list[Cell] = [None] * count
        self.doubtful: list[int] = []
        self.noted: dict[str, list[int]] = {}

    def put(self, position: int, made: Made | None) -> None:
        """The cell of a record; None makes it doubtful."""
        if made is None:
            self.doubtful.append(position)
            return
        self.cells[position], rules = made
        for rule in rules:
            self.noted.setdefault(rule, []).append(position)

    def built(self) -> Cells:
        """All of them."""
        return Cells(self.cells, self.doubtful, self.noted)


class NativeColumn:
    """One column that is read from one field."""

    def __init__(self, name: str, plan: ColumnPlan, vector: Vector | None, *, raw: bool = True) -> None:
        """Without a vector each value is judged exactly: JSON, if the field is decoded `raw`, or texts."""
        self.name = name
        self.plan = plan
        self.vector = vector
        self.kind: type[object] = vector.kind if vector is not None else Raw if raw else str
        self.exact = ExactColumn(plan)

    @property
    def plain(self) -> bool:
        """Whether COPY reads all its cells as they stand."""
        return self.vector is not None and self.vector.plain

    def judged(self, found: Found) -> Cells:
        """The cell of each record."""
        texts: Sequence[str] = ()
        unsure: Sequence[int] = range(len(found.values))
        rules: tuple[str, ...] = ()
        if self.vector is not None and found.values:
            texts, unsure = self.vector.cells(found.values, found.joined)
            rules = self.vector.rules
        if found.complete and not unsure:
            return Cells(texts, (), dict.fromkeys(rules, found.there))
        builder = CellsBuilder(found.count)
        for position, text in zip(found.there, texts, strict=False):
            builder.cells[position] = text
        again = set(unsure)
        if rules:
            sure = [position for place, position in enumerate(found.there) if place not in again]
            builder.noted = {rule: list(sure) for rule in rules}
        for place in unsure:
            builder.put(found.there[place], self._exactly(found.values[place]))
        for positions, value in ((found.missing, MISSING), (found.null, None)):
            made = self.exact.of(value) if positions else None
            for position in positions:
                builder.put(position, made)
        return builder.built()

    def compared(self, found: Found) -> tuple[Sequence[object], Collection[int]]:
        """Values that are equal where the cells are, and where they mean nothing; cheaper than the cells."""
        if self.vector is not None and self.vector.compared is not None and found.complete and found.values:
            return self.vector.compared(found.values, found.joined)
        cells = self.judged(found)
        return cells.cells, cells.doubtful

    def _exactly(self, value: object) -> Made | None:
        if not isinstance(value, str):
            return None
        return self.exact.of_json(value) if self.kind is Raw else self.exact.of_text(value)
