"""How a coercion tells that it altered a value: by the words of the mapping that asked for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Note: TypeAlias = Callable[[str], None]
"""Told the rule, as in `trim` or `scale = "half-even"`."""


def silent(_: str) -> None:
    """Nobody counts."""
