"""Rules on `env.py`, which no revision shows."""

from __future__ import annotations

import ast

from toolkit.migrate.lint.history import HistoryScope
from toolkit.migrate.lint.reading.source import dotted
from toolkit.migrate.lint.rule import ERROR, INFO, WARNING, Found, Said, history_rule

_CONNECTION_METHODS = ("execute", "exec_driver_sql", "scalar", "scalars")


def _executions(scope: HistoryScope) -> list[ast.Call]:
    calls = scope.environment.before_configure if scope.environment else ()
    return [
        call
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in _CONNECTION_METHODS
        and dotted(call.func).startswith(("connection.", "conn."))
    ]


@history_rule(
    "env-executes-before-configure",
    WARNING,
    name="env.py runs SQL before it configures",
    why="SQLAlchemy 2 begins a transaction for it that Alembic does not own: without a commit the "
    "upgrade logs "
    "every revision, ends with 0, and nothing is applied.",
    example="""
with connectable.connect() as connection:
    connection.execute(text("SET search_path TO app"))
    context.configure(connection=connection)
""",
    language="python",
    safe="connection.commit() after it, or move it behind context.configure.",
)
def env_executes_before_configure(scope: HistoryScope) -> Found:
    """A statement on the connection before `context.configure`, with no commit between the two; an error
    then.
    """
    executions = _executions(scope)
    if not executions or scope.environment is None:
        return
    last = max(call.lineno for call in executions)
    commits = [
        call
        for call in scope.environment.before_configure
        if isinstance(call.func, ast.Attribute) and call.func.attr == "commit" and call.lineno >= last
    ]
    if not commits:
        yield Said("Nobody commits the transaction that this begins.", "env.py", severity=ERROR, line=last)


@history_rule(
    "env-lock-on-migration-connection",
    WARNING,
    name="Advisory lock on the migrations' own connection",
    why="Taken before configure it breaks autocommit blocks; waited for, it is a transaction whose snapshot "
    "CREATE INDEX CONCURRENTLY of the holder waits for; through a pooler it guards nothing.",
    example="""
with connectable.connect() as connection:
    connection.execute(text("SELECT pg_advisory_lock(1)"))
    context.configure(connection=connection)
""",
    language="python",
    safe="Leave it to `neonkit upgrade`; or poll pg_try_advisory_lock on an autocommit connection of its "
    "own.",
)
def env_lock_on_migration_connection(scope: HistoryScope) -> Found:
    """`pg_advisory_lock` in a statement before `context.configure`."""
    for call in _executions(scope):
        if any(isinstance(one, ast.Constant) and "advisory" in str(one.value) for one in ast.walk(call)):
            yield Said("The lock lives on the connection that migrates.", "env.py", line=call.lineno)


@history_rule(
    "env-one-transaction-for-all",
    INFO,
    name="All pending revisions in one transaction",
    why="Locks of the first revision are held until the last has ended, so that steps that were parted "
    "for the "
    "sake of short locks are not.",
    example="""
with connectable.connect() as connection:
    context.configure(connection=connection)
""",
    language="python",
    safe="transaction_per_migration=True in context.configure.",
)
def env_one_transaction_for_all(scope: HistoryScope) -> Found:
    """`context.configure` without `transaction_per_migration`."""
    environment = scope.environment
    if environment is not None and not environment.configures_with("transaction_per_migration"):
        yield Said("Pending revisions run in one transaction.", "env.py")
