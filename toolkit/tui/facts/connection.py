"""Who and where we are, and errors as they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Environment = Literal["dev", "staging", "production"]


@dataclass(frozen=True, slots=True)
class Failure:
    """An error as it is shown: code, sentence, hint."""

    code: str
    sentence: str
    hint: str | None = None

    @property
    def text(self) -> str:
        """Both sentences on their own lines."""
        lines = [f"error[{self.code}] {self.sentence}"]
        if self.hint:
            lines.append(f"hint: {self.hint}")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who and where we are, for the banner."""

    environment: Environment
    host: str
    database: str
    role: str
    version: str
    pooled: bool
    read_only: bool
    bypasses_policies: bool
    milliseconds: float
    """How long connecting and asking took."""
