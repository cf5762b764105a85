"""The statements of a repository over one model within one scope.

Shared by the two kinds of repository; holds no way around its scope. Invariants: every statement carries the
scope and, unless asked otherwise, hides deleted rows; every load goes to the database (`populate_existing`),
so an object that another part of the program left in the session is no way past the scope; writes go by key
*and* scope in one statement; nothing commits. A session without autoflush must flush its own changes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, delete, func, inspect, update
from sqlalchemy.orm import Mapper
from sqlmodel import Session, select
from sqlmodel.sql.expression import SelectOfScalar

from toolkit.models.pagination import count_rows
from toolkit.models.soft_delete import deletion_column, include_deleted

ModelT = TypeVar("ModelT")
Key = Any
"""A primary key: one value, or a tuple in the order of the key's columns."""


class Records(Generic[ModelT]):
    """Reads and writes rows of `model` that fulfil `scope`."""

    def __init__(self, session: Session, model: type[ModelT], scope: Sequence[ColumnElement[bool]]) -> None:
        self.session = session
        self.model = model
        self.deletion = deletion_column(model)
        self._scope = tuple(scope)
        mapper: Mapper[ModelT] = inspect(model)
        names = [mapper.get_property_by_column(column).key for column in mapper.primary_key]
        self._key = [getattr(model, name) for name in names]

    def select(self, *where: ColumnElement[bool], deleted: bool = False) -> SelectOfScalar[ModelT]:
        """The SELECT of all rows in scope that fulfil `where`."""
        statement = select(self.model).where(*self._conditions(deleted), *where)
        statement = statement.execution_options(populate_existing=True)
        return include_deleted(statement) if deleted else statement

    def get(self, key: Key, *, deleted: bool = False, lock: bool = False) -> ModelT | None:
        """The row with that key, or None; with `lock`, locked until the transaction ends."""
        statement = self.select(*self._has_key(key), deleted=deleted)
        return self.session.exec(statement.with_for_update() if lock else statement).one_or_none()

    def count(self, *where: ColumnElement[bool]) -> int:
        """How many rows there are."""
        return count_rows(self.session, self.select(*where))

    def add(self, record: ModelT) -> ModelT:
        """Insert the record and give it what the server filled in."""
        self.session.add(record)
        self.session.flush()
        return record

    def update(self, key: Key, values: dict[str, Any], *, deleted: bool = False) -> ModelT | None:
        """Write the values by key and scope, in one statement. None if there is no such row in scope."""
        if not values:
            return self.get(key, deleted=deleted)
        statement = (
            update(self.model)
            .where(*self._conditions(deleted), *self._has_key(key))
            .values(**values)
            .returning(self.model)
            .execution_options(populate_existing=True, synchronize_session=False)
        )
        return self.session.scalars(include_deleted(statement) if deleted else statement).one_or_none()

    def mark_deleted(self, key: Key) -> bool:
        """Hide the row. Whether there was one."""
        assert self.deletion is not None
        return self.update(key, {self.deletion.key: func.now()}) is not None

    def unmark_deleted(self, key: Key) -> ModelT | None:
        """Show a hidden row again, and give it; None if there is no hidden one."""
        assert self.deletion is not None
        record = self.get(key, deleted=True, lock=True)
        if record is None or getattr(record, self.deletion.key) is None:
            return None
        return self.update(key, {self.deletion.key: None}, deleted=True)

    def remove(self, key: Key) -> bool:
        """Remove the row from the table. Whether there was one, deleted or not."""
        statement = (
            delete(self.model)
            .where(*self._conditions(deleted=True), *self._has_key(key))
            .returning(*self._key)
            .execution_options(synchronize_session="fetch")
        )
        return self.session.exec(include_deleted(statement)).one_or_none() is not None

    def _conditions(self, deleted: bool) -> tuple[ColumnElement[bool], ...]:
        if deleted or self.deletion is None:
            return self._scope
        return (*self._scope, self.deletion.is_(None))

    def _has_key(self, key: Key) -> list[ColumnElement[bool]]:
        values = key if isinstance(key, tuple) else (key,)
        return [column == value for column, value in zip(self._key, values, strict=True)]
