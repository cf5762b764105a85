"""A stream gives the same whatever the chunks are, for sound input and for broken input alike."""

from __future__ import annotations

import json
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.errors import NeonkitError
from toolkit.transfer.sources.located import FileSource
from toolkit.transfer.sources.options import ReadOptions, Shape
from toolkit.transfer.sources.record import SourceRecord
from toolkit.transfer.sources.stream import open_stream

TOP: frozenset[tuple[str, ...]] = frozenset({()})
Outcome = tuple[list[SourceRecord], object, object]


def outcome(content: bytes, containers: Any, shape: Shape, options: ReadOptions) -> Outcome:
    """Records, what was found beside them, and how it ended."""
    records: list[SourceRecord] = []
    with open_stream(FileSource("x", content), frozenset(containers), shape, options) as stream:
        try:
            records.extend(stream)
        except NeonkitError as error:
            return records, (type(error), str(error)), None
        facts = (stream.stray, stream.notices, sorted(stream.found), stream.blank_lines, stream.digest)
        assert stream.bytes_read == stream.total_bytes == len(content)
    return records, facts, None


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["\ud83d\ude00", "\ud800", "\x00", "\u2028", "]}", '"', "\\", "a\nb", "\x1e"]),
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=8,
)
records_ = st.lists(values, max_size=5)
keys = st.text(max_size=3)

SHAPES: dict[str, Any] = {
    "array": (records_, lambda v, d: d(v), TOP),
    "keyed": (st.dictionaries(keys, values, max_size=5), lambda v, d: d(v), TOP),
    "grouped": (st.dictionaries(keys, records_, max_size=4), lambda v, d: d(v), {("*",)}),
    "document": (
        st.fixed_dictionaries({"meta": values, "users": records_, "a/b": st.dictionaries(keys, values)}),
        lambda v, d: d(v),
        {("users",), ("a/b",), ("gone",)},
    ),
    "ndjson": (records_, lambda v, d: "\n".join(map(d, v)), TOP),
    "concatenated": (records_, lambda v, d: " ".join(map(d, v)), TOP),
}


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_chunks_do_not_matter(shape: Any, data: st.DataObject) -> None:
    strategy, write, containers = SHAPES[shape]
    value = data.draw(strategy)
    indent = data.draw(st.sampled_from([None, 1])) if shape != "ndjson" else None
    escaped = data.draw(st.booleans())

    def dump(part: object) -> str:
        return json.dumps(part, indent=indent, ensure_ascii=escaped)

    content = write(value, dump).encode("utf-8", "surrogatepass")
    # Broken input: a byte taken out, put in, or everything from there on cut off.
    spot = data.draw(st.integers(0, len(content)))
    damage = data.draw(st.sampled_from(["none", "none", "cut", "drop", "put"]))
    if damage == "cut":
        content = content[:spot]
    elif damage == "drop":
        content = content[:spot] + content[spot + 1 :]
    elif damage == "put":
        content = (
            content[:spot]
            + data.draw(st.sampled_from([b'"', b"]", b"{", b"\xff", b"-", b","]))
            + content[spot:]
        )
    on_cut: Literal["raise", "flaw"] = data.draw(st.sampled_from(["raise", "flaw"]))
    limit = data.draw(st.sampled_from([10, 1 << 20]))
    whole = ReadOptions(on_cut=on_cut, max_record=limit, max_depth=3, chunk=1 << 20)
    wanted = outcome(content, containers, shape, whole)
    for chunk in (1, 2, 3, 7, 64):
        options = ReadOptions(on_cut=on_cut, max_record=limit, max_depth=3, chunk=chunk)
        assert outcome(content, containers, shape, options) == wanted
