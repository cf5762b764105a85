"""The help of every command, as a newcomer reads it in a terminal of 80 columns."""

from __future__ import annotations

import re

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from toolkit.cli.main import build, main


def command_lines() -> list[tuple[str, ...]]:
    """Every command and group of the application."""
    found: list[tuple[str, ...]] = [()]

    def walk(group: TyperGroup, before: tuple[str, ...]) -> None:
        for name, command in group.commands.items():
            found.append((*before, name))
            if isinstance(command, TyperGroup):
                walk(command, (*before, name))

    root = get_command(build())
    assert isinstance(root, TyperGroup)
    walk(root, ())
    return found


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")


@pytest.mark.parametrize("line", command_lines(), ids=" ".join)
def test_help_is_whole(line: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*line, "--help"]) == 0
    said, err = capsys.readouterr()
    assert err == ""
    assert said.startswith(f"Usage: {' '.join(('neonkit', *line))}")
    assert max(map(len, said.splitlines())) <= 80
    for spoiled in (r"[a-z]\.\.\.\n", " <(str|int|path|list)>", r"\[\[", "{"):
        assert not re.search(spoiled, said.partition("Common options:")[0]), f"{spoiled} in\n{said}"


def test_there_are_commands() -> None:
    assert len(command_lines()) > 20
