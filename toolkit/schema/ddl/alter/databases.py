"""The database and default privileges that change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from toolkit.schema.ddl.alter.attributes import handed_over
from toolkit.schema.ddl.databases import in_this_database
from toolkit.schema.ddl.privileges import (
    default_privilege_statements,
    grant_statements,
    usual_default_privileges,
)
from toolkit.schema.ddl.texts import set_clause
from toolkit.schema.objects import Database, DefaultPrivileges
from toolkit.sql.quoting import quote_identifier, quote_literal


def database_changes(before: Database, after: Database) -> Iterator[str]:
    """Owner, limit, settings, comment and grants of the database the statements run in."""
    yield from map(in_this_database, _database(before, after))


def _database(before: Database, after: Database) -> Iterator[str]:
    if before.owner != after.owner:
        yield f"ALTER DATABASE %I OWNER TO {_escaped(quote_identifier(after.owner))}"
    if before.connection_limit != after.connection_limit:
        yield f"ALTER DATABASE %I CONNECTION LIMIT {after.connection_limit}"
    kept = {setting.partition("=")[0] for setting in after.settings}
    for setting in before.settings:
        name = setting.partition("=")[0]
        if name not in kept:
            yield f"ALTER DATABASE %I RESET {'.'.join(map(quote_identifier, name.split('.')))}"
    for setting in after.settings:
        if setting not in before.settings:
            yield f"ALTER DATABASE %I {_escaped(set_clause(setting))}"
    if before.comment != after.comment:
        text = "NULL" if after.comment is None else quote_literal(after.comment)
        yield f"COMMENT ON DATABASE %I IS {_escaped(text)}"
    held = handed_over(before.grants, before.owner, after.owner)
    for text in grant_statements("DATABASE \0", held, after.grants):
        yield _escaped(text).replace("\0", "%I")


def default_privileges_changes(
    before: DefaultPrivileges, after: DefaultPrivileges | None, major: int
) -> Iterator[str]:
    """From one set of default privileges to the other, or back to what holds without any."""
    wanted = usual_default_privileges(before, major) if after is None else after.grants
    yield from default_privilege_statements(replace(before, grants=wanted), before.grants)


def _escaped(text: str) -> str:
    return text.replace("%", "%%")
