"""The arguments and options that several of Alembic's verbs share."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    pass

_RELATIVE = re.compile(r"-\d+\Z")


def _target(value: str) -> str:
    if value.startswith("-") and not _RELATIVE.match(value):
        raise typer.BadParameter(f"{value} is neither an option nor a revision.")
    return value


def _targets(values: list[str]) -> list[str]:
    return [_target(value) for value in values]


Target = Annotated[
    str,
    typer.Argument(
        metavar="REVISION",
        callback=_target,
        help="An id or its beginning, head, heads, base, +1, -1, label@head.",
    ),
]

Symbol = Annotated[
    str,
    typer.Argument(
        metavar="REVISION", callback=_target, help="An id, head, heads, base, -1, label@head, or current."
    ),
]

Targets = Annotated[
    list[str],
    typer.Argument(metavar="REVISION", callback=_targets, help="What the database is said to have."),
]

Sql = Annotated[bool, typer.Option("--sql", help="Print the SQL instead of running it.")]

Tag = Annotated[str | None, typer.Option("--tag", metavar="NAME", help="A tag for env.py to read.")]

Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Each revision in full.")]
