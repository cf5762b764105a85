"""Whatever the input and however it is cut: the fast road gives the report and the rows that memory gives."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolkit.transfer import LoadReport

DDL = """
CREATE TABLE p (id int PRIMARY KEY);
INSERT INTO p VALUES (1), (2);
CREATE TABLE t (
    id int PRIMARY KEY, mail text UNIQUE, n int CHECK (n <> 13), p int REFERENCES p,
    at timestamptz, note text NOT NULL DEFAULT 'none', code varchar(3), sum numeric(6, 2), word text,
    city text
);
"""
STORED = "INSERT INTO t (id, mail, n, note) VALUES (7, 'seven', 1, 'stored'), (8, 'eight', 2, 'stored')"
COLUMNS = {name: name for name in ("id", "mail", "n", "p", "at", "note", "code")} | {
    "sum": {"from": "sum", "as": "decimal", "scale": "half-even"},
    "word": {"from": "word", "trim": True, "enum": {"a": "alpha", "b": "b"}, "default": "a"},
    "city": "address.city",
}
TABLE = {"rows": "/*", "columns": COLUMNS, "ignore": ["extra"]}

records = st.fixed_dictionaries(
    {"id": st.integers(1, 9) | st.integers(20, 40) | st.sampled_from([None, "x", 1.0, 2**40])},
    optional={
        "mail": st.sampled_from(["a", "b", "seven", "", None]) | st.text("xyz:é\\\t\n", min_size=3),
        "n": st.integers(11, 14),
        "p": st.sampled_from([1, 2, 2, 1, 9, None]),
        "at": st.sampled_from(["2024-05-06T07:08:09Z", "2024-05-06T07:08:09+02:00", "2024-02-30", "now"]),
        "note": st.sampled_from(["x", "y", None, "\0"]),
        "code": st.sampled_from(["abc", "abcd"]),
        "sum": st.sampled_from([1, 1.25, 1.255, "2", 99999]),
        "extra": st.sampled_from([1, {"a": 1}]),
        "word": st.sampled_from(["a", "b", " b", "zz", None]),
        "address": st.sampled_from([{"city": "x"}, {"city": "\t"}, {"city": 5}, {}, None, [1]]),
    },
)
clean = st.fixed_dictionaries(
    {
        "id": st.integers(10, 60),
        "mail": st.integers(0, 60).map("m{}".format),
        "p": st.sampled_from([1, 2, None]),
        "n": st.just(1),
    }
)
lines = st.one_of(
    clean.map(json.dumps),
    clean.map(json.dumps),
    records.map(json.dumps),
    st.sampled_from(["", "[]", '{"id":1', '{"id":30,"id":30}', "null", '{"id":31}  ', '{"id":31} {}']),
)


def told(report: LoadReport) -> dict[str, Any]:
    """Everything that does not depend on the clock or the road."""
    facts = asdict(report)
    for name in ("seconds", "notices", "run"):
        del facts[name]
    for table in facts["tables"]:
        del table["checksum"]
    facts["altered"] = sorted(facts["altered"], key=lambda one: (one["column"], one["rule"]))
    facts["rejects"] = sorted(facts["rejects"], key=lambda reject: (reject["ordinal"], json.dumps(reject)))
    return facts


@pytest.mark.parametrize(
    ("conflict", "on_error", "stored"),
    [
        ("error", "refuse", True),
        ("error", "reject", False),
        ("skip", "reject", True),
        ("update-changed", "reject", True),
        ("replace", "reject", True),
    ],
)
def test_any_input(roads: Callable[..., Any], conflict: str, on_error: str, stored: bool) -> None:
    both = roads({"t": TABLE | {"conflict": conflict}}, policy={"on_error": on_error})

    @settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(lines, max_size=14), st.sampled_from([1, 7, 1000]))
    def check(given_lines: list[str], rows: int) -> None:
        require_same(both, "\n".join(given_lines).encode(), rows, STORED if stored else "")

    both.importer.make(DDL)
    check()


CELLS = st.fixed_dictionaries({
    "id": st.integers(1, 30).map(str) | st.sampled_from(["", "x", "+7", "1e1"]),
    "mail": st.sampled_from(["a", "b", "seven", "", "m1", "m2", '"q"', "x\ty", "two\nlines"]),
    "n": st.integers(11, 14).map(str) | st.just("011"),
    "p": st.sampled_from(["1", "2", "1", "9", ""]),
    "at": st.sampled_from(["2024-05-06T07:08:09Z", "2024-05-06T07:08:09+02:00", "now", ""]),
    "note": st.sampled_from(["x", "y", "", "\\N"]),
    "code": st.sampled_from(["abc", "abcd"]),
    "sum": st.sampled_from(["1", "1.25", "1.255", "-0", "99999"]),
    "word": st.sampled_from(["a", "b", " b", "zz", ""]),
})  # fmt: skip


@pytest.mark.parametrize(("conflict", "stored"), [("error", False), ("update-changed", True)])
def test_any_csv(roads: Callable[..., Any], conflict: str, stored: bool) -> None:
    columns = COLUMNS | {name: {"from": name, "as": "int"} for name in ("id", "n", "p")}
    del columns["city"]
    table = {"rows": "/*", "columns": columns, "conflict": conflict}
    both = roads({"t": table}, name="t.csv", policy={"on_error": "reject"})

    @settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(CELLS, min_size=1, max_size=14), st.sampled_from([1, 7, 1000]))
    def check(rows: list[dict[str, str]], block: int) -> None:
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([rows[0].keys(), *(row.values() for row in rows)])
        require_same(both, out.getvalue().encode(), block, STORED if stored else "")

    both.importer.make(DDL)
    check()


def require_same(both: Any, content: bytes, rows: int, stored: str) -> None:
    """Both roads must tell the same of a dry run, then of a run, and leave the same rows behind."""
    importer = both.importer
    importer.make("TRUNCATE t;" + stored)
    expected = told(both.in_memory(content, dry_run=True))
    assert told(both.streamed(content, rows=rows, dry_run=True)) == expected
    real = told(both.in_memory(content))
    kept = importer.stored("SELECT * FROM t ORDER BY id")
    importer.make("TRUNCATE t;" + stored)
    assert told(both.streamed(content, rows=rows)) == real
    assert importer.stored("SELECT * FROM t ORDER BY id") == kept
