"""The keys that `[tool.neonkit.keys]` moves: checked against the table before the cockpit opens."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from toolkit.tui.errors import MovedKeyError
from toolkit.tui.keys.table import Action, actions, key_names, shown


def checked(moved: Mapping[str, str], known: Iterable[Action] | None = None) -> dict[str, str]:
    """The keymap for Textual.

    Raises `MovedKeyError` for an id that no action has, and for two actions on one key that can both be had
    at the same time. Where the actions shadow each other by design, nothing clashes.
    """
    table = {action.id: action for action in (actions() if known is None else known)}
    for name in moved:
        if name not in table:
            nearest = difflib.get_close_matches(name, table, n=1)
            raise MovedKeyError(name, nearest=nearest[0] if nearest else None)
    keys = {name: key_names(moved[name]) if name in moved else action.keys for name, action in table.items()}
    for name in moved:
        for other in table:
            both = set(keys[name]) & set(keys[other])
            if other != name and both and table[name].meets(table[other]):
                raise MovedKeyError(name, key=shown(min(both)), taken_by=other)
    return {name: ",".join(keys[name]) for name in moved}
