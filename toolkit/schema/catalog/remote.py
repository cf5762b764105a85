"""What reaches other servers. Options that can hold a secret never leave this module."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from toolkit.schema.catalog.directory import Directory
from toolkit.schema.objects import (
    ForeignDataWrapper,
    Publication,
    PublishedTable,
    Server,
    Subscription,
    UserMapping,
)
from toolkit.secret import MASK

_SECRET_OPTION: Final = re.compile(r"passw|secret|token|key|credential", re.IGNORECASE)
_OPERATIONS = ("insert", "update", "delete", "truncate")
_GENERATED = {"n": "none", "s": "stored"}


def without_secrets(items: Iterable[str] | None) -> tuple[str, ...]:
    """Options as `name=value`, sorted, with the value of what may be a secret masked."""
    found = []
    for item in items or ():
        name, _, _value = item.partition("=")
        found.append(f"{name}={MASK}" if _SECRET_OPTION.search(name) else item)
    return tuple(sorted(found))


def wrappers(rows: Iterable[Any], directory: Directory) -> Iterator[ForeignDataWrapper]:
    """Foreign-data wrappers."""
    for oid, name, owner, handler, validator, items, acl in rows:
        yield ForeignDataWrapper(
            name,
            directory.role(owner),
            handler,
            validator,
            without_secrets(items),
            directory.grants("F", owner, acl),
            comment=directory.comment("pg_foreign_data_wrapper", oid),
            origin=directory.origin("pg_foreign_data_wrapper", oid),
        )


def servers(rows: Iterable[Any], directory: Directory) -> Iterator[Server]:
    """Foreign servers."""
    for oid, name, owner, wrapper, type_, version, items, acl in rows:
        yield Server(
            name,
            directory.role(owner),
            wrapper,
            type_,
            version,
            without_secrets(items),
            directory.grants("S", owner, acl),
            comment=directory.comment("pg_foreign_server", oid),
            origin=directory.origin("pg_foreign_server", oid),
        )


def user_mappings(rows: Iterable[Any], directory: Directory) -> Iterator[UserMapping]:
    """User mappings, without their options."""
    for _oid, server, user in rows:
        yield UserMapping(server, directory.role(user))


def publications(rows: Iterable[Any], directory: Directory) -> Iterator[Publication]:
    """Publications with their tables."""
    for row in rows:
        oid, name, owner, all_tables, *flags, via_root, generated, tables, schemas = row
        yield Publication(
            name,
            directory.role(owner),
            all_tables,
            tuple(word for word, on in zip(_OPERATIONS, flags, strict=True) if on),
            via_root,
            _GENERATED.get(generated, generated),
            tuple(sorted(_published(tables or (), directory), key=lambda published: published.table)),
            tuple(schemas),
            comment=directory.comment("pg_publication", oid),
            origin=directory.origin("pg_publication", oid),
        )


def _published(tables: Iterable[Any], directory: Directory) -> Iterator[PublishedTable]:
    for relation, numbers, row_filter in tables:
        if relation in directory.relations:
            names = directory.columns(relation, numbers)
            yield PublishedTable(directory.relations[relation].name, names, row_filter)


def subscriptions(rows: Iterable[Any], directory: Directory) -> Iterator[Subscription]:
    """Subscriptions, without their connection strings."""
    for oid, name, owner, enabled, wanted, slot in rows:
        yield Subscription(
            name,
            directory.role(owner),
            enabled,
            tuple(sorted(wanted)),
            slot,
            comment=directory.comment("pg_subscription", oid),
        )
