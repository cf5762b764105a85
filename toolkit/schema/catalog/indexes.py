"""Indexes, and what their keys are ordered and compared by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from toolkit.schema.catalog.directory import Attribute, Directory, oids, options
from toolkit.schema.objects import Index, IndexKey, Qualified
from toolkit.sql.quoting import quote_identifier

_VARCHAR, _TEXT = 1043, 25
_DEFAULT_COLLATION = 100


@dataclass(slots=True)
class OperatorClasses:
    """Which operator class is the default one for a type, as `CREATE INDEX` would choose it."""

    rows: Iterable[Any]
    base_types: Mapping[int, int]
    """From each domain to what it stands on."""
    _names: dict[int, tuple[str, int, int, bool]] = field(default_factory=dict)
    _exact: set[tuple[int, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        for oid, method, schema, name, input_type, is_default, _method_name in self.rows:
            text = quote_identifier(name)
            if schema != "pg_catalog":
                text = f"{quote_identifier(schema)}.{text}"
            self._names[oid] = (text, method, input_type, is_default)
            if is_default:
                self._exact.add((method, input_type))

    def name(self, oid: int) -> str:
        """The class's name, quoted and with its schema where that is not `pg_catalog`."""
        return self._names.get(oid, (f"?{oid}", 0, 0, False))[0]

    def spelled(self, oid: int, column_type: int | None) -> str | None:
        """The class's name, or None where it is the default for the column's type."""
        name, method, input_type, is_default = self._names.get(oid, (f"?{oid}", 0, 0, False))
        if not is_default:
            return name
        if column_type is None:
            return None
        while column_type in self.base_types:
            column_type = self.base_types[column_type]
        if (method, column_type) in self._exact:
            return None if input_type == column_type else name
        # No class of its own: the server goes by coercion, for varchar always to text.
        return None if column_type != _VARCHAR or input_type == _TEXT else name


@dataclass(slots=True)
class IndexReader:
    """Turns rows of the index query into objects."""

    directory: Directory
    classes: OperatorClasses
    collations: Mapping[int, str]
    key_options: Mapping[tuple[int, int], tuple[int | None, tuple[str, ...]]]
    constraint_names: Mapping[int, str]
    """By the index that serves the constraint."""
    _known_keys: dict[Any, tuple[IndexKey, ...]] = field(default_factory=dict)
    """Most are one column's name and nothing else: equal keys are one value."""

    def read(self, rows: Iterable[Any], names: Mapping[int, Qualified]) -> Iterator[Index]:
        """Every index as an object. `names`: the name of each index by oid."""
        directory = self.directory
        comments = directory.comments_of("pg_class")
        served = self.constraint_names
        for row in rows:
            if row[1] not in directory.relations:
                continue
            (
                oid, relation, name, method, numbers, key_count, _classes, _collations, _flags, unique,
                not_distinct, predicate, _expressions, storage, space, invalid, unready, clustered, _identity,
                parent, *_estimates,
            ) = row  # fmt: skip
            (schema, table), _kind, origin = directory.relations[relation]
            columns = oids(numbers)
            yield Index(
                schema,
                table,
                name,
                method,
                self._keys(row, columns[:key_count]),
                directory.columns(relation, columns[key_count:]),
                unique is not None,
                not_distinct is not None,
                predicate,
                options(storage) if storage else (),
                space,
                invalid is None,
                unready is None,
                clustered is not None,
                served.get(oid),
                names.get(parent) if parent else None,
                comment=comments.get((oid, 0)),
                origin=origin,
            )

    def _keys(self, row: Any, columns: tuple[int, ...]) -> tuple[IndexKey, ...]:
        """The keys, which depend on the columns and vectors alone unless there are expressions or options."""
        known = self.directory.attributes.get(row[1], {})
        attributes = tuple([known.get(number) for number in columns])
        if row[12] or self._has_options(row[0], len(columns)):
            return self._read_keys(row, attributes)
        seen = (attributes, row[6], row[7], row[8])
        keys = self._known_keys.get(seen)
        if keys is None:
            keys = self._known_keys[seen] = self._read_keys(row, attributes)
        return keys

    def _has_options(self, index: int, count: int) -> bool:
        options_of = self.key_options
        return bool(options_of) and any((index, place) in options_of for place in range(1, count + 1))

    def _read_keys(self, row: Any, attributes: tuple[Attribute | None, ...]) -> tuple[IndexKey, ...]:
        classes, collations, flags = (oids(vector) for vector in row[6:9])
        expressions = row[12]
        keys = []
        for place, attribute in enumerate(attributes):
            target, class_options = self.key_options.get((row[0], place + 1), (None, ()))
            own_collation = attribute.collation_oid if attribute else _DEFAULT_COLLATION
            collation = collations[place]
            keys.append(
                IndexKey(
                    attribute.name if attribute else None,
                    expressions[place] if not attribute and expressions else None,
                    self._class(classes[place], attribute, bool(class_options)),
                    class_options,
                    self._collation(collation) if collation not in (0, own_collation) else None,
                    bool(flags[place] & 1),
                    bool(flags[place] & 2),
                    target,
                )
            )
        return tuple(keys)

    def _class(self, oid: int, attribute: Attribute | None, has_options: bool) -> str | None:
        """The operator class where it has to be named: options can only follow a name."""
        if has_options:
            return self.classes.name(oid)
        return self.classes.spelled(oid, attribute.type_oid if attribute else None)

    def _collation(self, oid: int) -> str:
        return 'pg_catalog."default"' if oid == _DEFAULT_COLLATION else self.collations.get(oid, f"?{oid}")
