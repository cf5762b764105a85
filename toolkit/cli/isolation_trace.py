"""`neonkit isolation trace`: the project's tests run, and every statement they send held against its user."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from toolkit.cli.call import Call
from toolkit.cli.errors import BadCommandLineError
from toolkit.errors import ExitCode
from toolkit.findings import Severity

if TYPE_CHECKING:
    from toolkit.cli.pytest_trace import Trace


def trace(
    ctx: typer.Context,
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="[PYTEST...]", help="What pytest is given; behind `--`.")
    ] = None,
    save: Annotated[
        Path | None,
        typer.Option(
            "--save", metavar="FILE", help="Keep what was heard, for `isolation audit --trace FILE`."
        ),
    ] = None,
) -> None:
    """Run the project's tests with `pytest --isolation-trace`, and show what it heard as any findings.

    What pytest prints goes to standard error. Exit 1 if a test fails, and 5 if a statement may reach rows of
    another user.
    """
    call = Call.of(ctx)
    kept = [] if save is None else ["--isolation-trace-save", str(save.absolute())]
    heard, code = _run(call, [*kept, *(arguments or ())])
    if heard is None or heard.report is None:
        raise BadCommandLineError(f"pytest ran no test (it ended with {code}).", call.command)
    call.show(heard.report)
    if heard.failed:
        call.exit(ExitCode.FAILED)
    call.exit(ExitCode.FINDINGS if heard.report.at_least(Severity.ERROR) else ExitCode.DONE)


def _run(call: Call, arguments: list[str]) -> tuple[Trace | None, int]:
    """Run pytest here. The trace, if pytest came so far, and pytest's exit code."""
    try:
        import pytest
    except ImportError as error:
        raise BadCommandLineError("pytest is not installed beside neonkit.", call.command) from error
    keeper = _Keeper()
    folder = call.options.project
    inside = contextlib.nullcontext() if folder is None else contextlib.chdir(folder)
    # Standard output is for the result alone.
    with inside, contextlib.redirect_stdout(sys.stderr):
        code = pytest.main(["--isolation-trace", *arguments], plugins=[keeper])
    return keeper.trace, int(code)


class _Keeper:
    """A plugin that keeps the trace when the run is over."""

    def __init__(self) -> None:
        self.trace: Trace | None = None

    def pytest_unconfigure(self, config: Any) -> None:
        """Pytest's last word to its plugins."""
        from toolkit.cli.pytest_trace import NAME

        self.trace = config.pluginmanager.get_plugin(NAME)
