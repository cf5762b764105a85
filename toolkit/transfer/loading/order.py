"""What is to be imported, and what was done to each section of it beyond the states of its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from toolkit.transfer.judge.rows import Row
from toolkit.transfer.loading.readback import Readback
from toolkit.transfer.loading.terms import Terms
from toolkit.transfer.mapping.model import TransferMapping
from toolkit.transfer.refeed.mended import Mended
from toolkit.transfer.sources.record import SourceContent


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be imported, and how."""

    rules: TransferMapping
    contents: Mapping[str, SourceContent]
    terms: Terms
    mended: Mended | None = None
    """Set where the contents are mended rejects of an earlier run."""

    def in_batches_of(self, rows: int) -> Order:
        """The same in batches of this size: a resumed run keeps to that of the first one."""
        return replace(self, terms=replace(self.terms, batch_rows=rows))


@dataclass(slots=True)
class Tally:
    """What was done to one section, beyond the states of its rows."""

    before: int = 0
    before_by_group: dict[str | None, int] = field(default_factory=dict)
    after: int = 0
    readback: Readback | None = None
    skipped_differing: int | None = None
    done: Counter[str] = field(default_factory=Counter)
    """What earlier batches of the same run did."""
    made_before: int = 0
    """How many of those rows no record stands for."""
    resumed: list[Row] = field(default_factory=list)
    """Rows of batches that stand already."""
    known: list[Row] = field(default_factory=list)
    """Rows that a finished run wrote and that are not written again."""
    context: int = 0
    """Rows of mended records that stand already and are not dealt with now."""
    known_differing: int = 0
    """How many of them are gone, or hold other values by now."""
