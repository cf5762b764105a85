"""The console entry point: mounts the command modules and runs one command line."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import Annotated, Final

import typer
from typer.main import get_command

from toolkit import __version__
from toolkit.cli.call import Call
from toolkit.cli.completing import first_word
from toolkit.cli.diagnostics import run_reported
from toolkit.cli.frame import adopt

COMMANDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "tui": ("tui",),
        "demo": ("demo",),
        "status": ("status",),
        "doctor": ("doctor",),
        "schema": ("schema",),
        "migrations": (
            *("upgrade", "downgrade", "stamp", "current", "history", "heads", "branches", "show"),
            *("revision", "merge"),
        ),
        "plan": ("plan",),
        "rehearse": ("rehearse",),
        "lint": ("lint",),
        "drift": ("drift",),
        "check": ("check",),
        "transfer": ("import",),
        "export": ("export",),
        "isolation": ("isolation",),
        "locks": ("locks",),
        "repair": ("repair",),
        "branch": ("branch",),
        "server": ("server",),
        "config": ("config",),
        "rule": ("rule",),
        "help": ("help",),
        "spec": ("spec",),
    }
)
"""The command modules in the order of the help, each with the commands it registers by `register(app)`."""

_ABOUT_ALL: Final = frozenset({"help", "spec"})
"""Commands that speak of the others."""


def build(first: str | None = None) -> typer.Typer:
    """The application, framed: whole, or with the one module that has the command `first`.

    Importing every module and reading every signature takes longer than many a command.
    """
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
    alone = [module for module, commands in COMMANDS.items() if first in commands and first not in _ABOUT_ALL]
    for name in alone or COMMANDS:
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
        command = get_command(build(given[0] if given else first_word(os.environ)))
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
