"""Texts that the rule of a column leaves alone: what it would trim, fold or take for NULL is doubtful."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.transfer.mapping.column import ColumnRule
from toolkit.transfer.stream.vectors import Cells, Judging


def without_words(rule: ColumnRule, cells: Judging) -> Judging:
    """`cells`, for values that `trim`, `case`, `none` and `empty` do not touch; others are doubtful."""
    nulls = {word for word in rule.none if isinstance(word, str)}
    if rule.empty == "null":
        nulls.add("")

    def touched(value: str) -> bool:
        return (
            value in nulls
            or (rule.trim and value != value.strip())
            or (rule.case is not None and value != getattr(value, rule.case)())
        )

    def checked(values: Sequence[str], joined: str) -> Cells:
        texts, doubtful = cells(values, joined)
        if nulls.isdisjoint(values) and not rule.trim and rule.case is None:
            return texts, doubtful
        return texts, [*doubtful, *(place for place, value in enumerate(values) if touched(value))]

    return checked
