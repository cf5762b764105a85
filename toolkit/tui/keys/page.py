"""The page of the docs that lists all keys, made from the table; `-m toolkit.tui.keys.page --write`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from toolkit.tui.keys.table import Action, actions, shown
from toolkit.tui.widgets.tabs import MODES

PAGE = Path(__file__).parents[3] / "docs" / "keys.md"
HEAD = """\
# Keys of the terminal UI

Made from the bindings by `python -m toolkit.tui.keys.page --write`. In the terminal UI `?` shows the keys of
the focused pane, of the screen and those that work everywhere; `:` or ctrl+p finds every action by its name.
`tab` goes to the next pane, `enter` opens, `esc` goes back.

A project moves keys by the names on the right; several keys are separated by commas. Two actions on one key,
and a name that does not exist, are errors before the terminal UI opens (exit 2).

```toml
[tool.neonkit.keys]
"migrations.apply" = "A"
"app.quit" = "q,ctrl+q"
```

Where a mode uses a letter for itself, that comes before what the letter does elsewhere; arrows, home and end
always move.
"""
TITLES = {"app": "Everywhere", "mode": "Modes", "list": "Lists, trees, tables and texts"}
DIALOGS = {
    "confirm": "A question before a write",
    "leave": "Leaving while a job runs",
    "connect": "Connections",
    "unreachable": "No connection",
    "help": "Help",
    "log": "Log",
}


def page() -> str:
    """The whole page."""
    groups: dict[str, list[Action]] = {}
    for action in actions():
        groups.setdefault(action.where, []).append(action)
    parts = [HEAD]
    for where, title in _titles(groups):
        rows = [f"| {_keys(each)} | {each.words} | `{each.id}` |" for each in groups[where]]
        parts.append(
            "\n".join([f"\n## {title}\n", "| key | action | name |", "| --- | --- | --- |", *rows, ""])
        )
    return "".join(parts)


def _titles(groups: dict[str, list[Action]]) -> Iterator[tuple[str, str]]:
    modes = {name: f"Mode {number}: {title}" for number, (name, title) in enumerate(MODES, 1)}
    known = {**TITLES, **modes, **DIALOGS}
    yield from ((where, title) for where, title in known.items() if where in groups)
    yield from ((where, where.capitalize()) for where in groups if where not in known)


def _keys(action: Action) -> str:
    return " ".join(f"`{shown(key)}`" if shown(key) != "|" else "`\\|`" for key in action.keys)


if __name__ == "__main__":
    if "--write" in sys.argv:
        PAGE.write_text(page(), "utf-8")
    else:
        sys.stdout.write(page())
