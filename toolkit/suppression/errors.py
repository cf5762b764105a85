"""What can be wrong with suppressions and baseline files."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import UsageError


@dataclass(eq=False)
class BadSuppressionError(UsageError):
    """A suppression does not say what it must."""

    code = "E111"

    place: str
    """Where it is written: `tool.neonkit.ignore[2]`, or a file and a line."""
    complaint: str

    @property
    def sentence(self) -> str:
        return f"The suppression at {self.place} {self.complaint}."

    @property
    def hint(self) -> str | None:
        return "A suppression names a rule and gives a reason; subject and expires may be left out."


@dataclass(eq=False)
class BaselineFileError(UsageError):
    """A baseline file cannot be read as what it is."""

    code = "E112"

    path: str
    complaint: str

    @property
    def sentence(self) -> str:
        return f"The baseline {self.path} cannot be read: {self.complaint}."

    @property
    def hint(self) -> str | None:
        return "--write-baseline writes it; name another with --baseline FILE."


@dataclass(eq=False)
class BaselineNotWrittenError(UsageError):
    """A baseline file cannot be written."""

    code = "E113"

    path: str
    complaint: str

    @property
    def sentence(self) -> str:
        return f"The baseline {self.path} cannot be written: {self.complaint}."

    @property
    def hint(self) -> str | None:
        return "Name a place that can be written with --baseline FILE."
