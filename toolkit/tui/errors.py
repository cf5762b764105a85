"""What can go wrong with the terminal itself."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import NeonkitError, UsageError


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
