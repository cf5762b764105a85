"""`neonkit schema diff`: what leads from one side to another, and the SQL that goes there."""

from __future__ import annotations

import re
from typing import Annotated, Final

import typer

from toolkit.cli.call import Call
from toolkit.cli.drift_options import Fresh, Place, Scratch
from toolkit.cli.schema_sides import SIDE, sides_of

LIVE: Final = "live"
_RENAME: Final = re.compile(r'(?P<old>(?:"(?:[^"]|"")*"|[^"=])+)=(?P<new>.+)', re.DOTALL)
"""The first equals sign that stands in no quotes divides."""


def diff(
    ctx: typer.Context,
    before: Annotated[str, typer.Argument(metavar="A", help=SIDE)],
    after: Annotated[str, typer.Argument(metavar="B", help=SIDE)] = LIVE,
    sql: Annotated[
        bool, typer.Option("--sql", help="The SQL that takes A to B, each statement with what it costs.")
    ] = False,
    rename: Annotated[
        list[str] | None,
        typer.Option(
            "--rename",
            metavar="OLD=NEW",
            help="Read these two as one object under a new name; may be repeated.",
        ),
    ] = None,
    scratch: Scratch = Place.AUTO,
    fresh: Fresh = False,
) -> None:
    """What leads from A to B, attribute by attribute.

    Migrations and models are built in scratch databases; nothing else is changed.
    Exit 5 where anything differs.
    """
    from toolkit.cli.schema_diff_text import diff_text, document, script_text
    from toolkit.errors import ExitCode
    from toolkit.migrate.sides import paired

    call = Call.of(ctx)
    asked = [_rename(word) for word in rename or ()]
    sides = sides_of(call, (before, after), scratch, fresh=fresh)
    pair = paired(*sides)
    for old, new in asked:
        pair = pair.renamed(old, new)
    found, renames = pair.compare(), pair.renames
    steps = pair.alteration() if sql else None
    call.show(
        document(found, sides, steps, renames),
        lambda: diff_text(found, renames) if steps is None else script_text(found, sides, steps, renames),
    )
    call.exit(ExitCode.DONE if found.equal and not renames else ExitCode.FINDINGS)


def _rename(word: str) -> tuple[str, str]:
    found = _RENAME.fullmatch(word)
    if found is None:
        raise typer.BadParameter(f"{word!r} is not OLD=NEW", param_hint="--rename")
    return found["old"], found["new"]
