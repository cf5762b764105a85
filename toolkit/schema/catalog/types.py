"""User-made types and collations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from toolkit.schema.catalog.directory import Directory
from toolkit.schema.objects import (
    Attribute,
    Collation,
    CompositeType,
    Domain,
    DomainCheck,
    Enum,
    RangeType,
)

_PROVIDERS = {"c": "libc", "i": "icu", "b": "builtin", "d": "default"}


def _common(catalog: str, row: Any, directory: Directory) -> dict[str, Any]:
    return {
        "schema": row[1],
        "name": row[2],
        "owner": directory.role(row[3]),
        "comment": directory.comment(catalog, row[0]),
        "origin": directory.origin(catalog, row[0], row[1]),
    }


def enums(rows: Iterable[Any], directory: Directory) -> Iterator[Enum]:
    """Enums, labels in their order."""
    for row in rows:
        yield Enum(
            **_common("pg_type", row, directory),
            labels=tuple(row[5]),
            grants=directory.grants("T", row[3], row[4]),
        )


def domains(rows: Iterable[Any], directory: Directory) -> Iterator[Domain]:
    """Domains with their checks."""
    for row in rows:
        base, not_null, default, collation, checks = row[5:]
        yield Domain(
            **_common("pg_type", row, directory),
            type=base,
            not_null=not_null,
            default=default,
            collation=collation,
            checks=tuple(DomainCheck(*check) for check in checks or ()),
            grants=directory.grants("T", row[3], row[4]),
        )


def composites(rows: Iterable[Any], directory: Directory) -> Iterator[CompositeType]:
    """Composite types."""
    for row in rows:
        yield CompositeType(
            **_common("pg_type", row, directory),
            attributes=tuple(Attribute(*attribute) for attribute in row[5] or ()),
            grants=directory.grants("T", row[3], row[4]),
        )


def ranges(rows: Iterable[Any], directory: Directory) -> Iterator[RangeType]:
    """Range types."""
    for row in rows:
        subtype, operator_class, collation, canonical, difference, multirange = row[5:]
        yield RangeType(
            **_common("pg_type", row, directory),
            subtype=subtype,
            operator_class=operator_class,
            collation=collation,
            canonical=canonical,
            difference=difference,
            multirange=multirange,
            grants=directory.grants("T", row[3], row[4]),
        )


def collations(rows: Iterable[Any], directory: Directory) -> Iterator[Collation]:
    """User-made collations."""
    for row in rows:
        provider, collate, ctype, locale, rules, deterministic, version = row[4:]
        yield Collation(
            **_common("pg_collation", row, directory),
            provider=_PROVIDERS.get(provider, provider),
            collate=collate,
            ctype=ctype,
            locale=locale,
            rules=rules,
            deterministic=deterministic,
            version=version,
        )
