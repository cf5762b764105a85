"""What the mapping made of values beyond reading them: every declared alteration, counted.

An alteration is a value that the column does not hold as the source has it, because the mapping says so: it
was trimmed, rounded, cut, given a zone, taken for NULL, mapped to another word. Plain reading is none: an
epoch that becomes a moment, a uuid in its canonical form. Rows that are rejected or merged do not count.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from toolkit.transfer.judge.rows import Cell, Row
from toolkit.transfer.sources.record import Value
from toolkit.transfer.values.unfit import SHOWN, shown

EXAMPLES: Final = 3
"""How many examples an alteration shows."""


@dataclass(frozen=True, slots=True)
class AlteredValue:
    """One example."""

    where: str
    """File, line and pointer."""
    before: str
    """The value as the source has it, as messages show values."""
    after: str | None
    """The text the server gets; None for NULL."""


@dataclass(frozen=True, slots=True)
class AlteredColumn:
    """One rule that altered values of one column."""

    table: str
    """The section of the mapping."""
    column: str
    rule: str
    """The words of the mapping that ask for it: `trim`, `scale = "half-even"`, `none`, ..."""
    count: int
    """In how many rows that are neither rejected nor merged."""
    examples: tuple[AlteredValue, ...]
    """The first ones in the order of the source; empty for masked columns."""


class Alterations:
    """Which rows' values were altered, by table, column and rule. Rows may still be rejected later."""

    def __init__(self) -> None:
        self._noted: dict[tuple[str, str, str], list[tuple[Row, Value, Cell]]] = {}

    def note(self, row: Row, column: str, rules: Iterable[str], before: Value, after: Cell) -> None:
        """One value of a row, altered by these rules."""
        for rule in dict.fromkeys(rules):
            self._noted.setdefault((row.table, column, rule), []).append((row, before, after))

    def counted(self, masked: AbstractSet[tuple[str, str]]) -> tuple[AlteredColumn, ...]:
        """By table, column and rule, over the rows that are neither rejected nor merged."""
        found = []
        for (table, column, rule), noted in self._noted.items():
            stand = [item for item in noted if not (item[0].rejected or item[0].merged)]
            shown = () if (table, column) in masked else stand[:EXAMPLES]
            if stand:
                examples = tuple(_example(*item) for item in shown)
                found.append(AlteredColumn(table, column, rule, len(stand), examples))
        return tuple(found)


def _example(row: Row, before: Value, after: Cell) -> AlteredValue:
    return AlteredValue(str(row.place), shown(before), after[:SHOWN] if isinstance(after, str) else None)
