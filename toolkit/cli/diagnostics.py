"""Standard error: errors, notices and the mapping of every ending to an exit code.

One shape for every failure: `error[E203]: sentence`, then `hint: …`. In JSON mode every line of standard
error is one JSON object. Invariant: no text of an unexpected exception, no local variable and no secret is
written, with --verbose or without.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

import typer

from toolkit.cli.errors import BadCommandLineError, InternalError
from toolkit.cli.options import Color, CommonOptions, Format
from toolkit.cli.output import write_quietly
from toolkit.errors import ExitCode, NeonkitError
from toolkit.events import Notice

if TYPE_CHECKING:
    from toolkit.cli.call import Call
    from toolkit.cli.event_stream import EventStream


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """Writes what is said to the person, not to the pipe."""

    stream: TextIO
    json: bool
    verbose: bool
    color: bool
    events: EventStream | None = None
    """Where everything goes instead, with --events."""

    @classmethod
    def from_options(cls, options: CommonOptions, events: EventStream | None = None) -> Diagnostics:
        """Standard error as the options want it."""
        return cls(
            stream=sys.stderr,
            json=options.format is Format.JSON,
            verbose=options.verbose,
            color=may_color(sys.stderr, options.color or Color.AUTO),
            events=events,
        )

    def line(self, text: str) -> None:
        """Write one line of talk; nothing where standard error is for a program."""
        if not self.json and self.events is None:
            write_quietly(self.stream, text + "\n")

    def raw(self, text: str) -> None:
        """Write `text` as it is, for a line that is replaced; nothing for a program."""
        if not self.json and self.events is None:
            write_quietly(self.stream, text)

    def notice(self, level: str, sentence: str) -> None:
        """Write something the user should know."""
        if self.events is not None:
            self.events.hear(Notice("warning" if level == "warning" else "info", sentence))
        elif self.json:
            self._object({"notice": {"level": level, "sentence": sentence}})
        else:
            self.line(f"{self._painted(f'{level}:', '33' if level == 'warning' else '36')} {sentence}")

    def error(self, error: NeonkitError) -> None:
        """Write a failure, its hint, and for a program its facts."""
        if self.events is not None:
            self.events.failed(error)
            return
        if self.json:
            from toolkit.reports import error_object

            self._object({"error": error_object(error)})
            return
        self.line(f"{self._painted(f'error[{error.code}]:', '1;31')} {error.sentence}")
        if error.hint:
            self.line(f"{self._painted('hint:', '36')} {error.hint}")

    def _object(self, value: dict[str, Any]) -> None:
        from toolkit.reports import as_json_line

        write_quietly(self.stream, as_json_line(value) + "\n")

    def _painted(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.color else text


def event_stream() -> EventStream:
    """The stream of `--events`, on standard error."""
    from toolkit.cli.event_stream import EventStream

    return EventStream(sys.stderr)


def may_color(stream: TextIO, wish: Color) -> bool:
    """Whether to colour: the flag decides, then NO_COLOR, CLICOLOR_FORCE, TERM=dumb, then the terminal."""
    if wish is not Color.AUTO:
        return wish is Color.ALWAYS
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("CLICOLOR_FORCE", "0") != "0":
        return True
    return os.environ.get("TERM") != "dumb" and stream.isatty()


def run_reported(call: Call, arguments: Sequence[str], work: Callable[[], Any]) -> int:
    """Run `work`, report whatever ends it, and return the exit code."""
    code = _ended(call, arguments, work)
    if call.options.events:
        call.event_stream.ended(code)
    return code


def _ended(call: Call, arguments: Sequence[str], work: Callable[[], Any]) -> int:
    try:
        code = work()
    except NeonkitError as error:
        return _reported(call, arguments, error)
    except typer.TyperException as error:
        return _reported(call, arguments, _usage(error))
    except (KeyboardInterrupt, typer.Abort):
        return int(ExitCode.INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - the last resort: a user never meets a traceback
        return _unexpected(call, arguments, error)
    return code if isinstance(code, int) else int(ExitCode.DONE)


def _reported(call: Call, arguments: Sequence[str], error: NeonkitError) -> int:
    call.settle()
    _diagnostics(call, arguments).error(error)
    return int(error.exit_code)


def _diagnostics(call: Call, arguments: Sequence[str]) -> Diagnostics:
    """The diagnostics of the call; a line that failed to parse is looked through for the options itself."""
    found = {name: f"--{name}" in arguments or None for name in ("json", "verbose", "events")}
    call.give(found, call.command)
    return call.diagnostics


def _usage(error: typer.TyperException) -> BadCommandLineError:
    context = getattr(error, "ctx", None)
    possible = getattr(error, "possibilities", None)
    complaint = " ".join((error.message if possible else error.format_message()).split())
    complaint = complaint.replace("Value error, ", "")
    return BadCommandLineError(
        complaint=complaint[:1].upper() + complaint[1:].rstrip(".") + ".",
        command=context.command_path if context is not None else "neonkit",
        nearest=min(possible) if possible else None,
    )


def _unexpected(call: Call, arguments: Sequence[str], error: Exception) -> int:
    diagnostics = _diagnostics(call, arguments)
    if diagnostics.verbose:
        from toolkit.cli.places import places

        for place in places(error):
            diagnostics.line(place)
    return _reported(call, arguments, InternalError(kind=type(error).__name__))
