"""The audit on an engine: every statement that goes to the driver is heard.

Who acts is told by `acting_as`, or read from the statement that sets the identity, as `user_session` does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import Any, Final
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, event, text

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
    """What statements on this database are read against: its search path and its own functions are asked."""
    with engine.connect() as connection:
        functions = frozenset(connection.execute(text(_FUNCTIONS)).scalars())
        path = tuple(connection.execute(text("SELECT unnest(current_schemas(false))")).scalars())
    return replace(Grounds.of(graph, setting), search_path=path, functions=functions)


@contextmanager
def listening(audit: StatementAudit, target: Any = Engine) -> Iterator[None]:
    """Hear every statement of an engine, or of all engines, while the block runs."""
    hook = _Hook(audit)
    event.listen(target, "before_cursor_execute", hook.before)
    for end in ("commit", "rollback"):
        event.listen(target, end, hook.ended)
    try:
        yield
    finally:
        event.remove(target, "before_cursor_execute", hook.before)
        for end in ("commit", "rollback"):
            event.remove(target, end, hook.ended)


class _Hook:
    def __init__(self, audit: StatementAudit) -> None:
        self._audit = audit
        self._users: WeakKeyDictionary[Any, object] = WeakKeyDictionary()
        self.before: Callable[..., None] = self._before
        self.ended: Callable[..., None] = self._ended

    def _before(
        self, connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: bool
    ) -> None:
        if "set_config" in statement and (found := _SETS.search(statement)) and isinstance(values, dict):
            name = found["name"]
            given = name.strip("'") if name.startswith("'") else values.get(name[2:-2])
            if given == self._audit.grounds.setting:
                self._users[connection] = values.get(found["value"])
                return
        user = _acting.get()
        self._audit.hear(statement, values, user if user is not None else self._users.get(connection))

    def _ended(self, connection: Any) -> None:
        self._users.pop(connection, None)
