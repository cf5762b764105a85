"""`neonkit spec` and `neonkit help`: complete, offline, and true to what the program does."""

from __future__ import annotations

import re
from typing import Any, get_args

import pytest
from fixtures.command_line import Neonkit
from typer.main import get_command

from toolkit.cli.main import build
from toolkit.cli.reference.specification import Specification, specification
from toolkit.errors import ExitCode, every_error
from toolkit.events import Event


@pytest.fixture(scope="module")
def program() -> Any:
    return get_command(build())


@pytest.fixture(scope="module")
def described(program: Any) -> Specification:
    return specification(program)


def test_every_command_and_option_is_told(program: Any, described: Specification) -> None:
    told = {command.path: command for command in described.commands}

    def visit(command: Any, path: tuple[str, ...]) -> None:
        options = {spelling for one in told[" ".join(path)].parameters for spelling in one.spellings}
        shown = {spelling for one in command.own_params for spelling in one.opts if not one.hidden}
        assert {spelling for spelling in shown if spelling.startswith("-")} == {
            spelling for spelling in options if spelling in shown
        }
        for name, inner in getattr(command, "commands", {}).items():
            visit(inner, (*path, name))

    visit(program, ())
    assert all(command.help for command in described.commands)
    assert all(parameter.help for parameter in described.common_options)


def test_every_event_and_exit_code_is_told(described: Specification) -> None:
    assert [one.event for one in described.events] == [kind.__name__ for kind in get_args(Event)]
    assert [one.code for one in described.exit_codes] == [int(code) for code in ExitCode]


def test_every_error_has_a_page_that_speaks(described: Specification) -> None:
    ours = {kind.code for kind in every_error() if kind.__module__.startswith("toolkit.")}
    assert ours <= {page.code for page in described.errors}
    assert [page.code for page in described.errors if page.sentence is None or not page.meaning] == []


@pytest.mark.parametrize(
    ("topic", "says"),
    [
        (("E202",), "The host name <host> has no address."),
        (("e602",), "Exit code 6: Refused by policy"),
        (("schema", "diff"), "Usage: neonkit schema diff"),
        ((), "Usage: neonkit [OPTIONS]"),
    ],
    ids=" ".join,
)
def test_help_explains(neonkit: Neonkit, topic: tuple[str, ...], says: str) -> None:
    ran = neonkit("help", *topic)
    assert (ran.code, ran.err) == (0, "")
    assert says in ran.out


@pytest.mark.parametrize(
    ("topic", "error", "hint"),
    [
        (("E888",), "E128", "E801"),
        (("schema", "dif"), "E131", "Did you mean `neonkit schema diff`?"),
        (("upgrade", "head"), "E131", "--help"),
    ],
    ids=str,
)
def test_help_for_what_is_not_there(neonkit: Neonkit, topic: tuple[str, ...], error: str, hint: str) -> None:
    ran = neonkit("help", *topic)
    assert (ran.code, ran.out) == (2, "")
    assert f"error[{error}]" in ran.err
    assert hint in ran.err


def test_spec_as_json_and_as_text(neonkit: Neonkit) -> None:
    told = neonkit("spec", "--json").json
    assert told["version"] == 1
    overview = neonkit("spec").out
    for command in told["commands"]:
        if command["path"] and not command["group"]:
            assert re.search(rf"^{command['path']}  ", overview, re.MULTILINE)
