"""`neonkit export`: rows out of tables, exactly, with a mapping that brings them back."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.call import Call

if TYPE_CHECKING:
    from toolkit.transfer.export import ExportReport


class As(Enum):
    """How rows are written."""

    DOCUMENT = "document"
    NDJSON = "ndjson"


Tables = Annotated[
    list[str] | None, typer.Argument(metavar="TABLE", help="table or schema.table; default: all.")
]
Owner = Annotated[
    str | None, typer.Option("--owner", metavar="KEY", help="Only the rows of the owner with this key.")
]
Written = Annotated[As, typer.Option("--as", help="One JSON document, or a JSON object a line.")]
Out = Annotated[
    Path | None,
    typer.Option("--out", "-o", metavar="PATH", help="A file; for lines of several tables a folder."),
]
Mapping = Annotated[
    Path | None,
    typer.Option("--mapping", "-m", metavar="FILE", help="Write the mapping that imports it again."),
]
Mask = Annotated[
    list[str] | None,
    typer.Option("--mask", metavar="COLUMN", help="Write *** for column or table.column; repeatable."),
]
MaskSecrets = Annotated[bool, typer.Option("--mask-secrets", help="Mask every column that sounds secret.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace files that are there.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export")(export_)


def export_(
    ctx: typer.Context,
    table: Tables = None,
    owner: Owner = None,
    as_: Written = As.DOCUMENT,
    out: Out = None,
    mapping: Mapping = None,
    mask: Mask = None,
    mask_secrets: MaskSecrets = False,
    overwrite: Overwrite = False,
) -> None:
    """Write rows as JSON, exactly and in a fixed order.

    All tables of one moment, or the rows of one owner. Without --out, to standard output. What is masked is
    lost; nothing is masked unless asked. A table with policies that hide rows from the role is refused.
    """
    from toolkit.cli.output import data_stream
    from toolkit.transfer.export import Order, export

    call = Call.of(ctx)
    workspace = call.workspace()
    if out is None and as_ is As.NDJSON and call.wants_json:
        from toolkit.transfer.export.errors import ExportOrderError

        raise ExportOrderError("lines are no JSON document", "Leave out --json, or give a file (--out).")
    order = Order(
        tables=tuple(table or ()),
        owner=owner,
        rules=workspace.ownership_rules,
        form=as_.value,
        mask=tuple(mask or ()),
        mask_secrets=mask_secrets,
    )
    call.settle()
    stream = data_stream()
    report = export(
        workspace.database,
        order,
        out or stream,
        mapping=mapping,
        overwrite=overwrite,
        emit=call.emit,
        cancel=call.cancel,
    )
    if out is None:
        stream.flush()
    else:
        call.show(report, lambda: export_text(report))


def export_text(report: ExportReport) -> str:
    """What was written, table by table, and where."""
    from toolkit.reports.table import printable, table

    headings = ("table", "rows", "masked", "made by the server")
    rows = [
        (each.table, each.rows, ", ".join(each.masked) or None, ", ".join(each.generated) or None)
        for each in report.tables
    ]
    whose = "" if report.owner is None else f" of owner {report.owner}"
    lines = [f"Exported {report.rows} rows{whose}, {report.bytes} bytes.", ""]
    lines += [table(headings, rows, right=("rows",))]
    lines += [f"left out: {printable(each.table)}: {printable(each.reason)}" for each in report.left_out]
    lines += ["", *(f"wrote {printable(name)}" for name in report.files)]
    if report.mapping is not None:
        lines.append(f"wrote {printable(report.mapping)}: `neonkit import` reads it back")
    return "\n".join(lines)
