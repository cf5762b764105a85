"""What can go wrong before two sides can be compared."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import RefusedError, UsageError


@dataclass(eq=False)
class SideSpellingError(UsageError):
    """A word that names no side of a comparison."""

    code = "E107"

    word: str
    reason: str

    @property
    def sentence(self) -> str:
        return f"'{self.word}' is no side of a comparison: {self.reason}."

    @property
    def hint(self) -> str:
        return (
            "Write live, a URL, the name of a file that `neonkit schema snapshot` wrote, models,"
            " rev:REVISION, git:REF, git:REF@REVISION or git:REF:models."
        )


@dataclass(eq=False)
class GitRefError(UsageError):
    """Git has no such state of the project, or there is no git."""

    code = "E108"

    ref: str
    reason: str

    @property
    def sentence(self) -> str:
        return f"The project at the git ref '{self.ref}' cannot be had: {self.reason}."

    @property
    def hint(self) -> str:
        return "Name a branch, a tag or a commit that `git log` shows in the project's folder."


@dataclass(eq=False)
class SideNotBuiltError(RefusedError):
    """Migrations or models do not run in an empty database, so there is nothing to compare with."""

    code = "E660"

    side: str
    reason: str

    @property
    def sentence(self) -> str:
        return f"The side {self.side} cannot be built, and nothing was compared: {self.reason}"

    @property
    def hint(self) -> str:
        return "Make it run in an empty database, or compare with another side."
