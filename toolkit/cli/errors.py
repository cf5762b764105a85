"""What goes wrong between the shell and the core: arguments, unanswered questions, our own faults."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import ExitCode, NeonkitError, RefusedError, RunFailedError, UsageError


@dataclass(eq=False)
class BadCommandLineError(UsageError):
    """An option or argument is missing, unknown or has a value that does not fit."""

    code = "E130"

    complaint: str
    command: str
    nearest: str | None = None

    @property
    def sentence(self) -> str:
        return self.complaint

    @property
    def hint(self) -> str | None:
        if self.nearest:
            return f"Did you mean {self.nearest}?"
        return f"`{self.command} --help` lists the arguments and options."


@dataclass(eq=False)
class UnknownCommandError(UsageError):
    """The verb does not exist."""

    code = "E131"

    name: str
    group: str
    nearest: str | None = None

    @property
    def sentence(self) -> str:
        return f"There is no command `{self.group} {self.name}`."

    @property
    def hint(self) -> str | None:
        if self.nearest:
            return f"Did you mean `{self.group} {self.nearest}`?"
        return f"`{self.group} --help` lists the commands."


@dataclass(eq=False)
class NoSuchSessionError(RunFailedError):
    """No session of this database has the process id."""

    code = "E477"

    pid: int

    @property
    def sentence(self) -> str:
        return f"There is no session {self.pid} on this database."

    @property
    def hint(self) -> str | None:
        return "`neonkit locks --all` lists the sessions there are."


@dataclass(eq=False)
class UnknownErrorCodeError(UsageError):
    """No error has this code. `known` are those of the same family."""

    code = "E128"

    wanted: str
    known: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"No error has the code {self.wanted}."

    @property
    def hint(self) -> str | None:
        if self.known:
            return f"Those that begin alike: {', '.join(self.known)}."
        return "See docs/errors.md for all of them."


@dataclass(eq=False)
class NoSchemaError(UsageError):
    """No schema is published for the JSON of this command. `known` are those that have one."""

    code = "E129"

    command: str
    known: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"No schema is published for what `neonkit {self.command}` writes."

    @property
    def hint(self) -> str | None:
        return f"There are schemas for {', '.join(self.known)}."


@dataclass(eq=False)
class FormatNotOfferedError(UsageError):
    """The result cannot be written in the asked format."""

    code = "E132"

    format: str
    offered: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"This result cannot be written as {self.format}."

    @property
    def hint(self) -> str | None:
        return f"Use --format {' or '.join(self.offered)}."


@dataclass(eq=False)
class AnswerNeededError(RefusedError):
    """A question came up and nobody is there to answer it."""

    code = "E630"

    question: str
    flags: tuple[str, ...]
    accepted: str
    """The command line that would be accepted."""

    @property
    def sentence(self) -> str:
        return f"{self.question} Nobody can answer here, so nothing was changed."

    @property
    def hint(self) -> str | None:
        return f"To answer beforehand: `{self.accepted}`."


@dataclass(eq=False)
class DeclinedError(RefusedError):
    """The answer was not the one that goes on."""

    code = "E631"

    question: str

    @property
    def sentence(self) -> str:
        return "Not confirmed; nothing was changed."


@dataclass(eq=False)
class ReadOnlySettingsError(RefusedError):
    """The settings forbid writing, whoever confirms it."""

    code = "E632"

    origin: str

    @property
    def sentence(self) -> str:
        return f"The settings are read-only ({self.origin}), so nothing was changed."

    @property
    def hint(self) -> str | None:
        return "Choose another profile, or set read_only = false where it was set."


@dataclass(eq=False)
class InternalError(NeonkitError):
    """A fault of this program."""

    code = "E999"
    exit_code = ExitCode.FAILED

    kind: str
    """The name of the exception's class; its text is left out, for it may hold a secret."""

    @property
    def sentence(self) -> str:
        return f"Internal error: an unexpected {self.kind}."

    @property
    def hint(self) -> str | None:
        return "Run it again with --verbose to see where; secrets are masked there."
