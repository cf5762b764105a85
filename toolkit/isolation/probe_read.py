"""Reading as a user: with the own identity, with none, and with an empty one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from toolkit.isolation.attempt import Outcome, Stage
from toolkit.isolation.grounds import OwnedTable
from toolkit.isolation.sample import Sample

_FLAGGED: Final = 1000
_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class ReadProbe:
    """What user A saw of one table."""

    own: Outcome
    """The control: A's own rows. Without them the identity did not work and nothing is proved."""
    foreign: Outcome
    keys: tuple[str, ...]
    """Rows of others that A saw, confirmed by the observer; at most three."""
    complete: bool
    """Whether every row that A saw was told apart."""


def read_without_identity(stage: Stage, table: OwnedTable, identity: str | None) -> Outcome:
    """How many rows are there for nobody: the setting never set (None), or empty."""
    return stage.attempt(identity, f"SELECT {table.key} AS key FROM {table.sql} AS t0 LIMIT {_SHOWN}")


def read(stage: Stage, table: OwnedTable, sample: Sample) -> ReadProbe:
    """What A sees that is not A's, over the whole table."""
    keys = f"SELECT {table.key} AS key FROM {table.source} WHERE {table.owner}"
    own = stage.attempt(sample.a, f"{keys} = :a LIMIT 1", {"a": sample.a})
    foreign = stage.attempt(sample.a, f"{keys} IS DISTINCT FROM :a LIMIT {_FLAGGED}", {"a": sample.a})
    seen = [row["key"] for row in foreign.value]
    # A parent that A may not see makes an own row look foreign, so the observer has the last word.
    confirmed = stage.observe(
        f"{keys} IS DISTINCT FROM :a AND {table.key} = ANY (:seen) ORDER BY 1 LIMIT {_SHOWN}",
        a=sample.a,
        seen=seen,
    )
    complete = not foreign.failed and len(seen) < _FLAGGED
    return ReadProbe(own, foreign, tuple(row["key"] for row in confirmed), complete)
