"""JSON with comments and commas behind the last element: read when it is said, at true places."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.transfer.errors import SourceUnreadableError
from toolkit.transfer.sources.errors import SourceOptionError
from toolkit.transfer.sources.located import FileSource
from toolkit.transfer.sources.options import ReadOptions
from toolkit.transfer.sources.relaxed import strict_chunks
from toolkit.transfer.sources.stream import open_stream

TEXTS: list[tuple[str, Any]] = [
    ("[1, 2, ]", [1, 2]),
    ('{"a": 1, /* last */ }', {"a": 1}),
    ("[1 // one\n, 2, // two\r\n]", [1, 2]),
    ('["// no", "/* no */", ",]", "\\"", // no"\n]', ["// no", "/* no */", ",]", '"']),
    ("/**/[[1,],{},]/* **/", [[1], {}]),
    ('/* "a */ {"b": [/*,*/ 1 /*]*/,] /**/ , } // "', {"b": [1]}),
]
NOT: list[str] = ["[,]", "[1,,]", "{,}", "[1,", "[1] / 2", '{"a": "b\n// c": 1}', "[/]", "[1,/]", ",[1]"]


@pytest.mark.parametrize(("text", "value"), TEXTS)
@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_what_is_too_much_becomes_spaces(text: str, value: Any, size: int) -> None:
    raw = text.encode()
    strict = b"".join(strict_chunks(raw[start : start + size] for start in range(0, len(raw), size))).decode()
    assert json.loads(strict) == value
    assert all(now in (before, " ") for now, before in zip(strict, text, strict=True))
    assert strict.count("\n") == text.count("\n")


@pytest.mark.parametrize("text", NOT)
@pytest.mark.parametrize("size", [1, 100])
def test_what_is_no_json_either_way_stays_none(text: str, size: int) -> None:
    raw = text.encode()
    strict = b"".join(strict_chunks(raw[start : start + size] for start in range(0, len(raw), size)))
    with pytest.raises(json.JSONDecodeError):
        json.loads(strict)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
    | st.sampled_from(["//", "/*", "*/", ",]", '"', "\\", "/", "\\\""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(value=values, size=st.integers(1, 9), ascii_only=st.booleans(), indent=st.sampled_from([None, 1]))
def test_plain_json_is_left_alone(value: Any, size: int, ascii_only: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    raw = text.encode("utf-8", "surrogatepass")
    assert b"".join(strict_chunks(raw[at : at + size] for at in range(0, len(raw), size))) == raw


def read(text: str, name: str = "x.json", *, relaxed: bool = True) -> list[Any]:
    options = ReadOptions(relaxed=relaxed)
    with open_stream(FileSource(name, text.encode()), frozenset({()}), "auto", options) as stream:
        return [(record.place.line, record.place.offset, record.value) for record in stream]


def test_places_stay_true() -> None:
    text = '// users\n[\n  {"a": "x",}, /* and\n one more */ {"a": "y"},\n]'
    first, second = (text.index(f'{{"a": "{value}"') for value in "xy")
    assert read(text) == [(3, first, {"a": "x"}), (4, second, {"a": "y"})]
    assert [place for *place, _ in read('{"a": "x"} // one\n// nothing\n{"a": "y",}\n', "x.ndjson")] == [
        [1, 0],
        [3, 29],
    ]


def test_it_is_refused_where_it_is_not_said_or_makes_no_sense() -> None:
    with pytest.raises(SourceUnreadableError, match=r"no comments, relaxed = true in the mapping's"):
        read("// users\n[]", relaxed=False)
    with pytest.raises(SourceUnreadableError, match=r"relaxed = true in the mapping's"):
        read("[1,]", relaxed=False)
    with pytest.raises(SourceUnreadableError):
        read("[{'a': 1}]")
    with pytest.raises(SourceOptionError, match="CSV has no comments"):
        read("a,b\n1,2\n", "x.csv")
