"""`neonkit spec`: the command line itself as JSON. Reads no settings, no project and no database."""

from __future__ import annotations

from typing import Annotated

import typer

from toolkit.cli.call import Call
from toolkit.cli.errors import NoSchemaError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("spec")(spec)


def spec(
    ctx: typer.Context,
    schema: Annotated[
        str | None,
        typer.Option("--schema", metavar="COMMAND", help="The JSON Schema of what this command writes."),
    ] = None,
) -> None:
    """Describe commands, options, events, exit codes and error codes, with --json for a machine."""
    if schema is not None:
        _schema(Call.of(ctx), schema)
        return
    from toolkit.cli.reference.pages import overview
    from toolkit.cli.reference.specification import specification

    described = specification(ctx.find_root().command)
    Call.of(ctx).show(described, lambda: overview(described))


def _schema(call: Call, command: str) -> None:
    from toolkit.cli.reference.results import result_types
    from toolkit.reports import as_json
    from toolkit.reports.json_schema import json_schema

    types = result_types()
    if command not in types:
        raise NoSchemaError(command=command, known=tuple(sorted(types)))
    made = json_schema(types[command], f"neonkit {command} --json")
    call.show(made, lambda: as_json(made))
