"""Rules on views and materialized views."""

from __future__ import annotations

from toolkit.migrate.lint.act import Act
from toolkit.migrate.lint.catalogue.speaking import about, each_blocking, each_hurting, names, used
from toolkit.migrate.lint.rule import ERROR, INFO, WARNING, Found, Said, statement_rule
from toolkit.sql.classify import StatementKind

_K = StatementKind


@statement_rule(
    "matview-refresh-blocking",
    ERROR,
    name="REFRESH without CONCURRENTLY",
    why="Nobody reads the materialized view until its query has run through.",
    example="REFRESH MATERIALIZED VIEW totals;",
    safe="REFRESH MATERIALIZED VIEW CONCURRENTLY; it needs a unique index over plain columns.",
    safe_sql="REFRESH MATERIALIZED VIEW CONCURRENTLY totals;",
    safe_operations='op.execute("REFRESH MATERIALIZED VIEW CONCURRENTLY totals")',
)
def matview_refresh_blocking(act: Act) -> Found:
    """REFRESH MATERIALIZED VIEW without CONCURRENTLY."""
    yield from each_hurting(act, "Refreshing {0}", _K.REFRESH_MATERIALIZED_VIEW_BLOCKING)


@statement_rule(
    "view-replace",
    INFO,
    name="View replaced",
    why="Readers of the view wait until the transaction ends; columns can be added at the end only.",
    example="CREATE OR REPLACE VIEW open_tasks AS SELECT id, title, due FROM tasks;",
    safe="Keep it last in its transaction, under a short lock_timeout.",
)
def view_replace(act: Act) -> Found:
    """CREATE OR REPLACE VIEW of a view that earlier revisions made."""
    yield from each_blocking(act, "Replacing {0}", _K.REPLACE_VIEW)


@statement_rule(
    "view-drop",
    WARNING,
    name="View dropped",
    why="Code that still reads it fails at once, and its grants are gone if it is made again.",
    example="DROP VIEW open_tasks;",
    safe="Stop reading it first; in the same transaction make what replaces it, with its grants.",
)
def view_drop(act: Act) -> Found:
    """DROP VIEW or DROP MATERIALIZED VIEW."""
    for part in used(act, _K.DROP_VIEW, _K.DROP_MATERIALIZED_VIEW):
        yield Said(f"Code that still reads {names(part)} fails at once.", about=about(part))
