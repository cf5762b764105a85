"""Soft deletion that is never forgotten: sessions that hide deleted rows.

`hide_deleted(session)` makes every ORM statement of that session, or of every session of a session class or
factory, pass over rows whose soft-delete column is set: selects and aliases, joins, counts, subqueries, loads
of relationships (lazy, joined, select-in), bulk updates and deletes. Classes that inherit `SoftDeleted` take
part by themselves, also those that are defined later. The way around is named each time:
`include_deleted(statement)` for one statement, `deleted_included(session)` for a block, its lazy loads
included.

What no ORM criterion reaches, and what therefore still finds deleted rows:
- an object the session already holds: `session.get` and many-to-one loads answer from memory, without SQL;
- `session.refresh` and the reload of expired attributes, which must work on a deleted object in hand;
- tables and text (`select(Task.__table__)`, `text("SELECT ...")`), COPY, and any other driver call;
- writes of single objects (`session.delete(task)`, changed attributes, `session.merge`), which go by key;
- the link rows of a many-to-many relationship, unless the link is a soft-deleted class of its own;
- on SQLAlchemy 2.0: classes that are met only inside EXISTS, `any()` or `has()`.

Repositories filter by themselves and need none of this.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final, TypeVar

from sqlalchemy import event, inspect
from sqlalchemy.orm import (
    InstrumentedAttribute,
    ORMExecuteState,
    Session,
    scoped_session,
    sessionmaker,
    with_loader_criteria,
)
from sqlalchemy.orm.interfaces import ORMOption
from sqlalchemy.sql.base import Executable

from toolkit.models.mixins import SoftDeleted

ExecutableT = TypeVar("ExecutableT", bound=Executable)
Sessions = Session | type[Session] | sessionmaker[Any] | scoped_session[Any]

INCLUDE_DELETED: Final = "include_deleted"
"""The execution option, and the key in `session.info`, that shows deleted rows."""


def deletion_column(model: type[Any]) -> InstrumentedAttribute[Any] | None:
    """The mapped attribute that says when a row was deleted, or None if rows of `model` are removed."""
    name: str | None = getattr(model, "__soft_delete__", None)
    return None if name is None else getattr(model, name)


def hide_deleted(sessions: Sessions, *others: type[Any]) -> None:
    """Hide deleted rows in one session, or in every session of a session class or factory.

    `others` are mapped classes that do not inherit `SoftDeleted` and name their column in `__soft_delete__`.
    """

    def filter_statement(state: ORMExecuteState) -> None:
        if state.is_column_load or not (state.is_select or state.is_update or state.is_delete):
            return
        if state.execution_options.get(INCLUDE_DELETED) or state.session.info.get(INCLUDE_DELETED):
            return
        state.statement = state.statement.options(*_criteria((*_soft_deleted_classes(), *others)))

    event.listen(sessions, "do_orm_execute", filter_statement)


def include_deleted(statement: ExecutableT) -> ExecutableT:
    """The statement, seeing deleted rows. Lazy loads from its results hide them again."""
    return statement.execution_options(**{INCLUDE_DELETED: True})


@contextmanager
def deleted_included(session: Session) -> Iterator[None]:
    """Show deleted rows to everything `session` runs in the block.

    Lazy loads of objects that were loaded before the block still hide them.
    """
    before = session.info.get(INCLUDE_DELETED, False)
    session.info[INCLUDE_DELETED] = True
    try:
        yield
    finally:
        session.info[INCLUDE_DELETED] = before


def _soft_deleted_classes() -> tuple[type[Any], ...]:
    found: dict[type[Any], None] = {}
    todo: list[type[Any]] = [SoftDeleted]
    while todo:
        kind = todo.pop()
        todo.extend(kind.__subclasses__())
        if inspect(kind, raiseerr=False) is not None:
            found[kind] = None
    return tuple(found)


@lru_cache(maxsize=16)
def _criteria(models: tuple[type[Any], ...]) -> tuple[ORMOption, ...]:
    # One criterion per mapped class: SQLModel's mixins have no column attributes to build a common one from.
    # A load of a relationship may carry it twice, from the statement that loaded its parent and from the
    # listener; the parent that was made in the session has it from the listener alone.
    options = []
    for model in models:
        column = deletion_column(model)
        assert column is not None, f"{model.__name__} has no __soft_delete__"
        options.append(with_loader_criteria(model, column.is_(None), include_aliases=True))
    return tuple(options)
