"""`neonkit server`: the embedded PostgreSQL of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.call import Call
from toolkit.errors import ExitCode

if TYPE_CHECKING:
    from toolkit.database.embedded import EmbeddedServer, ServerStatus


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(name="server", help="The embedded PostgreSQL of this project.", no_args_is_help=True)
    group.command("start")(start)
    group.command("stop")(stop)
    group.command("status")(status)
    group.command("url")(url)
    group.command("destroy")(destroy)
    app.add_typer(group)


def start(
    ctx: typer.Context,
    port: Annotated[
        int | None,
        typer.Option(
            min=1, max=65535, metavar="PORT", help="Port on 127.0.0.1; else the last one, or a free one."
        ),
    ] = None,
) -> None:
    """Start the server, making it first if need be. Does nothing when it runs."""
    call = Call.of(ctx)
    server = _server(call)
    server.start(call.emit, call.cancel, port=port)
    _show(call, server.status())


def stop(ctx: typer.Context) -> None:
    """Stop the server; its data is kept. Does nothing when it does not run."""
    call = Call.of(ctx)
    server = _server(call)
    server.stop(call.emit)
    _show(call, server.status())


def status(ctx: typer.Context) -> None:
    """Tell whether the server runs, where, and where its files are."""
    call = Call.of(ctx)
    _show(call, _server(call).status())


def url(
    ctx: typer.Context,
    database: Annotated[
        str | None, typer.Option(metavar="NAME", help="The database to name. Default: the project's own.")
    ] = None,
    reveal: Annotated[bool, typer.Option("--reveal", help="Show the password.")] = False,
) -> None:
    """Print the URL of the running server.

    The password is masked unless --reveal is given.
    """
    call = Call.of(ctx)
    found = _server(call).url(database or call.settings().server_database)
    shown = found.reveal_plain() if reveal else found.masked
    call.show({"url": shown, "masked": not reveal}, shown)


def destroy(ctx: typer.Context) -> None:
    """Stop the server and remove it with all its data."""
    call = Call.of(ctx)
    server = _server(call)
    found = server.status()
    if found.state != "absent":
        call.confirm(f"Remove the server of {found.directory} with all its databases?")
    removed = server.destroy(call.emit)
    call.show(
        {"directory": str(found.directory), "removed": removed},
        f"Removed the server of {found.directory}." if removed else f"No server in {found.directory}.",
    )
    call.exit(ExitCode.DONE)


def _server(call: Call) -> EmbeddedServer:
    from toolkit.database.embedded import EmbeddedServer

    return EmbeddedServer(call.settings().server_dir, durable=True)


def _show(call: Call, found: ServerStatus) -> None:
    call.show(found, lambda: _text(found))


def _text(found: ServerStatus) -> str:
    if found.state == "absent":
        return f"state    absent (no server in {found.directory})"
    facts = [
        ("version", found.major_version),
        ("url", found.url),
        ("pid", found.pid),
        ("port", found.port if found.state == "running" else None),
        ("account", found.account),
        ("data", found.data),
        ("log", found.log),
    ]
    lines = [f"{'state':9}{found.state}"]
    lines += [f"{name:9}{value}" for name, value in facts if value is not None]
    return "\n".join(lines)
