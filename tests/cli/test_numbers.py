"""Numbers that no one means: each option that takes one refuses them, or lives with them.

The options are taken from the application itself, so that a new one is tested without being named here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fixtures.many_commands import Commands
from typer.core import TyperGroup
from typer.main import get_command

from toolkit.cli.main import build
from toolkit.database import DatabaseUrl

ABSURD: Final = {str(float): ("1e12", "1e300", "inf", "nan", "-1"), str(int): ("9" * 20, "-1")}
LONG: Final = frozenset({"check", "demo"})
"""They do much before they come to the number; a wrong one is refused before that."""


def absurd_lines(group: TyperGroup, before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """A command line for each option that takes a number and each number."""
    found: list[tuple[str, ...]] = []
    for name, command in group.commands.items():
        line = (*before, name)
        if isinstance(command, TyperGroup):
            found += absurd_lines(command, line)
            continue
        needed = ["aa11" for one in command.params if one.param_type_name == "argument" and one.required]
        for option in command.params:
            descriptor = getattr(option, "type_descriptor", None)
            for value in ABSURD.get(str(getattr(descriptor, "annotation", None)), ()):
                found.append((*line, *needed, f"{option.opts[0]}={value}"))
    return found


def test_no_number_is_an_internal_error(two_revisions: Path, database_url: DatabaseUrl) -> None:
    root = get_command(build())
    assert isinstance(root, TyperGroup)
    lines = [line for line in absurd_lines(root) if "--watch" not in line[-1]]
    assert len(lines) > 20
    with Commands(two_revisions, database_url.reveal_plain()) as run:
        for line in lines:
            ran = run(*line, "--no-input", "--yes")
            said = f"{line}: {ran.code} {ran.err}"
            assert "E999" not in ran.err, said
            assert "env.py failed" not in ran.err, said
            assert line[0] not in LONG or ran.code == 2, said
