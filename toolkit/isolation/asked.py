"""What of a judgement somebody asks for: who acts, and on which tables. By default everything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Asked:
    """Which users act, and which tables are judged."""

    users: tuple[str, ...] = ()
    """Keys, as policies compare them: the first acts and the second is the prey, wherever they have rows.
    Others are chosen for tables where they have none."""
    tables: frozenset[str] = frozenset()
    """Names as reports show them; all if there are none. With some, no view or function is judged."""

    def wants(self, table: str) -> bool:
        """Whether the table is to be judged."""
        return not self.tables or table in self.tables

    def of(self, tables: Iterable[str]) -> tuple[str, ...]:
        """Those of the tables that are to be judged, in their order."""
        return tuple(table for table in tables if self.wants(table))


EVERYTHING: Final = Asked()
