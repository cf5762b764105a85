"""The options that every command takes, before or after its verb.

They are declared once, here, as the parameters of a function, and read into one `CommonOptions`. What is
given later on the command line wins.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.main import get_command

from toolkit.secret import Secret

if TYPE_CHECKING:
    from typer.core import TyperOption


class Format(StrEnum):
    """How results are written to standard output. All but text and JSON are for findings."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"
    GITLAB = "gitlab"
    MARKDOWN = "markdown"


class Color(StrEnum):
    """When to colour: when the stream is a terminal that can, always, or never."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class CommonOptions:
    """What was given on the command line; None means not given."""

    project: Path | None = None
    url: Secret | None = None
    profile: str | None = None
    config: Path | None = None
    section: str | None = None
    x: tuple[str, ...] = ()
    format: Format | None = None
    color: Color | None = None
    no_input: bool = False
    verbose: bool = False
    quiet: bool = False
    events: bool = False
    yes: bool = False
    confirm_db: str | None = None
    allow_data_loss: tuple[str, ...] = ()

    def with_given(self, given: Mapping[str, Any]) -> CommonOptions:
        """These options, overridden by the values of `given` that are not None."""
        values = {
            name: value
            for name, value in given.items()
            if value is not None and name not in _STAND_FOR_OTHERS
        }
        if given.get("json"):
            values["format"] = Format.JSON
        if given.get("raiseerr"):
            values["verbose"] = True
        if "url" in values:
            values["url"] = Secret(values["url"])
        for several in {"allow_data_loss", "x"} & set(values):
            values[several] = (*getattr(self, several), *values[several])
        return dataclasses.replace(self, **values)


_STAND_FOR_OTHERS = frozenset({"json", "raiseerr"})
"""Options that only say another one."""

ANSWERS = frozenset({"yes", "confirm_db", "allow_data_loss"})
"""The options that answer a question in advance; shown in the help of commands that may ask."""


def _declared(
    project: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder to look for the project from. Default: here.")
    ] = None,
    url: Annotated[
        str | None, typer.Option(metavar="URL", help="Database to use, instead of DATABASE_URL.")
    ] = None,
    profile: Annotated[
        str | None, typer.Option(metavar="NAME", help="Profile of [tool.neonkit.profiles] to use.")
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", metavar="FILE", help="Alembic's ini file. Default: found upward."),
    ] = None,
    section: Annotated[
        str | None,
        typer.Option(
            "--section", "--name", "-n", metavar="NAME", help="Section of the ini file. Default: alembic."
        ),
    ] = None,
    x: Annotated[
        list[str] | None, typer.Option("-x", metavar="ARG", help="An argument for env.py; may be repeated.")
    ] = None,
    json: Annotated[bool | None, typer.Option("--json", help="Same as --format json.")] = None,
    format: Annotated[  # noqa: A002
        Format | None,
        typer.Option(
            metavar="FORMAT",
            help="text or json; findings also as sarif, junit, github, gitlab or markdown.",
        ),
    ] = None,
    color: Annotated[Color | None, typer.Option(help="When to colour.")] = None,
    no_input: Annotated[
        bool | None, typer.Option("--no-input", help="Never ask; fail and name the flag instead.")
    ] = None,
    verbose: Annotated[bool | None, typer.Option("--verbose", help="Tell more, on standard error.")] = None,
    raiseerr: Annotated[bool | None, typer.Option("--raiseerr", hidden=True)] = None,
    quiet: Annotated[bool | None, typer.Option("--quiet", "-q", help="Tell no progress.")] = None,
    events: Annotated[
        bool | None, typer.Option("--events", help="Tell what happens as JSON lines on standard error.")
    ] = None,
    yes: Annotated[bool | None, typer.Option("--yes", "-y", help="Answer yes to the question.")] = None,
    confirm_db: Annotated[
        str | None, typer.Option(metavar="NAME", help="Confirm a write to production by its database's name.")
    ] = None,
    allow_data_loss: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Allow that this object's data is lost.")
    ] = None,
) -> None:
    """Carry the declarations; never called."""


@cache
def common_parameters() -> tuple[TyperOption, ...]:
    """The declared options as typer's own parameter objects, shared by all commands."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command()(_declared)
    return tuple(get_command(app).params)  # type: ignore[arg-type]  # a function with options only gives options
