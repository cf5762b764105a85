"""Read every record of the sources once and keep facts, never records.

An object at the top may be one large list by each name. A member that is too large to be read as a whole is
read again, element by element.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from toolkit.cancel import CancelToken
from toolkit.events import Emit, Notice, Progress, StepFinished, StepStarted
from toolkit.transfer.mapping.read import parse_mapping
from toolkit.transfer.sources.locate import is_module_attribute, locate
from toolkit.transfer.sources.located import Located, MemorySource
from toolkit.transfer.sources.options import DEFAULT_OPTIONS, Shape
from toolkit.transfer.sources.record import SourceRecord
from toolkit.transfer.sources.stream import open_stream
from toolkit.transfer.suggest.facts import Facts
from toolkit.transfer.suggest.names import identifier

_AT_ONCE: Final = 4 * 1024 * 1024
"""How large a member of an object at the top may be to be read as a whole, in bytes."""
_EXTENDED: Final = frozenset(
    {"$oid", "$date", "$numberLong", "$numberInt", "$numberDouble", "$numberDecimal", "$binary", "$uuid"}
)
_TOLD_EACH: Final = 10_000
_ANY = parse_mapping({"version": 1, "table": {"any": {"rows": "/*", "columns": {"any": "any"}}}})

Top = Literal["list", "object"]


@dataclass(frozen=True, slots=True)
class Origin:
    """What a source is as a whole."""

    records: int
    size: int
    """Raw bytes; 0 for an object in memory."""
    digest: str | None
    shapes: tuple[Shape, ...]
    encodings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Surveyed:
    """One source and its facts."""

    name: str
    """Its section in the mapping."""
    location: str | None
    """What `from` says; None for an object that was given."""
    top: Top
    shape: Shape
    """`mongo` for lines or a list of MongoDB's extended JSON; `auto` for all else."""
    facts: Facts
    """Of the rows for a list; of the object for an object."""
    flawed: int
    """Records that cannot be read."""
    notices: tuple[str, ...]
    origin: Origin


def survey(
    given: Sequence[str | Path] | object, modules: Path, emit: Emit, cancel: CancelToken
) -> tuple[Surveyed, ...]:
    """The facts of each source. `given` are files and `module:attribute`s, or one object.

    Raises what opening and reading a source raises.
    """
    if isinstance(given, Sequence) and given and all(isinstance(item, str | Path) for item in given):
        locations = [str(item) for item in given]
        names = _names(locations)
        return tuple(
            _surveyed(name, location, locate(_ANY, Path(), location, modules)["input"], emit, cancel)
            for name, location in zip(names, locations, strict=True)
        )
    return (_surveyed("memory", None, MemorySource("memory", given), emit, cancel),)


def _surveyed(
    name: str,
    location: str | None,
    located: Located,
    emit: Emit,
    cancel: CancelToken,
    shape: Shape = "auto",
) -> Surveyed:
    step = f"survey {located.label}"
    emit(StepStarted(step))
    facts, large, flawed, count = Facts(), list[str](), 0, 0
    options = replace(DEFAULT_OPTIONS, max_record=_AT_ONCE)
    top: Top | None = None
    with open_stream(located, frozenset({()}), shape, options) as stream:
        for record in stream:
            if top is None:
                top = "list" if record.key is None else "object"
                facts.kinds["object"] += top == "object"
            if _is_large(record) and record.key is not None:
                large.append(record.key)
            elif record.flaws and record.value is None:
                flawed += 1
            elif record.key is None:
                facts.add(record.value)
            else:
                facts.member(record.key).add(record.value)
            count += 1
            if count % _TOLD_EACH == 0:
                cancel.raise_if_cancelled()
                emit(Progress(step, stream.bytes_read, stream.total_bytes, "bytes"))
        notices = tuple(stream.notices)
        origin = Origin(count, stream.bytes_read, stream.digest, stream.shapes, stream.encodings)
    if top == "list" and shape == "auto" and _is_extended(facts) and not isinstance(located, MemorySource):
        return _surveyed(name, location, located, emit, cancel, "mongo")
    for key in large:
        flawed += _read_large(located, key, facts.member(key), cancel)
    for notice in notices:
        emit(Notice("warning", notice))
    emit(StepFinished(step, "done", f"{count} records"))
    return Surveyed(name, location, top or "list", shape, facts, flawed, notices, origin)


def _read_large(located: Located, key: str, facts: Facts, cancel: CancelToken) -> int:
    """Take in a member of the top, element by element; how many of them cannot be read."""
    flawed = 0
    with open_stream(located, frozenset({(key,)})) as stream:
        for record in stream:
            cancel.raise_if_cancelled()
            if record.flaws and record.value is None:
                flawed += 1
            elif record.key is None:
                facts.items = facts.items or Facts()
                facts.items.add(record.value)
            else:
                facts.member(record.key).add(record.value)
            facts.kinds["array" if record.key is None else "object"] = 1
    return flawed


def _is_extended(facts: Facts) -> bool:
    """Whether a field holds nothing but forms of MongoDB's extended JSON, such as `{"$oid": "..."}`."""
    return any(
        member.present == {"object"} and member.members and set(member.members) <= _EXTENDED
        for member in facts.members.values()
    )


def _is_large(record: SourceRecord) -> bool:
    return any(flaw.code == "too_large" for flaw in record.flaws)


def _names(locations: Sequence[str]) -> list[str]:
    """A name for each source: of its file or attribute; with a number where it would come twice."""
    names: list[str] = []
    for location in locations:
        bare = location.rpartition(":")[2] if is_module_attribute(location) else Path(location).name
        stem = identifier(bare.split(".")[0]) or "source"
        taken = sum(name == stem or name.rpartition("_")[0] == stem for name in names)
        names.append(f"{stem}_{taken + 1}" if stem in names else stem)
    return names
