"""Which kinds of JSON values a column gets over the whole source: a mixed column is worth a look."""

from __future__ import annotations

from dataclasses import dataclass, field

from toolkit.transfer.judge.rejects import display
from toolkit.transfer.sources.record import Place, Value
from toolkit.transfer.values.unfit import kind_of


@dataclass(frozen=True, slots=True)
class KindCount:
    """One kind of value in a column."""

    kind: str
    """`a text`, `a number`, ..."""
    count: int
    where: str
    """The first of them."""
    example: str
    """That value, as messages show values."""


@dataclass(frozen=True, slots=True)
class MixedColumn:
    """A column that gets more than one kind of value, null aside."""

    table: str
    column: str
    kinds: tuple[KindCount, ...]
    """The most frequent first."""


@dataclass(slots=True)
class KindTally:
    """The kinds of one column so far."""

    path: tuple[str, ...]
    """The way from a row to the value."""
    counts: dict[type, int] = field(default_factory=dict)
    first: dict[type, tuple[Place, Value]] = field(default_factory=dict)

    def see(self, place: Place, value: Value) -> None:
        """Count one value of the row at `place`."""
        kind = type(value)
        if kind in self.counts:
            self.counts[kind] += 1
        elif value is not None:
            self.counts[kind] = 1
            self.first[kind] = (place.inside(*self.path), value)

    @property
    def mixed(self) -> bool:
        """Whether there is more than one kind."""
        return len(self.counts) > 1


def mixed_column(table: str, column: str, tally: KindTally, *, masked: bool) -> MixedColumn:
    """The tally of one column for a report."""
    kinds = []
    for kind, count in tally.counts.items():
        place, value = tally.first[kind]
        kinds.append(KindCount(kind_of(value), count, str(place), display(value, masked=masked)))
    return MixedColumn(table, column, tuple(sorted(kinds, key=lambda one: (-one.count, one.kind))))
