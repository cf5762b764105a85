"""The options that several of Alembic's verbs share, and the project they are for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.call import Call

if TYPE_CHECKING:
    from toolkit.migrate import AlembicProject
    from toolkit.workspace import Workspace

_RELATIVE = re.compile(r"-\d+\Z")


def _target(value: str) -> str:
    if value.startswith("-") and not _RELATIVE.match(value):
        raise typer.BadParameter(f"{value} is neither an option nor a revision.")
    return value


Target = Annotated[
    str,
    typer.Argument(
        metavar="REVISION",
        callback=_target,
        help="An id or its beginning, head, heads, base, +1, -1, label@head.",
    ),
]

XArguments = Annotated[
    list[str] | None, typer.Option("-x", metavar="ARG", help="An argument for env.py; may be repeated.")
]

Sql = Annotated[bool, typer.Option("--sql", help="Print the SQL instead of running it.")]

Tag = Annotated[str | None, typer.Option("--tag", metavar="NAME", help="A tag for env.py to read.")]

Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Each revision in full.")]


def project_of(call: Call, x: Sequence[str] | None, workspace: Workspace | None = None) -> AlembicProject:
    """The project of the call, with the `-x` arguments."""
    project = (workspace or call.workspace()).project
    return project.with_x(x) if x else project
