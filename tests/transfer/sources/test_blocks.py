"""Blocks of lines are the same lines that the stream reads one by one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.transfer.sources.blocks import open_blocks, records_of
from toolkit.transfer.sources.located import FileSource, FilesSource, MemorySource
from toolkit.transfer.sources.options import ReadOptions
from toolkit.transfer.sources.record import SourceRecord
from toolkit.transfer.sources.stream import open_stream

TOP: frozenset[tuple[str, ...]] = frozenset({()})
LINES = st.sampled_from([
    b"", b" \t", b"\r", b'{"a": 1}', b'{"a": "x\\n"}\r', b"7", b'{"a"', b"\xff", b"[" * 300,
    b'"' + b"x" * 90 + b'"', b"\x0b",
])  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(
    lines=st.lists(LINES, max_size=12),
    mark=st.sampled_from([b"", b"\xef\xbb\xbf"]),
    feed=st.booleans(),
    chunk=st.integers(1, 40),
    size=st.integers(1, 60),
    rows=st.integers(1, 13),
    longest=st.sampled_from([10, 60, 1 << 20]),
)
def test_blocks_and_stream_agree(
    lines: list[bytes], mark: bytes, feed: bool, chunk: int, size: int, rows: int, longest: int
) -> None:
    content = mark + b"\n".join(lines) + (b"\n" if feed else b"")
    source = FilesSource("all", (FileSource("x.ndjson", content), FileSource("y.ndjson", b"1\n2")))
    options = ReadOptions(chunk=chunk, max_record=longest)
    with open_stream(source, TOP, "ndjson", options) as stream:
        wanted = list(stream)
    blocks = open_blocks(source, "ndjson", options, size=size, rows=rows)
    assert blocks is not None
    with blocks:
        found: list[SourceRecord] = []
        for block in blocks:
            records = list(records_of(block, options))
            assert len(records) == block.records
            assert 0 < len(block.lines) <= rows
            if block.label == "x.ndjson" and block.cut is None:
                written = content[block.offset :][: block.length]
                assert b"\n".join(block.lines) == written.removesuffix(b"\n")
            found += records
    assert found == wanted
    assert blocks.digest == stream.digest
    assert blocks.bytes_read == blocks.total_bytes == len(content) + 3


@pytest.mark.parametrize(
    ("content", "name", "is_lines"),
    [
        (b'{"a": 1}\n{"a": 2}\n', "x", True),
        (b'{"a": 1}\n', "x.jsonl", True),
        (b'{"a": 1}\n', "x.json", False),
        (b"[1,\n2]", "x.json", False),
        (b"a,b\n1,2\n", "x.csv", False),
    ],
)
def test_only_lines_come_in_blocks(content: bytes, name: str, is_lines: bool) -> None:
    assert (open_blocks(FileSource(name, content)) is not None) == is_lines
    assert open_blocks(FileSource(name, content), "array") is None
    assert open_blocks(MemorySource("m", [1])) is None
