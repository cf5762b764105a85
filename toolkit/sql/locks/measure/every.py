"""Measures every example, one after the other."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from typing import Final

from psycopg2.extensions import quote_ident

from toolkit.sql.classify import Knowledge, Role, classify
from toolkit.sql.locks.examples import Example, read_examples
from toolkit.sql.locks.matrix import MatrixRow
from toolkit.sql.locks.measure.autocommit import observe_alone
from toolkit.sql.locks.measure.knowing import read_known_facts
from toolkit.sql.locks.measure.observation import as_row
from toolkit.sql.locks.measure.roles import assign_roles, read_bonds
from toolkit.sql.locks.measure.sessions import Connect, Session, open_session, run
from toolkit.sql.locks.measure.transaction import NOT_IN_A_TRANSACTION, observe_in_transaction
from toolkit.sql.locks.measure.world import build_world, look_at_relations

_THIS_DATABASE: Final = "this_database"


def measure_every(connect: Connect, examples: Iterable[Example] | None = None) -> tuple[MatrixRow, ...]:
    """The rows of all examples, as the lock matrix keeps them.

    `connect` opens sessions on an empty database of a throw-away server, as a superuser.
    """
    chosen = read_examples() if examples is None else tuple(examples)
    with closing(open_session(connect)) as watcher, closing(open_session(connect)) as worker:
        build_world(watcher)
        known = {zone: read_known_facts(watcher, zone) for zone in {one.time_zone for one in chosen}}
        found = [measure(connect, watcher, worker, one, known[one.time_zone]) for one in chosen]
    return tuple(sorted(found, key=lambda row: (row.kind, row.statement)))


def measure(
    connect: Connect, watcher: Session, worker: Session, example: Example, known: Knowledge
) -> MatrixRow:
    """The row of one example. The world stands, and is left as it was."""
    statement = example.statement.replace(_THIS_DATABASE, quote_ident(watcher.info.dbname, watcher))
    if example.before is not None:
        run(watcher, example.before)
    classified = classify(statement, known)
    before = look_at_relations(watcher)
    roles = assign_roles(classified, before, read_bonds(watcher))
    run(worker, f"set time zone '{example.time_zone}'")
    observation = observe_in_transaction(worker, watcher, statement)
    if observation.refused == NOT_IN_A_TRANSACTION:
        tables = [
            relation.name
            for relation in before.values()
            if relation.kind in ("r", "p") and roles[relation.name] is not Role.SOURCE
        ]
        observation = observe_alone(connect, watcher, example, statement, tables)
    if example.after is not None:
        run(watcher, example.after)
    if example.before is not None or not observation.transactional:
        build_world(watcher)
    return as_row(example, observation, roles)
