"""What can go wrong with a restore point. No field holds a key, a URL or text taken from either."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import RefusedError, RunFailedError, as_sentence


@dataclass(eq=False)
class NoRestorePointError(RefusedError):
    """There is no way to make a restore point of this database."""

    code = "E604"

    database: str
    reason: str
    """What is missing, in words."""
    remedy: str

    @property
    def sentence(self) -> str:
        return f"There is no restore point for {self.database}: {self.reason}."

    @property
    def hint(self) -> str:
        return as_sentence(self.remedy)


@dataclass(eq=False)
class RestorePointFailedError(RunFailedError):
    """A restore point was asked for and could not be made."""

    code = "E406"

    name: str
    means: str
    """Who was to make it: `Neon's API`, `the project's command`."""
    reason: str

    @property
    def sentence(self) -> str:
        return f"The restore point {self.name} was not made: {self.means} {self.reason}."

    @property
    def hint(self) -> str:
        return "Nothing was run; try again, or go on without one where you can afford that."
