"""The models of an application: its metadata, its tables and the classes mapped to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import MetaData, Table
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapper, registry
from sqlalchemy.orm.mapper import _all_registries

from toolkit.models.diagnosis import diagnose_mappers
from toolkit.models.metadata_shapes import qualified_name, shapes_of
from toolkit.models.order import DependencyOrder, dependency_order
from toolkit.models.ownership import OwnershipGraph, OwnershipRules, build_ownership
from toolkit.models.shapes import DEFAULT_SCHEMA, TableShape


@dataclass(frozen=True, slots=True)
class ModelRegistry:
    """Tables and classes by qualified table name.

    Several metadata are one application's models spread over several collections; a table that two of them
    have is taken from the first.
    """

    metadata: tuple[MetaData, ...]
    tables: Mapping[str, Table]
    classes: Mapping[str, type[Any]]
    """The mapped class of each table that has one; of several, the base of the hierarchy."""
    shapes: tuple[TableShape, ...]

    @classmethod
    def of(
        cls, metadata: MetaData | Sequence[MetaData], *, default_schema: str = DEFAULT_SCHEMA
    ) -> ModelRegistry:
        """The registry of metadata at hand, such as the `target_metadata` of an `env.py`.

        Resolves all relationships. Raises UnknownReferenceError and BrokenModelError.
        """
        collections = (metadata,) if isinstance(metadata, MetaData) else tuple(metadata)
        shapes = shapes_of(collections, default_schema=default_schema)
        tables: dict[str, Table] = {}
        for each in collections:
            for table in each.tables.values():
                tables.setdefault(qualified_name(table, default_schema), table)
        classes = _mapped_classes(tables)
        _resolve_relationships(classes.values())
        return cls(collections, MappingProxyType(tables), MappingProxyType(classes), shapes)

    def order(self) -> DependencyOrder:
        """The tables with parents first."""
        return dependency_order(self.shapes)

    def ownership(self, rules: OwnershipRules | None = None) -> OwnershipGraph:
        """Who owns the rows of each table. Raises OwnershipRuleError."""
        return build_ownership(self.shapes, rules)


def _mapped_classes(tables: Mapping[str, Table]) -> dict[str, type[Any]]:
    names = {id(table): name for name, table in tables.items()}
    found: dict[str, Mapper[Any]] = {}
    # SQLAlchemy has no public way from a table to its mappers, and metadata does not know its registry.
    for each in _all_registries():
        for mapper in _mappers(each):
            name = names.get(id(mapper.local_table))
            if name is not None and (name not in found or mapper.inherits is None):
                found[name] = mapper
    return {name: found[name].class_ for name in sorted(found)}


def _mappers(each: registry) -> Iterator[Mapper[Any]]:
    # Not `each.mappers`: it fails for good once one class of the registry could not be mapped.
    for manager in each._managers:  # noqa: SLF001
        if manager.is_mapped:
            yield manager.mapper


def _resolve_relationships(classes: Iterable[type[Any]]) -> None:
    mappers: list[Mapper[Any]] = [each.__mapper__ for each in classes]
    registries: dict[int, registry] = {id(mapper.registry): mapper.registry for mapper in mappers}
    for each in registries.values():
        try:
            each.configure(cascade=True)
        except SQLAlchemyError as error:
            diagnosis = diagnose_mappers(error, [mapper.class_ for mapper in _mappers(each)])
            if diagnosis is None:
                raise
            raise diagnosis from error
