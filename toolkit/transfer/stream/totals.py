"""What a run in blocks has done so far, one table at a time."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from toolkit.transfer.judge.altered import AlteredColumn
from toolkit.transfer.judge.rejects import Reject
from toolkit.transfer.ledger import Batch
from toolkit.transfer.loading.settled import ranges, reject_from
from toolkit.transfer.refeed.collect import RejectedRecord
from toolkit.transfer.stream.altered import Altered, added_up
from toolkit.transfer.stream.load import Loaded

_ALTERED: Final = "altered"


class Totals:
    """The sum of blocks. Of the reasons only the first `shown` are kept; all are counted.

    The rejected records are kept if they are `wanted`.
    """

    def __init__(self, shown: int, flawed: Iterable[int] = (), *, wanted: bool = False) -> None:
        """`flawed` are the positions of records of which is known already that they cannot be trusted."""
        self.counts: Counter[str] = Counter()
        self.reasons = 0
        self.highest: dict[str, int] = {}
        self.differing = 0
        self.before = 0
        self.after = 0
        self.records: list[RejectedRecord] = []
        self._wanted = wanted
        self._shown = shown
        self._rejects: list[Reject] = []
        self._ordinals: set[int] = set()
        self._altered: list[Altered] = []
        self._flawed = sorted(flawed)

    @property
    def rejected(self) -> int:
        """How many records so far are rejected."""
        return self.counts["rejected"]

    @property
    def written(self) -> bool:
        """Whether anything was."""
        return bool(self.counts["inserted"] or self.counts["updated"])

    @property
    def rejects(self) -> list[Reject]:
        """The first rejects, in the order of the source."""
        return sorted(self._rejects, key=lambda told: told.ordinal)[: self._shown]

    @property
    def rejected_ordinals(self) -> tuple[tuple[int, int], ...]:
        """Which rows are rejected, as ranges."""
        return ranges(self._ordinals)

    @property
    def altered(self) -> tuple[AlteredColumn, ...]:
        """What the mapping altered."""
        return tuple(one.told() for one in self._altered)

    def shown(self, column: str, rule: str) -> int:
        """How many examples are known of what a rule altered in a column."""
        of_rule = (one for one in self._altered if (one.column, one.rule) == (column, rule))
        return sum(len(one.examples) for one in of_rule)

    def ordinal(self, position: int) -> int:
        """The ordinal, from 1, of the row at a position; all flawed records before it must be known."""
        return position + 1 - bisect_left(self._flawed, position)

    def take(self, loaded: Loaded) -> None:
        """Add what became of some more records."""
        self.counts.update(loaded.counts)
        if loaded.flawed:
            self._flawed = sorted({*self._flawed, *loaded.flawed})
        self._reject(loaded.rejects, loaded.rejected)
        for name, top in loaded.highest.items():
            self.highest[name] = max(top, self.highest.get(name, top))
        self.differing += loaded.differing
        self._altered = added_up([*self._altered, *loaded.altered])

    def take_up(self, batch: Batch, flawed: Iterable[int], records: Iterable[RejectedRecord]) -> None:
        """Add a batch that an earlier process wrote. In it these records are rejected."""
        for name, count in batch.counts.items():
            words = name.split("\n")
            if words[0] == _ALTERED:
                taken_up = Altered(batch.table, words[1], words[2], count)
                self._altered = added_up([*self._altered, taken_up])
            elif name == "differing":
                self.differing += count
            else:
                self.counts[name] += count
        self._flawed = sorted({*self._flawed, *flawed})
        self._reject([reject_from(told) for told in batch.rejects], records)

    def _reject(self, rejects: Iterable[Reject], records: Iterable[RejectedRecord]) -> None:
        for told in rejects:
            self.reasons += 1
            self._rejects.append(told)
        for record in records:
            self._ordinals.update(row.ordinal for row, _ in record.rows)
            if self._wanted:
                self.records.append(record)
        if len(self._rejects) > 2 * self._shown:
            self._rejects = self.rejects


def batch_counts(loaded: Loaded) -> Mapping[str, int]:
    """What the ledger keeps of a block, so that `take_up` finds it again."""
    altered = {f"{_ALTERED}\n{one.column}\n{one.rule}": one.count for one in loaded.altered}
    return {**loaded.counts, "differing": loaded.differing, **altered}
