"""The screens of the modes, imported when somebody needs them: only the first one is painted at the start.

The others would take a third of the first paint. The worker that opens the project imports them, so that a
key finds them there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from toolkit.tui.screens.mode import ModeScreen

PLACES: Final = {
    "overview": "overview.screen:OverviewScreen",
    "schema": "schema.screen:SchemaScreen",
    "migrations": "migrations.screen:MigrationsScreen",
    "import": "importing.screen:ImportScreen",
    "isolation": "isolation.screen:IsolationScreen",
    "activity": "activity.screen:ActivityScreen",
}
"""Module below `toolkit.tui.screens` and class, by mode."""


def screen_class(mode: str) -> type[ModeScreen]:
    """The class of a mode's screen."""
    module, _, name = PLACES[mode].partition(":")
    found: type[ModeScreen] = getattr(import_module(f"toolkit.tui.screens.{module}"), name)
    return found


def screen_classes() -> tuple[type[ModeScreen], ...]:
    """All of them, in the order of their keys."""
    return tuple(map(screen_class, PLACES))


def factories() -> dict[str, Callable[[], ModeScreen]]:
    """What makes the screen of each mode when it is shown first."""
    return {mode: partial(_made, mode) for mode in PLACES}


def _made(mode: str) -> ModeScreen:
    return screen_class(mode)()
