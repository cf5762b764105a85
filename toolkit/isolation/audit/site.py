"""What every part of the audit looks at: one role, the owned tables, and the catalog of one moment.

Nothing is judged here. The SQL fragments mean the same in every part.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from toolkit.isolation.attempt import Stage
from toolkit.isolation.catalog import Policy
from toolkit.isolation.grounds import Grounds, OwnedTable
from toolkit.isolation.shapes import NAMED_SCHEMA
from toolkit.isolation.verdict import Subject

OURS: Final = "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'"
"""Schemas that are not the server's own."""
TABLE: Final = f"{NAMED_SCHEMA} || '.' || c.relname"
"""The name of a relation `c` in a schema `n`, as reports show it."""
MINE: Final = "(a.grantee = 0 OR pg_catalog.pg_has_role(CAST(:role AS name), a.grantee, 'USAGE'))"
"""Whether the role has what the entry `a` of an access list grants."""


@dataclass(frozen=True, slots=True)
class Site:
    """The audit's subject and the way to ask."""

    stage: Stage
    grounds: Grounds
    subject: Subject
    policies: tuple[Policy, ...]
    """Those of the owned tables."""
    there: Container[str]
    """The names of the tables that the database has."""

    def tables(self) -> Iterator[OwnedTable]:
        """The owned tables that the database has."""
        return (table for table in self.grounds.owned if table.name in self.there)

    def ask(self, question: str) -> list[Mapping[str, Any]]:
        """The rows of a catalog question, which may name `:role` and `:names`, the owned tables."""
        names = [table.name for table in self.grounds.owned]
        binds = {"role": self.stage.role, "names": names}
        return self.stage.observe(question, **{k: v for k, v in binds.items() if f":{k}" in question})
