"""Stream the rows of a table out of the server: COPY, in an order that only the rows decide."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from toolkit.transfer.export.expression import ROW, json_of, masked, sort_of
from toolkit.transfer.target.table import TargetColumn, TargetTable

SETTINGS: Final = {
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "search_path": "",
    # A policy would hide rows; with this the server refuses instead.
    "row_security": "off",
    "statement_timeout": "0",
}
"""What the texts of values depend on, for the length of the export."""

_NULL: Final = b"\\N"


@dataclass(frozen=True, slots=True)
class Selection:
    """What of a table is written: its columns, those that are masked, and which rows."""

    table: TargetTable
    columns: tuple[TargetColumn, ...]
    masked: frozenset[str]
    partitioned: bool
    joins: str = ""
    condition: str = ""

    @property
    def sql(self) -> str:
        """The COPY statement."""
        values = [masked(each) if each.name in self.masked else json_of(each) for each in self.columns]
        only = "" if self.partitioned else "ONLY "
        source = f"FROM {only}{self.table.sql} AS {ROW} {self.joins}".rstrip()
        where = f" WHERE {self.condition}" if self.condition else ""
        query = f"SELECT {', '.join(values)} {source}{where} ORDER BY {', '.join(self._order())}"
        return f"COPY ({query}) TO STDOUT WITH (FORMAT text, ENCODING 'UTF8')"

    def _order(self) -> Sequence[str]:
        """The primary key, or else the whole row: equal rows may come in any order."""
        key = self.table.primary_key
        if key:
            return [sort_of(self.table.columns[name]) for name in key]
        return [f'{ROW}::text COLLATE "C"']


class RowWriter:
    """What COPY writes into: turns its lines into JSON objects, one `write` for each."""

    def __init__(
        self,
        columns: Sequence[TargetColumn],
        take: Callable[[bytes], Any],
        separator: bytes,
        told: Callable[[int], None],
    ) -> None:
        names = (json.dumps(each.name, ensure_ascii=False).replace("%", "%%") for each in columns)
        self._template = ("{" + ", ".join(f"{name}: %s" for name in names) + "}").encode()
        self._take = take
        self._separator = separator
        self._told = told
        self._rest = b""
        self.rows = 0

    def write(self, data: bytes) -> None:
        """Take what the driver read: whole lines, or parts of them."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            values = line.replace(b"\\\\", b"\\").split(b"\t") if _NULL not in line else _values(line)
            ahead = self._separator if self.rows else b""
            self._take(ahead + self._template % tuple(values))
            self.rows += 1
            self._told(self.rows)


def _values(line: bytes) -> list[bytes]:
    # The texts are JSON, which holds no control character: of COPY's escapes only the backslash occurs.
    return [b"null" if value == _NULL else value.replace(b"\\\\", b"\\") for value in line.split(b"\t")]


def settle(connection: Connection) -> None:
    """Make the texts of this transaction depend on the rows alone."""
    driver = _driver(connection)
    with driver.cursor() as cursor:
        for name, value in SETTINGS.items():
            cursor.execute("SELECT set_config(%s, %s, true)", (name, value))


def copy_out(connection: Connection, selection: Selection, writer: RowWriter) -> None:
    """Run the COPY into the writer."""
    with _driver(connection).cursor() as cursor:
        cursor.copy_expert(selection.sql, writer)


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
