"""Tables and findings for people."""

from __future__ import annotations

import pytest

from toolkit.findings import Finding, Fix, Location, Report, Severity, Unknown
from toolkit.reports import offers, render, table

REPORT = Report(
    findings=(
        Finding("S001", Severity.WARNING, "public.b", "It is slow."),
        Finding(
            "S002",
            Severity.ERROR,
            "public.a",
            "It locks.",
            evidence={"rows": 3, "mode": "ACCESS EXCLUSIVE", "paths": (), "proposals": {}},
            fix=Fix("Do it in two steps.", sql=("ALTER TABLE a\n  ADD b int",)),
            location=Location("migrations/x.py", 12),
        ),
    ),
    unknowns=(Unknown("S003", "public.c", "No right to read it."),),
    looked_at={"tables": 3},
)
TEXT = """\
migrations/x.py:12: error S002 public.a: It locks.
    rows: 3
    mode: ACCESS EXCLUSIVE
    fix: Do it in two steps.
      ALTER TABLE a
        ADD b int
warning S001 public.b: It is slow.
unknown S003 public.c: No right to read it.
1 error, 1 warning, 0 info, 1 unknown; looked at 3 tables"""


def test_findings_with_the_worst_first() -> None:
    assert render(REPORT, "text") == TEXT


def test_an_empty_check_can_be_seen() -> None:
    assert render(Report(), "text") == "0 errors, 0 warnings, 0 info; looked at nothing"


def test_the_door_knows_what_it_offers() -> None:
    assert offers(REPORT) == ("text", "json", "sarif", "junit", "github", "gitlab", "markdown")
    assert offers({"a": 1}) == ("json",)
    with pytest.raises(KeyError):
        render({"a": 1}, "text")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], "name  n"),
        ([("a", 1), ("bcdef", 100)], "name     n\na        1\nbcdef  100"),
        ([("日本", None)], "name  n\n日本  -"),
        ([("a\x1b[31m\n", 1)], "name         n\na\\x1b[31m\\n  1"),
        ([("e\u0301", 1)], "name  n\ne\u0301     1"),
    ],
)
def test_columns_stand_straight(rows: list[tuple[object, object]], expected: str) -> None:
    assert table(("name", "n"), rows, right=("n",)) == expected
