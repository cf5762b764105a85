"""What a script of DDL begins with: what it takes to be there, and the settings it runs under."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.schema.ddl.statement import Statement
from toolkit.schema.objects import Role
from toolkit.schema.snapshot import Snapshot


def preamble(snapshot: Snapshot, *, with_roles: bool) -> Iterator[Statement]:
    """The first statements, under a comment that names the roles they take to be there."""
    lines = [f"-- Made from a database of PostgreSQL {snapshot.server.version}, to be run into an empty one."]
    names = [role.name for role in snapshot.own(Role)]
    if names and not with_roles:
        # A name may hold a line break, which would end the comment.
        listed = ", ".join(name if name.isprintable() else ascii(name) for name in names)
        lines.append(f"-- Takes these roles to be there: {listed}")
    yield Statement(None, "\n".join([*lines, "SET check_function_bodies = off"]))
    yield Statement(None, "SET client_encoding = 'UTF8'")
    yield Statement(None, "SET search_path = ''")
    yield Statement(None, "SET client_min_messages = warning")
