"""Sessions and lock trees in a width: nothing is wider, and what matters stays to the last."""

from __future__ import annotations

import pytest

from toolkit.database.activity.spelling import SESSION_HEADINGS
from toolkit.reports.table import width
from toolkit.tui.facts.activity import TreeLine
from toolkit.tui.screens.activity.fitting import fitted, tree_text

ROWS = [
    ("4121", "-", "app", "reports [red]", "idle in transaction", "9.1 s", "9.1 s", "select 1"),
    (
        "5210",
        "4121",
        "app",
        "a very long application name",
        "active",
        "1.0 s",
        "2.0 s",
        "update \N{CJK UNIFIED IDEOGRAPH-8868} " * 9,
    ),
]


@pytest.mark.parametrize(
    ("columns", "headings"),
    [
        (40, ("pid", "waits for", "state", "statement")),
        (75, ("pid", "waits for", "state", "for", "statement")),
        (96, ("pid", "waits for", "role", "application", "state", "for", "statement")),
        (120, SESSION_HEADINGS),
    ],
)
def test_columns_fall_away_and_no_row_is_wider(columns: int, headings: tuple[str, ...]) -> None:
    shown, rows = fitted(SESSION_HEADINGS, ROWS, columns)
    assert shown == headings
    assert "idle in tx" in rows[0]
    for row in rows:
        assert len(row) == len(shown)
        assert sum(max(width(cell), 1) + 2 for cell in row) <= columns
    assert rows[1][-1].endswith("\N{HORIZONTAL ELLIPSIS}")


def test_phrases_of_the_lock_tree_go_on_below() -> None:
    words = ("5210", "app", "web [red]", "active 1.0 s", "wants AccessExclusiveLock on tasks for 1.0 s")
    line = TreeLine(5210, "`- ", "   ", words)
    assert tree_text(line, 90).plain == "`- " + "  ".join(words)
    assert tree_text(line, 50).plain == (
        "`- 5210  app  web [red]  active 1.0 s\n     wants AccessExclusiveLock on tasks for 1.0 s"
    )
    assert all(width(each) <= 32 for each in tree_text(line, 32).plain.splitlines())
