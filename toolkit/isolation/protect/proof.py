"""Whether a protection keeps its word: applied in a transaction that is rolled back, judged before and after.

The tables are locked for everybody from the first step to the end of the probe, so this is no thing to do to
a production database. Indexes that keys need are built without CONCURRENTLY, which no transaction allows;
those that only make policies fast are left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from toolkit.cancel import CancelToken
from toolkit.database import Database, Job, sqlstate
from toolkit.events import Emit, StepFinished, StepStarted, unheard
from toolkit.isolation.first import verdicts_within
from toolkit.isolation.moment import undone
from toolkit.isolation.protect.compile import compile_protection
from toolkit.isolation.protect.errors import DoesNotApplyError
from toolkit.isolation.protect.step import Protection, Stage, Step
from toolkit.isolation.shapes import shapes_of_snapshot
from toolkit.isolation.subject import may_act
from toolkit.isolation.verdict import IsolationReport
from toolkit.models.ownership import OwnershipRules, build_ownership
from toolkit.schema import read_snapshot
from toolkit.sql.quoting import quote_identifier

_STEP = "protect"
_TOO_LONG = ("57014", "55P03")
"""SQLSTATEs of a statement or a lock that took too long."""


@dataclass(frozen=True, slots=True)
class Protected:
    """What is missing, and the verdicts without and with it; None where nothing was tried."""

    protection: Protection
    before: IsolationReport | None = None
    after: IsolationReport | None = None


def protect(
    database: Database,
    rules: OwnershipRules | None = None,
    *,
    app_role: str | None = None,
    identity_setting: str = "app.user_id",
    identity_function: str | None = None,
    prove: bool = True,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
) -> Protected:
    """Compile what is missing and, with `prove`, try it out in a transaction that is rolled back.

    Raises what `compile_protection` raises, DoesNotApplyError if the server refuses a statement,
    OwnershipRuleError for rules that do not fit the tables, and what `Database.connect` raises.
    """
    with database.connect(Job.MIGRATE, emit=emit, cancel=cancel) as connection, undone(connection):
        snapshot = read_snapshot(connection)
        graph = build_ownership(shapes_of_snapshot(snapshot), rules)
        protection = compile_protection(
            connection,
            snapshot,
            graph,
            app_role=app_role,
            identity_setting=identity_setting,
            identity_function=identity_function,
            cancel=cancel,
        )
        if not prove:
            return Protected(protection)

        def judged(role: str | None) -> IsolationReport:
            shapes = shapes_of_snapshot(read_snapshot(connection))
            return verdicts_within(
                connection,
                build_ownership(shapes, rules),
                app_role=role,
                identity_setting=identity_setting,
                emit=emit,
                cancel=cancel,
            )

        before = judged(protection.role if protection.role_exists else None)
        if not protection.steps:
            return Protected(protection, before, before)
        emit(StepStarted(_STEP, f"{len(protection.steps)} steps, to be rolled back"))
        _apply(connection, protection, cancel)
        emit(StepFinished(_STEP))
        return Protected(protection, before, judged(protection.role))


def _apply(connection: Connection, protection: Protection, cancel: CancelToken | None) -> None:
    for step in protection.steps:
        for sql in step.sql if _decides(step) else ():
            if cancel is not None:
                cancel.raise_if_cancelled()
            _run(connection, re.sub(r"\bINDEX CONCURRENTLY\b", "INDEX", sql, count=1))
    if not may_act(connection, protection.role):
        _run(connection, f"GRANT {quote_identifier(protection.role)} TO CURRENT_USER")


def _decides(step: Step) -> bool:
    """Whether a verdict can depend on it."""
    return step.stage is not Stage.INDEXES or any("UNIQUE" in sql for sql in step.sql)


def _run(connection: Connection, sql: str) -> None:
    try:
        with connection.begin_nested():
            connection.execute(text(sql.replace(":", "\\:")))
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        said = str(error.orig).strip().splitlines()[0]
        raise DoesNotApplyError(sql, said, timed_out=sqlstate(error) in _TOO_LONG) from error
