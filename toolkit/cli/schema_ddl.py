"""`neonkit schema ddl`: SQL that makes the database again, or one object of it."""

from __future__ import annotations

from typing import Annotated

import typer

from toolkit.cli.call import Call


def ddl(
    ctx: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(metavar="[OBJECT]", help="Only this object with what stands on it; of a schema, all."),
    ] = None,
    roles: Annotated[
        bool, typer.Option("--roles", help="Make the roles too; they belong to the whole server.")
    ] = False,
) -> None:
    """SQL for an empty database that gives an equal one: neonkit schema ddl | psql."""
    from toolkit.database import Job
    from toolkit.schema import read_snapshot
    from toolkit.schema.ddl import as_script
    from toolkit.schema.ddl import ddl as statements_of

    call = Call.of(ctx)
    with call.workspace().database.connect(Job.INSPECT, emit=call.emit, cancel=call.cancel) as connection:
        snapshot = read_snapshot(connection)
    only = None if name is None else snapshot.find(name)
    statements = statements_of(snapshot, only=only, with_roles=roles)
    listed = [{"object": found.key and str(found.key), "sql": found.sql} for found in statements]
    call.show(listed, lambda: as_script(statements).rstrip("\n"))
