"""The native judge accepts only what the exact judge accepts, with the same texts for the server."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from toolkit.cancel import CancelToken
from toolkit.errors import NeonkitError
from toolkit.events import unheard
from toolkit.transfer import TransferMapping, parse_mapping
from toolkit.transfer.errors import UnmappedFieldsError
from toolkit.transfer.judge.judge import judge_rows
from toolkit.transfer.judge.plan import Plan, make_plan
from toolkit.transfer.judge.rows import Cell
from toolkit.transfer.sources.locate import FileSource
from toolkit.transfer.sources.options import Shape
from toolkit.transfer.sources.read import read_source
from toolkit.transfer.sources.record import Place, SourceRecord
from toolkit.transfer.stream.accepted import NativeBlock
from toolkit.transfer.stream.fields import Natives, native_judges
from toolkit.transfer.target.table import TargetColumn, TargetTable, TargetType, UniqueRule

KINDS: Final = {
    "id": TargetType("integer", "int4"),
    "small": TargetType("smallint", "int2"),
    "big": TargetType("bigint", "int8"),
    "words": TargetType("text", "text"),
    "short": TargetType("character varying(5)", "varchar", 9),
    "exact": TargetType("numeric", "numeric"),
    "money": TargetType("numeric(6,2)", "numeric", ((6 << 16) | 2) + 4),
    "ratio": TargetType("double precision", "float8"),
    "flag": TargetType("boolean", "bool"),
    "code": TargetType("uuid", "uuid"),
    "day": TargetType("date", "date"),
    "naive": TargetType("timestamp without time zone", "timestamp"),
    "aware": TargetType("timestamp with time zone", "timestamptz"),
    "coarse": TargetType("timestamp(0) with time zone", "timestamptz", 0),
    "tick": TargetType("timestamp with time zone", "timestamptz"),
    "mood": TargetType("mood", "mood", is_enum=True, labels=("sad", "glad")),
    "doc": TargetType("jsonb", "jsonb"),
    "made": TargetType("uuid", "uuid"),
    "tidy": TargetType("text", "text"),
    "fixed": TargetType("text", "text"),
    "needed": TargetType("text", "text"),
    "filled": TargetType("integer", "int4"),
    "counted": TargetType("integer", "int4"),
    "label": TargetType("text", "text"),
    "yes": TargetType("boolean", "bool"),
    "ja": TargetType("boolean", "bool"),
    "formal": TargetType("text", "text"),
    "german": TargetType("date", "date"),
    "local": TargetType("timestamp with time zone", "timestamptz"),
    "rounded": TargetType("numeric(6,2)", "numeric", ((6 << 16) | 2) + 4),
    "listed": TargetType("integer[]", "_int4", element=TargetType("integer", "int4")),
    "fallback": TargetType("integer", "int4"),
    "clipped": TargetType("character varying(5)", "varchar", 9),
    "told": TargetType("text", "text"),
    "single": TargetType("real", "float4"),
    "inner": TargetType("text", "text"),
    "second": TargetType("integer", "int4"),
}
RULES: Final[Mapping[str, Any]] = {
    **{name: name for name in KINDS if name != "made"},
    "tick": {"from": "tick", "as": "epoch-ms"},
    "tidy": {"from": "tidy", "trim": True, "case": "lower", "none": ["-"], "empty": "null"},
    "fixed": {"const": "legacy\t1"},
    "counted": {"from": "counted", "as": "int"},
    "label": {"from": "label", "enum": {"a": "alpha", "b": "b", "1": "one\ttab", "true": "yes"}},
    "yes": {"from": "yes", "as": "bool"},
    "ja": {"from": "ja", "true": ["ja", 1], "false": ["nein", 0]},
    "formal": {"from": "formal", "normal": "NFC"},
    "german": {"from": "german", "formats": ["%d.%m.%Y", "iso"]},
    "local": {"from": "local", "zone": "Europe/Berlin"},
    "rounded": {"from": "rounded", "as": "decimal", "scale": "half-even"},
    "fallback": {"from": "fallback", "default": 7, "default_when": "missing-or-null"},
    "clipped": {"from": "clipped", "truncate": True},
    "told": {"from": "told", "as": "json-text", "null": "missing"},
    "inner": {"from": "deep.a"},
    "second": {"from": "deep.b", "as": "int"},
}
SOUND: Final[Mapping[str, Any]] = {
    "id": 1,
    "legacy": "a",
    "words": "plain: text",
    "needed": "here",
    "money": 10.25,
    "code": "0b0f0d0c-0a0b-4c0d-8e0f-000102030405",
    "aware": "2024-02-28T10:00:00Z",
    "skipped": 1,
    "deep": {"a": "x", "b": 1},
}


def plan_of(rules: Mapping[str, Any], **rest: Any) -> tuple[Plan, TransferMapping]:
    """A plan for a table of all kinds; nothing is asked of a server."""
    columns = {
        name: TargetColumn(name, kind, name in ("id", "needed"), name == "filled", False, None)
        for name, kind in KINDS.items()
    }
    unique = UniqueRule("t_pkey", ("id",), True, True)
    target = TargetTable("public", "t", columns, (unique,), (), (), False)
    table = {"rows": "/*", "columns": rules, "ignore": ["skipped", "deep.skipped"], **rest}
    mapping = parse_mapping({"version": 1, "table": {"t": table}})
    return make_plan(mapping, {"t": target}), mapping


PLAN, MAPPING = plan_of(RULES, key={"legacy": "legacy", "to": "made", "assign": "uuid5"})


Judged = tuple[dict[str, Cell], frozenset[tuple[str, str]]]
"""Cells, and which rules altered a value of which column."""


def judges_of(rules: Mapping[str, Any], **rest: Any) -> Natives:
    """Judges with a plan of their own."""
    return native_judges(plan_of(rules, **rest)[0].tables["t"])


KEY: Final = {"legacy": "legacy", "to": "made", "assign": "uuid5"}
NATIVES: Final = judges_of(RULES, key=KEY)


def exactly(content: bytes, plan: Plan = PLAN, mapping: TransferMapping = MAPPING) -> list[Judged] | None:
    """What the exact judge makes of a source, unless it objects to some of it."""
    shape: Shape = "ndjson" if plan is PLAN else "csv"
    read = read_source(FileSource("t", content), frozenset({()}), shape)
    try:
        book = judge_rows(plan, mapping, {"input": read}, unheard, CancelToken())
    except UnmappedFieldsError:
        return None
    rows = book.rows["t"]
    if len(rows) != len(read.records) or book.rejects or not all(row.live for row in rows):
        return None
    altered = [(one.column, one.rule) for one in book.altered for _ in range(one.count)]
    if len(rows) > 1:
        assert not altered, "which row was altered is told for one row only"
    cells = [{name: row.cells[name] for name in plan.tables["t"].columns} for row in rows]
    return [(each, frozenset(altered)) for each in cells]


def accepted(block: NativeBlock, count: int) -> dict[int, Judged]:
    """What a native judge accepts, by position."""
    assert sorted([*block.kept, *block.doubtful]) == list(range(count))
    found = {}
    for place, position in enumerate(block.kept):
        noted = frozenset(rule for rule, rows in block.noted.items() if position in rows)
        found[position] = ({name: cells[place] for name, cells in block.columns.items()}, noted)
    return found


def natively(line: bytes) -> list[Judged] | None:
    assert NATIVES.lines is not None
    found = accepted(NATIVES.lines.judge([line]), 1)
    return list(found.values()) or None


def text_of(field: str, raw: str) -> bytes:
    """A sound line with this JSON text as one of its fields."""
    rest = {name: value for name, value in SOUND.items() if name != field}
    return (json.dumps(rest)[:-1] + f', "{field}": {raw}}}').encode("utf-8", "surrogatepass")


FIELDS: Final = sorted(
    {*KINDS, "legacy", "skipped", "stranger", "deep"} - {"made", "fixed", "inner", "second"}
)
NASTY: Final = Path(__file__).with_name("nasty_values.txt").read_text(encoding="utf-8").split("\n")[:-1]
"""JSON texts, and texts that are nearly JSON."""


@pytest.mark.parametrize("field", FIELDS)
def test_nasty_values_in_every_column(field: str) -> None:
    accepted = 0
    for raw in NASTY:
        line = text_of(field, raw)
        found = natively(line)
        accepted += found is not None
        assert found is None or found == exactly(line), raw
    assert accepted or field == "stranger"


PLAIN: Final = {
    "id": "7",
    "small": "-32768",
    "words": '"a \\\\ b\\n"',
    "short": '"äöüß€"',
    "exact": "12345678901234567890.5",
    "money": "-9999.99",
    "ratio": "0.25",
    "flag": "false",
    "code": '"0b0f0d0c-0a0b-4c0d-8e0f-000102030405"',
    "naive": '"2024-12-31T23:59:59.000001"',
    "coarse": '"2024-12-31T23:59:59Z"',
    "tick": "1717236000123",
    "mood": '"glad"',
    "doc": '{"a": [1.10, null, "x"]}',
    "legacy": '"k-1"',
    "tidy": '"as it is"',
    "filled": "null",
    "skipped": '"x"',
    "counted": '"12"',
    "label": '"a"',
    "yes": '"Yes"',
    "ja": '"nein"',
    "formal": '"e\\u0301"',
    "german": '"29.02.2024"',
    "local": '"2024-07-01T10:00:00.5"',
    "rounded": '"1.255"',
    "listed": "[1, null, 3]",
    "fallback": "null",
    "clipped": '"abcdefgh"',
    "told": '{"a": [1.0]}',
    "single": "1.5",
    "deep": '{"b": "7", "skipped": [1]}',
    "day": '"2024-02-29"',
    "aware": '"2024-05-06T07:08:09.123+02:00"',
}


@pytest.mark.parametrize("field", PLAIN)
def test_plain_values_stay_on_the_fast_road(field: str) -> None:
    line = text_of(field, PLAIN[field])
    assert natively(line) == exactly(line) is not None


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-40_000, 40_000)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.text(st.sampled_from('aZ0 :"\\\n\t\0\u2028é'), max_size=7)
    | st.datetimes().map(lambda moment: moment.isoformat() + "Z")
    | st.dates().map(str)
    | st.uuids().map(str)
    | st.decimals(allow_nan=False, allow_infinity=False, places=2).map(float),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=4,
)
members = st.lists(
    st.tuples(st.sampled_from(FIELDS[:-1]), json_values.map(json.dumps) | st.sampled_from(NASTY)), max_size=6
)
spaces = st.sampled_from(["", " ", "\t", "\r", "  "])


@given(members, spaces, spaces, st.booleans())
@example([("words", '"\\u003a"'), ("words", '"x"')], "", "", True)
@example([("id", "2")], " ", "", False)
def test_random_records(given_members: list[tuple[str, str]], before: str, after: str, mended: bool) -> None:
    """Members are added to a sound record, or stand in the place of its own; keys may stand twice."""
    named = {name for name, _ in given_members} if mended else set()
    sound = [(name, json.dumps(value)) for name, value in SOUND.items() if name not in named]
    written = [f'"{name}"{before}:{after}{raw}' for name, raw in [*sound, *given_members]]
    line = ("{" + ",".join(written) + "}").encode("utf-8", "surrogatepass")
    found = natively(line)
    assert found is None or found == exactly(line)


@given(st.lists(st.tuples(members, st.sampled_from(["", " ", "x", "\xa0"])), min_size=1, max_size=6))
def test_a_block_is_judged_like_its_lines(records: list[tuple[list[tuple[str, str]], str]]) -> None:
    """What one line holds changes nothing for the others."""
    lines = []
    for given_members, behind in records:
        named = dict(given_members)
        sound = {name: json.dumps(value) for name, value in SOUND.items()} | named
        written = ",".join(f'"{name}":{raw}' for name, raw in sound.items())
        lines.append(("{" + written + "}" + behind).encode("utf-8", "surrogatepass"))
    assert NATIVES.lines is not None
    single = {position: one for position, line in enumerate(lines) for one in natively(line) or ()}
    assert accepted(NATIVES.lines.judge(lines), len(lines)) == single


@pytest.mark.parametrize(
    "line",
    [
        b'{"id":1,"legacy":"a","needed":"x","needed":"x"}',
        b'{"id":1,"legacy":"a","needed":"x" ,"needed"  :"x"}',
        b'{"id":1,"legacy":"a","needed":"x","need\\u0065d":"x"}',
        b'{"id":1,"legacy":"a","needed":":","needed":"\\u003a"}',
        b'{"id":1,"legacy":"a","needed":"\\u003a","needed":""}',
        b'{"id":1,"legacy":"a","needed":"x","skipped":1,"skipped":1}',
        b'{"id":1,"legacy":"a","needed":"x","skipped":{"a":1,"a":1}}',
        b'{"id":1,"legacy":"a","needed":"x","doc":{"a":1,"a":1}}',
        b'{"id":1,"legacy":"a","needed":"x"} {}',
        b'{"id":1,"legacy":"a","needed":"\xed\xa0\x80"}',
        b'{"id":1,"legacy":"a","needed":"x","skipped":"\xff"}',
        b'\xef\xbb\xbf{"id":1,"legacy":"a","needed":"x"}',
    ],
)
def test_what_a_lenient_decoder_would_take_is_doubtful(line: bytes) -> None:
    assert natively(line) is None


@pytest.mark.parametrize(
    "line",
    [
        b'{"id":1,"legacy":"a","needed":"x","deep":{"a":"x","stranger":1}}',
        b'{"id":1,"legacy":"a","needed":"x","deep":{"a":"x","a":"y"}}',
        b'{"id":1,"legacy":"a","needed":"x","deep":[1]}',
        b'{"id":1,"legacy":"a","needed":"x","deep":{"a":{"b":1}}}',
    ],
)
def test_what_nobody_covers_inside_a_field_is_doubtful(line: bytes) -> None:
    assert natively(line) is None
    assert exactly(line) is None


@pytest.mark.parametrize(
    "rules",
    [
        {"doc": {"rest": True}},
        {"counted": {"from": "counted", "as": "server"}},
        {"words": "@index"},
        {"counted": {"const": "12", "as": "int"}},
    ],
)
def test_what_is_not_made_from_one_value_leaves_the_table_to_the_exact_judge(
    rules: Mapping[str, Any],
) -> None:
    natives = judges_of({"id": "id", "needed": "needed", **rules})
    assert (natives.lines, natives.cells) == (None, None)


AS_IN_JSON: Final = ("label", "yes", "ja", "german", "local", "rounded", "clipped", "tidy")
TEXTS: Final = {
    **{name: name for name in ("words", "short", "mood", "needed", "code", "day", "naive", "aware")},
    **{name: {"from": name, "as": "int"} for name in ("id", "small", "big", "filled")},
    **{name: {"from": name, "as": "decimal"} for name in ("exact", "money")},
    **{name: RULES[name] for name in AS_IN_JSON},
    "ratio": {"from": "ratio", "as": "float"},
    "flag": "flag",
    "doc": "doc",
}
CSV_PLAN, CSV_MAPPING = plan_of(TEXTS)
CSV_JUDGE: Final = judges_of(TEXTS).cells
CELLS: Final = [
    json.loads(raw) for raw in NASTY if raw.startswith('"') and raw != '"\\x"' and ":1" not in raw
]
SOUND_CELLS: Final = {"id": "1", "needed": "here", "small": "-7", "money": "10.25", "day": "2024-02-28"}


some_cells = st.sampled_from(CELLS) | st.text("07.+-e", max_size=4)


@given(st.dictionaries(st.sampled_from(sorted(TEXTS)), some_cells))
def test_cells_of_csv(given_cells: dict[str, str]) -> None:
    """As for JSON: what the native judge takes, the exact one takes with the same cells and alterations."""
    row = SOUND_CELLS | given_cells
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_MINIMAL, lineterminator="\n").writerows([row.keys(), row.values()])
    content = out.getvalue().encode("utf-8", "surrogatepass")
    assert CSV_JUDGE is not None
    try:
        records = read_source(FileSource("t", content), frozenset({()}), "csv").records
    except NeonkitError:
        return
    found = accepted(CSV_JUDGE.judge(records), len(records))
    assert not found or list(found.values()) == exactly(content, CSV_PLAN, CSV_MAPPING)


def test_plain_cells_of_csv_stay_on_the_fast_road() -> None:
    header = ("id", "needed", "exact", "flag", "yes", "label", "ratio", "tidy", "filled")
    row = ("7", "x", "1.50", "", "t", "a", "0.5", " A ", "+3")
    records = [
        SourceRecord(
            (), Place("t", (0,), 2, 9), None, 0, {**dict(zip(header, row, strict=True)), "flag": None}
        )
    ]
    assert CSV_JUDGE is not None
    ((cells, noted),) = accepted(CSV_JUDGE.judge(records), 1).values()
    assert (cells["id"], cells["exact"], cells["flag"], cells["yes"]) == ("7", "1.50", None, "true")
    assert (cells["label"], cells["tidy"], cells["filled"]) == ("alpha", "a", "3")
    assert noted == {
        ("id", 'as = "int"'), ("filled", 'as = "int"'), ("exact", 'as = "decimal"'), ("label", "enum"),
        ("tidy", "trim"), ("tidy", 'case = "lower"'),
    }  # fmt: skip
