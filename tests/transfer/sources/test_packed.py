"""Packed files: known by their first bytes, several members, cut, damaged, and far too large."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Callable, Mapping

import pytest

from toolkit.transfer.errors import SourceCutError, SourceUnreadableError
from toolkit.transfer.sources.errors import SourceExpandsError
from toolkit.transfer.sources.located import FileSource
from toolkit.transfer.sources.options import ReadOptions
from toolkit.transfer.sources.record import SourceRecord
from toolkit.transfer.sources.stream import open_stream

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TOP: frozenset[tuple[str, ...]] = frozenset({()})
LINES = b"".join(b'{"n": %d}\n' % number for number in range(2000))
MANY = b"".join(b'{"n": %d}\n' % (number * 7919) for number in range(30_000))
CHECKED: Mapping[int, int] = {int(zstd.CompressionParameter.checksum_flag): 1}


def zstandard(data: bytes) -> bytes:
    """A frame with its checksum; without one nobody notices a byte that is another."""
    return zstd.compress(data, options=CHECKED)


PACKERS: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "zstd": zstandard}


def read(
    content: bytes, *, name: str = "x.ndjson.gz", chunk: int = 512, **options: int
) -> list[SourceRecord]:
    said = ReadOptions(chunk=chunk, **options)  # type: ignore[arg-type] # limits only, all of them int
    with open_stream(FileSource(name, content), TOP, "auto", said) as stream:
        records = list(stream)
        assert stream.bytes_read == len(content)
        return records


@pytest.mark.parametrize("chunk", [1, 7, 1 << 16])
@pytest.mark.parametrize("name", ["x.ndjson.gz", "x.ndjson", "x.ndjson.zst"])
@pytest.mark.parametrize("packer", PACKERS)
def test_a_packed_file_is_known_by_its_content(packer: str, name: str, chunk: int) -> None:
    records = read(PACKERS[packer](LINES), name=name, chunk=chunk)
    assert [(record.place.line, record.place.offset) for record in records[:2]] == [(1, 0), (2, 9)]
    assert len(records) == 2000


@pytest.mark.parametrize("chunk", [1, 100, 1 << 16])
@pytest.mark.parametrize("packer", PACKERS)
def test_several_members_are_one_content(packer: str, chunk: int) -> None:
    pack = PACKERS[packer]
    middle = len(LINES) // 2 + 3
    content = pack(LINES[:middle]) + pack(b"") + pack(LINES[middle:])
    assert [record.raw for record in read(content, chunk=chunk)] == LINES.decode().split("\n")[:-1]


def test_zeros_behind_gzip_are_padding() -> None:
    assert len(read(gzip.compress(LINES, mtime=0) + b"\0" * 700)) == 2000


@pytest.mark.parametrize("packer", PACKERS)
@pytest.mark.parametrize("part", [0.5, 0.99])
def test_a_packed_file_that_is_cut_says_so(packer: str, part: float) -> None:
    whole = PACKERS[packer](MANY)
    content = whole[: int(len(whole) * part)]
    records: list[SourceRecord] = []
    with pytest.raises(SourceCutError, match="ends in the middle") as caught:
        records.extend(open_stream(FileSource("x.ndjson", content), TOP, "auto", ReadOptions(chunk=64)))
    assert caught.value.offset == len(content)
    with open_stream(FileSource("x.ndjson", content), TOP, "auto", ReadOptions(on_cut="flaw")) as stream:
        *sound, last = stream
    assert [flaw.code for flaw in last.flaws] == ["truncated"]
    assert len(sound) > 1000
    assert not any(record.flaws for record in sound)


@pytest.mark.parametrize("packer", PACKERS)
def test_a_packed_file_that_is_damaged_is_refused(packer: str) -> None:
    content = bytearray(PACKERS[packer](LINES))
    content[len(content) // 2] ^= 0xFF
    with pytest.raises(SourceUnreadableError):
        read(bytes(content))
    with pytest.raises(SourceUnreadableError, match="damaged"):
        read(PACKERS[packer](LINES) + b"garbage")


@pytest.mark.parametrize("packer", PACKERS)
def test_a_file_that_grows_without_end_is_stopped(packer: str) -> None:
    bomb = PACKERS[packer](b"[" + b" " * 20_000_000 + b"]")
    with pytest.raises(SourceExpandsError) as caught:
        read(bomb, name="x.json", max_ratio=100, free_expansion=1 << 20)
    assert caught.value.unpacked < 4 << 20
    assert read(bomb, name="x.json", max_ratio=100, chunk=1 << 16) == []
