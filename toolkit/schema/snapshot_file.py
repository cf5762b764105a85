"""Snapshots as JSON: stable, so that two files of equal databases are equal texts, and made for `diff`.

Objects stand by kind and name, one attribute to a line, attributes that have their default left out. Columns
stand in the order of their table instead of carrying a position, so that a dropped column is one difference.
Invariant: `from_json(to_json(snapshot))` has the same objects and the same hash.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from toolkit.schema.census import Census
from toolkit.schema.errors import SnapshotFileError
from toolkit.schema.objects import CLASSES, Column, Kind, Qualified, SchemaObject
from toolkit.schema.sizes import RelationSize
from toolkit.schema.snapshot import ServerFacts, Snapshot

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FORMAT: Final = "neonkit schema snapshot"
VERSION: Final = 1
"""Rises when a reader of the old format would misread the new one."""

_LAST: Final = ("comment", "origin")
_NOT_WRITTEN: Final = frozenset({"position"})


def to_json(snapshot: Snapshot, *, sizes: bool = False) -> str:
    """The snapshot as text. `sizes` adds rows and bytes, which change without a change of structure."""
    objects: dict[str, list[dict[str, Any]]] = {}
    for thing in snapshot.in_order:
        objects.setdefault(str(thing.kind), []).append(_written(thing))
    objects[str(Kind.COLUMN)] = [
        _written(column) for relation in snapshot.relations for column in snapshot.parts(relation).columns
    ]
    document = {
        "format": FORMAT,
        "version": VERSION,
        "hash": snapshot.hash,
        "server": dataclasses.asdict(snapshot.server),
        "objects": {str(kind): objects[str(kind)] for kind in CLASSES if objects.get(str(kind))},
        "census": {
            "not_modelled": dict(snapshot.census.not_modelled),
            "not_visible": list(snapshot.census.not_visible),
        },
    }
    if sizes:
        document["sizes"] = [
            {"relation": list(name), **dataclasses.asdict(size)}
            for name, size in sorted(snapshot.sizes.items())
        ]
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def from_json(text: str, source: str = "The text") -> Snapshot:
    """The snapshot that `to_json` wrote.

    Raises `SnapshotFileError`, which names `source`, for anything else.
    """
    document = _document(text, source)
    try:
        objects = [
            thing
            for kind, entries in document["objects"].items()
            for thing in _read_kind(Kind(kind), entries, source)
        ]
        server = ServerFacts(**document["server"])
        census = document.get("census", {})
        sizes = {
            Qualified(*entry.pop("relation")): RelationSize(**entry) for entry in document.get("sizes", ())
        }
        return Snapshot(
            server,
            {thing.key: thing for thing in objects},
            sizes,
            Census(census.get("not_modelled", {}), tuple(census.get("not_visible", ()))),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SnapshotFileError(source=source, reason=f"a part is missing or wrong ({error})") from error


def _document(text: str, source: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise SnapshotFileError(source=source, reason=f"it is not JSON ({error})") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise SnapshotFileError(source=source, reason="it does not say that it is one")
    if document.get("version") != VERSION:
        raise SnapshotFileError(
            source=source, reason=f"its version is {document.get('version')!r}, this neonkit reads {VERSION}"
        )
    return document


def _written(thing: Any) -> dict[str, Any]:
    """The attributes that differ from their defaults, comment and origin last."""
    fields = sorted(dataclasses.fields(thing), key=lambda field: field.name in _LAST)
    return {
        field.name: _plain(value)
        for field in fields
        if field.name not in _NOT_WRITTEN and (value := getattr(thing, field.name)) != field.default
    }


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return _written(value) if dataclasses.is_dataclass(value) else value


def _read_kind(kind: Kind, entries: Sequence[Mapping[str, Any]], source: str) -> list[SchemaObject]:
    from pydantic import ValidationError

    known = {field.name for field in dataclasses.fields(CLASSES[kind])}
    for place, entry in enumerate(entries):
        if unknown := set(entry) - known:
            reason = f"{kind} {place + 1} has the unknown attribute {min(unknown)!r}"
            raise SnapshotFileError(source=source, reason=reason)
    try:
        found = [_reader(kind).validate_python(entry) for entry in entries]
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise SnapshotFileError(source=source, reason=f"{where} of a {kind}: {first['msg']}") from error
    return _placed(found) if kind is Kind.COLUMN else found


@cache
def _reader(kind: Kind) -> TypeAdapter[SchemaObject]:
    from pydantic import TypeAdapter

    return TypeAdapter(CLASSES[kind])


def _placed(columns: Iterable[SchemaObject]) -> list[SchemaObject]:
    """The columns with their positions back."""
    positions: dict[Qualified, int] = {}
    placed: list[SchemaObject] = []
    for column in columns:
        assert isinstance(column, Column)
        positions[column.relation] = positions.get(column.relation, 0) + 1
        placed.append(dataclasses.replace(column, position=positions[column.relation]))
    return placed
