"""The native judge accepts only what the exact judge accepts, with the same texts for the server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from toolkit.cancel import CancelToken
from toolkit.events import unheard
from toolkit.transfer import TransferMapping, parse_mapping
from toolkit.transfer.errors import UnmappedFieldsError
from toolkit.transfer.judge.judge import judge_rows
from toolkit.transfer.judge.plan import Plan, make_plan
from toolkit.transfer.judge.rows import Cell
from toolkit.transfer.sources.locate import FileSource
from toolkit.transfer.sources.read import read_source
from toolkit.transfer.stream.fields import native_judge
from toolkit.transfer.stream.native import NativeJudge
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
}
RULES: Final[Mapping[str, Any]] = {
    **{name: name for name in KINDS if name != "made"},
    "tick": {"from": "tick", "as": "epoch-ms"},
    "tidy": {"from": "tidy", "trim": True, "case": "lower", "none": ["-"], "empty": "null"},
    "fixed": {"const": "legacy\t1"},
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
}


def plan_of(rules: Mapping[str, Any], **rest: Any) -> tuple[Plan, TransferMapping]:
    """A plan for a table of all kinds; nothing is asked of a server."""
    columns = {
        name: TargetColumn(name, kind, name in ("id", "needed"), name == "filled", False, None)
        for name, kind in KINDS.items()
    }
    unique = UniqueRule("t_pkey", ("id",), True, True)
    target = TargetTable("public", "t", columns, (unique,), (), (), False)
    table = {"rows": "/*", "columns": rules, "ignore": ["skipped"], **rest}
    mapping = parse_mapping({"version": 1, "table": {"t": table}})
    return make_plan(mapping, {"t": target}), mapping


PLAN, MAPPING = plan_of(RULES, key={"legacy": "legacy", "to": "made", "assign": "uuid5"})


def judge_of(plan: Plan) -> NativeJudge:
    judge = native_judge(plan.tables["t"])
    assert judge is not None
    return judge


NATIVE: Final = judge_of(PLAN)


def exactly(line: bytes) -> dict[str, Cell] | None:
    """The cells that the exact judge makes of a line, unless it objects to it or alters a value."""
    content = read_source(FileSource("t.ndjson", line), frozenset({()}), "ndjson")
    try:
        book = judge_rows(PLAN, MAPPING, {"input": content}, unheard, CancelToken())
    except UnmappedFieldsError:
        return None
    rows = [row for row in book.rows["t"] if row.live]
    if len(rows) != 1 or book.rejects or book.altered:
        return None
    return {name: rows[0].cells[name] for name in PLAN.tables["t"].columns}


def natively(line: bytes) -> dict[str, Cell] | None:
    block = NATIVE.judge([line])
    assert sorted([*block.kept, *block.doubtful]) == [0]
    return {name: cells[0] for name, cells in block.columns.items()} if block.kept else None


def text_of(field: str, raw: str) -> bytes:
    """A sound line with this JSON text as one of its fields."""
    rest = {name: value for name, value in SOUND.items() if name != field}
    return (json.dumps(rest)[:-1] + f', "{field}": {raw}}}').encode("utf-8", "surrogatepass")


FIELDS: Final = sorted({*KINDS, "legacy", "skipped", "stranger"} - {"made", "fixed"})
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
    "day": '"2024-12-31"',
    "naive": '"2024-12-31T23:59:59.000001"',
    "aware": '"2024-12-31 23:59:59.999999Z"',
    "coarse": '"2024-12-31T23:59:59Z"',
    "tick": "1717236000123",
    "mood": '"glad"',
    "doc": '{"a": [1.10, null, "x"]}',
    "legacy": '"k-1"',
    "tidy": '"as it is"',
    "filled": "null",
    "skipped": '"x"',
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
    block = NATIVE.judge(lines)
    single = [natively(line) for line in lines]
    assert [position for position, cells in enumerate(single) if cells is not None] == list(block.kept)
    for place, position in enumerate(block.kept):
        assert {name: cells[place] for name, cells in block.columns.items()} == single[position]


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
    "rules",
    [
        {"words": {"from": "words", "enum": {"a": "b"}}},
        {"words": {"from": "a.b"}},
        {"words": "words", "tidy": "words"},
        {"words": {"from": "words", "normal": "NFC"}},
        {"aware": {"from": "aware", "formats": ["%d.%m.%Y"]}},
    ],
)
def test_words_it_does_not_know_leave_the_table_to_the_exact_judge(rules: Mapping[str, Any]) -> None:
    plan, _ = plan_of({"id": "id", "needed": "needed", **rules})
    assert native_judge(plan.tables["t"]) is None
