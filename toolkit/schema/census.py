"""The census: what a snapshot did not look at, so that nothing is silently missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Census:
    """What is in the database and not in the snapshot."""

    not_modelled: Mapping[str, int] = field(default_factory=dict)
    """How many user-made catalog rows of each kind, such as `operator class`; kinds with none left out."""
    not_visible: tuple[str, ...] = ()
    """Sentences: what the reading role may not see."""

    @property
    def complete(self) -> bool:
        """Whether the snapshot holds everything."""
        return not self.not_modelled and not self.not_visible
