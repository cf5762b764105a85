"""The outline of a source: what it is as a whole, and what stands at each path."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from toolkit.cancel import CancelToken
from toolkit.events import unheard
from toolkit.secret import MASK
from toolkit.transfer.suggest import Outline, outline
from toolkit.transfer.suggest.survey import survey


def seen(path: Path) -> Outline:
    """The outline of one file."""
    (surveyed,) = survey([path], path.parent, unheard, CancelToken())
    return outline(surveyed)


@pytest.mark.parametrize(
    ("name", "content", "kind", "encoding", "records"),
    [
        ("a.json", b'[{"id": 1}, {"id": 2}]', "JSON array", "utf-8", 2),
        ("a.json.gz", gzip.compress(b'[{"id": 1}]', mtime=0), "JSON array", "utf-8", 1),
        ("a.json", b'{"id": 1}\n{"id": 2}\n', "JSON lines", "utf-8", 2),
        ("a.ndjson", b'{"id": 1}\n', "JSON lines", "utf-8", 1),
        ("a.json", b'{"users": [{"id": 1}], "n": 2}', "JSON document", "utf-8", 2),
        ("a.csv", b"id,name\n1,x\n", "CSV", "utf-8", 1),
        ("a.json", b"\xef\xbb\xbf[1]", "JSON array", "utf-8", 1),
        ("a.json", '[{"id": "\N{SNOWMAN}"}]'.encode("utf-16"), "JSON array", "utf-16-le", 1),
        ("a.json", b" \n", "nothing", "utf-8", 0),
        (
            "a.json",
            b'{"_id": {"$oid": "507f1f77bcf86cd799439011"}}\n' * 2,
            "MongoDB extended JSON",
            "utf-8",
            2,
        ),
    ],
)
def test_kinds_of_sources_are_told_apart(
    tmp_path: Path, name: str, content: bytes, kind: str, encoding: str, records: int
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    found = seen(path)
    assert (found.kind, found.encoding, found.records) == (kind, encoding, records)
    assert found.size == len(content)


def test_what_stands_at_each_path(tmp_path: Path) -> None:
    rows = [
        {
            "id": number,
            "mail": None if number % 2 else f"u{number}@x.org",
            "tags": ["a", "b"],
            "at": {"x": 1.5},
        }
        for number in range(10)
    ]
    rows[3] |= {"id": "three", "password": "S3CR3T"}
    path = tmp_path / "people.json"
    path.write_text(json.dumps(rows))
    paths = {each.path: each for each in seen(path).paths}
    assert list(paths) == ["$.id", "$.mail", "$.tags", "$.tags[]", "$.at", "$.at.x", "$.password"]
    assert paths["$.id"].kinds == (("number", 9), ("text", 1))
    assert (paths["$.id"].seen, paths["$.id"].of, paths["$.id"].distinct) == (10, 10, 10)
    assert (paths["$.mail"].seen, paths["$.mail"].null) == (10, 5)
    assert (paths["$.tags[]"].seen, paths["$.tags[]"].distinct) == (20, 2)
    assert paths["$.at"].distinct is None
    assert (paths["$.password"].seen, paths["$.password"].of) == (1, 10)
    assert paths["$.password"].samples == (MASK,)


def test_rows_that_are_plain_values_have_a_path(tmp_path: Path) -> None:
    path = tmp_path / "words.json"
    path.write_text('["a", "b", "a"]')
    (only,) = seen(path).paths
    assert (only.path, only.seen, only.distinct) == ("$", 3, 2)
