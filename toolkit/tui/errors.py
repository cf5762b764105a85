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
class MovedKeyError(UsageError):
    """The settings move the key of an action that does not exist, or to a key that is taken."""

    code = "E126"

    action: str
    key: str | None = None
    """The key that is taken; None where there is no such action."""
    taken_by: str | None = None
    nearest: str | None = None

    @property
    def sentence(self) -> str:
        if self.key is None:
            return f"[tool.neonkit.keys] moves the key of {self.action}, and there is no such action."
        return f"[tool.neonkit.keys] puts {self.action} on the key {self.key}, where {self.taken_by} is."

    @property
    def hint(self) -> str | None:
        if self.key is not None:
            return f"Choose another key for {self.action}, or move {self.taken_by} as well."
        if self.nearest:
            return f"Did you mean {self.nearest}?"
        return "See docs/keys.md for all actions, or press ? in the terminal UI."


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
