"""Planned statements in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from toolkit.findings import Finding, Severity
from toolkit.migrate.plan.spelling import (
    blocks_text,
    duration_text,
    estimate_text,
    risk_of,
    strongest_lock,
    work_of,
)
from toolkit.migrate.plan.values import Estimate, Loss, PlannedLock, PlannedStatement, TableFacts

PLAIN = PlannedStatement(
    number=1,
    sql="ALTER TABLE t ADD COLUMN x int",
    line=3,
    transaction=1,
    autocommit=False,
    bookkeeping=False,
    times=1,
    kinds=(),
    locks=(),
    rewrites="no",
    scans="no",
    builds_index="no",
    tables=(),
    objects=(),
    losses=(),
    estimate=Estimate(0.0, "works on the catalog alone"),
)


@pytest.mark.parametrize(
    ("rewrites", "builds_index", "scans", "word"),
    [
        ("yes", "yes", "yes", "rewrite"),
        ("no", "yes", "yes", "index"),
        ("depends", "no", "yes", "scan"),
        ("depends", "no", "no", "rewrite?"),
        ("depends", "unknown", "no", "UNKNOWN"),
        ("no", "no", "no", "-"),
    ],
)
def test_work(rewrites: str, builds_index: str, scans: str, word: str) -> None:
    one = replace(PLAIN, rewrites=rewrites, builds_index=builds_index, scans=scans)  # type: ignore[arg-type]  # literals of the table
    assert work_of(one) == word


def test_of_equal_locks_the_one_on_the_table_is_told() -> None:
    locks = tuple(
        PlannedLock(name, mode, (), "seen")
        for name, mode in (
            ("public.ix_t", "ACCESS EXCLUSIVE"),
            ("public.t", "ACCESS EXCLUSIVE"),
            ("public.u", "SHARE"),
        )
    )
    one = replace(PLAIN, locks=locks, tables=(TableFacts("public.t", 1, 8192, 0),))
    assert strongest_lock(one) == locks[1]
    assert strongest_lock(replace(one, tables=())) == locks[0]
    assert strongest_lock(PLAIN) is None


@pytest.mark.parametrize(
    ("blocks", "words"),
    [
        (("ddl", "maintenance", "reads", "row_locks", "writes"), "R+W"),
        (("ddl", "writes"), "W"),
        (("ddl", "maintenance"), "DDL"),
        ((), "-"),
    ],
)
def test_who_waits(blocks: tuple[str, ...], words: str) -> None:
    assert blocks_text(PlannedLock("t", "SHARE", blocks, "seen")) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.041, "41 ms"), (1.239, "1.24 s"), (11.6, "12 s"), (240.0, "4 min"), (11520.0, "3.2 h")],
)
def test_durations(seconds: float, words: str) -> None:
    assert duration_text(seconds) == words
    assert estimate_text(Estimate(seconds, "")) == f"~ {words}"


def test_estimates_without_a_figure() -> None:
    assert estimate_text(Estimate(None, "not known")) == "UNKNOWN"
    assert estimate_text(Estimate(0.0, "")) == "at once"


def test_risk_follows_the_worst_finding_and_any_loss() -> None:
    def found(severity: Severity) -> PlannedStatement:
        return replace(PLAIN, findings=(Finding("rule", severity, "t", "It waits."),))

    assert [risk_of(found(severity)) for severity in Severity] == ["low", "medium", "HIGH"]
    assert risk_of(PLAIN) == "low"
    assert risk_of(replace(PLAIN, losses=(Loss("t.x", "it goes"),))) == "HIGH"
    assert risk_of(replace(PLAIN, scans="unknown")) == "UNKNOWN"
