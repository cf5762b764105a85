"""The rule that a row is the acting user's, as a clause for a policy."""

from __future__ import annotations

from toolkit.models.ownership import OwnerPath
from toolkit.models.shapes import split_table_name
from toolkit.sql.quoting import qualified, quote_identifier, quote_literal


def identity(setting: str, owner_type: str) -> str:
    """The acting user's key: one value per statement; NULL, so nobody, while it is unset or empty."""
    of_type = "text" if owner_type.startswith(("character varying", "text")) else owner_type
    return f"(SELECT nullif(current_setting({quote_literal(setting)}, true), '')::{of_type})"


def own_rows(table: str, path: OwnerPath, setting: str, owner_type: str) -> str:
    """True for the rows of `table` (its bare name) that are the acting user's, along the way to the owner."""
    me = identity(setting, owner_type)
    if not path.hops:
        return f"{quote_identifier(path.column)} = {me}"
    joins: list[str] = []
    conditions: list[str] = []
    here = quote_identifier(table)
    for number, hop in enumerate(path.hops, start=1):
        there = f"o{number}"
        meets = " AND ".join(
            f"{there}.{quote_identifier(target)} = {here}.{quote_identifier(column)}"
            for column, target in hop.foreign_key.pairs
        )
        parent = f"{qualified(*split_table_name(hop.target))} AS {there}"
        if number == 1:
            joins.append(parent)
            conditions.append(meets)
        else:
            joins.append(f"JOIN {parent} ON {meets}")
        here = there
    conditions.append(f"{here}.{quote_identifier(path.column)} = {me}")
    return f"EXISTS (SELECT FROM {' '.join(joins)} WHERE {' AND '.join(conditions)})"
