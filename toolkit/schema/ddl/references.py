"""Which objects a text of the server speaks of.

The texts of a snapshot are written with an empty `search_path`, so that everything outside `pg_catalog`
stands with its schema: each pair of names around a dot that is the name of an object is taken for a
reference. That can find too much (a table alias called like a schema), never too little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from toolkit.schema.ddl.texts import TOKEN
from toolkit.schema.objects import (
    Aggregate,
    Function,
    Key,
    Kind,
    Operator,
    Procedure,
    RangeType,
    SchemaObject,
)

_NAMED: Final = frozenset(
    {
        Kind.COLLATION,
        Kind.ENUM,
        Kind.DOMAIN,
        Kind.COMPOSITE,
        Kind.RANGE,
        Kind.SEQUENCE,
        Kind.TABLE,
        Kind.FOREIGN_TABLE,
        Kind.VIEW,
        Kind.MATERIALIZED_VIEW,
    }
)
"""Kinds whose key is a schema and a name that texts use."""

CODE: Final = frozenset({Kind.FUNCTION, Kind.PROCEDURE, Kind.AGGREGATE, Kind.OPERATOR})
"""Kinds that can be found in an expression and can themselves need the relation it stands on."""

_OPERATOR: Final = re.compile(r'OPERATOR\((?:"((?:[^"]|"")+)"|([^\W\d][\w$]*))\.([^)\s]+)\)')
_WORD: Final = re.compile(r"[^\W\d][\w$]*\Z")


class References:
    """Finds objects by the names in texts."""

    def __init__(self, objects: Iterable[SchemaObject]) -> None:
        self._named: dict[tuple[str, str], set[Key]] = {}
        self._operators: dict[tuple[str, str], set[Key]] = {}
        for thing in objects:
            self._note(thing)

    def _note(self, thing: SchemaObject) -> None:
        key = thing.key
        if isinstance(thing, Function | Procedure | Aggregate):
            self._named.setdefault((thing.schema, thing.name), set()).add(key)
        elif isinstance(thing, Operator):
            self._operators.setdefault((thing.schema, thing.name), set()).add(key)
        elif key.kind in _NAMED:
            self._named.setdefault((key.path[0], key.path[1]), set()).add(key)
            if isinstance(thing, RangeType) and thing.multirange:
                for pair in qualified_names(thing.multirange):
                    self._named.setdefault(pair, set()).add(key)

    def of(self, *texts: str | None) -> set[Key]:
        """The keys of what the texts speak of."""
        found: set[Key] = set()
        for text in texts:
            if not text:
                continue
            for pair in qualified_names(text):
                found |= self._named.get(pair, set())
            if "OPERATOR(" in text:
                for match in _OPERATOR.finditer(text):
                    schema = match[1].replace('""', '"') if match[1] else match[2]
                    found |= self._operators.get((schema, match[3]), set())
        return found


def qualified_names(text: str) -> Iterator[tuple[str, str]]:
    """Every two names with a dot between them, unquoted; also those that are all of a literal."""
    before: str | None = None
    dotted = False
    for match in TOKEN.finditer(text):
        token = match[0]
        name = _name(token)
        if name is not None:
            if dotted and before is not None:
                yield before, name
            before, dotted = name, False
        elif match[0] == ".":
            dotted = before is not None
        else:
            before, dotted = None, False
            if token[-1] == "'" and "." in token:
                yield from _in_literal(token)


def _name(token: str) -> str | None:
    if token.startswith('"'):
        return token[1:-1].replace('""', '"')
    return token if _WORD.match(token) else None


def _in_literal(token: str) -> Iterator[tuple[str, str]]:
    """`'app.ticket'::regclass` names a sequence."""
    inside = token[token.index("'") + 1 : -1].replace("''", "'")
    if "'" not in inside:
        yield from qualified_names(inside.replace("\\\\", "\\"))
