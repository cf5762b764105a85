"""The options of `neonkit import`. What is not said is as the mapping's policy has it."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer


class Mode(Enum):
    """What becomes of a row whose primary key is in the table already."""

    ERROR = "error"
    SKIP = "skip"
    UPDATE_CHANGED = "update-changed"
    REPLACE = "replace"
    INSERT_MISSING = "insert-missing"


class OnError(Enum):
    """What becomes of the rows that fit where others do not."""

    REFUSE = "refuse"
    REJECT = "reject"


Sources = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="SOURCE",
        help="Files, module:attribute, or one folder with a mapping.toml; default: as mapped.",
    ),
]
MappingFile = Annotated[
    Path | None,
    typer.Option(
        "--mapping", "-m", metavar="FILE", help="The mapping; default: the mapping.toml in the folder."
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Do everything, ask the server, and roll back.")]
ModeOption = Annotated[
    Mode | None, typer.Option("--mode", help="Rows that are there already; default: as mapped.")
]
Batched = Annotated[
    bool | None,
    typer.Option(
        "--batched/--atomic",
        help="A transaction and checkpoint for each batch, or one for all; default: as mapped.",
    ),
]
BatchRows = Annotated[int | None, typer.Option("--batch-rows", metavar="N", min=1, help="Rows of one batch.")]
WhenWrong = Annotated[
    OnError | None,
    typer.Option("--on-error", help="With rows that do not fit: write nothing, or the others."),
]
MaxErrors = Annotated[
    int | None,
    typer.Option(
        "--max-errors", metavar="N", min=0, help="With --on-error reject: how many rejected rows are borne."
    ),
]
Rejects = Annotated[
    Path | None,
    typer.Option("--rejects", metavar="FILE", help="Where rejected records are written, to be mended."),
]
Refeed = Annotated[
    Path | None,
    typer.Option("--refeed", metavar="FILE", help="Import the mended records of a reject file."),
]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with the import that stopped.")]
Run = Annotated[
    str | None, typer.Option("--run", metavar="RUN", help="Go on with this run, as reports name it.")
]
Again = Annotated[
    bool, typer.Option("--again", help="Begin anew, whatever earlier runs did with the same file.")
]
Undo = Annotated[
    bool | None,
    typer.Option(
        "--undo/--no-undo",
        help="Keep what undoing the import needs; default: as mapped, else up to 100,000 rows.",
    ),
]
ReportFile = Annotated[
    Path | None,
    typer.Option("--report", metavar="FILE", help="Write the report, too: FILE.md or FILE.json."),
]
