"""One run of one command: what a command module gets to talk to the world.

call = Call.of(ctx)
result = upgrade(call.workspace().project, ..., emit=call.emit, cancel=call.cancel)
call.show(result, text=lambda: ...)
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from toolkit.cli.options import CommonOptions, Format
from toolkit.errors import ExitCode
from toolkit.secret import MASK

if TYPE_CHECKING:
    from toolkit.cancel import CancelToken
    from toolkit.cli.diagnostics import Diagnostics
    from toolkit.cli.event_stream import EventStream
    from toolkit.cli.progress import ProgressLines
    from toolkit.events import Emit, Event
    from toolkit.friction import Deed
    from toolkit.settings import Settings
    from toolkit.workspace import Workspace


_URLS = ("--url", "--on")
"""Options whose text may hold a password."""


class Call:
    """The options given, and the doors to settings, workspace, output, progress, questions and cancelling."""

    def __init__(self, arguments: Sequence[str] = ()) -> None:
        self.options = CommonOptions()
        self.command = "neonkit"
        self._arguments = arguments

    @classmethod
    def of(cls, ctx: typer.Context) -> Call:
        """The call that `ctx` belongs to."""
        call = ctx.find_object(cls)
        if call is None:
            raise RuntimeError("a command of neonkit runs only through toolkit.cli.main")
        return call

    def give(self, given: Mapping[str, Any], command: str) -> None:
        """Take over the common options that `command` was given; later ones win."""
        self.options = self.options.with_given(given)
        self.command = command

    def line_with(self, flags: Sequence[str]) -> str:
        """The command line that was given, with `flags` added and the URL's text left out."""
        words = [self.command.split()[0]]
        for before, word in zip(("", *self._arguments), self._arguments, strict=False):
            shown = MASK if before in _URLS else word
            flag = word.partition("=")[0]
            words.append(f"{flag}={MASK}" if "=" in word and flag in _URLS else shown)
        return " ".join([*map(_quoted, words), *flags])

    def settings(self) -> Settings:
        """The settings of the project, read once."""
        return self._settings

    def workspace(self) -> Workspace:
        """The opened project; nothing is connected before it is used."""
        return self._workspace

    @property
    def wants_json(self) -> bool:
        """Whether results and errors are written as JSON."""
        return self.options.format is Format.JSON

    @property
    def emit(self) -> Emit:
        """The listener that shows progress on standard error; with --quiet, warnings only."""
        if self.options.events:
            return self.event_stream.hear
        return self._warn if self.options.quiet else self._progress.hear

    @cached_property
    def cancel(self) -> CancelToken:
        """The token that the first SIGINT or SIGTERM sets; asking for it installs the handlers."""
        from toolkit.cli.signals import token_for_signals

        return token_for_signals(self.diagnostics)

    @property
    def diagnostics(self) -> Diagnostics:
        """Standard error, with the options given so far."""
        from toolkit.cli.diagnostics import Diagnostics

        return Diagnostics.from_options(self.options, self.event_stream if self.options.events else None)

    @cached_property
    def event_stream(self) -> EventStream:
        """The JSON lines of this call."""
        from toolkit.cli.diagnostics import event_stream

        return event_stream()

    def confirm(self, sentence: str, flag: str = "--yes") -> None:
        """Go on only if somebody says yes to `sentence`, a question about something beside the database.

        Raises `AnswerNeededError` where nobody can be asked, naming `flag`; `DeclinedError` for a no.
        """
        from toolkit.cli.prompt import confirm

        self.settle()
        confirm(self, sentence, flag)

    def permit(
        self, sentence: str, deed: Deed | None = None, *, losses: Collection[str] = (), busy: bool = False
    ) -> Workspace:
        """Go on with a change of the configured database only as the ladder of friction wants it.

        Returns the workspace that may write: a production workspace is read-only until then. `deed` defaults
        to `Deed.WRITE`. Raises `ReadOnlySettingsError`, `AnswerNeededError`, `DeclinedError`.
        """
        from toolkit.cli.prompt import permit

        self.settle()
        return permit(self, sentence, deed, losses, busy=busy)

    def show(self, result: Any, text: Callable[[], str] | str | None = None) -> None:
        """Write `result` to standard output: with --json as JSON, else as `text`."""
        import sys

        from toolkit.cli.output import Output

        self.settle()
        Output(sys.stdout, self.options.format or Format.TEXT).show(result, text)

    def settle(self) -> None:
        """Take a live line of progress away, so that what is written next stands alone."""
        self._progress.end()

    def exit(self, code: ExitCode) -> NoReturn:
        """End the command with `code`."""
        raise typer.Exit(int(code))

    @cached_property
    def _progress(self) -> ProgressLines:
        from toolkit.cli.progress import ProgressLines

        return ProgressLines(self.diagnostics)

    @cached_property
    def _settings(self) -> Settings:
        from toolkit.settings import load_settings

        return load_settings(self.options.project or Path.cwd(), self._flags())

    @cached_property
    def _workspace(self) -> Workspace:
        from toolkit.events import Notice
        from toolkit.workspace import Workspace

        settings = self.settings()
        for sentence in settings.notices:
            self.emit(Notice("warning", sentence))
        return Workspace.open(settings, x=self.options.x, hear=self.emit)

    def _warn(self, event: Event) -> None:
        from toolkit.events import Notice

        if isinstance(event, Notice) and event.level == "warning":
            self._progress.hear(event)

    def _flags(self) -> dict[str, object]:
        options = self.options
        named = {
            "database_url": options.url,
            "profile": options.profile,
            "alembic_config": options.config,
            "alembic_section": options.section,
        }
        return {name: value for name, value in named.items() if value is not None}


def _quoted(word: str) -> str:
    return word if word.endswith(MASK) else shlex.quote(word)
