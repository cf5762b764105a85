"""Errors of replays."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from toolkit.errors import FindingsError, RefusedError


@dataclass(eq=False)
class NoSuchLeakError(FindingsError):
    """A leak was named that the probe did not find."""

    code: ClassVar[str] = "E573"

    leak: str
    found: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"The probe found no leak {self.leak}."

    @property
    def hint(self) -> str:
        if not self.found:
            return "It found none at all: if there was one, it is closed."
        return f"It found {', '.join(self.found)}."


@dataclass(eq=False)
class FileInTheWayError(RefusedError):
    """A file that no replay wrote has the name of one."""

    code: ClassVar[str] = "E692"

    path: Path

    @property
    def sentence(self) -> str:
        return f"{self.path} is there already, and it is no replay."

    @property
    def hint(self) -> str:
        return "Name another folder with --write, or move the file away."
