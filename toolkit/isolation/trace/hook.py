"""The audit on an engine: every statement that goes to the driver is heard.

Who acts is told by `acting_as`, or read from the statement that sets the identity, as `user_session` does.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import Any, Final
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Table, event, inspect
from sqlalchemy.orm import Mapper, Session

from toolkit.isolation.trace.audit import StatementAudit
from toolkit.isolation.trace.grounds import Grounds
from toolkit.models.ownership import OwnershipGraph

_acting: ContextVar[object | None] = ContextVar("acting", default=None)
_SETS: Final = re.compile(
    r"set_config\s*\(\s*(?P<name>'[^']*'|%\(\w+\)s)\s*,\s*%\((?P<value>\w+)\)s", re.IGNORECASE
)
_FUNCTIONS: Final = (
    "SELECT DISTINCT p.proname FROM pg_proc p"
    " LEFT JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'"
    " WHERE p.pronamespace = 'pg_catalog'::regnamespace OR d.objid IS NOT NULL"
)


@contextmanager
def acting_as(user: object) -> Iterator[None]:
    """Statements inside are the user's."""
    token = _acting.set(user)
    try:
        yield
    finally:
        _acting.reset(token)


def grounds_of(engine: Engine, graph: OwnershipGraph, setting: str = "app.user_id") -> Grounds:
    """What statements on this database are read against: its search path and its functions are asked."""
    with engine.connect() as connection:
        return _asked(Grounds.of(graph, setting), connection.connection)


def _asked(grounds: Grounds, connection: Any) -> Grounds:
    """With what the server of a driver's connection knows."""
    cursor = connection.cursor()
    try:
        cursor.execute(_FUNCTIONS)
        functions = frozenset(name for (name,) in cursor.fetchall())
        cursor.execute("SELECT unnest(current_schemas(false))")
        return replace(grounds, search_path=tuple(name for (name,) in cursor.fetchall()), functions=functions)
    finally:
        cursor.close()


@contextmanager
def listening(audit: StatementAudit, target: Any = Engine) -> Iterator[None]:
    """Hear every statement of an engine, or of all engines, while the block runs.

    If the audit does not know the server's functions, they are asked before the first statement.
    """
    hook = _Hook(audit)
    heard = (
        (target, "before_cursor_execute", hook.before),
        (target, "commit", hook.ended),
        (target, "rollback", hook.ended),
        (Mapper, "load", hook.loaded),
        (Session, "pending_to_persistent", hook.stored),
    )
    for whom, what, listener in heard:
        event.listen(whom, what, listener)
    try:
        yield
    finally:
        for whom, what, listener in heard:
            event.remove(whom, what, listener)


class _Hook:
    """The listeners; kept as attributes, because only the same object can be taken off again."""

    def __init__(self, audit: StatementAudit) -> None:
        self._audit = audit
        self._users: WeakKeyDictionary[Any, object] = WeakKeyDictionary()
        self._last = threading.local()
        self.before = self._before
        self.ended = self._ended
        self.loaded = self._loaded
        self.stored = self._stored

    def _before(
        self, connection: Any, _cursor: Any, statement: str, values: Any, context: Any, _many: bool
    ) -> None:
        if "set_config" in statement and (found := _SETS.search(statement)) and isinstance(values, dict):
            name = found["name"]
            given = name.strip("'") if name.startswith("'") else values.get(name[2:-2])
            if given == self._audit.grounds.setting:
                self._users[connection] = values.get(found["value"])
                return
        if self._audit.grounds.functions is None:
            self._audit.grounds = _asked(self._audit.grounds, connection.connection)
        acting = _acting.get()
        user = acting if acting is not None else self._users.get(connection)
        self._last.user = user
        plain = not values and context is not None and context.execution_options.get("no_parameters", False)
        self._audit.hear(statement, values, user, formatted=not plain)

    def _ended(self, connection: Any) -> None:
        self._users.pop(connection, None)

    def _loaded(self, target: Any, _context: Any) -> None:
        self._learn(target)

    def _stored(self, _session: Any, instance: Any) -> None:
        self._learn(instance)

    def _learn(self, instance: Any) -> None:
        state = inspect(instance)
        table = state.mapper.local_table
        if state.key is not None and isinstance(table, Table):
            shape = self._audit.grounds.table(table.schema, table.name)
            if shape is not None:
                self._audit.learn(shape.name, state.key[1], getattr(self._last, "user", None))
