"""Rows that refer to others: to nobody, to rejected ones, in any order, by other spellings, by owners.

The numbers in the names are those of the catalogue of nasty inputs.
"""

from __future__ import annotations

from typing import Any

import pytest
from fixtures.judging import Judge, table, told
from fixtures.transfer import Importer

from toolkit.transfer.errors import MappingDoesNotFitError

FAMILY = (
    "CREATE TABLE p (id int PRIMARY KEY, n text); CREATE TABLE c (id int PRIMARY KEY, p int REFERENCES p)"
)


def family(**rule: Any) -> dict[str, Any]:
    """A parent and a child table; `rule` is the child's reference."""
    parents = table("id", "n", rows="/p/*", stub={"n": "unknown"})
    return {"p": parents, "c": {"rows": "/c/*", "columns": {"id": "id", "p": {"from": "p", **rule}}}}


ORPHANS = {"p": [{"id": 1, "n": "one"}], "c": [{"id": 1, "p": 7}, {"id": 2, "p": 7}, {"id": 3, "p": 1}]}


@pytest.mark.parametrize(
    ("rule", "children"),
    [
        ({"unknown": "null"}, [(1, None), (2, None), (3, "one")]),
        ({"unknown": {"use": 1}}, [(1, "one"), (2, "one"), (3, "one")]),
        ({"ref": "p", "unknown": {"use": 1}}, [(1, "one"), (2, "one"), (3, "one")]),
        ({"ref": "p", "unknown": "stub"}, [(1, "unknown"), (2, "unknown"), (3, "one")]),
    ],
)
def test_59_parents_that_nobody_has(
    importer: Importer, judge: Judge, rule: dict[str, Any], children: list[tuple[int, str]]
) -> None:
    importer.make(FAMILY)
    book = judge(ORPHANS, family(**rule))
    assert [(line.column, line.count) for line in book.altered] == [("p", 2)]
    assert importer.load(ORPHANS, family(**rule)).outcome == "loaded"
    assert importer.stored("SELECT c.id, n FROM c LEFT JOIN p ON p.id = c.p ORDER BY 1") == children


def test_59_orphans_are_told_with_how_many_share_the_parent(judge: Judge, importer: Importer) -> None:
    importer.make(FAMILY)
    book = judge(ORPHANS, family())
    assert told(book) == [(1, "orphan", "c_p_fkey"), (2, "orphan", "c_p_fkey")]
    assert book.warnings == ['c.p: 2 rows refer to "7", which no row of p has.']
    nobody = judge({**ORPHANS, "c": [{"id": 1, "p": 7}]}, family(unknown={"use": 8}))
    assert told(nobody) == [(1, "orphan", "c_p_fkey")]


def test_60_61_order_and_self_references_do_not_matter(importer: Importer) -> None:
    importer.make("CREATE TABLE t (id int PRIMARY KEY, up int NOT NULL REFERENCES t)")
    rows = [{"id": 3, "up": 2}, {"id": 2, "up": 1}, {"id": 1, "up": 1}]
    assert importer.load(rows, {"t": table("id", "up")}).outcome == "loaded"


def test_63_dependants_carry_the_root_cause_and_are_counted_apart(judge: Judge, importer: Importer) -> None:
    importer.make(FAMILY + "; CREATE TABLE g (id int PRIMARY KEY, c int REFERENCES c, d int REFERENCES c)")
    source = {
        "p": [{"id": 1, "n": 5}, {"id": 2, "n": "two"}],
        "c": [{"id": n, "p": 1} for n in range(40)],
        "g": [{"id": 1, "c": 3, "d": 4}, {"id": "x", "c": 3, "d": 4}],
    }
    book = judge(source, {**family(), "g": table("id", "c", "d", rows="/g/*")})
    assert (book.rejected, book.dependants) == (43, 41)
    causes = {
        reject.caused_by and (reject.caused_by.table, reject.caused_by.pointer) for reject in book.rejects
    }
    assert causes == {None, ("p", "/p/0")}
    assert [reject.column for reject in book.rejects if reject.table == "g"] == ["id", "c", "d"]


