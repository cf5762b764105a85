"""The options of `neonkit drift`, with the words of its help."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer


class Place(Enum):
    """Where scratch databases are made."""

    AUTO = "auto"
    SERVER = "server"
    EMBEDDED = "embedded"


class FailOn(Enum):
    """From what on the command fails."""

    DRIFT = "drift"
    UNKNOWN = "unknown"


class Right(Enum):
    """Which side a fix takes for right."""

    MODELS = "models"
    MIGRATIONS = "migrations"


Scratch = Annotated[
    Place,
    typer.Option("--scratch", help="Build scratch databases on the database's server or an embedded one."),
]
Fresh = Annotated[bool, typer.Option("--fresh", help="Build every side anew, take none from disk.")]
Full = Annotated[bool, typer.Option("--full", help="Show long values whole.")]
FailingOn = Annotated[FailOn, typer.Option("--fail-on", help="Fail on drift, or on unknowns too.")]
Fix = Annotated[
    Right | None,
    typer.Option("--fix", help="Write a revision to the models, or one back to the migrations."),
]
Adopt = Annotated[
    list[str] | None,
    typer.Option(
        "--adopt",
        metavar="OBJECT",
        help="Write a revision that has OBJECT as the database has it; or all; may be repeated.",
    ),
]
Drop = Annotated[
    list[str] | None,
    typer.Option("--drop", metavar="OBJECT", help="The revision may drop OBJECT; may be repeated."),
]
Rename = Annotated[
    list[str] | None,
    typer.Option("--rename", metavar="OBJECT=NAME", help="OBJECT is now called NAME; may be repeated."),
]
Message = Annotated[
    str | None, typer.Option("--message", "-m", metavar="TEXT", help="What the revision does.")
]
Head = Annotated[str, typer.Option("--head", metavar="REVISION", help="The revision that it follows.")]
