"""Two users and their rows, chosen from what is stored: without them no answer means anything."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.isolation.attempt import Stage
from toolkit.isolation.grounds import Grounds, OwnedTable


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


def choose(stage: Stage, grounds: Grounds, table: OwnedTable) -> Sample | str:
    """Two owners with rows in this table; else the reason why there is nothing to try."""
    owners = stage.observe(
        f"SELECT o.owner, o.rows, o.key, {_is_user(grounds)} AS is_user FROM ("
        f" SELECT {table.owner} AS owner, count(*) AS rows, min({table.key}) AS key"
        f" FROM {table.source} WHERE {table.owner} IS NOT NULL GROUP BY 1) AS o"
        " ORDER BY is_user DESC, o.owner LIMIT 2"
    )
    if not owners:
        return "no row has an owner, so there is nothing that could leak"
    total = stage.observe(
        f"SELECT count(*) AS rows, count(DISTINCT {table.owner}) AS owners FROM {table.source}"
    )[0]
    if len(owners) == 2:
        first, second = owners
        return Sample(
            first["owner"], second["owner"], first["key"], second["key"], first["rows"], second["rows"],
            total["rows"] - first["rows"], total["owners"],
        )  # fmt: skip
    (only,) = owners
    stranger = _another_user(stage, grounds, only["owner"])
    if stranger is None:
        return "there is only one user, so nobody could be a stranger"
    return Sample(stranger, only["owner"], None, only["key"], 0, only["rows"], total["rows"], total["owners"])


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
