"""Roles. They belong to the cluster, so they are made only when asked for, and without a password."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from toolkit.schema.ddl.attributes import comment_on
from toolkit.schema.ddl.databases import in_this_database
from toolkit.schema.ddl.texts import set_clause
from toolkit.schema.ddl.unit import Node, Unit, unit
from toolkit.schema.objects import Key, Kind, Membership, Role
from toolkit.sql.quoting import quote_identifier, quote_literal

_HERE: Final = " (this database)"


def role_units(role: Role, *, create: bool) -> Iterator[Unit]:
    """A role with its memberships, or, without `create`, only its settings for this database."""
    name = quote_identifier(role.name)
    here = [setting.removesuffix(_HERE) for setting in role.settings if setting.endswith(_HERE)]
    needs = [role.key] if create else []
    if create:
        statements = [create_role(role)]
        statements += [
            f"ALTER ROLE {name} {set_clause(text)}" for text in role.settings if not text.endswith(_HERE)
        ]
        statements += comment_on(f"ROLE {name}", role.comment)
        yield unit(role.key, statements)
        for membership in role.member_of:
            node = Node(role.key, f"member of {membership.role}")
            group = Key(Kind.ROLE, (membership.role,))
            yield unit(node, [grant_membership(role, membership)], needs=[role.key, group])
    if here:
        settings = [set_clause(setting).replace("%", "%%") for setting in here]
        head = f"ALTER ROLE {name.replace('%', '%%')} IN DATABASE %I "
        yield unit(
            Node(role.key, "settings here"), [in_this_database(head + text) for text in settings], needs=needs
        )


def create_role(role: Role) -> str:
    """`CREATE ROLE` with what is not as usual."""
    words = [f"CREATE ROLE {quote_identifier(role.name)}"]
    flags = (
        ("SUPERUSER", role.superuser),
        ("NOINHERIT", not role.inherit),
        ("CREATEROLE", role.create_role),
        ("CREATEDB", role.create_database),
        ("LOGIN", role.login),
        ("REPLICATION", role.replication),
        ("BYPASSRLS", role.bypass_rls),
    )
    words += [word for word, on in flags if on]
    if role.connection_limit != -1:
        words.append(f"CONNECTION LIMIT {role.connection_limit}")
    if role.valid_until is not None:
        words.append(f"VALID UNTIL {quote_literal(str(role.valid_until))}")
    return " ".join(words)


def grant_membership(role: Role, membership: Membership) -> str:
    """`GRANT group TO role`, with options of PostgreSQL 16 only where they are not as usual."""
    text = f"GRANT {quote_identifier(membership.role)} TO {quote_identifier(role.name)}"
    options = ["ADMIN TRUE"] if membership.admin else []
    if membership.inherit is not role.inherit:
        options.append(f"INHERIT {str(membership.inherit).upper()}")
    if not membership.set_role:
        options.append("SET FALSE")
    if options == ["ADMIN TRUE"]:
        return f"{text} WITH ADMIN OPTION"
    return f"{text} WITH {', '.join(options)}" if options else text
