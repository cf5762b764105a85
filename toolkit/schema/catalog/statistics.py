"""Extended statistics objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from toolkit.schema.catalog.directory import Directory
from toolkit.schema.objects import StatisticsObject


def statistics_objects(rows: Iterable[Any], directory: Directory) -> Iterator[StatisticsObject]:
    """Every statistics object."""
    for oid, schema, name, owner, relation, definition, target in rows:
        if relation in directory.relations:
            yield StatisticsObject(
                schema,
                name,
                directory.role(owner),
                directory.relations[relation].name,
                definition,
                target,
                comment=directory.comment("pg_statistic_ext", oid),
                origin=directory.origin("pg_statistic_ext", oid, schema),
            )
