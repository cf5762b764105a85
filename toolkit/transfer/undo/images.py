"""SQL about rows that an import touched: how they are found again, and what they look like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from toolkit.sql.quoting import qualified, quote_identifier, quote_literal
from toolkit.transfer.ledger.tables import SCHEMA
from toolkit.transfer.target.table import TargetTable

TOUCHED: Final = f"{SCHEMA}.touched"


@dataclass(frozen=True, slots=True)
class KeptTable:
    """A table of an import as it was then."""

    schema: str
    name: str
    key: tuple[str, ...]
    """Its primary key; empty where the import did not know its rows by one."""
    columns: tuple[str, ...]
    """All its columns but those that the server generates."""

    @classmethod
    def of(cls, table: TargetTable, *, known: bool) -> KeptTable:
        """The table as the catalog has it; `known`: its rows can be found again."""
        columns = tuple(name for name, column in table.columns.items() if not column.generated)
        return cls(table.schema, table.name, table.primary_key if known else (), columns)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> KeptTable:
        """The table from what `plain` made of it."""
        return cls(plain["schema"], plain["name"], tuple(plain["key"]), tuple(plain["columns"]))

    @property
    def plain(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {"schema": self.schema, "name": self.name, "key": self.key, "columns": self.columns}

    @property
    def label(self) -> str:
        """The name for people, and in the ledger."""
        return f"{self.schema}.{self.name}"

    @property
    def sql(self) -> str:
        """The name inside a statement with parameters."""
        return qualified(self.schema, self.name).replace("%", "%%")


def quoted(name: str) -> str:
    """The name inside a statement with parameters."""
    return quote_identifier(name).replace("%", "%%")


def texts(columns: Sequence[str], row: str) -> str:
    """The values of a row as a list of texts."""
    return f"ARRAY[{', '.join(f'{row}.{quoted(name)}::text' for name in columns)}]::text[]"


def image(columns: Sequence[str], row: str) -> str:
    """A row as JSON: each column's text by its name, so that nothing of it is lost."""
    names = ", ".join(quote_literal(name).replace("%", "%%") for name in columns)
    return f"jsonb_object(ARRAY[{names}]::text[], {texts(columns, row)})"


def digest(columns: Sequence[str], row: str) -> str:
    """A number that is another one when the row holds another value."""
    return f"hashtextextended(ROW({', '.join(f'{row}.{quoted(name)}' for name in columns)})::text, 0)"


def match(table: KeptTable, types: Mapping[str, str]) -> str:
    """Whether the stored row `t` is the one that the touched row `x` is about."""
    return " AND ".join(
        f"t.{quoted(name)} = x.key[{place}]::{types[name]}" for place, name in enumerate(table.key, start=1)
    )
