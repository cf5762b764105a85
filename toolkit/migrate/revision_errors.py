"""What can be wrong with revision files, and with a revision that somebody asked for. Codes: x50 to x69."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import FindingsError, RefusedError, UsageError
from toolkit.migrate.errors import place


@dataclass(eq=False)
class BrokenRevisionFileError(UsageError):
    """A revision file cannot be imported."""

    code = "E155"

    path: str
    line: int | None
    exception: str
    reason: str

    @property
    def sentence(self) -> str:
        where = place(self.path, self.line)
        return f"The revision file {where} cannot be loaded, {self.exception}: {self.reason}."

    @property
    def hint(self) -> str:
        return "Mend that line, or move the file out of the versions folder."


@dataclass(eq=False)
class DuplicateRevisionError(UsageError):
    """Two files carry the same revision id."""

    code = "E156"

    revision: str
    files: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"Revision {self.revision} is in more than one file: {', '.join(self.files)}."

    @property
    def hint(self) -> str:
        return "Give one of them another id, and set the down_revision of those that follow it."


@dataclass(eq=False)
class MissingParentError(UsageError):
    """A revision names a revision that no file carries."""

    code = "E157"

    revision: str
    path: str
    missing: str
    attribute: str

    @property
    def sentence(self) -> str:
        return f"{self.path} names {self.missing} as its {self.attribute}, and there is no such revision."

    @property
    def hint(self) -> str:
        return f"Bring the file of {self.missing} back, or set {self.attribute} to a revision that is there."


@dataclass(eq=False)
class RevisionCycleError(UsageError):
    """Revisions follow one another in a circle."""

    code = "E158"

    revisions: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"These revisions follow one another in a circle: {', '.join(self.revisions)}."

    @property
    def hint(self) -> str:
        return "Set the down_revision of one of them to the revision it was made after."


@dataclass(eq=False)
class UnknownRevisionError(UsageError):
    """No revision has that id, label or name."""

    code = "E159"

    symbol: str
    near: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        return f"There is no revision '{self.symbol}'."

    @property
    def hint(self) -> str:
        if self.near:
            return f"Did you mean {' or '.join(self.near)}? `neonkit history` lists them all."
        return "`neonkit history` lists them all."


@dataclass(eq=False)
class AmbiguousRevisionError(UsageError):
    """The beginning of an id that several revisions share."""

    code = "E160"

    symbol: str
    candidates: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"'{self.symbol}' is the beginning of several revisions: {', '.join(self.candidates)}."

    @property
    def hint(self) -> str:
        return "Give more characters of the id."


@dataclass(eq=False)
class SeveralHeadsError(UsageError):
    """One revision was asked for where the history has several ends."""

    code = "E161"

    symbol: str
    heads: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"'{self.symbol}' is not one revision: the history ends in {', '.join(self.heads)}."

    @property
    def hint(self) -> str:
        return (
            f'Join them with `neonkit merge -m "merge heads" {" ".join(self.heads)}`, '
            "name one of them, or say `heads` for all."
        )


@dataclass(eq=False)
class NotOnTheWayError(UsageError):
    """The revision asked for does not lie before, or after, the one to start from."""

    code = "E162"

    start: str
    target: str

    @property
    def sentence(self) -> str:
        return f"There is no way from {self.start} to {self.target} in this direction."

    @property
    def hint(self) -> str:
        return "`neonkit history` shows which revision follows which."


@dataclass(eq=False)
class BadRangeError(UsageError):
    """A range of revisions that cannot be read."""

    code = "E165"

    given: str
    wanted: str

    @property
    def sentence(self) -> str:
        return f"'{self.given}' is not a range of revisions that can be used here."

    @property
    def hint(self) -> str:
        return f"Write it as {self.wanted}."


@dataclass(eq=False)
class NotAtHeadError(FindingsError):
    """The database is not at the revisions the files end in."""

    code = "E550"

    current: tuple[str, ...]
    heads: tuple[str, ...]

    @property
    def sentence(self) -> str:
        here = ", ".join(self.current) or "base"
        return f"The database is at {here}, not at {', '.join(self.heads) or 'base'}."

    @property
    def hint(self) -> str:
        return "Neonkit upgrade heads."


@dataclass(eq=False)
class NotUpToDateError(RefusedError):
    """A revision cannot be generated from a database that lags behind the files."""

    code = "E651"

    heads: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return "The database is behind the revision files, so comparing it with the models would repeat them."

    @property
    def hint(self) -> str:
        return "Run `neonkit upgrade heads` first."
