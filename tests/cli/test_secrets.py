"""A password planted everywhere occurs in no output of any command, however the command ends.

The commands are taken from the application itself, so that a new one is tested without being named here.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from fixtures.command_line import Neonkit
from typer.core import TyperGroup
from typer.main import get_command

from toolkit.cli.main import build

SECRET = "S3CR3T"
PLACES = {
    "refused": f"postgresql://planted:{SECRET}@127.0.0.1:1/app?application_name=x",
    "misspelt": f"postgresql://planted:{SECRET}@127.0.0.1:port/app",
}
REVEALING = {("server", "url")}
"""Commands that show a password when they are told to by --reveal; they are run without it."""


def commands(group: TyperGroup, before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every command of the application, without its arguments."""
    found: list[tuple[str, ...]] = []
    for name, command in group.commands.items():
        line = (*before, name)
        found += commands(command, line) if isinstance(command, TyperGroup) else [line]
    return found


def all_commands() -> list[tuple[str, ...]]:
    root = get_command(build())
    assert isinstance(root, TyperGroup)
    return commands(root)


# `demo` and `server start` would start a server that knows nothing of the planted URL.
COMMANDS = [line for line in all_commands() if line not in {("demo",), ("server", "start")}]


@pytest.mark.parametrize("place", sorted(PLACES))
@pytest.mark.parametrize("line", COMMANDS, ids=" ".join)
def test_the_password_occurs_nowhere(
    neonkit: Neonkit, folder: Path, line: tuple[str, ...], place: str
) -> None:
    url = PLACES[place]
    (folder / ".env").write_text(f"DATABASE_URL_UNPOOLED={url}\n", encoding="utf-8")
    ran = neonkit(*line, "--verbose", "--no-input", env={"DATABASE_URL": url, "NEON_API_KEY": SECRET})
    as_json = neonkit(*line, "--json", "--url", url)
    for each in (ran, as_json):
        assert SECRET not in each.out
        assert SECRET not in each.err
        assert "Traceback" not in each.err
        assert "E999" not in each.err


def test_the_commands_that_reveal_still_exist() -> None:
    assert set(all_commands()) >= REVEALING
