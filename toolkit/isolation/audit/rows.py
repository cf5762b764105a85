"""What stored rows say beside their edges: owners that are nobody or two, users that are gone or alike."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from toolkit.findings import Finding, Severity
from toolkit.isolation.audit.site import Site
from toolkit.isolation.grounds import OwnedTable, sql_name
from toolkit.models.shapes import ColumnShape

SENTINELS: Final = (
    "",
    "0",
    "-1",
    "none",
    "null",
    "undefined",
    "anonymous",
    "00000000-0000-0000-0000-000000000000",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
)
"""Owners that programs write where they know none; compared in lower case without blanks around."""
_GONE: Final = ("deleted_at", "disabled_at", "deactivated_at", "merged_into", "archived_at", "banned_at")
_ACTIVE: Final = ("is_active", "active", "enabled", "is_enabled")
_SHOWN: Final = 3


def row_findings(site: Site) -> Iterator[Finding]:
    """Everything that is told by reading the rows, as the observer."""
    for table in site.tables():
        yield from _sentinels(site, table)
    yield from _two_owners(site)
    if site.grounds.root is not None and site.grounds.root.name in site.there:
        yield from _about_users(site, site.grounds.root)


def _sentinels(site: Site, table: OwnedTable) -> Iterator[Finding]:
    for row in site.stage.observe(
        f"SELECT count(*) AS rows, (array_agg(DISTINCT {table.owner}))[1:{_SHOWN}] AS owners"
        f" FROM {table.source} WHERE pg_catalog.lower(pg_catalog.btrim({table.owner})) = ANY (:sentinels)",
        sentinels=list(SENTINELS),
    ):
        if row["rows"]:
            owners = ", ".join(map(repr, row["owners"]))
            yield Finding(
                "isolation.sentinel-owner",
                Severity.WARNING,
                table.name,
                f"{row['rows']} rows of {table.name} belong to {owners}, which looks like nobody.",
                {"rows": row["rows"], "owners": row["owners"]},
            )


def _two_owners(site: Site) -> Iterator[Finding]:
    """Rows from which two ways lead to two different users."""
    for name, paths in site.grounds.ways.items():
        if any(each not in site.there for path in paths for each in (name, *path.tables)):
            continue
        shape = site.grounds.shapes[name]
        for one, other in combinations([OwnedTable(shape, path) for path in paths], 2):
            sources = (
                f"SELECT t0.tableoid AS o, t0.ctid AS c, {each.key} AS key, {each.owner} AS owner"
                f" FROM {each.source}"
                for each in (one, other)
            )
            first, second = sources
            rows = site.stage.observe(
                f"SELECT count(*) AS rows, (array_agg(a.key ORDER BY a.key))[1:{_SHOWN}] AS keys"
                f" FROM ({first}) AS a JOIN ({second}) AS b USING (o, c) WHERE a.owner <> b.owner"
            )
            if rows[0]["rows"]:
                yield Finding(
                    "isolation.two-owners",
                    Severity.ERROR,
                    name,
                    f"{rows[0]['rows']} rows of {name} have two owners: {one.path} and {other.path}.",
                    {
                        "rows": rows[0]["rows"],
                        "keys": rows[0]["keys"],
                        "paths": [str(one.path), str(other.path)],
                    },
                )


def _about_users(site: Site, root: OwnedTable) -> Iterator[Finding]:
    gone = _gone(root)
    if gone:
        for table in site.tables():
            if not table.is_root:
                yield from _owned_by_the_gone(site, root, table, gone)
    yield from _key_reused(site, root)
    for columns in (each for each in root.shape.uniques if len(each) == 1):
        column = root.shape.column(columns[0])
        if column is not None and column.type.startswith(("text", "character varying")):
            yield from _alike(site, root, column)


def _gone(root: OwnedTable) -> str | None:
    """A condition over `t0` that a user is there no more, by the usual names of columns."""
    for name in _GONE:
        if root.shape.column(name) is not None:
            return f"t0.{sql_name(name)} IS NOT NULL"
    for name in _ACTIVE:
        column = root.shape.column(name)
        if column is not None and column.type == "boolean":
            return f"NOT t0.{sql_name(name)}"
    return None


def _owned_by_the_gone(site: Site, root: OwnedTable, table: OwnedTable, gone: str) -> Iterator[Finding]:
    rows = site.stage.observe(
        f"SELECT count(*) AS rows FROM {table.source} WHERE {table.owner} IN"
        f" (SELECT {root.owner} FROM {root.source} WHERE {gone})"
    )
    if rows[0]["rows"]:
        yield Finding(
            "isolation.owner-gone",
            Severity.INFO,
            table.name,
            f"{rows[0]['rows']} rows of {table.name} belong to users that are deleted or switched off.",
            {"rows": rows[0]["rows"]},
        )


def _key_reused(site: Site, root: OwnedTable) -> Iterator[Finding]:
    """Whether the next user may get the key of one that is or was there."""
    column = root.shape.column(root.path.column)
    if column is None or not column.type.startswith(("integer", "bigint", "smallint")):
        return
    rows = site.stage.observe(
        "SELECT pg_catalog.pg_get_serial_sequence(CAST(:table AS regclass)::text, :column) AS name",
        table=root.quoted,
        column=root.path.column,
    )
    if rows[0]["name"] is None:
        return
    found = site.stage.observe(
        f"SELECT max(t0.{sql_name(root.path.column)}) AS highest,"
        " (SELECT s.last_value FROM pg_catalog.pg_sequences AS s"
        "  WHERE pg_catalog.format('%I.%I', s.schemaname, s.sequencename) = :name) AS last"
        f" FROM {root.source}",
        name=rows[0]["name"],
    )[0]
    if found["highest"] is not None and (found["last"] or 0) < found["highest"]:
        yield Finding(
            "isolation.user-key-reused",
            Severity.WARNING,
            root.name,
            f"The next user of {root.name} gets key {(found['last'] or 0) + 1}, although"
            f" {found['highest']} is taken: rows of a user that was removed would find a new owner.",
            {"highest": found["highest"], "last": found["last"]},
        )


def _alike(site: Site, root: OwnedTable, column: ColumnShape) -> Iterator[Finding]:
    name = sql_name(column.name)
    rows = site.stage.observe(
        "SELECT count(*) AS groups FROM (SELECT FROM"
        f" {root.sql} AS t0 WHERE t0.{name} IS NOT NULL"
        f" GROUP BY pg_catalog.lower(pg_catalog.btrim(t0.{name}::text)) HAVING count(*) > 1) AS g"
    )
    if rows[0]["groups"]:
        yield Finding(
            "isolation.users-alike",
            Severity.WARNING,
            f"{root.name}.{column.name}",
            f"{rows[0]['groups']} times users differ in {root.name}.{column.name} by case or blanks only.",
            {"groups": rows[0]["groups"]},
        )
