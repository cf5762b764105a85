"""The arguments and options that several of Alembic's verbs share."""

from __future__ import annotations

import difflib
import re
from typing import Annotated

import typer

from toolkit.cli.errors import BadCommandLineError

_RELATIVE = re.compile(r"-\d+\Z")


def _target(ctx: typer.Context, value: str) -> str:
    if value.startswith("-") and not _RELATIVE.match(value):
        spellings = [each for param in ctx.command.params for each in param.opts]
        nearest = difflib.get_close_matches(value, spellings, n=1)
        raise BadCommandLineError(
            complaint=f"{value} is neither an option nor a revision.",
            command=ctx.command_path,
            nearest=nearest[0] if nearest else None,
        )
    return value


def _targets(ctx: typer.Context, values: list[str]) -> list[str]:
    return [_target(ctx, value) for value in values]


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
