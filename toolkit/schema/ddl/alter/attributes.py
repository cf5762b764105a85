"""Comment, owner and grants of an object that stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from toolkit.schema.ddl.alter.targets import grant_target, target
from toolkit.schema.ddl.privileges import grant_statements
from toolkit.schema.objects import Column, Grants
from toolkit.sql.quoting import quote_identifier, quote_literal

COMMON = frozenset({"comment", "owner", "grants"})


def common_changes(before: Any, after: Any) -> Iterator[str]:
    """What leads from the comment, owner and grants of one to those of the other."""
    owner_before = getattr(before, "owner", None)
    if owner_before != getattr(after, "owner", None):
        yield f"ALTER {target(after)} OWNER TO {quote_identifier(after.owner)}"
    if before.comment != after.comment:
        text = "NULL" if after.comment is None else quote_literal(after.comment)
        yield f"COMMENT ON {target(after)} IS {text}"
    if isinstance(after, Column):
        table = target(after).rsplit(".", 1)[0].replace("COLUMN", "TABLE", 1)
        columns = f" ({quote_identifier(after.name)})"
        yield from grant_statements(table, before.grants, after.grants, columns=columns)
    elif hasattr(after, "grants"):
        held = handed_over(before.grants, owner_before, after.owner)
        yield from grant_statements(grant_target(after), held, after.grants)


def handed_over(grants: Grants, owner: str | None, new_owner: str) -> Grants:
    """The grants as they are after a change of owner: what the old one held, the new one holds."""
    if owner == new_owner:
        return grants
    return tuple(
        replace(grant, grantee=new_owner) if grant.grantee == owner and not grant.to_public else grant
        for grant in grants
    )
