"""What can go wrong when a table is named in a call or on the command line."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import UsageError


@dataclass(eq=False)
class NoSuchTableError(UsageError):
    """A table that was named is not in the database, or is no ordinary table."""

    code = "E181"

    table: str

    @property
    def sentence(self) -> str:
        return f"There is no table {self.table} in the database."

    @property
    def hint(self) -> str:
        return "`neonkit schema tree` lists the tables; write `schema.table` outside of the search path."
