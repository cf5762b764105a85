"""The console entry point: mounts the command modules and runs one command line."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated

import typer
from typer.main import get_command

from toolkit import __version__
from toolkit.cli.call import Call
from toolkit.cli.diagnostics import run_reported
from toolkit.cli.frame import adopt

MODULES = (
    "tui",
    "demo",
    "status",
    "doctor",
    "schema",
    "migrations",
    "plan",
    "rehearse",
    "lint",
    "drift",
    "check",
    "transfer",
    "export",
    "isolation",
    "locks",
    "repair",
    "server",
    "config",
    "rule",
    "help",
    "spec",
)
"""The command modules in the order of the help; each has `register(app)`."""


def build() -> typer.Typer:
    """The whole application, with every command module mounted and framed."""
    app = typer.Typer(
        name="neonkit",
        help="Migrations, schema, import and isolation for PostgreSQL, on Neon or anywhere.",
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        suggest_commands=False,
        no_args_is_help=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(invoke_without_command=True)(_root)
    for name in MODULES:
        import_module(f"toolkit.cli.{name}").register(app)
    adopt(app)
    return app


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    # What a command loads and makes mostly lives to its end: looking for cycles in it again and again would
    # cost a tenth of the start.
    gc.set_threshold(50_000)
    call = Call(given)

    def work() -> object:
        command = get_command(build())
        return command.main(args=given, prog_name="neonkit", standalone_mode=False, obj=call)

    return run_reported(call, given, work)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"neonkit {__version__}")
        raise typer.Exit


def _root(
    ctx: typer.Context,
    version: Annotated[  # noqa: ARG001 - typer calls back before this runs
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())
