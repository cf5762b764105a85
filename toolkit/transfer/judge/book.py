"""The book of an import: all rows, and every reject with its reason.

A row that is rejected stays in the book, so that its dependants can be told why they fall with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from toolkit.transfer.judge.altered import AlteredColumn
from toolkit.transfer.judge.plan import TablePlan
from toolkit.transfer.judge.rejects import Reject, reject_of
from toolkit.transfer.judge.rows import Row, Tokens
from toolkit.transfer.mapping.paths import FieldPath
from toolkit.transfer.sources.record import Place, SourceRecord
from toolkit.transfer.values.unfit import UnfitError


class Book:
    """Rows by table, and the rejects so far."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = {}
        self.rejects: list[Reject] = []
        self.broken: Counter[str] = Counter()
        """By table: records so broken that they never became rows."""
        self.altered: tuple[AlteredColumn, ...] = ()
        """What the mapping altered in the rows that stand; known after the judge."""
        self._places: dict[str, dict[Tokens, Row]] = {}
        self._paths: dict[tuple[str, str], FieldPath] = {}

    def enter(self, table: TablePlan, found: Iterable[Row | tuple[Place, UnfitError]]) -> None:
        """Take in the rows of a table."""
        rows: list[Row] = []
        for item in found:
            if isinstance(item, Row):
                rows.append(item)
            else:
                self.broken[table.name] += 1
                self._broken(table.name, *item)
        self.rows[table.name] = rows
        for name, column in table.columns.items():
            if column.rule.path is not None and column.rule.path.names:
                self._paths[table.name, name] = column.rule.path
        self._places[table.name] = {row.place.tokens: row for row in rows}

    def enter_broken(self, table: str, record: SourceRecord) -> None:
        """Take in a record that cannot be trusted as a whole."""
        self.broken[table] += 1
        for flaw in record.flaws:
            error = UnfitError(flaw.code, flaw.reason, flaw.hint)
            self._broken(table, record.place, error, field=flaw.field or None, value=flaw.shown or None)

    def at(self, table: str, tokens: Tokens) -> Row | None:
        """The row of `table` that stands at this place in its source."""
        return self._places[table].get(tokens)

    def reject(
        self,
        row: Row,
        error: UnfitError,
        *,
        column: str | None = None,
        field: str | None = None,
        value: str | None = None,
        inside: tuple[str, ...] = (),
        sqlstate: str | None = None,
        constraint: str | None = None,
    ) -> None:
        """Reject a row for one reason; it may have more. A mapped column names its field by itself."""
        row.rejected = True
        path = self._paths.get((row.table, column or ""))
        if field is None and path is not None:
            field, inside = str(path), path.names
        self.rejects.append(
            reject_of(
                row.place.inside(*inside),
                row.table,
                row.ordinal,
                error.code,
                error.reason,
                error.hint,
                column=column,
                field=field,
                value=value,
                sqlstate=sqlstate,
                constraint=constraint,
            )
        )

    def reject_dependant(self, row: Row, column: str) -> None:
        """Reject a row because a row it depends on is rejected."""
        hint = "Mend that row; there may be nothing wrong with this one."
        self.reject(
            row, UnfitError("parent_rejected", "the row it refers to is rejected", hint), column=column
        )

    def _broken(
        self,
        table: str,
        place: Place,
        error: UnfitError,
        *,
        field: str | None = None,
        value: str | None = None,
    ) -> None:
        ordinal = next((token + 1 for token in place.tokens if isinstance(token, int)), 0)
        told = reject_of(
            place, table, ordinal, error.code, error.reason, error.hint, field=field, value=value
        )
        self.rejects.append(told)
