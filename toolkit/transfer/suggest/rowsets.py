"""Find the rows in what was surveyed: lists, objects by key or owner, documents, children in records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

from toolkit.transfer.mapping.paths import EACH, pointer_text
from toolkit.transfer.suggest.facts import Facts
from toolkit.transfer.suggest.names import alike
from toolkit.transfer.suggest.survey import Surveyed

_KEY: Final = re.compile(
    r"-?\d+|[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}|[0-9a-f]{24}|\S+@\S+|\w*[-_:]?\d+", re.IGNORECASE
)
"""Names of members that look like keys of rows rather than names of fields."""
_HOMOGENEOUS: Final = 0.6
_NAMES_A_TABLE: Final = 0.8
_ENOUGH: Final = 3
"""So many members of one form are rows by their key, whatever their names are."""


@dataclass(eq=False, slots=True)
class Leaf:
    """A place in a row that can fill a column: a field path, or one of the words `@key`, `@1`, `@value`."""

    path: tuple[str, ...]
    facts: Facts
    word: str | None = None

    @property
    def nameable(self) -> bool:
        """Whether a mapping can name it: a field with an empty name has no path."""
        return "" not in self.path

    @property
    def text(self) -> str:
        """The path as the mapping writes it."""
        if self.word is not None:
            return self.word
        plain = all(name and "." not in name for name in self.path)
        plain = plain and not self.path[0].startswith(("/", "@"))
        return ".".join(self.path) if plain else pointer_text(self.path)


@dataclass(eq=False, slots=True)
class RowSet:
    """The rows at one row pointer of one source."""

    source: str
    tokens: tuple[str, ...]
    facts: Facts
    label: str
    """The name by which a table is looked for."""
    parent: RowSet | None = None
    leaves: list[Leaf] = field(default_factory=list)
    children: list[RowSet] = field(default_factory=list)

    @property
    def pointer(self) -> str:
        """The row pointer."""
        return pointer_text(self.tokens)

    @property
    def scalar(self) -> bool:
        """Whether the rows are single values."""
        return "object" not in self.facts.present

    def leaf(self, text: str) -> Leaf | None:
        """The leaf of that path."""
        return next((each for each in self.leaves if each.text == text), None)


@dataclass(frozen=True, slots=True)
class Stray:
    """A part of a document in which no rows are."""

    source: str
    path: tuple[str, ...]
    facts: Facts


@dataclass(frozen=True, slots=True)
class Found:
    """All rows of one source, and the rest of it."""

    shape: str
    """For the mapping: `keyed`, `grouped`, `document`, `mongo`, or `auto`."""
    sets: tuple[RowSet, ...]
    strays: tuple[Stray, ...]


def row_sets(surveyed: Surveyed, tables: Sequence[str]) -> Found:
    """The row sets of a source, outer ones first. `tables` are names that a member may be called by."""
    name, facts = surveyed.name, surveyed.facts
    if surveyed.top == "list":
        return Found(surveyed.shape, tuple(_with_children(RowSet(name, (EACH,), facts, name))), ())
    holding = _container(name, (), facts, tables)
    if holding is not None:
        made = _outer(name, (), facts, name, holding)
        return Found("keyed" if holding == "keyed" else "grouped", tuple(_with_children(made)), ())
    sets: list[RowSet] = []
    strays: list[Stray] = []
    _document(name, (), facts, tables, sets, strays)
    return Found("document", tuple(inner for each in sets for inner in _with_children(each)), tuple(strays))


def _document(
    source: str,
    path: tuple[str, ...],
    facts: Facts,
    tables: Sequence[str],
    sets: list[RowSet],
    strays: list[Stray],
) -> None:
    for name, member in facts.members.items():
        here = (*path, name)
        if member.present == {"array"}:
            if member.items is not None and "object" in member.items.present:
                sets.append(RowSet(source, (*here, EACH), member.items, name))
            else:
                strays.append(Stray(source, here, member))
        elif member.present == {"object"} and (holding := _container(source, here, member, tables)):
            sets.append(_outer(source, here, member, name, holding))
        elif member.present == {"object"} and any(_holds_rows(each) for each in member.members.values()):
            _document(source, here, member, tables, sets, strays)
        else:
            strays.append(Stray(source, here, member))


def _container(source: str, path: tuple[str, ...], facts: Facts, tables: Sequence[str]) -> str | None:
    """`keyed` for an object of records by key, `grouped` for one of lists of records by key."""
    del source
    each = list(facts.members.values())
    kinds = {kind for member in each for kind in member.present}
    if not each or len(kinds) != 1 or kinds & {"text", "number", "bool"}:
        return None
    named = any(alike(name, table) >= _NAMES_A_TABLE for name in facts.members for table in tables)
    looks = all(_KEY.fullmatch(name) for name in facts.members)
    if facts.overflow is None and not looks and (named or _few(each, kinds) or not _homogeneous(each)):
        return None
    if kinds == {"array"}:
        rows = [member.items for member in each if member.items is not None]
        return "grouped" if rows and all("object" in items.present for items in rows) else None
    inner_maps = all(member.members and _container("", path, member, ()) for member in each)
    return None if inner_maps and not looks else "keyed"


def _few(members: Sequence[Facts], kinds: set[str]) -> bool:
    """Whether these are too few to be told from fields or tables; two records will do if they are alike."""
    if len(members) != 2 or kinds != {"object"}:
        return len(members) < _ENOUGH
    one, other = (set(member.members) for member in members)
    return len(one & other) < 2


def _homogeneous(members: Iterable[Facts]) -> bool:
    """Whether these have about the same fields."""
    names = [frozenset((each.items or each).members) for each in members][:50]
    pairs = [(one, other) for one, other in combinations(names, 2) if one | other]
    return bool(pairs) and sum(len(a & b) / len(a | b) for a, b in pairs) / len(pairs) >= _HOMOGENEOUS


def _holds_rows(facts: Facts) -> bool:
    if facts.present == {"array"}:
        return facts.items is not None and "object" in facts.items.present
    return facts.present == {"object"} and _container("", (), facts, ()) is not None


def _outer(source: str, path: tuple[str, ...], facts: Facts, label: str, holding: str) -> RowSet:
    """The rows of an object by key: its members, or the elements of its members."""
    merged, keys = facts.merged_members(), _key_facts(facts)
    if holding == "keyed":
        made = RowSet(source, (*path, EACH), merged, label)
        made.leaves.append(Leaf((), keys, "@key"))
        return made
    made = RowSet(source, (*path, EACH, EACH), merged.items or Facts(), label)
    made.leaves.append(Leaf((), keys, f"@{len([t for t in made.tokens if t == EACH]) - 1}"))
    return made


def _key_facts(facts: Facts) -> Facts:
    keys = Facts()
    for name in facts.members:
        keys.add(name)
    return keys


def _with_children(rows: RowSet) -> Iterator[RowSet]:
    """The row set with its leaves, then the row sets inside its records."""
    if rows.scalar:
        rows.leaves.append(Leaf((), rows.facts, "@value"))
    else:
        _leaves(rows, (), rows.facts)
    yield rows
    for child in rows.children:
        yield from _with_children(child)


def _leaves(rows: RowSet, path: tuple[str, ...], facts: Facts) -> None:
    for name, member in facts.members.items():
        here = (*path, name)
        rows.leaves.append(Leaf(here, member))
        if "object" in member.present:
            holding = _container("", here, member, ())
            if holding is not None and (
                member.overflow is not None or all(map(_KEY.fullmatch, member.members))
            ):
                child = _outer(rows.source, (*rows.tokens, *here), member, name, holding)
                child.parent = rows
                rows.children.append(child)
            else:
                _leaves(rows, here, member)
        elif "array" in member.present and member.items is not None:
            rows.children.append(RowSet(rows.source, (*rows.tokens, *here, EACH), member.items, name, rows))
