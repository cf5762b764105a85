"""Figures and events as words."""

from __future__ import annotations

import pytest

from toolkit.events import (
    Blocked,
    Blocker,
    Event,
    Notice,
    Progress,
    RevisionFinished,
    RevisionStarted,
    StatementFinished,
    StepFinished,
    StepStarted,
    Waiting,
)
from toolkit.tui.widgets.job_line import event_text
from toolkit.tui.widgets.words import bar, count, size


@pytest.mark.parametrize(
    ("size_bytes", "words"),
    [
        (None, "?"),
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 kB"),
        (9_771_050_598, "9.1 GB"),
        (2**60, "1024.0 PB"),
    ],
)
def test_sizes(size_bytes: int | None, words: str) -> None:
    assert size(size_bytes) == words


@pytest.mark.parametrize(("rows", "words"), [(None, "?"), (-1, "?"), (0, "0"), (21480112, "21,480,112")])
def test_estimates_of_rows(rows: int | None, words: str) -> None:
    assert count(rows) == words


@pytest.mark.parametrize(
    ("value", "largest", "length"), [(0, 10, 0), (10, 10, 8), (5, 10, 4), (1, 10_000, 1), (3, 0, 0)]
)
def test_anything_above_zero_has_a_bar(value: int, largest: int, length: int) -> None:
    assert bar(value, largest, 8) == "\N{BOX DRAWINGS HEAVY HORIZONTAL}" * length


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (StepStarted("import", "users.json"), "import users.json"),
        (StepFinished("import", "unchanged", "300 rows"), "import: unchanged 300 rows"),
        (Progress("rows", 0, None, "rows"), "rows 0 rows, total unknown"),
        (Progress("rows", 50, 100, "rows"), "rows [########        ] 50 %  50 of 100 rows"),
        (Progress("rows", 999_999, 1_000_000, "rows"), "99 %"),
        (
            Progress("read a.json", 2 * 1024**2, 4 * 1024**2, "bytes", 1024.0**2, 2.0),
            "50 %  2.0 MB of 4.0 MB  1.0 MB/s  2 s left",
        ),
        (Progress("rows", 5000, None, "rows", 1234.0), "rows 5,000 rows, total unknown  1,234 rows/s"),
        (Progress("rows", 100, 100, "rows"), "100 %"),
        (Waiting("a lock", 1.6, 3), "waiting for a lock 1.6 s, attempt 3"),
        (
            Blocked("ALTER TABLE a", 0.5, (Blocker(7, "app", None, "active", 9.0, "SELECT 1"),)),
            "waiting for pid 7 (app) 0.5 s: ALTER TABLE a",
        ),
        (Notice("warning", "The file names another host."), "warning: The file names another host."),
        (RevisionStarted("b7d1", "upgrade", "add tenant"), "upgrade b7d1  add tenant"),
        (RevisionFinished("b7d1", "upgrade", 0.25), "upgrade b7d1 done in 0.25 s"),
        (StatementFinished("b7d1", "\n  ALTER TABLE a\n  ADD b int", 0.0014, None), "ALTER TABLE a  0.001 s"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_event_has_words(event: Event, words: str) -> None:
    assert words in event_text(event)
