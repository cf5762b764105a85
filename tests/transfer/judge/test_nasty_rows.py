"""Rows that break importers: keys twice, clashes, orphans, owners. Each is settled as mapped, or told.

The numbers in the names are those of the catalogue of nasty inputs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fixtures.judging import Judge
from fixtures.transfer import Importer

from toolkit.transfer.errors import MappingDoesNotFitError, UnmappedFieldsError
from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.errors import NameCollisionError


def table(*columns: str, rows: str = "/*", **more: Any) -> dict[str, Any]:
    """The rule of a table whose columns are called as in the source."""
    return {"rows": rows, "columns": {name: name for name in columns}, **more}


def told(book: Book) -> list[tuple[int, str, str | None]]:
    """Ordinal, code and constraint or column of each reject."""
    return sorted(
        (reject.ordinal, reject.code, reject.constraint or reject.column) for reject in book.rejects
    )


def write(folder: Path, text: str) -> Path:
    path = folder / "x.json"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(("policy", "stored"), [("first", 1), ("last", 2), ("reject", None)])
def test_21_a_key_twice_in_one_object(
    importer: Importer, tmp_path: Path, policy: str, stored: int | None
) -> None:
    importer.make("CREATE TABLE t (a int)")
    source = {"s": {"duplicate_keys": policy}}
    report = importer.load(write(tmp_path, '[{"a": 1, "a": 2}]'), {"t": table("a")}, rest={"source": source})
    assert [reject.code for reject in report.rejects] == ([] if stored else ["duplicate_key"])
    assert importer.stored("SELECT a FROM t") == ([(stored,)] if stored else [])


@pytest.mark.parametrize(
    ("row", "pair"),
    [
        ({"userName": 1, "user_name": 2}, ("user_name", "userName")),
        ({"userName": 1, "at": {"caf\u00e9": 1, "cafe\u0301": 2}}, ("at.cafe\u0301", "caf\u00e9")),
    ],
)
def test_22_names_that_are_spellings_of_one(
    judge: Judge, importer: Importer, row: Any, pair: tuple[str, str]
) -> None:
    importer.make("CREATE TABLE t (n int, c int)")
    columns = {"n": "userName", "c": "at.caf\u00e9"}
    with pytest.raises(NameCollisionError) as caught:
        judge([row], {"t": {"rows": "/*", "columns": columns}})
    assert [(item.field, item.other) for item in caught.value.fields] == [pair]
    if "user_name" in row:
        judge([row], {"t": {"rows": "/*", "columns": columns, "ignore": ["user_name"]}})


def test_24_numbers_that_floats_have_rounded_are_warned_about(judge: Judge, importer: Importer) -> None:
    importer.make("CREATE TABLE t (id int8 PRIMARY KEY)")
    rows = [{"id": 250075927172759550, "id_str": "250075927172759552"}, {"id": 1, "id_str": "1"}]
    book = judge(rows, {"t": table("id", ignore=["id_str"])})
    assert book.rejects == []
    assert any("in 1 rows the number differs" in warning for warning in book.warnings)


def test_30_31_a_mixed_column_is_judged_row_by_row_and_its_kinds_told(
    judge: Judge, importer: Importer
) -> None:
    importer.make("CREATE TABLE t (v int)")
    values: list[Any] = [*range(2000), "x", True, None, [1], {"a": 1}, "y"]
    book = judge([{"v": value} for value in values], {"t": table("v")})
    assert len(book.rejects) == 5
    (mixed,) = book.mixed
    assert [(kind.kind, kind.count, kind.where) for kind in mixed.kinds] == [
        ("a number", 2000, "memory /0/v"), ("a text", 2, "memory /2000/v"),
        ("a boolean", 1, "memory /2001/v"),
        ("a list", 1, "memory /2003/v"), ("an object", 1, "memory /2004/v"),
    ]  # fmt: skip


def test_33_44_keys_that_look_the_same_are_warned_about(judge: Judge, importer: Importer) -> None:
    importer.make("CREATE TABLE t (n text UNIQUE)")
    book = judge([{"n": n} for n in ("a", "a ", "B", "b", "\u200bc", "d")], {"t": table("n")})
    assert book.rejects == []
    assert any("2 keys differ" in warning for warning in book.warnings)


def test_35_missing_null_and_empty_are_three_things(importer: Importer) -> None:
    importer.make("CREATE TABLE t (id int, a text DEFAULT 'server', b text NOT NULL)")
    rows = [{"id": 1, "b": ""}, {"id": 2, "a": None, "b": "x"}, {"id": 3, "a": "", "b": "x"}]
    missing = {"a": {"from": "a", "null": "missing"}, "b": "b", "id": "id"}
    importer.load(rows, {"t": table("id", "a", "b")})
    assert importer.stored("SELECT a, b FROM t ORDER BY id") == [("server", ""), (None, "x"), ("", "x")]
    importer.make("TRUNCATE t")
    importer.load(rows, {"t": {"rows": "/*", "columns": missing}})
    assert importer.stored("SELECT a FROM t ORDER BY id") == [("server",), ("server",), ("",)]
    report = importer.load([{"id": 1}, {"id": 2, "b": None}], {"t": table("id", "a", "b")})
    assert [(reject.code, reject.sqlstate) for reject in report.rejects] == [
        ("missing", "23502"),
        ("null", "23502"),
    ]


def test_37_fields_nobody_maps_are_collected(importer: Importer) -> None:
    importer.make("CREATE TABLE t (id int, city text, extra jsonb)")
    rows = [
        {"id": 1, "at": {"city": "x", "zip": [1.50]}, "more": None, "gone": 1, "kids": [1]},
        {"id": 2, "at": None},
    ]
    columns = {"id": "id", "city": "at.city", "extra": {"rest": True}}
    kids = {"rows": "/*/kids/*", "columns": {"n": "@value"}}
    importer.make("CREATE TABLE kids (n int)")
    importer.load(rows, {"t": {"rows": "/*", "columns": columns, "ignore": ["gone"]}, "kids": kids})
    assert importer.stored("SELECT extra FROM t ORDER BY id") == [
        ({"at": {"zip": [1.5]}, "more": None},),
        ({},),
    ]


def test_38_names_of_every_kind(importer: Importer) -> None:
    names = ["select", "Mixed Case", "dot.ted", 'qu"ote', "per%cent", "\U0001f600", "b" * 63]
    columns = ", ".join('"' + name.replace('"', '""') + '" int CHECK (true)' for name in names)
    importer.make(f'CREATE TABLE "Ta ble.%" ({columns})')
    mapped = {name: "/" + name.replace("~", "~0").replace("/", "~1") for name in names}
    report = importer.load([dict.fromkeys(names, 7)], {"Ta ble.%": {"rows": "/*", "columns": mapped}})
    assert (report.outcome, importer.stored('SELECT * FROM "Ta ble.%"')) == ("loaded", [(7,) * 7])
    for wrong in (
        {"into": "Ta ble.%", "columns": {"b" * 64: "x"}},
        {"into": "t" * 64, "columns": {"a": "x"}},
    ):
        with pytest.raises(MappingDoesNotFitError):
            importer.load([], {"t": {"rows": "/*", **wrong}})


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
    assert "2 rows refer to it" in book.rejects[0].reason
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


def test_69_generated_columns_are_compared_and_not_written(judge: Judge, importer: Importer) -> None:
    importer.make("CREATE TABLE t (id int PRIMARY KEY, d int GENERATED ALWAYS AS (id * 2) STORED)")
    book = judge([{"id": 1, "d": 2}, {"id": 2, "d": 5}, {"id": 3}], {"t": table("id", "d")})
    assert told(book) == [(2, "generated_differs", "d")]
    assert importer.load([{"id": 1, "d": 2}], {"t": table("id", "d")}).outcome == "loaded"


def test_70_checks_and_domains_are_named(judge: Judge, importer: Importer) -> None:
    importer.make(
        "CREATE DOMAIN short AS text CONSTRAINT not_long CHECK (length(VALUE) < 4);"
        "CREATE TABLE t (id int PRIMARY KEY, s short, n int CONSTRAINT low CHECK (n < 5))"
    )
    book = judge([{"id": 1, "s": "long!", "n": 9}], {"t": table("id", "s", "n")})
    assert [(reject.code, reject.sqlstate) for reject in book.rejects] == [("check", "23514")] * 2
    assert "not_long" in book.rejects[0].reason
    assert "low: (n < 5)" in book.rejects[1].reason


def test_where_takes_rows_by_their_fields_and_loses_none(judge: Judge, importer: Importer) -> None:
    importer.make("CREATE TABLE a (n int); CREATE TABLE b (n int, m int)")
    rows = [{"type": "a", "n": 1}, {"type": "b", "n": 2, "m": 3}, {"type": "b", "n": 4, "m": 5}]
    tables = {"a": table("n", where={"type": "a"}), "b": table("n", "m", where={"type": ["b", "c"]})}
    book = judge(rows, tables)
    assert ({name: len(found) for name, found in book.rows.items()}, dict(book.filtered)) == (
        {"a": 1, "b": 2}, {"a": 2, "b": 1},
    )  # fmt: skip
    with pytest.raises(UnmappedFieldsError, match="rows with another type"):
        judge([*rows, {"type": "z", "n": 1}], tables)
    judge([*rows, {"type": "z", "n": 1}], tables, {"source": {"s": {"unmatched": "ignore"}}})
    with pytest.raises(UnmappedFieldsError, match="'m'"):
        judge([{"type": "a", "n": 1, "m": 1}], tables)


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


def test_a_lookup_of_several_rows_is_no_lookup(judge: Judge, importer: Importer) -> None:
    importer.make("CREATE TABLE u (id int PRIMARY KEY, n text); INSERT INTO u VALUES (1, 'x'), (2, 'x')")
    importer.make("CREATE TABLE t (u int)")
    tables = {"t": {"rows": "/*", "columns": {"u": {"lookup": "u", "by": {"n": "n"}}}}}
    assert told(judge([{"n": "x"}], tables)) == [(1, "ambiguous", "u")]
