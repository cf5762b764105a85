"""Measures a statement that commits by itself: its locks come and go, so others stand in its way to see them.

The statement runs once per stance of the others. In each, one session per table holds a lock; whenever the
statement waits for one of them, what it holds and what it asks for is written down, and that one lets go. A
lock is seen waiting in the stance that collides with it and with no weaker one that the statement asks for
before, so nothing depends on being quick. What passes between the waits is not looked at: that would be luck.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Final

import psycopg2

from toolkit.sql.locks.examples import Example
from toolkit.sql.locks.measure.observation import Observation
from toolkit.sql.locks.measure.sessions import Connect, Session, open_session, rows, run
from toolkit.sql.locks.measure.transaction import difference, flushed_counters
from toolkit.sql.locks.measure.world import build_world, look_at_relations, look_for_invalid
from toolkit.sql.locks.modes import LockMode, mode_from_pg_locks

_STANCES: Final = (
    LockMode.ACCESS_EXCLUSIVE,
    LockMode.SHARE,
    LockMode.SHARE_UPDATE_EXCLUSIVE,
    LockMode.ROW_EXCLUSIVE,
    LockMode.ACCESS_SHARE,
)
_PAUSE: Final = 0.002
_LONGEST: Final = 60.0

_LOCKS: Final = """
select c.relname, l.mode from pg_locks l join pg_class c on c.oid = l.relation
where l.pid = %s and l.locktype = 'relation' and c.relnamespace = 'public'::regnamespace
"""
_BLOCKERS: Final = "select unnest(pg_blocking_pids(%s))"


class _Run(threading.Thread):
    """The statement on its way."""

    def __init__(self, worker: Session, statement: str) -> None:
        super().__init__(daemon=True)
        self._worker = worker
        self._statement = statement
        self.refused: str | None = None

    def run(self) -> None:
        """Run the statement to its end."""
        try:
            run(self._worker, self._statement)
        except psycopg2.Error as error:
            self.refused = error.pgcode


def observe_alone(
    connect: Connect, watcher: Session, example: Example, statement: str, tables: list[str]
) -> Observation:
    """What the statement does. The world is built anew before each run, and left changed after the last.

    `tables` are those that others use meanwhile. What the example needs first has been done once.
    """
    observation = Observation(transactional=False)
    for stance in _STANCES:
        build_world(watcher)
        with closing(open_session(connect)) as worker, _in_the_way(connect, tables, stance) as others:
            observation.refused = _watch(worker, watcher, statement, others, observation)
        for again in (example.after, example.before):
            if again is not None:
                run(watcher, again)
        if not observation.locks_by_name:
            break  # Held up by nobody though every table was locked whole: it takes no lock on any.
    build_world(watcher)
    _observe_undisturbed(connect, watcher, statement, observation)
    return observation


def _observe_undisturbed(
    connect: Connect, watcher: Session, statement: str, observation: Observation
) -> None:
    """The work that the statement does, with nobody in its way; its locks are known by now."""
    observation.before = look_at_relations(watcher)
    oids = {relation.name: oid for oid, relation in observation.before.items()}
    observation.locks = {oids[name]: mode for name, mode in observation.locks_by_name.items() if name in oids}
    invalid = look_for_invalid(watcher)
    with closing(open_session(connect)) as worker:
        counted = flushed_counters(worker, watcher)
        if observation.refused is None:
            run(worker, statement)
            observation.read = difference(flushed_counters(worker, watcher), counted)
    observation.after = look_at_relations(watcher)
    observation.made_invalid = bool(look_for_invalid(watcher) - invalid)


@contextmanager
def _in_the_way(connect: Connect, tables: list[str], stance: LockMode) -> Iterator[dict[int, Session]]:
    """One session per table that holds a lock on it (and a reader on its indexes), by backend pid."""
    with ExitStack() as stack:
        others = {}
        for table in tables:
            other = stack.enter_context(closing(open_session(connect)))
            run(other, "begin")
            if stance is LockMode.ACCESS_SHARE:
                run(other, f'select from "{table}" limit 0')
            else:
                run(other, f'lock table only "{table}" in {stance.sql} mode')
            others[other.info.backend_pid] = other
        yield others


def _watch(
    worker: Session, watcher: Session, statement: str, others: dict[int, Session], observation: Observation
) -> str | None:
    pid = worker.info.backend_pid
    going = _Run(worker, statement)
    going.start()
    end = time.monotonic() + _LONGEST
    while going.is_alive():
        for (blocker,) in rows(watcher, _BLOCKERS, [pid]):
            if blocker in others:
                # Only now, while it waits: a look at another moment would see what it sees by luck.
                for name, mode in rows(watcher, _LOCKS, [pid]):
                    observation.saw_lock_on(name, mode_from_pg_locks(mode))
                run(others[blocker], "rollback")
        going.join(_PAUSE)
        if time.monotonic() > end:
            raise TimeoutError(f"the statement does not end: {statement}")
    return going.refused
