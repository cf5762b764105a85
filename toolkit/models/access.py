"""What every repository can do.

Invariants: each method goes through `Records` and is thereby bound to the scope the repository made them
with; nothing here can see or write past it. Nothing commits: the unit of work ends where it began, at the
edge.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel
from sqlalchemy import ColumnElement
from sqlmodel.sql.expression import SelectOfScalar

from toolkit.models.errors import RecordNotFoundError
from toolkit.models.pagination import KeysetPage, Page, keyset_page, numbered_page
from toolkit.models.records import Key, Records
from toolkit.models.sorting import OrderBy, Ordering
from toolkit.models.values import build, values_from

ModelT = TypeVar("ModelT")


class RecordAccess(Generic[ModelT]):
    """Lists, pages, counts and single records of `model`, and changes to them.

    A key is one value, or a tuple for a composite key.
    Deleted rows are hidden. `where` conditions are joined to the scope by AND. An order that comes from
    outside goes through `client_order` first.
    """

    model: type[ModelT]
    default_order: ClassVar[OrderBy] = ()
    """How lists and pages are ordered if the caller does not say; the key breaks ties."""

    protected: ClassVar[frozenset[str]] = frozenset()
    """Attributes that no schema writes, besides key, timestamps and soft-delete mark."""

    _records: Records[ModelT]
    _protected: frozenset[str]

    def get(self, key: Key, *, include_deleted: bool = False, lock: bool = False) -> ModelT | None:
        """The record, or None; with `lock`, locked against other writers until the transaction ends."""
        return self._records.get(key, deleted=include_deleted, lock=lock)

    def require(self, key: Key, *, include_deleted: bool = False, lock: bool = False) -> ModelT:
        """The record. Raises RecordNotFoundError."""
        return self._found(self.get(key, include_deleted=include_deleted, lock=lock), key)

    def list(
        self, *where: ColumnElement[bool], order: OrderBy | None = None, limit: int | None = None
    ) -> Sequence[ModelT]:
        """The records in order."""
        statement = self.select(*where).order_by(*self._ordering(order).clauses()).limit(limit)
        return self._records.session.exec(statement).all()

    def page(
        self, *where: ColumnElement[bool], number: int = 1, size: int = 50, order: OrderBy | None = None
    ) -> Page[ModelT]:
        """The numbered page and the real total. Raises PageSizeError."""
        session, statement = self._records.session, self.select(*where)
        return numbered_page(session, statement, self._ordering(order), number=number, size=size)

    def keyset_page(
        self,
        *where: ColumnElement[bool],
        size: int = 50,
        cursor: str | None = None,
        order: OrderBy | None = None,
    ) -> KeysetPage[ModelT]:
        """The records next to the cursor, or the first. Raises PageSizeError and InvalidCursorError."""
        session, statement = self._records.session, self.select(*where)
        return keyset_page(session, statement, self._ordering(order), size=size, cursor=cursor)

    def count(self, *where: ColumnElement[bool]) -> int:
        """How many records there are, counted by the server."""
        return self._records.count(*where)

    def select(self, *where: ColumnElement[bool]) -> SelectOfScalar[ModelT]:
        """The SELECT behind lists, pages and counts, for a repository's own queries."""
        return self._records.select(*where)

    def add(self, data: BaseModel, *, leave_out: Collection[str] = (), **values: Any) -> ModelT:
        """A new record from the fields of a create schema, and from `values` of the calling code.

        Raises SchemaFieldError if the schema declares a protected field or one the model does not have, and
        ReferenceNotFoundError for a reference out of the repository's scope.
        """
        written = values_from(data, self.model, protected=self._protected, leave_out=leave_out)
        record: ModelT = build(self.model, self._with_owner({**written, **values}))
        self._check_references(None, lambda: record)
        return self._records.add(record)

    def update(self, key: Key, data: BaseModel, *, leave_out: Collection[str] = (), **values: Any) -> ModelT:
        """Write the fields of an update schema that were given, and `values` of the calling code.

        Raises RecordNotFoundError, SchemaFieldError, NullRefusedError and ReferenceNotFoundError.
        """
        written = values_from(data, self.model, protected=self._protected, leave_out=leave_out, partial=True)
        written.update(values)
        self._refuse_owner(written)
        self._check_references(written, lambda: self.require(key))
        return self._found(self._records.update(key, written), key)

    def delete(self, key: Key) -> None:
        """Hide the record if the model is soft-deleted, else remove it. Raises RecordNotFoundError."""
        hide = self._records.deletion is not None
        if not (self._records.mark_deleted(key) if hide else self._records.remove(key)):
            raise self._missing(key)

    def restore(self, key: Key) -> ModelT:
        """Show a deleted record again. Raises RecordNotFoundError if there is no deleted one."""
        return self._found(self._records.unmark_deleted(key), key)

    def purge(self, key: Key) -> None:
        """Remove the record from the table, deleted before or not. Raises RecordNotFoundError.

        What hangs on it follows the foreign keys' ON DELETE; cascades of relationships do not run.
        """
        if not self._records.remove(key):
            raise self._missing(key)

    def _with_owner(self, values: dict[str, Any]) -> dict[str, Any]:
        """The values of a new record, as this repository's scope has them."""
        return values

    def _refuse_owner(self, values: Mapping[str, Any]) -> None:
        """Refuse a change that would move the record out of this repository's scope."""

    def _check_references(self, changed: Mapping[str, Any] | None, record: Callable[[], ModelT]) -> None:
        """Refuse references out of scope. `changed` is None for a new record; `record` gives the rest."""

    def _ordering(self, order: OrderBy | None) -> Ordering:
        return Ordering.of(self.model, self.default_order if order is None else order)

    def _found(self, record: ModelT | None, key: Key) -> ModelT:
        if record is None:
            raise self._missing(key)
        return record

    def _missing(self, key: Key) -> RecordNotFoundError:
        return RecordNotFoundError(model=self.model.__name__, key=str(key))
