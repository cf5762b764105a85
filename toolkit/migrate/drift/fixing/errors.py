"""What keeps a fix from being written."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import RunFailedError, UsageError


@dataclass(eq=False)
class NoSuchDifferenceError(UsageError):
    """An option names an object that it cannot mean."""

    code = "E109"

    option: str
    name: str
    known: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"{self.option} {self.name!r} names no difference that it could speak of."

    @property
    def hint(self) -> str:
        if not self.known:
            return "There is none: see `neonkit drift`."
        more = "" if len(self.known) <= 5 else f" and {len(self.known) - 5} more"
        return f"It could be: {', '.join(repr(name) for name in self.known[:5])}{more}."


@dataclass(eq=False)
class WishError(UsageError):
    """The options do not go together, or the project is not one that a fix can be written for."""

    code = "E110"

    reason: str

    @property
    def sentence(self) -> str:
        return f"No revision can be written like this: {self.reason}."

    @property
    def hint(self) -> str:
        return (
            "--fix models, --fix migrations and --adopt each say which side is right;"
            " see `neonkit drift --help`."
        )


@dataclass(eq=False)
class SideMissingError(RunFailedError):
    """A side that the fix would start from or lead to is not known."""

    code = "E462"

    side: str
    reason: str

    @property
    def sentence(self) -> str:
        return f"Without the {self.side} no revision can be written: {self.reason}."

    @property
    def hint(self) -> str:
        return "Make them run (`neonkit drift` says what fails), then try again."


@dataclass(eq=False)
class RehearsalFailedError(RunFailedError):
    """The statements of the revision do not run in the scratch database."""

    code = "E463"

    statement: str
    reason: str

    @property
    def sentence(self) -> str:
        return f"Nothing was written, as the revision fails in a scratch database: {self.reason}."

    @property
    def hint(self) -> str:
        return f"It failed at: {' '.join(self.statement.split())[:200]}."
