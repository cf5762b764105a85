"""The ear of a trial: every statement of a run with its values, its line, its transaction and its doings.

Which statements belong to a revision is for the recorder of the run to say: it tells each by an event, and
only what it tells is kept. So the two never disagree, and what `env.py` or neonkit itself sends is left out.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FrameType
from typing import Any, Final, Protocol

from sqlalchemy.engine import Connection, Engine

from toolkit.events import Event, RevisionFinished, RevisionStarted, StatementFinished
from toolkit.migrate.listening import listening
from toolkit.migrate.redirect import MARK
from toolkit.migrate.trial.binds import rendered
from toolkit.migrate.trial.knowing import SessionKnowledge
from toolkit.migrate.trial.looking import Ask, Sight, asking, look, resolved
from toolkit.migrate.trial.values import SeenLock, TriedRevision, TriedStatement, Work
from toolkit.sql.classify import Classified, RelationName, Role, classify
from toolkit.sql.errors import SqlSyntaxError
from toolkit.sql.locks.verdict import verdict_of

_NOT_LOOKED_AT: Final = frozenset({"VariableSetStmt", "VariableShowStmt", "TransactionStmt"})
"""A look before `SET TRANSACTION` would make it too late for it."""


class Watch(Protocol):
    """Somebody who watches statements from a session of their own."""

    def begins(self, pid: int, autocommit: bool, relations: Iterable[int]) -> None:
        """A statement is about to run in the backend `pid`, and names the relations."""
        ...

    def ends(self) -> tuple[Mapping[int, Any] | None, Work | None]:
        """It ended: the strongest lock seen by relation, and its work, where they were watched."""
        ...

    def transaction_ended(self, pid: int) -> None:
        """The backend committed or rolled back."""
        ...


@dataclass(slots=True)
class _Running:
    """A statement on its way."""

    template: str
    sql: str
    autocommit: bool
    line: int | None
    classified: Classified | None
    names: Mapping[RelationName, int]
    pid: int
    begun: float
    found: TriedStatement | None = None


@dataclass(slots=True)
class _Revision:
    revision: str
    message: str
    path: Path | None
    direction: Any
    statements: list[TriedStatement] = field(default_factory=list)
    seconds: float | None = None


class Ear:
    """Hears one run of a project in a copy."""

    def __init__(
        self, paths: Mapping[str, Path], version_tables: Iterable[str], major: int, watch: Watch | None = None
    ) -> None:
        self._paths = paths
        self._version_tables = frozenset(version_tables)
        self._major = major
        self._watch = watch
        self._sights: dict[int, Sight] = {}
        self._pids: dict[int, int] = {}
        self._transaction = 1
        self._used = False
        self._running: list[_Running] = []
        """The newest last: looks of the run's recorder may come between a statement's begin and end."""
        self._taken: dict[int, list[tuple[_Revision, int, float]]] = {}
        self._revisions: list[_Revision] = []

    def listening(self) -> AbstractContextManager[None]:
        """Hear the engines while the block runs."""
        return listening(
            (Engine, "before_cursor_execute", self._begins),
            (Engine, "after_cursor_execute", self._ended),
            (Engine, "commit", self._transaction_ended),
            (Engine, "rollback", self._rolled_back),
        )

    def hear(self, event: Event) -> None:
        """An event of the run."""
        if isinstance(event, RevisionStarted):
            path = self._paths.get(event.revision)
            self._running.clear()
            self._revisions.append(_Revision(event.revision, event.message, path, event.direction))
        elif isinstance(event, RevisionFinished) and self._revisions:
            self._revisions[-1].seconds = event.seconds
        elif isinstance(event, StatementFinished) and self._revisions:
            ended = [one for one in self._running if one.template == event.sql and one.found is not None]
            if ended:
                self._keep(ended[-1], event)
                self._running.clear()

    def revisions(self) -> tuple[TriedRevision, ...]:
        """What was heard."""
        return tuple(self._value(one) for one in self._revisions)

    def _value(self, one: _Revision) -> TriedRevision:
        failed = None
        if one is self._revisions[-1] and one.seconds is None:
            failed = next((each for each in reversed(self._running) if each.found is None), None)
        return TriedRevision(
            one.revision,
            one.message,
            one.path,
            tuple(one.statements),
            one.seconds,
            one.direction,
            None if failed is None else failed.sql,
            None if failed is None else failed.line,
        )

    def _keep(self, running: _Running, event: StatementFinished) -> None:
        revision, found = self._revisions[-1], running.found
        assert found is not None
        kept = replace(found, number=len(revision.statements) + 1, seconds=event.seconds, rows=event.rows)
        revision.statements.append(kept)
        if kept.locks and kept.transaction is not None:
            taken = self._taken.setdefault(running.pid, [])
            taken.append((revision, len(revision.statements) - 1, running.begun))

    def _begins(
        self, conn: Connection, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
    ) -> None:
        del cursor, context
        if not self._hears(conn):
            return
        sql = rendered(None, statement, parameters, many=many, percent=_writes_percent(conn))
        classified = _classified(sql)
        names: Mapping[RelationName, int] = {}
        ask, key = asking(conn), id(conn.connection.dbapi_connection)
        self._used = True
        autocommit = _commits_by_itself(conn)
        if _may_be_looked_at(classified):
            if key not in self._sights:
                self._look_first(key, ask)
            sight = self._sights[key]
            if sight.counters is None:
                sight.counters = look(ask).counters
            if classified is not None:
                classified = classify(classified.statement, SessionKnowledge(ask))
                names = resolved(ask, _named(classified))
        pid = self._pids.get(key, 0)
        if self._watch is not None and pid:
            self._watch.begins(pid, autocommit, names.values())
        begun = time.perf_counter()
        self._running.append(
            _Running(statement, sql, autocommit, self._line(), classified, names, pid, begun)
        )

    def _ended(
        self, conn: Connection, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
    ) -> None:
        del context
        open_ = [one for one in self._running if one.template == statement and one.found is None]
        if not open_ or not self._hears(conn):
            return
        running = open_[-1]
        seen, work = self._watch.ends() if self._watch is not None and running.pid else (None, None)
        ask, key = asking(conn), id(conn.connection.dbapi_connection)
        sql = rendered(cursor, statement, parameters, many=many, percent=_writes_percent(conn))
        sight = self._sights.get(key, Sight())
        locks: tuple[SeenLock, ...] | None = ()
        before, known = sight.before, sight.relations
        if _may_be_looked_at(running.classified):
            locks, looked = self._look(ask, sight, autocommit=running.autocommit)
            work = work or looked
        if running.autocommit:
            locks = None if seen is None else _seen(seen, known)
            sight.before = sight.relations
        names = tuple(
            (name, known[oid].name) for name, oid in running.names.items() if oid in before and oid in known
        )
        running.found = TriedStatement(
            number=0,
            sql=sql,
            times=len(parameters) if many and parameters else 1,
            line=running.line,
            transaction=None if running.autocommit else self._transaction,
            seconds=0.0,
            rows=None,
            bookkeeping=self._is_bookkeeping(running, known),
            classified=running.classified,
            verdicts=None if running.classified is None else verdict_of(running.classified, self._major),
            names=names,
            locks=locks,
            work=work or Work(),
        )

    def _look_first(self, key: int, ask: Ask) -> None:
        self._sights[key] = look(ask)
        if key not in self._pids:
            self._pids[key] = int(ask("SELECT pg_catalog.pg_backend_pid()")[0][0])

    def _look(self, ask: Ask, sight: Sight, *, autocommit: bool) -> tuple[tuple[SeenLock, ...], Work]:
        """What the statement took and did, and the sight brought up to date."""
        now = look(ask)
        relations, locks, counters = now.relations, now.locks, now.counters or (0, 0)
        taken = {oid: mode for oid, mode in locks.items() if mode > sight.locks.get(oid, 0)}
        known, before = sight.relations, sight.before
        seen = _seen({oid: mode for oid, mode in taken.items() if oid in before}, known)
        files = {
            oid
            for oid, one in relations.items()
            if one.filenode and one.filenode != (known[oid].filenode if oid in known else 0)
        }
        rewritten = [relations[oid].name for oid in files if oid in before and relations[oid].kind in "rm"]
        built = [
            relations[oid].name
            for oid in files
            if relations[oid].kind == "i" and relations[oid].table_oid in before
        ]
        read, changed = (
            max(0, now - then) for now, then in zip(counters, sight.counters or counters, strict=True)
        )
        sight.relations, sight.locks, sight.counters = relations, locks, counters
        work = Work(
            tuple(sorted(rewritten)),
            tuple(sorted(built)),
            None if autocommit else read,
            None if autocommit else changed,
        )
        return seen, work

    def _transaction_ended(self, conn: Connection) -> None:
        if not self._hears(conn):
            return
        key = id(conn.connection.dbapi_connection)
        sight = self._sights.get(key)
        if sight is not None:
            sight.before, sight.locks, sight.counters = sight.relations, {}, None
        self._close(key)

    def _rolled_back(self, conn: Connection) -> None:
        if not self._hears(conn):
            return
        key = id(conn.connection.dbapi_connection)
        self._sights.pop(key, None)
        self._close(key)

    def _close(self, key: int) -> None:
        """The transaction's end: what it held is free, and the next statement is part of another one."""
        now, pid = time.perf_counter(), self._pids.get(key, 0)
        for revision, place, begun in self._taken.pop(pid, []):
            statement = revision.statements[place]
            locks = tuple(replace(lock, held=now - begun) for lock in statement.locks or ())
            revision.statements[place] = replace(statement, locks=locks)
        if self._watch is not None and pid:
            self._watch.transaction_ended(pid)
        if self._used:
            self._transaction += 1
        self._used = False

    def _is_bookkeeping(self, running: _Running, known: Mapping[int, Any]) -> bool:
        if running.line is not None:
            return False
        tables = {known[oid].name.name for oid in running.names.values() if oid in known}
        tables |= {name.name for name in _named(running.classified, new=True)}
        return bool(tables) and tables <= self._version_tables

    def _line(self) -> int | None:
        path = self._revisions[-1].path if self._revisions else None
        if path is None:
            return None
        frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - extract_stack would read every source file
        text = str(path)
        while frame is not None:
            if frame.f_code.co_filename == text:
                return frame.f_lineno
            frame = frame.f_back
        return None

    def _hears(self, conn: Connection) -> bool:
        return not conn.closed and not conn.invalidated and MARK in conn.info


