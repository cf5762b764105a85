"""The ways in which one value came to be written differently over the years."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Final

from toolkit.demo.generate.chance import Chance

BLANKS: Final = ("", "", "", "", " ", "  ", "\t", "\u00a0")
STATUSES: Final[Mapping[str, tuple[str, ...]]] = {
    "todo": ("todo", "todo", "todo", "TODO", "To Do", "open"),
    "in_progress": ("in_progress", "inProgress", "doing", "In Progress"),
    "completed": ("completed", "completed", "done", "DONE"),
}
PRIORITIES: Final[Mapping[str, tuple[str, ...]]] = {
    "low": ("low", "Low", "lo"),
    "medium": ("medium", "medium", "Medium", "normal"),
    "high": ("high", "High", "!"),
    "urgent": ("urgent", "URGENT", "!!"),
}


def padded(chance: Chance, text: str) -> str:
    """Perhaps with blanks around it."""
    return chance.pick(BLANKS) + text + chance.pick(BLANKS)


def cased(chance: Chance, text: str) -> str:
    """Perhaps shouted, perhaps with a capital."""
    return chance.pick((text, text, text, text.upper(), text.capitalize()))


def key_text(chance: Chance, key: uuid.UUID) -> str:
    """A uuid as one of the versions of the program wrote it."""
    text = str(key)
    return chance.pick((text, text, text, text, text.upper(), text.replace("-", ""), f"{{{text}}}"))
