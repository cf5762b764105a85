"""Which side a word names."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.migrate.sides import FileSide, LiveSide, ModelsSide, RevisionSide, Side, UrlSide, side_of
from toolkit.migrate.sides.errors import SideSpellingError


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("live", LiveSide()),
        ("models", ModelsSide()),
        ("rev:head", RevisionSide("head")),
        ("rev:blog@head", RevisionSide("blog@head")),
        ("git:main", RevisionSide("heads", git="main")),
        ("git:main@ab12", RevisionSide("ab12", git="main")),
        ("git:bot/@types/x@head", RevisionSide("head", git="bot/@types/x")),
        ("git:main@{yesterday}", RevisionSide("heads", git="main@{yesterday}")),
        ("git:HEAD~2:models", ModelsSide(git="HEAD~2")),
        ("before.json", FileSide("before.json")),
        ("./live", FileSide("./live")),
    ],
)
def test_side(text: str, side: Side) -> None:
    assert side_of(text) == side


def test_a_url_is_shown_without_its_password() -> None:
    side = side_of("postgresql://me:s3cret@host/db")
    assert isinstance(side, UrlSide)
    assert str(side) == "postgresql://me:***@host/db"


def test_a_file_without_a_suffix_is_one_if_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SideSpellingError):
        side_of("before")
    (tmp_path / "before").touch()
    assert side_of("before") == FileSide("before")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Live", "it is spelled live"),
        ("model", "there is no file of that name"),
        ("rev:", "the revision after rev: is missing"),
        ("git:", "the ref after git: is missing"),
        ("git::models", "the ref after git: is missing"),
        ("git:main:tables", "after git:REF: only models can follow"),
        ("git:main@", "the revision after @ is missing"),
        ("git:@head", "the ref before @ is missing"),
        ("revision:head", "revision: is not known"),
    ],
)
def test_a_wrong_word_is_an_error_that_names_the_right_ones(text: str, reason: str) -> None:
    with pytest.raises(SideSpellingError) as caught:
        side_of(text)
    assert caught.value.reason == reason
    assert "git:REF:models" in caught.value.hint


def test_a_misspelled_url_does_not_show_its_password() -> None:
    with pytest.raises(SideSpellingError) as caught:
        side_of("postgresql:/me:s3cret@host/db")
    assert "s3cret" not in caught.value.sentence
