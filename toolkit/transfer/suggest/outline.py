"""What is in a source, for people: each path with the types seen there, how often, and samples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from toolkit.secret import MASK
from toolkit.transfer.judge.rejects import is_secret
from toolkit.transfer.suggest.facts import Facts
from toolkit.transfer.suggest.names import identifier
from toolkit.transfer.suggest.survey import Surveyed

MOST_PATHS: Final = 500
_NAMES: Final = {
    "array": "JSON array",
    "ndjson": "JSON lines",
    "concatenated": "JSON values one after the other",
    "keyed": "JSON object by key",
    "grouped": "JSON object of lists",
    "document": "JSON document",
    "csv": "CSV",
    "tinydb": "TinyDB document",
    "json-server": "json-server document",
    "mongo": "MongoDB extended JSON",
}


@dataclass(frozen=True, slots=True)
class PathOutline:
    """One place in the records, over all of them."""

    path: str
    """`$.address.city`; `[]` stands for the elements of a list, `{}` for members with too many names."""
    seen: int
    """How often something stands there, null included."""
    of: int
    """How often it could have: how many records, elements or objects hold it."""
    null: int
    kinds: tuple[tuple[str, int], ...]
    """`text`, `number`, `bool`, `array`, `object`, the most frequent first; without null."""
    distinct: int | None
    """Different values, estimated where they are many; None where there are no plain values."""
    samples: tuple[str, ...]
    """Masked where the name sounds secret."""


@dataclass(frozen=True, slots=True)
class Outline:
    """One source."""

    name: str
    location: str | None
    kind: str
    encoding: str
    records: int
    flawed: int
    """Records that cannot be read."""
    size: int
    """Raw bytes."""
    digest: str | None
    """SHA-256."""
    notices: tuple[str, ...]
    paths: tuple[PathOutline, ...]
    cut: bool
    """Whether there are more paths than are listed."""


def outline(surveyed: Surveyed) -> Outline:
    """What was seen in one source, paths in the order of the data."""
    origin, facts = surveyed.origin, surveyed.facts
    found = list(_paths("$", facts, origin.records if surveyed.top == "list" else 1, secret=False))
    kinds = [_NAMES[shape] for shape in origin.shapes] or ["nothing" if origin.size else "objects in memory"]
    if surveyed.shape == "mongo":
        kinds = [_NAMES["mongo"]]
    return Outline(
        surveyed.name,
        surveyed.location,
        ", ".join(kinds),
        ", ".join(origin.encodings),
        origin.records,
        surveyed.flawed,
        origin.size,
        origin.digest,
        surveyed.notices,
        tuple(found[1 : MOST_PATHS + 1] if len(found) > 1 else found),
        len(found) > MOST_PATHS + 1,
    )


def _paths(path: str, facts: Facts, of: int, *, secret: bool) -> Iterator[PathOutline]:
    kinds = [(kind, count) for kind, count in facts.kinds.most_common() if count and kind != "null"]
    plain = facts.present - {"array", "object"}
    samples = facts.samples
    yield PathOutline(
        path,
        facts.seen,
        of,
        facts.kinds["null"],
        tuple(kinds),
        facts.values.distinct if plain else None,
        tuple(MASK for _ in samples[:1]) if secret else tuple(samples),
    )
    objects, lists = facts.kinds["object"], facts.kinds["array"]
    for name, member in facts.members.items():
        hidden = secret or is_secret(identifier(name))
        yield from _paths(f"{path}.{name}", member, objects, secret=hidden)
    if facts.overflow is not None:
        yield from _paths(f"{path}.{{}}", facts.overflow, facts.overflow.seen, secret=secret)
    if facts.items is not None and lists:
        yield from _paths(f"{path}[]", facts.items, facts.items.seen, secret=secret)
