"""A password planted everywhere occurs in no output of any command, however the command ends.

The commands are taken from the application itself, so that a new one is tested without being named here.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fixtures.command_line import plain_environment
from sqlalchemy import Engine, text
from typer.core import TyperGroup
from typer.main import get_command

from toolkit.cli.default_command import DefaultGroup
from toolkit.cli.main import build
from toolkit.database import DatabaseUrl
from toolkit.secret import Secret
from toolkit.sql.quoting import quote_identifier

SECRET = "S3CR3T"
PLACES = {
    "refused": f"postgresql://planted:{SECRET}@127.0.0.1:1/app?application_name=x",
    "misspelt": f"postgresql://planted:{SECRET}@127.0.0.1:port/app",
    "no URL": SECRET,
}
SETTINGS = f"""
[tool.neonkit]
restore_point = "echo made of postgresql://other:{SECRET}@db/app"

[tool.neonkit.profiles.other]
database_url = "postgresql://other:{SECRET}@127.0.0.1:1/app"
"""
RUNNER = Path(__file__).with_name("every_command.py")


def commands(group: TyperGroup, before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every command of the group, with something for each argument that it requires."""
    found: list[tuple[str, ...]] = []
    for name, command in group.commands.items():
        line = (*before, name)
        if isinstance(command, TyperGroup):
            found += [line] if isinstance(command, DefaultGroup) else []
            found += commands(command, line)
            continue
        required = [p for p in command.params if p.param_type_name == "argument" and p.required]
        found.append((*line, *("aa11" for _ in required)))
    return found


def command_lines() -> list[tuple[str, ...]]:
    """Every command of the application but those that start a server of their own."""
    root = get_command(build())
    assert isinstance(root, TyperGroup)
    return [line for line in commands(root) if line not in {("demo",), ("server", "start")}]


@pytest.fixture
def reached(database_url: DatabaseUrl, engine: Engine) -> Iterator[str]:
    """The URL of a database that can be reached, with the planted password."""
    role = f"planted_{database_url.database}"
    with engine.begin() as connection:
        connection.execute(text(f"CREATE ROLE {quote_identifier(role)} SUPERUSER LOGIN PASSWORD '{SECRET}'"))
    yield database_url.with_credentials(role, Secret(SECRET)).reveal_plain()
    with engine.begin() as connection:
        connection.execute(text(f"REASSIGN OWNED BY {quote_identifier(role)} TO CURRENT_USER"))
        connection.execute(text(f"DROP ROLE {quote_identifier(role)}"))


LONG = {("check",), ("lint",), ("rehearse",), ("spec",), ("isolation", "trace")}
"""Commands that take seconds and, but for `rehearse`, reach no configured database."""


def run_all(folder: Path, url: str, options: tuple[str, ...], *, long: bool = True) -> list[dict[str, Any]]:
    """Run every command with the planted URL in the environment and in `.env`, then with it as a flag.

    The long ones run once, or not at all.
    """
    (folder / ".env").write_text(f"DATABASE_URL_UNPOOLED={url}\n", encoding="utf-8")
    (folder / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    (folder / "pgpass").write_text(f"*:*:*:*:{SECRET}\n", encoding="utf-8")
    (folder / "pgpass").chmod(0o600)
    lines = [(*line, *options) for line in command_lines() if long or line not in LONG]
    lines += [(*line, "--url", url) for line in command_lines() if line not in LONG]
    ran = subprocess.run(
        [sys.executable, str(RUNNER)],
        input=json.dumps(lines),
        cwd=folder,
        env=plain_environment(
            {"DATABASE_URL": url, "NEON_API_KEY": SECRET, "PGPASSFILE": str(folder / "pgpass")}
        ),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    ended: list[dict[str, Any]] = json.loads(ran.stdout)
    assert len(ended) == len(lines) > 10
    assert [each["line"] for each in ended if SECRET in each["out"] + each["err"]] == []
    assert [each["line"] for each in ended if "E999" in each["err"] or "Traceback" in each["err"]] == []
    assert SECRET not in ran.stderr
    assert "Traceback" not in ran.stderr
    return ended


@pytest.mark.parametrize(
    "options",
    [("--verbose", "--yes"), pytest.param(("--json", "--yes"), marks=pytest.mark.slow)],
    ids=" ".join,
)
def test_the_password_of_a_database_that_is_reached(
    two_revisions: Path, reached: str, options: tuple[str, ...]
) -> None:
    ended = run_all(two_revisions, reached, options)
    done = [each["line"][0] for each in ended if each["code"] == 0]
    assert {"status", "upgrade", "downgrade", "current", "schema"} <= set(done)


USUAL = {("refused", "--verbose"), ("misspelt", "--json"), ("no URL", "--bogus")}
"""Each place and each option once; the other pairs take as long again."""


@pytest.mark.parametrize(
    ("place", "options"),
    [
        pytest.param(place, options, marks=() if (place, options[0]) in USUAL else pytest.mark.slow)
        for place in sorted(PLACES)
        for options in (("--verbose", "--no-input"), ("--json", "--yes"), ("--bogus",))
    ],
)
def test_the_password_occurs_nowhere(two_revisions: Path, place: str, options: tuple[str, ...]) -> None:
    run_all(two_revisions, PLACES[place], options, long=(place, options[0]) != ("misspelt", "--json"))
