"""Find the fields that nobody maps: what is neither moved nor ignored would be lost without a word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from toolkit.transfer.errors import UnmappedField
from toolkit.transfer.judge.plan import Plan, TablePlan
from toolkit.transfer.judge.rows import Row
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

    def strays(self, value: Value, before: tuple[str, ...] = ()) -> Iterator[str]:
        if self.whole or not isinstance(value, dict):
            return
        for name, member in value.items():
            node = self.members.get(name)
            if node is None:
                yield ".".join((*before, name))
            else:
                yield from node.strays(member, (*before, name))


def unmapped_fields(plan: Plan, rows: Mapping[str, list[Row]]) -> tuple[UnmappedField, ...]:
    """Every field of every row that no table of the same rows takes, with how often it stands there."""
    found: dict[tuple[str, str], UnmappedField] = {}
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for name, table in plan.tables.items():
        same_rows = (table.source, table.rule.rows.tokens)
        if same_rows in seen:
            continue
        seen.add(same_rows)
        covered = _covered(table, plan)
        for row in rows[name]:
            for stray in covered.strays(row.value):
                old = found.get((name, stray))
                found[name, stray] = UnmappedField(
                    name, stray, old.rows + 1 if old else 1, old.where if old else str(row.place)
                )
    return tuple(found.values())


def unmapped_parts(content: SourceContent, rule: SourceRule | None) -> tuple[UnmappedField, ...]:
    """The parts of a document that no table takes and the source does not ignore."""
    ignored = {path.names for path in rule.ignore} if rule is not None else set()
    return tuple(
        UnmappedField(f"source {content.label}", ".".join(map(str, place.tokens)), 1, str(place))
        for place in content.stray
        if not any(place.tokens[: len(names)] == names for names in ignored)
    )


def _covered(table: TablePlan, plan: Plan) -> _Covered:
    covered = _Covered()
    for other in plan.tables.values():
        if other.source != table.source or not table.rule.rows.encloses(other.rule.rows):
            continue
        if other.rule.rows == table.rule.rows:
            for path in _paths(other):
                covered.add(path.names)
        else:
            inner = other.rule.rows.tokens[len(table.rule.rows.tokens) :]
            covered.add(inner[: inner.index("*")])
    return covered


def _paths(table: TablePlan) -> Iterator[FieldPath]:
    """The paths a table takes or ignores. `@value` has no names and so covers the whole record."""
    rule = table.rule
    words: list[object] = [*rule.ignore, rule.key and rule.key.legacy]
    for column in rule.columns.values():
        words += [column.path, *(column.by or {}).values()]
    for path in words:
        if isinstance(path, FieldPath) and (path.names or path.word == "@value"):
            yield path
