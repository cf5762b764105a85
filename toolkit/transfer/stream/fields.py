"""Which field of a record each column is read from, and whether a table has a native judge at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from toolkit.transfer.judge.bind import ColumnPlan
from toolkit.transfer.judge.plan import TablePlan
from toolkit.transfer.judge.rows import Cell
from toolkit.transfer.mapping.column import ColumnRule
from toolkit.transfer.sources.memory import plain_value
from toolkit.transfer.stream.native import NativeColumn, NativeJudge
from toolkit.transfer.stream.vectors import Vector, made_keys, vector_of
from toolkit.transfer.stream.without import without_words

_KNOWN: Final = frozenset(
    {
        *("path", "form", "formats", "required", "mask", "default", "default_when"),
        # These say what becomes of values that every vector calls doubtful.
        *("zone", "to_zone", "gap", "overlap", "scale", "truncate", "not_finite", "nul", "surrogates"),
        *("none", "empty", "trim", "case"),
    }
)
"""The words of a column rule that the native judge understands. With any other the exact judge sees all."""


def native_judge(table: TablePlan) -> NativeJudge | None:
    """The native judge of a table whose rows are the top-level records of its source; None if it has none."""
    columns: list[NativeColumn] = []
    constants: dict[str, Cell] = {}
    for name, column in table.columns.items():
        rule = column.rule
        if rule.const is not None and rule.model_fields_set <= {"const", "mask"}:
            constants[name] = column.coerce(plain_value(rule.const))
            continue
        vector = _vector(table, name, column)
        if vector is None or rule.path is None or len(rule.path.names) != 1:
            return None
        columns.append(NativeColumn(name, rule.path.names[0], column, vector))
    ignored = sorted({str(path) for path in table.rule.ignore if len(path.names) == 1})
    read = Counter([*(column.field for column in columns), *ignored])
    if not columns or len(ignored) != len(set(table.rule.ignore)) or max(read.values()) > 1:
        return None
    return NativeJudge(columns, constants, ignored)


def _vector(table: TablePlan, name: str, column: ColumnPlan) -> Vector | None:
    rule = column.rule
    if not rule.model_fields_set <= _KNOWN or rule.true is not None:
        return None
    if table.rule.key is not None and table.rule.key.to == name and table.rule.key.assign == "uuid5":
        return made_keys(column.coerce)
    vector = vector_of(column)
    if vector is None or not set(_words(rule)):
        return vector
    return replace(vector, cells=without_words(rule, vector.cells)) if vector.kind is str else None


def _words(rule: ColumnRule) -> Iterator[str]:
    """The words of a rule that change some values which the vectors would take as they are."""
    yield from (word for word in ("none", "trim", "case") if getattr(rule, word))
    if rule.empty != "keep":
        yield "empty"
