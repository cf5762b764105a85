"""The database, its schemas and extensions, the roles of the cluster, and default privileges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from toolkit.schema.catalog.directory import Directory
from toolkit.schema.catalog.platform import origin_of_extension, origin_of_role
from toolkit.schema.objects import (
    Column,
    Constraint,
    Database,
    DefaultPrivileges,
    Extension,
    Grants,
    Index,
    Membership,
    Origin,
    Policy,
    Role,
    Schema,
    SchemaObject,
    Trigger,
    UserMapping,
)

_PROVIDERS = {"c": "libc", "i": "icu", "b": "builtin"}
_ROLE_COLUMNS = (
    "name", "superuser", "inherit", "create_role", "create_database", "login", "replication", "bypass_rls",
    "connection_limit", "valid_until",
)  # fmt: skip
"""What `roles.sql` gives after the oid."""

_DEFAULT_ACL_TYPES = {
    "r": "tables",
    "S": "sequences",
    "f": "functions",
    "T": "types",
    "n": "schemas",
    "L": "large objects",
}


def database(rows: Iterable[Any], setting_rows: Iterable[Any], directory: Directory) -> Iterator[Database]:
    """The database that is connected to."""
    own = (items for base, role, items in setting_rows if base and not role)
    settings = tuple(sorted(item for items in own for item in items))
    for oid, owner, acl, limit, encoding, provider, collate, ctype in rows:
        yield Database(
            directory.role(owner),
            settings,
            directory.grants("d", owner, acl),
            limit,
            encoding,
            f"{_PROVIDERS.get(provider, provider)} {collate} {ctype}",
            comment=directory.comment("pg_database", oid),
        )


def schemas(rows: Iterable[Any], directory: Directory) -> Iterator[Schema]:
    """The schemas of users."""
    for oid, name, owner, acl in rows:
        yield Schema(
            name,
            directory.role(owner),
            directory.grants("n", owner, acl),
            comment=directory.comment("pg_namespace", oid),
            origin=directory.origin("pg_namespace", oid, name),
        )


def extensions(rows: Iterable[Any], directory: Directory) -> Iterator[Extension]:
    """Installed extensions."""
    for oid, name, schema, version in rows:
        comment = directory.comment("pg_extension", oid)
        yield Extension(name, schema, version, comment=comment, origin=origin_of_extension(name))


def roles(
    rows: Iterable[Any], member_rows: Iterable[Any], setting_rows: Iterable[Any], directory: Directory
) -> Iterator[Role]:
    """Every role but the server's own."""
    members: dict[int, list[Membership]] = {}
    for member, role, admin, inherit, set_role in member_rows:
        members.setdefault(member, []).append(Membership(directory.role(role), admin, inherit, set_role))
    settings: dict[int, list[str]] = {}
    for base, role, items in setting_rows:
        note = " (this database)" if base else ""
        settings.setdefault(role, []).extend(item + note for item in items)
    for oid, *attributes in rows:
        given: dict[str, Any] = dict(zip(_ROLE_COLUMNS, attributes, strict=True))
        if not given["name"].startswith("pg_"):
            yield Role(
                **given,
                settings=tuple(sorted(settings.get(oid, ()))),
                member_of=tuple(sorted(members.get(oid, ()))),
                comment=directory.comment("pg_authid", oid),
                origin=origin_of_role(given["name"]),
            )


def default_privileges(rows: Iterable[Any], directory: Directory) -> Iterator[DefaultPrivileges]:
    """What `ALTER DEFAULT PRIVILEGES` has set."""
    for oid, role, schema, letter, acl in rows:
        name = directory.role(role)
        origins = (origin_of_role(name), directory.origin("pg_default_acl", oid, schema))
        yield DefaultPrivileges(
            name,
            schema,
            _DEFAULT_ACL_TYPES.get(letter, letter),
            directory.grants(letter, role, acl),
            origin=next((origin for origin in origins if origin is not Origin.USER), Origin.USER),
        )


def mark_unused(found: Iterable[Role], objects: Iterable[SchemaObject]) -> Iterator[Role]:
    """The roles again; those that nothing in this database speaks of are marked as the cluster's."""
    used = _spoken_of(objects)
    by_name = {role.name: role for role in found}
    todo = [name for name in used if name in by_name]
    while todo:
        for membership in by_name[todo.pop()].member_of:
            if membership.role not in used and membership.role in by_name:
                used.add(membership.role)
                todo.append(membership.role)
    for role in by_name.values():
        has_setting_here = any(setting.endswith("(this database)") for setting in role.settings)
        if role.name in used or has_setting_here or role.origin is not Origin.USER:
            yield role
        else:
            yield replace(role, origin=Origin.CLUSTER)


_WITHOUT_ROLES: Final = frozenset({Constraint, Index, Trigger})
"""Not even an owner: they are their table's."""


def _spoken_of(objects: Iterable[SchemaObject]) -> set[str]:
    used: set[str] = set()
    access_lists: set[Grants] = set()
    for thing in objects:
        if type(thing) in _WITHOUT_ROLES:
            continue
        match thing:
            case Column():
                if thing.grants:
                    access_lists.add(thing.grants)
            case Policy():
                used.update(thing.roles)
            case UserMapping():
                used.add(thing.user)
            case DefaultPrivileges():
                used.add(thing.role)
                access_lists.add(thing.grants)
            case _:
                used.add(getattr(thing, "owner", ""))
                access_lists.add(getattr(thing, "grants", ()))
    used.update(grant.grantee for grants in access_lists for grant in grants)
    return used