def test_64_columns_that_look_like_legacy_keys_are_warned_about(judge: Judge, importer: Importer) -> None:
    importer.make("CREATE TABLE u (id serial PRIMARY KEY, n int); CREATE TABLE t (author_id text, n int)")
    users = {"rows": "/u/*", "key": {"legacy": "k", "to": "id", "assign": "serial"}, "columns": {"n": "n"}}
    source = {"u": [{"k": "a", "n": 1}, {"k": "b", "n": 2}], "t": [{"author_id": "b", "n": 1}]}
    book = judge(source, {"u": users, "t": table("author_id", "n", rows="/t/*")})
    assert [warning.split(":")[0] for warning in book.warnings] == ["t.author_id"]


def test_65_legacy_keys_belong_to_their_section(importer: Importer) -> None:
    importer.make(
        "CREATE TABLE u (id serial PRIMARY KEY, n text); CREATE TABLE t (u int REFERENCES u, n text)"
    )
    make = {"key": {"legacy": "k", "to": "id", "assign": "serial"}, "columns": {"n": "n"}}
    tables: dict[str, Any] = {
        "one": {"into": "u", "rows": "/one/*", **make},
        "two": {"into": "u", "rows": "/two/*", **make},
        "t": {"rows": "/t/*", "columns": {"u": {"ref": "two", "from": "u"}}},
    }
    importer.load({"one": [{"k": 1, "n": "o"}], "two": [{"k": 1, "n": "t"}], "t": [{"u": 1}]}, tables)
    assert importer.stored("SELECT u.n FROM t JOIN u ON u.id = t.u") == [("t",)]


@pytest.mark.parametrize(("written", "counted"), [(7, 0), ("7", 0), (7.0, 0), ("007", 1)])
def test_66_keys_written_as_another_type(
    judge: Judge, importer: Importer, written: Any, counted: int
) -> None:
    importer.make(FAMILY)
    book = judge({"p": [{"id": 7, "n": "x"}], "c": [{"id": 1, "p": written}]}, family(ref="p"))
    assert (book.rejects, [row.cells["p"] for row in book.rows["c"]]) == ([], ["7"])
    assert sum(line.count for line in book.altered) == counted


def test_66_a_stored_parent_is_found_by_digits_in_a_text(judge: Judge, importer: Importer) -> None:
    importer.make(FAMILY + "; INSERT INTO p VALUES (7, 'x')")
    book = judge(
        {"p": [], "c": [{"id": 1, "p": "7"}, {"id": 2, "p": 7}, {"id": 3, "p": "x"}]}, family(ref="p")
    )
    assert told(book) == [(3, "wrong_type", "p")]
    assert [(line.rule, line.count) for line in book.altered] == [("legacy key with another spelling", 1)]


def test_67_words_for_no_parent(judge: Judge, importer: Importer) -> None:
    importer.make(FAMILY)
    none = {"from": "p", "as": "int", "none": [0, -1, "", "null"]}
    rows = [{"id": n, "p": p} for n, p in enumerate([0, -1, "", "null", None])]
    tables = {**family(), "c": {"rows": "/c/*", "columns": {"id": "id", "p": none}}}
    book = judge({"p": [], "c": rows}, tables)
    assert (book.rejects, {row.cells["p"] for row in book.rows["c"]}) == ([], {None})


def test_68_owners_from_the_outer_key_or_looked_up(importer: Importer) -> None:
    importer.make(
        "CREATE TABLE u (id serial PRIMARY KEY, mail text UNIQUE);"
        "CREATE TABLE t (owner int REFERENCES u, n int);"
        "INSERT INTO u VALUES (41, 'a@x'), (42, 'b@x')"
    )
    look = {"lookup": "u", "by": {"mail": "@1"}, "case": "lower"}
    tables: dict[str, Any] = {"t": {"rows": "/*/*", "columns": {"owner": look, "n": "n"}}}
    assert importer.load({"A@x": [{"n": 1}], "b@x": [{"n": 2}]}, tables).outcome == "loaded"
    assert importer.stored("SELECT * FROM t ORDER BY n") == [(41, 1), (42, 2)]
    report = importer.load({"c@x": [{"n": 1}]}, tables)
    assert [(reject.code, reject.column) for reject in report.rejects] == [("orphan", "owner")]
    tables["t"]["columns"]["owner"] = {**look, "unknown": {"use": 41}}
    importer.load({"c@x": [{"n": 3}]}, tables)
    assert importer.stored("SELECT owner FROM t WHERE n = 3") == [(41,)]
    with pytest.raises(MappingDoesNotFitError, match="no column 'zz'"):
        importer.load({}, {"t": {"rows": "/*/*", "columns": {"owner": {"lookup": "u", "by": {"zz": "@1"}}}}})


