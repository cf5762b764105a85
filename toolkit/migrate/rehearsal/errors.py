"""What is refused before anything is rehearsed."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import RefusedError, UsageError


@dataclass(eq=False)
class BadRowsError(UsageError):
    """--rows is neither a number nor `like-live`."""

    code = "E180"

    given: str

    @property
    def sentence(self) -> str:
        return f"{self.given} is no number of rows that can be made."

    @property
    def hint(self) -> str:
        return "Give a number, such as --rows 100, or --rows like-live."


@dataclass(eq=False)
class RehearseOnTargetError(RefusedError):
    """The database named for a rehearsal is the one that the project works on."""

    code = "E662"

    database: str

    @property
    def sentence(self) -> str:
        return f"{self.database} is the project's own database: a rehearsal would change it."

    @property
    def hint(self) -> str:
        return "Name a copy with --on, or leave --on out to rehearse on a scratch database."
