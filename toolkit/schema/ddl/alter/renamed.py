"""A snapshot as the server leaves it after a rename.

The server keeps references by number and writes the new name wherever it writes texts again. Here the new
name is put into the texts. Where that cannot be done for sure (a query may use the old name as an alias) the
text is marked as another one, so that the object is made anew from what is wanted: too much work, never too
little.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from toolkit.schema.ddl.texts import TOKEN
from toolkit.schema.objects import (
    RELATION_KINDS,
    Column,
    Constraint,
    Enum,
    Index,
    Key,
    Kind,
    OwnedBy,
    Publication,
    Qualified,
    Rule,
    SchemaObject,
    Sequence,
    StatisticsObject,
    Table,
    Trigger,
)
from toolkit.schema.snapshot import Snapshot
from toolkit.sql.quoting import quote_identifier

_TEXTS: Final = frozenset(
    """
    type default generated expression definition predicate using with_check condition function returns
    arguments identity sql_body partition_key partition_bound of_type collation operator_class canonical
    difference multirange subtype row_filter left right commutator negator restrict join result source target
    support
    """.split()  # noqa: SIM905 - a plain word list reads better
)
"""Attributes that hold texts of the server with qualified names in them."""

_MARK: Final = " -- before a rename"
_QUERY: Final = re.compile(r"\bSELECT\b|\bFROM\b|\bINTO\b|\bUPDATE\b")

_Pair = Callable[[str, str], tuple[str, str]]


def renamed(snapshot: Snapshot, old: Key, new: Key) -> Snapshot:
    """The snapshot after one rename."""
    change: Callable[[SchemaObject], SchemaObject]
    if old.kind is Kind.ENUM and len(old.path) == 3:
        change = _Label(old, new)
    elif old.kind is Kind.COLUMN:
        change = _ColumnName(old, new, frozenset(_heirs(snapshot, Qualified(*old.path[:2]))))
    elif len(old.path) == 3:
        change = _PartName(old, new)
    else:
        change = _ObjectName(snapshot, old, new)
    things = (change(thing) for thing in snapshot.objects.values())
    return dataclasses.replace(snapshot, objects={thing.key: thing for thing in things})


def _heirs(snapshot: Snapshot, relation: Qualified) -> Iterator[Qualified]:
    yield relation
    for table in snapshot.of(Table):
        if relation in table.inherits or table.partition_of == relation:
            yield from _heirs(snapshot, table.qualified)


class _Label:
    """A label of an enum."""

    def __init__(self, old: Key, new: Key) -> None:
        self._enum, self._old, self._new = Key(Kind.ENUM, old.path[:2]), old.path[2], new.path[2]
        self._name = Qualified(*old.path[:2])

    def __call__(self, thing: SchemaObject) -> SchemaObject:
        if isinstance(thing, Enum) and thing.key == self._enum:
            labels = (self._new if label == self._old else label for label in thing.labels)
            return dataclasses.replace(thing, labels=tuple(labels))
        return _each_text(thing, self._text, lambda pair: pair)

    def _text(self, text: str) -> str:
        old, new = (label.replace("'", "''") for label in (self._old, self._new))
        return text.replace(f"'{old}'::{self._name}", f"'{new}'::{self._name}")


class _PartName:
    """A constraint, policy or trigger, with its copies on partitions where they have its name."""

    def __init__(self, old: Key, new: Key) -> None:
        self._old, self._new = old, new

    def __call__(self, thing: SchemaObject) -> SchemaObject:
        old, name = self._old, self._new.path[2]
        if thing.key == old:
            return dataclasses.replace(thing, name=name)  # type: ignore[call-arg] # parts have names
        if isinstance(thing, Constraint | Trigger) and thing.parent == old.path:
            schema, table, name = self._new.path
            return dataclasses.replace(thing, parent=(schema, table, name))
        inherited = isinstance(thing, Constraint) and thing.type == "check" and not thing.local
        if inherited and isinstance(thing, Constraint) and thing.name == old.path[2]:
            return dataclasses.replace(thing, name=name)
        if isinstance(thing, Index) and thing.constraint == old.path[2] and thing.relation == old.path[:2]:
            return dataclasses.replace(thing, constraint=name, name=name)
        return thing


class _ColumnName:
    """A column, with the columns that children inherit from it."""

    def __init__(self, old: Key, new: Key, relations: frozenset[Qualified]) -> None:
        self._old, self._new, self._relations = old.path[2], new.path[2], relations

    def __call__(self, thing: SchemaObject) -> SchemaObject:
        relation = getattr(thing, "relation", None)
        if relation in self._relations:
            thing = self._on_the_table(thing)
        elif isinstance(thing, Table) and thing.qualified in self._relations and thing.partition_key:
            thing = dataclasses.replace(thing, partition_key=self._word(thing.partition_key))
        if isinstance(thing, Constraint) and thing.references in self._relations:
            thing = dataclasses.replace(thing, referenced_columns=self._names(thing.referenced_columns))
        if isinstance(thing, Publication):
            tables = (
                dataclasses.replace(
                    table,
                    columns=self._names(table.columns),
                    row_filter=self._word(table.row_filter),
                )
                if table.table in self._relations
                else table
                for table in thing.tables
            )
            return dataclasses.replace(thing, tables=tuple(tables))
        return _each_text(thing, self._marked, self._owned)

    def _on_the_table(self, thing: SchemaObject) -> SchemaObject:
        word, names = self._word, self._names
        match thing:
            case Column():
                name = self._new if thing.name == self._old else thing.name
                return dataclasses.replace(thing, name=name, generated=word(thing.generated))
            case Constraint():
                return dataclasses.replace(
                    thing,
                    columns=names(thing.columns, ordered=thing.type != "check"),
                    include=names(thing.include),
                    set_columns=names(thing.set_columns),
                    expression=word(thing.expression),
                    definition=word(thing.definition),
                )
            case Index():
                keys = (
                    dataclasses.replace(
                        key,
                        column=self._new if key.column == self._old else key.column,
                        expression=word(key.expression),
                    )
                    for key in thing.keys
                )
                include, predicate = names(thing.include), word(thing.predicate)
                return dataclasses.replace(thing, keys=tuple(keys), include=include, predicate=predicate)
            case Trigger():
                columns, condition = names(thing.columns), word(thing.condition)
                return dataclasses.replace(thing, columns=columns, condition=condition)
            case StatisticsObject():
                return dataclasses.replace(thing, definition=word(thing.definition) or "")
            case Rule():
                return dataclasses.replace(thing, definition=thing.definition + _MARK)
            case _:
                return _each_text(thing, lambda text: word(text) or "", self._owned)

    def _names(self, names: tuple[str, ...], *, ordered: bool = True) -> tuple[str, ...]:
        found = (self._new if name == self._old else name for name in names)
        return tuple(found if ordered else sorted(found))

    def _word(self, text: str | None) -> str | None:
        """The text with the column under its new name; it stands in no query, and so without its table."""
        if text is None:
            return None
        if _QUERY.search(text):
            return text + _MARK if quote_identifier(self._old) in text else text
        tokens = [match[0] for match in TOKEN.finditer(text)]
        old, new = quote_identifier(self._old), quote_identifier(self._new)
        for place, token in enumerate(tokens):
            dotted = (
                place > 1 and tokens[place - 1] == "." and tokens[place - 2].lower() not in ("old", "new")
            )
            called = tokens[place + 1 : place + 2] in (["("], ["."])
            if token == old and not dotted and not called:
                tokens[place] = new
        return "".join(tokens)

    def _marked(self, text: str) -> str:
        """Queries that may read the column are marked; nothing else holds it."""
        reads = _QUERY.search(text) and any(str(relation) in text for relation in self._relations)
        return text + _MARK if reads and quote_identifier(self._old) in text else text

    def _owned(self, pair: Any) -> Any:
        owner = isinstance(pair, OwnedBy) and pair[:2] in self._relations and pair[2] == self._old
        return OwnedBy(pair[0], pair[1], self._new) if owner else pair


class _ObjectName:
    """A schema, or an object directly in one."""

    def __init__(self, snapshot: Snapshot, old: Key, new: Key) -> None:
        self._kind = old.kind
        self._is_relation = old.kind in RELATION_KINDS
        name = getattr(snapshot.objects[old], "name", "")
        made = new.path[-1].partition("(")[0]
        self._old = (old.path[0], name)
        self._new = (new.path[0], made[1:-1].replace('""', '"') if made.startswith('"') else made)
        if len(old.path) > 1 and "(" not in old.path[-1]:
            self._new = (new.path[0], new.path[1])
        self._key = old

    def __call__(self, thing: SchemaObject) -> SchemaObject:
        changes: dict[str, Any] = {}
        if self._kind is Kind.SCHEMA:
            if getattr(thing, "schema", None) == self._old[0]:
                changes["schema"] = self._new[0]
            if isinstance(thing, Publication):
                changes["schemas"] = tuple(sorted(self._pair((name, ""))[0] for name in thing.schemas))
            if thing.key == self._key:
                changes["name"] = self._new[0]
        elif thing.key == self._key:
            changes = {"schema": self._new[0], "name": self._new[1]}
        elif (
            self._is_relation and (getattr(thing, "schema", None), getattr(thing, "table", None)) == self._old
        ):
            changes = {"schema": self._new[0], "table": self._new[1]}
        by_index = (self._old[0], f"index {self._old[1]}")
        if isinstance(thing, Table) and (thing.schema, thing.replica_identity) == by_index:
            changes["replica_identity"] = f"index {self._new[1]}"
        if isinstance(thing, Sequence) and thing.owned_by and thing.owned_by[:2] == self._old:
            changes["schema"] = self._new[0]
        thing = dataclasses.replace(thing, **changes) if changes else thing
        return _each_text(thing, self._text, self._structured)

    def _pair(self, pair: tuple[str, str]) -> tuple[str, str]:
        if self._kind is Kind.SCHEMA:
            return (self._new[0], pair[1]) if pair[0] == self._old[0] else pair
        return self._new if pair == self._old else pair

    def _structured(self, value: Any) -> Any:
        if not (self._is_relation or self._kind in (Kind.SCHEMA, Kind.INDEX)):
            return value
        schema, name = self._pair((value[0], value[1]))
        if isinstance(value, OwnedBy):
            return OwnedBy(schema, name, value.column)
        return (schema, name, *value[2:]) if len(value) > 2 else Qualified(schema, name)

    def _text(self, text: str) -> str:
        tokens = [match[0] for match in TOKEN.finditer(text)]
        found = False
        for place in range(1, len(tokens) - 1):
            if tokens[place] != ".":
                continue
            pair = (_unquoted(tokens[place - 1]), _unquoted(tokens[place + 1]))
            other = self._pair(pair)
            called = tokens[place + 2 : place + 3] == ["("]
            if other == pair or (self._kind is not Kind.SCHEMA and called is not self._is_called):
                continue
            tokens[place - 1], tokens[place + 1] = map(quote_identifier, other)
            found = True
        literal = "".join(self._literal(token) for token in tokens)
        return literal + _MARK if found and self._is_relation and _QUERY.search(text) else literal

    @property
    def _is_called(self) -> bool:
        return self._kind in (Kind.FUNCTION, Kind.PROCEDURE, Kind.AGGREGATE)

    def _literal(self, token: str) -> str:
        """`'app.ticket'::regclass` names a sequence or a table."""
        inside = token[1:-1].replace("''", "'") if token.startswith("'") else ""
        if "." not in inside or "'" in inside:
            return token
        changed = self._text(inside)
        return "'" + changed.replace("'", "''") + "'" if changed != inside else token


def _unquoted(token: str) -> str:
    return token[1:-1].replace('""', '"') if token.startswith('"') else token


def _each_text(
    thing: SchemaObject, text: Callable[[str], str], structured: Callable[[Any], Any]
) -> SchemaObject:
    """The object with every text of the server and every name of another object changed."""
    changes: dict[str, Any] = {}
    for field in dataclasses.fields(thing):
        before = getattr(thing, field.name)
        after = _in_value(field.name, before, text, structured)
        if after != before:
            changes[field.name] = after
    return dataclasses.replace(thing, **changes) if changes else thing


def _in_value(name: str, value: Any, text: Callable[[str], str], structured: Callable[[Any], Any]) -> Any:
    if isinstance(value, str):
        return text(value) if name in _TEXTS else value
    if isinstance(value, Qualified | OwnedBy) or (name == "parent" and isinstance(value, tuple)):
        return structured(value)
    if isinstance(value, tuple):
        whole = name == "definition"
        return tuple(_in_value(name if whole else "", item, text, structured) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = {
            field.name: _in_value(field.name, getattr(value, field.name), text, structured)
            for field in dataclasses.fields(value)
        }
        return dataclasses.replace(value, **parts)
    return value