def test_match_reuses_stored_rows_and_their_keys(importer: Importer, judge: Judge) -> None:
    importer.make(
        "CREATE TABLE u (id serial PRIMARY KEY, mail text, n int);"
        "CREATE TABLE t (u int REFERENCES u, x int);"
        "INSERT INTO u (id, mail, n) VALUES (77, 'a@x', 1)"
    )
    users = {
        "rows": "/u/*", "match": ["mail"], "conflict": "skip",
        "key": {"legacy": "k", "to": "id", "assign": "serial"},
        "columns": {"mail": {"from": "mail", "case": "lower"}, "n": "n"},
    }  # fmt: skip
    tables = {"u": users, "t": {"rows": "/t/*", "columns": {"u": {"ref": "u", "from": "u"}, "x": "x"}}}
    source = {
        "u": [{"k": "k1", "mail": "A@x", "n": 5}, {"k": "k2", "mail": "b@x", "n": 6}],
        "t": [{"u": "k1", "x": 1}, {"u": "k2", "x": 2}],
    }
    report = importer.load(source, tables)
    assert [(line.inserted, line.skipped) for line in report.tables] == [(1, 1), (2, 0)]
    assert importer.stored("SELECT u, x FROM t ORDER BY x") == [(77, 1), (1, 2)]
    importer.make("INSERT INTO u (id, mail) VALUES (78, 'a@x')")
    assert [reject.code for reject in judge(source, tables).rejects] == ["ambiguous", "parent_rejected"]


def test_keys_of_an_earlier_run_are_used_again(judge: Judge, importer: Importer) -> None:
    importer.make("CREATE TABLE u (id serial PRIMARY KEY, n int, up int); INSERT INTO u VALUES (5, 1)")
    users = {
        "rows": "/*", "conflict": "skip", "key": {"legacy": "k", "to": "id", "assign": "serial"},
        "columns": {"n": "n", "up": {"ref": "u", "from": "up"}},
    }  # fmt: skip
    source = [{"k": "a", "n": 1, "up": "b"}, {"k": "c", "n": 2, "up": "a"}]
    book = judge(source, {"u": users}, known={"u": {"a": "5", "b": "6"}})
    first, second = book.rows["u"]
    assert (first.cells["id"], first.skipped, first.cells["up"]) == ("5", True, "6")
    assert (second.cells["up"], second.skipped) == ("5", False)


def test_a_row_is_found_by_its_columns_in_the_input_or_the_database(importer: Importer) -> None:
    importer.make(
        "CREATE TABLE u (id serial PRIMARY KEY, n text, y int); CREATE TABLE t (u int REFERENCES u, x int);"
        "INSERT INTO u (id, n, y) VALUES (70, 'old', 5)"
    )
    users = {"rows": "/u/*", "key": {"to": "id", "assign": "serial"}, "columns": {"n": "n", "y": "y"}}
    by = {"ref": "u", "by": {"n": "who.n", "y": "who.y"}}
    tables = {"u": users, "t": {"rows": "/t/*", "columns": {"u": by, "x": "x"}}}
    whom = [{"n": "new", "y": 1}, {"n": "old", "y": 5}]
    source = {"u": whom[:1], "t": [{"x": x, "who": who} for x, who in enumerate(whom)]}
    assert importer.load(source, tables).outcome == "loaded"
    assert importer.stored("SELECT n FROM t JOIN u ON u.id = t.u ORDER BY x") == [("new",), ("old",)]


def test_a_lookup_of_several_rows_is_no_lookup(judge: Judge, importer: Importer) -> None:
    importer.make("CREATE TABLE u (id int PRIMARY KEY, n text); INSERT INTO u VALUES (1, 'x'), (2, 'x')")
    importer.make("CREATE TABLE t (u int)")
    tables = {"t": {"rows": "/*", "columns": {"u": {"lookup": "u", "by": {"n": "n"}}}}}
    assert told(judge([{"n": "x"}], tables)) == [(1, "ambiguous", "u")]
