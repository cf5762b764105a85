"""`neonkit schema sizes` and `neonkit schema rows`: what the tables hold, and how much of it."""

from __future__ import annotations

from typing import Annotated

import typer

from toolkit.cli.call import Call

Names = list[str] | None


def add_to(group: typer.Typer) -> None:
    """Add the commands to `neonkit schema`."""
    group.command("sizes")(sizes)
    group.command("rows")(rows)


def sizes(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option(min=0, metavar="N", help="The biggest N tables; 0 for all.")] = 20,
    indexes: Annotated[
        bool, typer.Option("--indexes", help="Also each index and how often it served.")
    ] = False,
) -> None:
    """Rows, bytes, use and estimated bloat of every table, the biggest first."""
    from toolkit.cli.schema_data_text import usage_text
    from toolkit.database import Job
    from toolkit.schema.usage import read_usage

    call = Call.of(ctx)
    with call.workspace().database.connect(Job.INSPECT, emit=call.emit, cancel=call.cancel) as connection:
        found = read_usage(connection)
    shown = found.first(limit) if limit else found
    call.show(shown, lambda: usage_text(shown, indexes=indexes))


def rows(
    ctx: typer.Context,
    table: Annotated[str, typer.Argument(metavar="TABLE", help="A table, view or foreign table.")],
    where: Annotated[
        Names,
        typer.Option("--where", metavar="COLUMN=VALUE", help="Only rows with this value; repeat for more."),
    ] = None,
    null: Annotated[
        Names, typer.Option("--null", metavar="COLUMN", help="Only rows without a value here.")
    ] = None,
    sort: Annotated[
        Names, typer.Option("--sort", metavar="COLUMN", help="Order; -COLUMN for the greatest first.")
    ] = None,
    page_size: Annotated[int, typer.Option(min=1, max=10_000, metavar="N", help="Rows of a page.")] = 50,
    after: Annotated[str | None, typer.Option(metavar="CURSOR", help="Where the page before ended.")] = None,
    timeout: Annotated[
        float, typer.Option(min=0.001, max=86_400, metavar="SECONDS", help="Give up after this long.")
    ] = 10.0,
    full: Annotated[
        bool, typer.Option("--full", help="Long values whole. In JSON and CSV they always are.")
    ] = False,
    csv: Annotated[bool, typer.Option("--csv", help="The page as CSV, as COPY writes it.")] = False,
) -> None:
    """Rows of a table, page by page, exactly as the server writes their values."""
    from toolkit.cli.schema_data_text import CELL, page_text
    from toolkit.database import Job
    from toolkit.schema.rows import (
        Equals,
        RowRequest,
        as_csv,
        equals,
        find_relation,
        read_page,
        row_source,
        sorted_by,
    )

    call = Call.of(ctx)
    with call.workspace().database.connect(Job.BROWSE, emit=call.emit, cancel=call.cancel) as connection:
        source = row_source(connection, find_relation(connection, table))
        request = RowRequest(
            where=(
                *(equals(source, text) for text in where or ()),
                *(Equals(source.column(name).name, None) for name in null or ()),
            ),
            sort=tuple(map(sorted_by, sort or ())),
            size=page_size,
            after=after,
            cell_limit=None if full or csv or call.wants_json else CELL,
        )
        page = read_page(connection, source, request, timeout=timeout)
    call.show(page, lambda: as_csv(page) if csv else page_text(page))
