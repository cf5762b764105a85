"""Rules on SET: lock_timeout, and settings that do not hold or hold too long."""

from __future__ import annotations

import re
from typing import Final

from toolkit.migrate.lint.act import Act, in_transactions
from toolkit.migrate.lint.impact import impact_of
from toolkit.migrate.lint.revision import RevisionScope
from toolkit.migrate.lint.rule import INFO, WARNING, Found, Said, revision_rule, statement_rule
from toolkit.sql.classify import StatementKind

_K = StatementKind
_LONGEST_MS: Final = 10_000
_UNITS: Final = {"": 1, "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_SAFE_SQL: Final = "SET LOCAL lock_timeout = '3s'; ALTER TABLE tasks ADD COLUMN colour text;"
_SAFE_OPERATIONS: Final = """
op.execute("SET LOCAL lock_timeout = '3s'")
op.add_column("tasks", sa.Column("colour", sa.Text()))
"""


def _milliseconds(value: str) -> int | None:
    found = re.fullmatch(r"\s*(\d+)\s*([a-z]*)\s*", value.lower())
    return int(found[1]) * _UNITS[found[2]] if found and found[2] in _UNITS else None


def _blocks(act: Act) -> bool:
    return any(
        impact.blocks_reads or impact.blocks_writes
        for impact in (impact_of(act, part, verdict) for part, verdict in act.parts)
    )


@revision_rule(
    "lock-timeout-missing",
    INFO,
    name="Strong lock without a lock_timeout",
    why="The statement waits for the longest query on the table, and everybody who comes later waits "
    "behind it. "
    "`neonkit upgrade` bounds every statement itself; Alembic alone does not.",
    example="ALTER TABLE tasks ADD COLUMN colour text;",
    safe="SET LOCAL lock_timeout first, and run the revision again when it gave way.",
    safe_sql=_SAFE_SQL,
    safe_operations=_SAFE_OPERATIONS,
)
def lock_timeout_missing(scope: RevisionScope) -> Found:
    """The first statement of a revision that blocks users of a table, with no lock_timeout set."""
    for act in scope.acts:
        if _blocks(act):
            if act.settings.get("lock_timeout") is None:
                yield Said("Nothing bounds how long it waits, and who waits behind it.", scope.id, act=act)
            return


@statement_rule(
    "lock-timeout-too-long",
    WARNING,
    name="lock_timeout that is no bound",
    why="While the statement waits, everybody who comes later waits behind it: for that long. 0 means "
    "for ever.",
    example="SET LOCAL lock_timeout = '1min'; ALTER TABLE tasks ADD COLUMN colour text;",
    safe="A few seconds at most, and another try.",
    safe_sql=_SAFE_SQL,
    safe_operations=_SAFE_OPERATIONS,
)
def lock_timeout_too_long(act: Act) -> Found:
    """A statement that blocks users of a table under a lock_timeout of zero or of more than ten seconds."""
    value = act.settings.get("lock_timeout")
    bound = _milliseconds(value) if value is not None else None
    if bound is not None and (bound == 0 or bound > _LONGEST_MS) and _blocks(act):
        yield Said(f"With lock_timeout {value} others wait that long behind it.")


@revision_rule(
    "lock-timeout-set-late",
    WARNING,
    name="lock_timeout set after the first lock",
    why="The statements before it wait without a bound.",
    example="ALTER TABLE tasks ADD COLUMN colour text; SET LOCAL lock_timeout = '3s'; "
    "ALTER TABLE tasks ADD COLUMN shape text;",
    safe="Set it first.",
    safe_sql=_SAFE_SQL,
    safe_operations=_SAFE_OPERATIONS,
)
def lock_timeout_set_late(scope: RevisionScope) -> Found:
    """SET lock_timeout after a statement of the same transaction that blocks users of a table."""
    for acts in in_transactions(scope.acts):
        blocked = False
        for act in acts:
            for part in act.of(_K.SET, _K.SET_LOCAL):
                late = part.attributes.get("setting") == "lock_timeout" and blocked
                if late and "lock_timeout" not in act.settings:
                    yield Said("A statement before it waits without a bound.", act=act)
            blocked = blocked or _blocks(act)


@statement_rule(
    "set-local-outside-transaction",
    WARNING,
    name="SET LOCAL outside of a transaction",
    why="It has no effect but a warning that nobody reads.",
    example="COMMIT; SET LOCAL lock_timeout = '3s'; DROP INDEX CONCURRENTLY ix_tasks_status;",
    safe="SET, and RESET at the end of the block.",
    safe_sql="COMMIT; SET statement_timeout = 0; DROP INDEX CONCURRENTLY ix_tasks_status; RESET "
    "statement_timeout;",
    safe_operations="""
with op.get_context().autocommit_block():
    op.execute("SET statement_timeout = 0")
    op.drop_index("ix_tasks_status", "tasks", postgresql_concurrently=True)
    op.execute("RESET statement_timeout")
""",
)
def set_local_outside_transaction(act: Act) -> Found:
    """SET LOCAL in an autocommit block."""
    if act.transaction is None:
        for part in act.of(_K.SET_LOCAL):
            yield Said(f"SET LOCAL {part.attributes['setting']} has no effect here.")


@revision_rule(
    "session-setting-leaks",
    WARNING,
    name="Setting that outlives the revision",
    why="SET holds for the connection: later revisions of the same run have it, too, and after a "
    "rollback it is "
    "gone again.",
    example="SET lock_timeout = '3s'; ALTER TABLE tasks ADD COLUMN colour text;",
    safe="SET LOCAL in a transaction; SET and RESET in an autocommit block.",
    safe_sql=_SAFE_SQL,
    safe_operations=_SAFE_OPERATIONS,
)
def session_setting_leaks(scope: RevisionScope) -> Found:
    """SET without LOCAL that no RESET of the revision takes back. In a SQL file it is nobody's business."""
    if scope.is_file:
        return
    reset = {part.attributes["setting"]: act.number for act in scope.acts for part in act.of(_K.RESET)}
    for act in scope.acts:
        for part in act.of(_K.SET):
            name = part.attributes["setting"]
            if max(reset.get(name, -1), reset.get("all", -1)) < act.number:
                yield Said(f"{name} holds for later revisions, too.", name, act=act)
