"""Which row of another user a write reached, where the write itself does not say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from toolkit.isolation.probing.batch import Session, Try
from toolkit.isolation.probing.targets import Target

_MOST: Final = 2000


@dataclass(frozen=True, slots=True)
class Located:
    """A row that was reached."""

    target: Target
    key: str
    gone: bool
    """Whether it was removed; else it was changed."""


def locate(session: Session, what: Try, targets: Sequence[Target], user: str | None) -> Located | None:
    """Do it again and compare the rows that are not the user's, one by one; None if too many are alike."""
    places = ", ".join(f"({_places(target, user)})" for target in targets)
    witness = f"SELECT pg_catalog.jsonb_build_array({places})"
    before, after = session.run(
        [Try("before", witness, None, returns=True), replace(what, witness=witness, always=True)]
    )
    if before.value is None or after.witness is None:
        return None
    for target, old, new in zip(targets, before.value, after.witness, strict=True):
        for key, place in (old or {}).items():
            if (new or {}).get(key) != place:
                return Located(target, key, key not in (new or {}))
    return None


def _places(target: Target, user: str | None) -> str:
    return (
        "SELECT pg_catalog.jsonb_object_agg(s.k, s.p) FROM (SELECT"
        f" {target.key} AS k, t0.tableoid::text || t0.ctid::text AS p FROM {target.source}"
        f" WHERE {target.of_others(user)} ORDER BY 1 LIMIT {_MOST}) AS s"
    )
