"""The rules that only a check as a whole has, each in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

HEADS_SEVERAL: Final = "heads-several"

RULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        HEADS_SEVERAL: "The history ends in several heads, so `upgrade head` does not know which is meant. "
        "`neonkit merge heads` joins them."
    }
)
