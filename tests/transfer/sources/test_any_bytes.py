"""Whatever the bytes are: a source ends in records, or in an error of ours that has a sentence."""

from __future__ import annotations

import gzip
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.errors import NeonkitError
from toolkit.transfer.sources.located import FileSource
from toolkit.transfer.sources.options import ReadOptions, Shape
from toolkit.transfer.sources.record import SourceRecord
from toolkit.transfer.sources.stream import open_stream

SHAPES: tuple[Shape, ...] = get_args(Shape)
PIECES = [
    b"[", b"]", b"{", b"}", b",", b":", b'"', b"\\", b"\\u", b"d83d", b"\n", b"\r", b" ", b"\x1e", b"\x00",
    b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\xe2\x82", b"-", b"1", b".5e", b"null", b"tru", b"NaN", b'"a"',
    b'"a":', b'{"a":1}', b'{"$oid":', b'{"$date":{"$numberLong":"9"}}', b"a,b", b"a;b\n", b"''", b'""',
    b"[" * 250, b"\x1f\x8b", b"\x80\x04", gzip.compress(b'[{"a":1}]', mtime=0),
    gzip.compress(b"{}\n{}", mtime=0)[:-9], b"(\xb5/\xfd", b"x" * 30,
]  # fmt: skip
content = st.lists(st.sampled_from(PIECES) | st.binary(max_size=4), max_size=14).map(b"".join)
CONTAINERS: list[frozenset[tuple[str, ...]]] = [
    frozenset({()}), frozenset({("a",)}), frozenset({("*",)}), frozenset({("a", "*"), ("b",)})
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    content=content,
    shape=st.sampled_from(SHAPES),
    containers=st.sampled_from(CONTAINERS),
    name=st.sampled_from(["x", "x.json", "x.ndjson", "x.csv", "x.tsv.gz"]),
    encoding=st.sampled_from([None, None, "latin-1", "utf-16-le", "cp1252", "utf-8-sig"]),
    chunk=st.sampled_from([1, 3, 1 << 16]),
    longest=st.sampled_from([5, 1 << 20]),
    cut_is_flaw=st.booleans(),
    last_counts=st.booleans(),
)
def test_any_bytes_end_in_records_or_in_a_told_error(
    content: bytes,
    shape: Shape,
    containers: frozenset[tuple[str, ...]],
    name: str,
    encoding: str | None,
    chunk: int,
    longest: int,
    cut_is_flaw: bool,
    last_counts: bool,
) -> None:
    options = ReadOptions(
        encoding=encoding,
        on_cut="flaw" if cut_is_flaw else "raise",
        duplicate_keys="last" if last_counts else "reject",
        max_record=longest,
        chunk=chunk,
    )
    records: list[SourceRecord] = []
    try:
        with open_stream(FileSource(name, content), containers, shape, options) as stream:
            for record in stream:
                records.append(record)
                assert len(records) <= len(content) + 20
            assert stream.digest is not None
            assert stream.bytes_read == len(content)
    except NeonkitError as caught:
        told = f"{caught} {caught.hint}"
        told.encode()
    places = [(record.place.line, record.place.offset) for record in records]
    assert places == sorted(places, key=lambda place: place[1] or 0)
    for record in records:
        assert record.raw is not None or record.flaws
        record.place.pointer.encode()
