"""The bounds of range partitions of one key, as values that can be ordered: numbers, dates and moments."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

from toolkit.schema.objects import Table

_BOUND: Final = re.compile(r"FOR VALUES FROM \(([^,]*)\) TO \(([^,]*)\)")

Bound = Decimal | date | datetime
"""None stands for MINVALUE and MAXVALUE."""


@dataclass(frozen=True, slots=True)
class Range:
    """What one partition takes: from `begin`, included, to `end`, left out. The texts are SQL."""

    partition: Table
    begin: Bound | None
    end: Bound | None
    begin_text: str
    end_text: str


def ranges_of(partitions: Iterable[Table]) -> list[Range]:
    """The ranges in order, default partitions left out; empty where a bound cannot be read or ordered."""
    found = []
    for partition in partitions:
        if partition.partition_bound in (None, "DEFAULT"):
            continue
        match = _BOUND.fullmatch(partition.partition_bound or "")
        if match is None:
            return []
        try:
            found.append(Range(partition, _value(match[1]), _value(match[2]), match[1], match[2]))
        except ValueError:
            return []
    if len({type(bound) for one in found for bound in (one.begin, one.end) if bound is not None}) > 1:
        return []
    return sorted(found, key=lambda one: (one.begin is not None, one.begin or Decimal(0)))


def ranges_to_come(last: Range, horizon: date) -> list[tuple[date, date]]:
    """The ranges that follow `last`, each as long as it is, until one ends behind `horizon`."""
    if last.end is None or isinstance(last.end, Decimal) or not isinstance(last.begin, type(last.end)):
        return []
    begin, end = _day(last.begin), _day(last.end)
    found: list[tuple[date, date]] = []
    while begin is not None and end is not None and end <= horizon:
        begin, end = end, _as_long_after(begin, end)
        found.append((begin, end))
    return found


def _as_long_after(begin: date, end: date) -> date:
    """The end of the range that follows: as many months or, of other ranges, days later."""
    if begin.day == end.day == 1:
        months = (end.year - begin.year) * 12 + end.month - begin.month
        whole = end.year * 12 + end.month - 1 + months
        return date(whole // 12, whole % 12 + 1, 1)
    return end + max(end - begin, timedelta(days=1))


def _day(bound: Bound | None) -> date | None:
    """The day of a bound, if it falls on midnight."""
    if isinstance(bound, datetime):
        return bound.date() if bound.time().isoformat() == "00:00:00" else None
    return bound if isinstance(bound, date) else None


def _value(text: str) -> Bound | None:
    """The value of a bound as the server writes it. Raises ValueError where it is something else."""
    if text in ("MINVALUE", "MAXVALUE"):
        return None
    bare = text.strip("'")
    try:
        return Decimal(bare)
    except InvalidOperation:
        pass
    return (
        date.fromisoformat(bare) if re.fullmatch(r"\d{4}-\d\d-\d\d", bare) else datetime.fromisoformat(bare)
    )
