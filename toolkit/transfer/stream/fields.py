"""Which field of a record each column is read from, and whether a table has native judges at all."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from toolkit.transfer.judge.bind import ColumnPlan
from toolkit.transfer.judge.plan import TablePlan
from toolkit.transfer.judge.rows import Cell
from toolkit.transfer.mapping.column import ColumnRule
from toolkit.transfer.sources.memory import plain_value
from toolkit.transfer.stream.accepted import NativeBlock
from toolkit.transfer.stream.blocks import Block
from toolkit.transfer.stream.columns import NativeColumn
from toolkit.transfer.stream.native import DirectField, Field, NativeJudge
from toolkit.transfer.stream.nested import NestedField, covered
from toolkit.transfer.stream.records import RecordJudge
from toolkit.transfer.stream.vectors import Vector, made_keys, text_vector_of, vector_of
from toolkit.transfer.stream.without import without_words
from toolkit.transfer.values.coerce import judged_by_server


@dataclass(frozen=True, slots=True)
class Natives:
    """The native judges of a table; None where the exact judge sees all."""

    lines: NativeJudge | None
    """Of JSON."""
    cells: RecordJudge | None
    """Of CSV."""

    def judge(self, block: Block, positions: Sequence[int]) -> NativeBlock:
        """Judge some records of a block; they are counted as in `positions`."""
        if block.csv and self.cells is not None:
            return self.cells.judge([block.record(at) for at in positions])
        if self.lines is not None and not block.csv:
            return self.lines.judge([block.lines[at] for at in positions])
        return NativeBlock((), {}, range(len(positions)))

    def plain(self, block: Block) -> Collection[str]:
        """The columns whose cells COPY reads as they stand."""
        judge = self.cells if block.csv else self.lines
        return () if judge is None else judge.plain


class NativeKeys:
    """Quicker judges for some columns, whose values are only compared with each other."""

    def __init__(self, natives: Natives, names: Collection[str]) -> None:
        self._names = names
        self._lines = natives.lines.only(names) if natives.lines is not None else None
        self._cells = natives.cells

    def keys(self, block: Block) -> tuple[Sequence[int], Mapping[str, Sequence[object]], Sequence[int]]:
        """The records that are accepted, values that are equal where the cells are, and the other records."""
        if block.csv and self._cells is not None and isinstance(block.read, tuple):
            return self._cells.keys(block.read, self._names)
        if self._lines is not None and not block.csv:
            return self._lines.keys(block.lines)
        return (), {}, range(len(block.lines))


def native_judges(table: TablePlan) -> Natives:
    """The native judges of a table whose rows are the top-level records of its source.

    The plan must be theirs alone: see `ExactColumn`.
    """
    constants: dict[str, Cell] = {}
    for name, column in table.columns.items():
        if column.rule.const is not None:
            constants[name] = column.coerce(plain_value(column.rule.const))
            if column.noted:
                return Natives(None, None)
    read = {name: column for name, column in table.columns.items() if name not in constants}
    if not read or not all(_from_one_value(table, name, column) for name, column in read.items()):
        return Natives(None, None)
    return Natives(_of_lines(table, read, constants), _of_cells(table, read, constants))


def _from_one_value(table: TablePlan, name: str, column: ColumnPlan) -> bool:
    """Whether the cell is made from one value of the record, and by this process."""
    rule = column.rule
    others = (rule.parent, rule.ref, rule.refs, rule.ref_type, rule.lookup, rule.inside, rule.by)
    if rule.path is None or not rule.path.names or rule.rest or any(one is not None for one in others):
        return False
    if name == table.key and (table.by_identity or table.made_from_distinct):
        return False
    return rule.form != "server" and not judged_by_server(column.target.type)


def _of_lines(table: TablePlan, read: Mapping[str, ColumnPlan], constants: Mapping[str, Cell]) -> NativeJudge:
    ways: dict[str, list[tuple[tuple[str, ...], str | None]]] = {}
    for name, column in read.items():
        names = column.rule.path.names if column.rule.path else ()
        ways.setdefault(names[0], []).append((names[1:], name))
    for path in table.rule.ignore:
        if path.names:
            ways.setdefault(path.names[0], []).append((path.names[1:], None))
    fields: list[Field] = []
    ignored: list[str] = []
    for field, own in ways.items():
        columns = [(way, NativeColumn(name, read[name], None)) for way, name in own if name is not None]
        if all(not way for way, _ in own) and not columns:
            ignored.append(field)
        elif len(own) == 1 and not own[0][0]:
            name = columns[0][1].name
            vector = _vector(table, name, read[name], vector_of(read[name]))
            fields.append(DirectField(field, NativeColumn(name, read[name], vector)))
        else:
            fields.append(NestedField(field, columns, covered(way for way, _ in own)))
    return NativeJudge(fields, constants, sorted(ignored))


def _of_cells(
    table: TablePlan, read: Mapping[str, ColumnPlan], constants: Mapping[str, Cell]
) -> RecordJudge | None:
    columns = []
    for name, column in read.items():
        names = column.rule.path.names if column.rule.path else ()
        if len(names) != 1:
            return None
        vector = _vector(table, name, column, text_vector_of(column))
        columns.append((names[0], NativeColumn(name, column, vector, raw=False)))
    ignored = {path.names[0] for path in table.rule.ignore if len(path.names) == 1}
    return RecordJudge(columns, constants, ignored)


def _vector(table: TablePlan, name: str, column: ColumnPlan, vector: Vector | None) -> Vector | None:
    """The vector with the words of the rule; None where each value is to be judged exactly."""
    rule = column.rule
    if rule.enum is not None or rule.normal is not None:
        return None
    if table.rule.key is not None and table.rule.key.to == name and table.rule.key.assign == "uuid5":
        return made_keys(column.coerce)
    if vector is None or not any(_words(rule)):
        return vector
    return replace(vector, cells=without_words(rule, vector.cells)) if vector.kind is str else None


def _words(rule: ColumnRule) -> Iterator[bool]:
    """Whether a rule has words that change some values which the vectors would take as they are."""
    yield from (bool(rule.none), rule.trim, rule.case is not None, rule.empty != "keep")
