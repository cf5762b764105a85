"""Memory stays flat: what a stream holds does not grow with the source.

The bound is a chunk, the text at hand (about two chunks) and one record; a keyed object has some bytes for
each of its keys beside, to notice one that stands twice. Held here for records of about 200 bytes.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

import pytest

BOUND: Final = 24 * 1024 * 1024
KEY: Final = 16
"""Bytes for each key of a keyed object: its hash, and the room for sorting hashes."""
PROGRAM: Final = Path(__file__).with_name("peak_of_stream.py")
RECORD: Final = json.dumps({"id": 123456, "name": "x" * 80, "tags": ["a", "b"], "note": "y" * 60})

SHAPES: Final = {
    "array": ("[", RECORD, ",\n", "]", "array", ""),
    "one_line": ("[", RECORD, ",", "]", "array", ""),
    "keyed": ("{", f'"k%d": {RECORD}', ",\n", "}", "keyed", ""),
    "grouped": ('{"ada": [', RECORD, ",\n", "]}", "grouped", "*"),
    "document": ('{"meta": 1, "users": [', RECORD, ",\n", "]}", "document", "users"),
    "ndjson": ("", RECORD, "\n", "", "ndjson", ""),
    "concatenated": ("", RECORD, " ", "", "concatenated", ""),
    "csv": ("a,b\n", '%d,"' + "x" * 150 + '""\n"', "\n", "", "csv", ""),
    "stray": ('{"meta": [', RECORD, ",\n", '], "users": [{}]}', "document", "users"),
}

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc to see a peak")


def written(file: IO[str], shape: str, size: int) -> int:
    """Write a source of about `size` bytes; how many records it has."""
    opening, record, between, closing, *_ = SHAPES[shape]
    count = max(1, size // (len(record) + len(between)))

    def parts() -> Iterator[str]:
        yield opening
        for number in range(count):
            yield between if number else ""
            yield record % number if "%d" in record else record
        yield closing

    file.writelines(parts())
    return count


def streamed(path: Path, shape: str) -> dict[str, int]:
    *_, said, container = SHAPES[shape]
    ran = subprocess.run(
        [sys.executable, PROGRAM, path, said, container], capture_output=True, text=True, check=True
    )
    told: dict[str, int] = json.loads(ran.stdout)
    return told


def judged(shape: str, told: dict[str, int], count: int) -> None:
    assert told["count"] == (1 if shape == "stray" else count)
    assert told["grown"] < BOUND + (KEY * count if shape == "keyed" else 0)


@pytest.mark.parametrize("shape", ["array", "keyed"])
def test_twenty_megabytes_take_no_more_than_the_bound(shape: str, tmp_path: Path) -> None:
    path = tmp_path / "x"
    with path.open("w") as file:
        count = written(file, shape, 20_000_000)
    judged(shape, streamed(path, shape), count)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("shape", SHAPES)
def test_two_hundred_megabytes_take_no_more_than_the_bound(shape: str, tmp_path: Path) -> None:
    path = tmp_path / "x"
    with path.open("w") as file:
        count = written(file, shape, 200_000_000)
    judged(shape, streamed(path, shape), count)


def test_unpacking_takes_no_more_either(tmp_path: Path) -> None:
    path = tmp_path / "x.gz"
    with gzip.open(path, "wt", compresslevel=1) as file:
        count = written(file, "ndjson", 10_000_000)
    judged("ndjson", streamed(path, "ndjson"), count)
