"""What can go wrong while a mapping is proposed."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import RunFailedError


@dataclass(eq=False)
class NothingToSuggestError(RunFailedError):
    """No rows in the sources fit any table."""

    code = "E466"

    sources: tuple[str, ...]
    tables: int

    @property
    def sentence(self) -> str:
        return f"No rows in {', '.join(self.sources)} look like those of any of the {self.tables} tables."

    @property
    def hint(self) -> str:
        if not self.tables:
            return "There are no tables yet: run the migrations first, or use --models."
        return "Write the mapping by hand: docs/mapping.md has a whole one."
