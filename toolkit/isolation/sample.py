"""Users and their rows, chosen from what is stored: without them no answer means anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from toolkit.isolation.attempt import Stage
from toolkit.isolation.grounds import Grounds, OwnedTable

_ACTORS: Final = 3
_ROWS: Final = 5


@dataclass(frozen=True, slots=True)
class Sample:
    """User A, who acts, and user B, whose rows are the prey; each with a row of the table."""

    a: str
    b: str
    key_a: str | None
    """A row of A; None when A has none here, and then silence proves nothing."""
    key_b: str
    rows_a: int
    rows_b: int
    others: int
    """All rows that are not A's, those without an owner too."""
    owners: int
    """Owners that have rows here."""
    mine: tuple[str, ...] = ()
    """A few rows of A, of those that policies may tell apart."""
    prey: tuple[str, ...] = ()
    """A few rows of other users, likewise."""


def choose(stage: Stage, grounds: Grounds, table: OwnedTable) -> tuple[Sample, ...] | str:
    """Up to three users in turn, each with the next as prey; else the reason why there is nothing to try.

    More than one acts, because policies may treat users differently.
    """
    owners = stage.observe(
        f"SELECT o.owner, o.rows, o.key, {_is_user(grounds)} AS is_user FROM ("
        f" SELECT {table.owner} AS owner, count(*) AS rows, min({table.key}) AS key"
        f" FROM {table.source} WHERE {table.owner} IS NOT NULL GROUP BY 1) AS o"
        f" ORDER BY is_user DESC, o.owner LIMIT {_ACTORS}"
    )
    if not owners:
        return "no row has an owner, so there is nothing that could leak"
    counted = stage.observe(
        f"SELECT count(*) AS rows, count(DISTINCT {table.owner}) AS owners FROM {table.source}"
    )
    rows, different = counted[0]["rows"], counted[0]["owners"]
    if len(owners) == 1:
        return _stranger(stage, grounds, owners[0], rows)
    return tuple(
        Sample(
            a["owner"],
            b["owner"],
            a["key"],
            b["key"],
            a["rows"],
            b["rows"],
            rows - a["rows"],
            different,
            mine=_keys(stage, table, "=", a["owner"]),
            prey=_keys(stage, table, "<>", a["owner"]),
        )
        for a, b in zip(owners, [*owners[1:], owners[0]], strict=True)
    )


def count_users(stage: Stage, grounds: Grounds, table: OwnedTable) -> int:
    """How many users there are, with rows in the table or without."""
    root = grounds.root or table
    rows = stage.observe(
        f"SELECT count(*) AS users FROM (SELECT {table.owner} FROM {table.source}"
        f" UNION SELECT {root.owner} FROM {root.source}) AS o (owner) WHERE owner IS NOT NULL"
    )
    found: int = rows[0]["users"]
    return found


def _keys(stage: Stage, table: OwnedTable, comparison: str, a: str) -> tuple[str, ...]:
    """Rows spread over the table, the same ones each time."""
    found = stage.observe(
        f"SELECT {table.key} AS key FROM {table.source} WHERE {table.owner} {comparison} :a"
        f" ORDER BY pg_catalog.hashtext({table.key}), 1 LIMIT {_ROWS}",
        a=a,
    )
    return tuple(row["key"] for row in found)


def _stranger(stage: Stage, grounds: Grounds, only: Mapping[str, Any], rows: int) -> tuple[Sample, ...] | str:
    """A user without rows here, who can show a leak but can prove nothing."""
    stranger = _another_user(stage, grounds, only["owner"])
    if stranger is None:
        return "there is only one user, so nobody could be a stranger"
    return (Sample(stranger, only["owner"], None, only["key"], 0, only["rows"], rows, 1),)


def _is_user(grounds: Grounds) -> str:
    """Whether the owner exists: those come first, because policies may look the user up."""
    root = grounds.root
    if root is None:
        return "true"
    return f"EXISTS (SELECT FROM {root.source} WHERE {root.owner} = o.owner)"


def _another_user(stage: Stage, grounds: Grounds, known: str) -> str | None:
    root = grounds.root
    if root is None:
        return None
    found = stage.observe(
        f"SELECT {root.owner} AS owner FROM {root.source} WHERE {root.owner} <> :known ORDER BY 1 LIMIT 1",
        known=known,
    )
    return found[0]["owner"] if found else None
