"""The users whose rows are stored: who could act, and who could be the prey."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text

from toolkit.cancel import CancelToken
from toolkit.database import Database, Job
from toolkit.events import Emit, unheard
from toolkit.isolation.grounds import Grounds, OwnedTable
from toolkit.isolation.shapes import shapes_of_snapshot
from toolkit.models.ownership import OwnershipRules, build_ownership
from toolkit.schema import read_snapshot
from toolkit.sql.quoting import quote_literal


@dataclass(frozen=True, slots=True)
class UserRows:
    """One user, by key, as policies compare it."""

    user: str
    rows: int
    """Over all tables."""
    tables: Mapping[str, int]
    """Rows by table; tables without any are left out."""


def users_of_database(
    database: Database,
    rules: OwnershipRules | None = None,
    *,
    limit: int = 200,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
) -> tuple[UserRows, ...]:
    """The owners of stored rows, those with most rows first, and of equal ones by key.

    As the role of the connection sees them. Raises OwnershipRuleError, what `Database.connect` raises.
    """
    with database.connect(Job.INSPECT, emit=emit, cancel=cancel) as connection:
        grounds = Grounds.of(build_ownership(shapes_of_snapshot(read_snapshot(connection)), rules))
        if not grounds.owned:
            return ()
        counted = " UNION ALL ".join(_counted(table) for table in grounds.owned)
        found = connection.execute(
            text(
                "SELECT owner, sum(rows)::bigint, pg_catalog.jsonb_object_agg(place, rows)"
                f" FROM ({counted}) AS c WHERE owner IS NOT NULL"
                " GROUP BY owner ORDER BY 2 DESC, 1 LIMIT :limit"
            ),
            {"limit": limit},
        )
        return tuple(UserRows(user, total, dict(sorted(tables.items()))) for user, total, tables in found)


def _counted(table: OwnedTable) -> str:
    place = quote_literal(table.name).replace(":", "\\:")
    return f"SELECT {place} AS place, {table.owner} AS owner, count(*) AS rows FROM {table.source} GROUP BY 2"
