"""One step of an alteration, and what it costs while it runs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from toolkit.schema.objects import Key


class Hazard(StrEnum):
    """What a statement does to a database in use, the worst of it."""

    SAFE = "safe"
    """Short locks only."""
    BLOCKING = "blocking"
    """Reads or writes of a table wait while all its rows are looked at."""
    REWRITING = "rewriting"
    """A table is written anew while everybody waits."""
    LOSING_DATA = "losing data"
    """Rows or values are gone afterwards."""


@dataclass(frozen=True, slots=True)
class Step:
    """One SQL statement, without its closing semicolon."""

    key: Key
    sql: str
    hazard: Hazard


_FORMS: Final = (
    (Hazard.LOSING_DATA, r"DROP (TABLE|FOREIGN TABLE|SCHEMA|SEQUENCE|EXTENSION|MATERIALIZED VIEW)\b"),
    (Hazard.LOSING_DATA, r"DROP (SERVER|USER MAPPING)\b"),
    (Hazard.LOSING_DATA, r"ALTER (TABLE|TYPE) .* DROP (COLUMN|ATTRIBUTE)\b"),
    (Hazard.REWRITING, r"ALTER TABLE .* ALTER COLUMN .* (TYPE|SET EXPRESSION|ADD GENERATED)\b"),
    (Hazard.REWRITING, r"ALTER (TABLE|INDEX) .* SET (LOGGED|UNLOGGED|ACCESS METHOD .*|TABLESPACE .*)\Z"),
    (Hazard.REWRITING, r"ALTER TABLE .* ADD COLUMN .* (STORED|AS IDENTITY|DEFAULT .*\()"),
    (Hazard.BLOCKING, r"CREATE (UNIQUE )?INDEX\b|REFRESH\b"),
    (Hazard.BLOCKING, r"ALTER TABLE .* (SET NOT NULL|ADD COLUMN .* NOT NULL)\Z"),
    (Hazard.BLOCKING, r"ALTER TABLE .* ATTACH PARTITION\b"),
    (Hazard.BLOCKING, r"ALTER (TABLE|DOMAIN) .* ADD CONSTRAINT (?!.* NOT (VALID|ENFORCED)\Z)"),
)
"""The worst first. A name that looks like a form of its own makes the verdict worse, never better."""


def hazard_of(sql: str) -> Hazard:
    """The worst that the statement does, judged by its form alone: tables are taken to be large."""
    for hazard, pattern in _FORMS:
        if re.match(pattern, sql, re.DOTALL):
            return hazard
    return Hazard.SAFE
