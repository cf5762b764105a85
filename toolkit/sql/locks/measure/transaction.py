"""Measures a statement inside a transaction that is rolled back: its locks are all held when it ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import psycopg2

from toolkit.sql.locks.measure.observation import Observation
from toolkit.sql.locks.measure.sessions import Session, rows, run
from toolkit.sql.locks.measure.world import (
    Counters,
    flush_counters,
    look_at_relations,
    look_for_invalid,
    read_counters,
)
from toolkit.sql.locks.modes import mode_from_pg_locks

_OWN_LOCKS: Final = """
select relation::int8, mode from pg_locks
where pid = pg_backend_pid() and locktype = 'relation'
  and database = (select oid from pg_database where datname = current_database())
"""
NOT_IN_A_TRANSACTION: Final = "25001"
"""SQLSTATE: the statement cannot run inside a transaction block."""


def observe_in_transaction(worker: Session, watcher: Session, statement: str) -> Observation:
    """What the statement does; nothing stays. `refused` is set if the server does not do it."""
    observation = Observation(before=look_at_relations(watcher))
    invalid = look_for_invalid(watcher)
    counted = flushed_counters(worker, watcher)
    run(worker, "begin")
    try:
        run(worker, statement)
        for oid, mode in rows(worker, _OWN_LOCKS):
            observation.saw_lock(oid, mode_from_pg_locks(mode))
        observation.after = look_at_relations(worker)
        observation.made_invalid = bool(look_for_invalid(worker) - invalid)
    except psycopg2.Error as error:
        observation.refused = error.pgcode
    run(worker, "rollback")
    if observation.refused is None:
        observation.read = difference(flushed_counters(worker, watcher), counted)
    return observation


def flushed_counters(worker: Session, watcher: Session) -> Mapping[int, Counters]:
    """The counters with all that the worker has done."""
    flush_counters(worker)
    return read_counters(watcher)


def difference(now: Mapping[int, Counters], then: Mapping[int, Counters]) -> Mapping[int, Counters]:
    """What was read between two readings."""
    zero = Counters()
    return {
        oid: Counters(
            counted.tuples - then.get(oid, zero).tuples, counted.blocks - then.get(oid, zero).blocks
        )
        for oid, counted in now.items()
    }