def _seen(taken: Mapping[int, Any], known: Mapping[int, Any]) -> tuple[SeenLock, ...]:
    found = []
    for oid, mode in taken.items():
        one = known.get(oid)
        if one is not None:
            table = known.get(one.table_oid)
            found.append(SeenLock(one.name, one.kind, one.name if table is None else table.name, mode))
    return tuple(sorted(found, key=lambda lock: (-lock.mode, lock.relation)))


def _classified(statement: str) -> Classified | None:
    """What can be said from the text alone; None for what is not one statement."""
    try:
        return classify(statement)
    except SqlSyntaxError:
        return None


def _may_be_looked_at(classified: Classified | None) -> bool:
    return classified is None or classified.statement.node_type not in _NOT_LOOKED_AT


def _named(classified: Classified | None, *, new: bool = False) -> list[RelationName]:
    parts = () if classified is None else classified.parts
    return [one.relation for part in parts for one in part.relations if new or one.role is not Role.NEW]


def _writes_percent(conn: Connection) -> bool:
    return conn.dialect.paramstyle in ("format", "pyformat")


def _commits_by_itself(conn: Connection) -> bool:
    if conn.get_execution_options().get("isolation_level") == "AUTOCOMMIT":
        return True
    return bool(getattr(conn.connection.dbapi_connection, "autocommit", False))
