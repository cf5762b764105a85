"""Owner columns that may be NULL: closed where no row needs it, and said why where that is for a person.

Our policies let the application make no row without an owner, so that only others still could. NOT NULL is
proved by a CHECK first, which is validated while others work; then the switch reads no row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolkit.isolation.grounds import OwnedTable, sql_name
from toolkit.isolation.protect.site import Site
from toolkit.isolation.protect.step import LeftOpen, Stage, Step
from toolkit.sql.quoting import quote_identifier

_TAKES_AWAY = ("SET NULL", "SET DEFAULT")


def owner_steps(site: Site, table: OwnedTable) -> Iterator[Step | LeftOpen]:
    """What makes each row of the table have an owner, or a parent on the way to one."""
    if not table.path.nullable:
        return
    columns = [name for name in table.owner_columns if not table.shape.requires([name])]
    for column in columns:
        why = _why_not(site, table, column)
        if why is None:
            yield from _required(site, table, column)
        else:
            yield LeftOpen(table.name, f"rows may have no owner, for {column} can be NULL: {why}")
    further = _further(site, table)
    if further:
        yield LeftOpen(table.name, f"rows may have no owner, for {', '.join(further)} can be NULL")


def _why_not(site: Site, table: OwnedTable, column: str) -> str | None:
    for key in table.shape.foreign_keys:
        if column in key.columns and key.ondelete in _TAKES_AWAY:
            return f"a foreign key sets it to NULL when {key.target} loses the row"
    rows = site.stage.observe(
        f"SELECT count(*) AS rows FROM {table.sql} AS t0 WHERE t0.{sql_name(column)} IS NULL"
    )[0]["rows"]
    if rows:
        return f"{rows} rows have none; give them one, or delete them"
    if site.table(table).inherits:
        return "an inherited table's rule is its parent's"
    return None


def _required(site: Site, table: OwnedTable, column: str) -> Iterator[Step]:
    name = site.new_name(table.shape.table, column, "there", schema=table.shape.schema)
    quoted, head = quote_identifier(name), f"ALTER TABLE {table.quoted}"
    there = f"{quote_identifier(column)} IS NOT NULL"
    drop = f"{head} DROP CONSTRAINT IF EXISTS {quoted}"
    yield Step(
        Stage.KEYS,
        table.name,
        f"new rows have a value in {column}",
        (f"{head} ADD CONSTRAINT {quoted} CHECK ({there}) NOT VALID",),
        (drop,),
    )
    again = f"{head} ALTER COLUMN {quote_identifier(column)} DROP NOT NULL"
    yield Step(
        Stage.VALIDATION,
        table.name,
        f"every row has a value in {column}",
        (
            f"{head} VALIDATE CONSTRAINT {quoted}",
            f"{head} ALTER COLUMN {quote_identifier(column)} SET NOT NULL",
            drop,
        ),
        (again, drop, f"{head} ADD CONSTRAINT {quoted} CHECK ({there}) NOT VALID"),
    )


def _further(site: Site, table: OwnedTable) -> Sequence[str]:
    """Columns on the way that may be NULL, of tables that are not closed for their own sake."""
    return [
        f"{hop.source}.{'+'.join(hop.foreign_key.columns)}"
        for hop in table.path.hops[1:]
        if hop.nullable and site.grounds.table(hop.source) is None
    ]
