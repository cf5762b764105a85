r"""COPY's text format: one line for a row, cells between tabs.

Invariant: what the server reads is the text of the cell, whatever characters it has. `\N` and `\D` stand for
NULL and DEFAULT because a backslash in data is always doubled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from toolkit.sql.quoting import quote_identifier
from toolkit.transfer.judge.plan import TablePlan
from toolkit.transfer.judge.rows import Cell, Fill, Row

NULL: Final = r"\N"
DEFAULT: Final = r"\D"
_ESCAPES: Final = str.maketrans(
    {"\\": r"\\", "\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\v": r"\v"}
)
_TOLD_EVERY: Final = 1_000


def copy_statement(table: TablePlan, *, defaults: bool) -> str:
    """The COPY that takes rows of this table; `defaults`: whether some cells are for the server to fill."""
    listed = ", ".join(map(quote_identifier, table.columns))
    options = f", DEFAULT '{DEFAULT}'" if defaults else ""
    return f"COPY {table.target.sql} ({listed}) FROM STDIN WITH (FORMAT text, ENCODING 'UTF8'{options})"


def copy_line(cells: Sequence[Cell]) -> str:
    """The line for one row, with its line feed."""
    return "\t".join(map(_field, cells)) + "\n"


class CopyStream:
    """Rows as a file that COPY reads. Tells after each thousand rows how many it gave out."""

    def __init__(self, rows: Sequence[Row], columns: Sequence[str], told: Callable[[int], None]) -> None:
        self._lines = self._encoded(rows, columns, told)
        self._rest = b""

    def read(self, size: int = 8192, /) -> bytes:
        """At most `size` bytes; none at the end."""
        parts = [self._rest]
        length = len(self._rest)
        while length < size and (line := next(self._lines, b"")):
            parts.append(line)
            length += len(line)
        whole = b"".join(parts)
        self._rest = whole[size:]
        return whole[:size]

    def readline(self, size: int = 8192, /) -> bytes:
        """One line; for the driver's type only."""
        return self.read(size)

    @staticmethod
    def _encoded(rows: Sequence[Row], columns: Sequence[str], told: Callable[[int], None]) -> Iterator[bytes]:
        for number, row in enumerate(rows, start=1):
            if number % _TOLD_EVERY == 0:
                told(number)
            yield copy_line([row.cells[name] for name in columns]).encode()


def _field(cell: Cell) -> str:
    if cell is None:
        return NULL
    if isinstance(cell, Fill):
        return DEFAULT
    return cell.translate(_ESCAPES)
