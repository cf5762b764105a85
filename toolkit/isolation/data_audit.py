"""Rows that are wrong already: no owner, an owner that is not there, a parent of somebody else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from toolkit.findings import Finding, Severity
from toolkit.isolation.attempt import Stage
from toolkit.isolation.grounds import Edge, Grounds, OwnedTable, sql_name

_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class WrongRows:
    """Rows that break one rule: how many, and a few keys."""

    count: int
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DataAudit:
    """What the rows of one table say."""

    findings: tuple[Finding, ...]
    crossed: Mapping[str, WrongRows]
    """By the name of the edge."""
    cascades: tuple[str | None, ...]
    """The delete actions of the edges along which rows are crossed."""


def audit(stage: Stage, grounds: Grounds, table: OwnedTable) -> DataAudit:
    """Look at every row of a table."""
    edges = grounds.edges(table)
    joined = {edge: crossed(stage, edge) for edge in edges}
    broken = {edge: rows for edge, rows in joined.items() if rows.count}
    return DataAudit(
        (
            *findings(table, without_owner(stage, table), of_no_user(stage, grounds, table)),
            *(crossed_finding(edge, rows) for edge, rows in broken.items()),
        ),
        {edge.name: rows for edge, rows in joined.items()},
        tuple(edge.foreign_key.ondelete for edge in broken),
    )


def without_owner(stage: Stage, table: OwnedTable) -> WrongRows:
    """Rows that belong to nobody: no owner, or no parent on the way to one."""
    return _count(stage, table, f"{table.owner} IS NULL")


def of_no_user(stage: Stage, grounds: Grounds, table: OwnedTable) -> WrongRows:
    """Rows whose owner is no row of the owner root."""
    root = grounds.root
    if root is None or table.is_root:
        return WrongRows(0, ())
    there = f"SELECT {root.owner} FROM {root.source}"
    return _count(stage, table, f"{table.owner} IS NOT NULL AND {table.owner} NOT IN ({there})")


def crossed(stage: Stage, edge: Edge) -> WrongRows:
    """Rows of one owner under a parent of another, along one reference."""
    child, parent = edge.child, edge.parent
    pairs = " AND ".join(f"p.k{n} = c.k{n}" for n, _ in enumerate(edge.foreign_key.pairs))
    children = _with_keys(child, edge.foreign_key.columns)
    parents = _with_keys(parent, edge.foreign_key.target_columns)
    rows = stage.observe(
        f"SELECT count(*) AS rows, (array_agg(c.key ORDER BY c.key))[1:{_SHOWN}] AS keys"
        f" FROM ({children}) AS c JOIN ({parents}) AS p ON {pairs} WHERE c.owner <> p.owner"
    )
    return WrongRows(rows[0]["rows"], tuple(rows[0]["keys"] or ()))


def findings(table: OwnedTable, nobody: WrongRows, orphans: WrongRows) -> list[Finding]:
    """What the rows of one table have to say."""
    found = []
    if nobody.count:
        found.append(
            Finding(
                "isolation.row-without-owner",
                Severity.WARNING,
                table.name,
                f"{nobody.count} rows of {table.name} have no owner ({table.path}).",
                {"rows": nobody.count, "keys": list(nobody.keys)},
            )
        )
    if orphans.count:
        found.append(
            Finding(
                "isolation.owner-not-there",
                Severity.WARNING,
                table.name,
                f"{orphans.count} rows of {table.name} belong to an owner that does not exist.",
                {"rows": orphans.count, "keys": list(orphans.keys)},
            )
        )
    return found


def crossed_finding(edge: Edge, rows: WrongRows) -> Finding:
    """Rows that join two users along one reference."""
    return Finding(
        "isolation.crossed-owners",
        Severity.ERROR,
        edge.child.name,
        f"{rows.count} rows along {edge.name} belong to another user than their parent.",
        {"rows": rows.count, "keys": list(rows.keys)},
    )


def _count(stage: Stage, table: OwnedTable, condition: str) -> WrongRows:
    rows = stage.observe(
        f"SELECT count(*) AS rows, (array_agg({table.key} ORDER BY {table.key}))[1:{_SHOWN}] AS keys"
        f" FROM {table.source} WHERE {condition}"
    )
    return WrongRows(rows[0]["rows"], tuple(rows[0]["keys"] or ()))


def _with_keys(table: OwnedTable, columns: tuple[str, ...]) -> str:
    keys = ", ".join(f"t0.{sql_name(column)} AS k{n}" for n, column in enumerate(columns))
    return f"SELECT {table.key} AS key, {table.owner} AS owner, {keys} FROM {table.source}"
