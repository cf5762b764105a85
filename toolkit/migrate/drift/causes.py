"""Who moved: the cause of one difference, from which neighbours differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from toolkit.migrate.drift.values import Cause

_SIMPLE: Final = {
    (True, False, False): Cause.BY_HAND,
    (False, True, False): Cause.NOT_APPLIED,
    (False, False, True): Cause.MODELS_MOVED,
}


@dataclass(frozen=True, slots=True)
class Moves:
    """Which neighbours differ in one attribute of one object."""

    live: bool
    """The database differs from the migrations it says it has."""
    pending: bool
    """The revisions not applied change it."""
    models: bool
    """The models differ from the migrations at the heads."""
    live_is_pending: bool
    """The database is as the migrations at the heads are."""
    live_is_models: bool
    """The database is as the models are."""

    @property
    def cause(self) -> Cause:
        """The one sentence for it."""
        moved = (self.live, self.pending, self.models)
        if moved in _SIMPLE:
            return _SIMPLE[moved]
        if self.live and self.live_is_pending and not self.models:
            return Cause.NOT_RECORDED
        if self.live and not self.pending and self.live_is_models:
            return Cause.REVISION_MISSING
        if not self.live and self.pending and self.models:
            return Cause.MODELS_STAYED if self.live_is_models else Cause.MODELS_WENT_ON
        return Cause.BOTH_SIDES
