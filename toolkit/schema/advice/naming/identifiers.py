"""Names that have to be quoted, were cut, or break the project's own custom."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from toolkit.findings import Fix
from toolkit.schema.advice.fixes import statements, words
from toolkit.schema.advice.names import LONGEST
from toolkit.schema.advice.rule import INFO, WARNING, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import (
    Column,
    Constraint,
    Enum,
    Function,
    Index,
    Key,
    Kind,
    Qualified,
    SchemaObject,
    Sequence,
    Trigger,
)
from toolkit.sql.keywords import NOT_A_BARE_NAME
from toolkit.sql.quoting import quote_identifier

_PLAIN: Final = re.compile(r"[a-z_][a-z0-9_$]*")
_ALTERED: Final = {Kind.TABLE: "TABLE", Kind.VIEW: "VIEW", Kind.MATERIALIZED_VIEW: "MATERIALIZED VIEW",
                   Kind.INDEX: "INDEX", Kind.SEQUENCE: "SEQUENCE", Kind.ENUM: "TYPE"}  # fmt: skip


@rule(
    "identifier-mixed-case",
    WARNING,
    name="Name that only works in quotes",
    why="PostgreSQL folds a bare name to lower case: such a name has to be quoted, exactly, in every "
    "query by hand, every tool and every driver.",
    example='CREATE TABLE "UserTasks" (id bigint PRIMARY KEY);',
    fix="Rename it to lower case with underscores; models map the attribute to the new name.",
)
def identifier_mixed_case(scope: Scope) -> Found:
    """A table, view, column, enum, function or sequence whose name is not made of `a-z`, `0-9` and `_`."""
    for thing, name in _named(scope):
        if not _PLAIN.fullmatch(name):
            yield Advice(
                thing.key,
                f"{thing.kind} {thing.key.name} has to be quoted in every statement.",
                _renamed(scope, thing, name, re.sub(r"[^a-z0-9_]+", "_", _snake(name))),
                {"name": name},
            )


@rule(
    "identifier-reserved",
    WARNING,
    name="Name that is a word of SQL",
    why="A bare reserved word is a syntax error or, worse, something else: `select user` asks for the "
    "role, not for the column.",
    example='CREATE TABLE "order" (id bigint PRIMARY KEY);',
    fix="Rename it, often to the plural.",
)
def identifier_reserved(scope: Scope) -> Found:
    """A table, view, column, enum, function or sequence named like a keyword that SQL does not take as a
    bare name.
    """
    for thing, name in _named(scope):
        if name in NOT_A_BARE_NAME:
            wanted = f"{name}s" if thing.kind is Kind.TABLE else f"{name}_"
            yield Advice(
                thing.key,
                f"{thing.kind} {thing.key.name} is named by a word of SQL.",
                _renamed(scope, thing, name, wanted),
                {"name": name},
            )


@rule(
    "identifier-truncated",
    WARNING,
    name="Name of the greatest length",
    why="The server silently cuts names at 63 bytes: most names of exactly that length were longer, so "
    "models and migrations know the object by another name, and two of them may collide.",
    example="CREATE TABLE notes (id bigint PRIMARY KEY);\nCREATE INDEX " + "i" * 70 + " ON notes (id);",
    fix="Give it a shorter name.",
)
def identifier_truncated(scope: Scope) -> Found:
    """A name of 63 bytes or more: of a relation, column, index, constraint, trigger, type or function."""
    for thing, name in [*_named(scope), *_parts(scope)]:
        if len(name.encode()) >= LONGEST and not (isinstance(thing, Index) and thing.constraint):
            yield Advice(
                thing.key,
                f"{thing.kind} {thing.key.name} has {len(name.encode())} bytes: it may have been cut.",
                _renamed(scope, thing, name, name[:40]),
                {"bytes": len(name.encode())},
            )


@rule(
    "naming-inconsistent",
    INFO,
    name="Name against the project's custom",
    why="A custom that holds without exception lets people and programs guess names.",
    example='-- with the setting names = {"index": "ix_.+"}\n'
    "CREATE TABLE notes (id bigint, day date);\nCREATE INDEX notes_by_day ON notes (day);",
    fix="Rename it.",
)
def naming_inconsistent(scope: Scope) -> Found:
    """A name that the pattern configured for its kind does not match. Quiet where none is configured."""
    names = scope.settings.names
    for thing, name in [*_named(scope), *_parts(scope)] if names else []:
        pattern = _pattern(thing, names)
        serves = isinstance(thing, Index) and thing.constraint is not None
        if pattern is not None and not re.fullmatch(pattern, name) and not serves:
            yield Advice(
                thing.key,
                f"{thing.kind} {thing.key.name} does not match {pattern!r}.",
                words("rename it"),
                {"pattern": pattern},
            )


def _pattern(thing: SchemaObject, names: Mapping[str, str]) -> str | None:
    """The custom for a thing, with the names of its tables put in."""
    kinds = [thing.type, str(thing.kind)] if isinstance(thing, Constraint) else [str(thing.kind)]
    pattern = next((names[kind] for kind in kinds if kind in names), None)
    if pattern is None or "%(" not in pattern:
        return pattern
    # A word of a name, such as that of a table, is never a pattern itself.
    pattern = pattern.replace("%(table)s", re.escape(getattr(thing, "table", "")))
    referred = thing.references.name if isinstance(thing, Constraint) and thing.references else ""
    return pattern.replace("%(referred_table)s", re.escape(referred))


def _named(scope: Scope) -> Iterator[tuple[SchemaObject, str]]:
    """What statements of an application name."""
    yield from ((table, table.name) for table in scope.tables)
    yield from ((view, view.name) for view in scope.views)
    yield from ((view, view.name) for view in scope.materialized_views)
    yield from ((one, one.name) for one in scope.snapshot.own(Sequence) if one.owned_by is None)
    yield from ((enum, enum.name) for enum in scope.snapshot.own(Enum))
    yield from ((function, function.name) for function in scope.snapshot.own(Function))
    yield from ((column, column.name) for _, column in scope.columns())


def _parts(scope: Scope) -> Iterator[tuple[SchemaObject, str]]:
    yield from ((index, index.name) for index in scope.indexes)
    yield from ((constraint, constraint.name) for constraint in scope.constraints)
    for table in scope.tables:
        yield from ((trigger, trigger.name) for trigger in scope.parts(table.qualified).triggers)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _renamed(scope: Scope, thing: SchemaObject, old: str, wanted: str) -> Fix:
    text = "rename it, and the models with it"
    if re.fullmatch(r"[a-z_][a-z0-9_]*", wanted) is None or wanted in NOT_A_BARE_NAME:
        return words(text)
    if isinstance(thing, Column | Constraint | Trigger):
        table, what = (
            Qualified(thing.schema, thing.table),
            {Kind.COLUMN: "COLUMN", Kind.CONSTRAINT: "CONSTRAINT"},
        )
        if isinstance(thing, Trigger):
            return statements(text, f"ALTER TRIGGER {quote_identifier(old)} ON {table} RENAME TO {wanted}")
        if Key(thing.kind, (*table, wanted)) in scope.snapshot.objects:
            return words(text)
        names = f"{quote_identifier(old)} TO {wanted}"
        return statements(text, f"ALTER TABLE {table} RENAME {what[thing.kind]} {names}")
    if thing.kind not in _ALTERED or isinstance(thing, Function):
        return words(text)
    schema = thing.key.path[0]
    free = scope.free_name(schema, wanted)
    return statements(text, f"ALTER {_ALTERED[thing.kind]} {thing.key.name} RENAME TO {free}")
