"""How the server looks after a table."""

from __future__ import annotations

from toolkit.schema.advice.fixes import alter, statements, words
from toolkit.schema.advice.rule import ERROR, INFO, WARNING, Advice, Found, rule
from toolkit.schema.advice.scope import Scope


@rule(
    "unlogged-table",
    WARNING,
    name="Table that a crash empties",
    why="Nothing of an unlogged table is in the log: after a crash it is empty, it is on no replica, and "
    "on a service that starts computes afresh it may be empty after any pause.",
    example="CREATE UNLOGGED TABLE carts (id bigint PRIMARY KEY);",
    fix="`SET LOGGED`, which writes the table out once; or keep it, for what may be lost.",
)
def unlogged_table(scope: Scope) -> Found:
    """A table declared UNLOGGED."""
    for table in scope.every_table:
        if table.persistence == "unlogged":
            yield Advice(
                table.key,
                f"{table.qualified} is unlogged: a crash empties it.",
                alter("write it to the log like any other", table.qualified, "SET LOGGED"),
                {"rows": scope.rows(table.qualified)},
            )


@rule(
    "autovacuum-disabled",
    WARNING,
    name="Table that nobody cleans",
    why="Without autovacuum dead rows stay, estimates grow old and, at last, the server stops everything "
    "to save itself from running out of transaction numbers.",
    example="CREATE TABLE queue (id bigint PRIMARY KEY) WITH (autovacuum_enabled = false);",
    fix="Reset the parameter; tune the thresholds instead.",
)
def autovacuum_disabled(scope: Scope) -> Found:
    """A table with the storage parameter `autovacuum_enabled` off."""
    for table in scope.every_table:
        for option in table.options:
            name, _, value = option.partition("=")
            if name in ("autovacuum_enabled", "toast.autovacuum_enabled") and value in (
                "false",
                "off",
                "0",
                "no",
            ):
                yield Advice(
                    table.key,
                    f"Autovacuum is off for {table.qualified}.",
                    alter("let it be cleaned", table.qualified, f"RESET ({name})"),
                    {"option": option},
                )


@rule(
    "table-never-analyzed",
    INFO,
    name="Table that the planner knows nothing about",
    why="Without statistics plans are guesses; after a load the first queries are the worst.",
    example="-- written to, never analyzed\nCREATE TABLE events (id bigint PRIMARY KEY);",
    fix="`ANALYZE`.",
    needs_statistics=True,
)
def table_never_analyzed(scope: Scope) -> Found:
    """A table with more than 1,000 rows changed and no ANALYZE since counting began, by hand or automatic."""
    for table in scope.every_table:
        known = scope.table_statistics(table.qualified)
        if known is None or table.partition_key is not None:
            continue
        if known.last_analyze is None and known.modified_since_analyze > scope.settings.small_rows:
            yield Advice(
                table.key,
                f"{table.qualified} had {known.modified_since_analyze:,} rows changed and was never"
                " analyzed.",
                statements("gather statistics", f"ANALYZE {table.qualified}"),
                {"changed rows": known.modified_since_analyze, "rows": known.rows},
            )


@rule(
    "table-empty",
    INFO,
    name="Table without rows",
    why="Often it is left over, or what should fill it does not run.",
    example="-- no page, no row\nCREATE TABLE leftovers (id bigint PRIMARY KEY);",
    fix="Confirm that it is still wanted.",
    needs_statistics=True,
)
def table_empty(scope: Scope) -> Found:
    """A table that takes no page and was never written to since counting began."""
    for table in scope.every_table:
        known = scope.table_statistics(table.qualified)
        if known is None or table.partition_key is not None or table.partition_of is not None:
            continue
        if not known.rows and not known.inserted and not known.pages:
            yield Advice(
                table.key,
                f"{table.qualified} has no rows.",
                words("confirm that it is still wanted"),
                {"inserted": known.inserted, "bytes": known.bytes},
            )


@rule(
    "xid-age-high",
    WARNING,
    name="Table close to running out of transaction numbers",
    why="At two billion transactions the server refuses to write. Autovacuum begins a forced run at the "
    "freeze age; a table that stays beyond it is not being vacuumed: a long transaction or a slot may "
    "hold it.",
    example="-- older than autovacuum_freeze_max_age\nCREATE TABLE archive (id bigint PRIMARY KEY);",
    fix="End what holds the oldest snapshot, then `VACUUM (FREEZE)`.",
    needs_statistics=True,
)
def xid_age_high(scope: Scope) -> Found:
    """A table whose oldest transaction is older than `autovacuum_freeze_max_age`; twice that is an error."""
    limit = scope.statistics.freeze_max_age
    for table in scope.every_table:
        known = scope.table_statistics(table.qualified)
        if known is not None and known.xid_age > limit:
            yield Advice(
                table.key,
                f"{table.qualified} is {known.xid_age:,} transactions old; it should be frozen by {limit:,}.",
                statements(
                    "end the transactions that hold it back, then freeze it",
                    f"VACUUM (FREEZE) {table.qualified}",
                ),
                {"age": known.xid_age, "limit": limit},
                ERROR if known.xid_age > 2 * limit else None,
            )
