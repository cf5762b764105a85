"""All actions of the cockpit, found in the bindings of its classes."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import format_key

PACKAGES = ("screens", "widgets", "connect", "palette")
EVERYWHERE = frozenset({"app", "mode", "list"})
"""First words of ids whose keys work in every mode."""


@dataclass(frozen=True, slots=True)
class Action:
    """One action: its id, the keys it comes with, and what it does in words."""

    id: str
    keys: tuple[str, ...]
    words: str

    @property
    def where(self) -> str:
        """The first word of the id: a mode, a dialog, or one of `EVERYWHERE`."""
        return self.id.partition(".")[0]

    def meets(self, other: Action) -> bool:
        """Whether both can have keys at the same time."""
        return self.where == other.where or (
            (self.where in EVERYWHERE and not other.in_dialog)
            or (other.where in EVERYWHERE and not self.in_dialog)
        )

    @property
    def in_dialog(self) -> bool:
        """It belongs to a dialog or a panel, which has the keys while it has the focus."""
        from toolkit.tui.widgets.tabs import MODES

        return self.where not in EVERYWHERE and self.where not in {name for name, _ in MODES} | {"importing"}


@cache
def actions() -> tuple[Action, ...]:
    """Every action with an id, in the order of the classes. Imports all screens."""
    found: dict[str, Action] = {}
    for kind in _classes():
        for given in vars(kind).get("BINDINGS", ()):
            if isinstance(given, Binding) and given.id:
                known = found.get(given.id)
                keys = (*(known.keys if known else ()), *key_names(given.key))
                words = known.words if known else given.tooltip or given.description
                found[given.id] = Action(given.id, tuple(dict.fromkeys(keys)), words)
    return tuple(found.values())


def key_names(keys: str) -> tuple[str, ...]:
    """The names of the keys in a list such as `?,ctrl+p`, as Textual knows them."""
    return tuple(each.key for each in Binding.make_bindings([Binding(keys, "none", "none")]))


def shown(key: str) -> str:
    """A key as people read it: `?` for `question_mark`."""
    return {"escape": "esc", "space": "space"}.get(key) or format_key(key)


def _classes() -> Iterator[type[DOMNode]]:
    from toolkit import tui
    from toolkit.tui.app import Cockpit

    modules = [Cockpit.__module__]
    for name in PACKAGES:
        package = importlib.import_module(f"{tui.__name__}.{name}")
        modules += [each.name for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
    for module in modules:
        for value in vars(importlib.import_module(module)).values():
            if isinstance(value, type) and issubclass(value, DOMNode) and value.__module__ == module:
                yield value
