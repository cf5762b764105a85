"""Rows whose keys clash: with each other, with stored rows, by rules that only the server evaluates.

The numbers in the names are those of the catalogue of nasty inputs.
"""

from __future__ import annotations

from typing import Any

import pytest
from fixtures.judging import Judge, table, told
from fixtures.transfer import Importer

PAIR = "CREATE TABLE t (id int PRIMARY KEY, n int, note text)"
TWICE = [{"id": 1, "n": 1}, {"id": 1, "n": 2}, {"id": 1, "n": 1}, {"id": 2, "n": 5}, {"id": 2, "n": 5}]


@pytest.mark.parametrize(
    ("policy", "stored", "rejected"),
    [
        ({}, [], [1, 2]),
        ({"duplicates": "first"}, [(1, 1), (2, 5)], []),
        ({"duplicates": "last"}, [(1, 2), (2, 5)], []),
        ({"duplicates": "sum", "sum": ["n"]}, [(1, 3), (2, 5)], []),
    ],
)
def test_54_55_71_rows_with_one_key(
    importer: Importer, policy: dict[str, Any], stored: list[tuple[int, int]], rejected: list[int]
) -> None:
    importer.make(PAIR)
    report = importer.load(TWICE, {"t": table("id", "n", **policy)})
    assert sorted(reject.ordinal for reject in report.rejects) == rejected
    assert importer.stored("SELECT id, n FROM t ORDER BY id") == stored
    assert report.tables[0].merged == (3 if stored else 2)
    if rejected:
        one, other = report.rejects
        assert (one.clashes_with, other.clashes_with) == ("memory /1", "memory /0")
        assert "with another n" in one.reason


def test_71_a_sum_that_does_not_fit_or_differs_elsewhere_is_refused(judge: Judge, importer: Importer) -> None:
    importer.make("CREATE TABLE t (id int PRIMARY KEY, n int2, note text)")
    rule = {"t": table("id", "n", "note", duplicates="sum", sum=["n"])}
    rows = [
        {"id": 1, "n": 30000},
        {"id": 1, "n": 30001},
        {"id": 2, "n": 1, "note": "a"},
        {"id": 2, "n": 2, "note": "b"},
    ]
    codes = [(ordinal, code) for ordinal, code, _ in told(judge(rows, rule))]
    assert codes == [(1, "range"), (2, "range"), (3, "duplicate"), (4, "duplicate")]


def test_56_57_keys_that_are_stored(judge: Judge, importer: Importer) -> None:
    importer.make(
        "CREATE TABLE t (id int PRIMARY KEY, mail text UNIQUE); INSERT INTO t VALUES (1, 'a'), (2, 'b')"
    )
    rows = [{"id": 1, "mail": "z"}, {"id": 9, "mail": "b"}, {"id": 3, "mail": "c"}, {"id": 2, "mail": "b"}]
    for mode, wanted in {
        "error": [(1, "exists", "t_pkey"), (2, "duplicate", "t_mail_key"), (2, "exists", "t_mail_key"),
                  (4, "duplicate", "t_mail_key"), (4, "exists", "t_pkey")],
        "skip": [(2, "duplicate", "t_mail_key"), (2, "exists", "t_mail_key"), (4, "duplicate", "t_mail_key")],
    }.items():  # fmt: skip
        book = judge(rows, {"t": table("id", "mail", conflict=mode)})
        assert told(book) == wanted
    (clash,) = [reject for reject in book.rejects if reject.code == "exists"]
    assert (clash.clashes_with, clash.sqlstate) == ("public.t id = 2", "23505")
    for mode in ("update-changed", "replace", "insert-missing"):
        book = judge([*rows[::2], {"id": 2, "mail": "a"}], {"t": table("id", "mail", conflict=mode)})
        assert told(book) == []
        stays = mode == "insert-missing"
        assert [(row.exists, row.skipped) for row in book.rows["t"]] == [
            (True, stays), (False, False), (True, stays),
        ]  # fmt: skip


RULES: list[tuple[str, list[dict[str, Any]], list[int]]] = [
    ("UNIQUE (a, b)", [{"a": 1, "b": "x"}, {"a": 1, "b": "y"}, {"a": 1, "b": "x", "n": 1}], [1, 3]),
    ("UNIQUE NULLS NOT DISTINCT (a)", [{"b": "x"}, {"b": "y"}], [1, 2]),
    ("UNIQUE (a)", [{"b": "x"}, {"b": "y"}], []),
    ("INDEX lower(b)", [{"b": "x"}, {"b": "X"}, {"b": None}, {"b": None, "n": 1}, {"b": "y"}], [1, 2]),
    ("INDEX a) WHERE (n > 0", [{"a": 1, "n": 1}, {"a": 1, "n": 0}, {"a": 1, "n": 2}], [1, 3]),
    ("INDEX a, (n % 10)", [{"a": 1, "n": 1}, {"a": 1, "n": 11}, {"a": 2, "n": 11}], [1, 2]),
    ("EXCLUDE USING gist (r WITH &&)", [{"r": "[1,5)"}, {"r": "[5,9)"}, {"r": "[4,6)"}], [1, 2, 3]),
    ("CHECK (a < n)", [{"a": 1, "n": 2}, {"a": 2, "n": 2}, {"a": None, "n": 1}], [2]),
]


@pytest.mark.parametrize(("rule", "rows", "rejected"), RULES, ids=[rule for rule, _, _ in RULES])
def test_58_70_rules_that_the_server_judges(
    judge: Judge, importer: Importer, rule: str, rows: list[dict[str, Any]], rejected: list[int]
) -> None:
    index = rule.removeprefix("INDEX ")
    importer.make(f"CREATE TABLE t (a int, b text, n int, r int4range{f', {rule}' if index == rule else ''})")
    if index != rule:
        importer.make(f"CREATE UNIQUE INDEX named ON t ({index})")
    mapped = {"t": table("a", "b", "n", "r")}
    book = judge(rows, mapped)
    assert sorted(reject.ordinal for reject in book.rejects) == rejected
    assert all(reject.constraint for reject in book.rejects)
    sound = [row for number, row in enumerate(rows, start=1) if number not in rejected]
    assert importer.load(sound, mapped).outcome in ("loaded", "unchanged")
    if "CHECK" not in rule and rejected:
        assert {reject.clashes_with for reject in book.rejects} <= {f"memory /{n - 1}" for n in rejected}
        importer.make("DELETE FROM t")
        importer.load([rows[rejected[0] - 1]], mapped)
        stored = judge([rows[rejected[-1] - 1]], mapped)
        assert [reject.code for reject in stored.rejects] == ["exists" if "EXCL" not in rule else "excluded"]
