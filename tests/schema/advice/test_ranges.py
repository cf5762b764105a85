"""Bounds of partitions as values: ordered, and continued as long as they were."""

from __future__ import annotations

from datetime import date

import pytest

from toolkit.schema.advice.storage.ranges import ranges_of, ranges_to_come
from toolkit.schema.objects import Table


def partition(begin: str, end: str) -> Table:
    """A partition with these bounds."""
    return Table("public", f"from {begin}", "owner", partition_bound=f"FOR VALUES FROM ({begin}) TO ({end})")


@pytest.mark.parametrize(
    ("begin", "end", "horizon", "following"),
    [
        ("'2025-01-01'", "'2025-02-01'", date(2025, 1, 20), []),
        ("'2025-11-01'", "'2025-12-01'", date(2025, 12, 9), [(date(2025, 12, 1), date(2026, 1, 1))]),
        ("'2025-01-01'", "'2025-04-01'", date(2025, 4, 1), [(date(2025, 4, 1), date(2025, 7, 1))]),
        ("'2024-01-01'", "'2025-01-01'", date(2025, 1, 2), [(date(2025, 1, 1), date(2026, 1, 1))]),
        ("'2025-06-02'", "'2025-06-09'", date(2025, 6, 10), [(date(2025, 6, 9), date(2025, 6, 16))]),
        (
            "'2025-01-01 00:00:00+00'",
            "'2025-02-01 00:00:00+00'",
            date(2025, 2, 2),
            [(date(2025, 2, 1), date(2025, 3, 1))],
        ),
        ("'2025-01-01 00:00:00+00'", "'2025-01-01 06:00:00+00'", date(2026, 1, 1), []),
        ("1", "10", date(2026, 1, 1), []),
        ("MINVALUE", "'2025-01-01'", date(2026, 1, 1), []),
        ("'2025-01-01'", "MAXVALUE", date(2026, 1, 1), []),
    ],
)
def test_what_comes_next(begin: str, end: str, horizon: date, following: list[tuple[date, date]]) -> None:
    (last,) = ranges_of([partition(begin, end)])
    assert ranges_to_come(last, horizon) == following


def test_numbers_are_ordered_as_numbers() -> None:
    ranges = ranges_of([partition("10", "20"), partition("9", "10"), partition("MINVALUE", "9")])
    assert [one.begin_text for one in ranges] == ["MINVALUE", "9", "10"]


@pytest.mark.parametrize("bounds", [("'a'", "'b'"), ("1, 2", "3, 4")])
def test_what_cannot_be_ordered_is_left_alone(bounds: tuple[str, str]) -> None:
    assert ranges_of([partition(*bounds)]) == []
