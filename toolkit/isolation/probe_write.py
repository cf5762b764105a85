"""What every try to write needs: what it gives, and the fingerprint of the rows that are not the user's.

Whether a row of others was reached is told by comparing all of them before and after, as the observer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import text

from toolkit.isolation.attempt import Outcome, Stage
from toolkit.isolation.catalog import Column
from toolkit.isolation.grounds import OwnedTable, sql_name

Fingerprint = Callable[[], object]


@dataclass(frozen=True, slots=True)
class WriteProbe:
    """The control on A's own row, and every attempt by name."""

    own: Outcome
    attempts: Mapping[str, Outcome] = field(default_factory=dict)


def fingerprint(stage: Stage, table: OwnedTable, a: str) -> Fingerprint:
    """The state of all rows that are not A's: how many, and a sum over their places; every write moves it."""
    question = (
        f"SELECT count(*) AS rows, sum(pg_catalog.hashtextextended("
        f"t0.tableoid::text || ' ' || t0.ctid::text, 0)) AS places"
        f" FROM {table.source} WHERE {table.owner} IS DISTINCT FROM :a"
    )
    return lambda: stage.observe(question, a=a)


def row_values(
    stage: Stage, table: OwnedTable, columns: tuple[Column, ...], key: str
) -> dict[str, str | None]:
    """A row as texts, as the observer sees it."""
    names = ", ".join(f"t0.{sql_name(column.name)}::text AS {sql_name(column.name)}" for column in columns)
    return dict(stage.observe(f"SELECT {names} FROM {table.sql} AS t0 WHERE {table.key} = :key", key=key)[0])


def ignore_keys(stage: Stage) -> None:
    """Let foreign keys and triggers sleep until the end of the savepoint. Needs a superuser."""
    stage.connection.execute(text("SELECT set_config('session_replication_role', 'replica', true)"))


def heed_keys(stage: Stage) -> None:
    """Wake them again."""
    stage.connection.execute(text("SELECT set_config('session_replication_role', 'origin', true)"))
