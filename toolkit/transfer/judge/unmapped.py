"""Find the fields that nobody maps: what is neither moved nor ignored would be lost without a word."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from toolkit.transfer.errors import UnmappedField
from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.errors import CollidingField, NameCollisionError
from toolkit.transfer.judge.legacy import folded
from toolkit.transfer.judge.plan import Plan, TablePlan
from toolkit.transfer.judge.rows import Row, Tokens, takes
from toolkit.transfer.mapping.model import SourceRule
from toolkit.transfer.mapping.paths import FieldPath
from toolkit.transfer.sources.record import SourceContent, Value


@dataclass(slots=True)
class _Covered:
    """The mapped paths of a record as a tree; a whole node covers what is inside it."""

    whole: bool = False
    members: dict[str, _Covered] = field(default_factory=dict)

    def add(self, names: Iterable[str]) -> None:
        node = self
        for name in names:
            node = node.members.setdefault(name, _Covered())
        node.whole = True

    def strays(self, value: Value, before: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Value]]:
        """The fields that nothing covers, with the object that each stands in."""
        if self.whole or not isinstance(value, dict):
            return
        for name, member in value.items():
            node = self.members.get(name)
            if node is None:
                yield (*before, name), value
            else:
                yield from node.strays(member, (*before, name))

    def rest(self, value: Value) -> dict[str, Value]:
        """What nothing covers, in objects like those it stands in."""
        left: dict[str, Value] = {}
        for name, member in value.items() if isinstance(value, dict) else ():
            node = self.members.get(name)
            if node is None:
                left[name] = member
            elif not node.whole and (inner := node.rest(member)):
                left[name] = inner
        return left


def refuse_collisions(plan: Plan, book: Book) -> None:
    """Raise `NameCollisionError` where an unmapped field is the spelling of another one in its object."""
    found: dict[tuple[str, str, str], CollidingField] = {}
    for name, stray, around, row in _strays(plan, book):
        for other in around if isinstance(around, dict) else ():
            if other != stray[-1] and _spelling(other) == _spelling(stray[-1]):
                key = (name, stray[-1], other)
                found.setdefault(key, CollidingField(name, ".".join(stray), other, str(row.place)))
    if found:
        raise NameCollisionError(tuple(found.values()))


def unmapped_fields(plan: Plan, book: Book) -> tuple[UnmappedField, ...]:
    """Every field of every row that no table of the same rows takes, with how often it stands there."""
    found: dict[tuple[str, str], UnmappedField] = {}
    for name, stray, _, row in _strays(plan, book):
        old = found.get((name, ".".join(stray)))
        found[name, ".".join(stray)] = UnmappedField(
            name, ".".join(stray), old.rows + 1 if old else 1, old.where if old else str(row.place)
        )
    return tuple(found.values())


def untaken_rows(plan: Plan, book: Book, sources: Mapping[str, SourceRule]) -> tuple[UnmappedField, ...]:
    """Rows that the `where` of no table takes, where their source does not ignore them."""
    groups: dict[tuple[str, tuple[str, ...]], list[TablePlan]] = {}
    for table in plan.tables.values():
        groups.setdefault((table.source, table.rule.rows.tokens), []).append(table)
    found = []
    for (source, _), tables in groups.items():
        rule = sources.get(source)
        if rule is not None and rule.unmatched == "ignore":
            continue
        # Rows of one list stand at the same places for every table.
        passed = [{row.place.spot: row for row in book.passed.get(table.name, ())} for table in tables]
        none = [row for place, row in passed[0].items() if all(place in others for others in passed)]
        if none:
            fields = ", ".join(tables[0].rule.where)
            first = UnmappedField(
                tables[0].name, f"rows with another {fields}", len(none), str(none[0].place)
            )
            found.append(first)
    return tuple(found)


def unmapped_parts(content: SourceContent, rule: SourceRule | None) -> tuple[UnmappedField, ...]:
    """The parts of a document that no table takes and the source does not ignore."""
    ignored = {path.names for path in rule.ignore} if rule is not None else set()
    return tuple(
        UnmappedField(f"source {content.label}", ".".join(map(str, place.tokens)), 1, str(place))
        for place in content.stray
        if not any(place.tokens[: len(names)] == names for names in ignored)
    )


def rest_of(plan: Plan, table: TablePlan) -> Callable[[Row], Value]:
    """What collects the fields of a row that nothing covers."""
    coverage = _Coverage(plan, table)
    return lambda row: coverage.of(row).rest(row.value)


class _Coverage:
    """What of a row is covered by the tables that take it."""

    def __init__(self, plan: Plan, table: TablePlan) -> None:
        self.tables = [
            other
            for other in plan.tables.values()
            if other.source == table.source and other.rule.rows == table.rule.rows
        ]
        self.typed = any(other.rule.where for other in self.tables)
        self._inside = [
            other.rule.rows.tokens[len(table.rule.rows.tokens) :]
            for other in plan.tables.values()
            if other.source == table.source
            and table.rule.rows.encloses(other.rule.rows)
            and other.rule.rows != table.rule.rows
        ]
        self._made: dict[tuple[str, ...], _Covered] = {}

    def of(self, row: Row) -> _Covered:
        """By the tables that take this row."""
        taking = [table for table in self.tables if not table.rule.where or takes(table, row)]
        names = tuple(table.name for table in taking)
        if names not in self._made:
            covered = self._made[names] = _Covered()
            for table in taking:
                for path in _paths(table):
                    covered.add(path.names)
            for inner in self._inside:
                covered.add(inner[: inner.index("*")])
        return self._made[names]

    def has_rest(self, row: Row) -> bool:
        """Whether a column collects what is left of this row."""
        return any(
            column.rule.rest and takes(table, row)
            for table in self.tables
            for column in table.columns.values()
        )


def _strays(plan: Plan, book: Book) -> Iterator[tuple[str, tuple[str, ...], Value, Row]]:
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for first in plan.tables.values():
        if (first.source, first.rule.rows.tokens) in seen:
            continue
        seen.add((first.source, first.rule.rows.tokens))
        coverage = _Coverage(plan, first)
        rests = any(column.rule.rest for table in coverage.tables for column in table.columns.values())
        places: set[Tokens] = set()
        for table in coverage.tables if coverage.typed else coverage.tables[:1]:
            for row in book.rows[table.name]:
                if coverage.typed and row.place.spot in places:
                    continue
                places.add(row.place.spot)
                if rests and coverage.has_rest(row):
                    continue
                for stray, around in coverage.of(row).strays(row.value):
                    yield table.name, stray, around, row


def _paths(table: TablePlan) -> Iterator[FieldPath]:
    """The paths a table takes or ignores. `@value` has no names and so covers the whole record."""
    rule = table.rule
    words: list[object] = [*rule.ignore, *(path for path, _ in rule.conditions), rule.key and rule.key.legacy]
    for column in rule.columns.values():
        words += [column.path, column.ref_type, *(column.by or {}).values()]
    for path in words:
        if isinstance(path, FieldPath) and (path.names or path.word == "@value"):
            yield path


def _spelling(name: str) -> str:
    """Field names that are one name to most programs: `userName`, `user_name`, `UserName`."""
    return "".join(mark for mark in folded(name) if mark not in "_- .")
