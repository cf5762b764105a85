"""The file of accepted differences: what it says, and every way to write it wrongly."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from toolkit.migrate.drift import Acceptance, read_accepted
from toolkit.migrate.drift.errors import AcceptedFileError


def written(folder: Path, text: str) -> Path:
    path = folder / "drift-accepted.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_no_file_accepts_nothing(tmp_path: Path) -> None:
    assert read_accepted(tmp_path / "drift-accepted.toml") == ()


def test_an_entry(tmp_path: Path) -> None:
    text = "[[accepted]]\nobject = 'table a'\nattribute = 'grants'\nreason = 'why'\nexpires = 2027-01-31"
    (entry,) = read_accepted(written(tmp_path, text))
    assert entry == Acceptance("table a", "grants", "why", dt.date(2027, 1, 31))
    assert entry.holds_on(dt.date(2027, 1, 30))
    assert not entry.holds_on(dt.date(2027, 1, 31))
    assert entry.covers("table a", "grants")
    assert not entry.covers("table a", "owner")
    assert not entry.covers("table b", "grants")


def test_a_wildcard_covers_every_attribute_of_its_object() -> None:
    entry = Acceptance("table a", "*", "why")
    assert entry.covers("table a", "grants")
    assert entry.covers("table a", "existence")
    assert not entry.covers("column a.b", "existence")
    assert entry.holds_on(dt.date(9999, 1, 1))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[accepted]]\nobject = '*'\nattribute = '*'\nreason = 'all'", "entry 1 .* object"),
        ("[[accepted]]\nobject = 7\nattribute = '*'\nreason = 'x'", "entry 1 has no object"),
        ("[[accepted]]\nobject = 'a'\nreason = 'x'", "entry 1 has no attribute"),
        ("accepted = ['table a']", "entry 1 is no table"),
        (
            "[[accepted]]\nobject = 'a'\nattribute = 'b'\nreason = 'c'\nexpires = 2027-01-01T00:00:00",
            "expires that is no date",
        ),
        ("[[accepted]]\nobject = 'table a'\nattribute = '*'", "entry 1 has no reason"),
        ("[[accepted]]\nobject = 'table a'\nattribute = '*'\nreason = ' '", "entry 1 has no reason"),
        ("[accepted]\nobject = 'table a'", "two brackets"),
        ("[[ignored]]\nobject = 'a'", "'ignored' is not known"),
        ("[[accepted]]\nobject = 'a'\nattribute = 'b'\nreason = 'c'\nexpires = 'soon'", "expires"),
        ("[[accepted]]\nobject = 'a'\nattribute = 'b'\nreason = 'c'\nuntil = 1", "unknown key 'until'"),
        ("[[", "not TOML"),
    ],
)
def test_written_wrongly(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(AcceptedFileError, match=complaint):
        read_accepted(written(tmp_path, text))


def test_no_text(tmp_path: Path) -> None:
    path = tmp_path / "drift-accepted.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(AcceptedFileError, match="not UTF-8"):
        read_accepted(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(AcceptedFileError, match="directory"):
        read_accepted(path)
