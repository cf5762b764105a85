"""SQL for the owner of a row. Values of other users never enter it; identifiers are quoted."""

from __future__ import annotations

from toolkit.models.ownership.paths import Hop, OwnerPath
from toolkit.models.shapes import split_table_name
from toolkit.sql.quoting import qualified, quote_identifier


def owner_expression(path: OwnerPath, row: str) -> str:
    """An expression for the owner's key of the row that the FROM clause calls `row`.

    A column, or a scalar subquery over the parents; NULL where the path gives no owner.
    """
    if not path.hops:
        return f"{quote_identifier(row)}.{quote_identifier(path.column)}"
    first, *others = path.hops
    parts = [f"SELECT {_alias(len(path.hops))}.{quote_identifier(path.column)}"]
    parts.append(f"FROM {_table(first)} AS {_alias(1)}")
    for number, hop in enumerate(others, start=2):
        parts.append(f"JOIN {_table(hop)} AS {_alias(number)}")
        parts.append(f"ON {_meets(hop, _alias(number - 1), _alias(number))}")
    parts.append(f"WHERE {_meets(first, quote_identifier(row), _alias(1))}")
    return f"({' '.join(parts)})"


def owner_joins(path: OwnerPath, row: str, *, prefix: str = "owner") -> tuple[str, str]:
    """LEFT JOINs to put behind the table `row`, and the expression for the owner's key behind them.

    For statements over a whole table, where joins are faster than a subquery for each row.
    """
    here = quote_identifier(row)
    joins: list[str] = []
    for number, hop in enumerate(path.hops, start=1):
        there = quote_identifier(f"{prefix}_{number}")
        joins.append(f"LEFT JOIN {_table(hop)} AS {there} ON {_meets(hop, here, there)}")
        here = there
    return " ".join(joins), f"{here}.{quote_identifier(path.column)}"


def _meets(hop: Hop, source: str, target: str) -> str:
    return " AND ".join(
        f"{target}.{quote_identifier(there)} = {source}.{quote_identifier(here)}"
        for here, there in hop.foreign_key.pairs
    )


def _table(hop: Hop) -> str:
    return qualified(*split_table_name(hop.target))


def _alias(number: int) -> str:
    return f"owner_{number}"
