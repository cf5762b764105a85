"""The last line: the keys that work here. What does not fit is left out from the end; `?` tells all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.text import Text
from textual.events import Click
from textual.screen import Screen
from textual.widgets import Static

from toolkit.tui.keys.table import shown

LAST = ("app.help", "app.quit")
"""Ids of what stands at the end and is never left out."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A key and what it does. `enabled` is False for a greyed one."""

    key: str
    label: str
    words: str
    enabled: bool
    last: bool

    @property
    def text(self) -> str:
        """The words of the line; brackets say without colour that the key is off now."""
        return f"{self.label} {self.words}" if self.enabled else f"({self.label} {self.words})"


class KeyLine(Static):
    """Follows the focus. A click on a key presses it."""

    def __init__(self) -> None:
        super().__init__()
        self._drawn: tuple[Hint, ...] = ()

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self.draw)
        self.draw(self.screen)

    def on_resize(self) -> None:
        self.draw(self.screen)

    def draw(self, screen: Screen[object]) -> None:
        """Write the keys of the focused widget, of the screen and of the app, in this order."""
        if screen is self.app.screen or not self._drawn:
            self._drawn = fitting(hints(screen), self.app.size.width)
            self.update(line_text(self._drawn))

    async def on_click(self, event: Click) -> None:
        """Press the key under the pointer."""
        edge = 1
        for hint in self._drawn:
            edge += len(hint.text) + 2
            if event.x < edge:
                self.app.simulate_key(hint.key)
                return


def hints(screen: Screen[object]) -> list[Hint]:
    """What works on a screen now, with the keys that it really has."""
    found: dict[str, Hint] = {}
    for key, active in screen.active_bindings.items():
        binding = active.binding
        if binding.show and binding.action not in found:
            label = binding.key_display or shown(key)
            found[binding.action] = Hint(
                key, label, binding.description, active.enabled, (binding.id or "") in LAST
            )
    return list(found.values())


def fitting(wanted: Iterable[Hint], width: int) -> tuple[Hint, ...]:
    """As many as fit on a line, the last ones always."""
    given = list(wanted)
    last = [hint for hint in given if hint.last]
    room = width - 1 - sum(len(hint.text) + 2 for hint in last)
    kept: list[Hint] = []
    for hint in given:
        if hint.last:
            continue
        room -= len(hint.text) + 2
        if room < 0:
            break
        kept.append(hint)
    return (*kept, *last)


def line_text(drawn: Iterable[Hint]) -> Text:
    """The line: keys bold, greyed ones dim and in brackets."""
    text = Text(" ", no_wrap=True, overflow="ellipsis")
    for hint in drawn:
        if hint.enabled:
            text.append(hint.label, style="bold")
            text.append(f" {hint.words}  ")
        else:
            text.append(f"{hint.text}  ", style="dim")
    return text
