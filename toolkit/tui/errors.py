"""What can go wrong with the terminal itself."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import NeonkitError, RunFailedError, UsageError


@dataclass(eq=False)
class NoTerminalError(UsageError):
    """Standard input or output is not a terminal."""

    code = "E195"

    stream: str

    @property
    def sentence(self) -> str:
        return f"The terminal UI needs a terminal, and {self.stream} is none."

    @property
    def hint(self) -> str | None:
        return "Use the command line instead: `neonkit status`, `neonkit upgrade`, `neonkit schema show`."


@dataclass(eq=False)
class CrashedError(NeonkitError):
    """The UI met a state it does not know. Shown without locals: they may hold secrets."""

    code = "E995"

    kind: str
    place: str

    @property
    def sentence(self) -> str:
        return f"The terminal UI stopped on an unexpected {self.kind} at {self.place}."

    @property
    def hint(self) -> str | None:
        return "A run in the database is not affected: `neonkit status` tells where it stands."


@dataclass(eq=False)
class UnknownActionError(UsageError):
    """The settings move the key of an action that does not exist."""

    code = "E196"

    action: str
    nearest: str | None = None

    @property
    def sentence(self) -> str:
        return f"[tool.neonkit.keys] moves the key of {self.action}, and there is no such action."

    @property
    def hint(self) -> str | None:
        if self.nearest:
            return f"did you mean {self.nearest}?"
        return "docs/keys.md lists all actions; in the terminal UI press ?"


@dataclass(eq=False)
class KeyClashError(UsageError):
    """Two actions that can be had at the same time are on one key."""

    code = "E197"

    key: str
    first: str
    second: str

    @property
    def sentence(self) -> str:
        return f"[tool.neonkit.keys] puts {self.first} on the key {self.key}, where {self.second} is."

    @property
    def hint(self) -> str | None:
        return f"choose another key for {self.first}, or move {self.second} as well"


@dataclass(eq=False)
class NotExportedError(RunFailedError):
    """A file could not be written; nothing stands under its name."""

    code = "E495"

    path: str
    reason: str

    @property
    def sentence(self) -> str:
        return f"{self.path} was not written: {self.reason}."

    @property
    def hint(self) -> str | None:
        return "Name another file; what is there is never replaced."
