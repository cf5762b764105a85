"""What can be wrong with what a caller asks of an alteration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from toolkit.errors import UsageError


@dataclass(eq=False)
class NotARenameError(UsageError):
    """Two objects that cannot be one under two names."""

    code: ClassVar[str] = "E106"

    before: str
    after: str
    reason: str

    @property
    def sentence(self) -> str:
        return f"{self.before} cannot be renamed to {self.after}: {self.reason}."

    @property
    def hint(self) -> str | None:
        return "Give pairs of an object that is gone and a new one of the same kind in the same place."
