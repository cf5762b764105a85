"""What is remembered, copied and written: never in the way, whatever the folder and the terminal are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from toolkit.tui.app import Cockpit
from toolkit.tui.copying import LONGEST, reaches_clipboard, written
from toolkit.tui.remembered import Remembered
from toolkit.tui.themes import ONE_COLOUR, THEMES


def test_what_is_kept_is_found_again(tmp_path: Path) -> None:
    kept = Remembered.of_project(tmp_path)
    kept.theme, kept.mode, kept.sizes, kept.used = (
        "light",
        "schema",
        {"schema": 40},
        {"staging": "2026-01-02"},
    )
    kept.keep()
    assert Remembered.of_project(tmp_path) == kept
    assert [path.name for path in (tmp_path / ".neonkit").iterdir()] == ["tui.json"]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "1", '{"theme": 1, "sizes": [], "used": 3}', '{"sizes": {"a": "b"}}', "\x00\xff"]
)
def test_a_file_that_cannot_be_read_is_none(tmp_path: Path, text: str) -> None:
    file = tmp_path / ".neonkit" / "tui.json"
    file.parent.mkdir()
    file.write_bytes(text.encode("latin-1"))
    assert Remembered.of_project(tmp_path) == Remembered(file)


def test_a_folder_that_cannot_be_written_to_is_no_error(tmp_path: Path) -> None:
    (tmp_path / ".neonkit").write_text("a file, so no folder can be made", "utf-8")
    kept = Remembered.of_project(tmp_path)
    kept.theme = "light"
    kept.keep()
    assert Remembered.of_project(tmp_path).theme == ""
    said = written(tmp_path, "copied.txt", "SELECT 1", "the text")
    other = Path(said.removeprefix("wrote the text to "))
    assert other.read_text("utf-8") == "SELECT 1"
    other.unlink()


@pytest.mark.parametrize(
    ("environ", "length", "reaches"),
    [
        ({"TERM": "xterm-256color"}, 10, True),
        ({"TERM": "tmux-256color", "TMUX": "/tmp/x"}, 10, True),
        ({"TERM": "xterm-256color", "SSH_TTY": "/dev/pts/1"}, 10, True),
        ({"TERM": "dumb"}, 10, False),
        ({"TERM": "linux"}, 10, False),
        ({"TERM": "screen", "STY": "1.pts"}, 10, False),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, 10, False),
        ({"TERM": "xterm-256color"}, LONGEST + 1, False),
    ],
)
def test_which_terminals_take_a_copy(environ: dict[str, str], length: int, reaches: bool) -> None:
    assert reaches_clipboard("x" * length, environ) is reaches


async def test_what_no_terminal_takes_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "linux")
    app = Cockpit(lambda: pytest.fail("not needed"), project_dir=tmp_path)
    app.copy("SELECT 1")
    assert app.board.line == f"wrote SELECT 1 to {tmp_path.name}/.neonkit/copied.txt"
    assert (tmp_path / ".neonkit" / "copied.txt").read_text("utf-8") == "SELECT 1"


@pytest.mark.parametrize(
    ("environ", "kept", "theme"),
    [
        ({}, "", "dark"),
        ({}, "light", "light"),
        ({}, "gone", "dark"),
        ({"NO_COLOR": "1"}, "light", ONE_COLOUR),
        ({"TERM": "dumb"}, "", ONE_COLOUR),
    ],
)
def test_the_theme_at_the_start(
    environ: dict[str, str], kept: str, theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    app = Cockpit(lambda: pytest.fail("not needed"), remembered=Remembered(theme=kept))
    assert app.theme == theme
    assert set(THEMES) <= set(app.available_themes)


def test_nothing_remembered_is_a_secret(tmp_path: Path) -> None:
    kept = Remembered.of_project(tmp_path)
    kept.keep()
    assert kept.file is not None
    assert set(json.loads(kept.file.read_text("utf-8"))) == {"theme", "mode", "sizes", "used"}
