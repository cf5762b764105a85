"""What can go wrong before anything is compared."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import RefusedError, UsageError


@dataclass(eq=False)
class AcceptedFileError(UsageError):
    """The file of accepted differences cannot be read."""

    code = "E184"

    path: str
    reason: str

    @property
    def sentence(self) -> str:
        return f"{self.path} is no file of accepted differences: {self.reason}."

    @property
    def hint(self) -> str:
        return "An entry is [[accepted]] with object, attribute and reason, and expires where it has an end."


@dataclass(eq=False)
class ScratchRefusedError(RefusedError):
    """The database's own server was asked for, and no scratch database may be made there."""

    code = "E653"

    role: str
    reason: str

    @property
    def sentence(self) -> str:
        return f"No scratch database can be made on the database's server: {self.reason}."

    @property
    def hint(self) -> str:
        return "Leave out --scratch to compare on an embedded server, or give the role CREATEDB."
