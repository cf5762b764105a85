"""Blocks hold the records that the exact reader gives, at the same places, however they are cut."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.transfer.sources.located import FileSource, FilesSource, MemorySource
from toolkit.transfer.sources.options import ReadOptions, Shape
from toolkit.transfer.sources.stream import open_stream
from toolkit.transfer.stream import blocks
from toolkit.transfer.stream.blocks import Blocks

LINES = [
    b'{"a":1}',
    b"",
    b" \t",
    b'{"a":',
    b"\xff",
    b'"\xe2\x80\xa8"',
    b'{"b":"' + b"x" * 60 + b'"}',
    b"\r",
    b"[1]",
]


def same(content: bytes, rows: int, shape: Shape, options: ReadOptions) -> list[Any]:
    source = FileSource("t.x", content)
    with open_stream(source, frozenset({()}), shape, options) as stream:
        expected = list(stream)
    cut = Blocks(source, shape, options, rows)
    found: list[Any] = []
    for number, block in enumerate(cut, start=1):
        assert (block.number, block.first) == (number, len(found))
        assert 0 < len(block.lines) <= rows
        found += [block.record(position) for position in range(len(block.lines))]
        assert block.begin == found[block.first].place.offset
    assert found == expected
    assert cut.digest == stream.digest
    return found


@given(
    st.lists(st.sampled_from(LINES), max_size=12),
    st.booleans(),
    st.integers(1, 5),
    st.integers(1, 40),
    st.sampled_from([20, 1000]),
)
def test_lines(lines: list[bytes], ended: bool, rows: int, chunk: int, longest: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "LARGEST", chunk)
        same(b"\n".join(lines) + b"\n" * ended, rows, "ndjson", ReadOptions(max_record=longest, chunk=chunk))


# Without the time of day, which would be part of the test's name: workers must find the same names.
PACKED = gzip.compress(b'{"a":1}\n{"a":2}', mtime=0) + gzip.compress(b'\n{"a":3}\n', mtime=0)


@pytest.mark.parametrize(
    ("content", "shape"),
    [
        (b"\xef\xbb\xbf" + b'{"a":1}\n{"a":2}\n', "ndjson"),
        (PACKED, "ndjson"),
        (b'[{"a":\n1}, {"a":2} ,3]', "array"),
        (b"a,b\n1,2\n3\n", "csv"),
        (b"", "ndjson"),
        (b"", "auto"),
        (b'{"a":1}{"a":2}', "concatenated"),
    ],
)
def test_other_files(content: bytes, shape: Shape) -> None:
    same(content, 2, shape, ReadOptions())


def test_only_plain_json_is_offered_to_the_native_judge() -> None:
    def lines(source: Any, shape: Shape) -> list[bytes]:
        return [line for block in Blocks(source, shape, ReadOptions(), 10) for line in block.lines]

    assert lines(FileSource("t.csv", b'"{""a"":1}"\n{}\n'), "auto") == [b""]
    assert lines(FileSource("t", b'[{"$oid":"a"}]'), "mongo") == [b""]
    assert lines(MemorySource("m", [{"a": 1}]), "auto") == [b""]
    assert lines(FilesSource("m", (FileSource("t.json", b"[1]"),)), "auto") == [b"1"]
    mixed = (FileSource("t.json", b"[1]"), FileSource("t.csv", b"a\n1\n"))
    assert lines(FilesSource("m", mixed), "auto") == [b"", b""]
    assert lines(FileSource("t", b'[{"a":\n1}, {"a":1,"a":2}]'), "auto") == [b'{"a": 1}', b""]
