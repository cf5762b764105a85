"""What the mapping made of values beyond reading them: every declared alteration, counted.

An alteration is a value that the column does not hold as the source has it, because the mapping says so: it
was trimmed, rounded, cut, given a zone, taken for NULL, mapped to another word. Plain reading is none: an
epoch that becomes a moment, a uuid in its canonical form. Rows that are rejected or merged do not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

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
