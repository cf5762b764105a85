"""Values that break importers: each is stored exactly, or its row is rejected with code and pointer.

One column per case in one table, so that a few imports judge all of them. Numbers are those of the catalogue
of nasty inputs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fixtures.judging import Judge
from fixtures.transfer import Importer

from toolkit.transfer import LoadReport


@dataclass(frozen=True)
class Case:
    """One value in a column of a type."""

    number: int
    type: str
    value: str
    """As JSON."""
    wanted: str | None
    """What the server shows, `NULL`; or `!code`, with the way to the value behind a space."""
    rule: dict[str, Any] = field(default_factory=dict)
    altered: str | None = None
    """The rule that is counted."""


NUL = r'"a\u0000b"'
BERLIN = {"zone": "Europe/Berlin"}
TO_BERLIN = {"to_zone": "Europe/Berlin"}
SHIFT = BERLIN | {"gap": "shift"}
EARLIER, LATER = BERLIN | {"overlap": "earlier"}, BERLIN | {"overlap": "later"}
OBJECT = {"as": "objectid"}
CUT, NANO = {"truncate": True}, {"as": "epoch-ns"}
ONE_SIDE = 'overlap = "earlier"'
LEAP = "24:00 or a leap second is the next day or minute"
WHOLE = "whole number written with a point or exponent"
CASES = [
    Case(23, "float8", "NaN", "!not_finite"),
    Case(23, "float8", "NaN", "NaN", {"not_finite": "keep"}, 'not_finite = "keep"'),
    Case(23, "float8", "-Infinity", "NULL", {"not_finite": "null"}, 'not_finite = "null"'),
    Case(23, "numeric", "Infinity", "!not_finite"),
    Case(23, "jsonb", '{"a": [1, NaN]}', "!not_finite /a/1"),
    Case(24, "int4", "2147483648", "!range"),
    Case(24, "int8", "9223372036854775808", "!range"),
    Case(24, "int8", "9007199254740993", "9007199254740993"),
    Case(25, "numeric", "1e400", "1" + "0" * 400),
    Case(25, "numeric", "123456789012345678901234567890.5", "123456789012345678901234567890.5"),
    Case(25, "float8", "1e400", "!range"),
    Case(25, "float8", "1e-400", "!range"),
    Case(25, "float8", "1e-400", "0", {"as": "float"}, 'as = "float"'),
    Case(26, "int4", "1.0", "1", {}, WHOLE),
    Case(26, "int4", '"1"', "1", {"as": "int"}, 'as = "int"'),
    Case(26, "int4", "1.5", "!not_whole"),
    Case(27, "numeric(6,2)", "1.239", "!scale"),
    Case(27, "numeric(6,2)", "1.235", "1.24", {"scale": "half-even"}, 'scale = "half-even"'),
    Case(27, "numeric(6,2)", "1.245", "1.24", {"scale": "half-even"}, 'scale = "half-even"'),
    Case(27, "numeric(6,2)", "9999.999", "!range", {"scale": "half-even"}),
    Case(27, "numeric(6,2)", "1.20", "1.20", {"scale": "half-even"}),
    Case(28, "int4", "-0", "0"),
    Case(28, "int4", "1e2", "100", {}, WHOLE),
    Case(29, "bool", '"Yes"', "true", {"as": "bool"}),
    Case(29, "bool", "0", "false", {"as": "bool"}),
    Case(29, "bool", "2", "!not_listed", {"as": "bool"}),
    Case(29, "bool", '"on"', "!not_listed", {"true": ["Y"], "false": ["N"]}),
    Case(32, "varchar(3)", '"abcd"', "!too_long"),
    Case(32, "varchar(3)", '"äöüx"', "äöü", {"truncate": True}, "truncate"),
    Case(33, "text", '"a  "', "a  "),
    Case(34, "mood", '"Happy"', "!not_listed"),
    Case(34, "mood", '"Happy"', "happy", {"enum": {"Happy": "happy"}}, "enum"),
    Case(35, "text", '""', ""),
    Case(35, "text", "null", "NULL"),
    Case(35, "text", '""', "NULL", {"empty": "null"}, 'empty = "null"'),
    Case(36, "date", '""', "!format"),
    Case(36, "int4", '""', "!not_a_number", {"as": "int"}),
    Case(36, "uuid", '""', "!not_a_uuid"),
    Case(36, "uuid", '""', "NULL", {"empty": "null"}, 'empty = "null"'),
    Case(39, "jsonb", "null", "NULL"),
    Case(39, "jsonb", "null", "null", {"null": "json"}),
    Case(40, "text", '{"a": 1}', "!wrong_type"),
    Case(40, "text", '{"a": [1.50]}', '{"a": [1.50]}', {"as": "json-text"}, 'as = "json-text"'),
    Case(40, "int4[]", "7", "!wrong_type"),
    Case(40, "int4[]", "7", "{7}", {"wrap": True}, "wrap"),
    Case(41, "int4[]", "[1, null]", "{1,NULL}"),
    Case(41, "int4[]", "[]", "{}"),
    Case(41, "int4[]", '[1, "x"]', "!wrong_type /1"),
    Case(41, "int4[]", "[[1, 2], [3]]", "!ragged /1"),
    Case(41, "int4[]", "[[1, 2], [3, 4]]", "{{1,2},{3,4}}"),
    Case(41, "int4[]", '[[1, 2], [3, "x"]]', "!wrong_type /1/1"),
    Case(42, "bytea", '"3q2+7w=="', r"\xdeadbeef", {"as": "base64"}),
    Case(42, "bytea", '"3q2+7w="', "!format", {"as": "base64"}),
    Case(42, "bytea", '"3q2-7w"', r"\xdeadbeef", {"as": "base64url"}),
    Case(42, "bytea", '"3q2+7w"', "!format", {"as": "base64url"}),
    Case(42, "bytea", '"DEadbeef"', r"\xdeadbeef", {"as": "hex"}),
    Case(42, "bytea", '"de ad"', "!format", {"as": "hex"}),
    Case(42, "bytea", '"data:image/png;base64,3q2+7w=="', r"\xdeadbeef", {"as": "data-uri"}),
    Case(42, "bytea", '"data:,a%20b"', r"\x612062", {"as": "data-uri"}),
    Case(42, "bytea", r'"b\"\\xde\\n\""', r"\xde0a", {"as": "python-bytes"}),
    Case(42, "bytea", '"b\'a\' + b\'b\'"', "!format", {"as": "python-bytes"}),
    Case(42, "bytea", "[222, 0]", r"\xde00", {"as": "byte-list"}),
    Case(42, "bytea", "[222, 256]", "!format /1", {"as": "byte-list"}),
    Case(43, "uuid", '"{94D94FC6-8B8E-430C-A9CD-CA7DED37AC28}"', "94d94fc6-8b8e-430c-a9cd-ca7ded37ac28"),
    Case(43, "uuid", '"507f1f77bcf86cd799439011"', "!not_a_uuid"),
    Case(43, "uuid", '"507f1f77bcf86cd799439011"', "00000000-507f-1f77-bcf8-6cd799439011", OBJECT),
    Case(44, "text", r'"cafe\u0301"', "café", {"normal": "NFC"}, 'normal = "NFC"'),
    Case(45, "timestamptz", '"2024-05-01T00:00:00"', "!no_zone"),
    Case(45, "timestamptz", '"2024-05-01T00:00:00"', "2024-04-30 22:00:00+00", BERLIN, "zone"),
    Case(46, "timestamp", '"2024-05-01T00:00:00Z"', "!has_zone"),
    Case(46, "timestamp", '"2024-05-01T00:00:00Z"', "2024-05-01 02:00:00", TO_BERLIN, "to_zone"),
    Case(47, "timestamptz", "1714521600", "2024-05-01 00:00:00+00", {"as": "epoch-s"}),
    Case(47, "timestamptz", "-0.5", "1969-12-31 23:59:59.5+00", {"as": "epoch-s"}),
    Case(47, "timestamptz", "1714521600000001", "2024-05-01 00:00:00.000001+00", {"as": "epoch-us"}),
    Case(47, "timestamptz", "1714521600000001000", "2024-05-01 00:00:00.000001+00", NANO),
    Case(47, "timestamptz", "1714521600000000001", "!precision", NANO),
    Case(47, "timestamptz", "1714521600000000001", "2024-05-01 00:00:00+00", NANO | CUT, "truncate"),
    Case(47, "timestamptz", "1714521600000", "!implausible", {"as": "epoch-s"}),
    Case(47, "timestamptz", "0", "!implausible", {"as": "epoch-s", "plausible": [2000, 2100]}),
    Case(48, "timestamptz", '"2024-03-31T02:30:00"', "!nonexistent_time", BERLIN),
    Case(48, "timestamptz", '"2024-10-27T02:30:00"', "!ambiguous_time", BERLIN),
    Case(48, "timestamptz", '"2024-03-31T02:30:00"', "2024-03-31 01:30:00+00", SHIFT, 'gap = "shift"'),
    Case(48, "timestamptz", '"2024-10-27T02:30:00"', "2024-10-27 00:30:00+00", EARLIER, ONE_SIDE),
    Case(48, "timestamptz", '"2024-10-27T02:30:00"', "2024-10-27 01:30:00+00", LATER, 'overlap = "later"'),
    Case(49, "timestamptz", '"2016-12-31T23:59:60Z"', "2017-01-01 00:00:00+00", {}, LEAP),
    Case(49, "time", '"24:00:00"', "24:00:00"),
    Case(50, "date", '"0000-00-00"', "!format"),
    Case(50, "timestamptz", '"0001-01-01T00:00:00Z"', "NULL", {"none": ["0001-01-01T00:00:00Z"]}, "none"),
    Case(50, "date", '"9999-12-31"', "9999-12-31"),
    Case(51, "timestamptz", '"infinity"', "infinity"),
    Case(51, "timestamptz", '"+012024-02-29T12:00:00Z"', "12024-02-29 12:00:00+00"),
    Case(51, "date", '"0044-03-15 BC"', "0044-03-15 BC"),
    Case(51, "date", '"0000-01-01"', "!format"),
    Case(52, "date", '"1996-5-30"', "!format"),
    Case(52, "date", '"05/06/2024"', "2024-06-05", {"formats": ["iso", "%d/%m/%Y"]}),
    Case(52, "date", '"Jun 12 98"', "1998-06-12", {"formats": ["%b %d %y"]}),
    Case(53, "date", '"2024-05-01T23:30:00Z"', "!format"),
    Case(53, "date", '"2024-05-01T23:30:00Z"', "2024-05-01", {"truncate": True}, "truncate"),
    Case(53, "date", '"2024-05-01T23:30:00Z"', "2024-05-02", CUT | TO_BERLIN, "truncate"),
    Case(1, "text", NUL, "!nul"),
    Case(1, "text", NUL, "ab", {"nul": "strip"}, "nul"),
    Case(1, "text", NUL, "a?b", {"nul": {"replace": "?"}}, "nul"),
    Case(1, "bytea", NUL, r"\x610062", {"as": "text"}),
    Case(2, "jsonb", rf'{{"a": [1, {NUL}]}}', "!nul /a/1"),
    Case(2, "jsonb", rf'{{"a": [1, {NUL}]}}', '{"a": [1, "ab"]}', {"nul": "strip"}, "nul"),
    Case(3, "text", r'"a\ud83d"', "!surrogate"),
    Case(3, "text", r'"a\ud83d"', "a\ufffd", {"surrogates": {"replace": "\ufffd"}}, "surrogates"),
    Case(3, "jsonb", r'{"x": "a\ud83d"}', "!surrogate /x"),
    Case(70, "positive", "-1", "!check"),
]  # fmt: skip
GOOD = [(f"v{place}", case) for place, case in enumerate(CASES) if not str(case.wanted).startswith("!")]
BAD = [(f"v{place}", case) for place, case in enumerate(CASES) if str(case.wanted).startswith("!")]


def load(importer: Importer, folder: Path, cases: list[tuple[str, Case]]) -> LoadReport:
    """One row with the values of all the cases."""
    columns = ", ".join(f"{name} {case.type}" for name, case in cases)
    importer.make(
        "CREATE TYPE mood AS ENUM ('happy', 'sad'); CREATE DOMAIN positive AS int CHECK (VALUE > 0);"
        f"CREATE TABLE t (id int PRIMARY KEY, {columns})"
    )
    path = folder / "x.json"
    members = ", ".join(f'"{name}": {case.value}' for name, case in cases)
    path.write_text(f'[{{"id": 1, {members}}}]')
    rules = {name: {"from": name, **case.rule} for name, case in cases}
    return importer.load(path, {"t": {"rows": "/*", "columns": {"id": "id", **rules}}})


def test_what_is_taken_is_stored_exactly_and_counted(importer: Importer, tmp_path: Path) -> None:
    report = load(importer, tmp_path, GOOD)
    assert (report.rejects, report.outcome) == ((), "loaded")
    texts = ", ".join(f"coalesce({name}::text, 'NULL')" for name, _ in GOOD)
    with importer.engine.connect() as connection:
        connection.exec_driver_sql("SET TimeZone TO 'UTC'")
        (stored,) = connection.exec_driver_sql(f"SELECT {texts} FROM t").all()
    told = [(case.number, case.type, case.value, text) for (_, case), text in zip(GOOD, stored, strict=True)]
    assert told == [(case.number, case.type, case.value, case.wanted) for _, case in GOOD]


def test_what_is_not_taken_is_told_with_code_and_place(importer: Importer, tmp_path: Path) -> None:
    report = load(importer, tmp_path, BAD)
    found = {
        str(reject.column): f"!{reject.code} {reject.pointer.removeprefix(f'/0/{reject.column}')}".strip()
        for reject in report.rejects
    }
    told = [(case.number, case.type, case.value, found.get(name)) for name, case in BAD]
    assert told == [(case.number, case.type, case.value, case.wanted) for _, case in BAD]
    assert len(report.rejects) == len(BAD), "one reason each"
    assert all(reject.sqlstate for reject in report.rejects if reject.code in ("range", "nul", "check"))
    assert importer.stored("SELECT count(*) FROM t") == [(0,)]


def test_each_alteration_is_counted_with_an_example(importer: Importer, tmp_path: Path, judge: Judge) -> None:
    load(importer, tmp_path, GOOD)
    importer.make("TRUNCATE t")
    rules = {name: {"from": name, **case.rule} for name, case in GOOD}
    book = judge(tmp_path / "x.json", {"t": {"rows": "/*", "columns": {"id": "id", **rules}}})
    counted = {line.column: (line.rule, line.count, len(line.examples)) for line in book.altered}
    assert counted == {name: (case.altered, 1, 1) for name, case in GOOD if case.altered}


def test_the_nearest_word_is_suggested(importer: Importer, tmp_path: Path) -> None:
    (told,) = load(importer, tmp_path, [("v", Case(34, "mood", '"Happy"', None))]).rejects
    assert "Did it mean 'happy'?" in told.hint


@pytest.mark.parametrize(
    ("formats", "told"),
    [
        (["%d/%m/%Y", "%m/%d/%Y"], "2001-02-03 as '%d/%m/%Y' and 2001-03-02 as '%m/%d/%Y'"),
        (["%d.%m.%y", "%y.%m.%d"], "reads as"),
    ],
)
def test_formats_that_read_one_text_as_two_days_are_refused(formats: list[str], told: str) -> None:
    from toolkit.transfer import parse_mapping
    from toolkit.transfer.errors import MappingInvalidError

    column = {"from": "a", "formats": formats}
    with pytest.raises(MappingInvalidError, match="reads as") as caught:
        parse_mapping({"version": 1, "table": {"t": {"rows": "/*", "columns": {"a": column}}}})
    assert told in caught.value.sentence


def test_values_are_shown_as_json(importer: Importer, tmp_path: Path) -> None:
    report = load(importer, tmp_path, BAD[:3])
    assert all(json.dumps(reject.value) for reject in report.rejects)
