"""The database itself, its schemas, extensions and default privileges, seen from an empty database.

An empty database is not quite empty: it has the schema `public`, the language plpgsql and grants of its own.
What is wanted is told as the difference from that.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from toolkit.schema.ddl.attributes import comment_on, owner_of
from toolkit.schema.ddl.privileges import (
    default_grants,
    default_privilege_statements,
    grant_statements,
    usual_default_privileges,
)
from toolkit.schema.ddl.source import Source
from toolkit.schema.ddl.texts import dollar_quoted, set_clause
from toolkit.schema.ddl.unit import Unit, unit
from toolkit.schema.objects import (
    PUBLIC,
    Database,
    DefaultPrivileges,
    Extension,
    Grant,
    Grants,
    Key,
    Kind,
    Schema,
)
from toolkit.sql.quoting import quote_identifier, quote_literal

PUBLIC_SCHEMA: Final = Key(Kind.SCHEMA, ("public",))
PLPGSQL: Final = Key(Kind.EXTENSION, ("plpgsql",))
_PUBLIC_COMMENT: Final = "standard public schema"
_PLPGSQL: Final = Extension("plpgsql", "pg_catalog", comment="PL/pgSQL procedural language")
_CLOSED_SINCE: Final = 15
"""From this major version on not everybody may create in `public`, and the database's owner owns it."""


def schema_units(schema: Schema, source: Source) -> Iterator[Unit]:
    """A schema."""
    target = f"SCHEMA {quote_identifier(schema.name)}"
    if schema.key == PUBLIC_SCHEMA:
        yield unit(schema.key, _public(schema, source.major))
        return
    grants = grant_statements(target, default_grants("schema", schema.owner, source.major), schema.grants)
    rest = [*owner_of(target, schema.owner), *comment_on(target, schema.comment), *grants]
    yield unit(schema.key, [f"CREATE {target}", *rest])


def _public(schema: Schema, major: int) -> Iterator[str]:
    target = "SCHEMA public"
    owner, everybodys = "pg_database_owner", ["USAGE"]
    if major < _CLOSED_SINCE:
        owner, everybodys = schema.owner, ["CREATE", "USAGE"]
    before: Grants = tuple(Grant(PUBLIC, privilege, to_public=True) for privilege in everybodys)
    if schema.owner != owner or major < _CLOSED_SINCE:
        yield from owner_of(target, schema.owner)
    if schema.comment != _PUBLIC_COMMENT:
        yield f"COMMENT ON {target} IS {_text_or_null(schema.comment)}"
    yield from grant_statements(target, default_grants("schema", schema.owner, major) + before, schema.grants)


def extension_units(extension: Extension, _source: Source) -> Iterator[Unit]:
    """An extension, in the version the server has to offer."""
    if extension == _PLPGSQL:
        return
    name = quote_identifier(extension.name)
    statements = [] if extension.key == PLPGSQL else [_create_extension(extension)]
    # A new extension has the comment of its control file.
    statements.append(f"COMMENT ON EXTENSION {name} IS {_text_or_null(extension.comment)}")
    yield unit(extension.key, statements, needs=[Key(Kind.SCHEMA, (extension.schema,))])


def _create_extension(extension: Extension) -> str:
    # One that another one has brought along is there already.
    name, schema = quote_identifier(extension.name), quote_identifier(extension.schema)
    return f"CREATE EXTENSION IF NOT EXISTS {name} WITH SCHEMA {schema} CASCADE"


def missing_units(source: Source) -> Iterator[Unit]:
    """What an empty database has and this one has not."""
    for key, statement in (
        (PUBLIC_SCHEMA, "DROP SCHEMA IF EXISTS public"),
        (PLPGSQL, "DROP EXTENSION IF EXISTS plpgsql"),
    ):
        if key not in source.snapshot.objects:
            yield unit(key, [statement])


def database_units(database: Database, source: Source) -> Iterator[Unit]:
    """The database, by whatever name the one has in which the statements are run."""
    statements = [*_on_database(f"ALTER DATABASE %I OWNER TO {quote_identifier(database.owner)}")]
    if database.connection_limit != -1:
        statements += _on_database(f"ALTER DATABASE %I CONNECTION LIMIT {database.connection_limit}")
    for setting in database.settings:
        statements += _on_database(f"ALTER DATABASE %I {_escaped(set_clause(setting))}")
    if database.comment is not None:
        statements += _on_database(f"COMMENT ON DATABASE %I IS {_escaped(quote_literal(database.comment))}")
    before = default_grants("database", database.owner, source.major)
    for text in grant_statements("DATABASE \0", before, database.grants):
        statements += _on_database(_escaped(text).replace("\0", "%I"))
    yield unit(database.key, statements)


def default_privileges_units(wanted: DefaultPrivileges, source: Source) -> Iterator[Unit]:
    """Default privileges of one role for one kind of object."""
    needs = [] if wanted.schema is None else [Key(Kind.SCHEMA, (wanted.schema,))]
    yield unit(
        wanted.key,
        default_privilege_statements(wanted, usual_default_privileges(wanted, source.major)),
        needs=needs,
    )


def in_this_database(text: str) -> str:
    """A statement that names the current database, where `text` has `%I`."""
    body = f"BEGIN EXECUTE format({quote_literal(text)}, current_database()); END"
    return f"DO {dollar_quoted(body)}"


def _on_database(text: str) -> Iterator[str]:
    yield in_this_database(text)


def _escaped(text: str) -> str:
    return text.replace("%", "%%")


def _text_or_null(text: str | None) -> str:
    return "NULL" if text is None else quote_literal(text)
