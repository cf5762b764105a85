"""The book of an import: all rows, and every reject with its reason.

A row that is rejected stays in the book, so that its dependants can be told why they fall with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from toolkit.transfer.judge.altered import Alterations, AlteredColumn
from toolkit.transfer.judge.kinds import KindTally, MixedColumn, mixed_column
from toolkit.transfer.judge.pending import is_pending
from toolkit.transfer.judge.plan import TablePlan
from toolkit.transfer.judge.rejects import Cause, Reject, display, is_secret, reject_of
from toolkit.transfer.judge.rows import Row, Tokens, takes
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
        self.filtered: Counter[str] = Counter()
        """By table: rows that its `where` does not take. They are not among its rows."""
        self.warnings: list[str] = []
        """What looks wrong and breaks no rule, as sentences."""
        self.alterations = Alterations()
        self.kinds: dict[tuple[str, str], KindTally] = {}
        self.passed: dict[str, list[Row]] = {}
        """By table: the rows that its `where` does not take."""
        self._places: dict[str, dict[Tokens, Row]] = {}
        self._paths: dict[tuple[str, str], FieldPath] = {}
        self._masked: set[tuple[str, str]] = set()
        self._masked_fields: set[str] = set()

    @property
    def altered(self) -> tuple[AlteredColumn, ...]:
        """What the mapping altered in rows that are neither rejected nor merged, as they are now."""
        return self.alterations.counted(self._masked)

    @property
    def mixed(self) -> tuple[MixedColumn, ...]:
        """The columns that get more than one kind of JSON value, with the first example of each."""
        return tuple(
            mixed_column(table, name, tally, masked=(table, name) in self._masked)
            for (table, name), tally in self.kinds.items()
            if tally.mixed
        )

    @property
    def rejected(self) -> int:
        """How many rows and broken records are rejected."""
        return sum(self.broken.values()) + sum(row.rejected for rows in self.rows.values() for row in rows)

    @property
    def dependants(self) -> int:
        """How many of the rejected rows have nothing against them but another row's reject."""
        blamed = {(told.table, told.ordinal) for told in self.rejects if told.caused_by is None}
        return len({(told.table, told.ordinal) for told in self.rejects} - blamed)

    def enter(self, table: TablePlan, found: Iterable[Row | tuple[Place, UnfitError]]) -> None:
        """Take in the rows of a table."""
        rows: list[Row] = []
        for item in found:
            if not isinstance(item, Row):
                self.broken[table.name] += 1
                self._broken(table.name, *item)
            elif table.rule.where and not takes(table, item):
                self.filtered[table.name] += 1
                self.passed.setdefault(table.name, []).append(item)
            else:
                rows.append(item)
        self.rows[table.name] = rows
        for name, column in table.made.items():
            if column.rule.path is not None and column.rule.path.names:
                self._paths[table.name, name] = column.rule.path
            if column.masked:
                self._masked.add((table.name, name))
                self._masked_fields |= set(column.rule.path.names[-1:] if column.rule.path else ())
        self._places[table.name] = {row.place.spot: row for row in rows}

    def enter_broken(self, table: str, record: SourceRecord) -> None:
        """Take in a record that cannot be trusted as a whole."""
        self.broken[table] += 1
        for flaw in record.flaws:
            error = UnfitError(flaw.code, flaw.reason, flaw.hint)
            secret = is_secret(flaw.field) or flaw.field.rpartition(".")[2] in self._masked_fields
            value = display(flaw.shown, masked=True) if secret and flaw.shown else flaw.shown
            self._broken(table, record.place, error, field=flaw.field or None, value=value or None)

    def at(self, table: str, spot: Tokens) -> Row | None:
        """The row of `table` that stands at this place: in this file of its source, behind these tokens."""
        return self._places[table].get(spot)

    def keys(self, table: TablePlan) -> Iterator[tuple[str, str]]:
        """The legacy key and the key of each row that stands, where the section has legacy keys."""
        for row in self.rows[table.name]:
            key = row.cells.get(str(table.key))
            if row.legacy is not None and isinstance(key, str) and not (row.rejected or is_pending(key)):
                yield row.legacy, key

    def reject(
        self,
        row: Row,
        error: UnfitError,
        *,
        column: str | None = None,
        field: str | None = None,
        value: str | None = None,
        inside: tuple[str | int, ...] = (),
        sqlstate: str | None = None,
        constraint: str | None = None,
        clashes_with: str | None = None,
        cause: Row | None = None,
    ) -> None:
        """Reject a row for one reason; it may have more. A mapped column names its field by itself."""
        row.cause = None if cause is None else cause.root if not row.rejected else row.cause
        row.rejected = True
        path = self._paths.get((row.table, column or ""))
        if field is None and path is not None:
            field, inside = str(path), path.names
        told = reject_of(
            row.place.inside(*inside, *error.inside),
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
            clashes_with=clashes_with,
            caused_by=None if cause is None else _cause_of(cause),
        )
        self.rejects.append(told)

    def reject_dependant(self, row: Row, column: str, parent: Row | None) -> None:
        """Reject a row because a row it depends on is rejected, or was never to be had."""
        hint = "Mend that row; there may be nothing wrong with this one."
        error = UnfitError("parent_rejected", "the row it refers to is rejected", hint)
        self.reject(row, error, column=column, cause=parent)

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


def _cause_of(row: Row) -> Cause:
    root = row.root
    return Cause(root.table, root.ordinal, root.place.source, root.place.pointer)
