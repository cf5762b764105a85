"""docs/drift-coverage.md is of the cases that there are, and drift sees each but what no migration holds."""

from __future__ import annotations

import re
from pathlib import Path

from fixtures.single_changes import cases

from benchmarks.drift_coverage import FAILS, NOT_SEEN, PAGE, SEEN, title

_ROW = re.compile(r"\| `(.+)` \| (\S+) \| (\S+) \| (\S+) \|")
_OF_THE_CLUSTER = re.compile(r"(database|role)\b")
AGAIN = "python -m benchmarks.drift_coverage --write"


def rows(page: Path = PAGE) -> dict[str, tuple[str, str, str]]:
    """What the page says of each case."""
    found = (_ROW.fullmatch(line) for line in page.read_text("utf-8").splitlines())
    return {row[1]: (row[2], row[3], row[4]) for row in found if row}


def test_the_page_is_of_the_cases() -> None:
    assert set(rows()) == {title(case) for case in cases() if case.wanted}, f"run {AGAIN}"


def test_every_case_is_seen() -> None:
    page = rows()
    for case in cases():
        if not case.wanted:
            continue
        alembic, drift, diff = page[title(case)]
        assert alembic in (SEEN, NOT_SEEN, FAILS)
        assert diff == SEEN, case.title
        of_the_cluster = all(_OF_THE_CLUSTER.match(word.lstrip("+-")) for word in case.wanted)
        assert drift == (NOT_SEEN if of_the_cluster else SEEN), case.title


def test_the_totals_are_those_of_the_rows() -> None:
    text = PAGE.read_text("utf-8")
    columns = zip(*rows().values(), strict=True)
    counts = [str(column.count(SEEN)) for column in columns]
    assert f"| seen | {' | '.join(counts)} |" in text
